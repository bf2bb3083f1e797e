//! What a real helm and helmfile talk to: a chart repository, an OCI registry
//! and an API server, each on a free port of 127.0.0.1, started by the test
//! that needs it and gone with it.
//!
//! Only real programs stand behind them, but for the repository: that is a
//! directory, and a thread that gives out its files.

pub mod cluster;
pub mod packages;
pub mod registry;
pub mod repository;
mod tests;

pub use tests::trials;

/// The name that a service with a password wants to hear.
pub const USER: &str = "tester";
/// The password that goes with it.
pub const PASSWORD: &str = "secret";
