//! One run: helmfile, once or several times, and what became of each release.
//!
//! A thread of its own, so that signals are answered meanwhile; its end comes as a
//! message. Runs what it is told and refuses to decide what is due.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use helmfire_helmfile::run::{Child, Handle, Output, Signal};
use helmfire_inputs::Id;

use crate::command::{Command, environment};
use crate::event;
use crate::machine::{Ended, Job, Kill, What};
use crate::message::Message;
use crate::outcome::{Name, Outcome};

/// A run that goes on in a thread of its own.
pub struct Deployment {
    current: Arc<Mutex<Current>>,
}

#[derive(Default)]
struct Current {
    handle: Option<Handle>,
    is_stopped: bool,
}

/// How a run ended.
#[derive(Debug, Default)]
pub struct Done {
    pub ended: Ended,
    pub results: Vec<event::Result>,
    pub code: u8,
    /// Whether it was told to end before its time.
    pub interrupted: bool,
    pub duration: Duration,
    /// What helmfile printed.
    pub output: Vec<u8>,
    /// Whether repositories are known now.
    pub refreshed: bool,
    /// Why helmfile could not be run, or what is wrong besides.
    pub trouble: Option<String>,
}

/// How helmfile is to be run.
#[derive(Clone, Debug)]
pub struct Manner {
    pub command: Command,
    /// Whether what it says is shown at once.
    pub live: bool,
    /// Whether its repositories are known already.
    pub skip_refresh: bool,
}

impl Deployment {
    /// Starts it; its end comes as a message.
    pub fn start(job: Job, manner: Manner, to: Sender<Message>) -> Self {
        let current = Arc::new(Mutex::new(Current::default()));
        let own = Arc::clone(&current);
        thread::spawn(move || {
            let done = perform(&job, &manner, &own);
            let _ = to.send(Message::Done(Box::new(done)));
        });
        Self { current }
    }

    /// Signals helmfile; after that no further invocation is begun.
    pub fn send(&self, kill: Kill) {
        let mut current = lock(&self.current);
        current.is_stopped = true;
        let signal = match kill {
            Kill::Interrupt => Signal::Int,
            Kill::Terminate => Signal::Term,
        };
        current.handle.as_ref().map(|handle| handle.send(signal));
    }

    /// The process group of helmfile, while it runs.
    pub fn group(&self) -> Option<i32> {
        lock(&self.current).handle.as_ref().and_then(Handle::group)
    }
}

fn lock(current: &Mutex<Current>) -> std::sync::MutexGuard<'_, Current> {
    current.lock().unwrap_or_else(PoisonError::into_inner)
}

fn perform(job: &Job, manner: &Manner, current: &Mutex<Current>) -> Done {
    let start = Instant::now();
    let whole = vec![manner.command.whole()];
    let invocations = match &job.what {
        What::Whole => &whole,
        What::Some(invocations) => invocations,
    };
    // Only a run for some that follows one for all needs no repositories.
    let skip = manner.skip_refresh && job.what != What::Whole;
    let mut done = Done { refreshed: !skip, ..Done::default() };
    let mut texts = Vec::new();
    for invocation in invocations {
        let mut words: Vec<OsString> = Vec::new();
        words.extend(skip.then(|| "--skip-refresh".into()));
        words.extend(invocation.iter().cloned());
        match invoke(&words, manner, current) {
            Ok(Some(output)) => {
                done.code = done.code.max(output.code);
                done.output.extend(&output.stdout);
                done.output.extend(&output.stderr);
                if output.remains {
                    let what =
                        "processes of the run are still there and were not killed";
                    done.trouble = Some(what.into());
                }
                texts.push(output);
            }
            Ok(None) => break,
            Err(error) => {
                let program = manner.command.program.display();
                done.trouble = Some(format!("{program}: {error}"));
                done.code = done.code.max(1);
            }
        }
    }
    done.duration = start.elapsed();
    done.interrupted = lock(current).is_stopped;
    judge(job, manner, &texts, &mut done);
    done.refreshed &= done.code == 0;
    done
}

fn invoke(
    words: &[OsString],
    manner: &Manner,
    current: &Mutex<Current>,
) -> io::Result<Option<Output>> {
    let child = {
        let mut current = lock(current);
        if current.is_stopped {
            return Ok(None);
        }
        let program = &manner.command.program;
        let child = Child::start(program, words, environment(), None, manner.live)?;
        current.handle = Some(child.handle());
        child
    };
    child.wait().map(Some)
}

/// Tells what became of each release.
fn judge(job: &Job, manner: &Manner, outputs: &[Output], done: &mut Done) {
    let asked: Vec<Name> = job.releases.keys().map(name).collect();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let stdout: String = outputs.iter().map(|it| text(&it.stdout)).collect();
    let stderr: String = outputs.iter().map(|it| text(&it.stderr)).collect();
    let code = if outputs.is_empty() { 1 } else { done.code };
    let outcome = Outcome::read(&manner.command.name, &stdout, &stderr, code, &asked);
    let mut by_name: BTreeMap<Name, Vec<&Id>> = BTreeMap::new();
    for id in job.releases.keys() {
        by_name.entry(name(id)).or_default().push(id);
    }
    let none = Vec::new();
    for fate in &outcome.releases {
        let known = Name { name: fate.name.clone(), namespace: fate.namespace.clone() };
        let ids = by_name.get(&known).unwrap_or(&none);
        let set: &mut BTreeSet<Id> = if fate.success {
            &mut done.ended.succeeded
        } else {
            &mut done.ended.failed
        };
        set.extend(ids.iter().map(|id| (*id).clone()));
        let mut result = event::Result::new(fate, ids.first().copied());
        if done.interrupted && !fate.success {
            result.error = Some("interrupted".into());
        }
        done.results.push(result);
    }
}

fn name(id: &Id) -> Name {
    Name { name: id.name.clone(), namespace: id.namespace.clone() }
}
