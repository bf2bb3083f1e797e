//! What could not be checked: why, and what to do about it.

use helmfire_cluster::Fault;
use helmfire_findings::{Class, Object};

/// What could not be checked, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Whether it is drift or what is pending that is unknown, or both.
    pub what: Class,
    /// The object; the release as a whole if there is none.
    pub object: Option<Object>,
    pub reason: String,
    pub remedy: String,
}

impl Unknown {
    /// Whether the release as a whole drifted.
    pub fn of_release(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        let (what, object) = (Class::Drift, None);
        Self { what, object, reason: reason.into(), remedy: remedy.into() }
    }

    /// The cluster did not answer.
    pub fn of_fault(object: Option<Object>, fault: &Fault) -> Self {
        let (reason, remedy) = (fault.to_string(), fault.remedy().into());
        Self { what: Class::Drift, object, reason, remedy }
    }
}
