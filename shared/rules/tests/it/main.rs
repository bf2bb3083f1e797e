//! The crate as its users see it: reading files, editing them, references.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod editing;
mod example;
mod ignore_editing;
mod ignore_reading;
mod reading;
mod references;
