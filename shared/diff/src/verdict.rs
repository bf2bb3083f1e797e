//! What became of each release that was asked about.
//!
//! In sync is what an exit code of 0 says, or helmfile's own list of what changed.
//! With 1 nothing is said about a release without a diff: one that failed looks
//! the same, and only one failure is explained. Asking for it alone tells.

use std::slice;

use crate::judge::Run;
use crate::object::ObjectChange;
use crate::{Asked, Output, plain};

/// What is known of a release.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Nothing differs.
    InSync,
    /// These objects differ.
    Differs(Vec<ObjectChange>),
    /// It is there and would be deleted as a whole: `installed: false`.
    Removal,
    /// Nobody knows.
    Unknown {
        /// Why, in one line of at most 300 characters.
        reason: String,
        /// What helps, where that is known.
        remedy: Option<String>,
    },
}

/// What a run says.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// A verdict for each release that was asked about, in their order.
    pub verdicts: Vec<Verdict>,
    /// Those of them that are unknown, but may be known once asked about alone.
    pub rerun: Vec<usize>,
    /// What belongs to no release, each in one line.
    pub notes: Vec<String>,
}

/// Reads a run about all of `asked`.
pub fn read(asked: &[Asked], output: &Output) -> Answer {
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    let run = Run::read(asked, &stdout, &stderr, output.exit);
    let findings: Vec<_> = (0..asked.len()).map(|at| run.judge(at)).collect();
    let worth_it = |at: &usize| findings[*at].is_worth_a_rerun();
    let rerun = (0..asked.len()).filter(worth_it).collect();
    let notes = run.notes();
    Answer { verdicts: run.into_verdicts(findings), rerun, notes }
}

/// Reads a run about `asked` alone, as [`Answer::rerun`] wants it.
pub fn read_alone(asked: &Asked, output: &Output) -> Verdict {
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    let run = Run::read(slice::from_ref(asked), &stdout, &stderr, output.exit);
    let finding = run.judge_alone();
    run.into_verdict(finding)
}

fn text(bytes: &[u8]) -> String {
    plain::without_colours(&String::from_utf8_lossy(bytes))
}
