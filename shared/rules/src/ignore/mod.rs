//! A rule of `[[ignore]]`: which differences between a cluster and its charts
//! are none of anybody's business.
//!
//! People know two spellings, those of Flux and of Argo CD; both become the same
//! [`Clause`], and so does a [`Preset`]. Refuses to know how a difference was
//! found: it sees a [`Subject`], and says whether the rule is about it.

mod clause;
mod date;
mod jq;
mod path;
mod preset;
mod scan;
mod selector;
mod subject;
mod target;

use crate::place::Verdict;
use crate::{Limits, Place};

pub use clause::{Clause, Together};
pub use date::Date;
pub use path::{IgnorePath, IgnoreStep};
pub use preset::Preset;
pub use scan::SyntaxError;
pub use selector::Selector;
pub use subject::Subject;
pub use target::{Criterion, Target};

/// A rule of `[[ignore]]`.
#[derive(Clone, Debug)]
pub struct IgnoreRule {
    /// What is ignored: whatever one of them is about. A preset has several.
    pub clauses: Vec<Clause>,
    /// Limits; only release and namespace are set, both of the Helm release.
    pub limits: Limits,
    /// The preset that the clauses come from.
    pub preset: Option<Preset>,
    /// Why, for people.
    pub reason: Option<String>,
    /// The last day of the rule, in UTC.
    pub until: Option<Date>,
    /// Its line in the file, from 1.
    pub line: usize,
}

impl IgnoreRule {
    /// Whether the rule is about this difference. It does not look at the date:
    /// an expired rule is to be reported, not only passed over.
    pub fn matches(&self, subject: &Subject<'_>) -> bool {
        let place = Place {
            release: Some(subject.release),
            namespace: Some(subject.release_namespace),
            ..Place::default()
        };
        self.limits.judge(&place) == Verdict::Holds
            && self.clauses.iter().any(|clause| clause.covers(subject))
    }

    /// Whether the rule names releases, and this is one of them.
    pub fn is_for(&self, release: &str, namespace: &str) -> bool {
        let place = Place {
            release: Some(release),
            namespace: Some(namespace),
            ..Place::default()
        };
        self.limits.release.is_some() && self.limits.judge(&place) == Verdict::Holds
    }

    /// Whether `today`, in UTC, is behind the last day of the rule.
    pub fn is_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }

    /// Equal for two rules that ignore the same, in whichever spelling.
    pub(crate) fn identity(&self) -> String {
        if let Some(preset) = self.preset {
            return format!("preset {}", preset.name());
        }
        let clauses: Vec<String> = self.clauses.iter().map(Clause::identity).collect();
        clauses.join(" or ")
    }
}

#[cfg(test)]
mod tests;
