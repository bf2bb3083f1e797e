//! A document's text → the edits it needs and the rows that say so.

use std::collections::BTreeSet;

use helmfire_rules::{FieldForm, Key, Place, Reference, Rules};

use crate::anchors;
use crate::embedded::carry_over;
use crate::places::{Claim, claim, is_denied, may_be_image};
use crate::row::Row;
use crate::scalar::Edit;
use crate::scan::{Candidate, Object, Scan, Segment, scan, scan_lines};
use crate::yaml::{Style, YamlError};

/// What a decision depends on beside the document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'r> {
    pub(crate) rules: &'r Rules,
    pub(crate) release: Option<&'r str>,
    pub(crate) namespace: Option<&'r str>,
}

/// What was decided about one text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Decisions {
    /// Sorted, not overlapping.
    pub(crate) edits: Vec<Edit>,
    /// Every image field, in the order of the text.
    pub(crate) rows: Vec<Row>,
    /// The numbers of the rules that matched.
    pub(crate) used: BTreeSet<usize>,
    /// Lines of rules that may apply, if release or namespace were known.
    pub(crate) untold: BTreeSet<usize>,
    pub(crate) warnings: Vec<String>,
}

/// Why no decision could be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DecideError {
    Yaml(YamlError),
    /// A rule made something else than a reference of an image at this offset.
    Rule {
        offset: usize,
        message: String,
    },
    /// The scalar at this offset was said to hold YAML.
    Embedded {
        offset: usize,
        path: String,
        error: YamlError,
    },
}

impl From<YamlError> for DecideError {
    fn from(error: YamlError) -> Self {
        Self::Yaml(error)
    }
}

/// Decides about all documents of `text`.
pub(crate) fn decide(
    text: &str,
    context: Context<'_>,
) -> Result<Decisions, DecideError> {
    decide_within(text, context, None)
}

/// As [`decide`]; images in embedded text belong to the object around it.
fn decide_within(
    text: &str,
    context: Context<'_>,
    around: Option<&Object<'_>>,
) -> Result<Decisions, DecideError> {
    let fields = &context.rules.fields;
    let wanted = |path: &[Segment<'_>]| may_be_image(path, fields);
    let mut decisions = Decisions::default();
    // With `[[field]]` any scalar may count, and lines tell nothing of blocks.
    let by_lines = if fields.is_empty() { scan_lines(text, &wanted) } else { None };
    let scans = by_lines.map_or_else(|| scan(text, &wanted), Ok)?;
    for scan in scans {
        let mut document = Document { text, context, around, scan: &scan, decisions };
        document.decide()?;
        decisions = document.decisions;
    }
    decisions.edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    Ok(decisions)
}

struct Document<'d> {
    text: &'d str,
    context: Context<'d>,
    around: Option<&'d Object<'d>>,
    scan: &'d Scan<'d>,
    decisions: Decisions,
}

impl<'d> Document<'d> {
    fn decide(&mut self) -> Result<(), DecideError> {
        let mut values = Vec::with_capacity(self.scan.candidates.len());
        for candidate in &self.scan.candidates {
            values.push(self.candidate(candidate)?);
        }
        self.release_shared(&mut values);
        self.decisions.edits.extend(anchors::edits(self.text, self.scan, &values));
        Ok(())
    }

    /// The new value of `candidate`, if it changes as a whole.
    fn candidate(
        &mut self,
        candidate: &Candidate<'d>,
    ) -> Result<Option<String>, DecideError> {
        let (own, path) = self.scan.object_at(&candidate.path);
        let object = self.around.unwrap_or(own);
        let Some(claim) = claim(own, path, &self.context.rules.fields) else {
            return Ok(None);
        };
        let shown = display(path);
        let value = candidate.value.as_ref();
        match claim {
            Claim::Known | Claim::Asked(FieldForm::Reference) => {
                let image = match candidate.style {
                    // The line break at the end of a block was hardly meant.
                    Style::Literal | Style::Folded => value.trim_end_matches('\n'),
                    _ if candidate.alias.is_some() => value.trim_end_matches('\n'),
                    _ => value,
                };
                self.image(object, candidate, claim, shown, image)
            }
            Claim::Asked(FieldForm::AfterEquals) => {
                let Some((head, image)) = value.trim_end_matches('\n').split_once('=')
                else {
                    return Ok(None);
                };
                let Some(new) = self.image(object, candidate, claim, shown, image)?
                else {
                    return Ok(None);
                };
                if candidate.alias.is_some() || candidate.anchor.is_some() {
                    return Ok(Some(format!("{head}={new}")));
                }
                let start = head.len() + 1;
                let part = Edit::new(start..start + image.len(), new);
                self.within(candidate, vec![part]);
                Ok(None)
            }
            Claim::Asked(FieldForm::EmbeddedYaml) => {
                self.embedded(object, candidate, &shown)?;
                Ok(None)
            }
        }
    }

    /// Looks `image` up and notes the outcome; returns what replaces it.
    fn image(
        &mut self,
        object: &Object<'_>,
        candidate: &Candidate<'_>,
        claim: Claim,
        path: String,
        image: &str,
    ) -> Result<Option<String>, DecideError> {
        let Ok(reference) = Reference::parse(image) else { return Ok(None) };
        let place = Place {
            release: self.context.release,
            namespace: object.namespace.as_deref().or(self.context.namespace),
            kind: object.kind.as_deref(),
            name: object.name.as_deref(),
            container: candidate.container.as_deref(),
        };
        let found = self.context.rules.images.find(&reference, image, &place);
        // `[[field]]` reaches ports and counts, too: `8080` is a repository of
        // Docker Hub only to a rule that names it.
        let named = found.rule.is_some_and(|(_, rule)| rule.pattern.names_repository());
        let is_word = !image.contains(['/', ':', '@']);
        if is_word && !named && claim != Claim::Known {
            return Ok(None);
        }
        self.decisions.untold.extend(found.untold.map(|rule| rule.line));
        let mut row = Row {
            document: 0,
            kind: object.kind.as_deref().map(Into::into),
            namespace: object.namespace.as_deref().map(Into::into),
            name: object.name.as_deref().map(Into::into),
            path,
            image: image.into(),
            replacement: None,
            rule: None,
        };
        if let Some((number, rule)) = found.rule {
            self.decisions.used.insert(number);
            let new = rule.replace(&reference, image).map_err(|error| {
                let offset = candidate.range.start;
                DecideError::Rule { offset, message: error.to_string() }
            })?;
            row.replacement = (new != image).then_some(new);
            row.rule = Some(rule.line);
        }
        let replacement = row.replacement.clone();
        self.decisions.rows.push(row);
        Ok(replacement)
    }

    fn embedded(
        &mut self,
        object: &Object<'_>,
        candidate: &Candidate<'_>,
        path: &str,
    ) -> Result<(), DecideError> {
        if candidate.alias.is_some() || candidate.anchor.is_some() {
            let message =
                format!("the embedded YAML at {path} is anchored and was left alone");
            self.decisions.warnings.push(message);
            return Ok(());
        }
        let offset = candidate.range.start;
        let inner = decide_within(&candidate.value, self.context, Some(object))
            .map_err(|error| match error {
                DecideError::Yaml(error) => {
                    DecideError::Embedded { offset, path: path.into(), error }
                }
                DecideError::Rule { message, .. } => {
                    DecideError::Rule { offset, message }
                }
                DecideError::Embedded { path: inner, error, .. } => {
                    DecideError::Embedded {
                        offset,
                        path: format!("{path}: {inner}"),
                        error,
                    }
                }
            })?;
        self.within(candidate, inner.edits);
        self.decisions.rows.extend(
            inner
                .rows
                .into_iter()
                .map(|row| Row { path: format!("{path}: {}", row.path), ..row }),
        );
        self.decisions.used.extend(inner.used);
        self.decisions.untold.extend(inner.untold);
        self.decisions.warnings.extend(inner.warnings);
        Ok(())
    }

    /// Applies edits of a candidate's value to the text.
    fn within(&mut self, candidate: &Candidate<'_>, inner: Vec<Edit>) {
        let Candidate { range, style, value, .. } = candidate;
        let edits = carry_over(self.text, range, *style, value, inner);
        self.decisions.edits.extend(edits);
    }

    /// Takes back the changes within collections that an alias repeats in a
    /// place where nothing may change: one text cannot have two values.
    fn release_shared(&mut self, values: &mut [Option<String>]) {
        for repeated in &self.scan.collection_uses {
            let (object, path) = self.scan.object_at(&repeated.path);
            if !is_denied(object, path) {
                continue;
            }
            let shared = &mut values[repeated.candidates.clone()];
            let taken = shared.iter_mut().filter_map(Option::take).count();
            if taken > 0 {
                self.decisions.warnings.push(format!(
                    "images were left alone because an alias repeats them at {}, \
                     which holds none",
                    display(path)
                ));
            }
        }
    }
}

fn display(path: &[Segment<'_>]) -> String {
    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Key(key) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(&Key(key).to_string());
            }
            Segment::Index(index) => text = format!("{text}[{index}]"),
        }
    }
    text
}
