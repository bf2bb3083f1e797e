//! What a drift check found, as it is told: rows, types, severities, scores, the
//! report, and the history of what came and went.
//!
//! ```text
//! findings (raw) → redactor → rows → report → text, diff, JSON lines, one line
//!                                           → state, events → time line
//! ```
//!
//! Pure: values in, texts out. A row cannot be made but through the [`Redactor`], so
//! no secret gets beyond the first arrow. Refuses to look for anything itself, to
//! decide what is ignored, and to touch a file.

#![warn(unreachable_pub)]

#[cfg(test)]
mod bed;
mod finding;
pub mod history;
mod jq;
mod kind;
mod object;
mod place;
pub mod report;
mod row;
pub mod score;
mod secret;
mod severity;
mod time;

pub use finding::{Class, Finding};
pub use kind::Type;
pub use object::Object;
pub use report::{ReleaseReport, Report};
pub use row::{Release, Row, Summary, Unknown};
pub use secret::Redactor;
pub use severity::{Line, OPT_OUT, Severity, table};
