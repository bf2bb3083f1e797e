//! What the machine asks for, as data: a test can compare it, and whoever performs it
//! needs to know nothing of why.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::PathBuf;

use super::{Id, Print};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Look at the input files; `reload` even what seems not to have changed.
    Survey {
        reload: bool,
    },
    /// Find out how to call helmfile for these releases.
    Plan {
        releases: BTreeSet<Id>,
        generation: u64,
    },
    Run(Job),
    /// To the helmfile that runs.
    Send(Kill),
    /// Keep this for the next start.
    Store {
        deployed: BTreeMap<Id, Print>,
    },
    Report(Report),
    /// The last action there is.
    Exit(u8),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub what: What,
    /// With the files because of which each is run.
    pub releases: BTreeMap<Id, Vec<PathBuf>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// helmfile without a selector.
    Whole,
    /// These invocations, one after the other.
    Some(Vec<Vec<OsString>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kill {
    Interrupt,
    Terminate,
}

/// What the user should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// A run begins because of these files.
    Changed(Vec<PathBuf>),
    /// helmfile cannot read its files, or not tell how to call it.
    Broken(String),
    Mended,
    /// No longer declared, but still in the cluster.
    Removed(Id),
    /// Cannot be run alone.
    Refused {
        release: Id,
        why: String,
    },
    /// Each run rewrites this file; no further run for these releases. The path is
    /// empty if they differ after each run although no file does.
    SelfWriting {
        file: PathBuf,
        releases: Vec<Id>,
    },
    /// These files changed, and no release is affected.
    Untouched(Vec<PathBuf>),
}
