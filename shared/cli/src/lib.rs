//! What all helmfire binaries share at their outer edge: one `main`, one way
//! to fail, one set of exit codes, one voice on stderr.
//!
//! Refuses to know what any of the binaries does.

#![warn(unreachable_pub)]

mod exit;
mod run;
mod table;
mod talk;

pub use exit::{Exit, Locked, Usage};
pub use run::{is_closed_pipe, run};
pub use table::Table;
pub use talk::{Colour, Output, Talk};
