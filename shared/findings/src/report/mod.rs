//! The report: what is told of all releases, in four forms.
//!
//! Whoever reads it may have been woken by it: the worst stands first, what is live
//! before what should be, what is not known as loud as what is wrong, and one line
//! at the end says it all. Refuses to hold anything that has not gone through the
//! [`Redactor`](crate::Redactor).

mod diff;
mod json;
mod paint;
mod release;
mod shown;
mod summary;
mod text;

pub use diff::diff;
pub use json::json;
pub use release::ReleaseReport;
pub use summary::summary;
pub use text::text;

pub(crate) use json::put as json_line;
pub(crate) use shown::{both, value};

use crate::row::Rated;
use crate::{Summary, score, time};

/// What a check found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Each release that was looked at.
    pub releases: Vec<ReleaseReport>,
    /// When it was ready, in seconds since 1970.
    pub time: u64,
    /// How long it took.
    pub seconds: f64,
}

impl Report {
    /// The numbers. A release may have drifted and have pending changes.
    pub fn summary(&self) -> Summary {
        let count = |is: fn(&ReleaseReport) -> bool| {
            self.releases.iter().filter(|release| is(release)).count()
        };
        Summary {
            checked: self.releases.len(),
            clean: count(ReleaseReport::is_clean),
            drifted: count(ReleaseReport::is_drifted),
            pending: count(ReleaseReport::is_pending),
            unknown: count(ReleaseReport::is_unknown),
            ignored: self.releases.iter().map(ReleaseReport::ignored).sum(),
            by_field: self.releases.iter().map(|it| it.by_field).sum(),
            scores: self.scores(),
            score: score::fleet(self.releases.iter().map(ReleaseReport::score)),
            time: self.time(),
            seconds: self.seconds,
            ..Summary::default()
        }
    }

    /// When it was ready, RFC 3339.
    pub fn time(&self) -> String {
        time::text(self.time)
    }

    fn scores(&self) -> Vec<Rated> {
        let drifted = self.worst_first().into_iter().filter(|it| it.is_drifted());
        let score = |release: &ReleaseReport| Rated {
            release: release.id().name.clone(),
            namespace: release.id().namespace.clone(),
            kube_context: release.id().context.clone(),
            score: release.score(),
        };
        drifted.map(score).collect()
    }

    /// The releases, the worst first: by score, then the unknown, then the pending.
    pub(crate) fn worst_first(&self) -> Vec<&ReleaseReport> {
        let mut all: Vec<&ReleaseReport> = self.releases.iter().collect();
        let rank = |it: &ReleaseReport| {
            (it.score(), it.is_drifted(), it.is_unknown(), it.is_pending())
        };
        all.sort_by(|one, other| {
            rank(other).cmp(&rank(one)).then_with(|| one.id().cmp(other.id()))
        });
        all
    }
}

#[cfg(test)]
mod tests;
