//! Password files of Postgres and its poolers: `host:port:database:user:value` and
//! `"user" "value"`.
//!
//! No name says what is what, only the order. Refuses to take addresses and times for
//! such lines.

use std::ops::Range;

/// The passwords of `text`.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end();
        let start = body.len() - body.trim_start().len();
        let range =
            of_userlist(body.trim_start()).or_else(|| of_pgpass(&body[start..]));
        if let Some(range) = range {
            found.push(at + start + range.start..at + start + range.end);
        } else {
            // Within a command or a value, a word ends with its quote.
            let mut end = start;
            while let Some(begin) = body[end..].find(|c| !is_end(c)).map(|it| end + it)
            {
                end = body[begin..].find(is_end).map_or(body.len(), |it| begin + it);
                let range = of_pgpass(&body[begin..end]);
                found
                    .extend(range.map(|it| at + begin + it.start..at + begin + it.end));
            }
        }
        at += line.len();
    }
}

fn is_end(c: char) -> bool {
    c.is_whitespace() || "\"'`".contains(c)
}

/// `host:port:database:user:password`, where `\:` is a part of a field.
fn of_pgpass(line: &str) -> Option<Range<usize>> {
    let bytes = line.as_bytes();
    let colons: Vec<usize> = line
        .match_indices(':')
        .map(|(at, _)| at)
        .filter(|at| *at > 0 && bytes[at - 1] != b'\\')
        .take(4)
        .collect();
    let [host, port, database, user] = colons[..] else { return None };
    let fields = [&line[..host], &line[host + 1..port], &line[port + 1..database]];
    let name = &line[database + 1..user];
    let is_port = fields[1] == "*"
        || (2..=5).contains(&fields[1].len())
            && fields[1].bytes().all(|byte| byte.is_ascii_digit());
    let is_field = |text: &str| {
        !text.is_empty()
            && !text.contains(|c: char| c.is_whitespace() || "\"'={".contains(c))
    };
    let is_address =
        line.bytes().all(|byte| byte.is_ascii_hexdigit() || b":./".contains(&byte));
    // Not the time of a log.
    let is_host = fields[0].bytes().any(|byte| !byte.is_ascii_digit());
    let is_user =
        name.starts_with(|c: char| c.is_ascii_alphabetic() || "_*".contains(c));
    let is_entry = is_port
        && is_host
        && is_user
        && !is_address
        && fields.iter().all(|it| is_field(it))
        && is_field(name);
    (is_entry && user + 1 < line.len()).then_some(user + 1..line.len())
}

/// `"user" "password"`
fn of_userlist(line: &str) -> Option<Range<usize>> {
    let inner = line.strip_prefix('"')?.strip_suffix('"')?;
    let (user, password) = inner.split_once("\" \"")?;
    let is_entry = !user.contains(['"', ' ']) && !password.is_empty();
    (is_entry && !password.contains('"'))
        .then(|| line.len() - 1 - password.len()..line.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, &mut found);
        found.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn entries() {
        for (text, expected) in [
            ("db.example.com:5432:app:me:a b\n*:*:*:u:q\n", &["a b", "q"] as &[&str]),
            ("10.0.0.1:5432:*:me:a\\:b:c", &["a\\:b:c"]),
            ("echo \"*:*:*:me:abc\" > ~/.pgpass", &["abc"]),
            ("PASSFILE: 'db:5432:app:me:abc'", &["abc"]),
            ("\"app\" \"abc\"\n  \"bob\" \"a c\"\n", &["abc", "a c"]),
        ] {
            assert_eq!(secrets(text), expected, "{text}");
        }
    }

    #[test]
    fn others() {
        for text in [
            "fe80:1234:ab:cd:ef:1",
            "2001:10:a:b:c::1/64",
            "00:11:22:aa:bb:cc",
            "12:30:45:app:x y",
            "root:x:0:0:root:/root:/bin/bash",
            "arn:aws:iam::123456789012:role/x",
            "r.example.com:5000/app:1.2",
            "a: 80: b: c: d",
            "map \"~*x\" \"y\";",
            "\"a\", \"b\"",
        ] {
            assert_eq!(secrets(text), [""; 0], "{text}");
        }
    }
}
