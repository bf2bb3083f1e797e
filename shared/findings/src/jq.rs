//! A place in an object as a rule may name it, in the part of jq that `[[ignore]]`
//! reads: `.spec.containers[] | select(.name == "web") | .image`.
//!
//! An index is where an item stands today; tomorrow another one may stand there.
//! Refuses places with items that have no name: there is nothing to know them by. The
//! name of a mount is that of its volume, which others may have, too.

use helmfire_compare::Pointer;
use serde_json::Value;

/// Lists whose items have the name of something else.
const MOUNTS: [&str; 2] = ["volumeDevices", "volumeMounts"];

/// The place at `pointer`, whose list items have these names, if one of them has and
/// none has not.
pub(crate) fn jq(pointer: &Pointer, names: &[Option<String>]) -> Option<String> {
    let mut text = String::new();
    let mut has_item = false;
    for (index, token) in pointer.tokens().iter().enumerate() {
        if MOUNTS.contains(&token.as_str()) && index + 1 < names.len() {
            return None;
        }
        if let Some(name) = names.get(index).and_then(Option::as_ref) {
            let name = Value::from(name.as_str());
            text.push_str(&format!("[] | select(.name == {name})"));
            has_item = true;
        } else if token.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        } else {
            if index > 0 && names.get(index - 1).is_some_and(Option::is_some) {
                text.push_str(" | ");
            }
            text.push_str(&key(token));
        }
    }
    has_item.then_some(text)
}

fn key(token: &str) -> String {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_plain = token.bytes().all(is_word)
        && token.bytes().next().is_some_and(|byte| !byte.is_ascii_digit());
    if is_plain { format!(".{token}") } else { format!(".[{}]", Value::from(token)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_known_by_their_names() {
        let place = |pointer: &str, named: &[(usize, &str)]| {
            let pointer = Pointer::parse(pointer).unwrap();
            let mut names = vec![None; pointer.tokens().len()];
            for (index, name) in named {
                names[*index] = Some((*name).to_string());
            }
            jq(&pointer, &names)
        };
        let env = "/spec/containers/0/env/2/value";
        let expected = ".spec.containers[] | select(.name == \"we\\\"b\") | .env[] | \
                        select(.name == \"A\") | .value";
        assert_eq!(place(env, &[(2, "we\"b"), (4, "A")]).as_deref(), Some(expected));
        let whole = ".spec.containers[] | select(.name == \"web\")";
        assert_eq!(place("/spec/containers/1", &[(2, "web")]).as_deref(), Some(whole));
        let odd = ".[\"a.b\"][] | select(.name == \"x\") | .[\"c/d\"]";
        assert_eq!(place("/a.b/0/c~1d", &[(1, "x")]).as_deref(), Some(odd));
        assert_eq!(place("/spec/containers/1/ports/0", &[(2, "web")]), None);
        assert_eq!(place("/spec/replicas", &[]), None);
        assert_eq!(place("/spec/volumeMounts/1/subPath", &[(2, "data")]), None);
    }
}
