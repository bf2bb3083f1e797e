//! What the lines of a report amount to.
//!
//! `apply` renders a release twice, for the diff and for the upgrade, and
//! `helm diff` renders it by itself once more: what is told twice counts once.

use std::collections::{BTreeMap, BTreeSet};

use helmfire_rules::Rules;

use crate::report::{Kind, Line, Whom};

/// The sum of a run.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Each image replaced, once.
    pub images: Vec<Line>,
    /// Each chart swapped, once for each release.
    pub swaps: Vec<Line>,
    /// The releases that were rendered.
    pub rendered: BTreeSet<Whom>,
    pub warnings: Vec<String>,
    pub errors: Vec<String>,
    /// Whether anything was rendered or substituted.
    pub something: bool,
    /// Whether something was rendered.
    pub renders: bool,
}

impl Tally {
    pub fn of(lines: Vec<Line>) -> Self {
        let mut tally = Self::default();
        let mut images = BTreeSet::new();
        let mut swaps = BTreeMap::new();
        for line in lines {
            let message = line.message.clone().unwrap_or_default();
            match line.kind {
                Kind::Replacement => {
                    if images.insert(place(&line)) {
                        tally.images.push(line);
                    }
                }
                Kind::Swap => {
                    let key = (line.rule, line.whom());
                    swaps.entry(key).or_insert(line);
                }
                Kind::Render => {
                    tally.renders = true;
                    tally.rendered.extend(line.whom());
                }
                Kind::Warning => push_new(&mut tally.warnings, message),
                Kind::Error => push_new(&mut tally.errors, message),
                Kind::Other => {}
            }
        }
        // A chart that was pulled for a release is swapped once, not twice.
        let for_release: BTreeSet<_> =
            swaps.values().filter(|s| s.release.is_some()).map(|s| s.rule).collect();
        swaps.retain(|_, swap| {
            swap.release.is_some() || !for_release.contains(&swap.rule)
        });
        tally.swaps = swaps.into_values().collect();
        tally.something =
            tally.renders || !tally.images.is_empty() || !tally.swaps.is_empty();
        tally
    }

    /// In how many releases images were replaced.
    pub fn releases(&self) -> usize {
        self.images.iter().filter_map(Line::whom).collect::<BTreeSet<_>>().len()
    }

    /// The swaps by which a release got its chart. What was shown or pulled for
    /// nobody in particular says nothing of that, unless pulling is `all` there is.
    pub fn uses(&self, all: bool) -> Vec<Line> {
        let shown = |swap: &&Line| {
            let command = swap.command.as_deref().unwrap_or_default();
            ["show", "pull", "dependency"].iter().any(|it| command.starts_with(it))
        };
        let uses =
            self.swaps.iter().filter(|s| all || s.release.is_some() || !shown(s));
        uses.cloned().collect()
    }

    /// How many rules swapped a chart.
    pub fn charts(&self) -> usize {
        self.swaps.iter().map(|swap| swap.rule).collect::<BTreeSet<_>>().len()
    }

    /// The lines of the rules that did nothing, if something was rendered for
    /// which they could have.
    pub fn unused(&self, rules: &Rules) -> Vec<usize> {
        if !self.renders {
            return Vec::new();
        }
        let done =
            |lines: &[Line], rule| lines.iter().any(|line| line.rule == Some(rule));
        let images = rules.images.iter().map(|rule| rule.line);
        let charts = rules.charts.iter().map(|rule| rule.line);
        let images = images.filter(|rule| !done(&self.images, *rule));
        let charts = charts.filter(|rule| !done(&self.swaps, *rule));
        let mut unused: Vec<usize> = images.chain(charts).collect();
        unused.sort_unstable();
        unused
    }
}

/// Where an image stands.
fn place(line: &Line) -> (Option<Whom>, [Option<String>; 5]) {
    let Line { object, namespace, name, path, image, .. } = line.clone();
    (line.whom(), [object, namespace, name, path, image])
}

fn push_new(messages: &mut Vec<String>, message: String) {
    if !messages.contains(&message) {
        messages.push(message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(lines: &str) -> Tally {
        let line = |line| serde_json::from_str(line).unwrap();
        Tally::of(lines.lines().map(line).collect())
    }

    #[test]
    fn what_is_told_twice_counts_once() {
        let image = r#"{"v":1,"type":"replacement","release":"web","kind":"Deployment","name":"web","path":"a","image":"nginx:1","replacement":"x","rule":2}"#;
        let other = image.replace("\"a\"", "\"b\"");
        let swaps = r#"{"v":1,"type":"swap","chart":"a/b","command":"pull","rule":9}
{"v":1,"type":"swap","release":"web","chart":"a/b","command":"diff upgrade","rule":9}
{"v":1,"type":"swap","release":"web","chart":"a/b","command":"upgrade","rule":9}
{"v":1,"type":"render","release":"web","chart":"a/b","command":"upgrade"}
{"v":1,"type":"warning","message":"w"}
{"v":1,"type":"warning","message":"w"}
{"v":1,"type":"unheard-of"}"#;
        let tally = tally(&format!("{image}\n{image}\n{other}\n{swaps}"));
        assert_eq!((tally.images.len(), tally.releases()), (2, 1));
        assert_eq!(tally.swaps.len(), 1);
        assert_eq!(tally.warnings, ["w"]);
        assert!(tally.renders);
    }

    #[test]
    fn releases_of_one_name_are_told_apart_by_namespace() {
        let image = r#"{"v":1,"type":"replacement","release":"web","releaseNamespace":"a","kind":"Deployment","name":"web","path":"p","image":"nginx:1","rule":2}"#;
        let swap = r#"{"v":1,"type":"swap","release":"web","namespace":"a","rule":9}"#;
        let other = |line: &str| line.replace(r#"pace":"a""#, r#"pace":"b""#);
        let lines = [image.into(), other(image), swap.into(), other(swap)];
        let tally = tally(&lines.join("\n"));
        assert_eq!((tally.images.len(), tally.releases()), (2, 2));
        assert_eq!((tally.swaps.len(), tally.charts()), (2, 1));
    }

    #[test]
    fn rules_are_unused_only_if_something_was_rendered() {
        let text = "[[image]]\nfrom = \"a\"\nto = \"b\"\n[[image]]\nfrom = \"c\"\nto = \"d\"\n";
        let rules = helmfire_rules::file::read("helmfire.toml".as_ref(), text).unwrap();
        let used = r#"{"type":"replacement","image":"a","rule":2}"#;
        let render = r#"{"type":"render","release":"web"}"#;
        assert!(tally(used).unused(&rules).is_empty());
        assert_eq!(tally(&format!("{used}\n{render}")).unused(&rules), [5]);
    }
}
