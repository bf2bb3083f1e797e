//! Each form of the report, byte for byte, with secrets planted everywhere.
//!
//! After a change that is meant, `HELMFIRE_GOLDEN=1` writes the files anew.

use serde_json::{Value, json};

use super::*;
use crate::bed::{
    changed, golden, named, object, pending, redactor, release, report, shows_nothing,
};
use crate::{Class, Finding, Unknown};

#[test]
fn for_a_terminal() {
    let text = text(&report(), false, false);
    golden("report/golden/text.txt", &text, include_str!("golden/text.txt"));
}

#[test]
fn for_who_asks_for_more() {
    let text = text(&report(), false, true);
    golden("report/golden/verbose.txt", &text, include_str!("golden/verbose.txt"));
}

#[test]
fn coloured() {
    let report = report();
    let coloured = text(&report, true, false);
    golden(
        "report/golden/coloured.txt",
        &coloured,
        include_str!("golden/coloured.txt"),
    );
    assert_eq!(without_colours(&coloured), text(&report, false, false));
    let coloured = diff(&report, true, false);
    assert!(coloured.contains("\x1b[31m-0\x1b[0m"));
    assert_eq!(without_colours(&coloured), diff(&report, false, false));
}

#[test]
fn as_a_diff() {
    let text = diff(&report(), false, true);
    golden("report/golden/report.diff", &text, include_str!("golden/report.diff"));
}

#[test]
fn as_json() {
    let text = json(&report());
    golden("report/golden/rows.jsonl", &text, include_str!("golden/rows.jsonl"));
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        let is_summary = row["class"] == "summary";
        assert_eq!(row.as_object().unwrap().len(), if is_summary { 13 } else { 23 });
    }
}

#[test]
fn a_reason_of_all_is_said_once() {
    let web = object("Deployment", "web");
    let finding = |place: &str| Finding {
        reason: Some("compared with revision 1".into()),
        ..changed(&web, place, json!(5), json!(2))
    };
    let shown = |findings: &[Finding]| {
        let release =
            ReleaseReport::new(&release("web"), findings, &[], &[], &redactor());
        text(&Report { releases: vec![release], ..Report::default() }, false, false)
    };
    let both = shown(&[finding("/spec/a"), finding("/spec/b")]);
    assert_eq!(both.matches("  compared with revision 1:\n").count(), 1, "{both}");
    assert_eq!(both.matches("compared").count(), 1, "{both}");
    let one = shown(&[finding("/spec/a")]);
    assert!(one.contains("desired 2 (compared with revision 1)"), "{one}");
}

#[test]
fn when_it_was_seen_first() {
    let web = object("Deployment", "web");
    let finding = changed(&web, "/spec/replicas", json!(5), json!(2));
    let shown = |first_seen| {
        let release = ReleaseReport::new(
            &release("web"),
            std::slice::from_ref(&finding),
            &[],
            &[],
            &redactor(),
        );
        let releases = vec![release.with_first_seen(first_seen)];
        text(&Report { releases, time: 7300, ..Report::default() }, false, false)
    };
    assert!(shown(Some(100)).contains("score 10, first seen 2 h ago"));
    // By this check.
    assert!(!shown(Some(7300)).contains("first seen") && !shown(None).contains("seen"));
}

#[test]
fn in_one_line() {
    let line = summary(&report());
    shows_nothing(&line);
    assert_eq!(
        line,
        "5 releases: 2 clean, 2 drifted (web, api), 1 pending (api), 1 unknown (db); \
         score 100, 2 ignored"
    );
    assert_eq!(summary(&Report::default()), "0 releases: 0 clean; score 0");
}

#[test]
fn many_releases_are_counted_and_twins_told_apart() {
    let drifted = |name: &str, namespace: &str| {
        let mut release = release(name);
        release.id.namespace = namespace.into();
        let finding =
            changed(&object("Deployment", "x"), "/spec/a", json!(1), json!(2));
        ReleaseReport::new(&release, &[finding], &[], &[], &redactor())
    };
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let releases = names.iter().map(|name| drifted(name, "shop")).collect();
    let line = summary(&Report { releases, ..Report::default() });
    assert_eq!(line, "7 releases: 7 drifted (a, b, c, d, e and 2 more); score 10");
    let releases = vec![drifted("a", "one"), drifted("a", "two")];
    let line = summary(&Report { releases, ..Report::default() });
    assert_eq!(line, "2 releases: 2 drifted (one/a, two/a); score 10");
}

/// The lines of the report of one finding that say what differs.
fn said(finding: Finding) -> String {
    let release =
        ReleaseReport::new(&release("web"), &[finding], &[], &[], &redactor());
    let report = Report { releases: vec![release], ..Report::default() };
    let text = text(&report, false, false);
    let all: Vec<&str> = text.lines().collect();
    let end = all.len() - 2;
    all[1..end].iter().map(|line| line.trim()).collect::<Vec<_>>().join("|")
}

#[test]
fn what_is_live_comes_first() {
    let web = object("Deployment", "web");
    let config = object("ConfigMap", "web");
    let place = "/spec/replicas";
    let one_side = |class, live, desired| Finding {
        class,
        live,
        desired,
        ..changed(&web, place, json!(0), json!(0))
    };
    let (two, none) = (Some(json!(2)), None);
    for (finding, expected) in [
        (
            changed(&web, place, json!(5), json!(2)),
            "medium  replicas: live 5, desired 2",
        ),
        (
            pending(&web, place, json!(2), json!(3)),
            "medium  replicas: git wants 3, deployed 2",
        ),
        (
            one_side(Class::Drift, none.clone(), two.clone()),
            "medium  replicas: gone, desired 2",
        ),
        (
            one_side(Class::Drift, two.clone(), none.clone()),
            "medium  replicas: live 2, desired nothing",
        ),
        (
            one_side(Class::Pending, none.clone(), two.clone()),
            "medium  replicas: git wants 2, deployed nothing",
        ),
        (
            one_side(Class::Pending, two, none),
            "medium  replicas: git removes it, deployed 2",
        ),
    ] {
        assert_eq!(said(finding), format!("Deployment/web|{expected}"));
    }
    let lines = changed(&config, "/data/a", json!("x\ny\n"), json!("x\nz\nw\n"));
    let expected = "ConfigMap/web|medium  data.a: 2 lines differ|live    | y|desired | z|desired | w";
    assert_eq!(said(lines), expected);
    let form = changed(
        &config,
        "/data/a",
        json!("{\"token\": \"x\"}"),
        json!("{\"token\":\"x\"}"),
    );
    assert_eq!(said(form), "ConfigMap/web|medium  data.a: differs in its form only");
    let long: Vec<String> = (0..30).map(|number| format!("a{number}")).collect();
    let lines = changed(&config, "/data/a", json!(long.join("\n")), json!(""));
    assert!(said(lines).ends_with("live    | a9|… 20 more"));
}

#[test]
fn names_cannot_move_the_cursor() {
    let mut release = release("a\u{1b}[2Jb");
    release.helmfile = "x\ny".into();
    let unknown = Unknown {
        object: None,
        what: Class::Pending,
        reason: "a\rb".into(),
        remedy: Some("c\u{9b}d".into()),
    };
    let finding =
        changed(&object("Deployment\n", "x\u{7}"), "/a\n/b", json!("\u{8}"), json!(1));
    let finding = named(finding, &[(1, "\u{202e}")]);
    let finding =
        Finding { ignored_by: Some("\n".into()), reason: Some("\t".into()), ..finding };
    let notes = ["e\u{1b}f".to_string()];
    let release =
        ReleaseReport::new(&release, &[finding], &[unknown], &notes, &redactor());
    let report = Report { releases: vec![release], ..Report::default() };
    let forms =
        [text(&report, false, true), diff(&report, false, true), summary(&report)];
    for form in forms {
        let is_bad = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!form.contains(is_bad), "{form:?}");
    }
}

#[test]
fn a_release_is_what_its_parts_are() {
    let report = report();
    let state = |name: &str| {
        let release = report.releases.iter().find(|it| it.id().name == name).unwrap();
        let flags = [
            release.is_clean(),
            release.is_drifted(),
            release.is_pending(),
            release.is_unknown(),
        ];
        (flags, release.score(), release.ignored())
    };
    assert_eq!(state("cache"), ([true, false, false, false], 0, 0));
    assert_eq!(state("web"), ([false, true, false, false], 100, 1));
    assert_eq!(state("api"), ([false, true, true, false], 20, 0));
    assert_eq!(state("db"), ([false, false, false, true], 0, 0));
    assert_eq!(state("hpa"), ([true, false, false, false], 0, 1));
}

/// Without what stands between escape and `m`.
fn without_colours(text: &str) -> String {
    let mut parts = text.split('\x1b');
    let first = parts.next().unwrap_or_default().to_string();
    parts.fold(first, |shown, part| shown + part.split_once('m').unwrap().1)
}
