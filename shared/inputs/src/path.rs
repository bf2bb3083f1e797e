//! Paths as Go joins them, for that is how helmfile and helm read theirs: by text,
//! without looking at links. Refuses to touch the file system.

use std::env;
use std::path::{Component, Path, PathBuf};

/// `path` from `directory` on, without `.` and `..`; symbolic links are not looked
/// at, as in Go's `filepath.Join`.
pub fn join(directory: &Path, path: impl AsRef<Path>) -> PathBuf {
    let mut joined = PathBuf::new();
    for component in directory.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                joined.pop();
            }
            other => joined.push(other),
        }
    }
    joined
}

/// `path` as a person would write it: from the working directory, if it is below.
pub fn relative(path: &Path) -> &Path {
    let here = env::current_dir().ok();
    match here.and_then(|here| path.strip_prefix(here).ok()) {
        Some(below) if below.as_os_str().is_empty() => Path::new("."),
        Some(below) => below,
        None => path,
    }
}

/// Whether a text of helmfile.yaml may be the path of a local file: no URL, no
/// reference to a secret store, no template.
pub(crate) fn is_path(text: &str) -> bool {
    !text.is_empty()
        && !text.contains("://")
        && !text.contains("::")
        && !text.contains("{{")
        && !text.contains('\0')
        && !text.starts_with("ref+")
}

/// Whether helmfile renders the file as a template first.
pub(crate) fn is_template(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "gotmpl")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_cleaned() {
        let joined = |path: &str| join(Path::new("/a/b"), path);
        assert_eq!(joined("./c/../d"), Path::new("/a/b/d"));
        assert_eq!(joined("../c"), Path::new("/a/c"));
        assert_eq!(joined("/c/."), Path::new("/c"));
        assert_eq!(joined("../../../c"), Path::new("/c"));
    }
}
