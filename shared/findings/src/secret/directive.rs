//! Lines of servers' configurations in which a password stands at a known place:
//! `stats auth user:value`, `user default on >value`.
//!
//! No sign stands between a name and the value, so such a line is known by how it
//! begins. Refuses to look at lines with a sign; they are pairs.

use std::ops::Range;

/// How a line begins, and what stands directly in front of the password.
type Directive = (&'static str, &'static str);

/// With a sign that is in no sentence.
const SIGNED: [Directive; 4] = [
    // Access control lists of Redis.
    ("user ", " >"),
    ("ACL SETUSER ", " >"),
    ("SET PASSWORD ", "= '"),
    ("SET PASSWORD ", "PASSWORD('"),
];

/// Which might be a sentence.
const SPOKEN: [Directive; 12] = [
    ("sentinel auth-pass ", " "),
    // HAProxy.
    ("stats auth ", ":"),
    ("user ", " password "),
    ("user ", " insecure-password "),
    // Routers.
    ("neighbor ", " password "),
    // Squid.
    ("cache_peer ", " login="),
    // SNMP, of whose communities the name is the password.
    ("community ", ""),
    ("rocommunity ", ""),
    ("rocommunity6 ", ""),
    ("rwcommunity ", ""),
    ("rwcommunity6 ", ""),
    ("snmp-server community ", ""),
];

/// The passwords of `text`; `is_prose` if it is talk.
pub(super) fn find(text: &str, is_prose: bool, found: &mut Vec<Range<usize>>) {
    let spoken: &[Directive] = if is_prose { &[] } else { &SPOKEN };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        found.extend(relay(line).map(|range| at + range.start..at + range.end));
        for directive in SIGNED.iter().chain(spoken) {
            let range = password(line, *directive);
            found.extend(range.map(|range| at + range.start..at + range.end));
        }
        at += line.len();
    }
}

/// `[host]:port user:password`, as Postfix has it
fn relay(line: &str) -> Option<Range<usize>> {
    let (host, login) =
        line.trim().strip_prefix('[')?.split_once(char::is_whitespace)?;
    let (host, port) = host.split_once(']')?;
    let is_host =
        host.contains('.') && host.contains(|c: char| c.is_ascii_alphabetic());
    let is_port = port.strip_prefix(':').is_some_and(|it| it.parse::<u16>().is_ok());
    let (_, password) = login.trim_start().split_once(':')?;
    let end = line.trim_end().len();
    let is_entry = is_host && (port.is_empty() || is_port);
    is_entry.then_some(end - password.len()..end)
}

fn password(line: &str, (start, before): Directive) -> Option<Range<usize>> {
    let indent = line.len() - line.trim_start().len();
    // What is sent to a server may be quoted in a command.
    let begins = if start.starts_with(char::is_uppercase) {
        line.find(start)?
    } else {
        line[indent..].starts_with(start).then_some(indent)?
    };
    let from = begins + start.len();
    let begin = from + line[from..].find(before)? + before.len();
    let rest = &line[begin..];
    let ends = |c: char| {
        if before.ends_with('\'') {
            c == '\''
        } else {
            c.is_whitespace() || "\"'".contains(c)
        }
    };
    let length = rest.find(ends).unwrap_or(rest.len());
    (length > 0).then_some(begin..begin + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives() {
        for (text, expected) in [
            ("user default on >abc ~* +@all", &["abc"] as &[&str]),
            ("redis-cli \"ACL SETUSER a on >abc\"", &["abc"]),
            ("SET PASSWORD FOR 'x'@'%' = 'a b';", &["a b"]),
            ("x\n  sentinel auth-pass main abc\ny", &["abc"]),
            ("stats auth me:abc", &["abc"]),
            ("[mail.example.com]:587 me@example.com:abc\n", &["abc"]),
            ("[client]\nport: 1\n[10:00:00.1] INFO:x", &[]),
            ("user me password $6$abc", &["$6$abc"]),
            ("  user me insecure-password abc groups g", &["abc"]),
            ("rocommunity abc 10.0.0.0/8\nrwcommunity6 d", &["abc", "d"]),
            ("cache_peer a parent 3128 0 no-query login=u:abc", &["u:abc"]),
            ("user nginx;\nstats uri /x", &[]),
            ("the user me password abc", &[]),
            ("a > b", &[]),
        ] {
            let mut found = Vec::new();
            find(text, false, &mut found);
            let found: Vec<&str> = found.into_iter().map(|it| &text[it]).collect();
            assert_eq!(found, expected, "{text}");
        }
        let mut found = Vec::new();
        find("user me password expired", true, &mut found);
        assert!(found.is_empty());
    }
}
