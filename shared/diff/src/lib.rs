//! What `helmfile diff --detailed-exitcode` printed, read into data.
//!
//! helmfile joins what helm-diff printed for each release, and its exit code is
//! about all of them. Silence has many causes: nothing differs, the release is
//! kept silent, helm-diff crashed, helm failed. So a release is in sync only where
//! that was said, and otherwise unknown with the reason. Refuses to run anything,
//! and to know what a difference means.

#![warn(unreachable_pub)]

mod block;
mod body;
mod complaint;
mod entry;
mod finding;
mod judge;
mod key;
mod note;
mod object;
mod owner;
mod path;
mod plain;
mod summary;
mod verdict;

pub use object::{Change, FieldChange, ObjectChange};
pub use verdict::{Answer, Verdict, read, read_alone};

/// A release that helmfile was asked about, as `helmfile list` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its name.
    pub name: String,
    /// Its namespace, which may be empty.
    pub namespace: String,
}

/// What a run of helmfile left behind. Bytes, for a chart may print anything; as
/// they came, for a last line without its end counts as cut off.
#[derive(Clone, Copy, Debug)]
pub struct Output<'a> {
    /// Its standard output.
    pub stdout: &'a [u8],
    /// Its standard error, which must not be silenced: helmfile lists there what
    /// changed.
    pub stderr: &'a [u8],
    /// Its exit code.
    pub exit: u8,
}
