//! Where the chart of a release is, with the charts that it depends on by path.
//!
//! Charts of repositories and registries are no files of the project and have no place
//! here; their version is part of the release's entry.

use std::path::{Path, PathBuf};

use helmfire_charts::closure;

use super::Place;
use crate::kustomize;
use crate::path::join;
use crate::role::Role;
use crate::tree::Tree;

/// The local path that `chart` means for a helmfile in `directory`, `None` for
/// what comes from a repository, a registry or a URL (helmfile 1.8.0,
/// `isLocalChart` and `normalizeChart`).
pub(super) fn local(chart: &str, directory: &Path) -> Option<PathBuf> {
    if chart.contains("://") || chart.contains("::") {
        return None;
    }
    let path = join(directory, chart);
    let begins_local = ["./", "../", "/"].iter().any(|it| chart.starts_with(it));
    let is_alias = matches!(chart.split('/').count(), 2 | 3);
    // A directory that is named like an alias hides it.
    (begins_local || !is_alias || path.is_dir()).then_some(path)
}

/// The inputs of the chart at `path`; `role` is what they are if it is one.
pub(super) fn places(path: &Path, role: Role) -> Vec<(Place, Role)> {
    if !path.is_dir() {
        return vec![(Place::File(path.into()), role)];
    }
    if path.join("Chart.yaml").exists() {
        let part = |part: helmfire_charts::Part| {
            let role = if part.is_dependency { Role::Dependency } else { role };
            let root = join(Path::new("/"), &part.directory);
            (Place::Tree(Tree::chart(root, part)), role)
        };
        return closure(path).into_iter().map(part).collect();
    }
    let mut places = vec![(Place::Tree(Tree::whole(path.into())), Role::Manifests)];
    for beyond in kustomize::beyond(path) {
        let place = if beyond.is_dir() {
            Place::Tree(Tree::whole(beyond))
        } else {
            Place::File(beyond)
        };
        places.push((place, Role::Manifests));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_not_local() {
        let dir = tempfile::tempdir().unwrap();
        let is_local = |chart: &str| local(chart, dir.path()).is_some();
        for chart in ["./x", "../x", "/x", "x", "a/b/c/d"] {
            assert!(is_local(chart), "{chart}");
        }
        for chart in
            ["acme/x", "acme/a/x", "oci://h/x", "https://h/x.tgz", "git::https://h/x"]
        {
            assert!(!is_local(chart), "{chart}");
        }
        std::fs::create_dir_all(dir.path().join("acme/x")).unwrap();
        assert!(is_local("acme/x"));
    }
}
