//! helmfile's own account of a diff, on stderr.
//!
//! Each state file ends with a list of what changed in it, by name alone. It is
//! the only trace of what is to be deleted, and of changes that nothing was
//! printed for; without `--detailed-exitcode` there is none of what is unchanged.

use std::collections::BTreeMap;

use crate::block;

/// What the account says.
#[derive(Debug, Default)]
pub(crate) struct Summary<'a> {
    /// How often a name was listed as changed.
    pub(crate) updated: BTreeMap<&'a str, usize>,
    /// How often a name was listed as deleted.
    pub(crate) deleted: BTreeMap<&'a str, usize>,
    /// How often helm was asked whether a release is there: those are not wanted.
    pub(crate) looked_up: BTreeMap<&'a str, usize>,
    /// Name and namespace of what is compared in silence.
    pub(crate) hidden: Vec<(&'a str, &'a str)>,
    /// Whether a list says that nothing changed.
    pub(crate) denies: bool,
    /// Whether a list names changes and the end confirms them: an exit code of 2
    /// may also be that of a program that failed.
    pub(crate) confirms: bool,
}

impl<'a> Summary<'a> {
    pub(crate) fn read(text: &'a str) -> Self {
        let mut summary = Self::default();
        let (mut is_listing, mut has_list, mut has_end) = (false, false, false);
        for whole in text.split_inclusive('\n') {
            let line = whole.trim_end();
            if is_listing && let Some((name, word)) = item(line) {
                match word {
                    "UPDATED" => count(&mut summary.updated, name),
                    _ => count(&mut summary.deleted, name),
                }
                continue;
            }
            is_listing = line == "Affected releases are:";
            has_list |= is_listing;
            has_end |= line.ends_with("Identified at least one change");
            summary.denies |= line == "No affected releases";
            summary.hidden.extend(block::head(whole));
            if let Some(name) = looked_up(line) {
                count(&mut summary.looked_up, name);
            }
        }
        summary.confirms = has_list && has_end;
        summary
    }
}

/// How often `name` was counted.
pub(crate) fn times(counts: &BTreeMap<&str, usize>, name: &str) -> usize {
    counts.get(name).copied().unwrap_or_default()
}

pub(crate) fn count<'a>(counts: &mut BTreeMap<&'a str, usize>, name: &'a str) {
    *counts.entry(name).or_default() += 1;
}

/// Name and word of `  web (./charts/web) UPDATED`.
fn item(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.strip_prefix("  ")?.split_once(" (")?;
    let word = rest.rsplit_once(") ")?.1;
    matches!(word, "UPDATED" | "DELETED").then_some((name, word))
}

fn looked_up(line: &str) -> Option<&str> {
    line.strip_prefix("Listing releases matching ^")?.strip_suffix('$')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_list_per_state() {
        let summary = Summary::read(
            "Listing releases matching ^old$\nold\tdemo\t1\nAffected releases are:\n  \
             old (./x) DELETED\n  web (a (b) c) UPDATED\n\nNo affected releases\n\
             Affected releases are:\n  web (./x) UPDATED\n\nIdentified at least one \
             change\n",
        );
        assert_eq!(times(&summary.updated, "web"), 2);
        assert_eq!(times(&summary.deleted, "old"), 1);
        assert_eq!(times(&summary.looked_up, "old"), 1);
        assert_eq!(times(&summary.updated, "old"), 0);
        assert!(summary.confirms && summary.denies);
    }

    #[test]
    fn a_list_without_its_end_confirms_nothing() {
        let text = "Affected releases are:\n  web (./x) UPDATED\n\nin ./b.yaml: bad\n";
        assert!(!Summary::read(text).confirms);
        assert!(!Summary::read("Identified at least one change\n").confirms);
        let stray = Summary::read("  web (./x) UPDATED\n");
        assert!(stray.updated.is_empty());
    }
}
