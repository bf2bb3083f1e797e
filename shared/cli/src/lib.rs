//! What all helmfire binaries share at their outer edge: one `main`, one way
//! to fail, one set of exit codes, one voice on stderr.
//!
//! Refuses to know what any of the binaries does.

#![warn(unreachable_pub)]

mod exit;
mod report;
mod run;
mod secret;
mod table;
mod talk;

pub use exit::{Exit, Locked, Usage};
pub use report::{REPORT_VARIABLE, Report};
pub use run::{is_closed_pipe, run, run_as_is, run_from};
pub use secret::without_passwords;
pub use table::Table;
pub use talk::{Colour, Output, Talk, count};
