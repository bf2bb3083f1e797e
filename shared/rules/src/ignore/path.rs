//! Where in an object a rule looks: a JSON pointer or a jq expression, both
//! become steps from the top.
//!
//! A path is about what differs there and below. It is not about a difference
//! above it: if a whole object is missing, a rule for one of its fields is no
//! excuse.

use serde_json::Value;

use super::jq;
use super::{Subject, SyntaxError};

/// One step of an [`IgnorePath`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IgnoreStep {
    /// This key of an object, or this index of a list.
    Key(String),
    /// Any key or index.
    Any,
    /// The items of a list that have `value` under `key`.
    Item {
        /// The key, usually `name`.
        key: String,
        /// What stands under it.
        value: String,
    },
}

/// A path from the top of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnorePath(Vec<IgnoreStep>);

impl IgnorePath {
    /// Reads a pointer of RFC 6901, in which a segment `*` is any key or index.
    /// The empty text is the whole object.
    pub fn from_pointer(text: &str) -> Result<Self, SyntaxError> {
        if text.is_empty() {
            return Ok(Self(Vec::new()));
        }
        let Some(rest) = text.strip_prefix('/') else {
            return Err(SyntaxError {
                offset: 0,
                what: format!("the path '{text}' must begin with '/'"),
                hint: if text.starts_with('.') {
                    "a jq expression belongs in jqPathExpressions".into()
                } else {
                    format!("write '/{text}'")
                },
            });
        };
        let mut steps = Vec::new();
        let mut offset = 1;
        for segment in rest.split('/') {
            steps.push(match segment {
                "*" => IgnoreStep::Any,
                _ => IgnoreStep::Key(unescaped(segment, offset)?),
            });
            offset += segment.len() + 1;
        }
        Ok(Self(steps))
    }

    /// Reads a path in the subset of jq that [`SyntaxError::hint`] lists.
    pub fn from_jq(text: &str) -> Result<Self, SyntaxError> {
        jq::parse(text).map(Self)
    }

    /// A path of keys, in which `*` is any.
    pub(super) fn of_keys(keys: &[&str]) -> Self {
        let step = |key: &&str| match *key {
            "*" => IgnoreStep::Any,
            key => IgnoreStep::Key(key.into()),
        };
        Self(keys.iter().map(step).collect())
    }

    /// The steps from the top; none is the whole object.
    pub fn steps(&self) -> &[IgnoreStep] {
        &self.0
    }

    /// Whether the difference lies here or below.
    pub fn covers(&self, subject: &Subject<'_>) -> bool {
        let mut here = subject.objects;
        self.0.len() <= subject.tokens.len()
            && self.0.iter().zip(subject.tokens).enumerate().all(
                |(at, (step, token))| {
                    here = here.map(|value| child(value?, token));
                    let known = subject.names.get(at).and_then(Option::as_ref);
                    match (step, known) {
                        (IgnoreStep::Key(key), _) => key == token,
                        (IgnoreStep::Any, _) => true,
                        // The sides may have the item at different places.
                        (IgnoreStep::Item { key, value }, Some(name))
                            if key == "name" =>
                        {
                            value == name
                        }
                        (IgnoreStep::Item { key, value }, _) => {
                            let has = |item: &Value| {
                                item.get(key).and_then(Value::as_str) == Some(value)
                            };
                            // Each side that has an item at this index must have the
                            // right one, else an item would hide its neighbour.
                            here.iter().any(Option::is_some)
                                && here.into_iter().flatten().all(has)
                        }
                    }
                },
            )
    }
}

fn child<'v>(value: &'v Value, token: &str) -> Option<&'v Value> {
    match value {
        Value::Object(fields) => fields.get(token),
        Value::Array(items) => items.get(token.parse::<usize>().ok()?),
        _ => None,
    }
}

/// A segment that starts at `offset`, with `~1` for a slash and `~0` for a tilde.
fn unescaped(segment: &str, offset: usize) -> Result<String, SyntaxError> {
    let tildes = segment.match_indices('~');
    for (at, _) in tildes {
        if !segment[at + 1..].starts_with(['0', '1']) {
            return Err(SyntaxError {
                offset: offset + at,
                what: "'~' in a path must be followed by 0 or 1".into(),
                hint: "write ~0 for a tilde and ~1 for a slash".into(),
            });
        }
    }
    Ok(segment.replace("~1", "/").replace("~0", "~"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_those_of_the_rfc() {
        let table: [(&str, &[&str]); 6] = [
            ("", &[]),
            ("/", &[""]),
            ("/spec/replicas", &["spec", "replicas"]),
            ("/a~1b/m~0n/~01", &["a/b", "m~n", "~1"]),
            ("/spec/containers/0", &["spec", "containers", "0"]),
            ("/webhooks/*/x", &["webhooks", "*", "x"]),
        ];
        for (text, keys) in table {
            assert_eq!(IgnorePath::from_pointer(text), Ok(IgnorePath::of_keys(keys)));
        }
        let steps = IgnorePath::from_pointer("/a/*/b*").unwrap().steps().to_vec();
        let key = |key: &str| IgnoreStep::Key(key.into());
        assert_eq!(steps, [key("a"), IgnoreStep::Any, key("b*")]);
    }

    #[test]
    fn a_bad_pointer_says_where() {
        for (text, offset, hint) in [
            ("spec/replicas", 0, "write '/spec/replicas'"),
            (".spec", 0, "a jq expression belongs in jqPathExpressions"),
            ("/a/b~2", 4, "write ~0 for a tilde and ~1 for a slash"),
            ("/a~", 2, "write ~0 for a tilde and ~1 for a slash"),
        ] {
            let error = IgnorePath::from_pointer(text).unwrap_err();
            assert_eq!((error.offset, error.hint.as_str()), (offset, hint), "{text}");
        }
    }
}
