//! The loop: what happened goes to the machine, what it asks for is done and said.
//!
//! The only place where decisions meet processes, files and the screen. Refuses to
//! decide: whatever depends on what happened before belongs into the machine.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use helmfire_cli::{Exit, count};
use helmfire_inputs::{Id, Print};

use crate::command::Command;
use crate::deploy::{Deployment, Done, Manner};
use crate::deployed::Deployed;
use crate::event::{Due, Event, files, names};
use crate::machine::{
    Action, Input, Job, Kill, Machine, Report, Settings, Signal, What,
};
use crate::message::Message;
use crate::surveying::{News, Surveying};
use crate::voice::Voice;

/// A watch under way.
pub struct Watch<'t> {
    machine: Machine,
    origin: Instant,
    surveying: Option<Surveying>,
    deployed: Deployed,
    manner: Manner,
    to: Sender<Message>,
    voice: Option<Voice<'t>>,
    run: Option<Run>,
    runs: u64,
    repositories: Option<Print>,
    /// No further hint will come.
    is_last: bool,
    /// A signal came.
    is_stopping: bool,
    exit: Option<u8>,
}

/// The run that is going.
struct Run {
    deployment: Deployment,
    job: Job,
    /// Whether it was told to end, and not only asked.
    is_told: bool,
}

impl<'t> Watch<'t> {
    pub fn new(
        settings: Settings,
        surveying: Surveying,
        deployed: Deployed,
        command: Command,
        live: bool,
        to: Sender<Message>,
        voice: Voice<'t>,
    ) -> Self {
        Self {
            machine: Machine::new(settings),
            origin: Instant::now(),
            surveying: Some(surveying),
            deployed,
            manner: Manner { command, live, skip_refresh: false },
            to,
            voice: Some(voice),
            run: None,
            runs: 0,
            repositories: None,
            is_last: false,
            is_stopping: false,
            exit: None,
        }
    }

    /// Watches until a signal ends it.
    pub fn go_on(
        &mut self,
        started: &Event,
        messages: &Receiver<Message>,
    ) -> anyhow::Result<Exit> {
        self.event(started)?;
        self.step(Input::Begin { deployed: self.deployed.read() })?;
        while self.exit.is_none() {
            let input = match messages.recv_timeout(self.patience()) {
                Ok(message) => self.take(message)?,
                Err(RecvTimeoutError::Timeout) => Some(Input::Wake),
                Err(RecvTimeoutError::Disconnected) => break,
            };
            if let Some(voice) = &mut self.voice {
                voice.draw();
            }
            if let Some(input) = input {
                self.step(input)?;
            }
            if self.is_last && self.machine.is_idle() {
                self.exit.get_or_insert(0);
            }
        }
        let code = self.exit.unwrap_or_default();
        if let Some(surveying) = self.surveying.take() {
            surveying.finish();
        }
        self.event(&Event::Stopped { code })?;
        self.voice.take().into_iter().for_each(Voice::end);
        Ok(Exit::Child(code))
    }

    /// How long to wait for a message.
    fn patience(&self) -> Duration {
        let now = self.origin.elapsed();
        let deadline = self.machine.deadline().map(|at| at.saturating_sub(now));
        let tick = self.voice.as_ref().and_then(Voice::tick);
        // A timer that is a little early would have to be set again.
        let deadline = deadline.map(|it| it + Duration::from_millis(1));
        deadline.into_iter().chain(tick).min().unwrap_or(Duration::from_secs(3600))
    }

    fn take(&mut self, message: Message) -> anyhow::Result<Option<Input>> {
        Ok(match message {
            Message::Hint => Some(Input::Hint),
            Message::Surveyed(survey) => Some(Input::Surveyed(survey)),
            Message::Planned(plan) => Some(Input::Planned(plan)),
            Message::Signal(signal) => {
                self.is_stopping |= signal != Signal::Hangup;
                Some(Input::Signal(signal))
            }
            Message::End => {
                self.is_last = true;
                Some(Input::Wake)
            }
            Message::Done(done) => Some(self.done(*done)?),
            Message::News(news) => {
                self.news(&news)?;
                None
            }
        })
    }

    fn step(&mut self, input: Input) -> anyhow::Result<()> {
        for action in self.machine.step(input, self.origin.elapsed()) {
            self.perform(action)?;
        }
        Ok(())
    }

    fn perform(&mut self, action: Action) -> anyhow::Result<()> {
        match action {
            Action::Survey { reload } => {
                self.surveying.iter().for_each(|it| it.survey(reload));
            }
            Action::Plan { releases, generation } => {
                if let Some(surveying) = &self.surveying {
                    surveying.plan(releases, generation);
                }
            }
            Action::Run(job) => self.start(job)?,
            Action::Send(kill) => self.send(kill),
            Action::Store { deployed } => {
                if let Err(error) = self.deployed.write(deployed) {
                    let message = format!("what was deployed cannot be kept: {error}");
                    self.error(&message)?;
                }
            }
            Action::Report(report) => self.report(report)?,
            Action::Exit(code) => self.exit = Some(code),
        }
        Ok(())
    }

    fn start(&mut self, job: Job) -> anyhow::Result<()> {
        self.runs += 1;
        let whole = job.what == What::Whole;
        let releases = job.releases.iter().map(|(id, files)| Due::new(id, files));
        let releases = releases.collect();
        self.event(&Event::RunStarted { run: self.runs, whole, releases })?;
        let doing = self.verbs().0;
        let running =
            format!("{}: {doing}", names(job.releases.keys().map(|id| &*id.name)));
        if let Some(voice) = &mut self.voice {
            voice.detail(&format!("{}: {doing}", subject(&job)));
            voice.running(Some(running));
        }
        let deployment =
            Deployment::start(job.clone(), self.manner.clone(), self.to.clone());
        self.run = Some(Run { deployment, job, is_told: false });
        Ok(())
    }

    /// Passes a signal on. Whoever asks for a third time is told how helmfile is
    /// killed, and why not by us.
    fn send(&mut self, kill: Kill) {
        let Some(run) = &mut self.run else { return };
        run.deployment.send(kill);
        let group = run.deployment.group().filter(|_| run.is_told && self.is_stopping);
        run.is_told |= kill == Kill::Terminate;
        if let Some(group) = group {
            self.warn(&format!(
                "helmfile was told to end; if it hangs, kill -KILL -- -{group} ends it, and may \
                 leave a release in pending-upgrade"
            ));
        }
    }

    fn done(&mut self, done: Done) -> anyhow::Result<Input> {
        let Some(run) = self.run.take() else { return Ok(Input::Wake) };
        self.manner.skip_refresh =
            done.refreshed || (self.manner.skip_refresh && done.code == 0);
        let success = done.ended.failed.is_empty() && done.code == 0;
        self.event(&Event::RunFinished {
            run: self.runs,
            success,
            code: done.code,
            duration: done.duration.as_secs_f64(),
            releases: done.results.clone(),
        })?;
        self.tell(&run.job, &done, success);
        Ok(Input::Ended(done.ended))
    }

    /// Says how a run ended; all that helmfile said, if it failed.
    fn tell(&mut self, job: &Job, done: &Done, success: bool) {
        let subject = subject(job);
        let (_, past) = self.verbs();
        let seconds = format!("{:.1} s", done.duration.as_secs_f64());
        let (live, ends) = (self.manner.live, self.is_stopping);
        let Some(voice) = &mut self.voice else { return };
        voice.running(None);
        if done.interrupted && !success {
            done.trouble.iter().for_each(|trouble| voice.error(trouble));
            let again = if ends { "" } else { ", to be run again" };
            voice.note(&format!("{subject}: interrupted after {seconds}{again}"));
            return;
        }
        if !success && !live {
            voice.quote(&done.output);
        }
        done.trouble.iter().for_each(|trouble| voice.error(trouble));
        if success {
            voice.note(&format!("{subject} {past} in {seconds}"));
            return;
        }
        let failed = done.results.iter().filter(|it| !it.success);
        for result in failed.clone() {
            let error = result.error.as_deref().unwrap_or("helmfile does not say why");
            let alike = done.results.iter().filter(|it| it.release == result.release);
            let place = match alike.count() {
                0 | 1 => String::new(),
                _ => format!("{}/", result.namespace),
            };
            voice.error(&format!("{place}{} failed: {error}", result.release));
        }
        let numbers = (failed.count(), job.releases.len());
        voice.error(&format!(
            "{subject}: {} of {} failed after {seconds}{}",
            numbers.0,
            count(numbers.1, "release"),
            if ends { "" } else { ", to be tried again with the next change" }
        ));
    }

    /// As something that goes on, and as something done.
    fn verbs(&self) -> (&'static str, &'static str) {
        match self.manner.command.name.as_str() {
            "sync" => ("syncing", "synced"),
            "apply" => ("applying", "applied"),
            "diff" => ("comparing", "compared"),
            "template" => ("rendering", "rendered"),
            "lint" => ("checking", "checked"),
            "test" | "unittest" => ("testing", "tested"),
            "fetch" => ("fetching", "fetched"),
            _ => ("running", "run"),
        }
    }

    fn news(&mut self, news: &News) -> anyhow::Result<()> {
        self.event(&Event::Watching { files: news.files, releases: news.releases })?;
        if news.repositories != self.repositories {
            self.repositories = news.repositories;
            self.manner.skip_refresh = false;
        }
        let Some(voice) = &mut self.voice else { return Ok(()) };
        voice.watching(news.files, news.releases);
        if news.is_cut {
            voice.warn(
                "there are more files than --max-files beside those that helmfile names, the \
                 others are not watched",
            );
        }
        if news.is_remote || !news.troubles.is_empty() {
            self.machine.distrust();
        }
        for trouble in &news.troubles {
            voice.warn(trouble);
        }
        Ok(())
    }

    fn report(&mut self, report: Report) -> anyhow::Result<()> {
        match report {
            Report::Changed(files) => self.event(&Event::Change { files }),
            Report::Broken(message) => self.error(&message),
            Report::Mended => {
                self.note("helmfile reads its files again");
                self.event(&Event::Mended)
            }
            Report::Removed(id) => {
                self.warn(&format!(
                    "release {id} is no longer declared; it stays in the cluster, remove it \
                     with helm uninstall"
                ));
                let Id { name: release, namespace, context: kube_context } = id;
                self.event(&Event::Removed { release, namespace, kube_context })
            }
            Report::Refused { release, why } => {
                self.warn(&format!("{release} is not deployed: {why}"));
                let Id { name: release, namespace, context: kube_context } = release;
                let message = why;
                self.event(&Event::Refused {
                    release,
                    namespace,
                    kube_context,
                    message,
                })
            }
            Report::SelfWriting { file, releases } => {
                let ids: Vec<String> =
                    releases.iter().map(ToString::to_string).collect();
                let ids = names(ids.iter().map(String::as_str));
                self.warn(&format!(
                    "each run writes {} anew, so {ids} would be deployed for ever; tried once \
                     more in a minute, then not until something else changes",
                    files(std::slice::from_ref(&file))
                ));
                let releases = releases.iter().map(|id| Due::new(id, &[])).collect();
                self.event(&Event::SelfWriting { file, releases })
            }
            Report::Untouched(paths) => {
                let text = format!("{} touches no release", files(&paths));
                self.voice.iter_mut().for_each(|voice| voice.detail(&text));
                Ok(())
            }
        }
    }

    fn error(&mut self, message: &str) -> anyhow::Result<()> {
        self.voice.iter_mut().for_each(|voice| voice.error(message));
        self.event(&Event::Error { message: message.into() })
    }

    fn warn(&mut self, message: &str) {
        self.voice.iter_mut().for_each(|voice| voice.warn(message));
    }

    fn note(&mut self, message: &str) {
        self.voice.iter_mut().for_each(|voice| voice.note(message));
    }

    /// Who read the events has seen enough when he goes: the watch ends, but not in
    /// the middle of a run.
    fn event(&mut self, event: &Event) -> anyhow::Result<()> {
        if let Some(voice) = &mut self.voice
            && !voice.event(event)?
        {
            self.is_last = true;
        }
        Ok(())
    }
}

/// What is run and why: `web (values/web.yaml)`.
fn subject(job: &Job) -> String {
    if job.what == What::Whole {
        return count(job.releases.len(), "release");
    }
    let mut by_files: BTreeMap<&Vec<PathBuf>, Vec<String>> = BTreeMap::new();
    for (id, files) in &job.releases {
        by_files.entry(files).or_default().push(called(id, job));
    }
    let parts = by_files.into_iter().map(|(reason, ids)| {
        let ids = names(ids.iter().map(String::as_str));
        if reason.is_empty() { ids } else { format!("{ids} ({})", files(reason)) }
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// A release by its name, or by all it is called where another has that name.
fn called(id: &Id, job: &Job) -> String {
    let same = job.releases.keys().filter(|other| other.name == id.name).count();
    if same > 1 { id.to_string() } else { id.name.clone() }
}
