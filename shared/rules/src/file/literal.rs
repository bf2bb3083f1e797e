//! Where a character of a string's value stands in the spelling of the string.
//!
//! A fault within a value is to be shown where it stands in the file, in spite
//! of quotes and escapes before it. What cannot be told is the start: a string
//! of several lines with escapes.

/// The offset in `raw`, a TOML string with its quotes, of the byte `offset` of
/// its `value`.
pub(super) fn offset_in(raw: &str, value: &str, offset: usize) -> usize {
    let long = raw.starts_with("'''") || raw.starts_with("\"\"\"");
    let quotes = if long { 3 } else { 1 };
    let body = raw.get(quotes..).unwrap_or_default();
    // A newline directly behind the quotes does not belong to the value.
    let newline = match body {
        _ if !long => 0,
        _ if body.starts_with("\r\n") => 2,
        _ => usize::from(body.starts_with('\n')),
    };
    let body = &body[newline..];
    if body.starts_with(value) {
        quotes + newline + offset
    } else if long {
        0
    } else {
        quotes + behind_escapes(body, offset)
    }
}

/// How much of `body` spells the first `offset` bytes of the value.
fn behind_escapes(body: &str, offset: usize) -> usize {
    let (mut at, mut spelled) = (0, 0);
    while spelled < offset
        && let Some(c) = body[at..].chars().next()
    {
        let (length, bytes) = match c {
            '\\' => escape(&body[at..]),
            c => (c.len_utf8(), c.len_utf8()),
        };
        at = (at + length).min(body.len());
        spelled += bytes;
    }
    at
}

/// The length of the escape at the start of `body`, and of what it stands for.
fn escape(body: &str) -> (usize, usize) {
    let digits = match body.as_bytes().get(1) {
        Some(b'x') => 2,
        Some(b'u') => 4,
        Some(b'U') => 8,
        _ => return (2, 1),
    };
    let code = body.get(2..2 + digits).and_then(|d| u32::from_str_radix(d, 16).ok());
    let bytes = code.and_then(char::from_u32).map_or(1, char::len_utf8);
    (2 + digits, bytes)
}

#[cfg(test)]
mod tests {
    use toml_edit::Value;

    use super::*;

    #[test]
    fn finds_the_character_behind_any_spelling() {
        for raw in [
            "'.a.$'",
            "\".a.$\"",
            "\".a.\\\"b\\\\\\t\\\".$\"",
            "\".\\u00e9\\U0001F600é.$\"",
            "\".\\x41.$\"",
            "'''.a.'b'.$'''",
            "'''\n.a.$'''",
            "\"\"\"\r\n.a.$\"\"\"",
            "'.a\\.$'",
        ] {
            let value: Value = raw.parse().unwrap();
            let value = value.as_str().unwrap();
            let offset = offset_in(raw, value, value.find('$').unwrap());
            assert_eq!(raw[offset..].chars().next(), Some('$'), "{raw}");
        }
    }

    #[test]
    fn the_end_of_the_value_is_the_closing_quote() {
        for (raw, value) in [("\"\\ta\"", "\ta"), ("'ab'", "ab"), ("\"\"", "")] {
            assert_eq!(offset_in(raw, value, value.len()), raw.len() - 1, "{raw}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_the_start() {
        assert_eq!(offset_in("\"\"\"\\t.a\"\"\"", "\t.a", 2), 0);
    }
}
