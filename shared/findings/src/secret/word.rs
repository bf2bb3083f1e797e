//! Words that nobody chose: tokens, keys, hashes of passwords.
//!
//! A word counts as random by how often it goes from letters to digits and from lower
//! to upper case, for names change at the beginning of words only. What is not
//! secret and looks the same is told by what stands around it: digests, UUIDs, tags
//! of images, host names. Refuses to find what is made of lower-case letters alone.

use std::ops::Range;

use super::name::is_checksum;

/// What may look random at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leniency {
    /// Nothing.
    None,
    /// A checksum.
    Checksum,
    /// The reference of an image.
    Image,
}

/// The shortest word that counts.
const SHORTEST: usize = 20;
/// The shortest that counts if it has digits and letters of both sizes in no order.
const SHORTEST_MIXED: usize = 12;

/// The words of `text` that look random.
pub(super) fn find(text: &str, leniency: Leniency, found: &mut Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !is_word(bytes[at]) {
            at += 1;
            continue;
        }
        let end = at + bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
        let word = &text[at..end];
        let start = at + behind_name(word);
        if leniency == Leniency::None && is_random(word) && !is_known(text, start..end)
            || leniency == Leniency::Checksum && is_random(word) && !is_sum(word)
        {
            found.push(start..end);
        }
        at = end;
    }
}

/// Where in `name=value` the value begins, if it is what looks random.
fn behind_name(word: &str) -> usize {
    let Some((name, value)) = word.split_once('=') else { return 0 };
    let is_value = !value.trim_start_matches('=').is_empty() && !is_random(name);
    if is_value && is_random(value) { name.len() + 1 } else { 0 }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/_=-".contains(&byte)
}

/// Whether nobody would have chosen the word.
fn is_random(word: &str) -> bool {
    if word.len() < SHORTEST {
        return word.len() >= SHORTEST_MIXED && is_scrambled(word.as_bytes());
    }
    let parts = || word.split(|c: char| !c.is_ascii_alphanumeric());
    // In base64 one character of 32 is a sign; more are paths and names.
    let signs = parts().count() - 1;
    let joined: String = parts().collect();
    let has = |is: fn(&u8) -> bool| joined.as_bytes().iter().any(is);
    let has_both = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    parts().any(|part| part.len() >= 16 && is_mixed(part))
        || has_both && signs * 8 <= word.len() && is_mixed(&joined)
}

/// Whether a run of letters and digits changes too often for a name.
fn is_mixed(part: &str) -> bool {
    let bytes = part.as_bytes();
    let count = |is: fn(&u8) -> bool| bytes.iter().filter(|byte| is(byte)).count();
    let (digits, upper) = (count(u8::is_ascii_digit), count(u8::is_ascii_uppercase));
    let letters = bytes.len() - digits;
    let share = |part: usize, percent: usize| part * 100 >= percent * (bytes.len() - 1);
    let rises = bytes
        .windows(2)
        .filter(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase())
        .count();
    let is_hex = count(u8::is_ascii_hexdigit) == bytes.len();
    if is_hex && bytes.len() >= SHORTEST && digits >= 3 && letters >= 3 {
        return true;
    }
    if digits < 2 {
        // Of random letters every fourth is a capital behind a small one.
        return bytes.len() >= SHORTEST && share(rises, 14) && share(upper, 30);
    }
    let classes: Vec<u8> = (0..bytes.len()).map(|at| class(bytes, at)).collect();
    let changes = classes.windows(2).filter(|two| two[0] != two[1]).count();
    let is_long = bytes.len() >= SHORTEST || upper > 1 && letters > upper + 1;
    is_long
        && letters >= 3
        && (share(changes, 20) || share(changes + rises, 22) && !has_words(bytes))
}

/// Whether digits, capitals and small letters follow each other without an order.
/// Three of four random words do, and of the words in programs one of some thousands.
fn is_scrambled(word: &[u8]) -> bool {
    let kinds = |at: usize| match word[at] {
        byte if byte.is_ascii_digit() => 2,
        byte if byte.is_ascii_uppercase() => 1,
        _ => 0,
    };
    let kinds: Vec<u8> = (0..word.len()).map(kinds).collect();
    let classes: Vec<u8> = (0..word.len()).map(|at| class(word, at)).collect();
    let changes = |all: &[u8], percent: usize| {
        let number = all.windows(2).filter(|two| two[0] != two[1]).count();
        number * 100 >= percent * (all.len() - 1)
    };
    let count = |is: fn(&u8) -> bool| word.iter().filter(|byte| is(byte)).count();
    word.iter().all(u8::is_ascii_alphanumeric)
        && count(u8::is_ascii_lowercase) >= 2
        && count(u8::is_ascii_uppercase) >= 2
        && count(u8::is_ascii_digit) >= 1
        && kinds.chunk_by(|one, other| one == other).all(|run| run.len() <= 4)
        && changes(&kinds, 40)
        && changes(&classes, 30)
}

/// Whether there are five small letters in a row.
fn has_words(bytes: &[u8]) -> bool {
    bytes.windows(5).any(|five| five.iter().all(u8::is_ascii_lowercase))
}

/// Small letters, capitals or digits; a capital before a small letter begins a word
/// and counts as small.
fn class(bytes: &[u8], at: usize) -> u8 {
    let begins = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
    match bytes[at] {
        byte if byte.is_ascii_digit() => 2,
        byte if byte.is_ascii_uppercase() && !begins => 1,
        _ => 0,
    }
}

/// Whether what stands around says that the word is no secret.
fn is_known(text: &str, at: Range<usize>) -> bool {
    let word = &text[at.clone()];
    let (before, behind) = (&text[..at.start], &text[at.end..]);
    is_digest(before) || is_label(before, behind) || is_tag(word, before) || {
        let gap = |c: char| " \"'=:\\".contains(c);
        let name = before.trim_end_matches(gap);
        let ends = |c: char| !(c.is_ascii_alphanumeric() || "_-/.".contains(c));
        let name = name.rsplit(ends).next().unwrap_or_default();
        before.len() - name.len() > 0
            && is_sum(word)
            && name.len() < 80
            && before.ends_with(gap)
            && is_checksum(name)
    }
}

/// Whether it may be the sum of something: hexadecimal or base64, not too long.
fn is_sum(word: &str) -> bool {
    let is_hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex && word.len() <= 128 || word.len() <= 88
}

/// `sha256:` in front.
fn is_digest(before: &str) -> bool {
    ["sha256", "sha512", "sha384", "sha1", "md5"].iter().any(|name| {
        before.strip_suffix([':', '-', '/']).is_some_and(|it| it.ends_with(name))
    })
}

/// A label of a host name, as some clouds call theirs: `0A1B….gr7.example.com`.
fn is_label(before: &str, behind: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    let rest = behind.strip_prefix('.').unwrap_or_default();
    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let host = rest[..end].trim_end_matches('.');
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.')
        && (2..=12).contains(&last.len())
        && last.bytes().all(|byte| byte.is_ascii_lowercase())
        && !before.ends_with(['@', '='])
}

/// A commit as the tag of an image: `registry/app:main-0a1b…`.
fn is_tag(word: &str, before: &str) -> bool {
    let Some(name) = before.strip_suffix(':') else { return false };
    let ends = |c: char| c.is_whitespace() || "\"'`=,(".contains(c);
    let name = name.rsplit(ends).next().unwrap_or_default();
    let commit = word.rsplit('-').next().unwrap_or_default();
    let others = &word[..word.len() - commit.len()];
    name.contains('/')
        && !name.contains("//")
        && commit.len() <= 64
        && commit
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        && !is_random(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, Leniency::None, &mut found);
        found.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn random_words() {
        for word in [
            "4eC39HqLyjWDarjtT1zdp7dc",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
            "dXNlcjpwYXNzd29yZA==",
            "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
            "8f2k9d7s6h3j5l1q0w4e",
            "Xk9pQ2mL7vRt",
            "aB3dE5fG7hJ9kL1",
        ] {
            let found = words(word).concat();
            assert!(found.contains(word), "{word} {found}");
        }
    }

    #[test]
    fn what_only_looks_random() {
        for text in [
            "the quick brown fox jumps over the lazy dog and runs far away",
            "/usr/local/lib/python3.11/site-packages/foo/bar_baz.py",
            "/var/lib/kubelet/pods/3f0c1a52-6a3c-4f0e-9a30-0b9f8b1a2c3d/volumes",
            "3F0C1A52-6A3C-4F0E-9A30-0B9F8B1A2C3D",
            "my-release-postgresql.shop.svc.cluster.local:5432",
            "https://example.com/a/b?page=2&sort=name",
            "registry.example.com/team/app@sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
            "pulling \"registry.example.com/app:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d\"",
            "registry.example.com/app:main-0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d",
            "commit=0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d",
            "commit 0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d",
            "checksum/config: 0a1b2c3d4e5f60718293a4b5c6d7e8f9",
            "0A1B2C3D4E5F60718293A4B5C6D7E8F9.gr7.eu-west-1.eks.example.com",
            "AbstractSingletonProxyFactoryBean2",
            "Http4xxErrorRate FromUtf8Error ChaCha20Poly1305 Sha256VarCore",
            "MacBookPro16 Ipv4AddrRange V1beta1Widget",
            "web-7d9f8b6c5d vpc-0a1b2c3d4e5f67890 eu-west-1a i18nEnabled",
            "OpenTelemetryK8sClusterReceiverV2",
            "tokenExpirationSeconds",
            "spring.datasource.hikari.maximumPoolSize",
            "-Djava.util.concurrent.ForkJoinPool.common.parallelism=4",
            "web-7d9f8b6c5d-x2x4z",
            "123456789012345678901234567890",
            "arn:aws:iam::123456789012:role/eks-node-group-role",
            "2026-11-26T08:11:21.123456Z",
            "ClusterRoleBindingReconciler",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(words(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn most_random_tokens_are_found() {
        // A simple generator; the numbers are what it gives.
        let mut state = 7_u64;
        let mut next = |limit: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            usize::try_from(state >> 33).unwrap() % limit
        };
        let all = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (alphabet, length) in
            [(&all[..], 44), (&all[..62], 32), (&all[..62], 24), (&all[52..62], 30)]
        {
            let mut found = 0;
            for _ in 0..1000 {
                let word: String = (0..length)
                    .map(|_| char::from(alphabet[next(alphabet.len())]))
                    .collect();
                found += usize::from(is_random(&word));
            }
            let is_numbers = alphabet.len() == 10;
            assert!(if is_numbers { found == 0 } else { found >= 980 }, "{found}");
        }
    }
}
