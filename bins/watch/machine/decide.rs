//! Which move comes next, the most urgent first.
//!
//! Nothing is changed here, so that asking is free; a move that has to wait sets the
//! alarm for the moment at which the question has another answer.

use super::{Alarm, Errand, Machine, Phase, Time, Window};

/// How often to look whether git is done.
const RELOOK: Time = Time::from_millis(200);

/// A step of a step.
#[derive(Debug)]
pub(super) enum Move {
    /// End a run that did not end by itself when asked to.
    Press,
    /// Try again what failed.
    Retry,
    Survey,
    Plan(Errand),
    /// The quiet period is over and all is prepared.
    Conclude,
    Exit(u8),
}

impl Machine {
    /// The next move, or none: then `alarm` knows for how long.
    pub(super) fn next(&self, alarm: &mut Alarm) -> Option<Move> {
        match self.phase {
            Phase::Unbegun | Phase::Over => None,
            Phase::Stopping(code) => self.run.is_none().then_some(Move::Exit(code)),
            Phase::Watching => self.next_watching(alarm),
        }
    }

    fn next_watching(&self, alarm: &mut Alarm) -> Option<Move> {
        let grace = self.run.as_ref().and_then(|run| run.grace);
        if grace.is_some_and(|at| alarm.due(at)) {
            return Some(Move::Press);
        }
        if !self.attentive() {
            return None;
        }
        if self.run.is_none() && self.retry.is_some_and(|at| alarm.due(at)) {
            return Some(Move::Retry);
        }
        if self.asked.is_some() {
            return None;
        }
        if self.wants_survey(alarm) {
            return Some(Move::Survey);
        }
        self.next_of_window(self.window.as_ref()?, alarm)
    }

    fn next_of_window(&self, window: &Window, alarm: &mut Alarm) -> Option<Move> {
        // In the midst of a checkout even a plan would be of half the files.
        if self.locked_out(alarm) {
            return None;
        }
        // With a hint unanswered the plan might be for too little.
        let current = !self.hinted || self.informed(window);
        if let Some(errand) = current.then(|| self.lacking()).flatten() {
            return self.sought.is_none().then_some(Move::Plan(errand));
        }
        let over = alarm.due(window.end()) && self.informed(window);
        over.then_some(Move::Conclude)
    }

    fn wants_survey(&self, alarm: &mut Alarm) -> bool {
        if self.run.is_none() && (self.owed || self.reload) {
            return true;
        }
        let Some(answered) = self.looked.as_ref().map(|it| it.answered) else {
            return false;
        };
        if self.locked_out(alarm) && alarm.due(answered.saturating_add(RELOOK)) {
            return true;
        }
        match &self.window {
            Some(window) if self.informed(window) => false,
            Some(window) => {
                let early = self.hinted && alarm.due(window.early());
                early || alarm.due(window.end())
            }
            None => {
                let poll = self.settings.poll.map(|poll| answered.saturating_add(poll));
                poll.is_some_and(|at| alarm.due(at))
            }
        }
    }

    /// Whether git is at work, and has not been for too long.
    fn locked_out(&self, alarm: &mut Alarm) -> bool {
        let hold = |since: Time| since.saturating_add(self.settings.git_hold);
        self.locked.is_some_and(|since| !alarm.due(hold(since)))
    }

    /// Whether the last survey tells all there is to know at the end of `window`.
    /// Beyond its limit one survey has to do, or endless hints would forbid any run.
    fn informed(&self, window: &Window) -> bool {
        self.looked.as_ref().is_some_and(|looked| {
            let last = self.settings.reliable || looked.began >= window.end();
            (last && !self.hinted) || looked.began >= window.limit()
        })
    }

    /// The plan without which the quiet period cannot end.
    fn lacking(&self) -> Option<Errand> {
        if self.opening.is_some() || self.run.is_some() || self.unread.persists() {
            return None;
        }
        let errand = self.errand();
        let at_hand = self.plan.as_ref().is_some_and(|(it, _)| *it == errand);
        (!at_hand && !errand.releases.is_empty()).then_some(errand)
    }
}
