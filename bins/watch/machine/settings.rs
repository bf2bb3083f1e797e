//! What the user may choose. The times are those of the command line's defaults.
//! That a run is never killed is no setting: helm would leave releases pending.

use super::Time;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long nothing may happen before a run begins.
    pub quiet: Time,
    /// How long a quiet period is waited for.
    pub cap: Time,
    /// How long git's lock is respected.
    pub git_hold: Time,
    /// How long helmfile may take to end after an interrupt of ours.
    pub grace: Time,
    /// How long nothing may happen after a run that seems to rewrite its inputs.
    pub calm: Time,
    /// How often to look although nothing happened.
    pub poll: Option<Time>,
    /// Whether a hint comes for each change.
    pub reliable: bool,
    pub busy: Busy,
    /// After what time a failed release is tried again although nothing changed.
    pub retry: Option<Time>,
    pub initial: Initial,
    /// Whether a program of the user's is told of runs, and may write inputs.
    pub may_write: bool,
}

/// What a change does while helmfile runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// All changes make one more run afterwards.
    Queue,
    /// It waits for the next change after the run.
    Ignore,
    /// The run is interrupted.
    Restart,
}

/// What is done at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initial {
    /// helmfile runs for all releases.
    Run,
    /// Only what has changed since the last time is caught up with.
    Skip,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            quiet: Time::from_millis(500),
            cap: Time::from_secs(5),
            git_hold: Time::from_secs(30),
            grace: Time::from_secs(60),
            calm: Time::from_secs(5),
            poll: None,
            reliable: true,
            busy: Busy::Queue,
            retry: None,
            initial: Initial::Run,
            may_write: false,
        }
    }
}
