//! Values that the API server fills in by itself, in objects of its own kinds.
//!
//! Whoever creates an object owns them, too (Kubernetes 1.36, defaults of the API
//! types). A field that is as the server would have made it is nobody's addition. The
//! server itself knows better, and custom resources it alone knows: this is for who may
//! not ask it. Refuses to guess: what is not in here is no default.

use serde_json::{Map, Value, json};

use crate::subset::has_own_keys;
use crate::{Addition, Pointer};

/// Directly below such a key, or anywhere if it is empty.
type Below = &'static str;

/// Below what, the name of a field, and the text that stands there if nobody says
/// anything.
const TEXTS: [(Below, &str, &str); 40] = [
    ("", "completionMode", "NonIndexed"),
    ("", "concurrencyPolicy", "Allow"),
    ("", "dnsPolicy", "ClusterFirst"),
    ("", "externalTrafficPolicy", "Cluster"),
    ("", "internalTrafficPolicy", "Cluster"),
    ("", "ipFamilyPolicy", "SingleStack"),
    ("", "matchPolicy", "Equivalent"),
    ("", "podManagementPolicy", "OrderedReady"),
    ("", "podReplacementPolicy", "TerminatingOrFailed"),
    ("", "preemptionPolicy", "PreemptLowerPriority"),
    ("", "protocol", "TCP"),
    ("", "reclaimPolicy", "Delete"),
    ("", "reinvocationPolicy", "Never"),
    ("", "schedulerName", "default-scheduler"),
    ("", "scheme", "HTTP"),
    ("", "serviceAccount", "default"),
    ("", "serviceAccountName", "default"),
    ("", "sessionAffinity", "None"),
    ("", "terminationMessagePath", "/dev/termination-log"),
    ("", "terminationMessagePolicy", "File"),
    ("", "volumeBindingMode", "Immediate"),
    ("", "volumeMode", "Filesystem"),
    ("", "whenDeleted", "Retain"),
    ("", "whenScaled", "Retain"),
    ("conversion", "strategy", "None"),
    ("fieldRef", "apiVersion", "v1"),
    ("grpc", "service", ""),
    ("hostPath", "type", ""),
    ("httpGet", "path", "/"),
    ("roleRef", "apiGroup", "rbac.authorization.k8s.io"),
    ("rollingUpdate", "maxSurge", "25%"),
    ("rollingUpdate", "maxUnavailable", "25%"),
    ("scaleDown", "selectPolicy", "Max"),
    ("scaleUp", "selectPolicy", "Max"),
    // Of an init container it has another meaning.
    ("spec", "restartPolicy", "Always"),
    ("spec", "type", "ClusterIP"),
    ("strategy", "type", "RollingUpdate"),
    ("updateStrategy", "type", "RollingUpdate"),
    ("webhooks", "scope", "*"),
    ("/", "type", "Opaque"),
];

const NUMBERS: [(Below, &str, i64); 20] = [
    ("", "backoffLimit", 6),
    ("", "completions", 1),
    ("", "defaultMode", 420),
    ("", "failedJobsHistoryLimit", 1),
    ("", "minReplicas", 1),
    ("", "parallelism", 1),
    ("", "partition", 0),
    ("", "priority", 0),
    ("", "progressDeadlineSeconds", 600),
    ("", "revisionHistoryLimit", 10),
    ("", "successfulJobsHistoryLimit", 3),
    ("", "terminationGracePeriodSeconds", 30),
    ("clientIP", "timeoutSeconds", 10800),
    ("probe", "failureThreshold", 3),
    ("probe", "periodSeconds", 10),
    ("probe", "successThreshold", 1),
    ("probe", "timeoutSeconds", 1),
    ("scaleUp", "stabilizationWindowSeconds", 0),
    ("service", "port", 443),
    ("serviceAccountToken", "expirationSeconds", 3600),
];

/// Empty, they say nothing.
const EMPTY: [&str; 4] =
    ["namespaceSelector", "objectSelector", "resources", "securityContext"];

/// Of a namespace, and of what has to do with volumes.
const FINALIZERS: [&str; 4] = [
    "kubernetes",
    "kubernetes.io/pv-protection",
    "kubernetes.io/pvc-protection",
    "kubernetes.io/vac-protection",
];

/// What the server alone gives, whatever it is.
const GIVEN: [&str; 4] =
    ["clusterIP", "clusterIPs", "healthCheckNodePort", "ipFamilies"];

/// Whether what was added to `live` is what the server makes of nothing.
pub fn is_default(addition: &Addition, live: &Value) -> bool {
    let above = addition.pointer.above();
    if above.last() == Some("finalizers") {
        return FINALIZERS.iter().any(|own| addition.value == *own);
    }
    is_default_at(live, &addition.pointer, &addition.value)
}

/// Whether `value` at `at` in `live` is what the server makes of nothing.
pub(crate) fn is_default_at(live: &Value, at: &Pointer, value: &Value) -> bool {
    let map = at.above();
    let map = map.find(live).and_then(Value::as_object);
    map.is_some_and(|map| Place { object: live, at }.is_default(map, value))
}

/// Whether its API is one of Kubernetes itself.
pub(crate) fn is_own_kind(object: &Value) -> bool {
    Place { object, at: &Pointer::root() }.is_own_kind()
}

/// Whether the server can be asked if it is a default. An item of a list is none, and
/// a key that people choose is none; a port that was given once is another one each time.
pub fn may_be_default(addition: &Addition, live: &Value) -> bool {
    !addition.pointer.is_item(live)
        && !has_own_keys(&addition.pointer)
        && !["healthCheckNodePort", "nodePort"]
            .iter()
            .any(|port| addition.pointer.last() == Some(port))
}

struct Place<'p> {
    object: &'p Value,
    at: &'p Pointer,
}

impl Place<'_> {
    fn is_default(&self, above: &Map<String, Value>, value: &Value) -> bool {
        let (Some(name), true) = (self.at.last(), self.is_own_kind()) else {
            return false;
        };
        if has_own_keys(self.at) {
            return self.is_given_label(name, value);
        }
        if self.at.tokens().iter().any(|it| it == "volumeClaimTemplates")
            && ["apiVersion", "kind", "status"].contains(&name)
        {
            return true;
        }
        let sibling = |name: &str| above.get(name) == Some(value);
        match value {
            Value::Null => true,
            Value::Object(map) if map.is_empty() => EMPTY.contains(&name),
            Value::Object(map) => map.iter().all(|(name, value)| {
                let at = self.at.child(name);
                Place { at: &at, ..*self }.is_default(map, value)
            }),
            _ if GIVEN.contains(&name) => true,
            Value::String(text) => {
                let is_known = |(below, known, default): &(Below, &str, &str)| {
                    *known == name && default == text && self.is_below(below)
                };
                name == "serviceAccount" && sibling("serviceAccountName")
                    || name == "imagePullPolicy" && is_pull_policy(above, text)
                    || name == "ipFamilyPolicy" && is_family_policy(above, text)
                    || TEXTS.iter().any(is_known)
            }
            Value::Number(number) => {
                let is_known = |(below, known, default): &(Below, &str, i64)| {
                    *known == name
                        && number.as_i64() == Some(*default)
                        && self.is_below(below)
                };
                name == "targetPort" && sibling("port")
                    || self.is_number_of_kind(name, number.as_i64())
                    || NUMBERS.iter().any(is_known)
            }
            Value::Bool(is) => match name {
                "allocateLoadBalancerNodePorts" | "enableServiceLinks" => *is,
                "allowVolumeExpansion" | "manualSelector" | "suspend" => !is,
                _ => false,
            },
            Value::Array(items) => match name {
                "finalizers" => {
                    items.iter().all(|it| FINALIZERS.iter().any(|own| it == own))
                }
                "policyTypes" => items.iter().all(|it| {
                    it == "Ingress" || it == "Egress" && above.contains_key("egress")
                }),
                "policies" => self.are_scaling_policies(value),
                _ => false,
            },
        }
    }

    /// Of an autoscaler.
    fn are_scaling_policies(&self, value: &Value) -> bool {
        let policy = |kind: &str, value: u32| json!({"type": kind, "value": value, "periodSeconds": 15});
        let percent = policy("Percent", 100);
        match self.at.above().last() {
            Some("scaleUp") => *value == json!([policy("Pods", 4), percent]),
            Some("scaleDown") => *value == json!([percent]),
            _ => false,
        }
    }

    /// A Job and a replication controller have the labels of their templates, too.
    fn is_given_label(&self, name: &str, value: &Value) -> bool {
        let kind = self.object.get("kind").and_then(Value::as_str).unwrap_or_default();
        let is_own =
            self.at.tokens().starts_with(&["metadata".into(), "labels".into()]);
        let labels = self.object.pointer("/spec/template/metadata/labels");
        match kind {
            "Namespace" => is_own && name == "kubernetes.io/metadata.name",
            "Job" | "ReplicationController" if is_own => {
                labels.and_then(|it| it.get(name)) == Some(value)
            }
            _ => is_job_label(self.at),
        }
    }

    fn is_below(&self, key: Below) -> bool {
        match key {
            "" => true,
            "/" => self.at.tokens().len() == 1,
            "probe" => self.at.above().last().is_some_and(|it| it.ends_with("Probe")),
            "webhooks" => self.at.tokens().first().is_some_and(|it| it == key),
            key => self.at.above().last() == Some(key),
        }
    }

    /// What another kind has otherwise.
    fn is_number_of_kind(&self, name: &str, number: Option<i64>) -> bool {
        let kind = self.object.get("kind").and_then(Value::as_str).unwrap_or_default();
        match (kind, name) {
            ("DaemonSet", "maxSurge") => number == Some(0),
            ("DaemonSet", "maxUnavailable") => number == Some(1),
            (_, "replicas") => number == Some(1) && self.at.tokens().len() == 2,
            (_, "timeoutSeconds") => number == Some(10) && self.is_below("webhooks"),
            _ => false,
        }
    }

    /// Whether the API is one of Kubernetes itself.
    fn is_own_kind(&self) -> bool {
        let version = self.object.get("apiVersion").and_then(Value::as_str);
        match version.unwrap_or_default().split_once('/') {
            None => true,
            Some((group, _)) => !group.contains('.') || group.ends_with(".k8s.io"),
        }
    }
}

/// Of an image without tag and digest, or with the tag `latest`, it is another one.
fn is_pull_policy(container: &Map<String, Value>, policy: &str) -> bool {
    let image = container.get("image").and_then(Value::as_str).unwrap_or_default();
    let name = image.rsplit('/').next().unwrap_or_default();
    let is_latest =
        !image.contains('@') && (!name.contains(':') || name.ends_with(":latest"));
    policy == if is_latest { "Always" } else { "IfNotPresent" }
}

/// Of a Service without an address and a selector it is another one.
fn is_family_policy(service: &Map<String, Value>, policy: &str) -> bool {
    let is_headless = service.get("clusterIP").is_some_and(|it| it == "None");
    is_headless && !service.contains_key("selector") && policy == "RequireDualStack"
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
    use super::*;

    fn is(api_version: &str, at: &str, value: &Value) -> bool {
        let (object, at) =
            (json!({"apiVersion": api_version}), Pointer::parse(at).unwrap());
        Place { object: &object, at: &at }.is_default(&Map::new(), value)
    }

    #[test]
    fn what_the_server_fills_in() {
        let pod = "/spec/template/spec";
        let probe = json!({"periodSeconds": 10, "timeoutSeconds": 1});
        for (at, value) in [
            ("dnsPolicy", json!("ClusterFirst")),
            ("securityContext", json!({})),
            ("terminationGracePeriodSeconds", json!(30)),
            ("restartPolicy", json!("Always")),
            ("containers/0/livenessProbe", probe),
        ] {
            assert!(is("apps/v1", &format!("{pod}/{at}"), &value), "{at}");
        }
        for (at, value) in [
            ("dnsPolicy", json!("None")),
            ("securityContext", json!({"runAsUser": 0})),
            ("hostNetwork", json!(true)),
            ("nodeSelector", json!({})),
            ("initContainers/0/restartPolicy", json!("Always")),
            ("containers/0/livenessProbe/timeoutSeconds", json!(10)),
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
    }

    #[test]
    fn what_depends_on_what_stands_beside_it() {
        let is = |kind: &str, above: &Value, at: &str, value: Value| {
            let object = json!({"apiVersion": "apps/v1", "kind": kind});
            let at = Pointer::parse(at).unwrap();
            let place = Place { object: &object, at: &at };
            place.is_default(above.as_object().unwrap(), &value)
        };
        let port = json!({"port": 80});
        assert!(is("Service", &port, "/spec/ports/0/targetPort", json!(80)));
        assert!(!is("Service", &port, "/spec/ports/0/targetPort", json!(81)));
        let at = "/spec/containers/0/imagePullPolicy";
        for (image, policy) in [
            ("web", "Always"),
            ("r:5000/web", "Always"),
            ("web:latest", "Always"),
            ("r:5000/web:1", "IfNotPresent"),
            ("web@sha256:0", "IfNotPresent"),
        ] {
            for other in ["Always", "IfNotPresent"] {
                let found = is("Pod", &json!({"image": image}), at, other.into());
                assert_eq!(found, other == policy, "{image} {other}");
            }
        }
        let (none, at) =
            (json!({}), "/spec/updateStrategy/rollingUpdate/maxUnavailable");
        assert!(is("DaemonSet", &none, at, json!(1)));
        assert!(!is("Deployment", &none, at, json!(1)));
        let headless = json!({"clusterIP": "None"});
        let at = "/spec/ipFamilyPolicy";
        assert!(is("Service", &headless, at, json!("RequireDualStack")));
        assert!(!is("Service", &none, at, json!("RequireDualStack")));
        let rules = json!({"selectPolicy": "Max",
            "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]});
        let behavior = "/spec/behavior/scaleDown";
        assert!(is("HorizontalPodAutoscaler", &none, behavior, rules.clone()));
        let other = "/spec/behavior/scaleUp";
        assert!(!is("HorizontalPodAutoscaler", &none, other, rules));
    }
}
