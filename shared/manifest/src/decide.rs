//! A document's text → the edits it needs and the rows that say so.

use std::collections::BTreeSet;

use helmfire_rules::{FieldForm, Key, Place, Reference, Rules};

use crate::anchors;
use crate::embedded::carry_over;
use crate::places::{Claim, claim, may_be_image};
use crate::row::Row;
use crate::scalar::{Edit, reads_as_other_type};
use crate::scan::{Candidate, Object, Scan, Segment, scan, scan_lines};
use crate::sieve::Sieve;
use crate::yaml::{Style, YamlError};

/// What a decision depends on beside the document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'r> {
    pub(crate) rules: &'r Rules,
    pub(crate) release: Option<&'r str>,
    pub(crate) namespace: Option<&'r str>,
    pub(crate) sieve: &'r Sieve<'r>,
}

/// Each image that an alias repeats is looked at again; a small document can
/// repeat very many.
const MAX_REPEATS: usize = 100_000;

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
        Document { text, context, around, scan: &scan }.decide(&mut decisions)?;
    }
    decisions.edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    Ok(decisions)
}

/// What was decided about one candidate.
#[derive(Default)]
struct Judgement {
    /// Its new value, if it changes as a whole.
    value: Option<String>,
    /// What else follows.
    decisions: Decisions,
    /// Whether it was taken back.
    withdrawn: bool,
}

impl Judgement {
    fn changes(&self) -> impl Iterator<Item = Option<&String>> {
        self.decisions.rows.iter().map(|row| row.replacement.as_ref())
    }

    /// Leaves the candidate as it is after all.
    fn withdraw(&mut self) {
        self.withdrawn = true;
        self.value = None;
        self.decisions.edits.clear();
        self.decisions.used.clear();
        for row in &mut self.decisions.rows {
            row.replacement = None;
            row.rule = None;
        }
    }
}

impl Decisions {
    fn absorb(&mut self, other: Self) {
        self.edits.extend(other.edits);
        self.rows.extend(other.rows);
        self.used.extend(other.used);
        self.untold.extend(other.untold);
        self.warnings.extend(other.warnings);
    }
}

/// One document, and what its decisions depend on.
struct Document<'d> {
    text: &'d str,
    context: Context<'d>,
    around: Option<&'d Object<'d>>,
    scan: &'d Scan<'d>,
}

impl<'d> Document<'d> {
    fn decide(&self, decisions: &mut Decisions) -> Result<(), DecideError> {
        let candidates = self.scan.candidates.iter();
        let mut judgements = candidates
            .map(|candidate| self.judge(candidate))
            .collect::<Result<Vec<_>, _>>()?;
        decisions.warnings.extend(self.withdraw_repeated(&mut judgements)?);
        let values: Vec<_> = judgements.iter_mut().map(|j| j.value.take()).collect();
        for judgement in judgements {
            decisions.absorb(judgement.decisions);
        }
        decisions.edits.extend(anchors::edits(self.text, self.scan, &values));
        Ok(())
    }

    fn judge(&self, candidate: &Candidate<'d>) -> Result<Judgement, DecideError> {
        let (own, path) = self.scan.object_at(&candidate.path);
        let object = self.around.unwrap_or(own);
        let mut judgement = Judgement::default();
        let Some(claim) = claim(own, path, &self.context.rules.fields) else {
            return Ok(judgement);
        };
        let value = candidate.value.as_ref();
        let is_shared = candidate.alias.is_some() || candidate.anchor.is_some();
        let shown = display(path);
        match claim {
            Claim::Known | Claim::Asked(FieldForm::Reference) => {
                let image = match candidate.style {
                    // The line break at the end of a block was hardly meant.
                    Style::Literal | Style::Folded => value.trim_end_matches('\n'),
                    _ if candidate.alias.is_some() => value.trim_end_matches('\n'),
                    _ => value,
                };
                let told = &mut judgement.decisions;
                judgement.value =
                    self.image(object, candidate, claim, shown, image, told)?;
            }
            Claim::Asked(FieldForm::AfterEquals) => {
                let text = value.trim_end_matches('\n');
                let Some((head, image)) = text.split_once('=') else {
                    return Ok(judgement);
                };
                let told = &mut judgement.decisions;
                let new = self.image(object, candidate, claim, shown, image, told)?;
                if let Some(new) = new {
                    if is_shared {
                        judgement.value = Some(format!("{head}={new}"));
                    } else {
                        let start = head.len() + 1;
                        let part = Edit::new(start..start + image.len(), new);
                        judgement.decisions.edits = self.within(candidate, vec![part]);
                    }
                }
            }
            Claim::Asked(FieldForm::EmbeddedYaml) if is_shared => {
                judgement.decisions.warnings.push(format!(
                    "the embedded YAML at {shown} is anchored and was left alone"
                ));
            }
            Claim::Asked(FieldForm::EmbeddedYaml) => {
                judgement.decisions = self.embedded(object, candidate, &shown)?;
            }
        }
        Ok(judgement)
    }

    /// Looks `image` up and notes the outcome; returns what replaces it.
    fn image(
        &self,
        object: &Object<'_>,
        candidate: &Candidate<'_>,
        claim: Claim,
        path: String,
        image: &str,
        told: &mut Decisions,
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
        // `5`, `null`, and `8080` where a `[[field]]` reaches ports, too, are
        // repositories of Docker Hub only to a rule that names them.
        let named = found.rule.is_some_and(|(_, rule)| rule.pattern.names_repository());
        let is_doubtful = match claim {
            Claim::Known => {
                candidate.style == Style::Plain && reads_as_other_type(image)
            }
            Claim::Asked(_) => !image.contains(['/', ':', '@']),
        };
        if is_doubtful && !named {
            return Ok(None);
        }
        told.untold.extend(found.untold.map(|rule| rule.line));
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
            told.used.insert(number);
            let new = rule.replace(&reference, image).map_err(|error| {
                let offset = candidate.range.start;
                DecideError::Rule { offset, message: error.to_string() }
            })?;
            row.replacement = (new != image).then_some(new);
            row.rule = Some(rule.line);
        }
        let replacement = row.replacement.clone();
        told.rows.push(row);
        Ok(replacement)
    }

    fn embedded(
        &self,
        object: &Object<'_>,
        candidate: &Candidate<'_>,
        path: &str,
    ) -> Result<Decisions, DecideError> {
        // Configuration of all sorts stands in such places; only what may hold an
        // image has to be YAML.
        if !self.context.sieve.keeps(candidate.value.as_bytes()) {
            return Ok(Decisions::default());
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
        let edits = self.within(candidate, inner.edits);
        let rows = inner.rows.into_iter();
        let rows = rows.map(|row| Row { path: format!("{path}: {}", row.path), ..row });
        Ok(Decisions { edits, rows: rows.collect(), ..inner })
    }

    /// Edits of a candidate's value as edits of the text.
    fn within(&self, candidate: &Candidate<'_>, inner: Vec<Edit>) -> Vec<Edit> {
        let Candidate { range, style, value, .. } = candidate;
        carry_over(self.text, range, *style, value, inner)
    }

    /// Withdraws the changes within collections that an alias repeats in a place
    /// where the rules decide otherwise: one text cannot have two values.
    fn withdraw_repeated(
        &self,
        judgements: &mut [Judgement],
    ) -> Result<Vec<String>, DecideError> {
        let mut warnings = Vec::new();
        let repeats = self.scan.collection_uses.iter().map(|r| r.candidates.len());
        if repeats.sum::<usize>() > MAX_REPEATS {
            let message = format!("aliases repeat its images over {MAX_REPEATS} times");
            return Err(DecideError::Rule { offset: 0, message });
        }
        for repeated in &self.scan.collection_uses {
            let mut withdrawn = false;
            for number in repeated.candidates.clone() {
                if judgements[number].withdrawn {
                    continue;
                }
                let there = repeated.place_of(&self.scan.candidates[number]);
                if !judgements[number].changes().eq(self.judge(&there)?.changes()) {
                    judgements[number].withdraw();
                    withdrawn = true;
                }
            }
            if withdrawn {
                let (_, path) = self.scan.object_at(&repeated.path);
                warnings.push(format!(
                    "images were left alone because an alias repeats them at {}, \
                     where the rules decide otherwise",
                    display(path)
                ));
            }
        }
        Ok(warnings)
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
