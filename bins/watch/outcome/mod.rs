//! What became of each release in a run of helmfile.
//!
//! helmfile says it in tables for people, helm in blocks of its own, and when
//! something fails one error is explained. This puts together who succeeded, and
//! a line on why the others did not. In doubt a release counts as failed: trying
//! again is cheap. Refuses to run anything.

mod complaint;
mod printed;

pub use printed::without_colours;

use std::iter;

use serde::Serialize;

use complaint::Complaint;
use printed::{Deployed, Row, Title};

/// A release as `helmfile list` names it; without a namespace that is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
}

/// What a run did to a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Installed or upgraded.
    Updated,
    /// Uninstalled.
    Deleted,
    /// Looked at and left alone.
    Unchanged,
}

/// What became of one release.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fate {
    /// Its name.
    pub name: String,
    /// Its namespace, which may be empty.
    pub namespace: String,
    /// Whether it is as it should be.
    pub success: bool,
    /// If not, why; one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How long helm took, in helmfile's whole seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// The revision that helm made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// What was done, where it is known; also for one that failed afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
}

/// The fates of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Outcome {
    /// Those that were asked for, in that order, then others from the tables:
    /// what they need was deployed, too.
    pub releases: Vec<Fate>,
}

impl Outcome {
    /// From what `helmfile COMMAND` printed for the `asked` releases.
    pub fn read(
        command: &str,
        stdout: &str,
        stderr: &str,
        code: u8,
        asked: &[Name],
    ) -> Self {
        let text = printed::without_colours(&format!("{stdout}\n{stderr}"));
        let run = Run::read(command, stdout, &text, code, asked);
        Self { releases: run.names.iter().map(|name| run.fate(name)).collect() }
    }
}

/// All that was printed.
struct Run {
    names: Vec<Name>,
    rows: Vec<Row>,
    deployed: Vec<Deployed>,
    complaints: Vec<Complaint>,
    last_line: Option<String>,
    cancelled: Vec<String>,
    done: bool,
    /// The state of those that nothing is said about.
    otherwise: Option<State>,
}

impl Run {
    fn read(command: &str, stdout: &str, text: &str, code: u8, asked: &[Name]) -> Self {
        let done = is_done(command, text, code);
        let rows = printed::rows(text);
        let changes = matches!(command, "apply" | "sync");
        let mut names = asked.to_vec();
        for row in &rows {
            if find(&names, &row.name, &row.namespace).next().is_none() {
                let (name, namespace) = (row.name.clone(), row.namespace.clone());
                names.push(Name { name, namespace });
            }
        }
        Self {
            names,
            // Of other commands helm prints the same of a release long deployed.
            deployed: if changes { printed::deployed(text) } else { Vec::new() },
            complaints: if done { Vec::new() } else { complaint::complaints(text) },
            last_line: last_line(text),
            cancelled: text.lines().filter_map(cancelled).collect(),
            done,
            otherwise: otherwise(command, stdout, rows.is_empty()).filter(|_| done),
            rows,
        }
    }

    fn fate(&self, name: &Name) -> Fate {
        let row = |title| {
            let mut rows = self.rows.iter();
            rows.find(|row| {
                row.title == title && self.is(name, &row.name, Some(&row.namespace))
            })
        };
        let (updated, deleted) = (row(Title::Updated), row(Title::Deleted));
        // Two helmfiles may have the same release: the failure is what matters.
        let failed = row(Title::Failed);
        let block = self.deployed.iter().rev();
        let block = { block }.find(|b| self.is(name, &b.name, Some(&b.namespace)));
        let state = match (updated, deleted) {
            (Some(_), _) => Some(State::Updated),
            (None, Some(_)) => Some(State::Deleted),
            // helmfile was ended before it came to its tables, or is quiet.
            _ if block.is_some() && failed.is_none() => Some(State::Updated),
            _ => self.otherwise,
        };
        let state = state.filter(|_| failed.is_none());
        let error = self.error(name, state, failed.is_some());
        Fate {
            name: name.name.clone(),
            namespace: name.namespace.clone(),
            success: error.is_none(),
            error,
            seconds: failed.or(updated).or(deleted).and_then(|row| row.seconds),
            revision: block.map(|block| block.revision),
            state,
        }
    }

    /// Why a release did not succeed; none if it did.
    fn error(&self, name: &Name, state: Option<State>, failed: bool) -> Option<String> {
        let mut about = self.complaints.iter().filter(|complaint| {
            let its = complaint.name.as_deref();
            its.is_some_and(|its| self.is(name, its, complaint.namespace.as_deref()))
        });
        // Without a namespace it is about one of that name which is not well.
        let exact = |complaint: &&Complaint| {
            complaint.namespace.is_some() || self.may_mean(name, state)
        };
        if let Some(complaint) = about.find(exact) {
            return Some(complaint.message.clone());
        }
        if failed && self.cancelled.contains(&name.name) {
            return Some("cancelled".into());
        }
        if failed {
            return Some("helmfile does not say why".into());
        }
        if self.done || state.is_some() {
            return None;
        }
        let somebody = self.rows.iter().any(|row| row.title == Title::Failed)
            || self.complaints.iter().any(|complaint| complaint.name.is_some());
        let last = self.complaints.last().map(|complaint| complaint.message.clone());
        let last = last.or_else(|| self.last_line.clone()).filter(|_| !somebody);
        Some(last.unwrap_or_else(|| "not reached".into()))
    }

    /// Whether an error without a namespace may be about `name` in this `state`:
    /// not if it was updated while another of its name was not.
    fn may_mean(&self, name: &Name, state: Option<State>) -> bool {
        let updated = |other: &&Name| {
            let mut rows = self.rows.iter().filter(|row| row.title == Title::Updated);
            rows.any(|row| self.is(other, &row.name, Some(&row.namespace)))
        };
        let mut namesakes = self.names.iter().filter(|other| other.name == name.name);
        state != Some(State::Updated) || namesakes.all(|other| updated(&other))
    }

    /// Whether `name` is meant.
    fn is(&self, name: &Name, its: &str, namespace: Option<&str>) -> bool {
        match namespace {
            None => name.name == its,
            Some(namespace) => find(&self.names, its, namespace).any(|one| one == name),
        }
    }
}

/// Those of `names` which are meant: the very one; else the one of which either
/// side does not know the namespace, if it is one only.
fn find<'a>(
    names: &'a [Name],
    name: &'a str,
    namespace: &'a str,
) -> impl Iterator<Item = &'a Name> {
    let namesakes = || names.iter().filter(move |one| one.name == name);
    let exact = namesakes().find(|one| one.namespace == namespace);
    let mut vague = namesakes()
        .filter(|one| namespace.is_empty() || one.namespace.is_empty())
        .fuse();
    let single = vague.next().filter(|_| vague.next().is_none());
    iter::once(exact.or(single)).flatten()
}

/// A difference is no failure. Two is also how a Go program ends in panic.
fn is_done(command: &str, text: &str, code: u8) -> bool {
    let panicked = || {
        let mut lines = text.lines();
        lines.any(|line| {
            line.starts_with("panic: ") || line.starts_with("fatal error: ")
        })
    };
    code == 0 || (code == 2 && matches!(command, "apply" | "diff") && !panicked())
}

/// What it means that a release stands in no table of a run without failures.
fn otherwise(command: &str, stdout: &str, no_tables: bool) -> Option<State> {
    let compared = |line: &str| {
        line.trim().is_empty() || line.trim().starts_with("Comparing release=")
    };
    match command {
        "sync" | "destroy" if no_tables => None,
        // With --quiet there are no tables, only the differences themselves.
        "apply" if no_tables && !stdout.lines().all(compared) => None,
        "apply" | "sync" | "destroy" => Some(State::Unchanged),
        _ => None,
    }
}

fn cancelled(line: &str) -> Option<String> {
    let name = line.strip_prefix("Release ")?.strip_suffix(" has been cancelled.")?;
    Some(name.to_owned())
}

fn last_line(text: &str) -> Option<String> {
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty());
    line.map(str::to_owned)
}

#[cfg(test)]
mod tests;
