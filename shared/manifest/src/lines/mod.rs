//! The events of plain block-style YAML, read line by line.
//!
//! Charts and operators write nearly all manifests in a small part of YAML: one
//! `key: value` or `- item` a line, values on that line, block scalars. This
//! reader knows just that part and yields what the parser would, at many times
//! its speed. Anything else (anchored collections, tags, flow mappings, values
//! that go on, escapes, tabs and non-ASCII text outside comments and blocks) it
//! refuses, and the parser reads the document.
//!
//! Block scalars come without value and range, since nobody looks at the text;
//! where somebody would, under a key that means something, it refuses too.

mod token;

use std::ops::Range;

use crate::yaml::{Anchor, Event, Scalar, Style, Tag};
use token::{
    anchor_name, holds_key, is_indicator, is_text, is_void, plain_part, quoted,
    skip_blanks, split_key, style_of,
};

/// Deeper nesting is left to the parser and its limit.
const MAX_DEPTH: usize = 100;

/// Gives the events of `text`, one document, to `emit`. `None` if the document
/// is not of the part of YAML that is known here; what was emitted is void then.
/// `means_something` names the keys whose values are looked at.
pub(crate) fn read<'a>(
    text: &'a str,
    means_something: &impl Fn(&str) -> bool,
    emit: &mut impl FnMut(Event<'a>),
) -> Option<()> {
    // Without an early end, so that the compiler makes vectors of it.
    let known =
        |all: bool, b: u8| all & matches!(b, b'\n' | b'\t' | b' '..=b'~' | 0x80..);
    if !text.bytes().fold(true, known) {
        return None;
    }
    let mut reader = Reader {
        text,
        emit,
        means_something,
        levels: Vec::new(),
        rooted: false,
        anchors: Vec::new(),
        anchor: None,
        block: None,
        last_scalar: None,
    };
    (reader.emit)(Event::Document);
    let mut start = 0;
    for newline in memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        reader.line(start, newline)?;
        start = newline + 1;
    }
    reader.finish()
}

struct Reader<'a, 'e, E, M> {
    text: &'a str,
    emit: &'e mut E,
    means_something: &'e M,
    levels: Vec<Level>,
    /// Whether the outermost collection was opened.
    rooted: bool,
    /// The names of the anchors so far; the parser numbers them from 1.
    anchors: Vec<&'a str>,
    /// The anchor of the scalar that follows.
    anchor: Option<Anchor>,
    block: Option<Block>,
    /// The column of the key or dash whose value ended on its line: a deeper
    /// line would continue that value.
    last_scalar: Option<usize>,
}

/// A block scalar that is being skipped.
struct Block {
    /// The column of its key or dash: deeper lines belong to it.
    parent: usize,
    /// The column of its first line; no other may be less deep.
    indent: Option<usize>,
    /// The longest of the blank lines before that.
    blank: usize,
}

/// An open collection and the column of its keys or dashes.
#[derive(Clone, Copy, PartialEq)]
struct Level {
    column: usize,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Mapping,
    /// A mapping of which a key was read and its value not yet.
    Pending,
    Sequence,
}

impl<'a, E: FnMut(Event<'a>), M: Fn(&str) -> bool> Reader<'a, '_, E, M> {
    fn line(&mut self, start: usize, end: usize) -> Option<()> {
        let line = &self.text[start..end];
        let body = skip_blanks(line);
        let column = line.len() - body.len();
        if let Some(block) = &mut self.block {
            if body.is_empty() {
                block.blank = block.blank.max(column);
                return Some(());
            }
            if column > block.parent {
                is_text(body).then_some(())?;
                let indent = *block.indent.get_or_insert(column);
                // Blank lines deeper than the first line are an error of YAML.
                let allowed = column >= indent && (block.blank <= indent);
                block.blank = 0;
                return allowed.then_some(());
            }
            self.block = None;
        }
        if body.is_empty() {
            return Some(());
        }
        if body.starts_with('#') {
            return is_text(body).then_some(());
        }
        if !body.is_ascii() || body.contains('\t') {
            return None;
        }
        if column == 0 && (body.starts_with("---") || body.starts_with("...")) {
            // The marker of this document; content behind it is not known here.
            let marker = body.strip_prefix("---")?;
            return (start == 0 && is_void(marker)).then_some(());
        }
        if self.last_scalar.take().is_some_and(|scalar| column > scalar) {
            return None;
        }
        self.content(start + column, column, body)
    }

    /// Reads `body`, which stands at `offset` in the column given.
    fn content(&mut self, offset: usize, column: usize, body: &'a str) -> Option<()> {
        let (mut offset, mut column, mut body) = (offset, column, body);
        let mut dash = None;
        while let Some(rest) = body.strip_prefix("- ") {
            self.open_item(column, dash.is_some())?;
            dash = Some(column);
            let item = skip_blanks(rest);
            let width = body.len() - item.len();
            (offset, column, body) = (offset + width, column + width, item);
        }
        if let Some((key, range, rest)) = split_key(body) {
            self.open_key(column, dash.is_some())?;
            self.scalar(key, style_of(body), offset + range.start..offset + range.end);
            let value = skip_blanks(rest);
            return self.value(value, offset + body.len() - value.len(), column, key);
        }
        let column = dash?;
        if is_void(body) { None } else { self.value(body, offset, column, "") }
    }

    /// Reads the value of `key`, or an item, whose column is `column`.
    fn value(
        &mut self,
        value: &'a str,
        at: usize,
        column: usize,
        key: &str,
    ) -> Option<()> {
        match value.bytes().next() {
            None | Some(b'#') => {
                self.levels.last_mut()?.kind = Kind::Pending;
                return Some(());
            }
            Some(first @ (b'|' | b'>')) => {
                let style = if first == b'|' { Style::Literal } else { Style::Folded };
                let mark = |c: char| matches!(c, '+' | '-');
                if !is_void(value[1..].trim_start_matches(mark))
                    || (self.means_something)(key)
                {
                    return None;
                }
                self.scalar("", style, at..at);
                self.block = Some(Block { parent: column, indent: None, blank: 0 });
                return Some(());
            }
            Some(b'"' | b'\'') => {
                let (inner, rest) = quoted(value)?;
                self.scalar(inner, style_of(value), at..at + value.len() - rest.len());
                is_void(rest).then_some(())?;
            }
            Some(b'[') => self.flow_sequence(value, at)?,
            Some(b'{') => {
                is_void(value.strip_prefix("{}")?).then_some(())?;
                (self.emit)(Event::Mapping { anchor: None });
                (self.emit)(Event::End);
            }
            Some(b'&') => {
                let (name, behind) = anchor_name(value)?;
                let scalar = skip_blanks(behind);
                // Only a plain scalar; on a collection the anchor is not of use here.
                let plain = scalar.starts_with(|c: char| c.is_ascii_alphanumeric());
                (plain && scalar.len() < behind.len()).then_some(())?;
                self.anchors.push(name);
                let range = at..at + value.len() - behind.len();
                self.anchor = Some(Anchor { id: self.anchors.len(), range });
                return self.value(
                    scalar,
                    at + value.len() - scalar.len(),
                    column,
                    key,
                );
            }
            Some(b'*') => {
                let (name, behind) = anchor_name(value)?;
                is_void(behind).then_some(())?;
                let anchor = self.anchors.iter().rposition(|own| *own == name)? + 1;
                let range = at..at + value.len() - behind.len();
                (self.emit)(Event::Alias { anchor, range });
            }
            Some(first) if is_indicator(first) => return None,
            Some(_) => {
                let plain = plain_part(value);
                if holds_key(plain) || plain == "-" || plain.starts_with("- ") {
                    return None;
                }
                self.scalar(plain, Style::Plain, at..at + plain.len());
            }
        }
        self.last_scalar = Some(column);
        Some(())
    }

    /// Reads `["a", b]`, the items simple scalars, closed on its line.
    fn flow_sequence(&mut self, value: &'a str, at: usize) -> Option<()> {
        (self.emit)(Event::Sequence { anchor: None });
        let mut rest = skip_blanks(&value[1..]);
        while !rest.starts_with(']') {
            let here = at + value.len() - rest.len();
            let behind = if rest.starts_with(['"', '\'']) {
                let (inner, behind) = quoted(rest)?;
                self.scalar(
                    inner,
                    style_of(rest),
                    here..here + rest.len() - behind.len(),
                );
                behind
            } else {
                let safe = |c: char| c.is_ascii_alphanumeric() || "._/=@+-".contains(c);
                let behind = rest.trim_start_matches(safe);
                let item = &rest[..rest.len() - behind.len()];
                let bad = item.starts_with('@') || item.starts_with("---");
                if item.is_empty() || item == "-" || bad {
                    return None;
                }
                self.scalar(item, Style::Plain, here..here + item.len());
                behind
            };
            let behind = skip_blanks(behind);
            rest = match behind.strip_prefix(',') {
                Some(next) => skip_blanks(next),
                None if behind.starts_with(']') => behind,
                None => return None,
            };
        }
        (self.emit)(Event::End);
        is_void(&rest[1..]).then_some(())
    }

    /// Makes a sequence with dashes in `column` the innermost collection.
    fn open_item(&mut self, column: usize, within_item: bool) -> Option<()> {
        if within_item {
            return self.open(Level { column, kind: Kind::Sequence });
        }
        self.close_deeper_than(column);
        match self.levels.last_mut() {
            Some(Level { column: own, kind: Kind::Sequence }) if *own == column => {
                Some(())
            }
            // The dashes of a value may stand in the column of its key.
            Some(level @ Level { kind: Kind::Pending, .. }) => {
                level.kind = Kind::Mapping;
                self.open(Level { column, kind: Kind::Sequence })
            }
            Some(_) => None,
            None => self.open_root(Level { column, kind: Kind::Sequence }),
        }
    }

    /// Makes a mapping with keys in `column` the innermost collection.
    fn open_key(&mut self, column: usize, within_item: bool) -> Option<()> {
        let mapping = Level { column, kind: Kind::Mapping };
        if within_item {
            return self.open(mapping);
        }
        self.close_deeper_than(column);
        if self.levels.last() == Some(&Level { column, kind: Kind::Sequence }) {
            self.close();
        }
        match self.levels.last_mut() {
            Some(level) if level.column == column => {
                let was_pending = level.kind == Kind::Pending;
                level.kind = Kind::Mapping;
                if was_pending {
                    self.null();
                }
                Some(())
            }
            Some(level @ Level { kind: Kind::Pending, .. }) => {
                level.kind = Kind::Mapping;
                self.open(mapping)
            }
            Some(_) => None,
            None => self.open_root(mapping),
        }
    }

    fn open(&mut self, level: Level) -> Option<()> {
        (self.emit)(match level.kind {
            Kind::Sequence => Event::Sequence { anchor: None },
            Kind::Mapping | Kind::Pending => Event::Mapping { anchor: None },
        });
        self.levels.push(level);
        (self.levels.len() <= MAX_DEPTH).then_some(())
    }

    /// The outermost collection stands in column 0, so nothing can precede it
    /// and nothing but it can follow.
    fn open_root(&mut self, level: Level) -> Option<()> {
        (level.column == 0 && !self.rooted).then_some(())?;
        self.rooted = true;
        self.open(level)
    }

    fn close_deeper_than(&mut self, column: usize) {
        while self.levels.last().is_some_and(|level| level.column > column) {
            self.close();
        }
    }

    fn close(&mut self) {
        if let Some(level) = self.levels.pop() {
            if level.kind == Kind::Pending {
                self.null();
            }
            (self.emit)(Event::End);
        }
    }

    fn finish(mut self) -> Option<()> {
        if self.levels.is_empty() {
            return None;
        }
        while !self.levels.is_empty() {
            self.close();
        }
        Some(())
    }

    fn scalar(&mut self, value: &'a str, style: Style, range: Range<usize>) {
        let value = value.into();
        let anchor = self.anchor.take();
        (self.emit)(Event::Scalar(Scalar {
            value,
            style,
            range,
            anchor,
            tag: Tag::None,
        }));
    }

    fn null(&mut self) {
        self.scalar("~", Style::Plain, 0..0);
    }
}

#[cfg(test)]
mod tests;
