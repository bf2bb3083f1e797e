//! `[[ignore]]` in both spellings, and what is wrong with a rule.

use std::path::Path;

use helmfire_rules::file::read;
use helmfire_rules::ignore::{Date, Preset, Together};
use helmfire_rules::{IgnoreRule, Rules};

fn good(text: &str) -> Rules {
    read(Path::new("helmfire.toml"), text).unwrap()
}

fn rule(lines: &str) -> IgnoreRule {
    good(&format!("[[ignore]]\n{lines}\n")).ignores.remove(0)
}

/// The faults of one rule, each as `line:column what, hint`.
fn faults(lines: &str) -> Vec<String> {
    let text = format!("[[ignore]]\n{lines}\n");
    let Err(faults) = read(Path::new("helmfire.toml"), &text) else {
        return Vec::new();
    };
    let shown = |f: &helmfire_rules::Fault| {
        format!("{}:{} {f}", f.position.line, f.position.column)
    };
    faults.faults.iter().map(shown).collect()
}

#[test]
fn both_spellings_are_read() {
    let flux = rule(
        "paths = [\"/spec/replicas\"]\nreason = 'HPA'\nuntil = 2026-12-31\n\
         [ignore.target]\nkind = \"Deployment|StatefulSet\"\nlabelSelector = 'app=web'",
    );
    assert_eq!(flux.reason.as_deref(), Some("HPA"));
    assert_eq!(flux.until, Date::new(2026, 12, 31));
    assert_eq!(flux.line, 2);
    let clause = &flux.clauses[0];
    assert!(clause.target.kind.is_some() && clause.target.labels.is_some());
    assert!(clause.target.group.is_none() && clause.target.annotations.is_none());
    let argo = rule(
        "group = 'apps'\nkind = '*'\njsonPointers = ['/a', '/b']\n\
         jqPathExpressions = ['.c[]?']\nmanagedFieldsManagers = ['m', 'n*']\n\
         release = {name = 'r', namespace = 's'}\nuntil = '2026-12-31'",
    );
    let clause = &argo.clauses[0];
    assert_eq!((clause.paths.len(), clause.managers.len()), (3, 2));
    assert_eq!(clause.together, Together::Either);
    assert_eq!(argo.limits.to_string(), "release=r, namespace=s");
    assert_eq!((argo.until, argo.line), (flux.until, 4));
    let dotted =
        rule("target.kind = 'Job'\npaths = ['/a']\n[security]\nchart-roots = ['.']");
    assert!(dotted.clauses[0].target.kind.is_some());
    let ready = rule("preset = 'ca-bundle'\nrelease = 'r*'\nreason = 'x'");
    assert_eq!((ready.preset, ready.clauses.len()), (Some(Preset::CaBundle), 3));
    assert_eq!(ready.limits.to_string(), "release=r*");
}

#[test]
fn every_preset_is_known_by_its_name() {
    for (name, preset) in Preset::NAMES.into_iter().zip(Preset::ALL) {
        assert_eq!(rule(&format!("preset = '{name}'")).preset, Some(preset));
    }
}

#[test]
fn rules_may_stand_in_an_inline_array() {
    let text =
        "ignore = [\n  {paths = [''], kind = 'Job'},\n  {preset = 'last-applied'},\n]";
    let lines: Vec<usize> = good(text).ignores.iter().map(|rule| rule.line).collect();
    assert_eq!(lines, [2, 3]);
}

const PLACE: &str = "needs 'preset' or one of paths, jsonPointers, jqPathExpressions, \
                     managedFieldsManagers, write paths = [\"\"] to ignore whole objects";
const JQ: &str = "supported are .a.b, .\"a.b\", .[\"k\"], [n], [], \
                  a '?' behind any of them, and [] | select(.name == \"x\")";
const SELECTOR: &str = "supported are a=b, a==b, a!=b, a in (x,y), a notin (x,y), \
                        a, !a, with commas between them";

/// Each rule has this one fault.
fn check(table: &[(&str, String)]) {
    for (lines, expected) in table {
        assert_eq!(faults(lines), std::slice::from_ref(expected), "{lines}");
    }
}

#[test]
fn a_wrong_place_is_said_with_its_place() {
    let table = [
        ("kind = 'Job'", format!("1:1 [[ignore]] {PLACE}")),
        ("release = 'x'\nreason = 'y'", format!("1:1 [[ignore]] {PLACE}")),
        ("target = {kind = 'Job'}", format!("1:1 [[ignore]] {PLACE}")),
        (
            "path = ['/a']\npreset = 'ca-bundle'",
            "2:1 unknown key 'path' in [[ignore]], did you mean 'paths'?".into(),
        ),
        (
            "paths = ['/a']\n  target = {knd = 'Job'}",
            "3:13 unknown key 'knd' in 'target', did you mean 'kind'?".into(),
        ),
        (
            "paths = ['/a']\nrelease = {nam = 'x', name = 'y'}",
            "3:12 unknown key 'nam' in 'release', did you mean 'name'?".into(),
        ),
        (
            "paths = ['/a']\nrelease = {}",
            "3:11 'release' needs 'name' or 'namespace'".into(),
        ),
        (
            "paths = '/a'",
            "2:9 'paths' in [[ignore]] must be a list of strings, not string, \
             write paths = ['/a']"
                .into(),
        ),
        (
            "jqPathExpressions = 1",
            "2:21 'jqPathExpressions' in [[ignore]] must be a list of strings, \
             not integer, write jqPathExpressions = ['…']"
                .into(),
        ),
        (
            "paths = []",
            "2:9 'paths' in [[ignore]] is an empty list, leave it out".into(),
        ),
        ("paths = ['/a', 1]", "2:16 'paths' holds only strings".into()),
        (
            "paths = ['a/b']",
            "2:11 the path 'a/b' must begin with '/', write '/a/b'".into(),
        ),
        (
            "jsonPointers = [\n  '/a',\n  '.a',\n]",
            "4:4 the path '.a' must begin with '/', a jq expression belongs in \
             jqPathExpressions"
                .into(),
        ),
        (
            "paths = ['/a/b~c']",
            "2:15 '~' in a path must be followed by 0 or 1, \
             write ~0 for a tilde and ~1 for a slash"
                .into(),
        ),
        (
            "jqPathExpressions = ['.a', '.b | map(.c)']",
            format!("2:34 'map(.c)' cannot stand here in a jq expression, {JQ}"),
        ),
        (
            "jqPathExpressions = [\".a.\\\"b\\\" | keys\"]",
            format!("2:34 'keys' cannot stand here in a jq expression, {JQ}"),
        ),
        (
            "jqPathExpressions = ['''\n.a, .b''']",
            format!("3:3 ', .b' cannot stand here in a jq expression, {JQ}"),
        ),
        (
            "jqPathExpressions = [\"\"\"\\t.a, .b\"\"\"]",
            format!("2:22 ', .b' cannot stand here in a jq expression, {JQ}"),
        ),
        (
            "jqPathExpressions = ['.é']",
            format!("2:24 'é' cannot stand here in a jq expression, {JQ}"),
        ),
        (
            "jqPathExpressions = ['.a.']",
            format!("2:26 the jq expression ends too early, {JQ}"),
        ),
        (
            "jqPathExpressions = ['.']",
            "2:23 '.' is the whole object, write paths = [\"\"] to ignore all of it"
                .into(),
        ),
        (
            "managedFieldsManagers = ['']",
            "2:26 a field manager has no empty name".into(),
        ),
    ];
    check(&table);
}

#[test]
fn wrong_objects_are_said_with_their_place() {
    let table = [
        (
            "paths = ['/a']\ntarget = 'Job'",
            "3:10 'target' in [[ignore]] must be a table, write target = { kind = \"…\" }".into(),
        ),
        (
            "paths = ['/a']\ntarget = {kind = '('}",
            "3:18 bad regular expression: unclosed group, see the syntax of Rust's regex crate"
                .into(),
        ),
        (
            "paths = ['/a']\ntarget = {name = 'a)(b'}",
            "3:18 bad regular expression: unopened group, see the syntax of Rust's regex crate"
                .into(),
        ),
        ("paths = ['/a']\ntarget = {kind = ''}", "3:18 'kind' in 'target' is empty".into()),
        (
            "paths = ['/a']\ntarget = {kind = 1}",
            "3:18 'kind' in 'target' must be a string, not integer, put it in quotes".into(),
        ),
        (
            "paths = ['/a']\ntarget = {labelSelector = 'a > 1'}",
            format!("3:30 '> 1' cannot stand here in a selector, {SELECTOR}"),
        ),
        (
            "paths = ['/a']\ntarget = {annotationSelector = 'a in b'}",
            format!("3:38 'b' cannot stand here in a selector, {SELECTOR}"),
        ),
        (
            "paths = ['/a']\ntarget = {}\nkind = 'Job'",
            "4:8 'target' and 'kind' exclude each other, \
             write it in target, as a regular expression"
                .into(),
        ),
    ];
    check(&table);
}

#[test]
fn what_else_is_wrong_is_said_with_its_place() {
    let table = [
        (
            "preset = 'ca-bundle'\npaths = ['/a']",
            "3:9 'preset' and 'paths' exclude each other, make two rules of it".into(),
        ),
        (
            "preset = 'ca-bundle'\nnamespace = 'a'",
            "3:13 'preset' and 'namespace' exclude each other, make two rules of it"
                .into(),
        ),
        (
            "preset = 'ca-bundel'",
            "2:10 preset 'ca-bundel' is not known, did you mean 'ca-bundle'?".into(),
        ),
        (
            "preset = 'xyz'",
            "2:10 preset 'xyz' is not known, there are: hpa-replicas, ca-bundle, \
             aggregated-clusterroles, last-applied, rollout-restart"
                .into(),
        ),
        (
            "paths = ['/a']\nkind = '{Job,Pod}'",
            "3:8 '{Job,Pod}' is not a pattern of names, use * and ? as wildcards, \
             one rule per alternative"
                .into(),
        ),
        ("paths = ['/a']\nkind = ''", "3:8 'kind' in [[ignore]] is empty".into()),
        (
            "paths = ['/a']\nrelease = 'a b'",
            "3:11 'a b' is not a pattern of names, use * and ? as wildcards, \
             one rule per alternative"
                .into(),
        ),
        (
            "paths = ['/a']\nrelease = {namespace = '[a]'}",
            "3:24 '[a]' is not a pattern of names, use * and ? as wildcards, \
             one rule per alternative"
                .into(),
        ),
        ("paths = ['/a']\nreason = ''", "3:10 'reason' in [[ignore]] is empty".into()),
        (
            "paths = ['/a']\nreason = ['x']",
            "3:10 'reason' in [[ignore]] must be a string, not array, put it in quotes"
                .into(),
        ),
        (
            "paths = ['/a']\nuntil = 2026-12-31T10:00:00Z",
            "3:9 'until' must be a day, write until = 2026-12-31".into(),
        ),
        (
            "paths = ['/a']\nuntil = '2026-02-30'",
            "3:9 'until' must be a day, write until = 2026-12-31".into(),
        ),
        (
            "paths = ['/a']\nuntil = 2026",
            "3:9 'until' must be a day, write until = 2026-12-31".into(),
        ),
        (
            "paths = ['/a']\n[[image]]\nfrom = 'a'\nto = 'b'\n[ignore.target]\nkind = 'Job'",
            "6:1 'target' stands far from its [[ignore]], write it directly below"
                .into(),
        ),
        (
            "paths = ['/a']\n[[ignore]]\njsonPointers = ['/a']\nreason = 'x'",
            "3:1 the same as the rule in line 2, remove one of the two".into(),
        ),
    ];
    check(&table);
}

#[test]
fn all_faults_of_a_rule_are_reported_at_once() {
    let faults = faults("paths = ['a']\nuntil = 1\nkind = '['");
    assert_eq!(faults.len(), 3, "{faults:?}");
}
