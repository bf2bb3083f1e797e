//! The run that is going, and what must be known of it once it is over: what was
//! wanted when it began, so that a change meanwhile does not count as deployed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::{Id, Print, Time};

#[derive(Debug)]
pub(super) struct Running {
    /// All that was wanted when it began.
    pub began: BTreeMap<Id, Print>,
    pub releases: BTreeMap<Id, Vec<PathBuf>>,
    /// Whether it was interrupted in favour of the next one.
    pub interrupted: bool,
    /// When to be less polite.
    pub grace: Option<Time>,
}

impl Running {
    /// What a release of this run was deployed as if it succeeded.
    pub fn print(&self, id: &Id) -> Option<Print> {
        self.releases.contains_key(id).then(|| self.began.get(id).copied()).flatten()
    }
}

/// A run that is over, until the survey after it has been answered.
#[derive(Debug)]
pub(super) struct Aftermath {
    pub run: Running,
    pub succeeded: BTreeSet<Id>,
    /// Whether a survey came, but the files could not be read.
    pub broken: bool,
}
