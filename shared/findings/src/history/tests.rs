//! What is told over several checks, byte for byte.

use helmfire_inputs::Id;
use serde_json::json;

use super::*;
use crate::bed::{
    NOW, changed, golden, object, pending, redactor, release, report, shows_nothing,
};
use crate::{Class, Finding, Release, ReleaseReport, Report, Unknown};

const MINUTE: u64 = 60;

fn check(findings: &[Finding], unknowns: &[Unknown]) -> Report {
    let release =
        ReleaseReport::new(&release("web"), findings, unknowns, &[], &redactor());
    Report { releases: vec![release], ..Report::default() }
}

fn replicas(live: u64) -> Finding {
    changed(&object("Deployment", "web"), "/spec/replicas", json!(live), json!(2))
}

fn unknown(what: Class) -> Unknown {
    Unknown { object: None, what, reason: "connection refused".into(), remedy: None }
}

/// Steps from check to check; what happened at each.
fn told(reports: &[Report]) -> Vec<Vec<What>> {
    let mut state = State::default();
    let mut all = Vec::new();
    for (minute, report) in (0..).zip(reports) {
        let (next, events) = step(&state, report, NOW + minute * MINUTE);
        // As the next run reads it.
        let text = serde_json::to_string(&next).unwrap();
        state = serde_json::from_str(&text).unwrap();
        assert_eq!(state, next);
        all.push(events.iter().map(|event| event.event).collect());
    }
    all
}

#[test]
fn the_same_drift_is_told_once() {
    let hidden = Finding { ignored_by: Some("rule".into()), ..replicas(9) };
    let other = changed(&object("ConfigMap", "web"), "/data/a", json!("x"), json!("y"));
    let mut newer = replicas(5);
    newer.object.api_version = "apps/v2".into();
    newer.desired = Some(json!(3));
    let waiting = pending(&object("Deployment", "web"), "/spec/a", json!(1), json!(2));
    let events = told(&[
        check(&[], &[]),
        check(&[replicas(5), other.clone()], &[]),
        check(&[other.clone(), replicas(5)], &[]),
        check(&[newer, other, hidden.clone(), waiting.clone()], &[]),
        check(&[replicas(6)], &[]),
        check(&[hidden, waiting], &[]),
        check(&[], &[]),
        check(&[replicas(6)], &[]),
    ]);
    let (first, changed, gone) = (What::FirstSeen, What::Changed, What::Gone);
    let none = vec![];
    let expected = [
        none.clone(),
        vec![first],
        none.clone(),
        none.clone(),
        vec![changed],
        vec![gone],
        none,
        vec![first],
    ];
    assert_eq!(events, expected);
}

#[test]
fn what_is_unknown_has_not_gone() {
    let events = told(&[
        check(&[replicas(5)], &[]),
        check(&[], &[unknown(Class::Drift)]),
        check(&[], &[unknown(Class::Drift)]),
        check(&[replicas(5)], &[]),
        check(&[], &[unknown(Class::Drift)]),
        check(&[], &[]),
        check(&[replicas(5)], &[unknown(Class::Pending)]),
        check(&[], &[unknown(Class::Pending)]),
    ]);
    let expected = [
        vec![What::FirstSeen],
        vec![What::Unknown],
        vec![],
        vec![What::KnownAgain],
        vec![What::Unknown],
        vec![What::KnownAgain, What::Gone],
        vec![What::FirstSeen],
        vec![What::Gone],
    ];
    assert_eq!(events, expected);
}

/// Two at once are two, and one that is mended is told although it has no row.
#[test]
fn helmfiles_that_tell_no_releases() {
    let broken = |names: &[&str]| {
        let one = |name: &&str| {
            let release = Release { id: Id::default(), helmfile: (*name).into() };
            let unknown = [unknown(Class::Unknown)];
            ReleaseReport::new(&release, &[], &unknown, &[], &redactor())
        };
        Report { releases: names.iter().map(one).collect(), ..Report::default() }
    };
    let reports = [broken(&["a", "b"]), broken(&["a", "b"]), broken(&["b"])];
    let expected = [vec![What::Unknown, What::Unknown], vec![], vec![What::KnownAgain]];
    assert_eq!(told(&reports), expected);
    let (state, events) = step(&State::default(), &reports[0], NOW);
    assert!(text(&[&events[0]]).contains("Z  a: unknown\n"));
    let (_, events) = step(&state, &reports[2], NOW);
    assert!(text(&[&events[0]]).ends_with("Z  a: known again\n"));
}

#[test]
fn a_release_that_was_not_looked_at_stays() {
    let (state, _) = step(&State::default(), &check(&[replicas(5)], &[]), NOW);
    let (after, events) = step(&state, &Report::default(), NOW + MINUTE);
    assert_eq!((after, events), (state.clone(), vec![]));
    let web = &check(&[], &[]).releases[0];
    let known = state.get(web).unwrap();
    assert_eq!(known.first_seen.as_deref(), Some("2026-11-26T08:00:00Z"));
    let (later, _) = step(&state, &check(&[replicas(6)], &[]), NOW + MINUTE);
    assert_eq!(later.get(web).unwrap().first_seen, known.first_seen);
    let mut state = later;
    state.retain(|other| other != web.id());
    assert_eq!(state, State::default());
}

#[test]
fn a_secret_that_changes_is_another_drift() {
    let secret = |live: &str| {
        let finding =
            changed(&object("Secret", "a"), "/data/a", json!(live), json!(""));
        check(&[finding], &[])
    };
    let events = told(&[secret("c3dvcmRmaXNo"), secret("c3dvcmRmaXNo"), secret("x")]);
    assert_eq!(events, [vec![What::FirstSeen], vec![], vec![What::Changed]]);
}

/// Two checks: that of the bed, and one after which all is well.
fn events() -> (State, Vec<Event>) {
    let (state, mut events) = step(&State::default(), &report(), NOW);
    let well = ["web", "api", "db"]
        .map(|name| ReleaseReport::new(&release(name), &[], &[], &[], &redactor()));
    let report = Report { releases: well.into(), ..Report::default() };
    let (end, more) = step(&state, &report, NOW + 12 * MINUTE);
    assert_eq!(end, State::default());
    events.extend(more);
    (state, events)
}

#[test]
fn state_and_journal() {
    let (state, events) = events();
    let text = serde_json::to_string(&state).unwrap() + "\n";
    golden("history/golden/drift.json", &text, include_str!("golden/drift.json"));
    let all: Vec<&Event> = events.iter().collect();
    let text = json(&all);
    golden("history/golden/events.jsonl", &text, include_str!("golden/events.jsonl"));
    let cut = &text[..text.len() - 10];
    let (read, lost) = read(&format!("{cut}\n\n{{\"v\":2}}\n"));
    assert_eq!((read.as_slice(), lost), (&events[..events.len() - 1], 2));
}

#[test]
fn time_line() {
    let (_, events) = events();
    let all = timeline(&events, None, None);
    let text = text(&all);
    golden("history/golden/history.txt", &text, include_str!("golden/history.txt"));
    let count = |since, release| timeline(&events, since, release).len();
    assert_eq!(count(None, None), 6);
    assert_eq!(count(Some(NOW + 1), None), 3);
    assert_eq!(count(Some(NOW + 12 * MINUTE), Some("web")), 1);
    for name in ["web", "shop/web", "prod/shop/web"] {
        assert_eq!(count(None, Some(name)), 2, "{name}");
    }
    assert_eq!(count(None, Some("we")), 0);
    assert_eq!(events[0].id(), Id { ..release("web").id });
}

#[test]
fn a_file_cannot_move_the_cursor() {
    let row =
        json!({"class": "drift", "type": "x", "kind": "\u{1b}[2J", "live": "\u{9b}"});
    let line = json!({
        "v": 1, "time": "2026-11-26T08:00:00Z", "release": "a\rb", "namespace": "",
        "kubeContext": "", "event": "changed", "fingerprint": null, "rows": [row],
    });
    let (events, lost) = read(&line.to_string());
    assert_eq!(lost, 0);
    let text = text(&events.iter().collect::<Vec<_>>());
    shows_nothing(&text);
    assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    assert_eq!(text.lines().count(), 2);
}
