//! Fields that the server or a controller keeps, which say nothing about drift.
//!
//! They never show, whoever changed them. Helm's own marks are among them: Helm
//! adds them to the objects, but not to the manifest that it stores (3.22, 4.3).

use serde_json::{Map, Value};

const METADATA: [&str; 6] = [
    "creationTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
];

const ANNOTATIONS: [&str; 4] = [
    "deployment.kubernetes.io/revision",
    "deprecated.daemonset.template.generation",
    "meta.helm.sh/release-name",
    "meta.helm.sh/release-namespace",
];

/// `object` without its status and what the server keeps in its metadata.
pub fn without_volatile(mut object: Value) -> Value {
    let Some(map) = object.as_object_mut() else { return object };
    map.remove("status");
    let Some(metadata) = map.get_mut("metadata").and_then(Value::as_object_mut) else {
        return object;
    };
    for name in METADATA {
        metadata.remove(name);
    }
    // Empty, it is there only for what is not shown.
    if let Some(annotations) = metadata.get_mut("annotations").and_then(map_of) {
        annotations.retain(|name, _| !ANNOTATIONS.contains(&name.as_str()));
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
    object
}

fn map_of(value: &mut Value) -> Option<&mut Map<String, Value>> {
    value.as_object_mut()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_nobody_writes_goes() {
        let object = json!({
            "kind": "Deployment", "status": {"replicas": 1},
            "metadata": {
                "name": "web", "uid": "1", "generation": 2, "managedFields": [],
                "annotations": {"meta.helm.sh/release-name": "web"},
            },
            "spec": {"status": 1},
        });
        let left = json!({
            "kind": "Deployment", "metadata": {"name": "web"}, "spec": {"status": 1},
        });
        assert_eq!(without_volatile(object), left);
        assert_eq!(without_volatile(json!(1)), json!(1));
    }
}
