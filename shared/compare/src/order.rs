//! Lists whose items are the manifest's, in another order.
//!
//! Items are paired by their keys, and so are the same wherever they stand; but init
//! containers run, and variables refer to each other, in their order, and a list of a
//! custom resource may mean anything. Refuses to look at items that the manifest does
//! not have: others may stand between.

use serde_json::Value;

use crate::difference::difference;
use crate::list::order;
use crate::{Difference, Pointer};

/// The lists of `manifest` whose items stand in another order in `live` than in
/// `desired`, the outermost of each.
pub fn reordered(live: &Value, desired: &Value, manifest: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(&Pointer::root(), live, desired, manifest, &mut found);
    found
}

fn walk(
    at: &Pointer,
    live: &Value,
    desired: &Value,
    manifest: &Value,
    found: &mut Vec<Difference>,
) {
    match (live, desired, manifest) {
        (Value::Object(ours), Value::Object(theirs), Value::Object(own)) => {
            for (key, own) in own {
                if let (Some(ours), Some(theirs)) = (ours.get(key), theirs.get(key)) {
                    walk(&at.child(key), ours, theirs, own, found);
                }
            }
        }
        (Value::Array(ours), Value::Array(theirs), Value::Array(own)) => {
            let Some(orders) = order(ours, theirs, own) else { return };
            let [of_live, of_desired] = &orders;
            let names = |items: &[(usize, usize)]| -> Vec<usize> {
                items.iter().map(|(_, own)| *own).collect()
            };
            if names(of_live) != names(of_desired) {
                found.push(difference(at, Some(live), Some(desired)));
                return;
            }
            for ((index, number), (other, _)) in of_live.iter().zip(of_desired) {
                let at = at.child(index.to_string());
                walk(&at, &ours[*index], &theirs[*other], &own[*number], found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn places(live: &Value, desired: &Value, manifest: &Value) -> Vec<String> {
        let all = reordered(live, desired, manifest).into_iter();
        all.map(|it| it.pointer.to_string()).collect()
    }

    #[test]
    fn only_what_the_manifest_has_is_in_order_or_not() {
        let list = |names: &[&str]| {
            let items: Vec<_> = names.iter().map(|it| json!({"name": it})).collect();
            json!({"spec": {"init": items}})
        };
        let manifest = list(&["a", "b"]);
        let desired = list(&["a", "b", "x"]);
        assert!(places(&list(&["x", "a", "b"]), &desired, &manifest).is_empty());
        assert!(places(&list(&["b"]), &desired, &manifest).is_empty());
        let other = list(&["b", "a"]);
        assert_eq!(places(&other, &desired, &manifest), ["/spec/init"]);
        let nested =
            |value: &Value| json!({"c": [{"name": "z", "d": value["spec"]["init"]}]});
        let found = places(&nested(&other), &nested(&desired), &nested(&manifest));
        assert_eq!(found, ["/c/0/d"]);
    }
}
