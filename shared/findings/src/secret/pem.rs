//! PEM blocks, also in one line or in base64 once more.
//!
//! A certificate is public; it is shortened, and said to be one, so that two can be
//! told apart. Any other block is a secret. A block without an end goes to the end of
//! the text. Refuses to decode.

use std::ops::Range;

/// Blocks of `text`: where, and whether it is a certificate.
pub(super) fn find(text: &str) -> Vec<(Range<usize>, bool)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(begin) = text[at..].find("-----BEGIN ").map(|it| at + it) {
        let label = &text[begin + 11..];
        let is_public = label.starts_with("CERTIFICATE-----")
            || label.starts_with("TRUSTED CERTIFICATE-----");
        let end = label.find("-----END ").and_then(|it| {
            let label = begin + 11 + it + 9;
            text[label..].find("-----").map(|it| label + it + 5)
        });
        at = end.unwrap_or(text.len());
        found.push((begin..at, is_public));
    }
    // PuTTY has names in front of its lines.
    if text.contains("PuTTY-User-Key-File-") {
        for (begin, name) in text.match_indices("Private-Lines:") {
            found.push((begin + name.len()..text.len(), false));
        }
    }
    // The base64 of `-----BEGIN `.
    for (begin, _) in text.match_indices("LS0tLS1CRUdJTi") {
        let rest = &text[begin..];
        let is_part = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        let length = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        // Of `-----BEGIN CERTIFICATE--`; what is wrapped goes line by line.
        let is_public = rest.starts_with("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0t");
        found.push((begin..begin + length, is_public && !has_more(&rest[..length])));
    }
    found
}

/// Whether another block follows in the base64: `-----END CERTIFICATE-----`, line
/// break, `-----BEGIN`, in each of the three ways in which base64 may fall.
fn has_more(base64: &str) -> bool {
    // Of ` PRIVATE KEY`.
    ["IFBSSVZBVEUgS0VZ", "BQUklWQVRFIEtFW", "gUFJJVkFURSBLRV"]
        .iter()
        .any(|part| base64.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks() {
        let key =
            "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----";
        let certificate =
            "-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----";
        let text = format!("a {key} b {certificate} c -----BEGIN X-----\nrest");
        let found: Vec<_> =
            find(&text).into_iter().map(|(it, public)| (&text[it], public)).collect();
        let rest = "-----BEGIN X-----\nrest";
        assert_eq!(found, [(key, false), (certificate, true), (rest, false)]);
        assert_eq!(find("---- BEGIN"), []);
    }

    #[test]
    fn keys_of_putty() {
        let text = "PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 1\nAAAA\n";
        assert_eq!(find(text), [(text.len() - 8..text.len(), false)]);
        assert_eq!(find("Private-Lines: 1"), []);
    }

    #[test]
    fn blocks_in_base64() {
        let certificate = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUI=";
        assert_eq!(find(certificate), [(0..certificate.len(), true)]);
        let key = "x: LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JSUI=";
        assert_eq!(find(key), [(3..key.len(), false)]);
        let both = format!("{certificate}IFBSSVZBVEUgS0VZ");
        assert!(!find(&both)[0].1);
    }
}
