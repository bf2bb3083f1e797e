//! Which files feed which releases of a helmfile, and whether what they make of a
//! release has changed.
//!
//! ```text
//! helmfile build → state → map → inputs (files → releases)
//!                              → prints (release → fingerprint)
//! ```
//!
//! helmfile tells its own state ([`mod@state`]), from which a [`Map`] is drawn. What
//! helmfile does not tell, the files that templates read, is found by asking it
//! again and comparing fingerprints. Refuses to render anything and to watch.

#![warn(unreachable_pub)]

pub mod change;
mod files;
pub mod history;
mod id;
pub mod instead;
mod kustomize;
pub mod map;
pub mod path;
pub mod project;
mod quoted;
mod role;
mod sameness;
mod selector;
pub mod sound;
pub mod state;
mod substitute;
mod tree;
mod universe;

pub use files::{Files, Form};
pub use helmfire_state::{Ink, Key, Print};
pub use id::Id;
pub use map::Map;
pub use role::Role;
pub use sameness::{Sameness, sameness};
pub use selector::{Selection, select};
pub use tree::Tree;
pub use universe::Universe;
