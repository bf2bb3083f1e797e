//! A manifest and the live object → the fields of the manifest that are not so.
//!
//! For when the server may not or will not say what it would make of the manifest.
//! What the manifest does not name does not count, so defaults need no knowledge;
//! what it names the server may spell otherwise: quantities, a Secret's texts, empty
//! values that it leaves out. Refuses to see additions; they are told by their owners.
//! But a list or map that the API has only as a whole has one owner, so what stands in
//! there beside the manifest is a difference, if somebody wrote it since.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value};

use crate::default::{is_default_at, is_own_kind};
use crate::difference::difference;
use crate::list::{Pairing, pair};
use crate::{Difference, Pointer, quantity};

/// What of `manifest` is not so in `live`, and what of `live` stands in a whole that
/// somebody else wrote (`is_foreign`) and of which the manifest has another part.
pub fn differences_by_field(
    live: &Value,
    manifest: &Value,
    is_foreign: impl Fn(&Pointer) -> bool,
) -> Vec<Difference> {
    let manifest = as_stored(manifest.clone());
    let is_own_kind = is_own_kind(&manifest);
    let found = Vec::new();
    let mut comparison =
        Comparison { object: live, is_own_kind, is_foreign: &is_foreign, found };
    comparison.compare(&Pointer::root(), Some(live), &manifest);
    comparison.found
}

struct Comparison<'c> {
    object: &'c Value,
    /// A custom resource is kept as it is.
    is_own_kind: bool,
    is_foreign: &'c dyn Fn(&Pointer) -> bool,
    found: Vec<Difference>,
}

impl Comparison<'_> {
    fn compare(&mut self, at: &Pointer, live: Option<&Value>, wanted: &Value) {
        let live = live.filter(|value| !value.is_null());
        // Null leaves it to the server.
        if wanted.is_null() || live.is_none() && self.is_left_out(at, wanted) {
            return;
        }
        if live.is_some_and(|live| self.is_filled_in(at, live, wanted)) {
            return;
        }
        match (live, wanted) {
            (Some(Value::Object(live)), Value::Object(wanted)) => {
                for (key, wanted) in wanted {
                    self.compare(&at.child(key), live.get(key), wanted);
                }
                let rest = live.iter().filter(|(key, _)| !wanted.contains_key(*key));
                rest.for_each(|(key, live)| self.rest(&at.child(key), live));
            }
            (Some(Value::Array(ours)), Value::Array(theirs)) => {
                match pair(ours, theirs) {
                    Pairing::Items(pairs) => {
                        for (index, ours, theirs) in pairs {
                            let at = at.child(index.to_string());
                            match (ours, theirs) {
                                (Some(ours), None) => self.rest(&at, ours),
                                (ours, Some(theirs)) => self.compare(&at, ours, theirs),
                                (None, None) => {}
                            }
                        }
                    }
                    Pairing::Whole if ours == theirs => {}
                    Pairing::Whole => self.differ(at, live, wanted),
                }
            }
            (Some(live), wanted) if is_same(at, live, wanted) => {}
            _ => self.differ(at, live, wanted),
        }
    }

    fn differ(&mut self, at: &Pointer, live: Option<&Value>, wanted: &Value) {
        // Helm says by its own request where an object goes, not by the manifest.
        if at.tokens() != ["metadata", "namespace"] {
            self.found.push(difference(at, live, Some(wanted)));
        }
    }

    /// What the manifest does not have beside what it has.
    fn rest(&mut self, at: &Pointer, live: &Value) {
        if (self.is_foreign)(at) && !is_default_at(self.object, at, live) {
            self.found.push(difference(at, Some(live), None));
        }
    }

    /// Whether the manifest says nothing, at some length, and the server filled it in.
    fn is_filled_in(&self, at: &Pointer, live: &Value, wanted: &Value) -> bool {
        // Of most numbers a zero is one: `replicas: 0` is no `replicas`.
        let is_nothing = wanted == ""
            || wanted == &Value::from(0)
                && (is_plain(at) || at.last() == Some("targetPort"));
        is_nothing
            && self.is_own_kind
            && live != wanted
            && (is_default_at(self.object, at, live) || at.last() == Some("nodePort"))
    }

    fn is_left_out(&self, at: &Pointer, wanted: &Value) -> bool {
        wanted.is_null() || self.is_own_kind && is_left_out(at, wanted)
    }
}

/// Whether the texts there are somebody's own, so that an empty one is kept.
pub(crate) fn has_own_keys(at: &Pointer) -> bool {
    const OWN: [&str; 6] =
        ["annotations", "binaryData", "data", "labels", "matchLabels", "nodeSelector"];
    let above = at.tokens().iter().rev().nth(1);
    above.is_some_and(|key| OWN.contains(&key.as_str()))
}

/// Whether the server stores nothing for `value` (`omitempty` in the API's types).
fn is_left_out(at: &Pointer, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty() && !has_own_keys(at),
        Value::Array(items) => items.is_empty(),
        // There it says something that it is there.
        Value::Object(map) if map.is_empty() && has_meaning(at) => false,
        Value::Object(map) => {
            map.iter().all(|(key, value)| is_left_out(&at.child(key), value))
        }
        Value::Bool(false) => is_plain(at),
        Value::Number(number) => number.as_f64() == Some(0.0) && is_plain(at),
        Value::Bool(true) => false,
    }
}

/// Whether an empty map there is not the same as none: one sort of a volume, and
/// selectors that select all.
fn has_meaning(at: &Pointer) -> bool {
    const MEANT: [&str; 5] = [
        "emptyDir",
        "labelSelector",
        "namespaceSelector",
        "objectSelector",
        "podSelector",
    ];
    at.last().is_some_and(|key| MEANT.contains(&key))
}

/// Whether a false or a zero there is the same as nothing. Of most fields it is not:
/// `automountServiceAccountToken: false` that was removed means true.
fn is_plain(at: &Pointer) -> bool {
    const PLAIN: [&str; 23] = [
        "deprecated",
        "failureThreshold",
        "globalDefault",
        "hostIPC",
        "hostNetwork",
        "hostPID",
        "hostPort",
        "initialDelaySeconds",
        "minReadySeconds",
        "nullable",
        "nodePort",
        "paused",
        "periodSeconds",
        "preserveUnknownFields",
        "priority",
        "publishNotReadyAddresses",
        "readOnly",
        "stdin",
        "stdinOnce",
        "successThreshold",
        "timeoutSeconds",
        "tty",
        "uniqueItems",
    ];
    at.last().is_some_and(|key| PLAIN.contains(&key))
}

fn is_same(at: &Pointer, live: &Value, wanted: &Value) -> bool {
    // As integers as far as the server has such, for there are more of them than floats.
    let same_number = || {
        !(live.is_i64() && wanted.is_i64())
            && live.as_f64().is_some()
            && live.as_f64() == wanted.as_f64()
    };
    live == wanted
        || same_number()
        || holds_quantity(at) && quantity::is_same(live, wanted)
}

/// Where the API has quantities; elsewhere `1` and `1000m` are different texts.
fn holds_quantity(at: &Pointer) -> bool {
    const ABOVE: [&str; 13] = [
        "averageValue",
        "capacity",
        "default",
        "defaultRequest",
        "divisor",
        "hard",
        "limits",
        "max",
        "min",
        "overhead",
        "podFixed",
        "requests",
        "sizeLimit",
    ];
    let tokens = at.tokens();
    let above = &tokens[tokens.len().saturating_sub(2)..];
    tokens.first().is_some_and(|it| ["spec", "overhead"].contains(&it.as_str()))
        && above.iter().any(|token| ABOVE.contains(&token.as_str()))
}

/// The manifest as the server keeps it.
pub(crate) fn as_stored(mut manifest: Value) -> Value {
    let Some(map) = manifest.as_object_mut() else { return manifest };
    map.remove("status");
    if map.get("kind").and_then(Value::as_str) == Some("Secret") {
        let texts = map.remove("stringData");
        let texts = texts.as_ref().and_then(Value::as_object).cloned();
        let data = map.entry("data").or_insert(Value::Null);
        put_texts(data, &texts.unwrap_or_default());
    }
    if let Some(Value::Object(data)) = map.get_mut("binaryData") {
        data.values_mut().for_each(without_breaks);
    }
    manifest
}

/// Go's decoder of Base64 passes over line breaks.
fn without_breaks(value: &mut Value) {
    if let Value::String(text) = value {
        text.retain(|c| c != '\n' && c != '\r');
    }
}

fn put_texts(data: &mut Value, texts: &Map<String, Value>) {
    if data.is_null() {
        *data = Value::Object(Map::new());
    }
    let Some(data) = data.as_object_mut() else { return };
    data.values_mut().for_each(without_breaks);
    for (key, text) in texts {
        if let Some(text) = text.as_str() {
            data.insert(key.clone(), BASE64_STANDARD.encode(text).into());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pointers(live: &Value, manifest: &Value) -> Vec<String> {
        let all = differences_by_field(live, manifest, |_| false).into_iter();
        all.map(|it| it.pointer.to_string()).collect()
    }

    #[test]
    fn what_the_manifest_does_not_name_does_not_count() {
        let live = json!({"spec": {"replicas": 2, "paused": false,
            "ports": [{"port": 80, "protocol": "TCP", "targetPort": 80}, {"port": 81}]}});
        let manifest = json!({"spec": {"replicas": 2, "ports": [{"port": 80}],
            "selector": {}, "tolerations": null}});
        assert!(pointers(&live, &manifest).is_empty());
        let manifest =
            json!({"spec": {"replicas": 3, "ports": [{"port": 82}], "type": "x"}});
        assert_eq!(
            pointers(&live, &manifest),
            ["/spec/ports/0", "/spec/replicas", "/spec/type"]
        );
    }

    #[test]
    fn what_the_server_leaves_out_is_no_difference() {
        let live = json!({"metadata": {"labels": {"own": "x"}},
            "spec": {"policy": "IfNotPresent", "env": [{"name": "A"}]}});
        let manifest = json!({"globalDefault": false, "metadata": {"labels": null},
            "spec": {"policy": null, "env": [{"name": "A", "value": ""}],
                     "probe": {"initialDelaySeconds": 0}}});
        assert!(pointers(&live, &manifest).is_empty());
        let manifest = json!({"spec": {"automountServiceAccountToken": false,
            "terminationGracePeriodSeconds": 0, "env": [{"name": "A", "value": "x"}]}});
        let expected = [
            "/spec/automountServiceAccountToken",
            "/spec/env/0/value",
            "/spec/terminationGracePeriodSeconds",
        ];
        assert_eq!(pointers(&live, &manifest), expected);
    }

    #[test]
    fn a_zero_and_an_empty_map_may_say_something() {
        let live = json!({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {
            "replicas": 1, "revisionHistoryLimit": 10, "livenessProbe": {"timeoutSeconds": 1},
            "volumes": [{"name": "a", "hostPath": {"path": "/"}}],
            "from": [{"podSelector": {}}]}});
        let manifest = json!({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {
            "replicas": 0, "revisionHistoryLimit": 0, "livenessProbe": {"timeoutSeconds": 0},
            "volumes": [{"name": "a", "emptyDir": {}}],
            "from": [{"podSelector": {}}], "nodeSelector": {}}});
        assert_eq!(
            pointers(&live, &manifest),
            [
                "/spec/replicas",
                "/spec/revisionHistoryLimit",
                "/spec/volumes/0/emptyDir"
            ]
        );
    }

    #[test]
    fn what_else_is_in_a_whole_is_a_difference_if_it_is_foreign() {
        let live = json!({"metadata": {"namespace": "a"}, "data": {"a": ""},
            "spec": {"selector": {"x": "1"}, "nodeSelector": {"a": "1", "b": "2"},
                "subjects": [{"name": "a"}, {"name": "mallory"}], "tolerations": [{"key": "k"}],
                "ref": {"a": "1", "b": "2"}}});
        let manifest = json!({"metadata": {"namespace": "b"}, "data": {"a": "", "b": ""},
            "spec": {"selector": {}, "nodeSelector": {"a": "1"}, "subjects": [{"name": "a"}],
                "tolerations": [], "ref": {"a": "1"}}});
        assert_eq!(pointers(&live, &manifest), ["/data/b"]);
        let all = differences_by_field(&live, &manifest, |_| true).into_iter();
        let all: Vec<String> = all.map(|it| it.pointer.to_string()).collect();
        let expected = [
            "/data/b",
            "/spec/nodeSelector/b",
            "/spec/ref/b",
            "/spec/selector/x",
            "/spec/subjects/1",
            "/spec/tolerations/0",
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn the_servers_spelling_is_no_difference() {
        let live = json!({"spec": {"limits": {"cpu": "1", "memory": "512Mi"}, "n": 1}});
        let manifest =
            json!({"spec": {"limits": {"cpu": "1000m", "memory": "0.5Gi"}, "n": 1.0}});
        assert!(pointers(&live, &manifest).is_empty());
        let live = json!({"spec": {"env": [{"name": "A", "value": "1"}]}});
        let manifest = json!({"spec": {"env": [{"name": "A", "value": "1000m"}]}});
        assert_eq!(pointers(&live, &manifest), ["/spec/env/0/value"]);
    }

    #[test]
    fn a_secrets_texts_are_its_data() {
        let live = json!({"kind": "Secret", "data": {"a": "eHl6", "b": "eA=="}});
        let manifest = json!({"kind": "Secret", "stringData": {"a": "xyz"}, "data": {"a": "", "b": "eA\n=="}});
        assert!(pointers(&live, &manifest).is_empty());
        let manifest = json!({"kind": "Secret", "stringData": {"a": "xy"}});
        assert_eq!(pointers(&live, &manifest), ["/data/a"]);
    }
}
