//! Against what helmfile 1.8.0 printed, see `data`.

use super::*;

fn names<const N: usize>(names: [(&str, &str); N]) -> [Name; N] {
    names.map(|(name, namespace)| Name {
        name: name.into(),
        namespace: namespace.into(),
    })
}

fn read<const N: usize>(
    command: &str,
    stderr: &str,
    code: u8,
    asked: [(&str, &str); N],
) -> Vec<Fate> {
    Outcome::read(command, "", stderr, code, &names(asked)).releases
}

type Short<'a> = (&'a str, &'a str, bool, Option<&'a str>, Option<u32>, Option<State>);

fn short(fates: &[Fate]) -> Vec<Short<'_>> {
    fates.iter().map(one).collect()
}

fn one(fate: &Fate) -> Short<'_> {
    let Fate { name, namespace, success, error, revision, state, .. } = fate;
    (name, namespace, *success, error.as_deref(), *revision, *state)
}

const TEMPLATE: &str = "template: badtmpl/templates/bad.yaml:1:10: executing \
    \"badtmpl/templates/bad.yaml\" at <.Values.nothing.deep.er>: nil pointer \
    evaluating interface {}.deep";

#[test]
fn some_fail_some_do_not_and_some_are_not_reached() {
    let asked =
        [("ok", "two"), ("ok", "one"), ("tmpl", "one"), ("after", "one"), ("free", "")];
    let fates = read("sync", include_str!("data/mixed.helm3"), 1, asked);
    let silent = "helmfile does not say why";
    let expected = [
        ("ok", "two", false, Some(silent), None, None),
        ("ok", "one", true, None, Some(1), Some(State::Updated)),
        ("tmpl", "one", false, Some(TEMPLATE), None, None),
        ("after", "one", false, Some("not reached"), None, None),
        ("free", "", true, None, Some(1), Some(State::Updated)),
    ];
    assert_eq!(short(&fates), expected);
    assert_eq!(fates[1].seconds, Some(1.0));
    assert_eq!(fates[3].seconds, None);
}

#[test]
fn a_failing_diff_means_that_nothing_was_done() {
    let asked = [("tmpl", "one"), ("free", "")];
    let fates = read("apply", include_str!("data/diff.helm3"), 1, asked);
    let expected = [
        ("tmpl", "one", false, Some(TEMPLATE), None, None),
        ("free", "", false, Some("not reached"), None, None),
    ];
    assert_eq!(short(&fates), expected);
}

#[test]
fn a_hook_may_fail_after_the_update() {
    let text = include_str!("data/postsync.helm3");
    let fates = read("sync", text, 1, [("hooked", "one")]);
    let error = Some("hook[sh]: command `sh` failed: broken");
    let expected = [("hooked", "one", false, error, Some(1), Some(State::Updated))];
    assert_eq!(short(&fates), expected);
    // Its namesake is not in the table, so that is the one.
    let fates = read("sync", text, 1, [("hooked", "one"), ("hooked", "two")]);
    assert_eq!(
        fates.iter().map(|fate| fate.success).collect::<Vec<_>>(),
        [true, false]
    );
}

#[test]
fn a_common_error_is_that_of_all() {
    let fates =
        read("sync", include_str!("data/prepare.helm3"), 1, [("a", ""), ("b", "")]);
    let error = Some("hook[sh]: command `sh` failed: broken");
    let expected =
        [("a", "", false, error, None, None), ("b", "", false, error, None, None)];
    assert_eq!(short(&fates), expected);
    let fates = read("apply", "panic: oh\n\ngoroutine 1", 2, [("a", "")]);
    assert_eq!(fates[0].error.as_deref(), Some("goroutine 1"));
}

#[test]
fn an_interrupted_run() {
    let asked = [("ok", "one"), ("slow", "one"), ("after", "one")];
    let text = include_str!("data/interrupted.helm4");
    let expected = [
        ("ok", "one", true, None, Some(3), Some(State::Updated)),
        ("slow", "one", false, Some("cancelled"), None, None),
        ("after", "one", false, Some("not reached"), None, None),
    ];
    assert_eq!(short(&read("sync", text, 130, asked)), expected);
    // Ended before the tables: helm's own word is enough.
    let text = text.split_once("Listing").unwrap().0;
    let fates = read("sync", text, 137, asked);
    assert_eq!(
        fates.iter().map(|f| f.success).collect::<Vec<_>>(),
        [true, false, false]
    );
}

#[test]
fn deleted_and_unchanged_and_needed() {
    let asked = [("free", ""), ("gone", "x")];
    let fates = read("sync", include_str!("data/deleted.helm3"), 0, asked);
    let expected = [
        ("free", "", true, None, None, Some(State::Deleted)),
        ("gone", "x", true, None, None, Some(State::Unchanged)),
        ("ok", "one", true, None, Some(10), Some(State::Updated)),
    ];
    assert_eq!(short(&fates), expected);
}

#[test]
fn without_tables() {
    let asked = names([("web", "shop")]);
    let state = |command, stdout, code| {
        let fate = Outcome::read(command, stdout, "", code, &asked).releases.remove(0);
        (fate.success, fate.state)
    };
    let compared = "Comparing release=web, chart=charts/web, namespace=shop\n";
    let changed = format!("{compared}shop, web, ConfigMap (v1) has changed:\n");
    assert_eq!(state("apply", compared, 0), (true, Some(State::Unchanged)));
    assert_eq!(state("apply", &changed, 0), (true, None));
    assert_eq!(state("apply", &changed, 2), (true, None));
    assert_eq!(state("diff", &changed, 2), (true, None));
    assert_eq!(state("sync", "", 0), (true, None));
    assert_eq!(state("sync", "", 2), (false, None));
}

#[test]
fn namesakes_without_a_word_on_the_namespace() {
    let two = names([("web", ""), ("web", "shop"), ("db", "")]);
    let one = |name, namespace| find(&two, name, namespace).collect::<Vec<_>>();
    assert_eq!(one("web", "shop"), [&two[1]]);
    assert_eq!(one("web", ""), [&two[0]]);
    assert_eq!(one("web", "default"), [&two[0]]);
    assert_eq!(one("db", "default"), [&two[2]]);
    assert!(one("nope", "").is_empty());
}

#[test]
fn as_json() {
    let fates =
        read("sync", include_str!("data/postsync.helm3"), 0, [("hooked", "one")]);
    let json = serde_json::to_string(&fates[0]).unwrap();
    let expected = r#"{"name":"hooked","namespace":"one","success":true,"#.to_owned()
        + r#""seconds":0.0,"revision":1,"state":"updated"}"#;
    assert_eq!(json, expected);
}
