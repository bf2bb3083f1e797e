//! Names with a value beside them, within one line: `password=…`, `token: …`,
//! `"apiKey": "…"`, `--secret …`, `<password>…</password>`.
//!
//! A value that begins a line's only pair goes to its end, for pass phrases have
//! spaces; one in the middle goes to the next sign that ends a word. Refuses to know
//! what stands on other lines.

use std::ops::Range;

use super::name::{Naming, judge};

/// A name and what stands beside it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pair {
    /// Where the name stands.
    pub(super) name: Range<usize>,
    /// Where the value stands, without quotes.
    pub(super) value: Range<usize>,
    /// The quote that the value begins with and that does not end in the line.
    pub(super) open: Option<&'static str>,
    /// Whether the name is the first word of the line.
    pub(super) is_first: bool,
    /// Whether there is no sign between them, so that in prose it is no pair.
    pub(super) is_loose: bool,
}

const QUOTES: [&str; 6] = ["\"\"\"", "'''", "\\\"", "\"", "'", "`"];

/// All pairs of a line, from left to right.
pub(super) fn pairs(line: &str) -> Vec<Pair> {
    let mut found = Vec::new();
    for (at, sign) in line.char_indices() {
        let pair = match sign {
            '=' | ':' => after_sign(line, at),
            '>' => within_tags(line, at),
            ',' => after_comma(line, at),
            ' ' | '\t' => after_flag(line, at)
                .or_else(|| after_space(line, at))
                .or_else(|| after_header(line, at))
                .or_else(|| after_is(line, at)),
            _ => None,
        };
        found.extend(pair);
    }
    found
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || "_-./".contains(c)
}

/// The name that ends `before`.
fn name_before(before: &str) -> Option<Range<usize>> {
    let begin = before.char_indices().rev().find(|(_, c)| !is_name(*c));
    let mut start = begin.map_or(0, |(at, c)| at + c.len_utf8());
    // JSON may have escaped the `&` in front.
    if before[..start].ends_with('\\') && before[start..].starts_with("u0026") {
        start += "u0026".len();
    }
    (start < before.len()).then_some(start..before.len())
}

fn after_sign(line: &str, at: usize) -> Option<Pair> {
    let before =
        line[..at].trim_end_matches([' ', '\t', '"', '\'', '\\', '?', ':', ']']);
    let name = name_before(before)?;
    // `https://` and `::` are no pairs, nor is what stands in an address or the
    // reference of an image.
    let behind = &line[at + 1..];
    let word = &line[name.clone()];
    let is_near =
        line[at..].starts_with(':') && name.end == at && !behind.starts_with(' ');
    if behind.starts_with("//")
        || behind.starts_with([':', '='])
        || word.contains("//")
        || is_near && (word.contains('/') || is_port(behind) && !behind.is_empty())
    {
        return None;
    }
    let spaces = behind.strip_prefix('>').unwrap_or(behind).trim_start();
    // `PASSWORD = N'value'`
    let spaces = if spaces.starts_with("N'") { &spaces[1..] } else { spaces };
    let start = line.len() - spaces.len();
    let is_first = is_first(&line[..name.start]);
    let (value, open) = value(line, start, is_first);
    Some(Pair { name, value, open, is_first, is_loose: false })
}

/// Whether a port stands there, and more than that: `8080/path`.
fn is_port(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=5).contains(&digits) && text[digits..].starts_with('/')
}

/// Whether only indentation, quotes and marks of lists stand in front.
fn is_first(before: &str) -> bool {
    let before = before.trim_start();
    let setting = ["export ", "ENV ", "setenv ", "set "];
    let before =
        setting.iter().find_map(|it| before.strip_prefix(it)).unwrap_or(before);
    before.chars().all(|c| c.is_whitespace() || "-\"'?#;!".contains(c))
}

/// The value that begins at `start`.
fn value(
    line: &str,
    start: usize,
    is_first: bool,
) -> (Range<usize>, Option<&'static str>) {
    let rest = &line[start..];
    if let Some(quote) = QUOTES.into_iter().find(|quote| rest.starts_with(quote)) {
        let begin = start + quote.len();
        return match end_of_quoted(&line[begin..], quote) {
            Some(length) => (begin..begin + length, None),
            None => (begin..line.len(), Some(quote)),
        };
    }
    let end = if is_first {
        // What follows ` #` is a comment in YAML, but may be the end of a password.
        rest.trim_end().trim_end_matches(',').len()
    } else {
        end_of_word(rest)
    };
    (start..start + end, None)
}

fn end_of_quoted(text: &str, quote: &str) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        if !is_escaped && text[at..].starts_with(quote) {
            return Some(at);
        }
        // Within `\"` a backslash is one of the quote.
        is_escaped = c == '\\' && !is_escaped && quote == "\"";
    }
    None
}

/// The end of a word, and of the one behind `Bearer`.
fn end_of_word(text: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || ",;&)}]>\"'<`".contains(c);
    let end = text.find(ends).unwrap_or(text.len());
    let scheme = ["bearer", "basic", "token", "digest", "negotiate"];
    if scheme.contains(&text[..end].to_lowercase().as_str()) {
        let rest = text[end..].trim_start();
        let from = text.len() - rest.len();
        let length = rest.find(ends).unwrap_or(rest.len());
        if length > 0 {
            return from + length;
        }
    }
    end
}

/// `<name>value<`, `<entry key="name">value<`
fn within_tags(line: &str, at: usize) -> Option<Pair> {
    let tag = line[..at].rfind('<').map_or(0, |begin| begin + 1);
    let attribute = line[tag..at].find("key=\"").map(|it| tag + it + 5);
    let name = match attribute {
        Some(begin) => begin..begin + line[begin..at].find('"')?,
        None => name_before(&line[..at])?,
    };
    let is_opening = attribute.is_some()
        || line[..name.start].ends_with('<') && !line[name.clone()].starts_with('/');
    is_opening.then_some(())?;
    let rest = &line[at + 1..];
    let rest = rest.strip_prefix("<![CDATA[").unwrap_or(rest);
    let start = line.len() - rest.len();
    let end = rest.find("]]>").or(rest.find('<')).unwrap_or(rest.len());
    let value = start..start + end;
    Some(Pair { name, value, open: None, is_first: false, is_loose: false })
}

/// `--name value`
fn after_flag(line: &str, at: usize) -> Option<Pair> {
    let name = name_before(&line[..at])?;
    let word = &line[name.clone()];
    let is_flag = word.starts_with('-') && !word.ends_with('-');
    let rest = line[at..].trim_start();
    let start = line.len() - rest.len();
    let (value, open) = value(line, start, false);
    let is_value = is_flag && !line[value.clone()].starts_with('-');
    is_value.then_some(Pair { name, value, open, is_first: false, is_loose: false })
}

/// `define('DB_PASSWORD', 'value')`
fn after_comma(line: &str, at: usize) -> Option<Pair> {
    let before = line[..at].trim_end();
    let inner = before.strip_suffix(['\'', '"'])?;
    let name = name_before(inner)?;
    let rest = line[at + 1..].trim_start();
    let start = line.len() - rest.len();
    let (value, open) = value(line, start, false);
    let is_pair = line[..name.start].ends_with(['\'', '"'])
        && value.start > start
        && judge(&line[name.clone()]) >= Naming::Credential;
    let (is_first, is_loose) = (false, false);
    is_pair.then_some(Pair { name, value, open, is_first, is_loose })
}

/// `proxy_set_header X-Token value;`
fn after_header(line: &str, at: usize) -> Option<Pair> {
    let name = name_before(&line[..at])?;
    let before = line[..name.start].trim_end().to_lowercase();
    let rest = line[at..].trim_start();
    let start = line.len() - rest.len();
    let (value, open) = value(line, start, false);
    let (is_first, is_loose) = (false, false);
    let is_header = before.ends_with("header");
    is_header.then_some(Pair { name, value, open, is_first, is_loose })
}

/// `the password is value`
fn after_is(line: &str, at: usize) -> Option<Pair> {
    let name = name_before(&line[..at])?;
    let rest = line[at..].trim_start().strip_prefix("is ")?.trim_start();
    let start = line.len() - rest.len();
    let (value, open) = value(line, start, false);
    let is_password = judge(&line[name.clone()]) == Naming::Password;
    let (is_first, is_loose) = (false, true);
    is_password.then_some(Pair { name, value, open, is_first, is_loose })
}

/// `PASSWORD 'value'` and `IDENTIFIED BY 'value'` of SQL, a line `requirepass value`.
fn after_space(line: &str, at: usize) -> Option<Pair> {
    let name = name_before(&line[..at])?;
    let rest = line[at..].trim_start();
    let start = line.len() - rest.len();
    let is_first = is_first(&line[..name.start]);
    let is_whole = is_first && !rest.trim_end().contains(char::is_whitespace);
    let (value, open) = value(line, start, false);
    let is_quoted = value.start > start;
    let before = line[..name.start].trim_end().to_lowercase();
    let word = &line[name.clone()];
    // Where nginx passes requests to.
    if ["proxy_pass", "fastcgi_pass", "grpc_pass", "uwsgi_pass"].contains(&word) {
        return None;
    }
    let is_by = word.eq_ignore_ascii_case("by") && before.ends_with("identified");
    let is_password = is_by || judge(word) == Naming::Password;
    // `npm config set //host/:_authToken value`
    let is_last = !rest.trim_end().contains(char::is_whitespace);
    let words: Vec<&str> =
        before.split_whitespace().filter(|word| !word.starts_with("//")).collect();
    let is_set = words.len() <= 3
        && words.last().is_some_and(|word| ["env", "set", "setenv"].contains(word))
        && is_last
        && judge(word) >= Naming::Credential;
    let name = if is_by { 0..0 } else { name };
    let is_pair = is_set || is_password && (is_quoted || is_whole);
    is_pair.then_some(Pair { name, value, open, is_first, is_loose: !is_quoted })
}

impl Pair {
    /// What the name says.
    pub(super) fn naming(&self, line: &str) -> Naming {
        if self.name.is_empty() {
            return Naming::Password;
        }
        judge(line[self.name.clone()].trim_start_matches('-'))
    }
}

/// Whether a value beside the name of a credential is none: nothing, a truth, a
/// reference, what is hidden already; a number beside anything but a password.
pub(super) fn is_harmless(value: &str, naming: Naming) -> bool {
    let value = value.trim();
    let words =
        ["true", "false", "null", "nil", "none", "yes", "no", "on", "off", "~", "-"];
    value.is_empty()
        || words.contains(&value.to_lowercase().as_str())
        || value.chars().all(|c| c == '*')
        || is_reference(value)
        || naming < Naming::Password && is_amount(value)
}

/// A number that is too short for a credential.
fn is_amount(value: &str) -> bool {
    value.len() < 6 && value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// `${NAME}`, `$(NAME)`, `{{ .Values.name }}`
fn is_reference(value: &str) -> bool {
    let of_name = |text: &str| {
        text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.".contains(&byte))
    };
    let within = |begin: &str, end: &str| {
        value.strip_prefix(begin).and_then(|rest| rest.strip_suffix(end))
    };
    within("${", "}").or(within("$(", ")")).is_some_and(of_name)
        || within("{{", "}}").is_some_and(|text| of_name(text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(line: &str) -> Vec<(&str, &str)> {
        pairs(line).into_iter().map(|it| (&line[it.name], &line[it.value])).collect()
    }

    #[test]
    fn names_and_values() {
        for (line, expected) in [
            ("password=a b", &[("password", "a b")] as &[(&str, &str)]),
            ("  - token: \"a \\\" b\" # c", &[("token", "a \\\" b")]),
            ("x y password=a; z", &[("password", "a")]),
            (
                "host=h password=p user=u",
                &[("host", "h password=p user=u"), ("password", "p"), ("user", "u")],
            ),
            ("{\"a\": \"b\", \"c\":1}", &[("a", "b"), ("c", "1")]),
            ("{\\\"a\\\": \\\"b\\\"}", &[("a", "b")]),
            (
                "-H Authorization: Bearer abc'",
                &[("-H", "Authorization:"), ("Authorization", "Bearer abc")],
            ),
            ("run --token abc --x", &[("--token", "abc")]),
            ("<password>abc</password>", &[("password", "abc")]),
            (
                "<entry key=\"db.password\">abc</entry>",
                &[("key", "db.password"), ("db.password", "abc")],
            ),
            ("ENV DB_PASSWORD abc", &[("DB_PASSWORD", "abc")]),
            ("proxy_pass http://web:80;", &[]),
            ("npm config set //r/:_authToken abc", &[("_authToken", "abc")]),
            ("setenv API_TOKEN abc", &[("API_TOKEN", "abc")]),
            ("set the token of abc", &[]),
            ("x WITH PASSWORD = N'abc'", &[("PASSWORD", "abc")]),
            ("<password><![CDATA[abc]]></password>", &[("password", "abc")]),
            ("?a=b\\u0026sig=abc", &[("a", "b\\u0026sig=abc"), ("sig", "abc")]),
            ("https://example.com/", &[]),
            ("curl -u me:abc x", &[("-u", "me:abc"), ("me", "abc")]),
            ("define('DB_PASSWORD', 'abc');", &[("DB_PASSWORD", "abc")]),
            ("f('a', 'b', password, 'c')", &[]),
            ("proxy_set_header X-Token abc;", &[("X-Token", "abc")]),
            ("the password is abc", &[("password", "abc")]),
            ("mkdir -p abc", &[("-p", "abc")]),
        ] {
            assert_eq!(all(line), expected, "{line}");
        }
        assert_eq!(pairs("a: \"b")[0].open, Some("\""));
    }

    #[test]
    fn harmless_values() {
        for value in
            ["", " ", "True", "${DB_PASSWORD}", "$(A)", "{{ .Values.a }}", "12"]
        {
            assert!(is_harmless(value, Naming::Credential), "{value}");
        }
        for value in ["a", "${A:-b}", "$ecret", "truely", "123456", "nan"] {
            assert!(!is_harmless(value, Naming::Credential), "{value}");
        }
        assert!(!is_harmless("12", Naming::Password));
    }
}
