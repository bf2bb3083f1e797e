//! Passwords in addresses are not for other eyes.
//!
//! An address like `https://user:password@host/chart.tgz` stands in a rule or on a
//! command line; whatever is said about it goes to logs that more people read.
//! Refuses to guess at secrets that have no such form.

use std::borrow::Cow;

const SHOWN: &str = "***";

/// `text` with `***` for each user and password in an address.
pub fn without_passwords(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, behind) = rest.split_at(at + 3);
        shown.push_str(before);
        rest = behind;
        if let Some(end) = end_of_password(behind) {
            shown.push_str(SHOWN);
            rest = &behind[end..];
        }
    }
    if shown.len() + rest.len() == text.len() && !shown.contains(SHOWN) {
        return Cow::Borrowed(text);
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// Where the `@` stands in `authority`, if there is a password before it.
fn end_of_password(authority: &str) -> Option<usize> {
    let stops = |c: char| "/?#\"'\\<>".contains(c) || c.is_whitespace();
    let authority = &authority[..authority.find(stops).unwrap_or(authority.len())];
    let at = authority.rfind('@')?;
    authority[..at].contains(':').then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_passwords_are_hidden() {
        for (text, shown) in [
            ("get https://u:p@h/x.tgz (a:1)", "get https://***@h/x.tgz (a:1)"),
            ("https://u:p@ss@h https://v:q@i", "https://***@h https://***@i"),
            ("git::https://:t@h/r.git@charts", "git::https://***@h/r.git@charts"),
            ("ssh://git@h:22/r", "ssh://git@h:22/r"),
            ("oci://h:5000/a@sha256:ab", "oci://h:5000/a@sha256:ab"),
            ("{\"chart\":\"http://u:p@h\"}", "{\"chart\":\"http://***@h\"}"),
            ("a://", "a://"),
            ("plain", "plain"),
        ] {
            assert_eq!(without_passwords(text), shown);
        }
    }
}
