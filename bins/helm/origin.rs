//! Which chart an argument of helm means.
//!
//! helmfile fetches many charts itself and hands helm a path, so a chart has
//! several names: the argument, the reference that a path of helmfile's cache
//! stands for, and what a note beside a fetched chart says. Reads the file
//! system, changes nothing.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use helmfire_helmfile::alias;
use helmfire_helmfile::cache::{self, Place, Relation, without_tag};
use helmfire_rules::{ChartRule, Rules};
use serde::{Deserialize, Serialize};

/// The note beside a chart that was fetched for helmfile.
const NOTE: &str = ".helmfire.json";

/// The content of such a note.
#[derive(Serialize, Deserialize)]
struct Note {
    v: u8,
    chart: String,
}

/// All that is known of where a chart comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// References that name it.
    references: Vec<String>,
    /// Where it lies, links resolved, if it is local.
    path: Option<PathBuf>,
    /// Where it lies in helmfile's cache, relative to that.
    cached: Option<PathBuf>,
}

impl Origin {
    /// Of an argument of helm and the value of `--repo`.
    pub fn of(argument: &str, repository: Option<&str>) -> Self {
        let mut references = vec![without_tag(argument).to_string()];
        if let Some(url) = repository {
            references = vec![format!("{}/{argument}", url.trim_end_matches('/'))];
        }
        let path = fs::canonicalize(argument).ok();
        if let Some(dir) = path.as_deref().and_then(Path::parent) {
            references.extend(read_note(dir));
        }
        let cached = in_cache(Path::new(argument));
        references.extend(cached.as_deref().and_then(alias::recall));
        Self { references, path, cached }
    }

    /// Adds the place to which helmfile has it fetched, which may name an alias.
    pub fn fetched_to(mut self, destination: &Path) -> Self {
        self.cached = in_cache(destination);
        self
    }

    /// The place in helmfile's cache to which it is fetched under another name, and
    /// its own.
    pub fn alias(&self) -> Option<(PathBuf, String)> {
        let place = self.cached.clone()?;
        let reference =
            self.references.iter().find(|name| name.starts_with("oci://"))?;
        let own = Place::of(reference)?.relation(&place);
        (own == Relation::Outside).then(|| (place, reference.clone()))
    }

    /// Whether it lies in helmfile's cache under a name that may stand for the
    /// chart of `rule`, and nobody knows.
    pub fn may_be(&self, rule: &ChartRule) -> bool {
        let Some(cached) = &self.cached else { return false };
        let from = without_tag(&rule.from);
        let mut names = cached.iter().map(|name| name.to_string_lossy());
        let repository = names.next().unwrap_or_default();
        let same = from.rsplit('/').next() == names.next().as_deref();
        from.starts_with("oci://")
            && same
            && !repository.starts_with("oci__")
            && !self.references.iter().any(|name| name.starts_with("oci://"))
    }

    /// How well `rule` fits: 0 not at all, more is better.
    pub fn fit(&self, rule: &ChartRule, rules: &Rules) -> usize {
        if self.references.iter().any(|name| name == without_tag(&rule.from)) {
            return usize::MAX;
        }
        let named = || fs::canonicalize(rules.chart_directory(&rule.from)).ok();
        if self.path.is_some() && !rule.from.contains("://") && named() == self.path {
            return usize::MAX;
        }
        let Some(cached) = &self.cached else { return 0 };
        match Place::of(&rule.from).map(|place| place.relation(cached)) {
            Some(Relation::Inside(below)) if is_chart_place(cached, below) => {
                cached.components().count() - below
            }
            _ => 0,
        }
    }
}

/// Whether the last `below` names of a path are a version and a chart, not part
/// of a longer reference.
fn is_chart_place(path: &Path, below: usize) -> bool {
    let version = path.iter().rev().nth(1).and_then(|name| name.to_str());
    let is_version = |name: &str| {
        name.starts_with('_') || name.contains(|c: char| c.is_ascii_digit())
    };
    below < 2 || below == 2 && version.is_some_and(is_version)
}

/// `path` relative to helmfile's cache, if it lies there.
fn in_cache(path: &Path) -> Option<PathBuf> {
    let cache = cache::directory()?;
    let relative = |path: &Path, cache: &Path| {
        path.strip_prefix(cache)
            .ok()
            .filter(|rest| rest.iter().next().is_some())
            .map(Path::to_path_buf)
    };
    relative(path, &cache).or_else(|| {
        let (path, cache) =
            (fs::canonicalize(path).ok()?, fs::canonicalize(cache).ok()?);
        relative(&path, &cache)
    })
}

/// Notes in `dir` that what is fetched there is `chart`.
pub fn write_note(dir: &Path, chart: &str) -> std::io::Result<()> {
    let note = Note { v: 1, chart: without_tag(chart).into() };
    let text = serde_json::to_string(&note)?;
    fs::write(dir.join(NOTE), text)
}

/// Notes are believed only where programs put things, not in a user's tree.
fn read_note(dir: &Path) -> Option<String> {
    if !is_scratch(dir) {
        return None;
    }
    let text = fs::read_to_string(dir.join(NOTE)).ok()?;
    serde_json::from_str::<Note>(&text).ok().map(|note| note.chart)
}

/// Whether `dir` is for temporary files, or belongs to this run of helmfire.
pub fn is_scratch(dir: &Path) -> bool {
    let variable = |name| env::var_os(name).map(PathBuf::from);
    let scratch = [
        Some(env::temp_dir()),
        variable("HELMFILE_TEMPDIR"),
        variable("CHARTIFY_TEMPDIR"),
        variable("HELMFIRE_RUN"),
    ];
    let real = |dir: &Path| {
        // What does not exist yet lies where its nearest parent lies.
        let there = dir.ancestors().find_map(|dir| fs::canonicalize(dir).ok());
        there.unwrap_or_else(|| dir.into())
    };
    let dir = real(dir);
    let mut set =
        scratch.into_iter().flatten().filter(|dir| !dir.as_os_str().is_empty());
    set.any(|scratch| dir.starts_with(real(&scratch)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_told_from_a_name() {
        let place = |path: &str, below| is_chart_place(Path::new(path), below);
        assert!(place("oci__h/web/0.1.0/web", 2));
        assert!(place("oci__h/web/__0_1/web", 2));
        assert!(place("oci__h/web/web", 1));
        assert!(!place("oci__h/charts/web/web", 2));
        assert!(!place("oci__h/charts/web/0.1.0/web", 3));
    }
}
