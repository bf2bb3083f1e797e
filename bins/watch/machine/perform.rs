//! The moves themselves: each changes the machine and asks for what has to be done
//! outside. That a move is right now was decided before and is not asked again.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::decide::Move;
use super::{
    Action, Asked, Busy, Errand, Id, Job, Kill, Machine, Moment, Phase, Planned,
    Report, Running, Time, What, Window,
};

impl Machine {
    pub(super) fn perform(&mut self, next: Move, now: Time) {
        match next {
            Move::Press => self.press(),
            Move::Retry => {
                self.release();
                let (settings, calm) = (self.settings.clone(), self.rounds.doubtful());
                let window = self.open_window(now);
                if calm {
                    window.calm(&settings);
                }
            }
            Move::Survey => self.survey(now),
            Move::Plan(errand) => self.seek(errand),
            Move::Conclude => self.conclude(now),
            Move::Exit(code) => {
                self.phase = Phase::Over;
                self.act(Action::Exit(code));
            }
        }
    }

    fn press(&mut self) {
        if let Some(run) = &mut self.run {
            run.grace = None;
            self.act(Action::Send(Kill::Terminate));
        }
    }

    fn survey(&mut self, now: Time) {
        let moment = match (&self.run, &self.aftermath) {
            (Some(_), _) => Moment::During,
            (None, Some(_)) => Moment::After,
            (None, None) => Moment::Idle,
        };
        // What is asked for by a hangup concerns also the releases being run.
        let reload = self.reload && moment != Moment::During;
        self.reload &= !reload;
        self.owed = false;
        self.hinted = false;
        self.asked = Some(Asked { at: now, reload, moment });
        self.act(Action::Survey { reload });
    }

    fn seek(&mut self, errand: Errand) {
        let Errand { releases, generation } = errand.clone();
        self.sought = Some(errand);
        self.act(Action::Plan { releases, generation });
    }

    fn conclude(&mut self, now: Time) {
        let window = self.window.take();
        let calm = window.as_ref().is_some_and(|it| it.was_calm(&self.settings));
        if self.run.is_none() {
            self.rounds.begin(calm && !self.hinted);
        }
        if self.hinted {
            // Hints that came beyond the limit have their own quiet period.
            self.window = window.map(|it| Window::open(it.last(), &self.settings));
        }
        if self.unread.persists() {
            return;
        }
        if self.run.is_some() {
            self.interrupt(now);
        } else if self.opening.take().is_some() {
            self.run_all();
        } else {
            self.run_due();
        }
    }

    /// Ends the run in favour of the next one if that will be another. What a run has
    /// changed once already is no reason: it might well be changed by each.
    fn interrupt(&mut self, now: Time) {
        let Some(run) = &mut self.run else { return };
        let new = |id: &Id| {
            let files = self.ledger.reasons(id);
            !files.is_some_and(|files| self.rounds.repeated(id, files))
        };
        if !run.interrupted && self.ledger.differing(&run.began).iter().any(new) {
            run.interrupted = true;
            run.grace = Some(now.saturating_add(self.settings.grace));
            self.act(Action::Send(Kill::Interrupt));
        }
    }

    fn run_all(&mut self) {
        let all = self.ledger.wanted().map(|(id, _)| (id.clone(), Vec::new()));
        let releases: BTreeMap<_, _> = all.collect();
        if !releases.is_empty() {
            self.tell_changes();
            self.start(What::Whole, releases);
        }
    }

    fn run_due(&mut self) {
        let errand = self.errand();
        if errand.releases.is_empty() {
            self.leave();
        } else if let Some((_, planned)) = self.plan.take_if(|(it, _)| *it == errand) {
            self.run_planned(errand, planned);
        }
    }

    /// Nothing is to be run. What is held was talked of already.
    fn leave(&mut self) {
        if self.ledger.dirty().is_empty() && !self.changes.is_empty() {
            let files = self.take_changes();
            self.report(Report::Untouched(files));
        }
    }

    fn run_planned(&mut self, errand: Errand, planned: Planned) {
        let Planned { invocations, refused } = planned;
        self.tell_changes();
        let mut releases = errand.releases;
        releases.retain(|id| !refused.contains_key(id));
        for (release, why) in refused {
            self.ledger.refuse(&release);
            self.report(Report::Refused { release, why });
        }
        let reasons = |id: Id| (id.clone(), self.ledger.take(&id));
        let releases: BTreeMap<_, _> = releases.into_iter().map(reasons).collect();
        if !releases.is_empty() {
            self.start(What::Some(invocations), releases);
        }
    }

    fn start(&mut self, what: What, releases: BTreeMap<Id, Vec<PathBuf>>) {
        for id in releases.keys() {
            self.ledger.take(id);
            self.ledger.undo(id);
        }
        self.store();
        if self.settings.busy != Busy::Restart {
            self.window = None;
        }
        self.retry = None;
        let began = self.ledger.wanted().map(|(id, print)| (id.clone(), *print));
        self.run = Some(Running {
            began: began.collect(),
            releases: releases.clone(),
            interrupted: false,
            grace: None,
        });
        self.act(Action::Run(Job { what, releases }));
    }

    fn tell_changes(&mut self) {
        if !self.changes.is_empty() {
            let files = self.take_changes();
            self.report(Report::Changed(files));
        }
    }

    fn take_changes(&mut self) -> Vec<PathBuf> {
        std::mem::take(&mut self.changes).into_iter().collect()
    }
}
