//! Finding the rule for an image: the most specific that applies.
//!
//! Exact tag or digest, then repository, then the longest prefix, then regular
//! expressions; among equals the one with more limits, then file order.

use std::collections::HashMap;

use crate::place::Verdict;
use crate::{ImageRule, Pattern, Place, Reference};

/// All image rules, ordered and indexed.
#[derive(Clone, Debug, Default)]
pub struct ImageRules {
    rules: Vec<ImageRule>,
    /// Rules for one repository, by its path.
    by_path: HashMap<String, Vec<usize>>,
    /// Prefixes and expressions, which must be tried one by one.
    open: Vec<usize>,
}

/// What [`ImageRules::find`] found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Lookup<'r> {
    /// The rule that applies, with its number in [`ImageRules::iter`].
    pub rule: Option<(usize, &'r ImageRule)>,
    /// A more specific one that may apply: release or namespace is not known.
    pub untold: Option<&'r ImageRule>,
}

impl ImageRules {
    /// Orders and indexes `rules`, given in file order.
    pub fn new(mut rules: Vec<ImageRule>) -> Self {
        rules.sort_by_key(|rule| {
            let (kind, length) = rule.pattern.rank();
            (kind, length, usize::MAX - rule.limits.count())
        });
        let mut by_path: HashMap<String, Vec<usize>> = HashMap::new();
        let mut open = Vec::new();
        for (number, rule) in rules.iter().enumerate() {
            match &rule.pattern {
                Pattern::Exact { repository, .. } | Pattern::Repository(repository) => {
                    by_path.entry(repository.path.clone()).or_default().push(number);
                }
                Pattern::Prefix(_) | Pattern::Regex(_) => open.push(number),
            }
        }
        Self { rules, by_path, open }
    }

    /// Whether there is no rule at all.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The rules, the most specific first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &ImageRule> {
        self.rules.iter()
    }

    /// Whether some rule is about `text`, wherever it stands. Text that is not
    /// a reference matches nothing.
    pub fn could_match(&self, text: &str) -> bool {
        Reference::parse(text)
            .is_ok_and(|reference| self.candidates(&reference, text).next().is_some())
    }

    /// The rule for `reference`, written as `text`, that stands at `place`.
    pub fn find(
        &self,
        reference: &Reference<'_>,
        text: &str,
        place: &Place<'_>,
    ) -> Lookup<'_> {
        let mut found = Lookup::default();
        for (number, rule) in self.candidates(reference, text) {
            match rule.limits.judge(place) {
                Verdict::Holds => {
                    found.rule = Some((number, rule));
                    break;
                }
                Verdict::Unknown => found.untold = found.untold.or(Some(rule)),
                Verdict::Fails => {}
            }
        }
        found
    }

    fn candidates<'r>(
        &'r self,
        reference: &Reference<'_>,
        text: &str,
    ) -> impl Iterator<Item = (usize, &'r ImageRule)> {
        let normalised =
            if self.open.is_empty() { String::new() } else { reference.to_string() };
        let closed = self.by_path.get(reference.path()).map_or(&[][..], Vec::as_slice);
        closed.iter().chain(&self.open).filter_map(move |&number| {
            let rule = &self.rules[number];
            rule.pattern.matches(reference, text, &normalised).then_some((number, rule))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    /// A pattern, `~` before an expression, and its limits.
    type Row<'a> = (&'a str, &'a [(&'a str, &'a str)]);

    fn rules(rows: &[Row<'_>]) -> ImageRules {
        let rule = |(line, (from, limits)): (usize, &Row<'_>)| {
            let pattern = match from.strip_prefix("~") {
                Some(regex) => Pattern::from_regex(regex).unwrap(),
                None => Pattern::from_text(from).unwrap(),
            };
            let mut set = Limits::default();
            limits.iter().for_each(|(name, glob)| assert!(set.set(name, glob)));
            ImageRule {
                pattern,
                from: (*from).into(),
                to: "x".into(),
                digest: None,
                limits: set,
                line: line + 1,
            }
        };
        ImageRules::new(rows.iter().enumerate().map(rule).collect())
    }

    fn line(rules: &ImageRules, text: &str, place: &Place<'_>) -> Option<usize> {
        let reference = Reference::parse(text).unwrap();
        rules.find(&reference, text, place).rule.map(|(_, rule)| rule.line)
    }

    #[test]
    fn the_most_specific_rule_wins_whatever_the_order() {
        let rules = rules(&[
            ("~.", &[]),
            ("docker.io/", &[]),
            ("docker.io/library/", &[]),
            ("nginx", &[]),
            ("nginx:1", &[]),
        ]);
        let place = Place::default();
        assert_eq!(line(&rules, "nginx:1", &place), Some(5));
        assert_eq!(line(&rules, "nginx:2", &place), Some(4));
        assert_eq!(line(&rules, "redis", &place), Some(3));
        assert_eq!(line(&rules, "acme/app", &place), Some(2));
        assert_eq!(line(&rules, "quay.io/app", &place), Some(1));
    }

    #[test]
    fn limits_add_specificity_and_ties_go_by_file_order() {
        let rules = rules(&[
            ("nginx", &[]),
            ("nginx", &[("kind", "Deployment")]),
            ("nginx", &[("kind", "*"), ("name", "web")]),
            ("nginx", &[("name", "web"), ("kind", "D*")]),
        ]);
        let deployment = |name| Place {
            kind: Some("Deployment"),
            name: Some(name),
            ..Place::default()
        };
        assert_eq!(line(&rules, "nginx", &deployment("web")), Some(3));
        assert_eq!(line(&rules, "nginx", &deployment("api")), Some(2));
        assert_eq!(line(&rules, "nginx", &Place::default()), Some(1));
    }

    #[test]
    fn an_untold_release_is_reported_beside_the_rule_that_applies() {
        let rules = rules(&[("nginx", &[]), ("nginx", &[("release", "shop")])]);
        let reference = Reference::parse("nginx").unwrap();
        let found = rules.find(&reference, "nginx", &Place::default());
        assert_eq!(found.rule.map(|(_, r)| r.line), Some(1));
        assert_eq!(found.untold.map(|r| r.line), Some(2));
    }
}
