//! One thing that is not as it should be, as it was found.
//!
//! Raw: secrets are in it, so it has no form in which it could be printed or kept; a
//! [`Row`](crate::Row) is made of it for that. Refuses to judge.

use std::fmt;

use helmfire_compare::{Owner, Pointer};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Object;

/// What a finding means.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// The cluster is not as it was deployed.
    Drift,
    /// What is deployed is not what git wants.
    Pending,
    /// It could not be found out.
    Unknown,
}

/// Something found in one object.
#[derive(Clone, PartialEq)]
pub struct Finding {
    /// Drift or pending.
    pub class: Class,
    /// Where.
    pub object: Object,
    /// Where in the object; the root for an object that is gone, to be added or to be
    /// removed.
    pub pointer: Pointer,
    /// For each token of the pointer the `name` of the list item that it stands for.
    pub names: Vec<Option<String>>,
    /// What the cluster has; for a pending change what is deployed.
    pub live: Option<Value>,
    /// What was deployed; for a pending change what git wants.
    pub desired: Option<Value>,
    /// Whether somebody put it beside what was deployed.
    pub is_addition: bool,
    /// Whether the server did not compare, but each field of the manifest was looked at.
    pub is_by_field: bool,
    /// Who wrote what is live.
    pub owner: Option<Owner>,
    /// The rule by which it does not count.
    pub ignored_by: Option<String>,
    /// What else there is to say.
    pub reason: Option<String>,
}

impl Finding {
    /// Whether it is about the whole object.
    pub fn is_whole(&self) -> bool {
        self.pointer.tokens().is_empty()
    }

    /// Whether it is that the object is being deleted.
    pub fn is_dying(&self) -> bool {
        self.pointer.tokens() == ["metadata", "deletionTimestamp"]
    }

    /// Whether it counts.
    pub fn counts(&self) -> bool {
        self.ignored_by.is_none()
    }
}

/// No secret in any output.
impl fmt::Debug for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} {}", self.class, self.object, self.pointer)
    }
}
