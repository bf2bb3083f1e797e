//! Who wrote a field, and when: from the `managedFields` of a live object
//! (Kubernetes, "Server-Side Apply", format `FieldsV1`).
//!
//! A field that is gone has no owner any more, and an object that is gone has none
//! at all; then there is no answer, and none is made up.

use serde_json::{Map, Value};

use crate::Pointer;
use crate::pointer::step;

/// Who wrote something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// What the writer calls itself: `kubectl-edit`.
    pub manager: String,
    /// The subresource it wrote through: `scale`, `status`.
    pub subresource: Option<String>,
    /// `Apply` or `Update`.
    pub operation: String,
    /// RFC 3339, to the second; of the manager's last write to the object.
    pub time: Option<String>,
}

/// One entry of `managedFields`.
pub(crate) struct Entry<'v> {
    pub(crate) owner: Owner,
    pub(crate) fields: &'v Map<String, Value>,
}

/// The entries of `live`, the latest first; those for the status say nothing.
pub(crate) fn entries(live: &Value) -> Vec<Entry<'_>> {
    let all = live.pointer("/metadata/managedFields").and_then(Value::as_array);
    let mut entries: Vec<Entry<'_>> =
        all.into_iter().flatten().filter_map(entry).collect();
    entries.retain(|it| it.owner.subresource.as_deref() != Some("status"));
    // RFC 3339 in UTC, as the server writes it, sorts as text.
    entries.sort_by(|one, other| other.owner.time.cmp(&one.owner.time));
    entries
}

fn entry(value: &Value) -> Option<Entry<'_>> {
    let text = |key: &str| {
        let text = value.get(key).and_then(Value::as_str);
        text.filter(|text| !text.is_empty()).map(str::to_string)
    };
    let owner = Owner {
        manager: text("manager").unwrap_or_else(|| "unknown".into()),
        subresource: text("subresource"),
        operation: text("operation").unwrap_or_default(),
        time: text("time"),
    };
    Some(Entry { owner, fields: value.get("fieldsV1")?.as_object()? })
}

/// The last of those who own what stands at `pointer` in `live`, passing over the
/// managers for whom `passed_over` holds.
pub fn owner_of(
    live: &Value,
    pointer: &Pointer,
    passed_over: impl Fn(&Owner) -> bool,
) -> Option<Owner> {
    let mut entries = entries(live).into_iter();
    let owns = |entry: &Entry<'_>| {
        !passed_over(&entry.owner) && owns(entry.fields, live, pointer.tokens())
    };
    entries.find(owns).map(|entry| entry.owner)
}

/// The last of those who own the whole that something at `pointer` is missing from: a
/// list or map that the API has only as one (`x-kubernetes-list-type: atomic`).
///
/// Whoever removes an item of another list or a key of another map owns nothing there.
pub fn owner_of_whole(
    live: &Value,
    pointer: &Pointer,
    passed_over: impl Fn(&Owner) -> bool,
) -> Option<Owner> {
    let mut entries = entries(live).into_iter();
    let owns = |entry: &Entry<'_>| {
        !passed_over(&entry.owner) && owns_whole(entry.fields, live, pointer.tokens())
    };
    entries.find(owns).map(|entry| entry.owner)
}

fn owns_whole(fields: &Map<String, Value>, live: &Value, tokens: &[String]) -> bool {
    let Some((token, rest)) = tokens.split_first() else { return false };
    let below = child(fields, live, token).and_then(|found| found.as_object());
    let (Some(below), Some(live)) = (below, step(live, token)) else { return false };
    !rest.is_empty() && (below.is_empty() || owns_whole(below, live, rest))
}

/// Whether a set of fields has what stands at `tokens`, something within it, or the
/// whole that it is part of.
fn owns(fields: &Map<String, Value>, live: &Value, tokens: &[String]) -> bool {
    let Some((token, rest)) = tokens.split_first() else { return true };
    let Some(found) = child(fields, live, token) else { return false };
    let whole = Value::Null;
    let value = step(live, token).unwrap_or(&whole);
    // An empty set stands for the value as a whole.
    let found = found.as_object();
    found.is_some_and(|found| found.is_empty() || owns(found, value, rest))
}

/// The set below `token`.
fn child<'v>(
    fields: &'v Map<String, Value>,
    live: &Value,
    token: &str,
) -> Option<&'v Value> {
    let Value::Array(items) = live else {
        return fields.get(&format!("f:{token}"));
    };
    let index: usize = token.parse().ok()?;
    let item = items.get(index)?;
    let found = fields.iter().find(|(key, _)| names_item(key, index, item));
    found.map(|(_, found)| found)
}

/// Whether a key of a set, `k:{…}`, `v:…` or `i:…`, names this item of a list.
pub(crate) fn names_item(key: &str, index: usize, item: &Value) -> bool {
    let json = |text: &str| serde_json::from_str::<Value>(text).ok();
    match key.split_at_checked(2) {
        Some(("k:", keys)) => {
            json(keys).as_ref().and_then(Value::as_object).is_some_and(|keys| {
                keys.iter().all(|(name, value)| item.get(name) == Some(value))
            })
        }
        Some(("v:", value)) => json(value).as_ref() == Some(item),
        Some(("i:", number)) => number.parse() == Ok(index),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn live() -> Value {
        json!({
            "metadata": {"labels": {"a": "x"}, "managedFields": [
                {"manager": "helm", "operation": "Update", "time": "2026-01-01T00:00:00Z",
                 "fieldsV1": {"f:spec": {"f:replicas": {}, "f:containers": {
                    ".": {}, "k:{\"name\":\"web\"}": {".": {}, "f:image": {}, "f:args": {}}}}}},
                {"manager": "kubectl", "operation": "Update", "subresource": "scale",
                 "time": "2026-01-02T00:00:00Z", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
                {"manager": "kcm", "operation": "Update", "subresource": "status",
                 "time": "2026-01-03T00:00:00Z", "fieldsV1": {"f:status": {}}},
            ]},
            "spec": {"replicas": 5, "containers": [{"name": "side"},
                {"name": "web", "image": "x", "args": ["a"]}]},
        })
    }

    fn manager(pointer: &str) -> Option<String> {
        let pointer = Pointer::parse(pointer).unwrap();
        owner_of(&live(), &pointer, |_| false).map(|it| it.manager)
    }

    #[test]
    fn the_last_who_owns_it() {
        assert_eq!(manager("/spec/replicas").as_deref(), Some("kubectl"));
        assert_eq!(manager("/spec/containers/1/image").as_deref(), Some("helm"));
        assert_eq!(manager("/spec/containers/1/args/0").as_deref(), Some("helm"));
        assert_eq!(manager("/spec/containers/1").as_deref(), Some("helm"));
        assert_eq!(manager("/spec/containers/0"), None);
        assert_eq!(manager("/metadata/labels/a"), None);
    }

    #[test]
    fn some_are_passed_over() {
        let pointer = Pointer::parse("/spec/replicas").unwrap();
        let not_kubectl = |owner: &Owner| owner.manager == "kubectl";
        assert_eq!(owner_of(&live(), &pointer, not_kubectl).unwrap().manager, "helm");
    }

    #[test]
    fn what_is_missing_from_a_whole() {
        let whole = |pointer: &str| {
            let pointer = Pointer::parse(pointer).unwrap();
            owner_of_whole(&live(), &pointer, |_| false).map(|it| it.manager)
        };
        assert_eq!(whole("/spec/containers/1/args/3").as_deref(), Some("helm"));
        // Nobody knows who took these away.
        assert_eq!(whole("/spec/containers/1/image"), None);
        assert_eq!(whole("/spec/containers/2"), None);
        assert_eq!(whole("/spec/paused"), None);
    }
}
