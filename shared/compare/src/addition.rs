//! What a person put beside the chart: fields that somebody of a given kind owns
//! and the manifest does not have.
//!
//! No comparison with what was deployed shows them, for an apply leaves alone what
//! it does not own. An item of a list is one addition, and so is a part with all that
//! it has; a label another. Refuses to report what controllers write: they are
//! meant to; and what the server fills in for who creates an object.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::Pointer;
use crate::owner::{Owner, entries, names_item};
use crate::subset::{as_stored, has_own_keys};

/// Something that the manifest does not have.
#[derive(Clone, Debug, PartialEq)]
pub struct Addition {
    /// Where.
    pub pointer: Pointer,
    /// What.
    pub value: Value,
    /// By whom.
    pub owner: Owner,
}

/// What the owners for whom `counts` holds added to `manifest`, from top to bottom;
/// `live` is as the server has it, with its `managedFields`.
pub fn additions(
    live: &Value,
    manifest: &Value,
    counts: impl Fn(&Owner) -> bool,
) -> Vec<Addition> {
    let manifest = as_stored(manifest.clone());
    let mut search = Search { found: Vec::new() };
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for entry in entries(live).iter().filter(|entry| counts(&entry.owner)) {
        search.collect(&Pointer::root(), entry.fields, live, Some(&manifest));
        search.converted(entry.fields, live, &manifest);
        for (pointer, value) in search.found.drain(..) {
            if seen.insert(pointer.clone()) {
                let (value, owner) = (value.clone(), entry.owner.clone());
                found.push(Addition { pointer, value, owner });
            }
        }
    }
    found.sort_by(|one, other| one.pointer.cmp(&other.pointer));
    // What one added as a whole another may have written to.
    found.dedup_by(|later, former| later.pointer.is_within(&former.pointer));
    found
}

struct Search<'v> {
    found: Vec<(Pointer, &'v Value)>,
}

impl<'v> Search<'v> {
    fn collect(
        &mut self,
        at: &Pointer,
        fields: &Map<String, Value>,
        live: &'v Value,
        manifest: Option<&Value>,
    ) {
        for (key, below) in fields {
            let Some(below) = below.as_object() else { continue };
            match live {
                Value::Object(map) => {
                    let Some(name) = key.strip_prefix("f:") else { continue };
                    let Some(value) = map.get(name) else { continue };
                    let wanted = manifest.and_then(|it| it.get(name));
                    // The server may keep it, or make an empty text of it.
                    let is_nothing = value.is_null() || value == "";
                    if wanted == Some(&Value::Null) && is_nothing {
                        continue;
                    }
                    let wanted = wanted.filter(|it| !it.is_null());
                    let at = at.child(name);
                    let is_one = below.is_empty()
                        || value.is_object() && is_put_as_one(&at, below);
                    if wanted.is_none() && is_one {
                        self.found.push((at, value));
                    } else {
                        self.collect(&at, below, value, wanted);
                    }
                }
                Value::Array(items) => {
                    let named = items.iter().enumerate();
                    let named =
                        named.filter(|(index, item)| names_item(key, *index, item));
                    let mut named: Vec<(usize, &Value)> = named.collect();
                    let Some((first, _)) = named.first() else { continue };
                    let wanted = manifest.and_then(Value::as_array);
                    let wanted = wanted.map(|it| counterparts(key, *first, it));
                    let wanted = wanted.unwrap_or_default();
                    // A list may have a key twice; then the name tells which is which.
                    let is_wanted = |item: &Value| {
                        wanted.iter().any(|it| it.get("name") == item.get("name"))
                    };
                    named.sort_by_key(|(_, item)| !is_wanted(item));
                    for (nth, (index, item)) in named.into_iter().enumerate() {
                        let at = at.child(index.to_string());
                        match wanted.get(nth) {
                            Some(wanted) => {
                                self.collect(&at, below, item, Some(wanted));
                            }
                            None => self.found.push((at, item)),
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// What somebody wrote through another version of the API: of an autoscaler the
    /// first version keeps in annotations what it has no fields for.
    fn converted(
        &mut self,
        fields: &Map<String, Value>,
        live: &'v Value,
        manifest: &Value,
    ) {
        if manifest.get("apiVersion").is_none_or(|it| it != "autoscaling/v1") {
            return;
        }
        let Some(Value::Object(spec)) = fields.get("f:spec") else { return };
        for name in ["behavior", "metrics"] {
            let annotation = format!("autoscaling.alpha.kubernetes.io/{name}");
            let at = Pointer::root().child("metadata").child("annotations");
            let at = at.child(annotation);
            let value = at.find(live).filter(|_| at.find(manifest).is_none());
            if let Some(value) =
                value.filter(|_| spec.contains_key(&format!("f:{name}")))
            {
                self.found.push((at, value));
            }
        }
    }
}

/// Whether somebody put the whole there. Of a map with keys of one's own each is told.
fn is_put_as_one(at: &Pointer, fields: &Map<String, Value>) -> bool {
    fields.contains_key(".") && !has_own_keys(&at.child(""))
}

/// The items of the manifest that a key of a set names, one as a rule.
fn counterparts<'v>(key: &str, index: usize, wanted: &'v [Value]) -> Vec<&'v Value> {
    let with_default = |item: &Value| {
        let mut item = item.clone();
        if let Some(map) = item.as_object_mut() {
            map.entry("protocol").or_insert("TCP".into());
        }
        names_item(key, index, &item)
    };
    let is_named = |item: &&Value| names_item(key, index, item) || with_default(item);
    wanted.iter().filter(is_named).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn added(fields: &Value, live: &Value, manifest: &Value) -> Vec<String> {
        let mut live = live.clone();
        live["metadata"]["managedFields"] = json!([{"manager": "kubectl-edit",
            "operation": "Update", "time": "2026-01-01T00:00:00Z", "fieldsV1": fields}]);
        let people = |owner: &Owner| owner.manager.starts_with("kubectl");
        let all = additions(&live, manifest, people).into_iter();
        all.map(|it| format!("{} {}", it.pointer, it.value)).collect()
    }

    #[test]
    fn leaves_of_maps_and_items_of_lists() {
        let live = json!({
            "metadata": {"labels": {"a": "x", "b": "y"}, "annotations": {"own": "1", "helm": "2"}},
            "spec": {"containers": [
                {"name": "web", "env": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]},
                {"name": "side", "image": "i"}]},
        });
        let manifest = json!({
            "metadata": {"labels": {"a": "x"}},
            "spec": {"containers": [{"name": "web", "env": [{"name": "A", "value": "1"}]}]},
        });
        let fields = json!({
            "f:metadata": {"f:labels": {"f:a": {}, "f:b": {}},
                           "f:annotations": {".": {}, "f:own": {}}},
            "f:spec": {"f:containers": {
                "k:{\"name\":\"web\"}": {"f:env": {"k:{\"name\":\"B\"}": {".": {}, "f:value": {}}}},
                "k:{\"name\":\"side\"}": {".": {}, "f:image": {}, "f:name": {}}}},
        });
        let expected = [
            r#"/metadata/annotations/own "1""#,
            r#"/metadata/labels/b "y""#,
            r#"/spec/containers/0/env/1 {"name":"B","value":"2"}"#,
            r#"/spec/containers/1 {"image":"i","name":"side"}"#,
        ];
        assert_eq!(added(&fields, &live, &manifest), expected);
    }

    #[test]
    fn an_item_with_another_key_is_another_item() {
        let mount = |path: &str| json!({"m": [{"name": "a", "mountPath": path}]});
        let fields =
            json!({"f:m": {"k:{\"mountPath\":\"/b\"}": {".": {}, "f:name": {}}}});
        let expected = [r#"/m/0 {"mountPath":"/b","name":"a"}"#];
        let live = |path: &str| {
            let mut live = mount(path);
            live["metadata"] = json!({});
            live
        };
        assert_eq!(added(&fields, &live("/b"), &mount("/a")), expected);
        assert!(added(&fields, &live("/b"), &mount("/b")).is_empty());
        let fields =
            json!({"f:p": {"k:{\"port\":1,\"protocol\":\"TCP\"}": {"f:port": {}}}});
        let live = json!({"metadata": {}, "p": [{"port": 1, "protocol": "TCP"}]});
        assert!(added(&fields, &live, &json!({"p": [{"port": 1}]})).is_empty());
    }

    #[test]
    fn an_item_with_the_key_of_another() {
        let live = json!({"metadata": {}, "p": [{"name": "x", "port": 1, "protocol": "TCP"},
            {"name": "a", "port": 1, "protocol": "TCP"}]});
        let manifest = json!({"p": [{"name": "a", "port": 1}]});
        let fields =
            json!({"f:p": {"k:{\"port\":1,\"protocol\":\"TCP\"}": {"f:port": {}}}});
        let expected = [r#"/p/0 {"name":"x","port":1,"protocol":"TCP"}"#];
        assert_eq!(added(&fields, &live, &manifest), expected);
    }

    #[test]
    fn what_the_manifest_has_or_is_gone_is_none() {
        let fields =
            json!({"f:data": {"f:a": {}, "f:gone": {}}, "f:list": {"v:\"x\"": {}}});
        let live = json!({"metadata": {}, "data": {"a": "2"}, "list": ["x", "y"]});
        assert!(
            added(&fields, &live, &json!({"data": {"a": "1"}, "list": ["x"]}))
                .is_empty()
        );
        let none = json!({});
        assert_eq!(added(&fields, &live, &none), [r#"/data/a "2""#, r#"/list/0 "x""#]);
    }

    #[test]
    fn a_null_of_the_manifest_is_nothing_and_one_beside_it_something() {
        let fields = json!({"f:a": {}, "f:b": {}, "f:c": {}});
        let live = json!({"metadata": {}, "a": null, "b": "", "c": null});
        let manifest = json!({"a": null, "b": null});
        assert_eq!(added(&fields, &live, &manifest), ["/c null"]);
    }

    #[test]
    fn a_part_is_one_addition() {
        let probe = json!({"httpGet": {"path": "/", "port": 80}, "periodSeconds": 10});
        let live = json!({"metadata": {}, "spec": {"containers": [
            {"name": "a", "livenessProbe": probe, "imagePullPolicy": "Always"}]}});
        let manifest = json!({"spec": {"containers": [{"name": "a"}]}});
        let fields = json!({"f:spec": {"f:containers": {"k:{\"name\":\"a\"}": {
            "f:imagePullPolicy": {}, "f:livenessProbe": {".": {}, "f:periodSeconds": {},
            "f:httpGet": {".": {}, "f:path": {}, "f:port": {}}}}}}});
        let expected = [
            r#"/spec/containers/0/imagePullPolicy "Always""#.to_string(),
            format!("/spec/containers/0/livenessProbe {probe}"),
        ];
        assert_eq!(added(&fields, &live, &manifest), expected);
    }

    #[test]
    fn what_another_version_has_no_field_for() {
        let live = json!({"metadata": {"annotations": {
            "autoscaling.alpha.kubernetes.io/behavior": "{}", "autoscaling.alpha.kubernetes.io/metrics": "[]"}}});
        let manifest = json!({"apiVersion": "autoscaling/v1"});
        let fields = json!({"f:spec": {"f:behavior": {"f:scaleUp": {}}}});
        let expected =
            [r#"/metadata/annotations/autoscaling.alpha.kubernetes.io~1behavior "{}""#];
        assert_eq!(added(&fields, &live, &manifest), expected);
    }
}
