//! Where the rules stand in the text of a file, and where new ones belong.

use std::collections::HashMap;
use std::ops::Range;

use toml_edit::{Array, Document, Item, RawString, Table, TableLike, Value};

use super::draft::{Draft, key_of};
use super::edit::Splice;
use super::lines;
use crate::{Limits, Pattern, RuleKey, RuleKind};

/// The parts of one text.
pub(super) struct Layout<'t> {
    pub(super) text: &'t str,
    pub(super) newline: &'static str,
    /// What begins with `[header]` or `[[header]]`, from top to bottom.
    pub(super) blocks: Vec<Block<'t>>,
    /// `image = [{…}]` and the like.
    arrays: HashMap<RuleKind, &'t Array>,
}

/// A header and the lines that belong to it.
pub(super) struct Block<'t> {
    kind: Option<RuleKind>,
    pub(super) table: &'t Table,
    /// Blank lines and comments between the block before and this one.
    gap: Range<usize>,
    /// From the line of the header to the end of the last value's line.
    body: Range<usize>,
}

/// Where one rule stands.
#[derive(Clone, Copy)]
pub(super) enum Site<'t> {
    /// Under a header of its own.
    Block(usize),
    /// In an inline array.
    Item { array: &'t Array, number: usize },
}

impl<'t> Layout<'t> {
    pub(super) fn new<S>(text: &'t str, document: &'t Document<S>) -> Self {
        let mut tables = Vec::new();
        let mut arrays = HashMap::new();
        for (name, item) in document.as_table() {
            let kind = RuleKind::ALL.into_iter().find(|kind| kind.name() == name);
            match (item, kind) {
                (Item::ArrayOfTables(array), _) => {
                    tables.extend(array.iter().map(|table| (kind, table)));
                }
                (Item::Table(table), _) if !table.is_dotted() => {
                    tables.push((kind, table));
                }
                (Item::Value(Value::Array(array)), Some(kind)) => {
                    arrays.insert(kind, array);
                }
                _ => {}
            }
        }
        let end = document.trailing().span().map_or(text.len(), |rest| rest.start);
        let blocks = blocks(text, tables, end);
        Self { text, newline: lines::newline(text), blocks, arrays }
    }

    /// Every rule of the file.
    pub(super) fn sites(&self) -> HashMap<RuleKey, Site<'t>> {
        let blocks = self.blocks.iter().enumerate().filter_map(|(number, block)| {
            let key = match block.kind? {
                RuleKind::Ignore => key_of(&self.text[block.body.clone()]).ok()??,
                kind => rule_key(kind, block.table)?,
            };
            Some((key, Site::Block(number)))
        });
        let items = self.arrays.iter().flat_map(|(kind, array)| {
            let array: &'t Array = array;
            array.iter().enumerate().filter_map(move |(number, item)| {
                let key = match kind {
                    RuleKind::Ignore => {
                        let text = &self.text[item.span()?];
                        key_of(&format!("ignore = [{text}]")).ok()??
                    }
                    kind => rule_key(*kind, item.as_inline_table()?)?,
                };
                Some((key, Site::Item { array, number }))
            })
        });
        blocks.chain(items).collect()
    }

    /// What has to go with a rule.
    pub(super) fn without(&self, site: &Site<'t>) -> Range<usize> {
        match site {
            Site::Block(number) => self.without_block(*number),
            Site::Item { array, number } => self.without_item(array, *number),
        }
    }

    /// A block, the comments attached above it, and the blank lines that would
    /// otherwise meet those below it.
    fn without_block(&self, number: usize) -> Range<usize> {
        let Block { gap, body, .. } = &self.blocks[number];
        let mut start = lines::attached(self.text, gap);
        if start == lines::text_start(self.text) {
            // A comment at the very top is about the file.
            start = gap.end;
        }
        if lines::starts_with_blank_line(&self.text[body.end..]) {
            let kept = &self.text[gap.start..start];
            start = gap.start + lines::without_blank_end(kept).len();
        }
        start..body.end
    }

    /// An item of an inline array with one of its commas; if it has its lines to
    /// itself, those lines and the comments attached above them.
    fn without_item(&self, array: &Array, number: usize) -> Range<usize> {
        let span = |n: usize| array.get(n).and_then(Value::span);
        let bounds = array.span().unwrap_or_default();
        let Some(item) = span(number) else { return bounds.start..bounds.start };
        let before = match number.checked_sub(1).and_then(span) {
            Some(before) => before.end,
            None => bounds.start + 1,
        };
        let after = span(number + 1).map(|next| next.start);
        let line_start = lines::line_start(self.text, item.start);
        let line_end = lines::line_end(self.text, item.end);
        if before < line_start && line_end < after.unwrap_or(bounds.end - 1) {
            let above = lines::next_line(self.text, before).min(line_start)..line_start;
            let start = lines::attached(self.text, &above);
            return start..lines::next_line(self.text, item.end);
        }
        match (number, after) {
            (_, Some(next)) => item.start..next,
            (0, None) => item.start..bounds.end - 1,
            (_, None) => before..item.end,
        }
    }

    /// Adds rules after the last one of their kind.
    pub(super) fn add(&self, kind: RuleKind, drafts: &[&Draft]) -> Vec<Splice> {
        if let Some(array) = self.arrays.get(&kind) {
            return self.add_items(array, drafts);
        }
        let same_kind = self.blocks.iter().rposition(|block| block.kind == Some(kind));
        let last = same_kind.or(self.blocks.len().checked_sub(1));
        let at = last.map_or(self.text.len(), |number| self.end_of_block(number));
        let mut new = String::new();
        if !self.text[..at].ends_with('\n') {
            new.push_str(self.newline);
        }
        for draft in drafts {
            new.push_str(self.newline);
            new.push_str(&draft.table(self.newline));
        }
        if !lines::starts_with_blank_line(&self.text[at..]) {
            new.push_str(self.newline);
        }
        vec![(at..at, new)]
    }

    /// The end of a block with the comments attached below it: those before the
    /// first blank line, unless they are attached to the next block too.
    fn end_of_block(&self, number: usize) -> usize {
        let body = self.blocks[number].body.end;
        let next = self.blocks.get(number + 1).map(|block| block.gap.end);
        let gap_end = next.unwrap_or(self.text.len());
        let mut end = body;
        while end < gap_end {
            if lines::starts_with_blank_line(&self.text[end..]) {
                return end;
            }
            end = lines::next_line(self.text, end);
        }
        if next.is_some() { body } else { gap_end }
    }

    fn add_items(&self, array: &Array, drafts: &[&Draft]) -> Vec<Splice> {
        let bounds = array.span().unwrap_or_default();
        let items: Vec<String> = drafts.iter().map(|d| d.inline_table()).collect();
        let last = array.len().checked_sub(1).and_then(|n| array.get(n));
        let Some(last) = last.and_then(Value::span) else {
            return vec![(bounds.start + 1..bounds.start + 1, items.join(", "))];
        };
        let line_end = lines::line_end(self.text, last.end);
        if line_end >= bounds.end {
            return vec![(last.end..last.end, format!(", {}", items.join(", ")))];
        }
        let line = format!("{}{}", self.newline, lines::indent(self.text, last.start));
        let new = format!("{line}{}", items.join(&format!(",{line}")));
        if array.trailing_comma() {
            vec![(line_end..line_end, new + ",")]
        } else {
            vec![(last.end..last.end, ",".into()), (line_end..line_end, new)]
        }
    }
}

/// Orders the tables and divides the text up to `end` between them.
fn blocks<'t>(
    text: &str,
    tables: Vec<(Option<RuleKind>, &'t Table)>,
    mut end: usize,
) -> Vec<Block<'t>> {
    let mut blocks: Vec<Block<'t>> = tables
        .into_iter()
        .filter_map(|(kind, table)| {
            let header = lines::line_start(text, table.span()?.start);
            let prefix = table.decor().prefix().and_then(RawString::span);
            let gap = prefix.map_or(header, |prefix| prefix.start)..header;
            Some(Block { kind, table, gap, body: header..header })
        })
        .collect();
    blocks.sort_by_key(|block| block.body.start);
    for block in blocks.iter_mut().rev() {
        block.body.end = end;
        end = block.gap.start;
    }
    blocks
}

/// The key of a rule about images or charts. Of an ignore rule it is told by the
/// reader from the text of the rule: all that it says counts.
fn rule_key(kind: RuleKind, table: &dyn TableLike) -> Option<RuleKey> {
    let from = match (kind, value_of(table, "from")) {
        (RuleKind::Ignore, _) => return None,
        (RuleKind::Chart, from) => from?.to_string(),
        (RuleKind::Image, Some(from)) => Pattern::from_text(from).ok()?.identity(),
        (RuleKind::Image, None) => {
            Pattern::from_regex(value_of(table, "regex")?).ok()?.identity()
        }
    };
    let mut limits = Limits::default();
    for name in Limits::NAMES {
        if let Some(glob) = value_of(table, name) {
            limits.set(name, glob);
        }
    }
    Some(RuleKey::new(kind, from, &limits))
}

fn value_of<'d>(table: &'d dyn TableLike, name: &str) -> Option<&'d str> {
    table.get(name).and_then(Item::as_str)
}

/// The positions of a key and its value.
pub(super) fn entry_at(
    table: &dyn TableLike,
    name: &str,
) -> Option<(Range<usize>, Range<usize>)> {
    let (key, value) = table.get_key_value(name)?;
    Some((key.span()?, value.span()?))
}
