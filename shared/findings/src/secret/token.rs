//! Tokens and hashes of passwords that are known by how they begin, and what stands
//! behind `Bearer`.
//!
//! Whatever follows, so that a token counts that happens to look like a name. Refuses
//! to list what begins like a word.

use std::ops::Range;

/// With these tokens begin, by who issues them.
const PREFIXES: &[&str] = &[
    // Clouds.
    "AKIA",
    "ASIA",
    "AIza",
    "GOCSPX-",
    "ya29.",
    "dop_v1_",
    "doo_v1_",
    "dor_v1_",
    "LTAI",
    // Code and packages.
    "ghp_",
    "gho_",
    "ghr_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glpat-",
    "gldt-",
    "glrt-",
    "glptt-",
    "glcbt-",
    "glsoat-",
    "glagent-",
    "GR1348941",
    "ATATT3",
    "ATCTT3",
    "ATBB",
    "dckr_pat_",
    "dckr_oat_",
    "npm_",
    "pypi-",
    "rubygems_",
    "nfp_",
    "sqp_",
    "squ_",
    // Talk.
    "xoxa-",
    "xoxb-",
    "xoxe-",
    "xoxe.",
    "xoxp-",
    "xoxr-",
    "xoxs-",
    "xapp-",
    "SG.",
    "xkeysib-",
    // Money.
    "rk_live_",
    "rk_test_",
    "sk_live_",
    "sk_test_",
    "whsec_",
    "shpat_",
    "shpca_",
    "shppa_",
    "shpss_",
    // Secrets and machines.
    "hvb.",
    "hvr.",
    "hvs.",
    "AGE-SECRET-KEY-",
    "dp.pt.",
    "dp.st.",
    "ops_ey",
    "pul-",
    "tskey-",
    "glc_",
    "eyJrIjoi",
    "glsa_",
    "NRAK-",
    "sntrys_",
    "lin_api_",
    "PMAK-",
    "figd_",
    "pscale_pw_",
    "pscale_tkn_",
    // Models.
    "hf_",
    "sk-",
];

/// With these the hash of a password begins: crypt, LDAP, databases, frameworks.
const CRYPTS: &[&str] = &[
    "$1$",
    "$2a$",
    "$2b$",
    "$2x$",
    "$2y$",
    "$5$",
    "$6$",
    "$7$",
    "$apr1$",
    "$argon2",
    "$pbkdf2",
    "$scrypt$",
    "$y$",
    "SCRAM-SHA-1$",
    "SCRAM-SHA-256$",
    "pbkdf2_sha256$",
    "pbkdf2:sha256:",
    "scrypt:",
    "{CRYPT}",
    "{MD5}",
    "{PBKDF2",
    "{SHA}",
    "{SHA256}",
    "{SHA512}",
    "{SMD5}",
    "{SSHA}",
    "{SSHA256}",
    "{SSHA512}",
];

/// The tokens of `text`.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut tokens = Vec::new();
    prefixed(text, PREFIXES, 8, is_word_or_dot, &mut tokens);
    found.extend(tokens.into_iter().filter(|token| !is_name(&text[token.clone()])));
    let is_of_hash =
        |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\'';
    prefixed(text, CRYPTS, 8, is_of_hash, found);
    // Dovecot keeps the password itself, Postgres a hash without a sign in front.
    prefixed(text, &["{CLEARTEXT}", "{PLAIN}"], 4, is_of_hash, found);
    prefixed(text, &["md5"], 32, |byte| byte.is_ascii_hexdigit(), found);
    bearers(text, found);
    // A JWT: the base64 of `{"`.
    let mut tokens = Vec::new();
    prefixed(text, &["eyJ"], 17, is_word_or_dot, &mut tokens);
    found.extend(tokens.into_iter().filter(|token| text[token.clone()].contains('.')));
}

fn prefixed(
    text: &str,
    prefixes: &[&str],
    shortest: usize,
    is_part: impl Fn(u8) -> bool,
    found: &mut Vec<Range<usize>>,
) {
    let bytes = text.as_bytes();
    for prefix in prefixes {
        for (at, _) in text.match_indices(prefix) {
            let rest = &bytes[at + prefix.len()..];
            let length = rest.iter().take_while(|byte| is_part(**byte)).count();
            let begins = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
            if begins && length >= shortest {
                found.push(at..at + prefix.len() + length);
            }
        }
    }
}

/// `npm_config_registry`, `sk-learn-model`
fn is_name(word: &str) -> bool {
    let signs = word.bytes().filter(|byte| b"_-.".contains(byte)).count();
    let is_part = |byte: u8| byte.is_ascii_lowercase() || b"_-.".contains(&byte);
    let begins = ["hf_", "npm_", "pypi-", "sk-"].iter().any(|it| word.starts_with(it));
    begins && signs > 1 && word.bytes().all(is_part)
}

/// What stands behind `Bearer` and `Basic` and is no word of a sentence.
fn bearers(text: &str, found: &mut Vec<Range<usize>>) {
    let is_part = |byte: u8| is_word_or_dot(byte) || b"+/~".contains(&byte);
    for scheme in ["Bearer ", "bearer ", "BEARER ", "Basic ", "basic "] {
        let mut all = Vec::new();
        prefixed(text, &[scheme], 8, is_part, &mut all);
        for range in all {
            let token = range.start + scheme.len()..range.end;
            let is_made_up =
                |byte: u8| !(byte.is_ascii_lowercase() || b"-./".contains(&byte));
            if text[token.clone()].bytes().skip(1).any(is_made_up) {
                found.push(token);
            }
        }
    }
}

fn is_word_or_dot(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-.=".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, &mut found);
        found.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn beginnings() {
        for token in [
            "AKIAIOSFODNN7EXAMPLE",
            "ghp_abcdefghijklmnop",
            "ghr_abcdefghijklmnop",
            "glrt-abcdefghijklmnop",
            "xoxr-abcdefgh",
            "rk_test_abcdefgh",
            "whsec_abcdefgh",
            "hf_abcdefghijkl",
            "dckr_pat_abcdefgh1",
            "$apr1$x0w4e8f2$k9d7s6h3j5l1q0",
            "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub",
            "{SSHA}abcdefghijkl",
            "{PLAIN}abcdef",
            "md50123456789abcdef0123456789abcdef",
            "SCRAM-SHA-256$4096:abcdefgh==$abcdefghijk=:abcdefg=",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        ] {
            for text in
                [token.to_string(), format!("x '{token}' y"), format!("a={token}")]
            {
                assert_eq!(tokens(&text)[0], token, "{text}");
            }
        }
        assert_eq!(tokens("Basic ab+/cdE1=="), ["ab+/cdE1=="]);
    }

    #[test]
    fn words() {
        for text in [
            "basic authentication and bearer authentication",
            "Basic authentication/authorization",
            "risk-assessment",
            "npm_config_registry",
            "sk-learn-model",
            "eyJhbGciOiJIUzI1NiJ9abcdef",
            "half_abcdefghijkl",
            "scrypt: yes",
        ] {
            assert_eq!(tokens(text), [""; 0], "{text}");
        }
    }
}
