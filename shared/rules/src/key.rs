//! What makes two rules the same rule.

use crate::{ChartRule, ImageRule, Limits};

/// The two kinds of rules that programs write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RuleKind {
    /// `[[image]]`
    Image,
    /// `[[chart]]`
    Chart,
}

impl RuleKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Image, Self::Chart];

    /// Its name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Chart => "chart",
        }
    }
}

/// Two rules with equal keys are about the same things in the same places; a
/// file may hold only one of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RuleKey {
    /// The kind of rule.
    pub kind: RuleKind,
    /// `from` in the form in which it is compared: `docker.io/nginx`.
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
