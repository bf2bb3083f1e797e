//! What is known of each release from the last check: `drift.json`.
//!
//! Names, fingerprints and times. Refuses to hold a value, even a hidden one.

use helmfire_inputs::{Id, Print};
use serde::{Deserialize, Serialize};

use crate::{ReleaseReport, time};

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
    /// The helmfile, or `the cluster`, that cannot tell its releases.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub helmfile: String,
    /// Of its drift.
    pub fingerprint: Option<Print>,
    /// Since when there is drift, RFC 3339.
    pub first_seen: Option<String>,
    /// Since when it cannot be looked at, RFC 3339.
    pub unknown_since: Option<String>,
}

impl Known {
    /// That nothing is known of it yet.
    pub(super) fn of(release: &ReleaseReport) -> Self {
        Self {
            id: release.id().clone(),
            helmfile: release.nameless().unwrap_or_default().into(),
            fingerprint: None,
            first_seen: None,
            unknown_since: None,
        }
    }

    /// Whether it is about this one.
    pub(super) fn is(&self, release: &ReleaseReport) -> bool {
        self.id == *release.id()
            && self.helmfile == release.nameless().unwrap_or_default()
    }
}

impl State {
    /// What is known of a release; nothing if it is clean or was never looked at.
    pub fn get(&self, release: &ReleaseReport) -> Option<&Known> {
        self.releases.iter().find(|known| known.is(release))
    }

    /// Since when a release drifts, in seconds since 1970.
    pub fn first_seen(&self, release: &ReleaseReport) -> Option<u64> {
        time::parse(self.get(release)?.first_seen.as_ref()?)
    }

    /// Forgets releases, those that no helmfile declares any more.
    pub fn retain(&mut self, keep: impl Fn(&Id) -> bool) {
        self.releases.retain(|known| keep(&known.id));
    }

    pub(super) fn put(&mut self, known: Known) {
        let is_it =
            |other: &Known| other.id == known.id && other.helmfile == known.helmfile;
        self.releases.retain(|other| !is_it(other));
        if known.fingerprint.is_some() || known.unknown_since.is_some() {
            self.releases.push(known);
            self.releases.sort_by(|one, other| one.id.cmp(&other.id));
        }
    }
}
