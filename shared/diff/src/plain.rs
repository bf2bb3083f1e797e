//! Foreign text made fit to print: without colours, in one line, not too long.
//!
//! Passwords in addresses are masked, and so are the parts of error messages in
//! which the API server or helm quotes values.

/// The longest message.
pub(crate) const LONGEST: usize = 300;

/// `text` without escape sequences. One that does not end loses its beginning
/// only, so that it cannot swallow the lines behind it.
pub(crate) fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        let end = after.find(|c| !(' '..='?').contains(&c)).unwrap_or(after.len());
        let ends = after[end..].starts_with(|c| ('@'..='~').contains(&c));
        rest = if ends { &after[end + 1..] } else { after };
    }
    plain + rest
}

/// `text` in one line: control characters become spaces, and what is longer than
/// a message may be is cut.
pub(crate) fn line(text: &str) -> String {
    let mut line = String::new();
    let is_gap = |c: char| c.is_whitespace() || is_hostile(c);
    for word in text.split(is_gap).filter(|word| !word.is_empty()) {
        line.extend((!line.is_empty()).then_some(' '));
        line.extend(word.chars().take(LONGEST + 1));
        if line.chars().count() > LONGEST {
            return line.chars().take(LONGEST - 1).chain(['…']).collect();
        }
    }
    line
}

/// The lines of a diff, without what a terminal would obey.
pub(crate) fn lines(text: &str) -> String {
    let clean = text.replace("\r\n", "\n");
    let is_kept = |c| c == '\n' || c == '\t' || !is_hostile(c);
    clean.chars().map(|c| if is_kept(c) { c } else { '\u{fffd}' }).collect()
}

/// Control characters, and those that turn the direction of writing.
fn is_hostile(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Behind these words values are quoted: of an object that the API server could
/// not decode, of arguments, of YAML. The last only in talk about a Secret.
const QUOTES: [(&str, &str); 4] = [
    ("error found in #", ""),
    ("failed parsing --set", ""),
    ("cannot unmarshal !!", ""),
    ("Invalid value: ", "Secret"),
];

/// `text` without what may be a secret.
pub(crate) fn masked(text: &str) -> String {
    let mut kept = text.to_owned();
    for (words, subject) in QUOTES {
        if text.contains(subject)
            && let Some(at) = kept.find(words)
        {
            kept.truncate(at + words.len());
            kept.push('…');
        }
    }
    let mut is_address = false;
    let mut masked = String::with_capacity(kept.len());
    for part in kept.split_inclusive("://") {
        masked += &after_password(part, is_address);
        is_address = part.ends_with("://");
    }
    masked
}

fn after_password(part: &str, is_address: bool) -> String {
    if !is_address {
        return part.to_owned();
    }
    let is_end = |c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '?');
    let end = part.find(is_end).unwrap_or(part.len());
    match part[..end].rfind('@') {
        Some(at) => format!("***{}", &part[at..]),
        None => part.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_go_and_lines_stay() {
        assert_eq!(without_colours("\x1b[32ma\x1b[0m b \x1b[94;1mc"), "a b c");
        assert_eq!(without_colours("a\x1b[3\nComparing"), "a3\nComparing");
        assert_eq!(without_colours("a\x1b["), "a");
    }

    #[test]
    fn one_line_of_bounded_length() {
        assert_eq!(line("a\n\0b\t\u{202e} c"), "a b c");
        let long = line(&"word ".repeat(1000));
        assert_eq!(long.chars().count(), LONGEST);
        assert!(long.ends_with('…'));
        assert_eq!(line(&"w".repeat(1000)).chars().count(), LONGEST);
        assert_eq!(line(&"é".repeat(300)), "é".repeat(300));
    }

    #[test]
    fn passwords_and_quoted_values_are_masked() {
        let cases = [
            ("Get \"https://u:p@h/x\": no", "Get \"https://***@h/x\": no"),
            ("https://u:p@w@h and oci://t@r/x", "https://***@h and oci://***@r/x"),
            ("https://h/a@b", "https://h/a@b"),
            (
                "Secret in version \"v1\" cannot be handled: illegal base64, error \
                 found in #10 byte of ...|\"p\":\"hunter2\"|...",
                "Secret in version \"v1\" cannot be handled: illegal base64, error \
                 found in #…",
            ),
            (
                "Secret \"a\" is invalid: data: Invalid value: \"hunter2\": no",
                "Secret \"a\" is invalid: data: Invalid value: …",
            ),
            ("failed parsing --set data: key \"p\" has", "failed parsing --set…"),
            ("line 3: cannot unmarshal !!str `p` into", "line 3: cannot unmarshal !!…"),
            (
                "Pod \"a\" is invalid: Invalid value: 1",
                "Pod \"a\" is invalid: Invalid value: 1",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(masked(text), expected);
        }
    }
}
