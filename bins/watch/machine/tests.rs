//! Each rule as a short script: what happens when, and what is asked for then.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::*;

mod dirty;
mod lock;
mod meanwhile;
mod opening;
mod quiet;
mod rounds;
mod signals;
mod trouble;

fn id(name: &str) -> Id {
    Id { name: name.into(), namespace: "n".into(), context: "c".into() }
}

fn ids(names: &str) -> BTreeSet<Id> {
    names.split_whitespace().map(id).collect()
}

fn files(names: &str) -> Vec<PathBuf> {
    names.split_whitespace().map(PathBuf::from).collect()
}

/// `web=1 db=2`
fn prints(text: &str) -> BTreeMap<Id, Print> {
    let pair = |pair: &str| {
        let (name, print) = pair.split_once('=').unwrap();
        (id(name), Print([print.parse().unwrap(); 16]))
    };
    text.split_whitespace().map(pair).collect()
}

fn ms(ms: u64) -> Time {
    Time::from_millis(ms)
}

/// A survey that found `changed`, each because of which all of `because` differ.
fn survey(changed: &str, wanted: &str, because: &str) -> Survey {
    let reasons = ids(because).into_iter().map(|id| (id, files(changed))).collect();
    let (generation, may_write) = (1, true);
    let (wanted, made) = (prints(wanted), BTreeSet::new());
    let state = State { generation, wanted, may_write, made, reasons };
    Survey { changed: files(changed), state: Ok(state), locked: false }
}

fn unreadable(changed: &str, message: &str) -> Survey {
    Survey { changed: files(changed), state: Err(message.into()), locked: false }
}

fn plan(releases: &str) -> Plan {
    let planned = Planned { invocations: calls(releases), ..Planned::default() };
    Plan { releases: ids(releases), generation: 1, outcome: Ok(planned) }
}

fn calls(releases: &str) -> Vec<Vec<std::ffi::OsString>> {
    vec![releases.split_whitespace().map(Into::into).collect()]
}

const LOOK: Action = Action::Survey { reload: false };
const RELOAD: Action = Action::Survey { reload: true };
const INTERRUPT: Action = Action::Send(Kill::Interrupt);
const TERMINATE: Action = Action::Send(Kill::Terminate);

fn planning(releases: &str) -> Action {
    Action::Plan { releases: ids(releases), generation: 1 }
}

fn store(deployed: &str) -> Action {
    Action::Store { deployed: prints(deployed) }
}

fn whole(releases: &str) -> Action {
    let releases = ids(releases).into_iter().map(|id| (id, vec![])).collect();
    Action::Run(Job { what: What::Whole, releases })
}

fn run(releases: &str, because: &str) -> Action {
    let what = What::Some(calls(releases));
    let releases = ids(releases).into_iter().map(|id| (id, files(because)));
    Action::Run(Job { what, releases: releases.collect() })
}

fn changed(names: &str) -> Action {
    Action::Report(Report::Changed(files(names)))
}

fn untouched(names: &str) -> Action {
    Action::Report(Report::Untouched(files(names)))
}

fn broken(message: &str) -> Action {
    Action::Report(Report::Broken(message.into()))
}

fn writing(file: &str, releases: &str) -> Action {
    let releases = ids(releases).into_iter().collect();
    Action::Report(Report::SelfWriting { file: file.into(), releases })
}

const MENDED: Action = Action::Report(Report::Mended);

struct Script {
    machine: Machine,
    now: Time,
    /// What was stored when the last run began.
    undone: Option<Action>,
}

impl Script {
    fn new(settings: Settings) -> Self {
        Self { machine: Machine::new(settings), now: ms(0), undone: None }
    }

    /// One for which `web=1 db=1` is deployed and nothing is to be done, at 0.
    fn idle(settings: &Settings) -> Self {
        let mut script =
            Self::new(Settings { initial: Initial::Skip, ..settings.clone() });
        script.begin("web=1 db=1", &[RELOAD]);
        script.surveyed(survey("", "web=1 db=1", ""), &[]);
        script
    }

    /// One for which `web` is being run, begun because `a` changed, at 500.
    fn running(settings: &Settings) -> Self {
        let mut script = Self::idle(settings);
        script.edit("a", "web=2 db=1", "web");
        script
    }

    /// `file` changes, which takes 500 ms and makes `releases` run.
    fn edit(&mut self, file: &str, wanted: &str, releases: &str) {
        self.hint(&[]);
        let start = self.now;
        self.at(start + ms(100), &[LOOK]);
        self.surveyed(survey(file, wanted, releases), &[planning(releases)]);
        self.planned(plan(releases), &[]);
        self.at(start + ms(500), &[changed(file), run(releases, file)]);
    }

    #[track_caller]
    fn step(&mut self, input: Input, expected: &[Action]) {
        let mut actions = self.machine.step(input, self.now);
        // What a run undoes has a test of its own.
        if let Some(at) = actions.iter().position(|it| matches!(it, Action::Run(_)))
            && at > 0
            && matches!(actions[at - 1], Action::Store { .. })
        {
            self.undone = Some(actions.remove(at - 1));
        }
        assert_eq!(actions, expected, "at {:?}", self.now);
    }

    /// The next deadline is `at`, and brings this.
    #[track_caller]
    fn at(&mut self, at: Time, expected: &[Action]) {
        self.asleep_until(at);
        self.step(Input::Wake, expected);
    }

    /// Nothing is done before `at`.
    #[track_caller]
    fn asleep_until(&mut self, at: Time) {
        while let Some(deadline) = self.machine.deadline().filter(|it| *it < at) {
            assert!(deadline > self.now, "a deadline in the past");
            self.now = deadline;
            self.step(Input::Wake, &[]);
        }
        self.now = at;
    }

    #[track_caller]
    fn begin(&mut self, deployed: &str, expected: &[Action]) {
        self.step(Input::Begin { deployed: prints(deployed) }, expected);
    }

    #[track_caller]
    fn hint(&mut self, expected: &[Action]) {
        self.step(Input::Hint, expected);
    }

    #[track_caller]
    fn surveyed(&mut self, survey: Survey, expected: &[Action]) {
        self.step(Input::Surveyed(survey), expected);
    }

    #[track_caller]
    fn planned(&mut self, plan: Plan, expected: &[Action]) {
        self.step(Input::Planned(plan), expected);
    }

    #[track_caller]
    fn ended(&mut self, succeeded: &str, failed: &str, expected: &[Action]) {
        let ended = Ended { succeeded: ids(succeeded), failed: ids(failed) };
        self.step(Input::Ended(ended), expected);
    }

    #[track_caller]
    fn signal(&mut self, signal: Signal, expected: &[Action]) {
        self.step(Input::Signal(signal), expected);
    }

    /// Nothing will be done ever if nothing happens.
    #[track_caller]
    fn rests(&mut self) {
        self.asleep_until(self.now + ms(3_600_000));
        assert_eq!(self.machine.deadline(), None);
    }
}

fn with(change: impl FnOnce(&mut Settings)) -> Settings {
    let mut settings = Settings::default();
    change(&mut settings);
    settings
}

fn busy(busy: Busy) -> Settings {
    with(|settings| settings.busy = busy)
}
