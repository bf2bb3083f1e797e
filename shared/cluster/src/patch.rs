//! A manifest as it can be applied by the server, as Helm's own requests were.
//!
//! Helm 3 creates and patches, which passes over fields that the server does not know;
//! a server-side apply refuses them (kube-apiserver 1.36). A text that is null is one
//! that Helm leaves out the second time. Refuses to leave out what the server knows.

use serde_json::Value;

/// Maps of texts with keys of one's own.
const OWN_KEYS: [&str; 5] =
    ["annotations", "binaryData", "data", "labels", "stringData"];

/// Without keys that are null where keys are one's own.
pub(crate) fn applicable(manifest: &Value) -> Value {
    let mut manifest = manifest.clone();
    let Some(map) = manifest.as_object_mut() else { return manifest };
    for (name, value) in map.iter_mut() {
        let metadata = value.as_object_mut().filter(|_| name == "metadata");
        let inner = metadata.into_iter().flat_map(|it| it.iter_mut());
        for (name, value) in inner {
            without_nulls(name, value);
        }
        without_nulls(name, value);
    }
    manifest
}

fn without_nulls(name: &str, value: &mut Value) {
    if let Value::Object(map) = value
        && OWN_KEYS.contains(&name)
    {
        map.retain(|_, value| !value.is_null());
    }
}

/// Takes out the fields that a refusal names: `.spec.containers[name="a"].resource:
/// field not declared in schema`; false if it names none that is there.
pub(crate) fn leave_out_undeclared(manifest: &mut Value, refusal: &str) -> bool {
    let ends = refusal.match_indices(": field not declared in schema");
    let paths = ends.filter_map(|(end, _)| {
        let start = refusal[..end].rfind(char::is_whitespace)?;
        steps(&refusal[start + 1..end])
    });
    // Not only until the first that is there.
    paths.filter(|path| leave_out(manifest, path)).count() > 0
}

fn leave_out(manifest: &mut Value, path: &[Step]) -> bool {
    let Some((Step::Key(last), above)) = path.split_last() else { return false };
    let place = above.iter().try_fold(manifest, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Item(keys) => value.as_array_mut()?.iter_mut().find(|item| {
            keys.iter().all(|(key, wanted)| match item.get(key) {
                Some(value) => value == wanted,
                // A part of the key that has a default.
                None => key == "protocol" && wanted == "TCP",
            })
        }),
        Step::Index(index) => value.as_array_mut()?.get_mut(*index),
    });
    place.and_then(Value::as_object_mut).is_some_and(|map| map.remove(last).is_some())
}

#[derive(Debug, PartialEq)]
enum Step {
    Key(String),
    Item(Vec<(String, Value)>),
    Index(usize),
}

/// `.spec.ports[port=80,protocol="TCP"].x` (structured-merge-diff, `fieldpath`).
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let end = inner.find(']')?;
            let (keys, after) = (&inner[..end], &inner[end + 1..]);
            rest = after;
            if let Ok(index) = keys.parse() {
                steps.push(Step::Index(index));
                continue;
            }
            let pairs = keys.split(',').map(|pair| {
                let (key, value) = pair.split_once('=')?;
                Some((key.to_string(), serde_json::from_str(value).ok()?))
            });
            steps.push(Step::Item(pairs.collect::<Option<_>>()?));
        } else {
            let name = rest.strip_prefix('.')?;
            let end = name.find(['.', '[']).unwrap_or(name.len());
            steps.push(Step::Key(name[..end].into()));
            rest = &name[end..];
        }
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_server_does_not_know_is_left_out() {
        let mut manifest = json!({"spec": {"replica": 1, "containers": [
            {"name": "b"}, {"name": "a", "resource": {}, "image": "x"}]}});
        let refusal = |path: &str| {
            format!(
                "failed to create typed patch object (ns/d; apps/v1, Kind=Deployment): {path}: field not declared in schema"
            )
        };
        let at = ".spec.containers[name=\"a\"].resource";
        assert!(leave_out_undeclared(&mut manifest, &refusal(at)));
        assert!(leave_out_undeclared(&mut manifest, &refusal(".spec.replica")));
        let left = json!({"spec": {"containers": [{"name": "b"}, {"name": "a", "image": "x"}]}});
        assert_eq!(manifest, left);
        assert!(!leave_out_undeclared(&mut manifest, &refusal(".spec.replica")));
        assert!(!leave_out_undeclared(&mut manifest, "x: .spec.containers: y"));
        let mut manifest = json!({"spec": {"a": 1, "b": 2}});
        let both = "errors:\n  .spec.a: field not declared in schema\n  \
                    .spec.b: field not declared in schema";
        assert!(leave_out_undeclared(&mut manifest, both));
        assert_eq!(manifest, json!({"spec": {}}));
    }

    #[test]
    fn texts_that_are_null() {
        let manifest = json!({"data": {"a": null, "b": "x"}, "spec": {"data": null},
            "metadata": {"labels": {"c": null}}});
        let expected = json!({"data": {"b": "x"}, "spec": {"data": null},
            "metadata": {"labels": {}}});
        assert_eq!(applicable(&manifest), expected);
    }
}
