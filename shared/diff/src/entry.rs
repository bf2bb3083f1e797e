//! An object in helm-diff's JSON, of the structured or the names-only format.
//!
//! What could not be compared field by field, and what changes its owner, comes
//! without a kind: its `name` is then the whole key.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::key::{self, Key};
use crate::object::{Change, FieldChange, ObjectChange};
use crate::path;

/// An element of the array.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    #[serde(default, alias = "api")]
    api_version: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    namespace: String,
    name: String,
    #[serde(alias = "change")]
    change_type: String,
    #[serde(default)]
    changes: Vec<Field>,
    #[serde(default)]
    changes_suppressed: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Field {
    #[serde(default)]
    path: String,
    #[serde(rename = "field")]
    last: Option<String>,
    #[serde(default)]
    change: String,
    #[serde(default, deserialize_with = "present")]
    old_value: Option<Value>,
    #[serde(default, deserialize_with = "present")]
    new_value: Option<Value>,
}

/// A `null` that is there is a value.
fn present<'de, D: Deserializer<'de>>(source: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(source).map(Some)
}

impl Entry {
    pub(crate) fn into_change(mut self) -> ObjectChange {
        if self.kind.is_empty()
            && let Some(key) = Key::parse(&self.name)
        {
            let name = key.name.to_owned();
            self.kind = key.kind.to_owned();
            self.namespace = key.namespace.to_owned();
            self.api_version = key.api.to_owned();
            self.name = name;
        }
        if key::is_cluster_wide(&self.api_version, &self.kind) {
            self.namespace.clear();
        }
        ObjectChange {
            change: change(&self.change_type),
            suppressed: self.changes_suppressed || self.change_type == SUPPRESSED,
            fields: self.changes.into_iter().map(Field::into_change).collect(),
            api_version: self.api_version,
            kind: self.kind,
            namespace: self.namespace,
            name: self.name,
            text: None,
        }
    }
}

impl Field {
    /// helm-diff leaves a null out, so what is replaced by nothing became null.
    fn into_change(self) -> FieldChange {
        let tokens = path::tokens(&self.path, self.last.as_deref());
        let (old, new) = (self.old_value, self.new_value);
        let null = |value: Option<Value>| value.or(Some(Value::Null));
        let (old, new) = match &*self.change {
            "add" => (old, null(new)),
            "remove" => (null(old), new),
            "replace" => (null(old), null(new)),
            _ => (old, new),
        };
        FieldChange { tokens, old, new }
    }
}

const SUPPRESSED: &str = "MODIFY_SUPPRESSED";

/// A word that is not known yet says at least that there is a difference.
fn change(word: &str) -> Change {
    match word {
        "ADD" => Change::Add,
        "REMOVE" => Change::Remove,
        "OWNERSHIP" => Change::Ownership,
        _ => Change::Modify,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ObjectChange {
        serde_json::from_str::<Entry>(text).unwrap().into_change()
    }

    #[test]
    fn an_entry_without_a_kind_has_its_key_for_a_name() {
        let found = read(
            r#"{"name": "shop, system:a, ClusterRole (rbac.authorization.k8s.io)",
            "changeType": "OWNERSHIP",
            "resourceStatus": {"oldExists": false, "newExists": false}}"#,
        );
        assert_eq!((&*found.kind, &*found.name), ("ClusterRole", "system:a"));
        assert_eq!((&*found.namespace, found.change), ("", Change::Ownership));
        assert_eq!(found.api_version, "rbac.authorization.k8s.io");
        let odd = read(r#"{"name": "no key", "changeType": "MODIFY"}"#);
        assert_eq!((&*odd.kind, &*odd.name), ("", "no key"));
    }

    #[test]
    fn nulls_are_values_and_absence_is_none() {
        let found = read(
            r#"{"name": "a", "kind": "K", "changeType": "MODIFY", "changes": [
            {"path": "d", "field": "a", "change": "add", "newValue": ""},
            {"path": "d", "field": "b", "change": "remove", "oldValue": 0},
            {"path": "d", "field": "c", "change": "replace", "oldValue": false},
            {"path": "d", "field": "d", "change": "add"}]}"#,
        );
        let pairs: Vec<_> =
            found.fields.into_iter().map(|field| (field.old, field.new)).collect();
        let expected = [
            (None, Some(Value::from(""))),
            (Some(Value::from(0)), None),
            (Some(Value::from(false)), Some(Value::Null)),
            (None, Some(Value::Null)),
        ];
        assert_eq!(pairs, expected);
    }

    #[test]
    fn names_only() {
        let found = read(
            r#"{"api": "apps", "kind": "Deployment", "namespace": "shop",
            "name": "web", "change": "MODIFY_SUPPRESSED"}"#,
        );
        assert_eq!((&*found.api_version, found.change), ("apps", Change::Modify));
        assert!(found.suppressed);
    }
}
