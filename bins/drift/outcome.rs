//! What one pass found of one release, the live side and git's side together.
//!
//! The two never mix: drift comes from the cluster, pending from helm-diff. Whatever
//! could not be checked on either side is unknown.

use std::path::PathBuf;

use helmfire_diff::Verdict;
use helmfire_findings::{Class, Finding};
use helmfire_inputs::Id;

use crate::declared::Declared;
use crate::found::Found;
use crate::pending::{absent, findings, removal};
use crate::survey::{Presence, Surveyed};
use crate::unknown::Unknown;

/// A release and what was found.
#[derive(Debug, Default)]
pub struct Outcome {
    pub id: Id,
    pub helmfile: PathBuf,
    /// Whether git wants it gone: `installed: false`.
    pub is_unwanted: bool,
    /// Whether it stands for that there is no release at all.
    pub is_nobody: bool,
    /// Whether Helm has it, where that was asked.
    pub is_there: Option<bool>,
    /// Whether Helm knows that it was uninstalled.
    pub is_uninstalled: bool,
    pub findings: Vec<Finding>,
    pub unknown: Vec<Unknown>,
    pub notes: Vec<String>,
    pub by_field: usize,
}

impl Outcome {
    /// Of a release of which nothing is known yet.
    pub fn new(declared: Declared) -> Self {
        let Declared { id, helmfile, is_wanted } = declared;
        Self { id, helmfile, is_unwanted: !is_wanted, ..Self::default() }
    }

    /// With what was found live; that a release is not there helm-diff tells, if it is
    /// asked, too.
    pub fn of_live(surveyed: Surveyed, is_diff_asked: bool) -> Self {
        let mut outcome = Self::new(surveyed.declared);
        let is_told = outcome.see(surveyed.presence);
        if is_diff_asked {
            return outcome;
        }
        let Id { name, namespace, .. } = &outcome.id;
        if !is_told && !outcome.is_unwanted {
            outcome.findings.push(absent(name, namespace));
        } else if outcome.is_unwanted && outcome.is_there == Some(true) {
            outcome.findings.push(removal(name, namespace));
        }
        outcome
    }

    /// That nothing could be found out of the helmfile as a whole.
    pub fn of_nothing(helmfile: PathBuf, unknown: Unknown) -> Self {
        Self { helmfile, unknown: vec![unknown], ..Self::default() }
    }

    /// That there is no release.
    pub fn of_nobody(helmfile: PathBuf, unknown: Unknown) -> Self {
        Self { is_nobody: true, ..Self::of_nothing(helmfile, unknown) }
    }

    /// Of a release that Helm had at the check before.
    pub fn of_lost(id: Id) -> Self {
        let mut outcome = Self { id, is_there: Some(false), ..Self::default() };
        outcome.lose();
        outcome
    }

    /// Adds what was found live; whether something is known of the release.
    fn see(&mut self, presence: Presence) -> bool {
        let found = match presence {
            Presence::Found(found) => found,
            Presence::Absent | Presence::Uninstalled => {
                self.is_there = Some(false);
                self.is_uninstalled = matches!(presence, Presence::Uninstalled);
                return self.is_uninstalled;
            }
        };
        // Where the cluster was not asked, nobody knows.
        if found.is_gone {
            self.is_there = Some(false);
        } else if found.is_looked_at() {
            self.is_there = Some(true);
        }
        let Found { findings, unknown, notes, by_field, .. } = found;
        self.by_field += by_field;
        self.findings.extend(findings);
        self.unknown.extend(unknown);
        self.notes.extend(notes);
        true
    }

    /// That it is gone, and was there: somebody uninstalled it behind git's back.
    pub fn lose(&mut self) {
        let Id { name, namespace, .. } = &self.id;
        let mut gone = absent(name, namespace);
        gone.class = Class::Drift;
        let reason = if self.is_uninstalled {
            "Helm has kept that it was uninstalled"
        } else {
            "it was deployed at an earlier check"
        };
        gone.reason = Some(reason.into());
        self.findings.retain(|it| it.object != gone.object);
        self.findings.insert(0, gone);
    }

    /// Adds what git wants.
    pub fn want(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::InSync => {}
            Verdict::Differs(changes) => {
                self.findings.extend(changes.into_iter().flat_map(findings));
            }
            Verdict::Removal => {
                self.findings.push(removal(&self.id.name, &self.id.namespace));
            }
            Verdict::Unknown { reason, remedy } => {
                let unknown = Unknown::of_release(reason, remedy.unwrap_or_default());
                self.unknown.push(Unknown { what: Class::Pending, ..unknown });
            }
        }
    }
}
