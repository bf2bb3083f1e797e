//! Which differences a rule is about.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::file::read;

fn rule(lines: &str) -> IgnoreRule {
    let rules = read(Path::new(""), &format!("[[ignore]]\n{lines}\n"));
    rules.unwrap().ignores.remove(0)
}

/// A deployment with two containers, desired; the live one lacks the second.
fn desired() -> Value {
    let containers =
        json!([{"name": "app", "image": "a"}, {"name": "log", "image": "l"}]);
    json!({"spec": {"replicas": 2, "template": {"spec": {"containers": containers}}}})
}

fn live() -> Value {
    let containers = json!([{"name": "app", "image": "b"}]);
    json!({"spec": {"replicas": 5, "template": {"spec": {"containers": containers}}}})
}

/// Whether the rule is about a difference at `pointer` of a deployment, which
/// `change` may turn into something else.
fn matches_when(
    lines: &str,
    pointer: &str,
    objects: [Option<&Value>; 2],
    change: impl FnOnce(&mut Subject<'_>),
) -> bool {
    let map = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect()
    };
    let (labels, annotations) = (map(&[("app", "web")]), map(&[("note", "x")]));
    let tokens: Vec<String> = pointer
        .split('/')
        .skip(1)
        .map(|token| token.replace("~1", "/").replace("~0", "~"))
        .collect();
    let mut subject = Subject {
        names: &[],
        release: "shop",
        release_namespace: "prod",
        group: "apps",
        version: "v1",
        kind: "Deployment",
        name: "web-1",
        namespace: "front",
        labels: &labels,
        annotations: &annotations,
        tokens: &tokens,
        objects,
        manager: Some("kubectl-edit"),
    };
    change(&mut subject);
    rule(lines).matches(&subject)
}

fn matches(lines: &str, pointer: &str) -> bool {
    let (live, desired) = (live(), desired());
    matches_when(lines, pointer, [Some(&live), Some(&desired)], |_| {})
}

#[test]
fn a_path_is_about_what_lies_there_or_below() {
    let containers = "/spec/template/spec/containers";
    let app = r#"jqPathExpressions = ['.spec.template.spec.containers[] | select(.name == "app")']"#;
    let log = app.replace("app", "log");
    let log_image = log.replace("\")']", "\") | .image']");
    for (lines, pointer, expected) in [
        ("paths = ['/spec/replicas']", "/spec/replicas", true),
        ("jsonPointers = ['/spec/replicas']", "/spec/replicas", true),
        ("jqPathExpressions = ['.spec.replicas']", "/spec/replicas", true),
        ("paths = ['/spec']", "/spec/replicas", true),
        ("paths = ['/spec/replicas']", "/spec", false),
        ("paths = ['/spec/replicas']", "", false),
        ("paths = ['/spec/replica']", "/spec/replicas", false),
        ("paths = ['']", "", true),
        ("paths = ['']", "/spec/replicas", true),
        ("paths = ['/a', '/spec']", "/spec/x", true),
        ("paths = ['/*/replicas']", "/spec/replicas", true),
        ("jqPathExpressions = ['.[].replicas']", "/spec/replicas", true),
        ("paths = ['/spec/*/x']", "/spec/replicas", false),
        (
            "paths = ['/metadata/annotations/a.b~1c']",
            "/metadata/annotations/a.b~1c",
            true,
        ),
        ("paths = ['/metadata/annotations/a']", "/metadata/annotations/a~1c", false),
        ("jqPathExpressions = ['.[\"*\"]']", "/spec", false),
        ("jqPathExpressions = ['.a[0]']", "/a/0/b", true),
        ("jqPathExpressions = ['.a[0]']", "/a/1/b", false),
        (app, &format!("{containers}/0/image"), true),
        (app, &format!("{containers}/0"), true),
        (app, &format!("{containers}/1/image"), false),
        (app, containers, false),
        // An item that is missing as a whole is named by its path.
        (&log, &format!("{containers}/1"), true),
        (&log, &format!("{containers}/2"), false),
        (
            "paths = ['/spec/template/spec/containers/*']",
            &format!("{containers}/1"),
            true,
        ),
        // A rule for its image is no excuse for that.
        (&log_image, &format!("{containers}/1"), false),
        (&log_image, &format!("{containers}/1/image"), true),
    ] {
        assert_eq!(matches(lines, pointer), expected, "{lines} {pointer}");
    }
}

#[test]
fn an_item_does_not_hide_its_neighbour() {
    let lines = r#"jqPathExpressions = ['.a[] | select(.name == "x") | .v']"#;
    let x = json!({"a": [{"name": "x", "v": 1}]});
    let y = json!({"a": [{"name": "y", "v": 2}]});
    let at = |objects| matches_when(lines, "/a/0/v", objects, |_| {});
    assert!(at([Some(&x), Some(&x)]));
    assert!(at([None, Some(&x)]));
    assert!(!at([Some(&x), Some(&y)]));
    assert!(!at([Some(&y), Some(&x)]));
    assert!(!at([None, None]));
}

#[test]
fn a_target_is_compared_as_its_camp_does() {
    for (lines, expected) in [
        ("", true),
        ("target = {}", true),
        ("target = {kind = 'Deployment|StatefulSet'}", true),
        ("target = {kind = 'Deploy'}", false),
        ("target = {kind = 'Deploy.*', name = 'web-\\d'}", true),
        ("target = {group = 'apps', version = 'v1', namespace = 'front'}", true),
        ("target = {group = '^$'}", false),
        ("target = {version = 'v2'}", false),
        ("target = {namespace = 'prod'}", false),
        ("target = {labelSelector = 'app=web,!old'}", true),
        ("target = {labelSelector = 'app in (db)'}", false),
        ("target = {annotationSelector = 'note'}", true),
        ("target = {annotationSelector = 'app'}", false),
        (
            "group = 'apps'\nkind = 'Deployment'\nname = 'web-1'\nnamespace = 'front'",
            true,
        ),
        ("group = '*'\nkind = '*Set'", false),
        ("kind = 'Dep*'", true),
        ("kind = 'Deployment|StatefulSet'", false),
        ("group = ''", false),
        ("name = 'web-?'", false),
        ("name = 'web'", false),
        ("namespace = 'prod'", false),
        ("release = 'shop'", true),
        ("release = 'sh*'", true),
        ("release = 'db'", false),
        ("release = {name = 's*', namespace = 'pro?'}", true),
        ("release = {namespace = 'front'}", false),
        ("release = 'shop'\nkind = 'Service'", false),
    ] {
        let lines = format!("paths = ['/spec/replicas']\n{lines}");
        assert_eq!(matches(&lines, "/spec/replicas"), expected, "{lines}");
    }
    let core = |subject: &mut Subject<'_>| subject.group = "";
    assert!(matches_when("paths = ['/x']\ngroup = ''", "/x", [None; 2], core));
    let flux = "paths = ['/x']\ntarget = {group = '^$'}";
    assert!(matches_when(flux, "/x", [None; 2], core));
}

#[test]
fn managers_are_alternatives_to_argo_and_a_condition_beside_paths() {
    let managers = "managedFieldsManagers = ['kube-controller-manager', 'keda*']";
    let at = |lines: &str, pointer: &str, manager| {
        let lines = format!("{lines}\n{managers}");
        matches_when(&lines, pointer, [None; 2], |subject| subject.manager = manager)
    };
    let (hpa, keda) = (Some("kube-controller-manager"), Some("keda-operator"));
    let human = Some("kubectl-edit");
    for (lines, pointer, manager, expected) in [
        ("", "/spec/replicas", hpa, true),
        ("", "/spec/replicas", keda, true),
        ("", "/spec/replicas", human, false),
        ("", "/spec/replicas", None, false),
        ("paths = ['/spec/replicas']", "/spec/replicas", hpa, true),
        ("paths = ['/spec/replicas']", "/spec/replicas", human, false),
        ("paths = ['/spec/replicas']", "/spec/replicas", None, false),
        ("paths = ['/spec/replicas']", "/spec/paused", hpa, false),
        ("jsonPointers = ['/spec/replicas']", "/spec/replicas", human, true),
        ("jsonPointers = ['/spec/replicas']", "/spec/paused", hpa, true),
        ("jsonPointers = ['/spec/replicas']", "/spec/paused", human, false),
        ("jqPathExpressions = ['.spec.replicas']", "/spec/paused", keda, true),
        ("paths = ['/a']\njsonPointers = ['/b']", "/b", human, false),
        ("paths = ['/a']\njsonPointers = ['/b']", "/b", hpa, true),
    ] {
        assert_eq!(
            at(lines, pointer, manager),
            expected,
            "{lines} {pointer} {manager:?}"
        );
    }
}

#[test]
fn presets_ignore_what_they_are_called_after() {
    let aggregated = json!({"aggregationRule": {}, "rules": []});
    let plain = json!({"rules": []});
    let at = |preset: &str, group, kind, pointer: &str, manager, object| {
        let lines = format!("preset = '{preset}'\nrelease = 'shop'");
        matches_when(&lines, pointer, [None, Some(object)], |subject| {
            (subject.group, subject.kind) = (group, kind);
            subject.manager = manager;
        })
    };
    let webhooks = "admissionregistration.k8s.io";
    let applied =
        "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration";
    let (hpa, human) = (Some("kube-controller-manager"), Some("kubectl-edit"));
    let rbac = "rbac.authorization.k8s.io";
    for (preset, group, kind, pointer, manager, expected) in [
        ("hpa-replicas", "apps", "Deployment", "/spec/replicas", hpa, true),
        (
            "hpa-replicas",
            "apps",
            "Deployment",
            "/spec/replicas",
            Some("vpa-updater"),
            true,
        ),
        ("hpa-replicas", "apps", "Deployment", "/spec/replicas", human, false),
        ("hpa-replicas", "apps", "Deployment", "/spec/paused", hpa, false),
        ("hpa-replicas", "argoproj.io", "Rollout", "/spec/replicas", hpa, true),
        (
            "ca-bundle",
            webhooks,
            "MutatingWebhookConfiguration",
            "/webhooks/3/clientConfig/caBundle",
            None,
            true,
        ),
        (
            "ca-bundle",
            webhooks,
            "ValidatingWebhookConfiguration",
            "/webhooks/0/clientConfig/service",
            None,
            false,
        ),
        (
            "ca-bundle",
            "apiregistration.k8s.io",
            "APIService",
            "/spec/caBundle",
            None,
            true,
        ),
        (
            "ca-bundle",
            "apiextensions.k8s.io",
            "CustomResourceDefinition",
            "/spec/conversion/webhook/clientConfig/caBundle",
            None,
            true,
        ),
        ("ca-bundle", "apps", "Deployment", "/spec/caBundle", None, false),
        ("aggregated-clusterroles", rbac, "ClusterRole", "/rules/0/verbs", human, true),
        ("aggregated-clusterroles", rbac, "Role", "/rules/0/verbs", human, false),
        ("aggregated-clusterroles", rbac, "ClusterRole", "/metadata", human, false),
        ("last-applied", "", "ConfigMap", applied, None, true),
        ("last-applied", "", "ConfigMap", "/metadata/annotations/a", None, false),
    ] {
        let seen = at(preset, group, kind, pointer, manager, &aggregated);
        assert_eq!(seen, expected, "{preset} {kind} {pointer} {manager:?}");
    }
    for sides in [[None, Some(&plain)], [Some(&aggregated), Some(&plain)]] {
        let lines = "preset = 'aggregated-clusterroles'\nrelease = 'shop'";
        let seen = matches_when(lines, "/rules", sides, |subject| {
            (subject.group, subject.kind) = (rbac, "ClusterRole");
        });
        assert!(!seen, "{sides:?}");
    }
}

#[test]
fn a_rule_ends_with_its_last_day() {
    let day = |text| Date::parse(text).unwrap();
    let ending = rule("paths = ['/x']\nuntil = 2026-12-31");
    assert!(!ending.is_expired(day("2026-12-31")));
    assert!(ending.is_expired(day("2027-01-01")));
    assert!(!rule("paths = ['/x']").is_expired(day("9999-12-31")));
}

#[test]
fn the_same_in_another_spelling_is_the_same_rule() {
    for (one, other, same) in [
        ("paths = ['/a', '/b']", "paths = ['/b', '/a']\nreason = 'x'", true),
        ("paths = ['/a']", "jsonPointers = ['/a']\nuntil = 2026-12-31", true),
        ("paths = ['/a/b c']", "jqPathExpressions = ['.a.\"b c\"']", true),
        (
            "release = 'x'\npaths = ['/a']",
            "release = {name = 'x'}\npaths = ['/a']",
            true,
        ),
        ("paths = ['/a']", "paths = ['/b']", false),
        ("paths = ['/a']\nrelease = 'x'", "paths = ['/a']\nrelease = 'y'", false),
        ("paths = ['/a']\nkind = 'x'", "paths = ['/a']\ntarget = {kind = 'x'}", false),
        ("paths = ['/a']\nkind = 'x'", "paths = ['/a']\ngroup = 'x'", false),
        (
            "paths = ['/a']\ntarget = {labelSelector = 'x'}",
            "paths = ['/a']\ntarget = {annotationSelector = 'x'}",
            false,
        ),
        (
            "paths = ['/a']\nmanagedFieldsManagers = ['m']",
            "jsonPointers = ['/a']\nmanagedFieldsManagers = ['m']",
            false,
        ),
        ("preset = 'hpa-replicas'", "preset = 'ca-bundle'", false),
        ("paths = ['/*']", "jqPathExpressions = ['.[\"*\"]']", false),
    ] {
        assert_eq!(rule(one).key() == rule(other).key(), same, "{one} | {other}");
    }
}
