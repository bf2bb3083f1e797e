//! Which references a rule is about: the `from` or `regex` of a rule.

use regex::bytes::{Regex, RegexBuilder};

use crate::reference::{Reference, ReferenceError, split_registry};

/// The left side of a rule, most specific kind first.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// One tag, one digest, or both.
    Exact {
        /// `docker.io/library/postgres`
        repository: Repository,
        /// Matches this tag; `latest` also matches a reference without any.
        tag: Option<String>,
        /// Matches this digest.
        digest: Option<String>,
    },
    /// A repository with any tag and digest.
    Repository(Repository),
    /// Everything below a registry or path; holds the normalised form, which
    /// ends in a slash: `docker.io/library/`.
    Prefix(String),
    /// A regular expression over the normalised or the written reference.
    Regex(Box<Regex>),
}

/// A repository in the form in which references are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    pub(crate) registry: String,
    pub(crate) path: String,
}

impl Repository {
    fn of(reference: &Reference<'_>) -> Self {
        Self { registry: reference.registry().into(), path: reference.path().into() }
    }

    fn holds(&self, reference: &Reference<'_>) -> bool {
        self.path == reference.path() && self.registry == reference.registry()
    }
}

impl Pattern {
    /// Reads the `from` of a rule: a prefix if it ends in a slash.
    pub fn from_text(text: &str) -> Result<Self, ReferenceError> {
        if text.ends_with('/') {
            return normalise_prefix(text).map(Self::Prefix);
        }
        let reference = Reference::parse(text)?;
        let repository = Repository::of(&reference);
        if reference.tag().is_none() && reference.digest().is_none() {
            return Ok(Self::Repository(repository));
        }
        Ok(Self::Exact {
            repository,
            tag: reference.tag().map(Into::into),
            digest: reference.digest().map(Into::into),
        })
    }

    /// Compiles the `regex` of a rule, ASCII only: references hold nothing else.
    pub fn from_regex(text: &str) -> Result<Self, regex::Error> {
        let regex =
            RegexBuilder::new(text).unicode(false).size_limit(1 << 20).build()?;
        Ok(Self::Regex(Box::new(regex)))
    }

    /// Whether the rule names one repository, not all of some form.
    pub fn names_repository(&self) -> bool {
        matches!(self, Self::Exact { .. } | Self::Repository(_))
    }

    /// Whether `reference` is one that the rule is about. `normalised` is its
    /// full form, made once by the caller for all the rules it asks.
    pub(crate) fn matches(
        &self,
        reference: &Reference<'_>,
        text: &str,
        normalised: &str,
    ) -> bool {
        match self {
            Self::Exact { repository, tag, digest } => {
                let same_tag = match tag.as_deref() {
                    None => true,
                    Some("latest") if reference.digest().is_none() => {
                        reference.tag().unwrap_or("latest") == "latest"
                    }
                    Some(tag) => reference.tag() == Some(tag),
                };
                let same_digest =
                    digest.is_none() || reference.digest() == digest.as_deref();
                repository.holds(reference) && same_tag && same_digest
            }
            Self::Repository(repository) => repository.holds(reference),
            Self::Prefix(prefix) => normalised.starts_with(prefix.as_str()),
            Self::Regex(regex) => {
                regex.is_match(normalised.as_bytes()) || regex.is_match(text.as_bytes())
            }
        }
    }

    /// Orders patterns, the most specific first.
    pub(crate) fn rank(&self) -> (u8, usize) {
        match self {
            Self::Exact { tag: Some(_), digest: Some(_), .. } => (0, 0),
            Self::Exact { digest: Some(_), .. } => (1, 0),
            Self::Exact { .. } => (2, 0),
            Self::Repository(_) => (3, 0),
            Self::Prefix(prefix) => (4, usize::MAX - prefix.len()),
            Self::Regex(_) => (5, 0),
        }
    }

    /// Equal for two patterns that match the same references.
    pub(crate) fn identity(&self) -> String {
        match self {
            Self::Exact { repository: Repository { registry, path }, tag, digest } => {
                let tag = tag.as_deref().unwrap_or_default();
                let digest = digest.as_deref().unwrap_or_default();
                format!("{registry}/{path}:{tag}@{digest}")
            }
            Self::Repository(Repository { registry, path }) => {
                format!("{registry}/{path}")
            }
            Self::Prefix(prefix) => prefix.clone(),
            Self::Regex(regex) => format!("regex {}", regex.as_str()),
        }
    }
}

/// `docker.io/library/` for `library/`; the path below a registry may be empty.
fn normalise_prefix(text: &str) -> Result<String, ReferenceError> {
    // The prefix is valid if a repository below it is.
    let probe = format!("{text}x");
    let reference = Reference::parse(&probe)?;
    let (_, path) = split_registry(text);
    Ok(format!("{}/{path}", reference.registry()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        let reference = Reference::parse(text).unwrap();
        Pattern::from_text(pattern).unwrap().matches(
            &reference,
            text,
            &reference.to_string(),
        )
    }

    #[test]
    fn tags_are_exact() {
        assert!(matches("postgres:15", "docker.io/library/postgres:15"));
        assert!(!matches("postgres:15", "postgres:15.1"));
        assert!(!matches("postgres:15", "postgres"));
    }

    #[test]
    fn latest_is_what_an_untagged_reference_runs() {
        assert!(matches("nginx:latest", "nginx"));
        let digest = format!("nginx@sha256:{}", "0".repeat(64));
        assert!(!matches("nginx:latest", &digest));
    }

    #[test]
    fn prefixes_are_normalised_and_end_at_a_slash() {
        assert!(matches("docker.io/", "nginx:1"));
        assert!(matches("index.docker.io/", "acme/app"));
        assert!(matches("library/", "nginx"));
        assert!(matches("acme/", "docker.io/acme/app:1"));
        assert!(!matches("acme/", "acmecorp/app:1"));
        assert!(!matches("quay.io/", "nginx"));
        assert!(matches("localhost:5000/", "localhost:5000/a/b"));
        assert!(Pattern::from_text("/").is_err());
    }
}
