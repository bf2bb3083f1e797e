//! What a name says about the value beside it: keys, environment variables, flags,
//! file names.
//!
//! A name is taken apart into words, for `dbPassword`, `DB_PASSWORD` and
//! `db-password` are the same. What describes a credential is none: `tokenPath`,
//! `secretKeyRef`, `passwordPolicy`. In doubt a name is one of a credential. Refuses
//! to look at values.

use super::vocabulary::{
    AROUND, CHECKSUMS, CREDENTIAL_WORDS, CREDENTIALS, DESCRIBING, FILES, PASSWORDS,
    STRUCTURAL,
};

/// What a name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Naming {
    /// It describes something, also within a credential: `name`, `secretName`.
    Described,
    /// Nothing.
    Plain,
    /// There is a credential or a description of one: `auth`.
    Around,
    /// A credential: a text, or texts below.
    Credential,
    /// A password, which may be a number.
    Password,
}

/// What `name` says.
pub(super) fn judge(name: &str) -> Naming {
    // There the name of a Secret stands.
    if name.starts_with("nginx.ingress.kubernetes.io/") && name.ends_with("secret") {
        return Naming::Described;
    }
    let name = local(name);
    if FILES.iter().any(|end| name.ends_with(end)) {
        return Naming::Credential;
    }
    let words = words(name);
    let Some(last) = words.last() else { return Naming::Plain };
    let describes = if words.len() == 1 { STRUCTURAL } else { DESCRIBING };
    if describes.contains(&last.as_str()) || is_about(&words) {
        return Naming::Described;
    }
    let squashed = words.concat();
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let holds = |list: &[&str]| list.iter().any(|part| squashed.contains(part));
    let is_pass = || {
        squashed.ends_with("pass")
            && !["bypass", "compass"].iter().any(|word| squashed.ends_with(word))
    };
    let is_pw = || squashed.ends_with("pw");
    if holds(PASSWORDS) || has(&["pass", "pin", "pw"]) || is_pass() || is_pw() {
        Naming::Password
    } else if holds(CREDENTIALS)
        || has(CREDENTIAL_WORDS)
        // Of SNMP, where it is the password.
        || squashed.ends_with("community")
        || squashed.ends_with("token")
        || squashed.ends_with("tokens")
    {
        Naming::Credential
    } else if has(&AROUND) {
        Naming::Around
    } else {
        Naming::Plain
    }
}

/// `maxTokens` is an amount, `existingSecret` and `imagePullSecrets` are names.
fn is_about(words: &[String]) -> bool {
    let is = |index: usize, word: &str| words.get(index).is_some_and(|it| it == word);
    words.len() > 1 && (is(0, "max") || is(0, "min") || is(0, "existing"))
        || words.windows(2).any(|two| two[0] == "pull" && two[1].starts_with("secret"))
}

/// Whether what stands beside `name` tells content apart and is no secret.
pub(super) fn is_checksum(name: &str) -> bool {
    // `checksum/config` has the word in front.
    let all = words(name);
    all.iter().any(|word| CHECKSUMS.contains(&word.as_str()))
}

/// A key without the domain in front: `example.com/token`.
fn local(name: &str) -> &str {
    match name.rsplit_once('/') {
        Some((domain, local)) if domain.contains('.') => local,
        _ => name,
    }
}

/// The words of `dbPassword`, `DB_PASSWORD`, `db-password`; in lower case.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let all: Vec<char> = name.chars().collect();
    for (index, &c) in all.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| all[before]);
        let behind = all.get(index + 1);
        let begins = c.is_uppercase()
            && (before.is_some_and(|it| it.is_lowercase() || it.is_ascii_digit())
                || before.is_some_and(char::is_uppercase)
                    && behind.is_some_and(|it| it.is_lowercase()));
        if begins || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials() {
        for name in [
            "password",
            "DB_PASSWORD",
            "dbPassword",
            "DBPASSWORD",
            "db-password",
            "db.password",
            "PGPASSWORD",
            "redis-pass",
            "MYSQL_PWD",
            "dbpass",
            "LDAP_BIND_PW",
            "bindpw",
            "Passwort",
        ] {
            assert_eq!(judge(name), Naming::Password, "{name}");
        }
        for name in [
            "token",
            "API_KEY",
            "apiKey",
            "x-api-key",
            "X-API-Key",
            "clientSecret",
            "AWS_SECRET_ACCESS_KEY",
            "accessToken",
            "ACCESSTOKEN",
            "privateKey",
            "DSN",
            "SENTRY_DSN",
            "tls.key",
            "id_rsa",
            "credentials",
            "connectionString",
            "AZURE_STORAGE_CONNECTION_STRING",
            "secret",
            "secrets",
            "secret_id",
            ".dockerconfigjson",
            "vault.example.com/token",
            "Cookie",
            "ENCRYPTION_SEED",
            "HMAC_KEY",
            "aesKey",
            "APP_KEY",
            "Ocp-Apim-Subscription-Key",
            "psk",
            "sig",
            "snmpCommunity",
        ] {
            assert_eq!(judge(name), Naming::Credential, "{name}");
        }
        for name in ["auth", "Authorization", "basic_auth", "PROXY-AUTH"] {
            assert_eq!(judge(name), Naming::Around, "{name}");
        }
    }

    #[test]
    fn no_credentials() {
        for name in [
            "name",
            "secretName",
            "secretKeyRef",
            "tokenExpirationSeconds",
            "imagePullSecrets",
            "TOKEN_URL",
            "password_file",
            "authMode",
            "MAX_TOKENS",
            "existingSecret",
            "privateKeySecretRef",
            "DATABASE_URL",
            "nginx.ingress.kubernetes.io/auth-tls-secret",
        ] {
            assert_eq!(judge(name), Naming::Described, "{name}");
        }
        for name in [
            "",
            "key",
            "value",
            "LOG_LEVEL",
            "author",
            "authority",
            "bypass",
            "image",
            "keys",
            "tokenizer",
            "secrets.example.com/used",
            "compass",
            "primary_key",
            "sortKey",
        ] {
            assert_eq!(judge(name), Naming::Plain, "{name}");
        }
    }

    #[test]
    fn checksums() {
        for name in [
            "checksum/config",
            "pod-template-hash",
            "image-digest",
            "gitCommit",
            "sha256",
        ] {
            assert!(is_checksum(name), "{name}");
        }
        for name in ["config", "sharing", "hashicorp", ""] {
            assert!(!is_checksum(name), "{name}");
        }
    }
}
