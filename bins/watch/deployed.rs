//! What was deployed, kept between two watches: a fingerprint per release.
//!
//! So a restart makes up for what changed while nobody watched. A file that cannot be
//! read counts as none: then more is deployed, never less. Keeps no content.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use helmfire_inputs::{Id, Print};
use helmfire_state::replace;
use serde::{Deserialize, Serialize};

/// The file.
#[derive(Clone, Debug)]
pub struct Deployed(PathBuf);

#[derive(Deserialize, Serialize)]
struct Content {
    v: u8,
    releases: Vec<(Id, Print)>,
}

impl Deployed {
    /// The file `name` in `directory`.
    pub fn new(directory: &Path, name: &str) -> Self {
        Self(directory.join(name))
    }

    /// What is known; nothing if the file is absent or broken.
    pub fn read(&self) -> BTreeMap<Id, Print> {
        let text = fs::read(&self.0).ok();
        let content =
            text.and_then(|text| serde_json::from_slice::<Content>(&text).ok());
        let content = content.filter(|content| content.v == 1);
        content
            .map(|content| content.releases.into_iter().collect())
            .unwrap_or_default()
    }

    /// Keeps `deployed`.
    pub fn write(&self, deployed: BTreeMap<Id, Print>) -> io::Result<()> {
        let content = Content { v: 1, releases: deployed.into_iter().collect() };
        replace(&self.0, &serde_json::to_string(&content)?)
    }
}
