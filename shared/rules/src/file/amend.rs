//! Giving a rule that stands in the file new values.
//!
//! What makes the rule the same one is never touched, nor is its spelling: only
//! what a draft may say anew.

use std::ops::Range;

use toml_edit::{Item, TableLike, Value};

use super::draft::{Draft, entry};
use super::edit::Splice;
use super::layout::{Layout, Site, entry_at};
use super::lines;
use crate::RuleKind;

impl<'t> Layout<'t> {
    /// Gives a rule the values of the draft that are not part of its key. A
    /// reason is only replaced: who ignores the same once more without a word
    /// does not take back what somebody has explained.
    pub(super) fn amend(&self, site: &Site<'t>, draft: &Draft) -> Vec<Splice> {
        let kind = draft.key().kind;
        let Some(table) = self.table_of(site) else { return Vec::new() };
        let Some(anchor) = anchor(kind, table) else { return Vec::new() };
        let own_lines = matches!(site, Site::Block(_));
        let mut splices = Vec::new();
        for name in amendable(kind) {
            match (entry_at(table, name), draft.entry(name)) {
                (Some((_, at)), Some(new)) => {
                    if !table.get(name).is_some_and(|old| new.is_said_by(old)) {
                        let with = new.in_place_of(&self.text[at.clone()]);
                        splices.push((at, with));
                    }
                }
                (Some(_), None) if name == "reason" => {}
                (Some((key, value)), None) => {
                    let gone = if own_lines {
                        let start = lines::line_start(self.text, key.start);
                        start..lines::next_line(self.text, value.end)
                    } else {
                        without_entry(self.text, key.start, value.end)
                    };
                    splices.push((gone, String::new()));
                }
                (None, Some(new)) if own_lines => {
                    let indent = lines::indent(self.text, anchor.start);
                    let line = format!("{}{indent}{}", self.newline, entry(name, new));
                    let at = lines::line_end(self.text, anchor.end);
                    splices.push((at..at, line));
                }
                (None, Some(new)) => {
                    let at = anchor.end;
                    splices.push((at..at, format!(", {}", entry(name, new))));
                }
                (None, None) => {}
            }
        }
        splices
    }

    fn table_of(&self, site: &Site<'t>) -> Option<&'t dyn TableLike> {
        match site {
            Site::Block(number) => Some(self.blocks[*number].table),
            Site::Item { array, number } => {
                let table = array.get(*number)?.as_inline_table()?;
                Some(table as &dyn TableLike)
            }
        }
    }
}

/// The keys that are not part of what makes a rule the same.
fn amendable(kind: RuleKind) -> [&'static str; 2] {
    match kind {
        RuleKind::Image | RuleKind::Chart => ["to", "digest"],
        RuleKind::Ignore => ["reason", "until"],
    }
}

/// The value behind which a new entry is put; it never goes.
fn anchor(kind: RuleKind, table: &dyn TableLike) -> Option<Range<usize>> {
    match kind {
        RuleKind::Image | RuleKind::Chart => Some(entry_at(table, "to")?.1),
        RuleKind::Ignore => table
            .iter()
            .filter(|(name, item)| *name != "until" && is_entry(item))
            .filter_map(|(name, _)| Some(entry_at(table, name)?.1))
            .max_by_key(|value| value.end),
    }
}

/// Whether it is written as one `key = value`: no table of its own, no dots.
fn is_entry(item: &Item) -> bool {
    match item {
        Item::Value(Value::InlineTable(table)) => !table.is_dotted(),
        Item::Value(_) => true,
        _ => false,
    }
}

/// An entry of an inline table, from `start` to `end`, with one of its commas.
fn without_entry(text: &str, start: usize, end: usize) -> Range<usize> {
    let before = text[..start].trim_end();
    if before.ends_with(',') {
        return before.len() - 1..end;
    }
    let behind = text[end..].trim_start();
    match behind.strip_prefix(',') {
        Some(rest) => start..text.len() - rest.trim_start().len(),
        None => start..end,
    }
}
