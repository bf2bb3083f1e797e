//! What a run has to say while it goes: the list on stdout, messages, and what
//! belongs in the report.

use std::io::{self, BufWriter, Write};

use helmfire_cli::{Table, Talk};
use helmfire_manifest::{Event, Rewriter, Row, Warning};
use helmfire_rules::Rules;
use serde::Serialize;

use crate::cli::Args;
use crate::report::Report;

/// Takes the events of a run.
pub struct Journal<'j> {
    args: &'j Args,
    talk: &'j Talk,
    /// The rules file as it is called in messages.
    rules: String,
    report: &'j mut Report,
    table: Table<7>,
    json: Option<BufWriter<io::Stdout>>,
    changed: bool,
    failure: Option<anyhow::Error>,
}

/// A line of `--list --json`.
#[derive(Serialize)]
struct ListLine<'a> {
    v: u8,
    #[serde(flatten)]
    row: &'a Row,
}

impl<'j> Journal<'j> {
    /// A journal for a run by `rules`.
    pub fn new(
        args: &'j Args,
        rules: &Rules,
        talk: &'j Talk,
        report: &'j mut Report,
    ) -> Self {
        let name = rules.path.as_deref().and_then(|path| path.file_name());
        let header =
            ["KIND", "NAMESPACE", "NAME", "PATH", "IMAGE", "REPLACEMENT", "RULE"];
        Self {
            args,
            talk,
            rules: name
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default(),
            report,
            table: Table::new(header),
            json: args.json.then(|| BufWriter::new(io::stdout())),
            changed: false,
            failure: None,
        }
    }

    /// Takes one event of the input called `input`. A failure to write is kept
    /// for [`Self::failure`].
    pub fn take(&mut self, input: &str, event: Event) {
        let taken = match event {
            Event::Image(row) => self.image(input, &row),
            Event::Warning(warning) => {
                let Warning { line, column, message, .. } = warning;
                self.warning(&format!("{message} ({input}:{line}:{column})"))
            }
        };
        if let Err(error) = taken {
            self.failure.get_or_insert(error);
        }
    }

    /// The first failure to write, if there was one.
    pub fn failure(&mut self) -> anyhow::Result<()> {
        self.failure.take().map_or(Ok(()), Err)
    }

    /// Says once which rules did not apply for want of release or namespace.
    pub fn untold(&mut self, rewriter: &Rewriter<'_>) -> anyhow::Result<()> {
        let rules = &self.rules;
        let places: Vec<String> =
            rewriter.untold_rules().map(|line| format!("{rules}:{line}")).collect();
        if places.is_empty() {
            return Ok(());
        }
        let message = format!(
            "rules limited by release or namespace did not apply, for these are not known \
             ({}), give --release and --namespace or set HELMFIRE_RELEASE and \
             HELMFIRE_NAMESPACE",
            places.join(", ")
        );
        self.warning(&message)
    }

    /// Prints the list. Returns whether an image is replaced.
    pub fn finish(mut self) -> anyhow::Result<bool> {
        if let Some(json) = &mut self.json {
            json.flush()?;
        } else if self.args.list {
            let stdout = io::stdout();
            let coloured = self.args.output.color.applies_to(&stdout);
            let mut out = BufWriter::new(stdout.lock());
            self.table.write(&mut out, coloured)?;
            out.flush()?;
        }
        Ok(self.changed)
    }

    fn image(&mut self, input: &str, row: &Row) -> anyhow::Result<()> {
        self.changed |= row.replacement.is_some();
        if let Some(json) = &mut self.json {
            serde_json::to_writer(&mut *json, &ListLine { v: 1, row })
                .map_err(io::Error::from)?;
            json.write_all(b"\n")?;
        } else if self.args.list {
            self.list(row);
        }
        let Some(new) = &row.replacement else { return Ok(()) };
        let rule =
            row.rule.map(|line| format!("{}:{line}", self.rules)).unwrap_or_default();
        self.talk.detail(&format!(
            "{} -> {new} in {} {} at {} ({input}, {rule})",
            row.image,
            row.kind.as_deref().unwrap_or("object"),
            row.name.as_deref().unwrap_or("without name"),
            row.path,
        ));
        if self.args.list || self.args.check {
            return Ok(());
        }
        self.report.replacement(row)
    }

    fn list(&mut self, row: &Row) {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        self.table.push([
            text(&row.kind),
            text(&row.namespace),
            text(&row.name),
            row.path.clone(),
            row.image.clone(),
            text(&row.replacement),
            row.rule.map(|line| format!("{}:{line}", self.rules)).unwrap_or_default(),
        ]);
    }

    fn warning(&mut self, message: &str) -> anyhow::Result<()> {
        self.talk.warn(message);
        self.report.warning(message)
    }
}
