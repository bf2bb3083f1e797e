//! The quiet period before a run: from the first hint until none has come for a
//! while, but not for ever.

use super::{Settings, Time};

/// How long after a hint to look ahead of time. An editor is done with all its
/// renames within that.
const EARLY: Time = Time::from_millis(100);

#[derive(Clone, Debug)]
pub(super) struct Window {
    last: Time,
    quiet: Time,
    limit: Time,
}

impl Window {
    /// One that begins `now`.
    pub fn open(now: Time, settings: &Settings) -> Self {
        // Later than any survey that a hint of this moment has outdated.
        let limit = now.saturating_add(settings.cap.max(Time::from_millis(1)));
        Self { last: now, quiet: settings.quiet, limit }
    }

    /// One that is over already `at` its beginning.
    pub fn past(at: Time, settings: &Settings) -> Self {
        Self { quiet: Time::ZERO, ..Self::open(at, settings) }
    }

    /// Something happened again.
    pub fn extend(&mut self, now: Time, settings: &Settings) {
        self.last = now;
        self.quiet = self.quiet.max(settings.quiet);
    }

    /// Wait for longer than usual, as this may be a loop.
    pub fn calm(&mut self, settings: &Settings) {
        self.quiet = self.quiet.max(settings.calm);
        self.limit = self.limit.saturating_add(settings.calm);
    }

    /// Whether nothing happened for as long as that takes.
    pub fn was_calm(&self, settings: &Settings) -> bool {
        self.quiet >= settings.calm
            && self.last.saturating_add(self.quiet) <= self.limit
    }

    /// When something happened for the last time.
    pub fn last(&self) -> Time {
        self.last
    }

    /// When to look, so that all is prepared at the end.
    pub fn early(&self) -> Time {
        self.last.saturating_add(EARLY.min(self.quiet / 2))
    }

    /// When it is over whatever happens.
    pub fn limit(&self) -> Time {
        self.limit
    }

    /// When it is over if nothing happens any more.
    pub fn end(&self) -> Time {
        self.last.saturating_add(self.quiet).min(self.limit)
    }
}
