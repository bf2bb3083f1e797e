//! A local chart made ready to stand in for a remote one: a private copy with
//! its dependencies, addressed by its content.
//!
//! What helm would read of a chart directory is read into memory once
//! ([`Store::stage`]), so that the copy is what was hashed however long the user
//! goes on typing. Refuses to know what a rule or a helmfile is, and never writes
//! into the directory that it copies.

#![warn(unreachable_pub)]

mod archive;
mod chartify;
mod closure;
mod constraint;
mod content;
mod copy;
mod dependencies;
mod error;
mod fetch;
mod glob;
mod ignore;
mod lock;
mod metadata;
mod source;
mod store;
mod subchart;
mod walk;

pub use archive::unpack_into;
pub use chartify::{is_copy_of, replace_content};
pub use closure::{Part, closure};
pub use copy::copy_into;
pub use error::StageError;
pub use store::{Staged, Store};
