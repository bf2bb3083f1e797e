//! What a server quotes of an object that it refuses.
//!
//! In prose no form gives a password away, and whole objects stand there in the
//! spelling of Go. But whoever asked has the object, and knows what in it is secret.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use helmfire_compare::Pointer;
use serde_json::Value;

use super::Redactor;
use crate::Object;

/// What is shorter would be struck out of other words, too.
const SHORTEST: usize = 4;

impl Redactor {
    /// `message` about `object` without what is secret in `sides`, the object as it is
    /// and as it should be: as it stands there, in quotes, in base64 and out of it.
    pub fn quoted(&self, message: &str, object: &Object, sides: &[&Value]) -> String {
        let mut secrets = Vec::new();
        for side in sides {
            let shown = self.value(object, &Pointer::root(), &[], side);
            collect(side, &shown, &mut secrets);
        }
        let mut forms: Vec<(String, &str)> = secrets
            .iter()
            .flat_map(|(text, shown)| spellings(text).map(|it| (it, shown.as_str())))
            .filter(|(form, _)| form.len() >= SHORTEST)
            .collect();
        // A secret may be a part of another one.
        forms.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        let strike = |text: String, (form, shown): (String, &str)| {
            if text.contains(&form) { text.replace(&form, shown) } else { text }
        };
        forms.into_iter().fold(message.to_string(), strike)
    }
}

/// The texts of `value` that are not as they are in `shown`, each with what is shown.
fn collect(value: &Value, shown: &Value, into: &mut Vec<(String, String)>) {
    match (value, shown) {
        (Value::Object(map), Value::Object(shown)) => {
            for (key, value) in map {
                collect(value, shown.get(key).unwrap_or(&Value::Null), into);
            }
        }
        (Value::Object(map), mark) => {
            for value in map.values() {
                collect(value, mark, into);
            }
        }
        (Value::Array(items), Value::Array(shown)) if items.len() == shown.len() => {
            for (item, shown) in items.iter().zip(shown) {
                collect(item, shown, into);
            }
        }
        (Value::Array(items), mark) => {
            for item in items {
                collect(item, mark, into);
            }
        }
        (Value::String(text), Value::String(shown)) if text != shown => {
            into.push((text.clone(), shown.clone()));
        }
        (Value::Number(number), Value::String(shown)) => {
            into.push((number.to_string(), shown.clone()));
        }
        _ => {}
    }
}

/// How a text may be quoted. Go and JSON escape alike what is usual in passwords.
fn spellings(text: &str) -> impl Iterator<Item = String> {
    let escaped = Value::from(text).to_string();
    let escaped = escaped[1..escaped.len() - 1].to_string();
    let decoded = BASE64_STANDARD.decode(text).ok();
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let encoded = BASE64_STANDARD.encode(text);
    [Some(text.to_string()), Some(escaped), Some(encoded), decoded]
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use helmfire_inputs::Key;
    use serde_json::json;

    use super::*;

    fn quoted(object: &str, side: &Value, message: &str) -> String {
        let object = Object { kind: object.into(), ..Object::default() };
        let marked = Redactor::new(Key::new([7; 32])).quoted(message, &object, &[side]);
        let mut words = marked.split("<secret ");
        let rest = words.next().unwrap().to_string();
        words.fold(rest, |text, word| format!("{text}*{}", &word[9..]))
    }

    #[test]
    fn what_the_object_hides_its_refusal_hides() {
        let secret = json!({"kind": "Secret", "metadata": {"name": "web"},
            "data": {"a": "aHVudGVyMg=="}, "stringData": {"b": "swordfish"}});
        let said = "bad web: aHVudGVyMg==, hunter2, swordfish, c3dvcmRmaXNo";
        assert_eq!(quoted("Secret", &secret, said), "bad web: *, *, *, *");
        let env = json!([{"name": "DB_PASSWORD", "value": "PL\"4NT"}, {"name": "A", "value": "open"}]);
        let job = json!({"kind": "Job", "spec": {"containers": [{"env": env}]}});
        let said =
            "Invalid value: {\"Name\":\"DB_PASSWORD\",\"Value\":\"PL\\\"4NT\"} open";
        let expected = "Invalid value: {\"Name\":\"DB_PASSWORD\",\"Value\":\"*\"} open";
        assert_eq!(quoted("Job", &job, said), expected);
        assert_eq!(quoted("Job", &job, "immutable"), "immutable");
    }
}
