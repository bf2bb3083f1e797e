//! `.helmignore`: which files of a chart directory helm does not load.
//!
//! Looks like `.gitignore` and is something else (helm 3.22 and 4.3,
//! `pkg/ignore`): the first rule that matches decides; a rule with `!` ignores
//! all that it does *not* match; a pattern with a slash stands for the whole
//! path, one without for the last name; `**` is an error.

use crate::glob::Glob;

/// The rules of one chart.
#[derive(Debug)]
pub(crate) struct Rules(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    glob: Glob,
    negated: bool,
    directories_only: bool,
    /// The pattern is about the path from the chart on, not the last name.
    whole_path: bool,
}

impl Rules {
    /// Reads a `.helmignore` and adds helm's own rule. An error is a line, from
    /// 1, and what is wrong with it.
    pub(crate) fn parse(text: &str) -> Result<Self, (usize, String)> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut rules = Vec::new();
        for (number, line) in text.lines().chain(["templates/.?*"]).enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                rules.push(Rule::parse(line).map_err(|reason| (number + 1, reason))?);
            }
        }
        Ok(Self(rules))
    }

    /// Whether helm leaves out what lies at `path`, relative to the chart.
    pub(crate) fn ignore(&self, path: &str, is_directory: bool) -> bool {
        if matches!(path, "" | "." | "./") {
            return false;
        }
        self.0.iter().any(|rule| {
            let fits = (is_directory || !rule.directories_only) && rule.matches(path);
            fits != rule.negated
        })
    }
}

impl Rule {
    fn parse(line: &str) -> Result<Self, String> {
        if line.contains("**") {
            return Err(format!("helm has no '**', name the directories of '{line}'"));
        }
        let malformed = || format!("'{line}' is not a pattern, close its brackets");
        // With the `!` still on, as helm checks it.
        Glob::parse(line).ok_or_else(malformed)?;
        let (negated, rest) = strip(line, line.strip_prefix('!'));
        let (directories_only, rest) = strip(rest, rest.strip_suffix('/'));
        let (anchored, rest) = strip(rest, rest.strip_prefix('/'));
        let whole_path = anchored || rest.contains('/');
        let glob = Glob::parse(rest).ok_or_else(malformed)?;
        Ok(Self { glob, negated, directories_only, whole_path })
    }

    fn matches(&self, path: &str) -> bool {
        if self.whole_path {
            return self.glob.matches(path);
        }
        let path = path.trim_end_matches('/');
        self.glob.matches(path.rsplit_once('/').map_or(path, |(_, name)| name))
    }
}

fn strip<'t>(text: &'t str, stripped: Option<&'t str>) -> (bool, &'t str) {
    (stripped.is_some(), stripped.unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cases that helm's own tests have, and what they do not have.
    #[test]
    fn ignores_what_helm_ignores() {
        const FILE: bool = false;
        const DIR: bool = true;
        for (rule, path, kind, expected) in [
            ("helm.txt", "helm.txt", FILE, true),
            ("helm.*", "helm.txt", FILE, true),
            ("helm.*", "rudder.txt", FILE, false),
            ("*.txt", "tiller.txt", FILE, true),
            ("*.txt", "cargo/a.txt", FILE, true),
            ("cargo/*.txt", "cargo/a.txt", FILE, true),
            ("cargo/*.*", "cargo/a.txt", FILE, true),
            ("cargo/*.txt", "mast/a.txt", FILE, false),
            ("ru[c-e]?er.txt", "rudder.txt", FILE, true),
            ("templates/.?*", "templates/.dotfile", FILE, true),
            (".*", ".", DIR, false),
            (".*", "./", DIR, false),
            (".*", ".joonix", FILE, true),
            (".*", "helm.txt", FILE, false),
            (".*", "", DIR, false),
            ("cargo/", "cargo", DIR, true),
            ("cargo/", "cargo/", DIR, true),
            ("cargo/", "mast/", DIR, false),
            ("helm.txt/", "helm.txt", FILE, false),
            ("!helm.txt", "helm.txt", FILE, false),
            ("!helm.txt", "tiller.txt", FILE, true),
            ("!*.txt", "cargo", DIR, true),
            ("!cargo/", "mast/", DIR, true),
            ("/a.txt", "a.txt", FILE, true),
            ("/a.txt", "cargo/a.txt", FILE, false),
            ("/cargo/a.txt", "cargo/a.txt", FILE, true),
            // Ours.
            ("", "templates/.dotfile", FILE, true),
            ("", "charts/x/templates/.dotfile", FILE, false),
            ("cargo/*", "cargo/a/b", FILE, false),
            ("!cargo/", "cargo", FILE, true),
            ("docs/\n!docs/keep.md", "docs", DIR, true),
            ("  # no\n\n  *.md  \r\n", "a.md", FILE, true),
            ("\u{feff}*.md", "a.md", FILE, true),
        ] {
            let rules = Rules::parse(rule).unwrap();
            assert_eq!(rules.ignore(path, kind), expected, "{rule:?} {path:?}");
        }
    }

    #[test]
    fn refuses_what_helm_refuses() {
        let fault = |text: &str| Rules::parse(text).unwrap_err();
        assert_eq!(fault("a\nfoo/**/bar").0, 2);
        assert_eq!(fault("[z-").0, 1);
    }
}
