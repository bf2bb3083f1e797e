//! What helmfire remembers between two runs: a directory per helmfile and environment
//! ([`Home`]), fingerprints instead of content ([`Print`]), journals of what happened
//! ([`Journal`]), and locks against a second one of a kind ([`Lock`]).
//!
//! Refuses to keep content: what lies there may be read by a backup.

#![warn(unreachable_pub)]

mod home;
mod journal;
mod lock;
mod print;

pub use home::{Home, HomeError, replace};
pub use journal::Journal;
pub use lock::Lock;
pub use print::{Ink, Key, Print};
