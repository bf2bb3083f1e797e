//! The lines that helmfire-helm and helmfire-postrender wrote during a run.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use serde::Deserialize;

/// One line; which keys are there depends on its kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    #[serde(rename = "type")]
    pub kind: Kind,
    pub release: Option<String>,
    /// Of the object, if an image was replaced in one; else of the release.
    pub namespace: Option<String>,
    pub release_namespace: Option<String>,
    #[serde(rename = "kind")]
    pub object: Option<String>,
    pub name: Option<String>,
    pub path: Option<String>,
    pub image: Option<String>,
    pub replacement: Option<String>,
    pub chart: Option<String>,
    pub directory: Option<String>,
    pub command: Option<String>,
    pub message: Option<String>,
    /// The line of the rule.
    pub rule: Option<usize>,
}

/// The release that a line is about: its name, and its namespace if that is told.
pub type Whom = (String, Option<String>);

impl Line {
    /// For which release it was.
    pub fn whom(&self) -> Option<Whom> {
        let namespace = match self.kind {
            Kind::Replacement => &self.release_namespace,
            _ => &self.namespace,
        };
        self.release.clone().map(|release| (release, namespace.clone()))
    }
}

/// What a line tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An image was replaced.
    Replacement,
    /// A chart was swapped.
    Swap,
    /// A call that renders was made.
    Render,
    Warning,
    Error,
    /// From a newer program.
    #[default]
    #[serde(other)]
    Other,
}

/// Reads the report; none has been written if there was nothing to tell. A line
/// that is none, cut off by a full disk perhaps, is passed over.
pub fn read(path: &Path) -> io::Result<Vec<Line>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    let lines = bytes.split(|byte| *byte == b'\n');
    Ok(lines.filter_map(|line| serde_json::from_slice(line).ok()).collect())
}

/// Appends the report to the one that the user asked for.
pub fn append(report: &Path, users: &Path) -> io::Result<()> {
    if !report.exists() {
        return Ok(());
    }
    let lines = fs::read(report)?;
    fs::OpenOptions::new().create(true).append(true).open(users)?.write_all(&lines)
}
