//! How helmfile is called for exactly some releases.
//!
//! helmfile is asked whom the selectors mean (`list`, which touches no chart and no
//! cluster), since a nested helmfile with selectors of its own ignores ours
//! (helmfile 1.8.0). Where they mean others, too, the helmfile is called by itself, if
//! it is one of a directory, or nested and nothing is handed to it from above; else the
//! release is refused.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::Path;

use helmfire_helmfile::list;
use helmfire_helmfile::question::AskError;
use helmfire_inputs::map::Release;
use helmfire_inputs::state::{Nested, State};
use helmfire_inputs::{Id, Map, path, select};

use crate::command::Command;
use crate::machine::Planned;

/// Plans, and remembers whom selectors mean.
#[derive(Debug, Default)]
pub struct Planner {
    /// The generation of the state for which answers are known.
    generation: u64,
    known: BTreeMap<Vec<OsString>, Vec<list::Release>>,
}

/// All that a plan is made from.
pub struct Basis<'a> {
    pub command: &'a Command,
    pub map: &'a Map,
    pub states: &'a [State],
    pub generation: u64,
}

impl Planner {
    /// Plans a run for the releases `wanted`.
    pub fn plan(
        &mut self,
        basis: &Basis<'_>,
        wanted: &BTreeSet<Id>,
    ) -> Result<Planned, AskError> {
        if self.generation != basis.generation {
            self.known.clear();
            self.generation = basis.generation;
        }
        let releases = basis.map.releases.iter();
        let releases: Vec<&Release> =
            releases.filter(|release| wanted.contains(&release.id)).collect();
        let mut planned = Planned::default();
        if self.others(basis, &releases, None)?.is_empty() {
            planned.invocations.push(words(basis, &releases, None));
            return Ok(planned);
        }
        let mut by_file: BTreeMap<&Path, Vec<&Release>> = BTreeMap::new();
        for release in releases {
            by_file.entry(&release.helmfile).or_default().push(release);
        }
        for (file, releases) in by_file {
            self.alone(basis, file, &releases, &mut planned)?;
        }
        Ok(planned)
    }

    /// Plans the releases of one helmfile by itself.
    fn alone(
        &mut self,
        basis: &Basis<'_>,
        file: &Path,
        releases: &[&Release],
        planned: &mut Planned,
    ) -> Result<(), AskError> {
        let mut choices = vec![None];
        choices
            .extend(stands_alone(basis.states, file).then_some(Some(file.as_os_str())));
        let mut others = Vec::new();
        for choice in choices {
            others = self.others(basis, releases, choice)?;
            if others.is_empty() {
                planned.invocations.push(words(basis, releases, choice));
                return Ok(());
            }
        }
        let why = format!(
            "helmfile would deploy {} with it, whatever is selected (see selectors in {})",
            others.join(", "),
            selecting(basis.states)
        );
        let refused = releases.iter().map(|release| (release.id.clone(), why.clone()));
        planned.refused.extend(refused);
        Ok(())
    }

    /// Whom the selectors of `releases` mean besides.
    fn others(
        &mut self,
        basis: &Basis<'_>,
        releases: &[&Release],
        file: Option<&OsStr>,
    ) -> Result<Vec<String>, AskError> {
        let selection = select(releases, &basis.map.releases);
        let mut others: Vec<String> =
            selection.also.iter().map(ToString::to_string).collect();
        let passed = basis.command.selecting(&selection.selectors, file);
        let key = passed.words("list");
        if !self.known.contains_key(&key) {
            let listed = list::releases(&basis.command.helmfile, &passed)?;
            self.known.insert(key.clone(), listed);
        }
        let is_asked = |listed: &list::Release| {
            let same = |it: &&Release| {
                it.id.name == listed.name && it.id.namespace == listed.namespace
            };
            releases.iter().any(same)
        };
        let listed = self.known.get(&key).into_iter().flatten();
        // What is switched off is passed over.
        let listed = listed.filter(|listed| listed.enabled && !is_asked(listed));
        others.extend(listed.map(|listed| listed.name.clone()));
        Ok(others)
    }
}

fn words(
    basis: &Basis<'_>,
    releases: &[&Release],
    file: Option<&OsStr>,
) -> Vec<OsString> {
    let selection = select(releases, &basis.map.releases);
    basis.command.some(&selection.selectors, file)
}

/// Whether a helmfile gets nothing from others: it is one of a directory, or those above
/// it hand it nothing.
fn stands_alone(states: &[State], file: &Path) -> bool {
    let mut nested = above(states, file).peekable();
    let is_nested = nested.peek().is_some();
    let tops = || states.iter().filter(|it| above(states, &it.source).next().is_none());
    if is_nested {
        nested.all(|it| it.values.is_empty())
    } else {
        tops().count() > 1 && tops().any(|it| it.source == file)
    }
}

/// How other helmfiles name this one.
fn above<'s>(states: &'s [State], file: &'s Path) -> impl Iterator<Item = &'s Nested> {
    states.iter().flat_map(move |state| {
        let directory = state.directory();
        state.helmfiles.iter().filter(move |it| path::join(directory, &it.path) == file)
    })
}

/// The helmfiles in which there may be selectors of nested ones; `helmfile build` does
/// not print all of these.
fn selecting(states: &[State]) -> String {
    let nesting = states.iter().filter(|state| !state.helmfiles.is_empty());
    let names = nesting.map(|it| path::relative(&it.source).display().to_string());
    names.collect::<Vec<_>>().join(", ")
}
