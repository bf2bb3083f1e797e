//! An event: one line of `events.jsonl`.
//!
//! Its rows can be read back only as they were written, not as rows: what was in a
//! file is no proof that it went through the redactor. Refuses to know where the file
//! is and how long.

use helmfire_inputs::{Id, Print};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Known;
use crate::{Row, time};

/// What happened to a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// It drifted.
    FirstSeen,
    /// It drifted in another way.
    Changed,
    /// It is again as it was deployed.
    Gone,
    /// It can no longer be found out.
    Unknown,
    /// It can be found out again.
    KnownAgain,
}

/// A line of the history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    v: u8,
    /// RFC 3339.
    pub time: String,
    /// The release's name.
    pub release: String,
    /// Its namespace.
    pub namespace: String,
    /// Its kube context.
    pub kube_context: String,
    /// The helmfile, if it could not tell its releases.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub helmfile: String,
    /// What happened.
    pub event: What,
    /// Of the drift that it is about.
    pub fingerprint: Option<Print>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    rows: Vec<Value>,
}

impl Event {
    pub(super) fn new<'r>(
        now: u64,
        known: &Known,
        event: What,
        fingerprint: Option<Print>,
        rows: impl Iterator<Item = &'r Row>,
    ) -> Self {
        let Known { id, helmfile, .. } = known;
        Self {
            v: 1,
            time: time::text(now),
            release: id.name.clone(),
            namespace: id.namespace.clone(),
            kube_context: id.context.clone(),
            helmfile: helmfile.clone(),
            event,
            fingerprint,
            rows: rows.filter_map(|row| serde_json::to_value(row).ok()).collect(),
        }
    }

    /// The rows of `--json`, of what was seen or could not be.
    pub fn rows(&self) -> &[Value] {
        &self.rows
    }

    /// Which release it is about.
    pub fn id(&self) -> Id {
        Id {
            name: self.release.clone(),
            namespace: self.namespace.clone(),
            context: self.kube_context.clone(),
        }
    }
}

/// The events of a journal, and how many lines are none: a write may have been cut
/// off, and a later version may have other events.
pub fn read(lines: &str) -> (Vec<Event>, usize) {
    let mut lost = 0;
    let mut events = Vec::new();
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        match serde_json::from_str(line) {
            Ok(event) => events.push(event),
            Err(_) => lost += 1,
        }
    }
    (events, lost)
}
