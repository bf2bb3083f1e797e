//! YAML text → the values that Helm, kubectl and the API server take it for.
//!
//! All three read YAML with go-yaml v2 and its rules of YAML 1.1 (`sigs.k8s.io/yaml`,
//! Helm 3.22 and 4.3): `yes` is true, `0644` is 420, a key may come twice and the last
//! one counts. Another reader would see differences that are none. Refuses tags but
//! `!!str` and `!!binary`, and aliases that make more of a text than anybody wrote.

use std::collections::HashMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Number, Value};

use crate::yaml::{Event, Events, Scalar, Style, Tag};

/// How many values aliases may repeat.
const MOST_REPEATED: usize = 1_000_000;

/// Why a text has no values: `line:column: what is wrong`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {message}")]
pub struct ValueError {
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

/// The values of a stream's documents, those that are empty left out.
pub fn values(text: &str) -> Result<Vec<Value>, ValueError> {
    let mut values = Vec::new();
    let mut reading = Reading::new(text);
    while let Some(event) = reading.next()? {
        if event == Event::Document {
            reading.anchors.clear();
            let value = reading.node()?;
            values.extend(Some(value).filter(|value| !value.is_null()));
        }
    }
    Ok(values)
}

struct Reading<'a> {
    events: Events<'a>,
    anchors: HashMap<usize, (Value, usize)>,
    repeated: usize,
}

/// A collection that has begun.
enum Open {
    Mapping {
        map: Map<String, Value>,
        merged: Vec<Value>,
        key: Option<Value>,
        anchor: Option<usize>,
    },
    Sequence {
        items: Vec<Value>,
        anchor: Option<usize>,
    },
}

impl<'a> Reading<'a> {
    fn new(text: &'a str) -> Self {
        Self { events: Events::new(text), anchors: HashMap::new(), repeated: 0 }
    }

    fn next(&mut self) -> Result<Option<Event<'a>>, ValueError> {
        let next = self.events.next().transpose();
        next.map_err(|error| {
            let (line, column, message) = (error.line, error.column, error.message);
            ValueError { line, column, message }
        })
    }

    /// One node, with a stack of its own: nesting has no limit that matters here.
    fn node(&mut self) -> Result<Value, ValueError> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let Some(event) = self.next()? else { return Ok(Value::Null) };
            let mut value = match event {
                Event::Document => return Ok(Value::Null),
                Event::Scalar(scalar) => {
                    let is_key =
                        matches!(open.last(), Some(Open::Mapping { key: None, .. }));
                    let value = if is_key && is_merge(&scalar) {
                        // No text of a manifest can be this key.
                        Value::Array(Vec::new())
                    } else {
                        resolved(&scalar)
                    };
                    if let Some(anchor) = scalar.anchor {
                        self.anchors.insert(anchor.id, (value.clone(), 1));
                    }
                    value
                }
                Event::Alias { anchor, .. } => self.repeat(anchor)?,
                Event::Mapping { anchor } => {
                    let (map, merged) = (Map::new(), Vec::new());
                    open.push(Open::Mapping { map, merged, key: None, anchor });
                    continue;
                }
                Event::Sequence { anchor } => {
                    open.push(Open::Sequence { items: Vec::new(), anchor });
                    continue;
                }
                Event::End => match open.pop() {
                    Some(ended) => self.close(ended),
                    None => return Ok(Value::Null),
                },
            };
            match open.last_mut() {
                None => return Ok(value),
                Some(Open::Sequence { items, .. }) => items.push(value),
                Some(Open::Mapping { map, merged, key, .. }) => match key.take() {
                    None => *key = Some(value),
                    Some(Value::Array(_)) => merged.push(value),
                    Some(name) => {
                        map.insert(key_text(&name), value.take());
                    }
                },
            }
        }
    }

    fn close(&mut self, ended: Open) -> Value {
        let (value, anchor) = match ended {
            Open::Sequence { items, anchor } => (Value::Array(items), anchor),
            Open::Mapping { mut map, merged, anchor, .. } => {
                merge(&mut map, merged);
                (Value::Object(map), anchor)
            }
        };
        if let Some(anchor) = anchor {
            let size = size(&value);
            self.anchors.insert(anchor, (value.clone(), size));
        }
        value
    }

    fn repeat(&mut self, anchor: usize) -> Result<Value, ValueError> {
        let error =
            |message: &str| ValueError { line: 1, column: 1, message: message.into() };
        let (value, size) = self
            .anchors
            .get(&anchor)
            .ok_or_else(|| error("an alias within its own anchor"))?;
        self.repeated += size;
        if self.repeated > MOST_REPEATED {
            return Err(error("aliases repeat more than a million values"));
        }
        Ok(value.clone())
    }
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(map) => map.values().map(size).sum::<usize>(),
        _ => 0,
    }
}

fn is_merge(scalar: &Scalar<'_>) -> bool {
    scalar.style == Style::Plain && scalar.value == "<<"
}

/// What is merged into a mapping gives way to its own keys, and later ones to earlier.
fn merge(map: &mut Map<String, Value>, merged: Vec<Value>) {
    let all = merged.into_iter().flat_map(|value| match value {
        Value::Array(items) => items,
        value => vec![value],
    });
    for value in all {
        let Value::Object(others) = value else { continue };
        for (key, value) in others {
            map.entry(key).or_insert(value);
        }
    }
}

/// A key as JSON has it, which knows texts only.
fn key_text(key: &Value) -> String {
    match key {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What go-yaml v2 makes of a scalar (its `resolve.go`). Dates stay texts.
fn resolved(scalar: &Scalar<'_>) -> Value {
    let text = scalar.value.as_ref();
    if scalar.tag == Tag::Binary {
        let plain: String = text.split_whitespace().collect();
        let decoded = BASE64_STANDARD.decode(plain);
        let decoded = decoded.ok().and_then(|bytes| String::from_utf8(bytes).ok());
        return decoded.map_or_else(|| text.into(), Value::from);
    }
    if scalar.style != Style::Plain || scalar.tag == Tag::Text {
        return text.into();
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On"
        | "ON" => return true.into(),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off"
        | "Off" | "OFF" => return false.into(),
        _ => {}
    }
    number(text).unwrap_or_else(|| text.into())
}

fn number(text: &str) -> Option<Value> {
    let first = text.bytes().next()?;
    if !(first.is_ascii_digit() || b"+-.".contains(&first)) {
        return None;
    }
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    if let Some(number) = integer(&plain) {
        return Some(number);
    }
    let float = is_float(&plain).then(|| plain.parse::<f64>().ok()).flatten()?;
    whole(float).or_else(|| Number::from_f64(float)).map(Value::Number)
}

/// A float without a fraction, which Go writes as an integer: `1e3` is 1000.
fn whole(float: f64) -> Option<Number> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let is_whole = float.fract() == 0.0 && float.abs() < EXACT;
    is_whole
        .then(|| format!("{float:.0}").parse::<i64>().ok().map(Number::from))
        .flatten()
}

/// Go's `strconv.ParseInt` and `ParseUint` with base 0.
fn integer(text: &str) -> Option<Value> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.to_ascii_lowercase();
    let (base, digits) = if let Some(rest) = lower.strip_prefix("0x") {
        (16, rest)
    } else if let Some(rest) = lower.strip_prefix("0b") {
        (2, rest)
    } else if let Some(rest) = lower.strip_prefix("0o") {
        (8, rest)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, &lower[1..])
    } else {
        (10, lower.as_str())
    };
    // The parser would take another sign.
    if !digits.bytes().next()?.is_ascii_alphanumeric() {
        return None;
    }
    let value = i128::from_str_radix(digits, base).ok()?;
    let value = if negative { -value } else { value };
    let small = i64::try_from(value).map(Number::from);
    let number = small.or_else(|_| u64::try_from(value).map(Number::from)).ok()?;
    Some(Value::Number(number))
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (number, exponent) = match unsigned.find(['e', 'E']) {
        Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
        None => (unsigned, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let exponent = exponent.map(|it| it.strip_prefix(['+', '-']).unwrap_or(it));
    all_digits(whole)
        && all_digits(fraction)
        && (!whole.is_empty() || !fraction.is_empty())
        && exponent.is_none_or(|it| !it.is_empty() && all_digits(it))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(text: &str) -> Value {
        let mut values = values(text).unwrap();
        assert_eq!(values.len(), 1, "{text}");
        values.remove(0)
    }

    #[test]
    fn scalars_are_those_of_yaml_1_1() {
        for (text, value) in [
            ("yes", json!(true)),
            ("off", json!(false)),
            ("'yes'", json!("yes")),
            ("0644", json!(420)),
            ("08", json!(8)),
            ("0x1F", json!(31)),
            ("0b11", json!(3)),
            ("0o17", json!(15)),
            ("1_000", json!(1000)),
            ("-5", json!(-5)),
            ("+5", json!(5)),
            ("1e3", json!(1000)),
            (".5", json!(0.5)),
            ("1.", json!(1)),
            ("1.2.3", json!("1.2.3")),
            ("18446744073709551615", json!(u64::MAX)),
            ("--5", json!("--5")),
            ("2026-01-01", json!("2026-01-01")),
            ("12e", json!("12e")),
            ("1Gi", json!("1Gi")),
            ("\"\"", json!("")),
        ] {
            assert_eq!(one(&format!("a: {text}"))["a"], value, "{text}");
        }
        assert_eq!(one("a: ~\nb: 1"), json!({"a": null, "b": 1}));
    }

    #[test]
    fn keys_are_texts_and_the_last_one_counts() {
        let (text, value) =
            ("{1: a, y: b, x: 1, x: 2}", json!({"1": "a", "true": "b", "x": 2}));
        assert_eq!(one(text), value);
    }

    #[test]
    fn anchors_and_merges() {
        let text = "base: &b {x: 1, w: 2}\nown: {<<: *b, w: 3}\nboth: {<<: [*b, {z: 4, x: 9}]}\nagain: *b";
        assert_eq!(
            one(text),
            json!({"base": {"x": 1, "w": 2}, "own": {"x": 1, "w": 3},
            "both": {"x": 1, "w": 2, "z": 4}, "again": {"x": 1, "w": 2}})
        );
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_string();
        for n in 1..9 {
            let last = n - 1;
            let items = vec![format!("*a{last}"); 10].join(", ");
            bomb.push_str(&format!("a{n}: &a{n} [{items}]\n"));
        }
        assert!(values(&bomb).unwrap_err().message.contains("million"));
    }

    #[test]
    fn documents_are_told_apart_and_faults_have_a_place() {
        assert_eq!(
            values("---\n# none\n---\na: 1\n---\n\n---\n- 2\n").unwrap(),
            [json!({"a": 1}), json!([2])]
        );
        assert!(values("").unwrap().is_empty());
        let error = values("a: 1\nb: [").unwrap_err();
        assert!(error.line >= 2, "{error}");
    }
}
