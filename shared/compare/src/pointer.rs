//! JSON pointers (RFC 6901): where in an object something stands.
//!
//! An index counts the items of the live list, or of the desired one for an item
//! that is not live. Refuses the URI form and `-`, the item after the last.

use std::fmt;

use serde_json::Value;

/// A place in an object: keys and indices from the top.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(Vec<String>);

/// The text is not a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PointerError;

impl fmt::Display for PointerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON pointer begins with / and writes ~ as ~0, / as ~1")
    }
}

impl std::error::Error for PointerError {}

impl Pointer {
    /// The whole object.
    pub fn root() -> Self {
        Self::default()
    }

    /// Reads `/a/b~1c/0`.
    pub fn parse(text: &str) -> Result<Self, PointerError> {
        if text.is_empty() {
            return Ok(Self::root());
        }
        let tokens = text.strip_prefix('/').ok_or(PointerError)?.split('/');
        tokens.map(unescaped).collect::<Option<_>>().map(Self).ok_or(PointerError)
    }

    /// What stands under `token` here.
    #[must_use]
    pub fn child(&self, token: impl Into<String>) -> Self {
        let mut tokens = self.0.clone();
        tokens.push(token.into());
        Self(tokens)
    }

    /// The keys and indices.
    pub fn tokens(&self) -> &[String] {
        &self.0
    }

    /// The last key or index.
    pub fn last(&self) -> Option<&str> {
        self.0.last().map(String::as_str)
    }

    /// What it stands in; the top if it is that.
    #[must_use]
    pub fn above(&self) -> Self {
        let above = self.0.split_last().map_or(&[][..], |(_, above)| above);
        Self(above.to_vec())
    }

    /// Whether it is `other` or lies within.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// What stands here in `value`.
    pub fn find<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.0.iter().try_fold(value, |value, token| step(value, token))
    }

    /// Whether it is an item of a list in `value`, or would be.
    pub fn is_item(&self, value: &Value) -> bool {
        let Some((_, above)) = self.0.split_last() else { return false };
        let list = above.iter().try_fold(value, |value, token| step(value, token));
        list.is_some_and(Value::is_array)
    }

    /// For each token the name of the list item that it stands for, as people know
    /// it: `/spec/containers/0` is the container `web`. Looked up in the first of
    /// `objects` that has the item.
    pub fn names(&self, objects: &[&Value]) -> Vec<Option<String>> {
        let mut places: Vec<Option<&Value>> =
            objects.iter().copied().map(Some).collect();
        let name = |token: &String| {
            let mut name = None;
            for place in &mut places {
                let is_item = place.is_some_and(Value::is_array);
                *place = place.and_then(|value| step(value, token));
                if is_item && name.is_none() {
                    name = place.and_then(|item| item.get("name")?.as_str());
                }
            }
            name.map(str::to_string)
        };
        self.0.iter().map(name).collect()
    }
}

/// What stands under one key or index.
pub(crate) fn step<'v>(value: &'v Value, token: &str) -> Option<&'v Value> {
    match value {
        Value::Object(map) => map.get(token),
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        _ => None,
    }
}

fn unescaped(token: &str) -> Option<String> {
    let mut text = String::with_capacity(token.len());
    let mut rest = token.chars();
    while let Some(c) = rest.next() {
        text.push(match c {
            '~' => match rest.next()? {
                '0' => '~',
                '1' => '/',
                _ => return None,
            },
            c => c,
        });
    }
    Some(text)
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|token| {
            write!(f, "/{}", token.replace('~', "~0").replace('/', "~1"))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn text_and_back() {
        for text in ["", "/a", "/a~1b/0", "/~01", "/", "/a//b"] {
            assert_eq!(Pointer::parse(text).unwrap().to_string(), text);
        }
        for text in ["a", "/~", "/~2"] {
            assert_eq!(Pointer::parse(text), Err(PointerError), "{text}");
        }
    }

    #[test]
    fn finds_what_it_names() {
        let value = json!({"a/b": [{"c": 1}, 2]});
        let find = |text: &str| Pointer::parse(text).unwrap().find(&value).cloned();
        assert_eq!(find("/a~1b/0/c"), Some(json!(1)));
        assert_eq!(find("/a~1b/1"), Some(json!(2)));
        assert_eq!(find("/a~1b/x"), None);
        let object = json!({"c": [{"name": "web", "env": [{"name": "A"}]}]});
        let names =
            Pointer::parse("/c/0/env/0/value").unwrap().names(&[&value, &object]);
        let text = |name: &str| Some(name.to_string());
        assert_eq!(names, [None, text("web"), None, text("A"), None]);
        let (a, b) = (Pointer::root().child("a"), Pointer::root().child("ab"));
        assert!(a.child("x").is_within(&a) && !b.is_within(&a));
    }
}
