//! One document in, its edits out; remembers what a whole run must say.

use std::collections::BTreeSet;

use helmfire_rules::Rules;

use crate::boundary::{is_blank, preamble};
use crate::decide::{Context, DecideError, decide};
use crate::row::{Event, Row, Warning};
use crate::scalar::Edit;
use crate::sieve::Sieve;
use crate::stream::StreamError;
use crate::yaml::YamlError;

/// What the caller was told about the release that is rendered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told<'r> {
    /// Its name.
    pub release: Option<&'r str>,
    /// Its namespace.
    pub namespace: Option<&'r str>,
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Replace images; report those replaced.
    Rewrite,
    /// Report every image.
    List,
}

/// What to do with a document that could match but cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// Stop the run.
    Stop,
    /// Copy the document and say so.
    Pass,
}

/// Rewrites one stream after the other by the same rules.
#[derive(Debug)]
pub struct Rewriter<'r> {
    rules: &'r Rules,
    told: Told<'r>,
    sieve: Sieve<'r>,
    mode: Mode,
    on_error: OnError,
    idle: bool,
    documents: usize,
    lines: usize,
    used: BTreeSet<usize>,
    untold: BTreeSet<usize>,
}

impl<'r> Rewriter<'r> {
    /// A rewriter for `rules`.
    pub fn new(
        rules: &'r Rules,
        told: Told<'r>,
        mode: Mode,
        on_error: OnError,
    ) -> Self {
        let all = mode == Mode::List;
        Self {
            rules,
            told,
            sieve: Sieve::new(&rules.images, &rules.fields, all),
            mode,
            on_error,
            idle: rules.images.is_empty() && !all,
            documents: 0,
            lines: 0,
            used: BTreeSet::new(),
            untold: BTreeSet::new(),
        }
    }

    /// Whether no rule can change anything, so that the stream is only copied.
    pub(crate) fn is_idle(&self) -> bool {
        self.idle
    }

    /// Forgets the position in the last stream; the next one begins.
    pub(crate) fn begin_stream(&mut self) {
        self.lines = 0;
    }

    /// The lines of the rules that matched no image of any stream. Rules for
    /// another release than the one told are not expected to.
    pub fn unused_rules(&self) -> Vec<usize> {
        let release = self.told.release;
        let elsewhere = |limit: &helmfire_rules::Limits| match (&limit.release, release)
        {
            (Some(limit), Some(release)) => !limit.matches(release),
            (limit, _) => limit.is_some(),
        };
        let rules = self.rules.images.iter().enumerate();
        let mut lines: Vec<usize> = rules
            .filter(|(number, rule)| {
                !self.used.contains(number) && !elsewhere(&rule.limits)
            })
            .map(|(_, rule)| rule.line)
            .collect();
        lines.sort_unstable();
        lines
    }

    /// The lines of the rules that met an image but could not be applied, for
    /// release or namespace are not known.
    pub fn untold_rules(&self) -> impl Iterator<Item = usize> {
        self.untold.iter().copied()
    }

    /// The edits that `document` needs; none if it is only copied.
    pub(crate) fn document(
        &mut self,
        document: &[u8],
        observe: &mut dyn FnMut(Event),
    ) -> Result<Vec<Edit>, StreamError> {
        if !is_blank(document) {
            self.documents += 1;
        }
        let edits = if self.sieve.keeps(document) {
            match self.edits(document, observe) {
                Err(StreamError::Document { number, object, line, column, what })
                    if self.on_error == OnError::Pass =>
                {
                    let message =
                        format!("document {number}{object}: {what}, copied as it is");
                    observe(Event::Warning(Warning {
                        document: number,
                        line,
                        column,
                        message,
                    }));
                    Vec::new()
                }
                edits => edits?,
            }
        } else {
            Vec::new()
        };
        self.lines += memchr::memchr_iter(b'\n', document).count();
        Ok(edits)
    }

    fn edits(
        &mut self,
        document: &[u8],
        observe: &mut dyn FnMut(Event),
    ) -> Result<Vec<Edit>, StreamError> {
        let skipped = preamble(document);
        let text = std::str::from_utf8(document).map_err(|error| {
            let position = position_of(document, error.valid_up_to());
            self.fault(document, position, "it is not valid UTF-8".into())
        })?;
        if let Some(nul) = memchr::memchr(0, document) {
            let position = position_of(document, nul);
            return Err(self.fault(document, position, "it holds a NUL byte".into()));
        }
        let Told { release, namespace } = self.told;
        let (rules, sieve) = (self.rules, &self.sieve);
        let context = Context { rules, release, namespace, sieve };
        let decided = decide(&text[skipped..], context).map_err(|error| {
            let (position, what) = match error {
                DecideError::Yaml(YamlError { line, column, message }) => {
                    let (above, before) = position_of(document, skipped);
                    let column = if line == 1 { column + before - 1 } else { column };
                    ((above + line - 1, column), format!("it is not YAML: {message}"))
                }
                DecideError::Rule { offset, message } => {
                    (position_of(document, offset + skipped), message)
                }
                DecideError::Embedded { offset, path, error } => {
                    let what =
                        format!("the text at {path} is not YAML: {}", error.message);
                    (position_of(document, offset + skipped), what)
                }
            };
            self.fault(document, position, what)
        })?;
        self.used.extend(decided.used);
        self.untold.extend(decided.untold);
        for row in decided.rows {
            if self.mode == Mode::List || row.replacement.is_some() {
                observe(Event::Image(Row { document: self.documents, ..row }));
            }
        }
        for message in decided.warnings {
            let (number, line) = (self.documents, self.lines + 1);
            let message = format!("document {number}{}: {message}", describe(document));
            observe(Event::Warning(Warning {
                document: number,
                line,
                column: 1,
                message,
            }));
        }
        Ok(decided.edits.into_iter().map(|edit| edit.shifted(skipped)).collect())
    }

    /// `position` is line and column within the document, from 1.
    fn fault(
        &self,
        document: &[u8],
        (line, column): (usize, usize),
        what: String,
    ) -> StreamError {
        StreamError::Document {
            number: self.documents,
            object: describe(document),
            line: self.lines + line,
            column,
            what,
        }
    }
}

/// Line and column of the byte at `offset`, from 1.
fn position_of(document: &[u8], offset: usize) -> (usize, usize) {
    let before = &document[..offset];
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    (line, String::from_utf8_lossy(&before[start..]).chars().count() + 1)
}

/// ` (Deployment web)` as far as it can be seen without a parser. Only kind and
/// `metadata.name`: a message must not quote anything else of a document.
fn describe(document: &[u8]) -> String {
    let value = |line: &[u8]| {
        let text = String::from_utf8_lossy(line.trim_ascii()).into_owned();
        Some(text.trim_matches(['"', '\'']).to_string()).filter(|text| !text.is_empty())
    };
    let mut lines = document.split(|b| *b == b'\n');
    let kind =
        lines.clone().find_map(|line| line.strip_prefix(b"kind:")).and_then(value);
    let name = lines
        .find(|line| line.trim_ascii_end() == b"metadata:")
        .and_then(|_| {
            lines
                .take_while(|line| line.starts_with(b" "))
                .find_map(|line| line.strip_prefix(b"  name:"))
        })
        .and_then(value);
    match (kind, name) {
        (Some(kind), Some(name)) => format!(" ({kind} {name})"),
        (Some(only), None) | (None, Some(only)) => format!(" ({only})"),
        (None, None) => String::new(),
    }
}
