//! The releases that a run is about, as helmfile lists them.
//!
//! What helmfile would run is asked of helmfile, selectors, environments and conditions
//! are not judged here.

use std::path::Path;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::passed::Passed;
use crate::question::{AskError, ask, same_releases};

/// A release as `helmfile list --output json` has it (helmfile 1.8.0).
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Release {
    /// Its name.
    pub name: String,
    #[serde(default)]
    /// Its name.
    pub namespace: String,
    /// Whether its condition holds.
    #[serde(default)]
    pub enabled: bool,
    /// Whether it is wanted, not whether it is there.
    #[serde(default)]
    pub installed: bool,
    /// Its chart as the file names it.
    #[serde(default)]
    pub chart: String,
}

impl Release {
    /// Whether it is to be there at all.
    pub fn is_wanted(&self) -> bool {
        self.enabled && self.installed
    }
}

/// Asks helmfile for the releases that a command with the flags of `passed` is about.
pub fn releases(helmfile: &Path, passed: &Passed) -> Result<Vec<Release>, AskError> {
    let mut command = Command::new(helmfile);
    command.args(same_releases(passed));
    command.args(["list", "--output", "json", "--skip-charts"]);
    let printed = ask(&mut command)?;
    // No release, no output.
    if printed.trim().is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(&printed).map_err(|error| AskError::Form {
        program: "helmfile list",
        form: "JSON",
        reason: error.to_string(),
    })
}
