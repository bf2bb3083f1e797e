//! Taking in what happened. Nothing is decided here but what an answer means; those
//! that nobody waits for any more are dropped.

use std::collections::BTreeMap;

use super::ledger::Ledger;
use super::{
    Action, Aftermath, Asked, Ended, Errand, Id, Initial, Input, Kill, Looked, Machine,
    Moment, Opening, Phase, Plan, Print, Report, Signal, State, Survey, Time, Window,
};

impl Machine {
    pub(super) fn absorb(&mut self, input: Input, now: Time) {
        let watching = self.phase == Phase::Watching;
        match input {
            Input::Begin { deployed } if self.phase == Phase::Unbegun => {
                self.begin(deployed);
            }
            Input::Hint if watching => self.hint(now),
            Input::Surveyed(survey) if watching => self.surveyed(survey, now),
            Input::Planned(plan) if watching => self.planned(plan, now),
            Input::Ended(ended) => self.ended(ended, now),
            Input::Signal(Signal::Interrupt) => self.stop(Kill::Interrupt, 130),
            Input::Signal(Signal::Terminate) => self.stop(Kill::Terminate, 143),
            Input::Signal(Signal::Hangup) if watching => {
                self.reload = true;
                self.hint(now);
            }
            _ => {}
        }
    }

    fn begin(&mut self, deployed: BTreeMap<Id, Print>) {
        self.phase = Phase::Watching;
        self.reload = true;
        self.opening = match self.settings.initial {
            Initial::Run => Some(Opening::Whole),
            Initial::Skip if deployed.is_empty() => Some(Opening::Adopt),
            Initial::Skip => None,
        };
        self.ledger = Ledger::new(deployed);
    }

    fn hint(&mut self, now: Time) {
        self.hinted = true;
        if !self.attentive() {
            return;
        }
        match &mut self.window {
            Some(window) => window.extend(now, &self.settings),
            None => self.window = Some(Window::open(now, &self.settings)),
        }
    }

    fn stop(&mut self, kill: Kill, code: u8) {
        if let Some(run) = &mut self.run {
            // From here on it is the user who presses.
            run.grace = None;
            let again = matches!(self.phase, Phase::Stopping(_));
            self.act(Action::Send(if again { Kill::Terminate } else { kill }));
        }
        if !matches!(self.phase, Phase::Stopping(_)) {
            self.phase = Phase::Stopping(code);
        }
    }

    fn surveyed(&mut self, mut survey: Survey, now: Time) {
        let Some(asked) = self.asked.take() else { return };
        let looked = Looked { began: asked.at, answered: now };
        let first = self.looked.replace(looked).is_none();
        if first {
            // There was none before from which anything could differ.
            survey.changed.clear();
        }
        self.locked = survey.locked.then(|| self.locked.unwrap_or(now));
        let Survey { changed, state, .. } = survey;
        let stirred = !changed.is_empty();
        if asked.moment == Moment::Idle {
            self.rounds.forget(&changed);
        }
        if asked.reload || (stirred && self.frees(&asked)) {
            self.release();
        }
        self.changes.extend(changed);
        match state {
            Err(message) => self.broken(message, &asked, now),
            Ok(state) => self.learn(state, &asked, now),
        }
        if stirred || (asked.reload && !first) {
            self.stir(&asked, now);
        }
    }

    /// A survey found changes. If no hint came, that is one; and if no hint can be
    /// relied on, the quiet period was none.
    fn stir(&mut self, asked: &Asked, now: Time) {
        let ignores = self.ignores(asked);
        match &mut self.window {
            Some(window) if !self.settings.reliable && asked.at >= window.end() => {
                window.extend(now, &self.settings);
            }
            Some(_) => {}
            None if ignores => {}
            None => self.window = Some(Window::open(now, &self.settings)),
        }
    }

    fn broken(&mut self, message: String, asked: &Asked, now: Time) {
        if let Some(aftermath) = &mut self.aftermath {
            aftermath.broken |= asked.moment == Moment::After;
        }
        if self.unread.begin(&message, now) {
            self.report(Report::Broken(message));
        }
    }

    fn learn(&mut self, state: State, asked: &Asked, now: Time) {
        let mended = self.unread.end();
        if mended {
            self.report(Report::Mended);
        }
        let first = self.ledger.learn(state);
        // At once: what changes from here on is to be deployed.
        if self.opening.take_if(|it| *it == Opening::Adopt).is_some() {
            self.ledger.adopt_all();
        }
        // What a run may still deploy is looked at when it is over.
        if self.run.is_none() {
            for id in self.ledger.bury() {
                self.report(Report::Removed(id));
            }
        }
        if asked.moment == Moment::After {
            self.reckon(asked, now);
        }
        self.store();
        if first && self.window.is_none() {
            self.window = Some(Window::past(asked.at, &self.settings));
        } else if mended {
            self.open_window(now);
        }
    }

    fn planned(&mut self, plan: Plan, now: Time) {
        let Plan { releases, generation, outcome } = plan;
        let errand = Errand { releases, generation };
        if self.sought.take_if(|it| *it == errand).is_none() {
            return;
        }
        match outcome {
            Ok(planned) => {
                if self.unplanned.end() {
                    self.report(Report::Mended);
                }
                self.plan = Some((errand, planned));
            }
            Err(message) if self.run.is_none() && errand == self.errand() => {
                for id in &errand.releases {
                    self.ledger.hold(id);
                }
                self.hold_off(now);
                if self.unplanned.begin(&message, now) {
                    self.report(Report::Broken(message));
                }
            }
            // By now there is something else to plan.
            Err(_) => {}
        }
    }

    fn ended(&mut self, ended: Ended, now: Time) {
        let Some(run) = self.run.take() else { return };
        let Ended { succeeded, .. } = ended;
        let mut vain = false;
        for id in run.releases.keys() {
            let Some(print) = run.print(id) else { continue };
            if succeeded.contains(id) {
                self.ledger.deploy(id, print);
            } else if !run.interrupted {
                // Failed, or never come to: without a change it would be so again.
                self.ledger.hold_as(id, print);
                vain = true;
            }
        }
        if vain {
            self.hold_off(now);
        }
        self.store();
        self.window = None;
        self.owed = true;
        self.aftermath = Some(Aftermath { run, succeeded, broken: false });
    }
}
