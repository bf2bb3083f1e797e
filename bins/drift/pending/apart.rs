//! helm-diff's three-way verdict, taken apart into drift and pending by a two-way one.
//!
//! The three-way comparison mixes both. What the two-way one does not show differs in
//! the cluster alone; what both show alike is pending; a field that both show with
//! another old value is both. A deleted object is one that only the three-way
//! comparison adds. In doubt it is drift: that is the louder one.

use helmfire_diff::{Change, FieldChange, ObjectChange, Verdict};
use helmfire_findings::{Class, Finding};

use super::findings;

/// What of `three` is drift, and what is pending.
pub fn apart(three: Verdict, two: Verdict) -> (Vec<Finding>, Verdict) {
    let three = match three {
        Verdict::Differs(changes) => changes,
        unknown @ Verdict::Unknown { .. } => return (Vec::new(), unknown),
        Verdict::InSync | Verdict::Removal => return (Vec::new(), two),
    };
    let known: &[ObjectChange] = match &two {
        Verdict::Differs(changes) => changes,
        _ => &[],
    };
    let mut drift = Vec::new();
    for mut change in three {
        let other = known.iter().find(|it| is_same(it, &change));
        if let Some(other) = other {
            if change.change == other.change && change.change != Change::Modify {
                continue;
            }
            change
                .fields
                .retain(|field| !other.fields.iter().any(|it| is_pending(it, field)));
            if change.change == Change::Modify && change.fields.is_empty() {
                continue;
            }
        }
        drift.extend(of_cluster(change));
    }
    (drift, two)
}

fn is_same(one: &ObjectChange, other: &ObjectChange) -> bool {
    let key =
        |it: &ObjectChange| (it.kind.clone(), it.namespace.clone(), it.name.clone());
    key(one) == key(other)
}

fn is_pending(two: &FieldChange, three: &FieldChange) -> bool {
    two.tokens == three.tokens && two.old == three.old
}

/// As drift: what comes back when it is deployed is gone now.
fn of_cluster(change: ObjectChange) -> Vec<Finding> {
    let is_gone = change.change == Change::Add;
    let mut found = findings(change);
    for finding in &mut found {
        finding.class = Class::Drift;
        if is_gone {
            finding.reason = None;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(name: &str, change: Change, fields: &[(&str, u64, u64)]) -> ObjectChange {
        let fields = fields.iter().map(|(token, old, new)| FieldChange {
            tokens: vec![(*token).to_string()],
            old: Some(json!(old)),
            new: Some(json!(new)),
        });
        ObjectChange {
            api_version: "v1".into(),
            kind: "Service".into(),
            namespace: "demo".into(),
            name: name.into(),
            change,
            suppressed: false,
            fields: fields.collect(),
            text: None,
        }
    }

    fn drift(three: Vec<ObjectChange>, two: Vec<ObjectChange>) -> Vec<String> {
        let (drift, _) = apart(Verdict::Differs(three), Verdict::Differs(two));
        drift.iter().map(|it| format!("{} {}", it.object, it.pointer)).collect()
    }

    #[test]
    fn what_only_the_cluster_shows_is_drift() {
        let both = [("a", 1, 2), ("b", 9, 2)];
        let three = vec![
            change("web", Change::Modify, &[both[0], both[1], ("c", 5, 1)]),
            change("gone", Change::Add, &[]),
            change("new", Change::Add, &[]),
            change("old", Change::Remove, &[]),
        ];
        let two = vec![
            change("web", Change::Modify, &[both[0], ("b", 1, 2)]),
            change("new", Change::Add, &[]),
            change("old", Change::Remove, &[]),
        ];
        assert_eq!(
            drift(three, two),
            ["Service/web /b", "Service/web /c", "Service/gone "]
        );
    }

    #[test]
    fn what_is_pending_alone_is_no_drift() {
        let only = || vec![change("web", Change::Modify, &[("a", 1, 2)])];
        assert!(drift(only(), only()).is_empty());
        let unknown = Verdict::Unknown { reason: "x".into(), remedy: None };
        assert_eq!(apart(unknown.clone(), Verdict::InSync).1, unknown);
    }
}
