//! A directory in which every file counts, or every file that helm would load.
//!
//! Links are followed as helm follows them; what editors, git and helmfile leave behind
//! for a moment counts nowhere. Reads names, never content.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use helmfire_charts::Part;

/// Deeper than any chart; what links to itself ends here at the latest.
const DEEPEST: usize = 64;

/// A directory and what of it counts.
#[derive(Debug)]
pub struct Tree {
    /// The directory, without `.` and `..`.
    pub root: PathBuf,
    part: Option<Part>,
}

impl Tree {
    /// All of a directory.
    pub fn whole(root: PathBuf) -> Self {
        Self { root, part: None }
    }

    /// What helm loads of a chart.
    pub fn chart(root: PathBuf, part: Part) -> Self {
        Self { root, part: Some(part) }
    }

    /// Whether something at `path` counts, whether it is there or not.
    pub fn holds(&self, path: &Path) -> bool {
        let Ok(inner) = path.strip_prefix(&self.root) else { return false };
        self.counts(inner, path.is_dir())
    }

    fn counts(&self, inner: &Path, is_directory: bool) -> bool {
        if inner.as_os_str().is_empty() {
            return true;
        }
        !inner.iter().any(is_litter)
            && self.part.as_ref().is_none_or(|part| part.counts(inner, is_directory))
    }

    /// Whether helm makes what is at `path` of the chart's dependencies, so that it does
    /// not count.
    pub fn is_built(&self, path: &Path) -> bool {
        let Ok(inner) = path.strip_prefix(&self.root) else { return false };
        let is_lock =
            ["Chart.lock", "requirements.lock"].iter().any(|it| inner == Path::new(it));
        let is_archive = inner.parent() == Some(Path::new("charts"))
            && inner.extension().is_some_and(|it| it == "tgz");
        self.part.is_some() && (is_lock || is_archive) && !self.counts(inner, false)
    }

    /// The files that count, sorted; symbolic links are followed, as helm does.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let counts =
            |inner: &Path, is_directory: bool| self.counts(inner, is_directory);
        walk(&self.root, &counts, &mut |path| files.push(path));
        files.sort();
        files
    }
}

/// Visits the files below `root` that count; what cannot be read is passed over.
pub(crate) fn walk(
    root: &Path,
    counts: &dyn Fn(&Path, bool) -> bool,
    visit: &mut dyn FnMut(PathBuf),
) {
    descend(root, root, &mut BTreeSet::new(), 0, counts, visit);
}

fn descend(
    root: &Path,
    directory: &Path,
    above: &mut BTreeSet<PathBuf>,
    depth: usize,
    counts: &dyn Fn(&Path, bool) -> bool,
    visit: &mut dyn FnMut(PathBuf),
) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else { continue };
        let is_link = kind.is_symlink();
        let is_directory = if is_link { path.is_dir() } else { kind.is_dir() };
        let Ok(inner) = path.strip_prefix(root) else { continue };
        if !counts(inner, is_directory) {
            continue;
        }
        if !is_directory {
            visit(path);
            continue;
        }
        // Only a link can lead back to where one came from.
        let target = if is_link { fs::canonicalize(&path).ok() } else { None };
        if depth < DEEPEST && target.as_ref().is_none_or(|it| above.insert(it.clone()))
        {
            descend(root, &path, above, depth + 1, counts, visit);
            if let Some(it) = &target {
                above.remove(it);
            }
        }
    }
}

/// What editors, git and helmfile itself leave behind for a moment: never an
/// input. helm-secrets writes `*.dec`, helmfile `secret<random>.yaml` beside a
/// secret (helmfile 1.8.0, `pkg/helmexec`), helm `tmpcharts-PID`.
pub(crate) fn is_litter(name: &std::ffi::OsStr) -> bool {
    let Some(name) = name.to_str() else { return false };
    let random = |rest: &str| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits >= 9 && (rest.len() == digits || rest[digits..].starts_with('.'))
    };
    name == ".git"
        || name == "4913"
        || name.starts_with(".#")
        || name.starts_with("tmpcharts")
        || name.ends_with('~')
        || Path::new(name).extension().is_some_and(|it| it == "dec")
        || (name.starts_with('.')
            && [".swp", ".swo", ".swx"].iter().any(|end| name.ends_with(end)))
        || name.strip_prefix("secret").is_some_and(random)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_and_circles_end() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir_all(at("chart/a")).unwrap();
        fs::create_dir(at("other")).unwrap();
        for file in ["chart/a/x", "other/y", "chart/.a.swp", "chart/b~"] {
            fs::write(at(file), "").unwrap();
        }
        symlink("..", at("chart/a/up")).unwrap();
        symlink(at("other"), at("chart/other")).unwrap();
        symlink("nowhere", at("chart/dangling")).unwrap();
        let tree = Tree::whole(at("chart"));
        let files = tree.files();
        assert!(
            files.contains(&at("chart/a/x")) && files.contains(&at("chart/other/y"))
        );
        assert!(files.len() < 20, "{files:?}");
        assert!(!files.contains(&at("chart/b~")));
        assert!(tree.holds(&at("chart/new/file")) && !tree.holds(&at("charts/x")));
    }

    #[test]
    fn litter_is_known() {
        for name in ["secret123456789.yaml", "a.yaml.dec", ".#a", "4913", ".a.yaml.swp"]
        {
            assert!(is_litter(name.as_ref()), "{name}");
        }
        for name in [
            "secrets.yaml",
            "secret1.yaml",
            "secret-123456789.yaml",
            "secret20240101.yaml",
            ".helmignore",
        ] {
            assert!(!is_litter(name.as_ref()), "{name}");
        }
    }
}
