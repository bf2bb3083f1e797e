//! Values that the API server fills in by itself, in objects of its own kinds.
//!
//! Whoever creates an object owns them, too, and so does who adds a part that has
//! some (Kubernetes 1.36, defaults of the API types). A field that is as the server
//! would have made it is nobody's addition. Refuses to know custom resources: for
//! those the server has to be asked, see [`may_be_default`].

use serde_json::{Map, Value};

use crate::subset::has_own_keys;
use crate::{Addition, Pointer};

/// Names of fields, and what the server puts there if nobody says anything.
const TEXTS: [(&str, &[&str]); 33] = [
    ("apiVersion", &["v1"]),
    ("completionMode", &["NonIndexed"]),
    ("concurrencyPolicy", &["Allow"]),
    ("dnsPolicy", &["ClusterFirst"]),
    ("externalTrafficPolicy", &["Cluster"]),
    ("imagePullPolicy", &["Always", "IfNotPresent"]),
    ("internalTrafficPolicy", &["Cluster"]),
    ("ipFamilyPolicy", &["SingleStack"]),
    ("matchPolicy", &["Equivalent"]),
    ("maxSurge", &["25%"]),
    ("maxUnavailable", &["25%"]),
    ("podManagementPolicy", &["OrderedReady"]),
    ("podReplacementPolicy", &["TerminatingOrFailed"]),
    ("preemptionPolicy", &["PreemptLowerPriority"]),
    ("protocol", &["TCP"]),
    ("reclaimPolicy", &["Delete"]),
    ("reinvocationPolicy", &["Never"]),
    ("restartPolicy", &["Always"]),
    ("schedulerName", &["default-scheduler"]),
    ("scheme", &["HTTP"]),
    ("scope", &["*"]),
    ("service", &[""]),
    ("serviceAccount", &["default"]),
    ("serviceAccountName", &["default"]),
    ("sessionAffinity", &["None"]),
    ("strategy", &["None"]),
    ("terminationMessagePath", &["/dev/termination-log"]),
    ("terminationMessagePolicy", &["File"]),
    ("type", &["", "ClusterIP", "Opaque", "RollingUpdate"]),
    ("volumeBindingMode", &["Immediate"]),
    ("volumeMode", &["Filesystem"]),
    ("whenDeleted", &["Retain"]),
    ("whenScaled", &["Retain"]),
];

const NUMBERS: [(&str, &[i64]); 20] = [
    ("backoffLimit", &[6]),
    ("completions", &[1]),
    ("defaultMode", &[420]),
    ("expirationSeconds", &[3600]),
    ("failedJobsHistoryLimit", &[1]),
    ("failureThreshold", &[3]),
    ("maxSurge", &[0]),
    ("maxUnavailable", &[1]),
    ("minReplicas", &[1]),
    ("parallelism", &[1]),
    ("partition", &[0]),
    ("periodSeconds", &[10]),
    ("priority", &[0]),
    ("progressDeadlineSeconds", &[600]),
    ("replicas", &[1]),
    ("revisionHistoryLimit", &[10]),
    ("successThreshold", &[1]),
    ("successfulJobsHistoryLimit", &[3]),
    ("terminationGracePeriodSeconds", &[30]),
    // Of a probe, of a webhook, and of what keeps a client with its pod.
    ("timeoutSeconds", &[1, 10, 10800]),
];

/// Empty, they say nothing.
const EMPTY: [&str; 4] =
    ["namespaceSelector", "objectSelector", "resources", "securityContext"];

/// What the server alone gives, whatever it is.
const GIVEN: [&str; 3] = ["clusterIP", "clusterIPs", "ipFamilies"];

/// Whether `value`, which stands at `at` within `map`, is what the server makes of
/// nothing in an object of `api_version`.
pub(crate) fn is_default(
    api_version: &str,
    at: &Pointer,
    map: &Map<String, Value>,
    value: &Value,
) -> bool {
    let Some(name) = at.last() else { return false };
    if !is_own_kind(api_version) || has_own_keys(at) {
        return name == "kubernetes.io/metadata.name"
            || is_own_kind(api_version) && is_job_label(at);
    }
    let is_listed =
        |texts: &[&str]| value.as_str().is_some_and(|it| texts.contains(&it));
    let is_number = |all: &[i64]| value.as_i64().is_some_and(|it| all.contains(&it));
    let sibling = |name: &str| map.get(name) == Some(value);
    match value {
        Value::Null => true,
        Value::Object(below) if !below.is_empty() => {
            below.iter().all(|(name, value)| {
                is_default(api_version, &at.child(name), below, value)
            })
        }
        Value::Object(_) => EMPTY.contains(&name),
        _ if GIVEN.contains(&name) => true,
        Value::String(_)
            if name == "serviceAccount" && sibling("serviceAccountName") =>
        {
            true
        }
        Value::String(_) if name == "path" => at.is_below("httpGet") && value == "/",
        Value::String(_) => {
            TEXTS.iter().any(|(known, texts)| *known == name && is_listed(texts))
        }
        Value::Number(_) => {
            name == "targetPort" && sibling("port")
                || NUMBERS.iter().any(|(known, all)| *known == name && is_number(all))
        }
        Value::Bool(is) => match name {
            "allocateLoadBalancerNodePorts" | "enableServiceLinks" => *is,
            "allowVolumeExpansion" | "manualSelector" | "suspend" => !is,
            _ => false,
        },
        Value::Array(items) if name == "finalizers" => {
            let own = ["kubernetes", "kubernetes.io/pvc-protection"];
            items.iter().all(|it| it.as_str().is_some_and(|it| own.contains(&it)))
        }
        Value::Array(items) => {
            let is_own = |it: &Value| {
                it == "Ingress" || it == "Egress" && map.contains_key("egress")
            };
            name == "policyTypes" && items.iter().all(is_own)
        }
    }
}

/// Whether only the server can tell if it is a default. An item of a list is none,
/// and a key that people choose is none.
pub fn may_be_default(addition: &Addition, live: &Value) -> bool {
    !addition.pointer.is_item(live) && !has_own_keys(&addition.pointer)
}

/// Whether the API is one of Kubernetes itself.
fn is_own_kind(api_version: &str) -> bool {
    match api_version.split_once('/') {
        None => true,
        Some((group, _)) => !group.contains('.') || group.ends_with(".k8s.io"),
    }
}

/// A Job puts its own into its template and its selector.
fn is_job_label(at: &Pointer) -> bool {
    let name = at.last().unwrap_or_default();
    let name = name.strip_prefix("batch.kubernetes.io/").unwrap_or(name);
    ["controller-uid", "job-name"].contains(&name)
        && at.tokens().first().is_some_and(|it| it == "spec")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn is(api_version: &str, at: &str, value: &Value) -> bool {
        is_default(api_version, &Pointer::parse(at).unwrap(), &Map::new(), value)
    }

    #[test]
    fn what_the_server_fills_in() {
        let pod = "/spec/template/spec";
        for (at, value) in [
            ("dnsPolicy", json!("ClusterFirst")),
            ("securityContext", json!({})),
            ("terminationGracePeriodSeconds", json!(30)),
            (
                "containers/0/livenessProbe",
                json!({"periodSeconds": 10, "timeoutSeconds": 1}),
            ),
        ] {
            assert!(is("apps/v1", &format!("{pod}/{at}"), &value), "{at}");
        }
        for (at, value) in [
            ("dnsPolicy", json!("None")),
            ("securityContext", json!({"runAsUser": 0})),
            ("hostNetwork", json!(true)),
            ("nodeSelector", json!({})),
        ] {
            assert!(!is("apps/v1", &format!("{pod}/{at}"), &value), "{at}");
        }
    }

    #[test]
    fn what_people_call_alike_is_none() {
        assert!(is("v1", "/spec/ports/0/protocol", &json!("TCP")));
        assert!(!is("v1", "/data/protocol", &json!("TCP")));
        assert!(!is("v1", "/metadata/labels/type", &json!("Opaque")));
        assert!(!is("demo.example.com/v1", "/spec/replicas", &json!(1)));
        assert!(is("networking.k8s.io/v1", "/spec/policyTypes", &json!(["Ingress"])));
        let label = "/spec/template/metadata/labels/batch.kubernetes.io~1job-name";
        assert!(is("batch/v1", label, &json!("a")));
        let ports = json!({"port": 80, "targetPort": 80});
        let at = Pointer::parse("/spec/ports/0/targetPort").unwrap();
        assert!(is_default("v1", &at, ports.as_object().unwrap(), &json!(80)));
        assert!(!is("v1", "/spec/ports/0/targetPort", &json!(80)));
    }
}
