//! A rule as it is listed: the row of the table, the JSON object, the words in
//! a message.

use std::fmt;

use helmfire_rules::{
    ChartRule, DigestPolicy, ImageRule, Limits, Pattern, RuleKey, RuleKind, Rules,
};
use serde::{Deserialize, Serialize};

/// The version of the row, `v`.
pub const VERSION: u32 = 1;

/// One rule; the names and the order of the keys are an interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub v: u32,
    #[serde(rename = "type")]
    pub kind_of_rule: Type,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regex: Option<String>,
    pub to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

/// `type` of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Type {
    Image,
    Chart,
}

impl From<Type> for RuleKind {
    fn from(kind: Type) -> Self {
        match kind {
            Type::Image => Self::Image,
            Type::Chart => Self::Chart,
        }
    }
}

/// All substitutions of a file with their keys, in the order of the file.
pub fn rows(rules: &Rules) -> Vec<(RuleKey, Row)> {
    let images = rules.images.iter().map(|rule| (rule.key(), Row::of_image(rule)));
    let charts = rules.charts.iter().map(|rule| (rule.key(), Row::of_chart(rule)));
    let mut rows: Vec<_> = images.chain(charts).collect();
    rows.sort_by_key(|(_, row)| row.line);
    rows
}

impl Row {
    fn of_image(rule: &ImageRule) -> Self {
        let digest = rule.digest.map(|policy| match policy {
            DigestPolicy::Keep => "keep".to_string(),
            DigestPolicy::Drop => "drop".to_string(),
        });
        let (from, regex) = match rule.pattern {
            Pattern::Regex(_) => (None, Some(rule.from.clone())),
            _ => (Some(rule.from.clone()), None),
        };
        let row = Self::of(Type::Image, &rule.to, &rule.limits, rule.line);
        Self { from, regex, digest, ..row }
    }

    fn of_chart(rule: &ChartRule) -> Self {
        let row = Self::of(Type::Chart, &rule.to, &rule.limits, rule.line);
        Self { from: Some(rule.from.clone()), ..row }
    }

    fn of(kind_of_rule: Type, to: &str, limits: &Limits, line: usize) -> Self {
        let [release, namespace, kind_of_object, name, container] =
            limits.all().map(|limit| limit.map(ToString::to_string));
        Self {
            v: VERSION,
            kind_of_rule,
            from: None,
            regex: None,
            to: to.into(),
            digest: None,
            release,
            namespace,
            kind: kind_of_object,
            name,
            container,
            line: Some(line),
        }
    }

    /// What the rule is about, with a mark if it is an expression.
    pub fn subject(&self) -> String {
        match (&self.from, &self.regex) {
            (Some(from), _) => from.clone(),
            (None, Some(regex)) => format!("regex {regex}"),
            (None, None) => String::new(),
        }
    }

    /// The limits as `namespace=prod, kind=Job`.
    pub fn limits(&self) -> String {
        let values =
            [&self.release, &self.namespace, &self.kind, &self.name, &self.container];
        let set: Vec<String> = Limits::NAMES
            .iter()
            .zip(values)
            .filter_map(|(name, value)| {
                value.as_ref().map(|value| format!("{name}={value}"))
            })
            .collect();
        set.join(", ")
    }
}

/// `image postgres:15 -> localhost:5000/postgres:my-test`, limits in brackets.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = RuleKind::from(self.kind_of_rule).name();
        write!(f, "{kind} {} -> {}", self.subject(), self.to)?;
        match self.limits().as_str() {
            "" => Ok(()),
            limits => write!(f, " [{limits}]"),
        }
    }
}
