//! Writing a new value where an old scalar stands, in the style of the old.

use std::ops::Range;

use crate::yaml::Style;

/// Replace these bytes by this text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
}

impl Edit {
    pub(crate) fn new(range: Range<usize>, text: impl Into<String>) -> Self {
        Self { range, text: text.into() }
    }

    pub(crate) fn shifted(mut self, by: usize) -> Self {
        self.range = self.range.start + by..self.range.end + by;
        self
    }
}

/// The edits that give the scalar at `range` of `text` the value `new`.
///
/// Quotes are kept. A plain scalar stays plain unless YAML would read the new
/// value as something else. A block scalar becomes a scalar on the line of its
/// header; a comment there stays.
pub(crate) fn replace(
    text: &str,
    range: &Range<usize>,
    style: Style,
    new: &str,
) -> Vec<Edit> {
    let inner = range.start + 1..range.end.saturating_sub(1);
    match style {
        Style::Plain => vec![Edit::new(range.clone(), literal(new))],
        Style::Single => vec![Edit::new(inner, new.replace('\'', "''"))],
        Style::Double => vec![Edit::new(inner, escape(new))],
        Style::Literal | Style::Folded => replace_block(text, range, new),
    }
}

/// A scalar that stands for itself: plain where that is safe, else quoted.
pub(crate) fn literal(value: &str) -> String {
    if is_plain(value) { value.into() } else { format!("\"{}\"", escape(value)) }
}

fn replace_block(text: &str, range: &Range<usize>, new: &str) -> Vec<Edit> {
    let before = text[..range.start].trim_end_matches([' ', '\t', '\r', '\n']);
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    let comment =
        [" #", "\t#"].iter().filter_map(|mark| before[line..].find(mark)).min();
    let comment = comment.map_or(before.len(), |at| line + at);
    let head = before[..comment].trim_end();
    let header = head.rfind(['|', '>']).unwrap_or(head.len());
    let content_end = range.start + text[range.clone()].trim_end().len();
    vec![
        Edit::new(header..head.len(), literal(new)),
        Edit::new(before.len()..content_end, ""),
    ]
}

/// The inside of a double-quoted scalar.
pub(crate) fn escape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            c if c.is_control() => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text
}

/// Whether `text` means itself within any plain scalar.
pub(crate) fn is_plain_part(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:/@+-=".contains(&b))
}

/// Whether `value` may stand plain in block and flow context and is read as a
/// string by YAML 1.1 (Helm's decoder) and 1.2.
fn is_plain(value: &str) -> bool {
    let first = value.as_bytes().first();
    first.is_some_and(|b| b.is_ascii_alphanumeric() || b"./_-".contains(b))
        && is_plain_part(value)
        && !value.starts_with("---")
        && !value.ends_with(':')
        && value != "-"
        && !reads_as_other_type(value)
}

/// Whether YAML 1.1 or 1.2 reads the plain scalar as a null, boolean, number or
/// date (yaml.org/type). Errs on the side of yes.
pub(crate) fn reads_as_other_type(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let words = ["", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    if words.contains(&lower.as_str()) {
        return true;
    }
    let unsigned = lower.strip_prefix(['+', '-']).unwrap_or(&lower);
    if matches!(unsigned, ".inf" | ".nan") {
        return true;
    }
    // Decimal, octal, exponent, sexagesimal 12:30:45, date 2001-01-01T…Z.
    let numeric = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.bytes().all(|b| b.is_ascii_digit() || b"._:+-etz".contains(&b));
    let digits_of = |prefix: &str, digits: &str| {
        unsigned
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.chars().all(|c| digits.contains(c)))
    };
    numeric
        || digits_of("0x", "0123456789abcdef_")
        || digits_of("0o", "01234567_")
        || digits_of("0b", "01_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Event, Events};

    /// Gives the value of the only key of `text` the value `new`.
    fn replaced(text: &str, new: &str) -> String {
        let scalars: Vec<_> = Events::new(text)
            .filter_map(|event| match event.unwrap() {
                Event::Scalar(scalar) => Some(scalar),
                _ => None,
            })
            .collect();
        let old = &scalars[1];
        let mut result = text.to_string();
        for edit in replace(text, &old.range, old.style, new).into_iter().rev() {
            result.replace_range(edit.range, &edit.text);
        }
        result
    }

    #[test]
    fn styles_are_kept() {
        assert_eq!(replaced("a: b # c\n", "x/y:1"), "a: x/y:1 # c\n");
        assert_eq!(replaced("a: 'b' # c\n", "x/y:1"), "a: 'x/y:1' # c\n");
        assert_eq!(replaced("a: \"\\x62\"\n", "x/y:1"), "a: \"x/y:1\"\n");
        assert_eq!(replaced("{a: b}", "x/y:1"), "{a: x/y:1}");
    }

    #[test]
    fn a_block_scalar_becomes_one_line() {
        assert_eq!(replaced("a: |\n  b\n\nc: d\n", "x"), "a: x\n\nc: d\n");
        assert_eq!(
            replaced("a: >2- # why | so\n  b\nc: d\n", "x"),
            "a: x # why | so\nc: d\n"
        );
        assert_eq!(replaced("a: |\t# why\n  b\n", "x"), "a: x\t# why\n");
        assert_eq!(replaced("a: |\r\n  b\r\nc: d\r\n", "x"), "a: x\r\nc: d\r\n");
        assert_eq!(replaced("a: !!str |-\n\n  b", "x"), "a: !!str x");
    }

    #[test]
    fn what_would_not_be_a_string_is_quoted() {
        for value in
            ["1e3", "yes", "null", "12:30:45", "1.5", "0x1f", "2001-01-01", "~"]
        {
            assert_eq!(replaced("a: b\n", value), format!("a: \"{value}\"\n"));
        }
        for value in ["[::1]:5000/x", "a: b", "@x", "- b", "---", "a:"] {
            assert_eq!(replaced("a: b\n", value), format!("a: \"{value}\"\n"));
        }
        for value in ["nginx", "1e3x", "redis:7", "a.b:5000/c@sha256:00", "0b"] {
            let quoted = value == "0b";
            assert_eq!(replaced("a: b\n", value).contains('"'), quoted, "{value}");
        }
    }
}
