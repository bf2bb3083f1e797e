//! The report: a file to which several programs of one run append JSON lines.
//!
//! helm swallows what the programs that it starts have to say, so they write it
//! down. Refuses to know what the lines mean.

use std::env;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

use crate::secret::without_passwords;

/// The environment variable that names the file.
pub const REPORT_VARIABLE: &str = "HELMFIRE_REPORT";

/// The report file, if there is to be one.
#[derive(Debug, Default)]
pub struct Report(Option<(File, String)>);

impl Report {
    /// Opens the file; without a path, or with an empty one, there is no report.
    pub fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path.filter(|path| !path.as_os_str().is_empty()) else {
            return Ok(Self(None));
        };
        let name = path.display().to_string();
        let file = OpenOptions::new().create(true).append(true).open(path);
        let file = file.with_context(|| format!("report file {name}"))?;
        Ok(Self(Some((file, name))))
    }

    /// Opens the file that the environment names.
    pub fn from_environment() -> anyhow::Result<Self> {
        Self::open(env::var_os(REPORT_VARIABLE).as_deref().map(Path::new))
    }

    /// Whether anybody will read what is appended.
    pub fn is_wanted(&self) -> bool {
        self.0.is_some()
    }

    /// Appends one line, in one write: a file opened for appending keeps the
    /// lines of several processes whole.
    pub fn append(&mut self, line: &impl Serialize) -> anyhow::Result<()> {
        let Some((file, name)) = &mut self.0 else { return Ok(()) };
        let text = serde_json::to_string(line)?;
        let mut text = without_passwords(&text).into_owned();
        text.push('\n');
        // In words, for a closed pipe here is not the quiet end of the output.
        file.write_all(text.as_bytes())
            .map_err(|error| anyhow::anyhow!("report file {name}: {error}"))
    }
}
