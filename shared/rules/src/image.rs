//! One image rule: a pattern, what to put in its place, and where.

use crate::{Limits, Pattern, Reference, ReferenceError};

/// A rule of `[[image]]`.
#[derive(Clone, Debug)]
pub struct ImageRule {
    /// Which references it is about.
    pub pattern: Pattern,
    /// `from` or `regex` as written.
    pub from: String,
    /// `to` as written.
    pub to: String,
    /// What becomes of a digest, if the rule says so.
    pub digest: Option<DigestPolicy>,
    /// The places it is about.
    pub limits: Limits,
    /// Its line in the file, from 1.
    pub line: usize,
}

/// `digest = "keep"` or `digest = "drop"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestPolicy {
    /// The old digest stays, whatever the new tag.
    Keep,
    /// The old digest goes, even if only the name changes.
    Drop,
}

/// Why a rule cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// `to` is not a reference.
    #[error("'{0}' is not an image reference: {1}")]
    Target(String, ReferenceError),
    /// The `to` of a prefix must itself be a prefix.
    #[error("a 'from' that ends in '/' needs a 'to' that ends in '/' too")]
    PrefixTarget,
    /// The `to` of a reference must not be a prefix.
    #[error("'to' ends in '/' but 'from' does not")]
    NotPrefixTarget,
    /// `$name` in `to` without such a group in the expression.
    #[error(
        "'to' names the group '{0}', which the expression has not; write ${{1}}x for group 1 followed by x"
    )]
    Group(String),
    /// The result of a regular expression is not a reference.
    #[error(
        "the rule in line {line} of the rules file turns '{image}' into '{result}', which is not an image reference: {reason}"
    )]
    Result {
        /// The rule's line.
        line: usize,
        /// The image found.
        image: String,
        /// What the rule made of it.
        result: String,
        /// What is wrong with it.
        reason: ReferenceError,
    },
}

impl ImageRule {
    /// Checks that `to` fits the pattern.
    pub fn check(&self) -> Result<(), RuleError> {
        let target = |text: &str| {
            Reference::parse(text)
                .map(|_| ())
                .map_err(|e| RuleError::Target(self.to.clone(), e))
        };
        match &self.pattern {
            Pattern::Prefix(_) if !self.to.ends_with('/') => {
                Err(RuleError::PrefixTarget)
            }
            Pattern::Prefix(_) => target(&format!("{}x", self.to)),
            Pattern::Regex(regex) => match unknown_group(&self.to, regex) {
                Some(group) => Err(RuleError::Group(group)),
                None => Ok(()),
            },
            _ if self.to.ends_with('/') => Err(RuleError::NotPrefixTarget),
            _ => target(&self.to),
        }
    }

    /// What to put in place of `reference`, which was written as `text`.
    pub fn replace(
        &self,
        reference: &Reference<'_>,
        text: &str,
    ) -> Result<String, RuleError> {
        match &self.pattern {
            Pattern::Prefix(prefix) => {
                let repository = reference.repository();
                let name = format!("{}{}", self.to, &repository[prefix.len()..]);
                let digest = reference.digest().filter(|_| !self.drops());
                Ok(join(&name, reference.tag(), digest))
            }
            Pattern::Regex(regex) => self.expand(regex, reference, text),
            Pattern::Exact { .. } | Pattern::Repository(_) => {
                let to = Reference::parse(&self.to)
                    .map_err(|e| RuleError::Target(self.to.clone(), e))?;
                let old = reference.digest().filter(|_| !self.drops());
                let (tag, digest) = match (to.tag(), to.digest()) {
                    (None, None) => (reference.tag(), old),
                    (tag, None) => (tag, old.filter(|_| self.keeps())),
                    new => new,
                };
                Ok(join(to.name(), tag, digest))
            }
        }
    }

    fn expand(
        &self,
        regex: &regex::bytes::Regex,
        reference: &Reference<'_>,
        text: &str,
    ) -> Result<String, RuleError> {
        let normalised = reference.to_string();
        let subject =
            if regex.is_match(normalised.as_bytes()) { &normalised } else { text };
        let expanded = regex.replace(subject.as_bytes(), self.to.as_bytes());
        let result = String::from_utf8_lossy(&expanded).into_owned();
        let new = Reference::parse(&result).map_err(|reason| RuleError::Result {
            line: self.line,
            image: text.into(),
            result: result.clone(),
            reason,
        })?;
        let digest = match self.digest {
            Some(DigestPolicy::Drop) => None,
            Some(DigestPolicy::Keep) => new.digest().or(reference.digest()),
            None => new.digest(),
        };
        Ok(join(new.name(), new.tag(), digest))
    }

    fn drops(&self) -> bool {
        self.digest == Some(DigestPolicy::Drop)
    }

    fn keeps(&self) -> bool {
        self.digest == Some(DigestPolicy::Keep)
    }
}

fn join(name: &str, tag: Option<&str>, digest: Option<&str>) -> String {
    let mut text = String::from(name);
    for (mark, part) in [(':', tag), ('@', digest)] {
        if let Some(part) = part {
            text.push(mark);
            text.push_str(part);
        }
    }
    text
}

/// The first group that `to` names and the expression lacks; the regex crate
/// would put nothing in its place, silently.
fn unknown_group(to: &str, regex: &regex::bytes::Regex) -> Option<String> {
    let known = |name: &str| match name.parse::<usize>() {
        Ok(number) => number < regex.captures_len(),
        Err(_) => regex.capture_names().flatten().any(|n| n == name),
    };
    let mut rest = to;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            rest = after;
            continue;
        }
        let name = if let Some(braced) = rest.strip_prefix('{') {
            braced.split('}').next().unwrap_or(braced)
        } else {
            let end = rest
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            &rest[..end]
        };
        if !known(name) {
            return Some(name.into());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(from: &str, to: &str) -> ImageRule {
        ImageRule {
            pattern: Pattern::from_text(from).unwrap(),
            from: from.into(),
            to: to.into(),
            digest: None,
            limits: Limits::default(),
            line: 1,
        }
    }

    fn regex(from: &str, to: &str) -> ImageRule {
        ImageRule { pattern: Pattern::from_regex(from).unwrap(), ..rule("x", to) }
    }

    fn replace(rule: &ImageRule, text: &str) -> String {
        rule.replace(&Reference::parse(text).unwrap(), text).unwrap()
    }

    #[test]
    fn a_digest_goes_with_the_tag_it_belonged_to() {
        let old = format!("@sha256:{}", "0".repeat(64));
        let new = format!("@sha256:{}", "1".repeat(64));
        let image = format!("pg:15{old}");
        let table = [
            ("x/pg:16", None, "x/pg:16".to_string()),
            ("x/pg", None, format!("x/pg:15{old}")),
            (&format!("x/pg{new}"), None, format!("x/pg{new}")),
            (&format!("x/pg:16{new}"), None, format!("x/pg:16{new}")),
            ("x/pg:16", Some(DigestPolicy::Keep), format!("x/pg:16{old}")),
            ("x/pg", Some(DigestPolicy::Drop), "x/pg:15".to_string()),
        ];
        for (to, digest, expected) in table {
            let rule = ImageRule { digest, ..rule("pg", to) };
            rule.check().unwrap();
            assert_eq!(replace(&rule, &image), expected, "{to} {digest:?}");
        }
    }

    #[test]
    fn a_prefix_keeps_everything_below_it() {
        let hub = rule("docker.io/", "mirror.local:5000/hub/");
        assert_eq!(replace(&hub, "nginx:1"), "mirror.local:5000/hub/library/nginx:1");
        assert_eq!(replace(&hub, "acme/app"), "mirror.local:5000/hub/acme/app");
    }

    #[test]
    fn an_expression_sees_both_forms() {
        let normalised = regex(r"^docker\.io/library/(.+)$", "mirror.local/$1");
        assert_eq!(replace(&normalised, "nginx:1"), "mirror.local/nginx:1");
        let written = regex(r"^nginx:(.+)$", "mirror.local/nginx:$1-debug");
        assert_eq!(replace(&written, "nginx:1"), "mirror.local/nginx:1-debug");
    }

    #[test]
    fn targets_are_checked() {
        let fails = |rule: ImageRule| rule.check().unwrap_err();
        assert_eq!(fails(rule("a/", "b")), RuleError::PrefixTarget);
        assert_eq!(fails(rule("a", "b/")), RuleError::NotPrefixTarget);
        assert!(matches!(fails(rule("a", "B c")), RuleError::Target(..)));
        assert_eq!(fails(regex("^(a)$", "b$1x")), RuleError::Group("1x".into()));
        assert!(regex("^(a)$", "b${1}x$$").check().is_ok());
    }
}
