//! How bad a finding is: the first line of a table that it fits.
//!
//! High is what lets a pod out of its container and what RBAC grants, added or changed.
//! Other additions are low. A deletion is high for what serves, grants or keeps
//! something, else medium. High are images, the content of Secrets, webhooks, and
//! replicas that become none. Labels and annotations of the object itself are low. All
//! else is medium, a mark by which an object opts out of checks among it.
//!
//! The table is data, so that the manual can print it. Refuses to look at how much
//! changed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::kind::sides;
use crate::{Class, Finding, Object, Type};

/// How bad.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It can wait.
    Low,
    /// It should be looked at.
    Medium,
    /// It should be looked at now.
    High,
}

/// A line of the table.
#[derive(Debug)]
pub struct Line {
    /// What falls under it, in words.
    pub what: &'static str,
    /// How bad that is.
    pub severity: Severity,
    when: When,
}

#[derive(Debug)]
enum When {
    Always,
    Is(Type),
    Deleted(&'static [Kind]),
    /// The place begins with one of these keys.
    Within(&'static [Kind], &'static [&'static str]),
    /// The place does not begin with this key.
    Outside(&'static [Kind], &'static str),
    /// One of these keys stands in the place or in a value.
    Mentions(&'static [&'static str]),
    BecomesNone(&'static str),
    Metadata(&'static [&'static str]),
    OptsOut,
}

/// Labels and annotations by which an object opts out of checks, and what they must
/// say: those of Argo CD, of Flux and our own.
pub const OPT_OUT: [(&str, &str); 3] = [
    ("argocd.argoproj.io/compare-options", "IgnoreExtraneous"),
    ("helm.toolkit.fluxcd.io/driftDetection", "disabled"),
    ("helmfire.dev/drift", "disabled"),
];

/// A group and a kind; `*` is every kind.
type Kind = (&'static str, &'static str);

const RBAC: &[Kind] = &[("rbac.authorization.k8s.io", "*")];
const WEBHOOKS: &[Kind] = &[
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
];
const SECRET: &[Kind] = &[("", "Secret")];
const MISSED: &[Kind] = &[
    ("apps", "Deployment"),
    ("apps", "StatefulSet"),
    ("apps", "DaemonSet"),
    ("apps", "ReplicaSet"),
    ("batch", "Job"),
    ("batch", "CronJob"),
    ("", "Pod"),
    ("", "Service"),
    ("networking.k8s.io", "Ingress"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("gateway.networking.k8s.io", "*"),
    ("rbac.authorization.k8s.io", "*"),
    ("", "ServiceAccount"),
    ("", "Secret"),
    ("", "PersistentVolumeClaim"),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("", "Release"),
];

const fn line(what: &'static str, severity: Severity, when: When) -> Line {
    Line { what, severity, when }
}

static TABLE: [Line; 13] = [
    line(
        "deletion of a workload, Service, Ingress, NetworkPolicy, Gateway API object, \
         RBAC object, ServiceAccount, Secret, PersistentVolumeClaim, webhook \
         configuration, CRD, or of the whole release",
        Severity::High,
        When::Deleted(MISSED),
    ),
    line("another deletion", Severity::Medium, When::Is(Type::Deletion)),
    line(
        "securityContext and all below it",
        Severity::High,
        When::Mentions(&["securityContext"]),
    ),
    line(
        "hostNetwork, hostPID, hostIPC, hostPath, privileged",
        Severity::High,
        When::Mentions(&[
            "hostNetwork",
            "hostPID",
            "hostIPC",
            "hostPath",
            "privileged",
        ]),
    ),
    line(
        "rules, aggregationRule, roleRef and subjects of RBAC objects",
        Severity::High,
        When::Within(RBAC, &["rules", "roleRef", "subjects", "aggregationRule"]),
    ),
    line(
        "a label or annotation by which an object opts out of checks",
        Severity::Medium,
        When::OptsOut,
    ),
    line("another addition", Severity::Low, When::Is(Type::Addition)),
    line("an image", Severity::High, When::Is(Type::Image)),
    line(
        "the content of a Secret",
        Severity::High,
        When::Within(SECRET, &["data", "stringData"]),
    ),
    line(
        "a webhook configuration, but for its metadata",
        Severity::High,
        When::Outside(WEBHOOKS, "metadata"),
    ),
    line("replicas that become 0", Severity::High, When::BecomesNone("replicas")),
    line(
        "labels and annotations of the object",
        Severity::Low,
        When::Metadata(&["labels", "annotations"]),
    ),
    line("anything else", Severity::Medium, When::Always),
];

/// The table; the first line that fits counts.
pub fn table() -> &'static [Line] {
    &TABLE
}

impl Severity {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// How bad a finding is.
    pub fn of(finding: &Finding) -> Self {
        let line = TABLE.iter().find(|line| fits(&line.when, finding));
        line.map_or(Self::Medium, |line| line.severity)
    }
}

fn fits(when: &When, finding: &Finding) -> bool {
    let tokens = finding.pointer.tokens();
    let first = tokens.first().map_or("", String::as_str);
    match when {
        When::Always => true,
        When::Is(kind) => Type::of(finding) == *kind,
        When::Deleted(kinds) => {
            Type::of(finding) == Type::Deletion && is_among(&finding.object, kinds)
        }
        When::Within(kinds, keys) => {
            keys.contains(&first) && is_among(&finding.object, kinds)
        }
        When::Outside(kinds, key) => first != *key && is_among(&finding.object, kinds),
        When::Mentions(keys) => {
            // Free maps have keys of any name.
            let is_content = ["data", "metadata"].contains(&first);
            !is_content
                && (tokens.iter().any(|token| keys.contains(&token.as_str()))
                    || sides(finding).any(|side| mentions(side, keys)))
        }
        When::BecomesNone(key) => tokens == ["spec", key] && becomes_none(finding),
        When::Metadata(keys) => {
            let second = tokens.get(1).map_or("", String::as_str);
            first == "metadata" && keys.contains(&second)
        }
        When::OptsOut => {
            let name = tokens.get(2).map_or("", String::as_str);
            first == "metadata" && OPT_OUT.iter().any(|(key, _)| *key == name)
        }
    }
}

fn is_among(object: &Object, kinds: &[Kind]) -> bool {
    kinds.iter().any(|(group, kind)| {
        *group == object.group() && (*kind == "*" || *kind == object.kind)
    })
}

fn mentions(value: &Value, keys: &[&str]) -> bool {
    match value {
        Value::Object(map) => map
            .iter()
            .any(|(key, value)| keys.contains(&key.as_str()) || mentions(value, keys)),
        Value::Array(items) => items.iter().any(|item| mentions(item, keys)),
        _ => false,
    }
}

/// Whether nothing runs now where something should, or nothing will.
fn becomes_none(finding: &Finding) -> bool {
    let number = |side: &Option<Value>| side.as_ref().and_then(Value::as_f64);
    let (mut then, mut now) = (number(&finding.desired), number(&finding.live));
    if finding.class == Class::Pending {
        std::mem::swap(&mut then, &mut now);
    }
    // A chart without a number means 1.
    now == Some(0.0) && then.is_none_or(|then| then > 0.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::bed::{changed, gone, object, pending};

    fn of(kind: &str, place: &str, live: Value, desired: Value) -> Severity {
        Severity::of(&changed(&object(kind, "x"), place, live, desired))
    }

    #[test]
    fn deletions() {
        for kind in [
            "Deployment",
            "StatefulSet",
            "DaemonSet",
            "ReplicaSet",
            "Job",
            "CronJob",
            "Pod",
            "Service",
            "Ingress",
            "NetworkPolicy",
            "HTTPRoute",
            "Gateway",
            "Role",
            "ClusterRole",
            "RoleBinding",
            "ClusterRoleBinding",
            "ServiceAccount",
            "Secret",
            "PersistentVolumeClaim",
            "ValidatingWebhookConfiguration",
            "MutatingWebhookConfiguration",
            "CustomResourceDefinition",
        ] {
            assert_eq!(
                Severity::of(&gone(&object(kind, "x"))),
                Severity::High,
                "{kind}"
            );
        }
        for kind in ["ConfigMap", "HorizontalPodAutoscaler", "Prometheus"] {
            let severity = Severity::of(&gone(&object(kind, "x")));
            assert_eq!(severity, Severity::Medium, "{kind}");
        }
        // Another project's kind of the same name.
        let foreign = Object {
            api_version: "serving.knative.dev/v1".into(),
            ..object("Service", "x")
        };
        assert_eq!(Severity::of(&gone(&foreign)), Severity::Medium);
    }

    #[test]
    fn places() {
        let pod = "/spec/template/spec";
        for (kind, place, severity) in [
            ("Deployment", format!("{pod}/containers/0/image"), Severity::High),
            ("Deployment", format!("{pod}/securityContext"), Severity::High),
            (
                "Deployment",
                format!("{pod}/containers/0/securityContext/runAsUser"),
                Severity::High,
            ),
            ("Deployment", format!("{pod}/hostNetwork"), Severity::High),
            ("Deployment", format!("{pod}/volumes/0/hostPath/path"), Severity::High),
            ("Deployment", format!("{pod}/containers/0/env/0/value"), Severity::Medium),
            (
                "Deployment",
                format!("{pod}/containers/0/resources/limits/cpu"),
                Severity::Medium,
            ),
            (
                "Deployment",
                format!("{pod}/containers/0/livenessProbe/periodSeconds"),
                Severity::Medium,
            ),
            ("Deployment", format!("{pod}/containers/0/args"), Severity::Medium),
            (
                "Deployment",
                "/spec/template/metadata/labels/app".into(),
                Severity::Medium,
            ),
            ("Deployment", "/metadata/labels/app".into(), Severity::Low),
            ("Deployment", "/metadata/annotations/a".into(), Severity::Low),
            (
                "Deployment",
                "/metadata/annotations/helmfire.dev~1drift".into(),
                Severity::Medium,
            ),
            ("Role", "/rules".into(), Severity::High),
            ("RoleBinding", "/roleRef/name".into(), Severity::High),
            ("ClusterRoleBinding", "/subjects/0/name".into(), Severity::High),
            ("ClusterRole", "/metadata/labels/rules".into(), Severity::Low),
            (
                "MutatingWebhookConfiguration",
                "/webhooks/0/failurePolicy".into(),
                Severity::High,
            ),
            (
                "MutatingWebhookConfiguration",
                "/metadata/labels/a".into(),
                Severity::Low,
            ),
            ("Secret", "/data/a".into(), Severity::High),
            ("Secret", "/type".into(), Severity::Medium),
            ("ConfigMap", "/data/privileged".into(), Severity::Medium),
            ("ConfigMap", "/data/a".into(), Severity::Medium),
            ("Service", "/spec/ports/0/port".into(), Severity::Medium),
            ("HorizontalPodAutoscaler", "/spec/minReplicas".into(), Severity::Medium),
            ("Prometheus", "/spec/rules".into(), Severity::Medium),
        ] {
            assert_eq!(
                of(kind, &place, json!("a"), json!("b")),
                severity,
                "{kind} {place}"
            );
        }
        let volume = json!({"name": "v", "hostPath": {"path": "/"}});
        let place = format!("{pod}/volumes/0");
        let empty = json!({"name": "v", "emptyDir": {}});
        assert_eq!(of("Deployment", &place, volume, empty.clone()), Severity::High);
        assert_eq!(of("Deployment", &place, empty.clone(), empty), Severity::Medium);
    }

    #[test]
    fn replicas() {
        let replicas =
            |live, desired| of("Deployment", "/spec/replicas", live, desired);
        assert_eq!(replicas(json!(0), json!(2)), Severity::High);
        assert_eq!(replicas(json!(5), json!(2)), Severity::Medium);
        assert_eq!(replicas(json!(2), json!(0)), Severity::Medium);
        let web = object("Deployment", "web");
        let to = |live, desired| {
            Severity::of(&pending(&web, "/spec/replicas", live, desired))
        };
        assert_eq!(to(json!(2), json!(0)), Severity::High);
        assert_eq!(to(json!(0), json!(2)), Severity::Medium);
    }

    #[test]
    fn additions_are_low_but_for_what_they_allow() {
        let added = |kind: &str, place: &str, value: Value| {
            let finding = changed(&object(kind, "x"), place, value, json!(null));
            Severity::of(&Finding { is_addition: true, desired: None, ..finding })
        };
        let place = "/spec/template/spec/containers/1";
        assert_eq!(added("Deployment", place, json!({"image": "x"})), Severity::Low);
        let value = json!({"image": "x", "securityContext": {"privileged": true}});
        assert_eq!(added("Deployment", place, value), Severity::High);
        assert_eq!(added("Role", "/rules/1", json!({"verbs": ["*"]})), Severity::High);
        assert_eq!(added("Secret", "/data/more", json!("eA==")), Severity::Low);
    }

    #[test]
    fn the_last_line_fits_all_and_every_line_is_told() {
        assert!(matches!(table()[table().len() - 1].when, When::Always));
        assert!(table().iter().all(|line| !line.what.is_empty()));
    }
}
