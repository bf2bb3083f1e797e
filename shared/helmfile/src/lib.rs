//! Everything that knows the command lines of helm and helmfile.
//!
//! Refuses to know what a substitution or a manifest is.

#![warn(unreachable_pub)]

pub mod alias;
pub mod cache;
pub mod call;
pub mod child;
pub mod globals;
pub mod helm;
pub mod home;
pub mod line;
pub mod list;
pub mod passed;
pub mod plugin;
pub mod programs;
pub mod question;
pub mod run;
pub mod vocabulary;
