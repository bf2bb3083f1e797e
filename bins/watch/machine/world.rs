//! A world for the machine to live in: files that somebody edits, a git that locks
//! them, a helmfile that takes its time, fails, and rewrites what it reads. What no
//! machine may do is checked whenever the machine does something.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::*;

pub const FILES: usize = 4;
/// Which files each release is made of.
const FEEDS: [[bool; FILES]; 3] = [
    [true, true, false, false],
    [true, false, true, false],
    [true, false, false, true],
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The file gets new content.
    Edit(usize),
    /// It gets the content it had at the start.
    Revert(usize),
    Hint,
    Lock(bool),
    Break(bool),
    Signal(Signal),
}

/// What helmfile does each time.
#[derive(Clone, Debug)]
pub struct Nature {
    /// The milliseconds that surveys, plans and runs take, in turn.
    pub pace: Vec<u64>,
    /// Which runs fail, in turn.
    pub fails: Vec<bool>,
    /// Which file a run rewrites, in turn.
    pub hooks: Vec<Option<usize>>,
    /// Which releases a plan refuses.
    pub refuses: Option<usize>,
    /// Whether plans fail, in turn.
    pub puzzles: Vec<bool>,
}

enum Happening {
    Deed(Deed),
    /// The survey reads the files,
    Read,
    /// and is answered.
    Surveyed(Survey),
    Planned(Plan),
    /// Half of the run is over.
    Hook(usize),
    Ended,
}

pub struct World {
    pub machine: Machine,
    pub nature: Nature,
    settings: Settings,
    now: Time,
    queue: BTreeMap<(Time, usize), Happening>,
    files: [u8; FILES],
    fresh: u8,
    locked: bool,
    broken: bool,
    /// Since when the machine knows of the lock.
    known_lock: Option<Time>,
    seen: [u8; FILES],
    generation: u64,
    /// What the machine was told to be wanted.
    wanted: BTreeMap<Id, Print>,
    last: BTreeMap<Id, Print>,
    readable: bool,
    /// What the machine has stored.
    pub deployed: BTreeMap<Id, Print>,
    /// What is in the cluster.
    pub cluster: BTreeMap<Id, Print>,
    busy: [bool; 2],
    run: Option<(Job, BTreeMap<Id, Print>)>,
    pub runs: usize,
    pub exit: Option<u8>,
    turn: usize,
    steps: usize,
}

pub fn release(number: usize) -> Id {
    let name = format!("r{number}");
    Id { name, namespace: "n".into(), context: "c".into() }
}

fn file(number: usize) -> PathBuf {
    format!("f{number}").into()
}

impl World {
    pub fn new(settings: Settings, nature: Nature) -> Self {
        let mut world = Self {
            machine: Machine::new(settings.clone()),
            nature,
            settings,
            now: Time::ZERO,
            queue: BTreeMap::new(),
            files: [0; FILES],
            fresh: 0,
            locked: false,
            broken: false,
            known_lock: None,
            seen: [0; FILES],
            generation: 0,
            wanted: BTreeMap::new(),
            last: BTreeMap::new(),
            readable: false,
            deployed: BTreeMap::new(),
            cluster: BTreeMap::new(),
            busy: [false; 2],
            run: None,
            runs: 0,
            exit: None,
            turn: 0,
            steps: 0,
        };
        world.step(Input::Begin { deployed: BTreeMap::new() });
        world
    }

    /// Has `deed` done `ms` milliseconds from now.
    pub fn later(&mut self, ms: u64, deed: Deed) {
        self.after(ms, Happening::Deed(deed));
    }

    fn after(&mut self, ms: u64, happening: Happening) {
        self.turn += 1;
        let at = self.now + Time::from_millis(ms);
        self.queue.insert((at, self.turn), happening);
    }

    fn take<T: Clone>(&mut self, of: impl Fn(&Nature) -> &Vec<T>) -> T {
        self.turn += 1;
        let all = of(&self.nature);
        all[self.turn % all.len()].clone()
    }

    fn pace(&mut self) -> u64 {
        self.take(|nature| &nature.pace)
    }

    /// What is in the files now.
    pub fn truth(&self) -> BTreeMap<Id, Print> {
        let print = |feeds: &[bool; FILES]| {
            let mut print = [0; 16];
            for number in (0..FILES).filter(|number| feeds[*number]) {
                print[number] = self.files[number];
            }
            Print(print)
        };
        let prints = FEEDS.iter().enumerate();
        prints.map(|(number, feeds)| (release(number), print(feeds))).collect()
    }

    /// Lets `seconds` pass.
    pub fn pass(&mut self, seconds: u64) {
        let end = self.now + Time::from_secs(seconds);
        loop {
            let next = self.queue.keys().next().map(|(at, _)| *at);
            let deadline = self.machine.deadline();
            let Some(at) = next.into_iter().chain(deadline).min() else { break };
            if at > end {
                break;
            }
            self.steps += 1;
            assert!(self.steps < 20_000, "the machine does not come to rest");
            self.now = self.now.max(at);
            if deadline.is_some_and(|it| next.is_none_or(|next| it < next)) {
                self.step(Input::Wake);
                let later = self.machine.deadline().is_none_or(|it| it > self.now);
                assert!(later, "the deadline is in the past");
            } else if let Some((_, happening)) = self.queue.pop_first() {
                self.happen(happening);
            }
        }
        self.now = end;
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Deed(deed) => self.deed(deed),
            Happening::Read => {
                let survey = self.read();
                let ms = self.pace();
                self.after(ms, Happening::Surveyed(survey));
            }
            Happening::Surveyed(survey) => self.surveyed(survey),
            Happening::Planned(plan) => {
                self.busy[1] = false;
                self.step(Input::Planned(plan));
            }
            Happening::Hook(number) => self.edit(number),
            Happening::Ended => self.end(),
        }
    }

    fn deed(&mut self, deed: Deed) {
        match deed {
            Deed::Edit(number) => self.edit(number),
            Deed::Revert(number) => {
                self.files[number] = 0;
                self.rumour();
            }
            Deed::Hint => self.step(Input::Hint),
            Deed::Lock(locked) => self.locked = locked,
            Deed::Break(broken) => {
                self.broken = broken;
                self.rumour();
            }
            Deed::Signal(signal) => self.step(Input::Signal(signal)),
        }
    }

    fn edit(&mut self, number: usize) {
        self.fresh = self.fresh.wrapping_add(1).max(1);
        self.files[number] = self.fresh;
        self.rumour();
    }

    /// Word of a change gets around, if it does.
    fn rumour(&mut self) {
        if self.settings.reliable {
            self.after(7, Happening::Deed(Deed::Hint));
        }
    }

    fn read(&mut self) -> Survey {
        let changed = (0..FILES).filter(|it| self.seen[*it] != self.files[*it]);
        let changed: Vec<usize> = changed.collect();
        self.seen = self.files;
        let files = |numbers: Vec<usize>| numbers.into_iter().map(file).collect();
        let state = if self.broken {
            Err("broken".into())
        } else {
            let wanted = self.truth();
            let differ = |number: &usize| {
                self.last.get(&release(*number)) != wanted.get(&release(*number))
            };
            let why = |number: usize| {
                let mut why = changed.clone();
                why.retain(|file| FEEDS[number][*file]);
                (release(number), files(why))
            };
            let reasons = (0..3).filter(differ).map(why).collect();
            self.last.clone_from(&wanted);
            self.generation += u64::from(!changed.is_empty());
            let (generation, may_write) = (self.generation, true);
            let made = BTreeSet::new();
            Ok(State { generation, wanted, may_write, made, reasons })
        };
        Survey { changed: files(changed), state, locked: self.locked }
    }

    fn surveyed(&mut self, survey: Survey) {
        self.busy[0] = false;
        self.readable = survey.state.is_ok();
        if let Ok(state) = &survey.state {
            self.wanted.clone_from(&state.wanted);
        }
        let since = self.known_lock.unwrap_or(self.now);
        self.known_lock = survey.locked.then_some(since);
        self.step(Input::Surveyed(survey));
    }

    fn end(&mut self) {
        let Some((job, truth)) = self.run.take() else { return };
        let mut ended = Ended::default();
        for (id, _) in job.releases {
            if self.take(|nature| &nature.fails) {
                ended.failed.insert(id);
            } else {
                self.cluster.insert(id.clone(), truth[&id]);
                ended.succeeded.insert(id);
            }
        }
        self.step(Input::Ended(ended));
    }

    fn step(&mut self, input: Input) {
        let actions = self.machine.step(input, self.now);
        assert!(actions.is_empty() || self.exit.is_none(), "{actions:?} after the end");
        for action in actions {
            self.obey(action);
        }
    }

    fn obey(&mut self, action: Action) {
        assert_eq!(self.exit, None);
        match action {
            Action::Survey { .. } => {
                assert!(!std::mem::replace(&mut self.busy[0], true), "two surveys");
                let idle = self.run.is_none();
                assert!(idle || self.settings.busy == Busy::Restart);
                let ms = self.pace();
                self.after(ms, Happening::Read);
            }
            Action::Plan { releases, generation } => self.plan(releases, generation),
            Action::Run(job) => self.start(job),
            Action::Send(_) => {
                assert!(self.run.is_some(), "a signal for nobody");
            }
            Action::Store { deployed } => {
                assert_ne!(self.deployed, deployed);
                self.deployed = deployed;
            }
            Action::Report(_) => {}
            Action::Exit(code) => {
                assert!(self.run.is_none(), "helmfile is left alone");
                self.exit = Some(code);
            }
        }
    }

    fn plan(&mut self, releases: BTreeSet<Id>, generation: u64) {
        assert!(!std::mem::replace(&mut self.busy[1], true), "two plans");
        assert!(!releases.is_empty());
        let mut planned = Planned::default();
        let refused = self.nature.refuses.map(release);
        if let Some(id) = refused.filter(|id| releases.contains(id)) {
            planned.refused.insert(id, "why".into());
        }
        let puzzled = self.take(|nature| &nature.puzzles);
        let outcome = if puzzled { Err("why".into()) } else { Ok(planned) };
        let ms = self.pace();
        self.after(ms, Happening::Planned(Plan { releases, generation, outcome }));
    }

    fn start(&mut self, job: Job) {
        assert!(self.run.is_none(), "two runs");
        assert!(!job.releases.is_empty());
        assert!(self.readable, "a run of what cannot be read");
        let held = |since: Time| self.now < since + self.settings.git_hold;
        assert!(!self.known_lock.is_some_and(held), "a run while git is at work");
        for id in job.releases.keys().filter(|_| job.what != What::Whole) {
            assert_ne!(self.wanted.get(id), self.deployed.get(id), "{id:?} was clean");
            assert_ne!(Some(id), self.nature.refuses.map(release).as_ref());
        }
        self.runs += 1;
        let (half, rest) = (self.pace(), self.pace());
        if let Some(number) = self.take(|nature| &nature.hooks) {
            self.after(half, Happening::Hook(number));
        }
        self.run = Some((job, self.truth()));
        self.after(half + 10 + rest, Happening::Ended);
    }
}
