//! `check`: looks once or again and again, tells what was found, and remembers it.
//!
//! One check of a helmfile, environment and context at a time. The report is data
//! until it is printed; other ways to tell it take it from here. Refuses to change
//! anything but its own state directory.

use std::env;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context;
use helmfire_cli::{Exit, Locked, Output, Talk};
use helmfire_findings::{Redactor, Release, ReleaseReport, Report, Unknown, report};
use helmfire_helmfile::passed::Passed;
use helmfire_helmfile::programs;
use helmfire_helmfile::run::Leash;
use helmfire_inputs::Id;
use helmfire_inputs::path::relative;
use helmfire_inputs::project;
use helmfire_rules::ignore::Date;
use helmfire_state::{Home, Key, Lock};

use crate::cli::{CheckArgs, FailOn};
use crate::ignoring::Ignoring;
use crate::interval;
use crate::live::Manner;
use crate::memory::{Memory, Subject};
use crate::outcome::Outcome;
use crate::pass::Pass;
use crate::people::People;
use crate::progress::Progress;
use crate::signals;

/// Without a limit a check may take this long.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// A check that can be made again.
pub struct Check<'c> {
    args: &'c CheckArgs,
    output: &'c Output,
    talk: &'c Talk,
    passed: Passed,
    helmfile: PathBuf,
    leash: Leash,
    redactor: Redactor,
    memory: Memory,
    _lock: Option<Lock>,
}

/// Runs the command.
pub fn check(args: &CheckArgs, output: &Output, talk: &Talk) -> anyhow::Result<Exit> {
    args.sound()?;
    let leash = Leash::default();
    signals::listen(leash.clone())?;
    let check = Check::new(args, output, talk, leash)?;
    if let Some(time) = args.interval {
        return interval::repeat(&check, time);
    }
    let report = check.look()?;
    check.print(&report)?;
    Ok(check.exit(&report))
}

impl<'c> Check<'c> {
    fn new(
        args: &'c CheckArgs,
        output: &'c Output,
        talk: &'c Talk,
        leash: Leash,
    ) -> anyhow::Result<Self> {
        let passed = args.globals.passed();
        let helmfile =
            if args.cluster { PathBuf::new() } else { programs::helmfile()? };
        let subject = Subject::new(&passed, args.cluster);
        let (key, memory, lock) = match kept(&subject) {
            Ok((key, memory, lock)) => (key, memory, Some(lock)),
            Err(error) if error.is::<Locked>() => return Err(error),
            // To find is worth more than to remember.
            Err(error) => {
                talk.warn(&format!("what is found cannot be kept: {error:#}"));
                (Key::random()?, Memory::default(), None)
            }
        };
        let redactor = Redactor::new(key);
        Ok(Self {
            args,
            output,
            talk,
            passed,
            helmfile,
            leash,
            redactor,
            memory,
            _lock: lock,
        })
    }

    /// Looks at everything, and remembers what it saw.
    pub fn look(&self) -> anyhow::Result<Report> {
        let start = Instant::now();
        let ignoring = self.ignoring()?;
        let args = self.args;
        let limit = args.limit.or(args.interval).unwrap_or(LONGEST);
        let manner = Manner {
            compare: args.compare,
            people: People::new(&args.people),
            additions: !args.no_additions,
            ignoring,
            redactor: self.redactor.clone(),
        };
        let progress = Progress::new(self.output.quiet);
        let pass = Pass {
            args,
            passed: self.passed.clone(),
            helmfile: self.helmfile.clone(),
            manner,
            leash: self.leash.clone(),
            deadline: start + limit,
            progress: &|done, all| progress.show(done, all),
        };
        let mut outcomes = pass.run().context("the network cannot be used")?;
        progress.clear();
        if self.leash.is_over() {
            // What was found is half of it; the signal ends the program.
            loop {
                thread::park();
            }
        }
        let lost = self.miss(&mut outcomes);
        outcomes.extend(lost);
        for outcome in &mut outcomes {
            pass.ignore(outcome);
        }
        self.warn_of_rules(&pass.manner.ignoring, &outcomes);
        self.warn_of_storage(&outcomes);
        let releases = outcomes.iter().map(|it| self.told(it)).collect();
        let seconds = start.elapsed().as_secs_f64();
        let mut report = Report { releases, time: now(), seconds };
        match self.memory.remember(&report, report.time) {
            Ok(state) => {
                let date = |it: ReleaseReport| {
                    let first_seen = state.first_seen(&it);
                    it.with_first_seen(first_seen)
                };
                report.releases = report.releases.into_iter().map(date).collect();
            }
            Err(error) => {
                self.talk.warn(&format!("what was found cannot be kept: {error:#}"));
            }
        }
        Ok(report)
    }

    /// What was there at the check before and is not is no wish of git's. Without git it
    /// is told once: releases that nobody declares, where all were looked for.
    fn miss(&self, outcomes: &mut [Outcome]) -> Vec<Outcome> {
        outcomes.iter_mut().filter(|it| it.is_uninstalled).for_each(Outcome::lose);
        let mut deployed = match self.memory.deployed() {
            Ok(deployed) => deployed,
            // It is not written over: whoever knows better may mend it.
            Err(error) => {
                let what = "what was uninstalled since earlier checks cannot be told";
                self.talk.warn(&format!("{what}: {error:#}"));
                return Vec::new();
            }
        };
        let mut lost = Vec::new();
        let is_told = |it: &Outcome| !it.id.name.is_empty() || it.is_nobody;
        if self.args.cluster && outcomes.iter().all(is_told) {
            let is_there = |id: &Id| outcomes.iter().any(|it| it.id == *id);
            let gone = deployed.iter().filter(|id| self.covers(id) && !is_there(id));
            lost.extend(gone.cloned().map(Outcome::of_lost));
        }
        for outcome in outcomes {
            match outcome.is_there {
                Some(true) => drop(deployed.insert(outcome.id.clone())),
                // Git does not want it there any more.
                _ if outcome.is_unwanted => drop(deployed.remove(&outcome.id)),
                Some(false) if deployed.contains(&outcome.id) => outcome.lose(),
                _ => {}
            }
        }
        deployed.retain(|id| !lost.iter().any(|it| it.id == *id));
        if let Err(error) = self.memory.keep_deployed(deployed) {
            self.talk.warn(&format!("what is deployed cannot be kept: {error:#}"));
        }
        lost
    }

    /// Whether a check of the cluster would have seen a release.
    fn covers(&self, id: &Id) -> bool {
        let named = |flag: &str| {
            let value = self.passed.value(flag).map(OsStr::to_string_lossy);
            value.filter(|it| !it.is_empty())
        };
        let is_in_namespace = match named("namespace") {
            Some(namespace) => namespace == id.namespace,
            None => false,
        };
        named("selector").is_none() && (self.args.all_namespaces || is_in_namespace)
    }

    /// Rules that were of no use, as far as that is known: what was not looked at may
    /// need them.
    fn warn_of_rules(&self, ignoring: &Ignoring, outcomes: &[Outcome]) {
        let is_selected =
            |flag: &str| self.passed.value(flag).is_some_and(|it| !it.is_empty());
        let is_part =
            is_selected("selector") || self.args.cluster && !self.args.all_namespaces;
        let known = outcomes.iter().filter(|it| it.unknown.is_empty());
        let known: Vec<&Id> = known.map(|it| &it.id).collect();
        let is_all = !is_part && known.len() == outcomes.len();
        ignoring.warn(self.talk, &known, is_all);
    }

    /// Where nothing is there, Helm's storage may be another one.
    fn warn_of_storage(&self, outcomes: &[Outcome]) {
        let is_absent = |it: &Outcome| it.is_there == Some(false) && !it.is_uninstalled;
        if !outcomes.is_empty() && outcomes.iter().all(is_absent) {
            let driver = env::var("HELM_DRIVER").unwrap_or_default();
            let place = match driver.as_str() {
                "" => "Secrets".into(),
                driver => format!("HELM_DRIVER={driver}"),
            };
            let why = "not deployed yet, or HELM_DRIVER is another one when they are";
            let none = "has none of these releases";
            self.talk.warn(&format!("Helm's storage ({place}) {none}: {why}"));
        }
    }

    fn ignoring(&self) -> anyhow::Result<Ignoring> {
        let rules = match &self.args.rules {
            Some(path) => helmfire_rules::Rules::load_from(path)?,
            None => project::rules(&self.passed)?,
        };
        Ok(Ignoring::new(rules, today(now())))
    }

    fn told(&self, outcome: &Outcome) -> ReleaseReport {
        let helmfile = relative(&outcome.helmfile).display().to_string();
        let release = Release { id: outcome.id.clone(), helmfile };
        let unknown: Vec<Unknown> = outcome
            .unknown
            .iter()
            .map(|it| {
                let (object, reason) = (it.object.clone(), it.reason.clone());
                let remedy = Some(it.remedy.clone()).filter(|it| !it.is_empty());
                Unknown { object, what: it.what, reason, remedy }
            })
            .collect();
        let (findings, notes) = (&outcome.findings, &outcome.notes);
        ReleaseReport::new(&release, findings, &unknown, notes, &self.redactor)
            .with_by_field(outcome.by_field)
    }

    /// Prints the report in the form that was asked for.
    pub fn print(&self, report: &Report) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(self.form(report).as_bytes())?;
        out.flush()?;
        Ok(())
    }

    fn form(&self, report: &Report) -> String {
        let args = self.args;
        let coloured = self.output.color.applies_to(&io::stdout());
        let verbose = self.output.verbose > 0;
        if args.json {
            report::json(report)
        } else if args.summary {
            format!("{}\n", report::summary(report))
        } else if args.diff {
            report::diff(report, coloured, verbose)
        } else {
            report::text(report, coloured, verbose)
        }
    }

    /// The report in one line with its time.
    pub fn print_line(&self, report: &Report) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        if self.args.json {
            writeln!(out, "{}", serde_json::to_string(&report.summary())?)?;
        } else {
            // As in a diff.
            let mark = if self.args.diff { "# " } else { "" };
            writeln!(out, "{mark}{} {}", report.time(), report::summary(report))?;
        }
        out.flush()?;
        Ok(())
    }

    /// The report that differs from the one before; its last line is the one with the
    /// time.
    pub fn print_anew(&self, report: &Report) -> anyhow::Result<()> {
        if self.args.json {
            return self.print(report);
        }
        let form = self.form(report);
        let all = form.strip_suffix('\n').unwrap_or(&form);
        let (before, _) = all.rsplit_once('\n').unwrap_or_default();
        let mut out = io::stdout().lock();
        if !before.is_empty() {
            writeln!(out, "{before}")?;
        }
        drop(out);
        self.print_line(report)
    }

    /// 1 if something is unknown, whatever else was found.
    pub fn exit(&self, report: &Report) -> Exit {
        let any = |is: fn(&ReleaseReport) -> bool| report.releases.iter().any(is);
        let (drifted, pending) =
            (any(ReleaseReport::is_drifted), any(ReleaseReport::is_pending));
        let differs = match self.args.fail_on.unwrap_or(FailOn::Drift) {
            FailOn::Drift => drifted,
            FailOn::Pending => pending,
            FailOn::Any => drifted || pending,
        };
        if any(ReleaseReport::is_unknown) {
            Exit::Trouble
        } else if differs {
            Exit::Difference
        } else {
            Exit::Done
        }
    }
}

/// Where it is remembered, and that nobody else is at it.
fn kept(subject: &Subject) -> anyhow::Result<(Key, Memory, Lock)> {
    let home = Home::open()?;
    let directory = subject.directory(&home)?;
    let lock = Lock::take(&directory, "check", &subject.to_string())?;
    Ok((home.key().clone(), Memory::open(directory), lock))
}

/// Seconds since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

/// The day of a moment, in UTC.
pub fn today(now: u64) -> Date {
    let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
    let text = humantime::format_rfc3339_seconds(moment).to_string();
    text.get(..10).and_then(Date::parse).unwrap_or(Date::LAST)
}
