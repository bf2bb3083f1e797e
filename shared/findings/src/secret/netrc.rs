//! `machine host login user password value`, on one line or on several.
//!
//! The words of such a file are told by their order alone; what is not in this order
//! is prose about a machine. A line break may be a written one, `\n`. Refuses to know
//! what macros do.

use std::ops::Range;

/// The passwords of `text`.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    if !text.contains("password") && !text.contains("account") {
        return;
    }
    let mut words = words(text).into_iter().peekable();
    while let Some(word) = words.next() {
        // `NETRC=machine`
        let name = text[word].rsplit(['=', ':']).next().unwrap_or_default();
        let is_default = name == "default";
        if !is_default && name != "machine" {
            continue;
        }
        let next = words.peek().cloned().unwrap_or_default();
        if !is_default && !is_keyword(&text[next]) {
            words.next();
        }
        while let Some(name) = words.next_if(|it| is_field(&text[it.clone()])) {
            let Some(value) = words.next() else { break };
            if ["password", "account"].contains(&&text[name]) {
                found.push(value);
            }
        }
    }
}

fn is_field(word: &str) -> bool {
    ["login", "user", "password", "account"].contains(&word)
}

fn is_keyword(word: &str) -> bool {
    is_field(word) || ["machine", "default", "macdef"].contains(&word)
}

/// Where the words stand, without quotes around them.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let mut start = at;
        for (sign, _) in rest[..length].match_indices("\\n") {
            if breaks(&rest[sign + 2..]) {
                words.push(start..at + sign);
                start = at + sign + 2;
            }
        }
        words.push(start..at + length);
        at += length + rest[length..].chars().next().map_or(0, char::len_utf8);
    }
    let quotes = |c: char| "\"'`".contains(c);
    words
        .into_iter()
        .map(|word| {
            let all = &text[word.clone()];
            let inner = all.trim_start_matches(quotes);
            let start = word.start + all.len() - inner.len();
            start..start + inner.trim_end_matches(quotes).len()
        })
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether a written line break stands in front of this, not a part of a password.
fn breaks(rest: &str) -> bool {
    let end = rest.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(rest.len());
    is_keyword(&rest[..end]) || rest.starts_with([' ', '"', '\'']) || rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries() {
        for (text, expected) in [
            ("machine x login u password p1", &["p1"] as &[&str]),
            ("NETRC=machine x login u password p1", &["p1"]),
            ("machine x\n  login u\n  password p1\n", &["p1"]),
            ("machine x login u password p1\nmachine y\npassword p2", &["p1", "p2"]),
            ("default login u password \"p1\"", &["p1"]),
            ("machine x login u account p1 password p2", &["p1", "p2"]),
            ("echo 'machine x login u password p1' > .netrc", &["p1"]),
            ("\"machine x\\nlogin u\\npassword p\\no\\n\"", &["p\\no"]),
            ("machine machine login login password p1", &["p1"]),
            ("machine login u password p1", &["p1"]),
        ] {
            let mut found = Vec::new();
            find(text, &mut found);
            let found: Vec<&str> = found.into_iter().map(|it| &text[it]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn prose() {
        for text in [
            "the machine is down, login and reset the password today",
            "by default the password is generated",
            "machine x login u",
            "machine x\nlogin u\nport 1 password here",
            "default password",
        ] {
            let mut found = Vec::new();
            find(text, &mut found);
            assert!(found.is_empty(), "{text}");
        }
    }
}
