//! Which directories have to be watched so that a change of a file is seen.
//!
//! A file is renamed over, a directory is replaced, a symbolic link is pointed
//! elsewhere: none of it happens in the file. It happens in the directory that
//! holds the name. So the path is walked as the kernel walks it, and each
//! directory is taken in which a link, the file or a missing name stands. A
//! renamed directory above the last one is seen only if something else is in it.

use std::collections::{BTreeSet, VecDeque};
use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// As many as Linux follows.
const MOST_LINKS: u32 = 40;

/// Whether the last name of a path is that of a file or of a directory whose
/// entries matter.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    Directory,
}

/// Adds to `places` the directories to be watched for `path`.
pub fn add(places: &mut BTreeSet<PathBuf>, path: &Path, kind: Kind) {
    let Ok(path) = std::path::absolute(path) else { return };
    let mut names = names(&path);
    let mut at = PathBuf::from("/");
    let mut links = 0;
    while let Some(name) = names.pop_front() {
        if name == ".." {
            at.pop();
            continue;
        }
        let next = at.join(&name);
        let Ok(data) = fs::symlink_metadata(&next) else {
            // Nearest to what does not exist, or is not ours to see.
            places.insert(at);
            return;
        };
        if data.is_symlink() {
            places.insert(at.clone());
            links += 1;
            let Ok(target) = fs::read_link(&next) else { return };
            if links > MOST_LINKS {
                return;
            }
            if target.is_absolute() {
                at = PathBuf::from("/");
            }
            prepend(&mut names, &target);
        } else if data.is_dir() {
            if kind == Kind::File && names.is_empty() {
                places.insert(at.clone());
            }
            at = next;
        } else {
            // The file, or one that stands where a directory is expected.
            places.insert(at);
            return;
        }
    }
    places.insert(at);
}

/// The names along a path; `..` among them, as it follows links.
fn names(path: &Path) -> VecDeque<OsString> {
    let named = |part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    };
    path.components().filter_map(named).collect()
}

fn prepend(to: &mut VecDeque<OsString>, target: &Path) {
    for name in names(target).into_iter().rev() {
        to.push_front(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// The places below `root`, relative to it.
    fn of(root: &Path, path: &str, kind: Kind) -> Vec<String> {
        let mut places = BTreeSet::new();
        add(&mut places, &root.join(path), kind);
        let below = places.iter().filter_map(|place| place.strip_prefix(root).ok());
        below.map(|place| place.display().to_string()).collect()
    }

    fn root() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        (dir, root)
    }

    #[test]
    fn a_file_is_watched_through_its_directory() {
        let (_dir, root) = root();
        fs::create_dir_all(root.join("a/b")).unwrap();
        fs::write(root.join("a/b/f"), "").unwrap();
        assert_eq!(of(&root, "a/b/f", Kind::File), ["a/b"]);
        assert_eq!(of(&root, "a/./b/../b/f", Kind::File), ["a/b"]);
        assert_eq!(of(&root, "a/b", Kind::Directory), ["a/b"]);
        // It was a file once, and may become one again.
        assert_eq!(of(&root, "a/b", Kind::File), ["a", "a/b"]);
    }

    #[test]
    fn what_is_missing_is_awaited_above() {
        let (_dir, root) = root();
        fs::create_dir(root.join("a")).unwrap();
        fs::write(root.join("a/f"), "").unwrap();
        assert_eq!(of(&root, "a/b/c/f", Kind::File), ["a"]);
        assert_eq!(of(&root, "a/b/c", Kind::Directory), ["a"]);
        assert_eq!(of(&root, "a/f/c", Kind::File), ["a"]);
    }

    #[test]
    fn links_are_watched_where_they_stand_and_where_they_lead() {
        let (_dir, root) = root();
        fs::create_dir_all(root.join("mount/..2026")).unwrap();
        fs::create_dir(root.join("p")).unwrap();
        fs::write(root.join("mount/..2026/values.yaml"), "").unwrap();
        symlink("..2026", root.join("mount/..data")).unwrap();
        symlink("..data/values.yaml", root.join("mount/values.yaml")).unwrap();
        symlink(root.join("mount/values.yaml"), root.join("p/v.yaml")).unwrap();
        let all = ["mount", "mount/..2026", "p"];
        assert_eq!(of(&root, "p/v.yaml", Kind::File), all);
        symlink("../nowhere/x", root.join("p/dangling")).unwrap();
        assert_eq!(of(&root, "p/dangling", Kind::File), ["", "p"]);
        symlink("loop", root.join("p/loop")).unwrap();
        assert_eq!(of(&root, "p/loop", Kind::File), ["p"]);
    }
}
