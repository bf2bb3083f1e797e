//! YAML within a scalar: `data.config: |` and the like.
//!
//! The edits are found in the text that the scalar means and then carried over
//! to the bytes that it is written in. Where these do not correspond (escapes,
//! folding), the scalar is written anew, double-quoted.

use std::ops::Range;

use crate::scalar::{Edit, escape, is_plain_part, literal, replace};
use crate::yaml::Style;

/// Carries `inner`, edits of `value`, over to the scalar at `range` of `text`
/// that has this value. `inner` is sorted and does not overlap.
pub(crate) fn carry_over(
    text: &str,
    range: &Range<usize>,
    style: Style,
    value: &str,
    inner: Vec<Edit>,
) -> Vec<Edit> {
    if inner.is_empty() {
        return inner;
    }
    let fits =
        style != Style::Plain || inner.iter().all(|edit| is_plain_part(&edit.text));
    if fits && let Some(outer) = offsets(text, range, style, value) {
        let carry = |Edit { range, text }| {
            let text = match style {
                Style::Single => text.replace('\'', "''"),
                Style::Double => escape(&text),
                _ => text,
            };
            Edit::new(outer(range.start)..outer(range.end), text)
        };
        return inner.into_iter().map(carry).collect();
    }
    let new = apply(value, &inner);
    match style {
        Style::Plain => vec![Edit::new(range.clone(), literal(&new))],
        Style::Single => {
            vec![Edit::new(range.clone(), format!("\"{}\"", escape(&new)))]
        }
        Style::Double | Style::Literal | Style::Folded => {
            replace(text, range, style, &new)
        }
    }
}

/// `text` with `edits`, which are sorted and do not overlap.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> String {
    let mut result = String::with_capacity(text.len());
    let mut copied = 0;
    for edit in edits {
        result.push_str(&text[copied..edit.range.start]);
        result.push_str(&edit.text);
        copied = edit.range.end;
    }
    result.push_str(&text[copied..]);
    result
}

/// Where an offset of the value stands in the text, if that can be said.
fn offsets(
    text: &str,
    range: &Range<usize>,
    style: Style,
    value: &str,
) -> Option<Box<dyn Fn(usize) -> usize>> {
    let quote = match style {
        Style::Plain => 0,
        Style::Single | Style::Double => 1,
        Style::Literal => return literal_offsets(text, range, value),
        Style::Folded => return None,
    };
    let start = range.start + quote;
    let raw = &text[start..range.end - quote];
    (raw == value).then(|| Box::new(move |offset| start + offset) as Box<_>)
}

/// In a literal block every line of the value is a line of the text behind the
/// indentation.
fn literal_offsets(
    text: &str,
    range: &Range<usize>,
    value: &str,
) -> Option<Box<dyn Fn(usize) -> usize>> {
    let mut first = text[..range.start].rfind('\n')? + 1;
    let indent = range.start - first;
    // The range begins behind blank lines, the value with them.
    for _ in value.bytes().take_while(|b| *b == b'\n') {
        first = text[..first - 1].rfind('\n')? + 1;
    }
    // Pairs of offsets: a line of the value, the same line in the text.
    let mut lines: Vec<(usize, usize)> = Vec::new();
    let (mut in_value, mut in_text) = (0, first);
    for line in value.split_inclusive('\n') {
        let raw = text.get(in_text..range.end)?.split_inclusive('\n').next()?;
        let blank = raw.len() - raw.trim_start_matches(' ').len();
        let skipped = blank.min(indent);
        let content = raw[skipped..].trim_end_matches(['\r', '\n']);
        if content != line.trim_end_matches('\n') {
            return None;
        }
        lines.push((in_value, in_text + skipped));
        in_value += line.len();
        in_text += raw.len();
    }
    Some(Box::new(move |offset| {
        let line = lines.partition_point(|(start, _)| *start <= offset).max(1) - 1;
        let (value_start, text_start) = lines[line];
        text_start + (offset - value_start)
    }))
}
