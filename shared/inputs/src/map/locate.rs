//! Where helmfile looks for what its files do not name in full: patterns, the lock
//! file, the directories that templates may read.

use std::fs;
use std::path::{Path, PathBuf};

use helmfire_helmfile::cache;
use wildmatch::WildMatch;

use crate::path::{is_path, join};
use crate::state::State;

/// Files that match `path`, any part of which may be a pattern; itself if it is none.
pub(super) fn expanded(path: &Path) -> Vec<PathBuf> {
    let mut paths = vec![PathBuf::new()];
    let mut is_pattern = false;
    for part in path.components() {
        let name = part.as_os_str().to_str().unwrap_or_default();
        if name.contains(['*', '?', '[']) {
            is_pattern = true;
            paths = paths.iter().flat_map(|it| matching(it, name)).collect();
        } else {
            for path in &mut paths {
                path.push(part);
            }
        }
    }
    if is_pattern {
        paths.retain(|it| it.exists());
        paths.sort();
    }
    paths
}

fn matching(directory: &Path, pattern: &str) -> Vec<PathBuf> {
    let pattern = WildMatch::new(pattern);
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let matching = entries
        .filter(|it| it.file_name().to_str().is_some_and(|name| pattern.matches(name)));
    matching.map(|it| it.path()).collect()
}

/// `helmfile.lock` of `helmfile.yaml.gotmpl` (helmfile 1.8.0, `chart_dependency.go`).
pub(super) fn lock(state: &State) -> PathBuf {
    if is_path(&state.lock_file) {
        return join(state.directory(), &state.lock_file);
    }
    let name = state.source.file_name().and_then(|it| it.to_str()).unwrap_or_default();
    let name = name.strip_suffix(".gotmpl").unwrap_or(name);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    state.directory().join(format!("{stem}.lock"))
}

/// The directories of the helmfiles, none within another; not those of helmfiles
/// that helmfile fetched.
pub(super) fn roots(states: &[State]) -> Vec<PathBuf> {
    let cache = cache::directory();
    let fetched =
        |path: &Path| cache.as_ref().is_some_and(|cache| path.starts_with(cache));
    let directories = states.iter().map(State::directory).filter(|it| !fetched(it));
    let project = |directory: &Path| match directory.file_name() {
        Some(name) if name == "helmfile.d" => {
            directory.parent().unwrap_or(directory).into()
        }
        _ => directory.to_path_buf(),
    };
    let mut roots: Vec<PathBuf> = directories.map(project).collect();
    roots.sort();
    roots.dedup();
    let all = roots.clone();
    roots.retain(|root| {
        !all.iter().any(|other| root != other && root.starts_with(other))
    });
    roots
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(source: &str) -> State {
        let mut state = State::default();
        state.source = source.into();
        state
    }

    #[test]
    fn the_lock_is_named_after_the_helmfile() {
        for (source, expected) in [
            ("/p/helmfile.yaml", "/p/helmfile.lock"),
            ("/p/a.yaml.gotmpl", "/p/a.lock"),
            ("/p/helmfile.d/00.yaml", "/p/helmfile.d/00.lock"),
        ] {
            assert_eq!(lock(&state(source)), Path::new(expected));
        }
    }

    #[test]
    fn nested_directories_are_below_their_root() {
        let found =
            roots(&["/p/sub/a.yaml", "/p/b.yaml", "/q/helmfile.d/c.yaml"].map(state));
        assert_eq!(found, [Path::new("/p"), Path::new("/q")]);
    }

    #[test]
    fn patterns_are_expanded() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.yaml", "a.yaml", "c.txt"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        let at = |name: &str| dir.path().join(name);
        assert_eq!(expanded(&at("*.yaml")), [at("a.yaml"), at("b.yaml")]);
        assert_eq!(expanded(&at("absent.yaml")), [at("absent.yaml")]);
    }
}
