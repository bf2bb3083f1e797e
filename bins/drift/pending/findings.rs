//! What helm-diff says about a release → findings of class pending.
//!
//! The live side is what Helm deployed last, the desired one what git wants. helm-diff
//! tells no content of objects that come or go, and of older versions only that an
//! object differs. Refuses to take its text for values.

use helmfire_compare::Pointer;
use helmfire_diff::{Change, FieldChange, ObjectChange};
use helmfire_findings::{Class, Finding, Object};
use serde_json::Value;

/// The findings of one object.
pub fn findings(change: ObjectChange) -> Vec<Finding> {
    let ObjectChange {
        api_version,
        kind,
        namespace,
        name,
        change,
        suppressed,
        fields,
        ..
    } = change;
    let object = Object { api_version, kind, namespace, name };
    if change == Change::Modify && !fields.is_empty() {
        return fields.into_iter().map(|field| of_field(&object, field)).collect();
    }
    let reason = match change {
        Change::Add => "git adds it",
        Change::Remove => "git removes it",
        Change::Ownership => "it would come to belong to this release",
        Change::Modify if suppressed => {
            "git changes it; helm-diff was told not to say how"
        }
        Change::Modify => "git changes it; this helm-diff does not say which fields",
    };
    // What is on either side is not told, but whether there is anything.
    let something = || Some(Value::Object(serde_json::Map::new()));
    let sides = match change {
        Change::Add => (None, something()),
        Change::Remove => (something(), None),
        Change::Modify | Change::Ownership => (something(), something()),
    };
    vec![finding(object, Pointer::root(), sides, Some(reason))]
}

/// That git wants the release gone: `installed: false`.
pub fn removal(name: &str, namespace: &str) -> Finding {
    let object = Object {
        api_version: String::new(),
        kind: "Release".into(),
        namespace: namespace.into(),
        name: name.into(),
    };
    let live = Some(Value::Object(serde_json::Map::new()));
    finding(object, Pointer::root(), (live, None), Some("git wants it uninstalled"))
}

/// That the release is not there yet.
pub fn absent(name: &str, namespace: &str) -> Finding {
    let mut finding = removal(name, namespace);
    std::mem::swap(&mut finding.live, &mut finding.desired);
    finding.reason = Some("it is not deployed yet".into());
    finding
}

fn of_field(object: &Object, field: FieldChange) -> Finding {
    let FieldChange { tokens, old, new } = field;
    let place = tokens.into_iter().fold(Pointer::root(), |at, token| at.child(token));
    finding(object.clone(), place, (old, new), None)
}

fn finding(
    object: Object,
    pointer: Pointer,
    (live, desired): (Option<Value>, Option<Value>),
    reason: Option<&str>,
) -> Finding {
    let names = vec![None; pointer.tokens().len()];
    Finding {
        class: Class::Pending,
        object,
        pointer,
        names,
        live,
        desired,
        is_addition: false,
        is_by_field: false,
        owner: None,
        ignored_by: None,
        reason: reason.map(String::from),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(change: Change, fields: Vec<FieldChange>) -> ObjectChange {
        ObjectChange {
            api_version: "apps/v1".into(),
            kind: "Deployment".into(),
            namespace: "demo".into(),
            name: "web".into(),
            change,
            suppressed: false,
            fields,
            text: None,
        }
    }

    #[test]
    fn a_field_each_or_the_object_as_a_whole() {
        let tokens = ["spec", "replicas"].map(String::from).to_vec();
        let field = FieldChange { tokens, old: Some(json!(2)), new: Some(json!(3)) };
        let found = findings(change(Change::Modify, vec![field]));
        assert_eq!(found[0].pointer.to_string(), "/spec/replicas");
        assert_eq!(
            (&found[0].live, &found[0].desired),
            (&Some(json!(2)), &Some(json!(3)))
        );
        let found = findings(change(Change::Add, Vec::new()));
        assert_eq!((found.len(), found[0].reason.as_deref()), (1, Some("git adds it")));
        assert!(found[0].is_whole() && found[0].class == Class::Pending);
    }
}
