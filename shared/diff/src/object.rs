//! What differs in one object of a release.
//!
//! All that is known, and no more: the structured output names fields, the text
//! output has lines, the simple output has neither. Names and values are those of
//! the chart and may hold anything; who prints them has to clean them.

use serde_json::Value;

/// What becomes of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It would be created.
    Add,
    /// It would be deleted.
    Remove,
    /// It would be changed.
    Modify,
    /// It would come to belong to this release.
    Ownership,
}

/// An object that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct ObjectChange {
    /// Such as `apps/v1`; may be the group alone, or the version for the core.
    pub api_version: String,
    /// Its kind; empty where helm-diff's key for it could not be read.
    pub kind: String,
    /// Its namespace; empty if it has none or none is known.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// What becomes of it.
    pub change: Change,
    /// Whether what differs was withheld on purpose.
    pub suppressed: bool,
    /// The fields that differ, where they are known.
    pub fields: Vec<FieldChange>,
    /// The lines of the diff, where they are all that is known.
    pub text: Option<String>,
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// The path as tokens of a JSON pointer. helm-diff joins them with dots, so a
    /// key with a dot that is not the last one falls apart.
    pub tokens: Vec<String>,
    /// The value there was; none if there was none.
    pub old: Option<Value>,
    /// The value there will be; none if there will be none.
    pub new: Option<Value>,
}
