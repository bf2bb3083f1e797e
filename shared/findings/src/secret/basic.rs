//! `user:password` in base64, as it stands behind `Basic` and in variables of any name.
//!
//! Words that are base64 of readable text are rare, and such with a colon at the right
//! place are made for this. Refuses to decode what is not text.

use std::ops::Range;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The shortest `user:password` that counts.
const SHORTEST: usize = 8;

/// The words of `text` that are such.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "+/-_".contains(c);
    let mut at = 0;
    while let Some(start) = text[at..].find(is_part).map(|it| at + it) {
        let rest = &text[start..];
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let padding = rest[length..].bytes().take_while(|byte| *byte == b'=').count();
        at = start + length + padding.min(2);
        if is_pair(&rest[..length]) {
            found.push(start..at);
        }
    }
}

fn is_pair(word: &str) -> bool {
    if word.len() * 3 / 4 < SHORTEST {
        return false;
    }
    let alphabet = if word.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let decoded = GeneralPurpose::new(alphabet, config).decode(word);
    let decoded = decoded.ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.as_deref().map(str::trim_end).is_some_and(|text| {
        let Some((name, secret)) = text.split_once(':') else { return false };
        let is_name =
            |byte: u8| byte.is_ascii_alphanumeric() || b"._@+-".contains(&byte);
        text.len() >= SHORTEST
            && !name.is_empty()
            && name.bytes().all(is_name)
            && !secret.is_empty()
            && !secret.starts_with([' ', '/'])
            && secret.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
    })
}

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_STANDARD;

    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, &mut found);
        found.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn users_with_passwords() {
        for pair in
            ["user:s3cr3t", "me@example.com:a b", "admin:pa:ss", "a:~~~???>>>\n"]
        {
            let word = BASE64_STANDARD.encode(pair);
            assert_eq!(words(&word), [&word], "{pair}");
            assert_eq!(words(&format!("BASIC={word}, x")), [&word], "{pair}");
            let bare = word.trim_end_matches('=');
            assert_eq!(words(bare), [bare], "{pair}");
        }
        assert_eq!(words("{\"auth\":\"dXNlcjpzM2NyM3Q\"}"), ["dXNlcjpzM2NyM3Q"]);
    }

    #[test]
    fn other_words() {
        for text in [
            "https://h/x",
            "a text",
            "level: info",
            ":password",
            "u:p",
            "a\u{1}:bcdefgh",
        ] {
            let word = BASE64_STANDARD.encode(text);
            assert_eq!(words(&word), [""; 0], "{text}");
        }
        for word in [
            "application/json",
            "registry/team/application",
            "maximumPoolSize",
            "kubernetes-dashboard",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
        ] {
            assert_eq!(words(word), [""; 0], "{word}");
        }
    }
}
