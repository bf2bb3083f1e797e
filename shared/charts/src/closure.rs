//! Which files decide what a local chart renders: its own and those of the charts
//! that it depends on by `file://`.
//!
//! For watching and comparing, so it is lenient: a chart that is being edited may
//! be broken, and then everything in it counts. Reads `Chart.yaml` and
//! `.helmignore`, nothing else; refuses to look into archives.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::ignore::Rules;
use crate::metadata::{Dependency, declared};

/// One chart directory.
#[derive(Debug)]
pub struct Part {
    /// As it was reached, not resolved.
    pub directory: PathBuf,
    /// Whether another chart depends on it.
    pub is_dependency: bool,
    ignore: Option<Rules>,
    dependencies: Vec<Dependency>,
}

/// The chart at `chart` and, each once, its local dependencies and theirs.
pub fn closure(chart: &Path) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut seen = BTreeSet::new();
    let mut waiting = vec![chart.to_path_buf()];
    while let Some(directory) = waiting.pop() {
        if !seen.insert(fs::canonicalize(&directory).unwrap_or(directory.clone())) {
            continue;
        }
        let dependencies = declared(&directory);
        let local = |dependency: &Dependency| {
            let path = dependency.repository.strip_prefix("file://")?;
            Some(directory.join(path))
        };
        waiting.extend(dependencies.iter().filter_map(local));
        let ignore = fs::read_to_string(directory.join(".helmignore"));
        let ignore = Rules::parse(&ignore.unwrap_or_default()).ok();
        let is_dependency = !parts.is_empty();
        parts.push(Part { directory, is_dependency, ignore, dependencies });
    }
    parts
}

impl Part {
    /// Whether what lies at `path`, relative to the directory, has a say. Not what
    /// helm does not load, and not what `helm dependency build` writes: the
    /// archives of declared dependencies, new at each run under Helm 3, and its
    /// lock, unless that pins what comes from elsewhere.
    pub fn counts(&self, path: &Path, is_directory: bool) -> bool {
        let Some(text) = path.to_str() else { return false };
        if text == ".helmignore" || text == "Chart.yaml" {
            return true;
        }
        !self.is_built(text) && !self.is_ignored(path, is_directory)
    }

    /// A directory above may be ignored.
    fn is_ignored(&self, path: &Path, is_directory: bool) -> bool {
        let Some(rules) = &self.ignore else { return false };
        let above = path.ancestors().skip(1);
        let mut above = above.filter(|dir| !dir.as_os_str().is_empty());
        let ignores = |path: &Path, is_directory| {
            path.to_str().is_some_and(|text| rules.ignore(text, is_directory))
        };
        ignores(path, is_directory) || above.any(|dir| ignores(dir, true))
    }

    fn is_built(&self, path: &str) -> bool {
        let first = path.split('/').next().unwrap_or_default();
        // `tmpcharts-PID` is where helm 3 and 4 build.
        if first.starts_with("tmpcharts") {
            return true;
        }
        if matches!(path, "Chart.lock" | "requirements.lock") {
            return !self.is_pinned();
        }
        let archive =
            path.strip_prefix("charts/").and_then(|name| name.strip_suffix(".tgz"));
        archive.is_some_and(|archive| {
            self.dependencies.iter().any(|dependency| {
                let version = archive.strip_prefix(dependency.name.as_str());
                version.is_some_and(|rest| {
                    let mut rest = rest.trim_start_matches("-v").chars();
                    rest.find(|c| *c != '-').is_some_and(|c| c.is_ascii_digit())
                })
            })
        })
    }

    /// Whether the lock says anything that the directories here do not.
    fn is_pinned(&self) -> bool {
        self.dependencies.iter().any(|dependency| {
            let repository = dependency.repository.as_str();
            !repository.is_empty() && !repository.starts_with("file://")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn local_dependencies_are_followed_once() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        write(
            &at("web/Chart.yaml"),
            "name: web\nversion: 1.0.0\ndependencies:\n- {name: lib, version: 1.0.0, \
             repository: file://../lib}\n- {name: lib, alias: again, version: 1.0.0, \
             repository: file://../lib}\n",
        );
        write(
            &at("lib/Chart.yaml"),
            "name: lib\nversion: 1.0.0\ndependencies:\n- {name: web, version: 1.0.0, \
             repository: file://../web}\n",
        );
        let parts = closure(&at("web"));
        let names: Vec<_> = parts.iter().map(|part| part.directory.clone()).collect();
        assert_eq!(names, [at("web"), at("web/../lib")]);
        assert!(!parts[0].is_dependency && parts[1].is_dependency);
    }

    #[test]
    fn what_helm_writes_or_ignores_does_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let chart = "dependencies:\n- {name: lib, repository: 'file://../lib'}\n";
        write(&dir.path().join("Chart.yaml"), chart);
        write(&dir.path().join(".helmignore"), "*.md\ndocs/\n");
        let counts = |path: &str| {
            let parts = closure(dir.path());
            parts[0].counts(Path::new(path), false)
        };
        for path in [
            "Chart.yaml",
            ".helmignore",
            "values.yaml",
            "templates/_a.tpl",
            "charts/library-1.0.0.tgz",
            "charts/other-1.0.0.tgz",
            "charts/lib/Chart.yaml",
        ] {
            assert!(counts(path), "{path}");
        }
        for path in [
            "README.md",
            "docs/a.txt",
            "templates/.swp",
            "charts/lib-1.0.0.tgz",
            "charts/lib-v2.0.0.tgz",
            "Chart.lock",
            "tmpcharts-12/lib-1.0.0.tgz",
        ] {
            assert!(!counts(path), "{path}");
        }
        let pinned = format!("{chart}- {{name: pg, repository: 'https://h/c'}}\n");
        write(&dir.path().join("Chart.yaml"), &pinned);
        assert!(counts("Chart.lock"));
        write(&dir.path().join("Chart.yaml"), "dependencies: [");
        assert!(counts("values.yaml"), "a broken chart is looked at all the same");
    }
}
