//! What is known of each release from the last check: `drift.json`.
//!
//! Names, fingerprints and times. Refuses to hold a value, even a hidden one.

use helmfire_inputs::{Id, Print};
use serde::{Deserialize, Serialize};

/// What is known of all releases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    v: u8,
    pub(super) releases: Vec<Known>,
}

impl Default for State {
    fn default() -> Self {
        Self { v: 1, releases: Vec::new() }
    }
}

/// What is known of one that drifted or cannot be looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Known {
    /// What it is called.
    #[serde(flatten)]
    pub id: Id,
    /// Of its drift.
    pub fingerprint: Option<Print>,
    /// Since when there is drift, RFC 3339.
    pub first_seen: Option<String>,
    /// Since when it cannot be looked at, RFC 3339.
    pub unknown_since: Option<String>,
}

impl State {
    /// What is known of a release; nothing if it is clean or was never looked at.
    pub fn get(&self, id: &Id) -> Option<&Known> {
        self.releases.iter().find(|known| known.id == *id)
    }

    /// Forgets releases, those that no helmfile declares any more.
    pub fn retain(&mut self, keep: impl Fn(&Id) -> bool) {
        self.releases.retain(|known| keep(&known.id));
    }

    pub(super) fn put(&mut self, known: Known) {
        self.releases.retain(|other| other.id != known.id);
        if known.fingerprint.is_some() || known.unknown_since.is_some() {
            self.releases.push(known);
            self.releases.sort_by(|one, other| one.id.cmp(&other.id));
        }
    }
}
