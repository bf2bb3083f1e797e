//! The pieces of one line: keys, quoted and plain scalars, comments.

use std::ops::Range;

use crate::yaml::Style;

/// Longer keys are an error of YAML.
const MAX_KEY: usize = 1000;

/// Splits `key: rest`; the range is that of the key, quotes included.
pub(super) fn split_key(body: &str) -> Option<(&str, Range<usize>, &str)> {
    let (key, behind) = if body.starts_with(['"', '\'']) {
        quoted(body)?
    } else {
        let plain = |b: &u8| b.is_ascii_alphanumeric() || b"._/-$".contains(b);
        let length = body.as_bytes().iter().take_while(|b| plain(b)).count();
        let (key, behind) = body.split_at(length);
        (key.starts_with(|c: char| c != '-')).then_some((key, behind))?
    };
    let rest = behind.strip_prefix(':')?;
    let separated = rest.is_empty() || rest.starts_with(' ');
    let range = 0..body.len() - behind.len();
    (separated && range.len() < MAX_KEY).then_some((key, range, rest))
}

/// Splits a quoted scalar without escapes from what follows it.
pub(super) fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = if text.starts_with('"') { '"' } else { '\'' };
    let (inner, rest) = text[1..].split_once(quote)?;
    let escaped = (quote == '"' && inner.contains('\\')) || rest.starts_with(quote);
    (!escaped).then_some((inner, rest))
}

/// Splits `&name` or `*name` from what follows it.
pub(super) fn anchor_name(text: &str) -> Option<(&str, &str)> {
    let behind =
        text[1..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let name = &text[1..text.len() - behind.len()];
    (!name.is_empty()).then_some((name, behind))
}

/// Whether the parser takes all characters for printable, seen generously: only
/// letters and common signs beyond ASCII.
pub(super) fn is_text(text: &str) -> bool {
    let common = |c: char| {
        c.is_ascii()
            || c.is_alphanumeric()
            || matches!(c, '\u{2010}'..='\u{2027}' | '\u{2190}'..='\u{2bff}')
    };
    text.is_ascii() || text.chars().all(common)
}

pub(super) fn style_of(text: &str) -> Style {
    match text.as_bytes().first() {
        Some(b'"') => Style::Double,
        Some(b'\'') => Style::Single,
        _ => Style::Plain,
    }
}

pub(super) fn skip_blanks(text: &str) -> &str {
    let blanks = text.bytes().take_while(|b| *b == b' ').count();
    &text[blanks..]
}

/// A plain value without the comment and the blanks behind it.
pub(super) fn plain_part(value: &str) -> &str {
    let bytes = value.as_bytes();
    let hash =
        memchr::memchr_iter(b'#', bytes).find(|at| *at > 0 && bytes[at - 1] == b' ');
    value[..hash.unwrap_or(value.len())].trim_end_matches(' ')
}

/// Whether a plain value is not one, but a mapping on the line of its key.
pub(super) fn holds_key(plain: &str) -> bool {
    let bytes = plain.as_bytes();
    memchr::memchr_iter(b':', bytes)
        .any(|at| bytes.get(at + 1).is_none_or(|b| *b == b' '))
}

/// Whether nothing but a comment follows.
pub(super) fn is_void(rest: &str) -> bool {
    let trimmed = skip_blanks(rest);
    trimmed.is_empty() || (trimmed.starts_with('#') && trimmed.len() < rest.len())
}

pub(super) fn is_indicator(byte: u8) -> bool {
    b"&*!%@`,?:}]#|>".contains(&byte)
}
