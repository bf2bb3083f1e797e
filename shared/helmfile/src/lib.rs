//! Everything that knows the command lines of helm and helmfile.
//!
//! Refuses to know what a substitution or a manifest is.

#![warn(unreachable_pub)]

pub mod plugin;
