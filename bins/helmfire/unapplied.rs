//! Chart rules that name a chart or a release of a run and were not applied:
//! the remote chart was used there, and nothing else says so.
//!
//! helmfile lists the releases as its files name them; the report tells which
//! rules were applied. The verdict is a function of the two.

use std::collections::BTreeSet;
use std::path::Path;

use helmfire_helmfile::list::Release;
use helmfire_helmfile::vocabulary::USING_CHARTS;
use helmfire_inputs::{Sameness, sameness};
use helmfire_rules::{ChartRule, Place, Rules, Verdict};

use crate::report::{Line, Whom};
use crate::tally::Tally;

/// A rule that did not do what it seems to be for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line of the rule.
    pub line: usize,
    /// What happened, without the place of the rule.
    pub what: String,
    /// Whether it is certain.
    pub certain: bool,
}

/// Whether the releases have to be listed to know. A rule that did something, in
/// a run in which every release got its chart by some rule, is beyond doubt.
pub fn is_doubtful(rules: &Rules, tally: &Tally, command: &str) -> bool {
    if rules.charts.is_empty() || !(tally.renders || USING_CHARTS.contains(&command)) {
        return false;
    }
    let swapped: BTreeSet<Whom> = tally.swaps.iter().filter_map(Line::whom).collect();
    let unused = rules.charts.iter().any(|rule| !applied(&tally.swaps, rule, None));
    unused || tally.rendered.iter().any(|release| !swapped.contains(release))
}

/// Compares what rules are for with what they did.
pub fn find(rules: &Rules, releases: &[Release], swaps: &[Line]) -> Vec<Finding> {
    let file = rules.path.as_deref().unwrap_or(Path::new(""));
    let dir = file.parent().unwrap_or(Path::new(""));
    let wanted: Vec<&Release> = releases.iter().filter(|r| r.is_wanted()).collect();
    rules.charts.iter().flat_map(|rule| of_rule(rule, dir, &wanted, swaps)).collect()
}

fn of_rule(
    rule: &ChartRule,
    dir: &Path,
    releases: &[&Release],
    swaps: &[Line],
) -> Vec<Finding> {
    let line = rule.line;
    let allowed = releases.iter().copied().filter(|release| allows(rule, release));
    let (mut same, mut alike, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for release in allowed {
        match sameness(&rule.from, &release.chart, dir) {
            Sameness::Same => same.push(release),
            Sameness::Perhaps => alike.push(release),
            Sameness::Other => others.push(release),
        }
    }
    let mut findings = Vec::new();
    // Another rule may have been nearer, or name the same chart otherwise.
    let by_another = |release: &Release| {
        swaps.iter().any(|swap| swap.release.is_some() && may_be_for(swap, release))
    };
    for release in &same {
        let Release { name, chart, .. } = release;
        if !applied(swaps, rule, Some(release)) && !by_another(release) {
            let what =
                format!("release {name} got {chart} itself, the rule was not applied");
            // Without a namespace of its own it is in one that only helm knows.
            let certain = rule.limits.judge(&place(release)) == Verdict::Holds;
            findings.push(Finding { line, what, certain });
        }
    }
    // Written alike they are the same, if one of them is what the rule means.
    for release in &alike {
        let twin = |other: &&&Release| {
            other.chart == release.chart && applied(swaps, rule, Some(other))
        };
        let Release { name, chart, .. } = release;
        let got = applied(swaps, rule, Some(release)) || by_another(release);
        if !got && alike.iter().any(|other| twin(&other)) {
            let what =
                format!("release {name} got {chart} itself, the rule was not applied");
            findings.push(Finding { line, what, certain: true });
        }
    }
    if !same.is_empty() || applied(swaps, rule, None) {
        return findings;
    }
    for Release { name, chart, .. } in &alike {
        let what = format!(
            "release {name} got {chart} itself, and no release got what the rule is for"
        );
        findings.push(Finding { line, what, certain: true });
    }
    // A rule for one of several releases with such names is not for the others.
    if let (Some(_), [], [Release { name, chart, .. }, ..]) =
        (&rule.limits.release, alike.as_slice(), others.as_slice())
    {
        let from = &rule.from;
        let what = format!(
            "release {name} uses {chart}, not {from}, the rule was not applied"
        );
        findings.push(Finding { line, what, certain: true });
    }
    findings
}

/// Where a rule for `release` would have to hold.
fn place(release: &Release) -> Place<'_> {
    let namespace = Some(release.namespace.as_str()).filter(|name| !name.is_empty());
    Place { release: Some(&release.name), namespace, ..Place::default() }
}

/// Whether `rule` may be for `release`, as far as its limits go.
fn allows(rule: &ChartRule, release: &Release) -> bool {
    rule.limits.judge(&place(release)) != Verdict::Fails
}

/// Whether `rule` of the file in `dir` is for `release`, or may be.
pub fn is_for(rule: &ChartRule, dir: &Path, release: &Release) -> bool {
    allows(rule, release)
        && sameness(&rule.from, &release.chart, dir) != Sameness::Other
}

/// Whether `rule` was applied to `release`, or to some that was not told; to any
/// release at all without one.
fn applied(swaps: &[Line], rule: &ChartRule, release: Option<&Release>) -> bool {
    swaps.iter().any(|swap| {
        swap.rule == Some(rule.line)
            && release.is_none_or(|release| may_be_for(swap, release))
    })
}

/// Whether a swap was made for `release`, as far as it tells for whom it was.
fn may_be_for(swap: &Line, release: &Release) -> bool {
    let same = |told: &Option<String>, own: &str| {
        told.as_deref().is_none_or(|told| own.is_empty() || told == own)
    };
    same(&swap.release, &release.name) && same(&swap.namespace, &release.namespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(name: &str, chart: &str) -> Release {
        let (enabled, installed) = (true, true);
        let (name, chart) = (name.into(), chart.into());
        Release { name, namespace: "n".into(), enabled, installed, chart }
    }

    fn rules(text: &str) -> Rules {
        helmfire_rules::file::read("/p/helmfire.toml".as_ref(), text).unwrap()
    }

    fn rule(from: &str, limit: &str) -> Rules {
        rules(&format!("[[chart]]\nfrom = \"{from}\"\nto = \"./c\"\n{limit}"))
    }

    fn swap(release: Option<&str>) -> Line {
        Line { release: release.map(String::from), rule: Some(2), ..Line::default() }
    }

    fn certain(rules: &Rules, releases: &[Release], swaps: &[Line]) -> Vec<bool> {
        find(rules, releases, swaps).iter().map(|finding| finding.certain).collect()
    }

    #[test]
    fn every_release_of_the_chart_must_have_got_it() {
        let rules = rule("acme/pg", "");
        let both =
            [release("a", "acme/pg"), release("b", "acme/pg"), release("c", "x/y")];
        assert_eq!(certain(&rules, &both, &[]), [true, true]);
        assert_eq!(certain(&rules, &both, &[swap(Some("a"))]), [true]);
        assert!(certain(&rules, &both, &[swap(None)]).is_empty());
        let mut off = release("a", "acme/pg");
        off.enabled = false;
        assert!(certain(&rules, &[off], &[]).is_empty());
    }

    #[test]
    fn the_same_name_in_another_namespace_is_another_release() {
        let rules = rule("acme/pg", "");
        let mut other = release("a", "acme/pg");
        other.namespace = "m".into();
        let both = [release("a", "acme/pg"), other];
        let namespace = Some("n".into());
        let swap = Line { namespace, ..swap(Some("a")) };
        let findings = find(&rules, &both, std::slice::from_ref(&swap));
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(certain(&rules, &both[..1], &[swap]).is_empty());
    }

    #[test]
    fn a_nearer_rule_may_have_been_applied() {
        let mut rules = rule("acme/pg", "");
        let mut nearer = rules.charts[0].clone();
        nearer.limits.set("release", "a");
        nearer.line = 5;
        rules.charts.push(nearer);
        let both = [release("a", "acme/pg"), release("b", "acme/pg")];
        let other = Line { rule: Some(5), ..swap(Some("a")) };
        assert!(certain(&rules, &both, &[other.clone(), swap(Some("b"))]).is_empty());
        assert_eq!(certain(&rules, &both, &[other]), [true], "b got nothing");
    }

    #[test]
    fn a_rule_for_a_release_must_fit_it() {
        let limited = rule("acme/pg", "release = \"a\"\n");
        assert_eq!(certain(&limited, &[release("a", "bitnami/pg")], &[]), [true]);
        let others = [release("b", "acme/pg"), release("c", "bitnami/pg")];
        assert!(certain(&limited, &others, &[]).is_empty());
        let globbed = rule("acme/pg", "release = \"*\"\n");
        assert!(certain(&globbed, &others, &[swap(Some("b"))]).is_empty());
        let what = find(&globbed, &others, &[]);
        assert_eq!(what.len(), 1, "{what:?}");
        let elsewhere = rule("acme/pg", "namespace = \"other\"\n");
        assert!(certain(&elsewhere, &[release("a", "acme/pg")], &[]).is_empty());
    }

    #[test]
    fn paths_are_compared_from_the_rules_file() {
        let rules = rule("./charts/pg", "");
        assert_eq!(certain(&rules, &[release("a", "/p/charts/pg")], &[]), [true]);
        assert_eq!(certain(&rules, &[release("a", "../charts/./pg")], &[]), [true]);
        assert!(certain(&rules, &[release("a", "/q/charts/pg")], &[]).is_empty());
        assert!(certain(&rules, &[release("a", "oci://charts/pg")], &[]).is_empty());
    }

    #[test]
    fn the_list_is_asked_for_only_in_doubt() {
        let rules = rule("acme/pg", "");
        let line = |text: &str| -> Line { serde_json::from_str(text).unwrap() };
        let render = |release: &str| {
            line(&format!(r#"{{"type":"render","release":"{release}"}}"#))
        };
        let swap = line(r#"{"type":"swap","release":"a","rule":2}"#);
        let doubtful = |lines: &[Line], command: &str| {
            is_doubtful(&rules, &Tally::of(lines.to_vec()), command)
        };
        assert!(!doubtful(&[swap.clone(), render("a")], "sync"));
        assert!(doubtful(&[swap, render("a"), render("b")], "sync"));
        assert!(doubtful(&[render("a")], "sync"));
        assert!(!doubtful(&[], "status"));
        assert!(doubtful(&[], "lint"));
    }
}
