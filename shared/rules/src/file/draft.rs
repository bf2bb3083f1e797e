//! A rule as it is written.

use std::path::Path;

use toml_edit::Value;

use super::read;
use crate::{ChartRule, Fault, ImageRule, RuleKey, RuleKind};

/// A rule to be written, known to be valid.
#[derive(Clone, Debug)]
pub struct Draft {
    key: RuleKey,
    entries: Vec<(&'static str, String)>,
}

impl Draft {
    /// A rule of these keys and values, in the order in which they are written.
    /// It is valid if a file that holds nothing else is.
    pub fn new(
        kind: RuleKind,
        entries: Vec<(&'static str, String)>,
    ) -> Result<Self, Vec<Fault>> {
        let text = table(kind, &entries, "\n");
        let rules = read(Path::new(""), &text).map_err(|faults| faults.faults)?;
        let image = rules.images.iter().next().map(ImageRule::key);
        let key = image.or_else(|| rules.charts.first().map(ChartRule::key));
        match key {
            Some(key) => Ok(Self { key, entries }),
            None => Err(Vec::new()),
        }
    }

    /// What makes it the same rule as another.
    pub fn key(&self) -> &RuleKey {
        &self.key
    }

    /// What stands under the key called `name`.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.entries.iter().find(|(key, _)| *key == name).map(|(_, v)| v.as_str())
    }

    /// `[[image]]` and its lines.
    pub(super) fn table(&self, newline: &str) -> String {
        table(self.key.kind, &self.entries, newline)
    }

    /// `{ from = "…", to = "…" }`
    pub(super) fn inline_table(&self) -> String {
        let entries: Vec<String> =
            self.entries.iter().map(|(name, value)| entry(name, value)).collect();
        format!("{{ {} }}", entries.join(", "))
    }
}

fn table(kind: RuleKind, entries: &[(&str, String)], newline: &str) -> String {
    let mut text = format!("[[{}]]{newline}", kind.name());
    for (name, value) in entries {
        text.push_str(&entry(name, value));
        text.push_str(newline);
    }
    text
}

/// `name = "value"`
pub(super) fn entry(name: &str, value: &str) -> String {
    format!("{name} = {}", Value::from(value))
}

/// `value` as a TOML string, in single quotes if `like` is.
pub(super) fn quoted(value: &str, like: &str) -> String {
    let literal = format!("'{value}'");
    let single = like.starts_with('\'') && !like.starts_with("'''");
    if single && literal.parse::<Value>().is_ok_and(|v| v.as_str() == Some(value)) {
        literal
    } else {
        Value::from(value).to_string()
    }
}
