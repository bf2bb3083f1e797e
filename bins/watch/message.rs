//! What the threads tell the one that decides: the only way in which they meet.
//! Whoever decides does so alone and never waits for anything but the next message.

use crate::deploy::Done;
use crate::machine::{Plan, Signal, Survey};
use crate::surveying::News;

/// A message.
pub enum Message {
    /// Something may have changed.
    Hint,
    /// The answer to a survey.
    Surveyed(Survey),
    /// The answer to the request for a plan.
    Planned(Plan),
    /// What is watched now, and what is wrong with that.
    News(News),
    /// A run has ended.
    Done(Box<Done>),
    /// A signal.
    Signal(Signal),
    /// Standard input has ended.
    End,
}
