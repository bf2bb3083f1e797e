//! Two states of one object as trees → where they differ.
//!
//! Both come from the server, which has filled in defaults and spelled quantities
//! its own way in both. A field that is null is one that is not there. What is
//! missing or too much as a whole is one difference, not one per leaf.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::Pointer;
use crate::list::{Pairing, pair};

/// Something that is not as it was deployed.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Where.
    pub pointer: Pointer,
    /// What the cluster has there.
    pub live: Option<Value>,
    /// What was deployed.
    pub desired: Option<Value>,
}

/// All differences, from top to bottom.
pub fn differences(live: &Value, desired: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(&Pointer::root(), Some(live), Some(desired), &mut found);
    found
}

fn compare(
    at: &Pointer,
    live: Option<&Value>,
    desired: Option<&Value>,
    found: &mut Vec<Difference>,
) {
    let live = live.filter(|value| !value.is_null());
    let desired = desired.filter(|value| !value.is_null());
    if live == desired {
        return;
    }
    match (live, desired) {
        (Some(Value::Object(live)), Some(Value::Object(desired))) => {
            let keys: BTreeSet<&String> = live.keys().chain(desired.keys()).collect();
            for key in keys {
                compare(&at.child(key), live.get(key), desired.get(key), found);
            }
        }
        (Some(Value::Array(ours)), Some(Value::Array(theirs))) => {
            match pair(ours, theirs) {
                Pairing::Items(pairs) => {
                    for (index, live, desired) in pairs {
                        let at = at.child(index.to_string());
                        compare(&at, live, desired, found);
                    }
                }
                Pairing::Whole => found.push(difference(at, live, desired)),
            }
        }
        _ => found.push(difference(at, live, desired)),
    }
}

pub(crate) fn difference(
    at: &Pointer,
    live: Option<&Value>,
    desired: Option<&Value>,
) -> Difference {
    let (live, desired) = (live.cloned(), desired.cloned());
    Difference { pointer: at.clone(), live, desired }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(live: &Value, desired: &Value) -> Vec<String> {
        let text = |value: Option<Value>| value.map_or("-".into(), |it| it.to_string());
        let all = differences(live, desired).into_iter();
        all.map(|it| format!("{} {} {}", it.pointer, text(it.live), text(it.desired)))
            .collect()
    }

    #[test]
    fn leaves_and_whole_subtrees() {
        let live = json!({"a": 5, "c": {"d": 1}, "e": null});
        let desired = json!({"a": 2, "b": {"x": 1}, "e": {}});
        let expected = ["/a 5 2", r#"/b - {"x":1}"#, r#"/c {"d":1} -"#, "/e - {}"];
        assert_eq!(shown(&live, &desired), expected);
        assert!(shown(&live, &live).is_empty());
    }

    #[test]
    fn items_are_known_by_their_keys() {
        let live =
            json!({"env": [{"name": "B", "value": "1"}, {"name": "A", "value": "2"}]});
        let desired = json!({"env": [{"name": "A", "value": "1"}, {"name": "C", "value": "3"},
                                     {"name": "B", "value": "1"}]});
        let expected =
            [r#"/env/1/value "2" "1""#, r#"/env/1 - {"name":"C","value":"3"}"#];
        assert_eq!(shown(&live, &desired), expected);
    }

    #[test]
    fn lists_without_keys_differ_as_a_whole() {
        let (live, desired) = (json!({"args": ["a", "b"]}), json!({"args": ["b"]}));
        assert_eq!(shown(&live, &desired), [r#"/args ["a","b"] ["b"]"#]);
        let rules = |verbs: &[&str]| json!({"rules": [{"verbs": verbs}]});
        let expected = [r#"/rules/0/verbs ["get","delete"] ["get"]"#];
        assert_eq!(shown(&rules(&["get", "delete"]), &rules(&["get"])), expected);
    }
}
