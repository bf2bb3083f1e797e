//! Image references: `[registry/]path[:tag][@digest]`.
//!
//! The grammar and the normalisation are those of the distribution project
//! (`reference/regexp.go`, `normalize.go`), which Docker, containerd and the
//! kubelet share. Parsing borrows and allocates nothing. It never adds
//! `:latest`: whether a tag was written matters to a rule.

use std::fmt;

const HUB: &str = "docker.io";
const HUB_LEGACY: &str = "index.docker.io";
const LIBRARY: &str = "library/";
const MAX_PATH: usize = 255;
const MAX_TAG: usize = 128;

/// A parsed reference; every part is a slice of the text it came from.
///
/// `nginx`, `docker.io/nginx` and `index.docker.io/library/nginx` have the same
/// [`registry`](Self::registry) and [`path`](Self::path).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference<'a> {
    name: &'a str,
    registry: &'a str,
    path: &'a str,
    tag: Option<&'a str>,
    digest: Option<&'a str>,
}

/// Why a text is not an image reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Nothing before the tag or digest.
    #[error("an image reference needs a name")]
    NoName,
    /// The registry is not `host[:port]`.
    #[error("the registry is not a host with an optional port")]
    Registry,
    /// The path has a part that is not `[a-z0-9]` joined by `.`, `_`, `__` or `-`.
    #[error("the repository name may hold a-z, 0-9 and single separators . _ - /")]
    Path,
    /// Repository names are lower case.
    #[error("the repository name must be lower case")]
    Uppercase,
    /// The path is longer than 255 bytes.
    #[error("the repository name is longer than {MAX_PATH} bytes")]
    TooLong,
    /// 64 hexadecimal digits name an image by its identifier, not a repository.
    #[error("64 hexadecimal digits are an image identifier, not a repository")]
    Identifier,
    /// The tag is not `[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}`.
    #[error("the tag may hold 1 to {MAX_TAG} letters, digits, _ . -")]
    Tag,
    /// The digest is not `sha256:` and 64 hexadecimal digits.
    #[error("the digest must be sha256: and 64 lower-case hexadecimal digits")]
    Digest,
}

impl<'a> Reference<'a> {
    /// Reads `text`, for instance `localhost:5000/team/app:1.2@sha256:…`.
    pub fn parse(text: &'a str) -> Result<Self, ReferenceError> {
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        let (name, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (rest, None),
        };
        if name.is_empty() {
            return Err(ReferenceError::NoName);
        }
        if digest.is_none() && names_an_identifier(name, tag) {
            return Err(ReferenceError::Identifier);
        }
        let (registry, path) = split_registry(name);
        if let Some(registry) = registry
            && !is_registry(registry)
        {
            return Err(ReferenceError::Registry);
        }
        check_path(path)?;
        if tag.is_some_and(|t| !is_tag(t)) {
            return Err(ReferenceError::Tag);
        }
        if digest.is_some_and(|d| !is_digest(d)) {
            return Err(ReferenceError::Digest);
        }
        let registry = match registry {
            None | Some(HUB_LEGACY) => HUB,
            Some(registry) => registry,
        };
        let official = registry == HUB && !path.contains('/');
        if path.len() + if official { LIBRARY.len() } else { 0 } > MAX_PATH {
            return Err(ReferenceError::TooLong);
        }
        let path = match path.strip_prefix(LIBRARY) {
            Some(short) if registry == HUB && !short.contains('/') => short,
            _ => path,
        };
        Ok(Self { name, registry, path, tag, digest })
    }

    /// Registry and path as written, without tag and digest.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The registry, `docker.io` where none was written.
    pub fn registry(&self) -> &'a str {
        self.registry
    }

    /// The path below the registry; Docker Hub's `library/` is left out.
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// The tag, only if one was written.
    pub fn tag(&self) -> Option<&'a str> {
        self.tag
    }

    /// The digest with its algorithm, for instance `sha256:…`.
    pub fn digest(&self) -> Option<&'a str> {
        self.digest
    }

    /// Whether both name the same repository after normalisation.
    pub fn same_repository(&self, other: &Reference<'_>) -> bool {
        self.path == other.path && self.registry == other.registry
    }

    /// The repository in full: `docker.io/library/nginx` for `nginx`.
    pub fn repository(&self) -> String {
        let library =
            if self.registry == HUB && !self.path.contains('/') { LIBRARY } else { "" };
        format!("{}/{library}{}", self.registry, self.path)
    }
}

/// The normalised form in full, with the tag and digest that were written.
impl fmt::Display for Reference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.repository())?;
        if let Some(tag) = self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

/// The first component is a registry if it cannot be part of a Docker Hub path.
pub(crate) fn split_registry(name: &str) -> (Option<&str>, &str) {
    match name.split_once('/') {
        Some((first, rest))
            if first == "localhost"
                || first.bytes().any(|b| matches!(b, b'.' | b':'))
                || first.bytes().any(|b| b.is_ascii_uppercase()) =>
        {
            (Some(first), rest)
        }
        _ => (None, name),
    }
}

/// `<64 hex>` and `sha256:<64 hex>`: what `docker images --no-trunc` prints.
fn names_an_identifier(name: &str, tag: Option<&str>) -> bool {
    match tag {
        None => is_identifier(name),
        Some(tag) => name == "sha256" && is_identifier(tag),
    }
}

fn is_identifier(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(is_lower_hex)
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// `host[:port]`, the host a name, an IPv4 or a bracketed IPv6 address.
fn is_registry(text: &str) -> bool {
    let (host, port) = match text.rfind(']') {
        Some(end) if text.starts_with('[') => match &text[end + 1..] {
            "" => (text, None),
            rest => (&text[..=end], rest.strip_prefix(':').or(Some(""))),
        },
        _ => match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        },
    };
    let port_ok =
        port.is_none_or(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
    let host_ok = match host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        Some(v6) => {
            !v6.is_empty() && v6.bytes().all(|b| b.is_ascii_hexdigit() || b == b':')
        }
        None => host.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        }),
    };
    port_ok && host_ok
}

fn check_path(path: &str) -> Result<(), ReferenceError> {
    if path.bytes().any(|b| b.is_ascii_uppercase()) {
        return Err(ReferenceError::Uppercase);
    }
    if path.split('/').all(is_path_component) {
        Ok(())
    } else {
        Err(ReferenceError::Path)
    }
}

/// Letters and digits, joined by one `.`, one or two `_`, or any run of `-`.
fn is_path_component(text: &str) -> bool {
    let is_word = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9');
    let bytes = text.as_bytes();
    let ends_are_words = bytes.first().is_some_and(|b| is_word(*b))
        && bytes.last().is_some_and(|b| is_word(*b));
    ends_are_words
        && bytes.split(|b| is_word(*b)).all(|separator| match separator {
            b"" | b"." | b"_" | b"__" => true,
            run => run.iter().all(|b| *b == b'-'),
        })
}

fn is_tag(text: &str) -> bool {
    let is_word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    (1..=MAX_TAG).contains(&text.len())
        && is_word(text.as_bytes()[0])
        && text.bytes().all(|b| is_word(b) || matches!(b, b'.' | b'-'))
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(is_identifier)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGEST: &str =
        "sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

    #[test]
    fn hub_spellings_are_one_repository() {
        let spellings = [
            "nginx",
            "docker.io/nginx",
            "library/nginx",
            "index.docker.io/library/nginx",
        ];
        for text in spellings {
            let reference = Reference::parse(text).unwrap();
            assert_eq!(reference.to_string(), "docker.io/library/nginx", "{text}");
            assert_eq!(
                (reference.registry(), reference.path()),
                ("docker.io", "nginx")
            );
            assert_eq!(reference.tag(), None);
        }
    }

    #[test]
    fn keeps_tag_and_digest_apart() {
        let text = format!("[::1]:5000/a/b:1.2@{DIGEST}");
        let reference = Reference::parse(&text).unwrap();
        assert_eq!(reference.registry(), "[::1]:5000");
        assert_eq!(reference.path(), "a/b");
        assert_eq!(reference.tag(), Some("1.2"));
        assert_eq!(reference.digest(), Some(DIGEST));
        assert_eq!(reference.to_string(), text);
    }

    #[test]
    fn says_what_is_wrong() {
        let cases = [
            ("", ReferenceError::NoName),
            (":tag", ReferenceError::NoName),
            ("docker/Docker", ReferenceError::Uppercase),
            ("a//b", ReferenceError::Path),
            ("dock..er", ReferenceError::Path),
            ("a_-b", ReferenceError::Path),
            ("-.io/a", ReferenceError::Registry),
            ("fc00::1:5000/debian", ReferenceError::Registry),
            ("nginx:", ReferenceError::Tag),
            ("nginx:\u{e9}", ReferenceError::Tag),
            ("nginx@sha256:ff", ReferenceError::Digest),
            (&DIGEST[7..], ReferenceError::Identifier),
            (DIGEST, ReferenceError::Identifier),
        ];
        for (text, error) in cases {
            assert_eq!(Reference::parse(text), Err(error), "{text}");
        }
    }
}
