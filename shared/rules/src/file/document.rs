//! TOML tables with positions: typed access that records every fault.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::literal;
use crate::fault::{Fault, Position};
use crate::ignore::SyntaxError;
use crate::nearest;

/// The text being read and the faults found so far.
pub(super) struct Reading<'t> {
    text: &'t str,
    /// Where its lines end.
    newlines: Vec<usize>,
    pub(super) faults: Vec<Fault>,
}

/// A table of which every key is known or a fault.
pub(super) struct Section<'r, 't> {
    /// What it is called in messages: `[[image]]`.
    title: &'static str,
    pub(super) span: Range<usize>,
    table: &'r DeTable<'t>,
}

impl<'t> Reading<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let newlines = text.match_indices('\n').map(|(at, _)| at).collect();
        Self { text, newlines, faults: Vec::new() }
    }

    pub(super) fn fault(&mut self, span: &Range<usize>, what: impl Into<String>) {
        self.hinted(span, what, None);
    }

    pub(super) fn hinted(
        &mut self,
        span: &Range<usize>,
        what: impl Into<String>,
        hint: Option<String>,
    ) {
        let position = Position::of(self.text, span.start);
        self.faults.push(Fault { position, what: what.into(), hint });
    }

    /// A fault within `value`, the string at `span`.
    pub(super) fn within(
        &mut self,
        span: &Range<usize>,
        value: &str,
        error: SyntaxError,
    ) {
        let SyntaxError { offset, what, hint } = error;
        let at = literal::offset_in(&self.text[span.clone()], value, offset);
        self.hinted(&(span.start + at..span.end), what, Some(hint));
    }

    /// Opens a table and reports the keys that are not in `known`.
    pub(super) fn section<'r>(
        &mut self,
        title: &'static str,
        span: Range<usize>,
        table: &'r DeTable<'t>,
        known: &[&str],
    ) -> Section<'r, 't> {
        for key in table.keys() {
            let name = key.get_ref();
            if !known.contains(&name.as_ref()) {
                let hint = match nearest(name, known.iter().copied()) {
                    Some(near) => format!("did you mean '{near}'?"),
                    None => format!("there are: {}", known.join(", ")),
                };
                self.hinted(
                    &key.span(),
                    format!("unknown key '{name}' in {title}"),
                    Some(hint),
                );
            }
        }
        Section { title, span, table }
    }

    /// The tables of an array such as `[[image]]`.
    pub(super) fn tables<'r>(
        &mut self,
        title: &'static str,
        value: Option<&'r Spanned<DeValue<'t>>>,
    ) -> Vec<(Range<usize>, &'r DeTable<'t>)> {
        let Some(value) = value else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            let name = title.trim_matches(['[', ']']);
            self.hinted(
                &value.span(),
                format!("'{name}' must be an array of tables"),
                Some(format!("begin each rule with {title}")),
            );
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items {
            match item.get_ref().as_table() {
                Some(table) => tables.push((item.span(), table)),
                None => self.fault(&item.span(), format!("{title} must be a table")),
            }
        }
        tables
    }
}

impl<'r, 't> Section<'r, 't> {
    /// The line of the first of `keys` that is there: a rule is known by the
    /// line that says what it is about.
    pub(super) fn line_of(&self, reading: &Reading<'t>, keys: &[&str]) -> usize {
        let value = keys.iter().find_map(|key| self.value(key));
        let start = value.map_or(self.span.start, |value| value.span().start);
        reading.newlines.partition_point(|newline| *newline < start) + 1
    }

    pub(super) fn value(&self, key: &str) -> Option<&'r Spanned<DeValue<'t>>> {
        self.table.get(key)
    }

    /// The text under `key`, with its span.
    pub(super) fn text(
        &self,
        reading: &mut Reading<'t>,
        key: &str,
    ) -> Option<(&'r str, Range<usize>)> {
        let value = self.value(key)?;
        match value.get_ref().as_str() {
            Some("") => {
                reading.fault(
                    &value.span(),
                    format!("'{key}' in {} is empty", self.title),
                );
                None
            }
            Some(text) => Some((text, value.span())),
            None => {
                let kind = value.get_ref().type_str();
                reading.hinted(
                    &value.span(),
                    format!("'{key}' in {} must be a string, not {kind}", self.title),
                    Some("put it in quotes".into()),
                );
                None
            }
        }
    }

    /// As [`Self::text`]; a fault if the key is not there.
    pub(super) fn required(
        &self,
        reading: &mut Reading<'t>,
        key: &str,
    ) -> Option<(&'r str, Range<usize>)> {
        if self.value(key).is_none() {
            reading.fault(&self.span, format!("{} needs '{key}'", self.title));
        }
        self.text(reading, key)
    }
}
