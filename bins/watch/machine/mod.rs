//! What `helmfire-watch` decides, and nothing of how it is done: hints in, snapshots
//! decide. An event only says "look"; a release is run iff what is wanted of it
//! differs from what was deployed.
//!
//! No files, no clock, no threads: the caller tells what happened and when, does what
//! is asked for, and steps again at the deadline. At most one survey, one plan and one
//! run are under way. Each step takes in what it is told (`absorb`), then makes one
//! move after the other (`decide`, `perform`) until there is something to wait for.

use std::collections::BTreeSet;
use std::path::PathBuf;

mod absorb;
mod action;
mod aftermath;
mod alarm;
mod decide;
mod input;
mod ledger;
mod perform;
mod rounds;
mod running;
mod settings;
mod trouble;
mod window;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod world;

pub use self::action::{Action, Job, Kill, Report, What};
pub use self::input::{Ended, Input, Plan, Planned, Signal, State, Survey};
pub use self::settings::{Busy, Initial, Settings};
pub use helmfire_inputs::{Id, Print};

use self::alarm::Alarm;
use self::ledger::Ledger;
use self::rounds::Rounds;
use self::running::{Aftermath, Running};
use self::trouble::Trouble;
use self::window::Window;

/// The time since the start.
pub type Time = std::time::Duration;

#[derive(Debug)]
pub struct Machine {
    settings: Settings,
    phase: Phase,
    /// What is still to be done at the first state that can be read.
    opening: Option<Opening>,
    ledger: Ledger,
    rounds: Rounds,
    /// Reading the files does not work.
    unread: Trouble,
    /// Finding out how to call helmfile does not work.
    unplanned: Trouble,
    /// The files that changed and were not reported yet.
    changes: BTreeSet<PathBuf>,
    window: Option<Window>,
    /// Whether a hint has come since the last survey began.
    hinted: bool,
    /// Whether the next survey is to read everything again.
    reload: bool,
    /// Whether a survey is needed whatever happens, as a run has ended.
    owed: bool,
    /// The survey under way.
    asked: Option<Asked>,
    /// The last one answered.
    looked: Option<Looked>,
    /// Since when git is at work.
    locked: Option<Time>,
    /// The plan under way.
    sought: Option<Errand>,
    /// The last one answered.
    plan: Option<(Errand, Planned)>,
    run: Option<Running>,
    aftermath: Option<Aftermath>,
    /// When what was held is tried again.
    retry: Option<Time>,
    deadline: Option<Time>,
    actions: Vec<Action>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Unbegun,
    Watching,
    /// A signal came; to be left with this code.
    Stopping(u8),
    Over,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opening {
    /// Run helmfile for all releases.
    Whole,
    /// Take everything as deployed.
    Adopt,
}

#[derive(Clone, Debug)]
struct Asked {
    at: Time,
    reload: bool,
    moment: Moment,
}

/// What a change that a survey finds may come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// From a run that is going.
    During,
    /// From the run that has just ended.
    After,
    /// From anything but a run.
    Idle,
}

#[derive(Clone, Debug)]
struct Looked {
    began: Time,
    answered: Time,
}

/// What a plan is for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Errand {
    releases: BTreeSet<Id>,
    generation: u64,
}

impl Machine {
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            phase: Phase::Unbegun,
            opening: None,
            ledger: Ledger::default(),
            rounds: Rounds::default(),
            unread: Trouble::default(),
            unplanned: Trouble::default(),
            changes: BTreeSet::new(),
            window: None,
            hinted: false,
            reload: false,
            owed: false,
            asked: None,
            looked: None,
            locked: None,
            sought: None,
            plan: None,
            run: None,
            aftermath: None,
            retry: None,
            deadline: None,
            actions: Vec::new(),
        }
    }

    /// Takes in what happened, and tells what to do.
    pub fn step(&mut self, input: Input, now: Time) -> Vec<Action> {
        if self.phase != Phase::Over {
            self.absorb(input, now);
            self.settle(now);
        }
        std::mem::take(&mut self.actions)
    }

    /// Whether nothing is under way and nothing known is to be done.
    pub fn is_idle(&self) -> bool {
        let looks = self.asked.is_some() || self.owed || self.reload;
        let waits =
            self.window.is_some() || self.opening.is_some() && !self.unread.persists();
        let plans = self.sought.is_some();
        self.looked.is_some() && self.run.is_none() && !looks && !waits && !plans
    }

    /// When to step with [`Input::Wake`] if nothing happens before.
    pub fn deadline(&self) -> Option<Time> {
        self.deadline
    }

    /// From now on hints may be missing: look every two seconds, and once more before
    /// a run.
    pub fn distrust(&mut self) {
        const OFTEN: Time = Time::from_secs(2);
        self.settings.reliable = false;
        self.settings.poll = Some(self.settings.poll.map_or(OFTEN, |it| it.min(OFTEN)));
    }

    fn settle(&mut self, now: Time) {
        loop {
            let mut alarm = Alarm::new(now);
            let Some(next) = self.next(&mut alarm) else {
                self.deadline = alarm.next();
                return;
            };
            self.perform(next, now);
        }
    }

    fn act(&mut self, action: Action) {
        self.actions.push(action);
    }

    fn report(&mut self, report: Report) {
        self.actions.push(Action::Report(report));
    }

    /// Has what is deployed stored if that has changed.
    fn store(&mut self) {
        if let Some(deployed) = self.ledger.save() {
            self.act(Action::Store { deployed });
        }
    }

    /// Begins a quiet period, unless one is going.
    fn open_window(&mut self, now: Time) -> &mut Window {
        self.window.get_or_insert_with(|| Window::open(now, &self.settings))
    }

    /// Leaves what was tried in vain alone for a while.
    fn hold_off(&mut self, now: Time) {
        self.retry = self.settings.retry.map(|retry| now.saturating_add(retry));
    }

    /// Gives what was tried in vain another try.
    fn release(&mut self) {
        self.ledger.release();
        self.retry = None;
    }

    /// Whether changes are of interest: not while a run is going, if it is not to be
    /// interrupted.
    fn attentive(&self) -> bool {
        self.run.is_none() || self.settings.busy == Busy::Restart
    }

    /// What the next run is for.
    fn errand(&self) -> Errand {
        let generation = self.ledger.generation();
        Errand { releases: self.ledger.due(), generation }
    }
}
