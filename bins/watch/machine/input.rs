//! What the machine is told: the start, hints, answers to what it asked for, signals,
//! the time. Anything else, the clock among it, it does not know.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::PathBuf;

use super::{Id, Print};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The start, with what earlier runs deployed.
    Begin {
        deployed: BTreeMap<Id, Print>,
    },
    /// Something may have changed.
    Hint,
    /// The answer to `Action::Survey`.
    Surveyed(Survey),
    /// The answer to `Action::Plan`.
    Planned(Plan),
    /// The end of what `Action::Run` began.
    Ended(Ended),
    Signal(Signal),
    /// The deadline has come.
    Wake,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    Interrupt,
    Terminate,
    Hangup,
}

/// A look at all input files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Whose content differs from the survey before.
    pub changed: Vec<PathBuf>,
    /// Or why helmfile could not read its files.
    pub state: Result<State, String>,
    /// Whether git is at work: `.git/index.lock` exists.
    pub locked: bool,
}

/// What the input files ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    pub generation: u64,
    pub wanted: BTreeMap<Id, Print>,
    /// Whether a run may change inputs: it runs programs of the user's.
    pub may_write: bool,
    /// Files that helm makes and that were not there at the survey before: if a run has
    /// succeeded meanwhile it was that, and knew what is in them.
    pub made: BTreeSet<PathBuf>,
    /// The changed files because of which a print differs from that of the survey
    /// before.
    pub reasons: BTreeMap<Id, Vec<PathBuf>>,
}

/// How to call helmfile for some releases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub releases: BTreeSet<Id>,
    pub generation: u64,
    pub outcome: Result<Planned, String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// The arguments of each call; they cover what is not refused.
    pub invocations: Vec<Vec<OsString>>,
    /// Releases that cannot be had alone, and why.
    pub refused: BTreeMap<Id, String>,
}

/// What came of a run. Releases in neither set stay as they were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    pub succeeded: BTreeSet<Id>,
    pub failed: BTreeSet<Id>,
}
