//! What a substitution is, what drift is to be ignored, and the one file that
//! holds both.
//!
//! [`Reference`] reads image references, [`ImageRules`] finds the rule that
//! applies to one, [`IgnoreRule`] says whether it is about a difference, [`Rules`]
//! is the content of `helmfire.toml`, [`mod@file`] finds, reads and edits that file.
//!
//! Refuses to know what a manifest is: a rule sees a reference and the
//! [`Place`] it stands in, or one difference, nothing else.

#![warn(unreachable_pub)]

pub mod chart;
mod fault;
pub mod field;
pub mod file;
pub mod ignore;
mod image;
mod key;
mod lookup;
mod near;
mod path;
mod pattern;
mod place;
mod reference;

pub use chart::ChartRule;
pub use fault::{Fault, Faults, Position};
pub use field::{FieldForm, FieldRule};
pub use file::Rules;
pub use ignore::IgnoreRule;
pub use image::{DigestPolicy, ImageRule, RuleError};
pub use key::{RuleKey, RuleKind};
pub use lookup::{ImageRules, Lookup};
pub use near::nearest;
pub use path::{FieldPath, Key, Step};
pub use pattern::Pattern;
pub use place::{Limits, Place, Verdict};
pub use reference::{Reference, ReferenceError};
