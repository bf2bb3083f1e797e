//! The report file: JSON lines of what was replaced and what went wrong.
//!
//! Helm 3 shows what a post-renderer says only if it fails, Helm 4 never; this
//! file is where it can be read.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use helmfire_manifest::Row;
use serde::Serialize;

use crate::cli::Args;

/// The report file, if there is to be one.
pub struct Report {
    file: Option<(File, String)>,
    release: Option<String>,
}

/// A line of the file.
#[derive(Serialize)]
struct Line<'a> {
    v: u8,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<&'a str>,
    #[serde(flatten)]
    row: Option<&'a Row>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

impl Report {
    /// Opens the file that the arguments name.
    pub fn open(args: &Args) -> anyhow::Result<Self> {
        let path = args.report.as_ref().filter(|path| !path.is_empty()).map(Path::new);
        let open = |path| OpenOptions::new().create(true).append(true).open(path);
        let file = match path {
            Some(path) => {
                let name = path.display().to_string();
                Some((open(path).with_context(|| format!("report file {name}"))?, name))
            }
            None => None,
        };
        let release = args.release.clone().filter(|release| !release.is_empty());
        Ok(Self { file, release })
    }

    /// Notes an image that was replaced.
    pub fn replacement(&mut self, row: &Row) -> anyhow::Result<()> {
        self.append("replacement", Some(row), None)
    }

    /// Notes something that did not stop the run.
    pub fn warning(&mut self, message: &str) -> anyhow::Result<()> {
        self.append("warning", None, Some(message))
    }

    /// Notes why the run ended without success.
    pub fn error(&mut self, message: &str) -> anyhow::Result<()> {
        self.append("error", None, Some(message))
    }

    /// One line in one write: a file opened for appending keeps the lines of
    /// several processes whole.
    fn append(
        &mut self,
        kind: &'static str,
        row: Option<&Row>,
        message: Option<&str>,
    ) -> anyhow::Result<()> {
        let Some((file, name)) = &mut self.file else { return Ok(()) };
        let release = self.release.as_deref();
        let line = Line { v: 1, r#type: kind, release, row, message };
        let mut text = serde_json::to_string(&line)?;
        text.push('\n');
        // In words, for a closed pipe here is not the quiet end of the output.
        file.write_all(text.as_bytes())
            .map_err(|error| anyhow::anyhow!("report file {name}: {error}"))
    }
}
