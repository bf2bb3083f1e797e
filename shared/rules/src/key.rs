//! What makes two rules the same rule.

use crate::{ChartRule, IgnoreRule, ImageRule, Limits};

/// The kinds of rules that programs write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RuleKind {
    /// `[[image]]`
    Image,
    /// `[[chart]]`
    Chart,
    /// `[[ignore]]`
    Ignore,
}

impl RuleKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Image, Self::Chart, Self::Ignore];

    /// Its name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Chart => "chart",
            Self::Ignore => "ignore",
        }
    }
}

/// Two rules with equal keys are about the same things in the same places; a
/// file may hold only one of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RuleKey {
    /// The kind of rule.
    pub kind: RuleKind,
    /// What it is about, in the form in which it is compared: `docker.io/nginx`,
    /// of an ignore rule all but its limits, reason and end.
    pub from: String,
    /// The globs beside [`Limits::NAMES`].
    pub limits: [Option<String>; 5],
}

impl RuleKey {
    pub(crate) fn new(kind: RuleKind, from: String, limits: &Limits) -> Self {
        let limits = limits.all().map(|limit| limit.map(ToString::to_string));
        Self { kind, from, limits }
    }
}

impl ImageRule {
    /// What makes it the same rule as another.
    pub fn key(&self) -> RuleKey {
        RuleKey::new(RuleKind::Image, self.pattern.identity(), &self.limits)
    }
}

impl ChartRule {
    /// What makes it the same rule as another.
    pub fn key(&self) -> RuleKey {
        RuleKey::new(RuleKind::Chart, self.from.clone(), &self.limits)
    }
}

impl IgnoreRule {
    /// What makes it the same rule as another: all but its reason and its end.
    pub fn key(&self) -> RuleKey {
        RuleKey::new(RuleKind::Ignore, self.identity(), &self.limits)
    }
}
