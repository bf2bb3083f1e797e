//! A value in a line, and the lines of a text that differ.
//!
//! A line holds 200 characters of a value. If two long ones begin alike, what is
//! shown begins shortly before they differ, for else they would look the same.

use std::borrow::Cow;

use serde_json::{Map, Value};
use similar::{ChangeTag, TextDiff};

use crate::place::visible;

/// How many characters of a value are shown.
const LIMIT: usize = 200;
/// How many of them stand before the first that differs.
const BEFORE: usize = 20;

/// `value` in one line.
pub(crate) fn value(value: &Value) -> String {
    cut(&written(value), 0)
}

/// What somebody who adds a container or a port writes: what the server adds tells
/// nobody anything.
pub(crate) fn without_defaults(value: &Value) -> Value {
    let is_default = |key: &str, value: &Value| match key {
        "terminationMessagePath" => value == "/dev/termination-log",
        "terminationMessagePolicy" => value == "File",
        "protocol" => value == "TCP",
        "resources" => value.as_object().is_some_and(Map::is_empty),
        _ => false,
    };
    let mut value = value.clone();
    if let Some(map) = value.as_object_mut().filter(|map| map.contains_key("name")) {
        map.retain(|key, value| !is_default(key, value));
    }
    value
}

/// Two values, each in one line.
pub(crate) fn both(one: &Value, other: &Value) -> (String, String) {
    let (one, other) = (written(one), written(other));
    let alike = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let from = if alike > LIMIT - 2 * BEFORE { alike - BEFORE } else { 0 };
    (cut(&one, from), cut(&other, from))
}

fn written(value: &Value) -> String {
    match value {
        // A mark stands for itself.
        Value::String(text) if is_mark(text) => text.clone(),
        value => visible(&value.to_string()),
    }
}

fn is_mark(text: &str) -> bool {
    let text = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    text.and_then(|text| text.split_once(' ')).is_some_and(|(what, digits)| {
        ["secret", "certificate"].contains(&what)
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// `text` from a character on, at most [`LIMIT`] of them.
pub(crate) fn cut(text: &str, from: usize) -> String {
    let mut rest = text.chars().skip(from);
    let mut shown: String = if from > 0 { "…".into() } else { String::new() };
    shown.extend(rest.by_ref().take(LIMIT));
    if rest.next().is_some() {
        shown.push('…');
    }
    shown
}

/// The lines of two texts that differ: those of the first, those of the second.
pub(crate) fn differing(one: &str, other: &str) -> Vec<(bool, String)> {
    let changes = TextDiff::from_lines(one, other);
    let mut lines = Vec::new();
    for change in changes.iter_all_changes() {
        let line = change.value().trim_end_matches(['\n', '\r']).to_string();
        match change.tag() {
            ChangeTag::Delete => lines.push((true, line)),
            ChangeTag::Insert => lines.push((false, line)),
            ChangeTag::Equal => {}
        }
    }
    lines
}

/// Whether one of the two is a text of several lines and both are texts.
pub(crate) fn as_lines<'v>(
    one: Option<&'v Value>,
    other: Option<&'v Value>,
) -> Option<(Cow<'v, str>, Cow<'v, str>)> {
    let (one, other) = (one?.as_str()?, other?.as_str()?);
    (one.trim_end().contains('\n') || other.trim_end().contains('\n'))
        .then_some((one.into(), other.into()))
}

/// The items of two lists as lines, if one line does not hold both.
pub(crate) fn as_items<'v>(
    one: Option<&'v Value>,
    other: Option<&'v Value>,
) -> Option<(Cow<'v, str>, Cow<'v, str>)> {
    let lines = |items: &Vec<Value>| {
        items.iter().map(|item| written(item) + "\n").collect::<String>()
    };
    let (one, other) = (lines(one?.as_array()?), lines(other?.as_array()?));
    (one.len() + other.len() > LIMIT).then_some((one.into(), other.into()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn long_values() {
        let long = "a".repeat(300);
        assert_eq!(value(&json!(long)).chars().count(), 201);
        let (one, other) = both(&json!(format!("{long}b")), &json!(format!("{long}c")));
        assert_eq!(one, format!("…{}b\"", "a".repeat(20)));
        assert_eq!(other, format!("…{}c\"", "a".repeat(20)));
    }

    #[test]
    fn no_control_characters() {
        assert_eq!(
            value(&json!("a\u{1b}[31m\u{9b}\u{202e}")),
            "\"a\\u001b[31m\\u{9b}\\u{202e}\""
        );
        assert_eq!(value(&json!("<secret 1a2b3c4d>")), "<secret 1a2b3c4d>");
        assert_eq!(value(&json!({"a": [1, null]})), "{\"a\":[1,null]}");
    }

    #[test]
    fn long_lists_by_their_items() {
        let rule = |verb: &str| json!({"apiGroups": [""], "resources": ["x".repeat(70)], "verbs": [verb]});
        let (one, other) =
            (json!([rule("get"), rule("list")]), json!([rule("get"), rule("watch")]));
        let (one, other) = as_items(Some(&one), Some(&other)).unwrap();
        let differing = differing(&one, &other);
        assert_eq!(differing.len(), 2);
        assert!(differing[0].1.contains("\"list\"") && differing[0].0);
        assert_eq!(as_items(Some(&json!([1])), Some(&json!([2]))), None);
    }

    #[test]
    fn lines_that_differ() {
        let lines = differing("a\nb\nc\n", "a\nx\nc\n");
        assert_eq!(lines, [(true, "b".to_string()), (false, "x".to_string())]);
    }
}
