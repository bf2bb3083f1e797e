//! Which charts go into `charts/` of a staged copy.
//!
//! The plan is made without I/O ([`plan`]); fetching and staging stand around it
//! in the store. Decides as `helm dependency build` would, but for two things: a
//! chart in `charts/` that is good enough is not fetched again, so vendored
//! charts work offline; and a lock holds version by version, not by its digest.

use std::collections::BTreeSet;
use std::path::Path;

use crate::StageError;
use crate::constraint::{Constraint, parse_version};
use crate::metadata::Dependency;
use crate::source::fault;
use crate::subchart::Subchart;

/// What to do with the charts in `charts/`, and what is missing there.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// Of the charts in `charts/`, by index, those that stay.
    pub(crate) keep: BTreeSet<usize>,
    /// To be fetched, in the version wanted.
    pub(crate) fetch: Vec<Dependency>,
}

/// Plans for the chart at `chart` with these dependencies, pinned by `lock`,
/// while `vendored` is in `charts/`.
pub(crate) fn plan(
    chart: &Path,
    dependencies: &[Dependency],
    lock: &[Dependency],
    vendored: &[Subchart],
) -> Result<Plan, StageError> {
    let mut plan = Plan::default();
    for (index, dependency) in dependencies.iter().enumerate() {
        let fault = |reason| fault(chart, dependency, reason);
        if dependency.repository.starts_with("file://") {
            continue;
        }
        if dependency.repository.is_empty() {
            if !vendored.iter().any(|own| own.metadata.name == dependency.name) {
                return Err(fault(
                    "it has no repository and is not in charts/, add one of the two"
                        .into(),
                ));
            }
            continue;
        }
        let nth = dependencies[..index].iter().filter(|d| d.name == dependency.name);
        let pinned = lock.iter().filter(|pin| pin.name == dependency.name);
        let pinned = pinned.map(|pin| pin.version.as_str()).nth(nth.count());
        let wanted = wanted(dependency, pinned).map_err(fault)?;
        if let Some(best) = best(&dependency.name, &wanted, vendored) {
            plan.keep.insert(best);
        } else if !plan.fetch.iter().any(|other| is_same(other, dependency, &wanted)) {
            plan.fetch.push(Dependency {
                name: dependency.name.clone(),
                repository: dependency.repository.clone(),
                version: wanted,
                ..Dependency::default()
            });
        }
    }
    for (index, own) in vendored.iter().enumerate() {
        let mut declared =
            dependencies.iter().filter(|d| d.name == own.metadata.name).peekable();
        // `helm dependency build` deletes archives that nobody asks for, not
        // directories, and nothing at all where there are no dependencies.
        let stays = match declared.peek() {
            None => dependencies.is_empty() || !own.was_archive,
            Some(_) => declared.any(|dependency| dependency.repository.is_empty()),
        };
        if stays {
            plan.keep.insert(index);
        }
    }
    Ok(plan)
}

/// The version to ask for: the one in the lock, else the range.
fn wanted(dependency: &Dependency, pinned: Option<&str>) -> Result<String, String> {
    let range = &dependency.version;
    let constraint = Constraint::parse(range)
        .ok_or_else(|| format!("'{range}' is not a version or range, correct it"))?;
    match pinned {
        None => Ok(range.clone()),
        Some(pin) if parse_version(pin).is_some_and(|pin| constraint.allows(&pin)) => {
            Ok(pin.into())
        }
        Some(pin) => Err(format!(
            "the lock file has version {pin}, which '{range}' does not allow, run 'helm \
             dependency update' for the chart"
        )),
    }
}

/// The highest version of a chart in `charts/` that is good enough.
pub(crate) fn best(name: &str, wanted: &str, vendored: &[Subchart]) -> Option<usize> {
    let constraint = Constraint::parse(wanted)?;
    let fitting = vendored.iter().enumerate().filter_map(|(index, own)| {
        let version = parse_version(&own.metadata.version)?;
        (own.metadata.name == name && constraint.allows(&version))
            .then_some((version, index))
    });
    fitting.max().map(|(_, index)| index)
}

/// One chart under two aliases is fetched once.
fn is_same(planned: &Dependency, dependency: &Dependency, wanted: &str) -> bool {
    planned.name == dependency.name
        && planned.repository == dependency.repository
        && planned.version == wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Content;
    use crate::metadata::Metadata;

    fn needs(name: &str, version: &str, repository: &str) -> Dependency {
        let [name, version, repository] = [name, version, repository].map(Into::into);
        Dependency { name, version, repository, ..Dependency::default() }
    }

    fn has(name: &str, version: &str, was_archive: bool) -> Subchart {
        let (name, version) = (name.to_owned(), version.to_owned());
        let metadata =
            Metadata { name: name.clone(), version, dependencies: Vec::new() };
        Subchart { entry: name, was_archive, metadata, content: Content::default() }
    }

    /// What stays, and what is fetched as `name version`.
    fn planned(
        dependencies: &[Dependency],
        lock: &[Dependency],
        vendored: &[Subchart],
    ) -> Result<(Vec<usize>, Vec<String>), String> {
        let plan = plan(Path::new("/web"), dependencies, lock, vendored)
            .map_err(|e| e.to_string())?;
        let fetch = plan.fetch.iter().map(|d| format!("{} {}", d.name, d.version));
        Ok((plan.keep.into_iter().collect(), fetch.collect()))
    }

    const URL: &str = "https://charts.example.com";

    #[test]
    fn uses_what_is_there_and_fetches_the_rest() {
        let vendored = [
            has("pg", "1.1.0", true),
            has("pg", "1.2.0", false),
            has("old", "1.0.0", true),
        ];
        let pg = |version| needs("pg", version, URL);
        let no: [Dependency; 0] = [];
        assert_eq!(planned(&[pg("^1")], &no, &vendored).unwrap(), (vec![1], vec![]));
        // The lock decides, and what nobody asks for goes.
        let lock = [needs("pg", "1.1.0", URL)];
        assert_eq!(planned(&[pg("^1")], &lock, &vendored).unwrap(), (vec![0], vec![]));
        let both = planned(&[pg("^2"), needs("c", "*", URL)], &no, &vendored).unwrap();
        assert_eq!(both, (vec![], vec!["pg ^2".into(), "c *".into()]));
        assert_eq!(planned(&[], &no, &vendored).unwrap(), (vec![0, 1, 2], vec![]));
        let stale = planned(&[pg("^2")], &lock, &vendored).unwrap_err();
        assert!(
            stale.contains("'pg' of /web: the lock file has version 1.1.0"),
            "{stale}"
        );
    }

    #[test]
    fn aliases_are_told_apart() {
        let both =
            [needs("pg", "^1", URL), needs("pg", "^2", URL), needs("pg", "^1", URL)];
        let lock = ["1.5.0", "2.5.0", "1.5.0"].map(|version| needs("pg", version, URL));
        let (_, fetch) = planned(&both, &lock, &[]).unwrap();
        assert_eq!(fetch, ["pg 1.5.0", "pg 2.5.0"]);
    }

    #[test]
    fn unmanaged_charts_must_be_there() {
        let own = [needs("own", "1.0.0", "")];
        assert_eq!(planned(&own, &[], &[has("own", "9.0.0", true)]).unwrap().0, [0]);
        assert!(planned(&own, &[], &[]).unwrap_err().contains("not in charts/"));
    }
}
