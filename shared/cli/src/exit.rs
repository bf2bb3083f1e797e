//! Exit codes, the same for every binary.

use std::process::ExitCode;

/// How a run ended if it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done, nothing to report.
    Done,
    /// 1: trouble that has been said in full, more than one line of it.
    Trouble,
    /// 2: a difference was found where one was looked for.
    Difference,
    /// The exit code of a program that this one stands for.
    Child(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::Trouble => Self::FAILURE,
            Exit::Difference => Self::from(2),
            Exit::Child(code) => Self::from(code),
        }
    }
}

/// An error in how the program was called: exit code 64 (`EX_USAGE`).
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// Another instance holds the lock: exit code 75 (`EX_TEMPFAIL`).
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Locked(pub String);

/// 1 for trouble, 64 and 75 for the two errors above.
pub(crate) fn code_of(error: &anyhow::Error) -> u8 {
    if error.is::<Usage>() {
        64
    } else if error.is::<Locked>() {
        75
    } else {
        1
    }
}
