//! Differences that follow from another one: the server made them when somebody made
//! that.
//!
//! Who makes a Service one of type `LoadBalancer` gets ports and policies with it, and a
//! Pod's `serviceAccount` is another name of its `serviceAccountName` (kube-apiserver
//! 1.36). Telling them would bury what was done. Refuses to leave out what the manifest
//! has.

use serde_json::Value;

use crate::Pointer;
use crate::default::is_own_kind;

/// Whether what stands at `at` beside the manifest follows from what stands at one of
/// `others`, which somebody changed or added.
pub fn follows(manifest: &Value, at: &Pointer, others: &[Pointer]) -> bool {
    // What others call a Service is theirs.
    if !is_own_kind(manifest) || at.find(manifest).is_some() {
        return false;
    }
    let kind = manifest.get("kind").and_then(Value::as_str).unwrap_or_default();
    let tokens: Vec<&str> = at.tokens().iter().map(String::as_str).collect();
    match tokens.as_slice() {
        ["spec", field] if kind == "Service" && OF_TYPE.contains(field) => {
            differs(others, &["spec", "type"])
        }
        ["spec", "ports", _, "nodePort"] if kind == "Service" => {
            differs(others, &["spec", "type"])
        }
        ["spec", "sessionAffinityConfig"] if kind == "Service" => {
            differs(others, &["spec", "sessionAffinity"])
        }
        [above @ .., "serviceAccount"] => {
            let name = [above, &["serviceAccountName"]].concat();
            differs(others, &name)
        }
        _ => false,
    }
}

/// Fields of a Service that come with its type.
const OF_TYPE: [&str; 4] = [
    "allocateLoadBalancerNodePorts",
    "externalTrafficPolicy",
    "healthCheckNodePort",
    "internalTrafficPolicy",
];

fn differs(others: &[Pointer], tokens: &[&str]) -> bool {
    others.iter().any(|it| it.tokens() == tokens)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_comes_with_a_type_or_a_name() {
        let is = |kind: &str, at: &str, other: &str| {
            let manifest = json!({"kind": kind, "apiVersion": "v1"});
            let place = |at| Pointer::parse(at).unwrap();
            follows(&manifest, &place(at), &[place(other)])
        };
        assert!(is("Service", "/spec/externalTrafficPolicy", "/spec/type"));
        assert!(is("Service", "/spec/ports/0/nodePort", "/spec/type"));
        assert!(!is("Service", "/spec/ports/0/nodePort", "/spec/selector"));
        assert!(!is("Service", "/spec/externalIPs", "/spec/type"));
        assert!(is("Service", "/spec/sessionAffinityConfig", "/spec/sessionAffinity"));
        assert!(!is("Deployment", "/spec/externalTrafficPolicy", "/spec/type"));
        let pod = "/spec/template/spec/serviceAccount";
        assert!(is("Deployment", pod, &format!("{pod}Name")));
        assert!(!is("Deployment", pod, "/spec/serviceAccountName"));
    }
}
