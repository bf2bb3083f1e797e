//! Credentials in addresses: `scheme://user:password@host`.
//!
//! Only the password goes, for the user and the host are what one looks for at night.
//! Passwords with `@` and `/` in them, which should have been escaped, count as well.
//! Refuses to look at what stands behind the host.

use std::ops::Range;

/// The passwords in the addresses of `text`.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    for (at, _) in text.match_indices("://") {
        let begin = at + 3;
        let rest = &text[begin..];
        let stops = |c: char| c.is_whitespace() || "\"'`<>\\".contains(c);
        let rest = &rest[..rest.find(stops).unwrap_or(rest.len())];
        let rest = &rest[..rest.find("://").unwrap_or(rest.len())];
        let is_web = ["http", "https"].iter().any(|it| text[..at].ends_with(it));
        if let Some(range) = password(rest, is_web) {
            found.push(begin + range.start..begin + range.end);
        }
    }
    of_oracle(text, found);
    of_go(text, found);
}

/// The password of `user:password@tcp(host)/database`.
fn of_go(text: &str, found: &mut Vec<Range<usize>>) {
    for network in ["@tcp(", "@tcp6(", "@unix("] {
        for (end, _) in text.match_indices(network) {
            let ends = |c: char| c.is_whitespace() || "\"'`=".contains(c);
            let begin = end - text[..end].rsplit(ends).next().map_or(0, str::len);
            if let Some(colon) = text[begin..end].find(':') {
                found.push(begin + colon + 1..end);
            }
        }
    }
}

/// The password of `jdbc:oracle:thin:user/password@host`.
fn of_oracle(text: &str, found: &mut Vec<Range<usize>>) {
    for driver in ["oracle:thin:", "oracle:oci:"] {
        for (at, _) in text.match_indices(driver) {
            let begin = at + driver.len();
            let rest = &text[begin..];
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let Some(at) = rest[..end].rfind('@') else { continue };
            if let Some(slash) = rest[..at].find('/').filter(|it| it + 1 < at) {
                found.push(begin + slash + 1..begin + at);
            }
        }
    }
}

/// Where in `user:password@host/path` the password stands, or a user that is one: a long
/// one, and of the web, where hardly anybody has none, also one that is no word.
fn password(rest: &str, is_web: bool) -> Option<Range<usize>> {
    let authority = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let slash = &rest[..authority];
    let at = if let Some(at) = slash.rfind('@') {
        at
    } else {
        // `host:port/path@x` has no password, `user:pass/word@host` has.
        let (_, behind) = slash.split_once(':')?;
        if behind.is_empty() || behind.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        rest.rfind('@')?
    };
    let (start, end) = match rest[..at].find(':') {
        Some(colon) => (colon + 1, at),
        None if at >= 20 || is_web && at >= 8 && !is_word(&rest[..at]) => (0, at),
        None => return None,
    };
    (start < end).then_some(start..end)
}

/// Whether it can be the name of somebody: no digits, no mixture of letters.
fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_lowercase() || b"-._".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_alone() {
        for (text, passwords) in [
            ("get https://u:p@h/x.tgz (a:1)", &["p"] as &[&str]),
            ("postgres://app:p@ss@db:5432/x", &["p@ss"]),
            ("postgres://app:p/w@db/x", &["p/w"]),
            ("redis://:pw@h", &["pw"]),
            ("a://u:p@h1,b://u:q@h2", &["p", "q"]),
            ("mongodb://u:p@h1,h2:27017/db", &["p"]),
            ("https://ghp0123456789abcdefgh@host/r", &["ghp0123456789abcdefgh"]),
            ("https://Tok3n-abc@host/r", &["Tok3n-abc"]),
            ("https://deploy-bot@host/r", &[]),
            ("ssh://git@host:22/r", &[]),
            ("http://h:80/a@b", &[]),
            ("oci://h:5000/a@sha256:ab", &[]),
            ("https://u:@h", &[]),
            ("db: app:p@w@tcp(db:3306)/x", &["p@w"]),
            ("app@tcp(db:3306)/x", &[]),
            ("a://", &[]),
            ("jdbc:oracle:thin:app/p@db:1521/x", &["p"]),
            ("jdbc:oracle:thin:@//db:1521/x", &[]),
            ("mailto:me@example.com", &[]),
        ] {
            let mut found = Vec::new();
            find(text, &mut found);
            let found: Vec<&str> = found.into_iter().map(|it| &text[it]).collect();
            assert_eq!(found, passwords, "{text}");
        }
    }
}
