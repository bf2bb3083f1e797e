//! What goes into the report: what was replaced and what went wrong.
//!
//! Helm 3 shows what a post-renderer says only if it fails, Helm 4 never; the
//! report is where it can be read.

use std::path::Path;

use helmfire_manifest::Row;
use serde::Serialize;

use crate::cli::Args;

/// The report of a run.
pub struct Report {
    file: helmfire_cli::Report,
    release: Option<String>,
    /// The release's; that of an object is told by its row.
    namespace: Option<String>,
}

/// A line of the file.
#[derive(Serialize)]
struct Line<'a> {
    v: u8,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<&'a str>,
    #[serde(rename = "releaseNamespace", skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    #[serde(flatten)]
    row: Option<&'a Row>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

impl Report {
    /// Opens the file that the arguments name.
    pub fn open(args: &Args) -> anyhow::Result<Self> {
        let file = helmfire_cli::Report::open(args.report.as_deref().map(Path::new))?;
        let known =
            |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
        let (release, namespace) = (known(&args.release), known(&args.namespace));
        Ok(Self { file, release, namespace })
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

    fn append(
        &mut self,
        r#type: &'static str,
        row: Option<&Row>,
        message: Option<&str>,
    ) -> anyhow::Result<()> {
        let (release, namespace) = (self.release.as_deref(), self.namespace.as_deref());
        self.file.append(&Line { v: 1, r#type, release, namespace, row, message })
    }
}
