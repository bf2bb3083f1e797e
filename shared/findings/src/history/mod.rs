//! What came and went: the same drift is one event, not one of each check.
//!
//! ```text
//! state, report, now → state, events     (to be kept, to be appended)
//! events → time line                     (to be read)
//! ```
//!
//! What cannot be looked at has not gone: a release that is unknown keeps what was
//! known of it. Only hidden values are in either. Refuses to touch a file.

mod event;
mod state;
mod step;
mod timeline;

pub use event::{Event, What, read};
pub use state::{Known, State};
pub use step::step;
pub use timeline::{json, text, timeline};

#[cfg(test)]
mod tests;
