//! A rule as it is written.

use std::path::Path;

use toml_edit::{Item, Value};

use super::read;
use crate::ignore::Date;
use crate::{ChartRule, Fault, IgnoreRule, ImageRule, RuleKey, RuleKind};

/// A rule to be written, known to be valid.
#[derive(Clone, Debug)]
pub struct Draft {
    key: RuleKey,
    entries: Vec<(&'static str, DraftValue)>,
}

/// What stands under a key of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftValue {
    /// A string.
    Text(String),
    /// A list of strings.
    Texts(Vec<String>),
    /// A table of strings.
    Table(Vec<(&'static str, String)>),
    /// A date without a time.
    Date(Date),
}

impl Draft {
    /// A rule of these keys and values, in the order in which they are written.
    /// It is valid if a file that holds nothing else is.
    pub fn new<V: Into<DraftValue>>(
        kind: RuleKind,
        entries: Vec<(&'static str, V)>,
    ) -> Result<Self, Vec<Fault>> {
        let entries: Vec<(&'static str, DraftValue)> =
            entries.into_iter().map(|(name, value)| (name, value.into())).collect();
        let key = key_of(&table(kind, &entries, "\n"))?;
        match key {
            Some(key) => Ok(Self { key, entries }),
            None => Err(Vec::new()),
        }
    }

    /// What makes it the same rule as another.
    pub fn key(&self) -> &RuleKey {
        &self.key
    }

    /// The text under the key called `name`.
    pub fn value(&self, name: &str) -> Option<&str> {
        match self.entry(name)? {
            DraftValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What stands under the key called `name`.
    pub(super) fn entry(&self, name: &str) -> Option<&DraftValue> {
        self.entries.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// `[[image]]` and its lines.
    pub(super) fn table(&self, newline: &str) -> String {
        table(self.key.kind, &self.entries, newline)
    }

    /// `{ from = "…", to = "…" }`
    pub(super) fn inline_table(&self) -> String {
        let entries = self.entries.iter().map(|(name, value)| entry(name, value));
        braced(entries)
    }
}

impl DraftValue {
    /// Whether `item` says the same, in whichever spelling.
    pub(super) fn is_said_by(&self, item: &Item) -> bool {
        match self {
            Self::Text(text) => item.as_str() == Some(text),
            Self::Date(date) => {
                let text = item.as_str().map(ToString::to_string);
                let written = text.or_else(|| Some(item.as_datetime()?.to_string()));
                written.and_then(|text| Date::parse(&text)) == Some(*date)
            }
            Self::Texts(_) | Self::Table(_) => false,
        }
    }

    /// As it is written in the place of `old`, in quotes of the same kind.
    pub(super) fn in_place_of(&self, old: &str) -> String {
        match self {
            Self::Text(text) => quoted(text, old),
            Self::Date(date) if old.starts_with(['"', '\'']) => {
                quoted(&date.to_string(), old)
            }
            _ => self.written(),
        }
    }

    fn written(&self) -> String {
        match self {
            Self::Text(text) => string(text),
            Self::Texts(texts) => {
                let texts: Vec<String> =
                    texts.iter().map(|text| string(text)).collect();
                format!("[{}]", texts.join(", "))
            }
            Self::Table(entries) => {
                let entries = entries
                    .iter()
                    .map(|(name, value)| format!("{name} = {}", string(value)));
                braced(entries)
            }
            Self::Date(date) => date.to_string(),
        }
    }
}

impl From<String> for DraftValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<String>> for DraftValue {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

impl From<Date> for DraftValue {
    fn from(date: Date) -> Self {
        Self::Date(date)
    }
}

/// The key of the one rule that a text holds.
pub(super) fn key_of(text: &str) -> Result<Option<RuleKey>, Vec<Fault>> {
    let rules = read(Path::new(""), text).map_err(|faults| faults.faults)?;
    let image = rules.images.iter().next().map(ImageRule::key);
    let chart = || rules.charts.first().map(ChartRule::key);
    let ignore = || rules.ignores.first().map(IgnoreRule::key);
    Ok(image.or_else(chart).or_else(ignore))
}

fn table(kind: RuleKind, entries: &[(&str, DraftValue)], newline: &str) -> String {
    let mut text = format!("[[{}]]{newline}", kind.name());
    for (name, value) in entries {
        text.push_str(&entry(name, value));
        text.push_str(newline);
    }
    text
}

/// `name = "value"`
pub(super) fn entry(name: &str, value: &DraftValue) -> String {
    format!("{name} = {}", value.written())
}

fn braced(entries: impl Iterator<Item = String>) -> String {
    match entries.collect::<Vec<String>>().join(", ").as_str() {
        "" => "{}".into(),
        entries => format!("{{ {entries} }}"),
    }
}

fn string(text: &str) -> String {
    Value::from(text).to_string()
}

/// `value` as a TOML string, in single quotes if `like` is.
fn quoted(value: &str, like: &str) -> String {
    let literal = format!("'{value}'");
    let single = like.starts_with('\'') && !like.starts_with("'''");
    if single && literal.parse::<Value>().is_ok_and(|v| v.as_str() == Some(value)) {
        literal
    } else {
        string(value)
    }
}
