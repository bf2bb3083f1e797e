//! `helmfire-watch`: run helmfile again for the releases whose files change.
//!
//! Threads bring hints, looks, signals and the ends of runs into one channel; one
//! thread asks the [`machine`] what to do and does it. Refuses to destroy anything
//! and to kill helm.

mod cli;
mod command;
mod deploy;
mod deployed;
mod event;
mod hook;
mod machine;
mod message;
mod notice;
mod outcome;
mod plan;
mod survey;
mod surveying;
mod voice;
mod watch;

use std::io::{self, BufRead};
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::Duration;

use helmfire_cli::{Exit, Talk};
use helmfire_helmfile::run::Leash;
use helmfire_inputs::project;
use helmfire_state::{Home, Lock};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use cli::Args;
use command::Command;
use deployed::Deployed;
use machine::{Busy, Initial, Settings, Signal};
use message::Message;
use notice::Notice;
use survey::Surveyor;
use surveying::Surveying;
use voice::Voice;
use watch::Watch;

/// How often to look where events tell of every change, and where they do not.
const POLL: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(2));

fn main() -> ExitCode {
    helmfire_cli::run(program)
}

fn program(args: &Args, talk: &Talk) -> anyhow::Result<Exit> {
    let command = Command::read(args)?;
    let home = Home::open()?;
    let identity = project::identity(&command.passed);
    let environment = project::environment(&command.passed);
    let directory = home.of(&identity, &environment)?;
    let what = format!("{} in environment {environment}", identity.display());
    let _lock = Lock::take(&directory, "watch", &what)?;
    let deployed = Deployed::new(&directory, &deployed_name(&home, &command));
    let voice = Voice::new(args, talk, &directory)?;

    let (to, messages) = mpsc::channel();
    listen_to_signals(to.clone())?;
    let hint = to.clone();
    let notice = (!args.stdin).then(|| {
        Notice::start(move || {
            let _ = hint.send(Message::Hint);
        })
    });
    if args.stdin {
        listen_to_stdin(to.clone());
    }
    let leash = Leash::default();
    let surveyor = Surveyor::new(command.clone(), args.max_files, &home, leash.clone());
    let surveying = Surveying::start(surveyor, notice, to.clone(), leash);
    let live = args.output.verbose > 0;
    let settings = settings(args, &identity);
    let started = event::Event::Started {
        helmfile: identity,
        environment,
        command: command.text(),
        pid: std::process::id(),
    };
    let mut watch = Watch::new(settings, surveying, deployed, command, live, to, voice);
    watch.go_on(&started, &messages)
}

/// Watches with other flags deploy other things, so each keeps its own account.
fn deployed_name(home: &Home, command: &Command) -> String {
    let mut ink = home.key().ink();
    let own = command.passed.without(&["file", "environment", "helm-binary"]);
    own.words(&command.name).iter().for_each(|word| ink.put(word.as_encoded_bytes()));
    format!("deployed-{}.json", ink.dry())
}

fn settings(args: &Args, project: &Path) -> Settings {
    let is_remote = notice::is_remote(project);
    let poll = args.poll.unwrap_or(if is_remote { POLL.1 } else { POLL.0 });
    let default = Settings::default();
    Settings {
        quiet: args.debounce,
        cap: default.cap.max(args.debounce),
        poll: (!args.stdin || args.poll.is_some()).then_some(poll),
        reliable: !is_remote && !args.stdin,
        busy: match args.on_busy {
            cli::Busy::Queue => Busy::Queue,
            cli::Busy::Ignore => Busy::Ignore,
            cli::Busy::Restart => Busy::Restart,
        },
        retry: args.retry_interval,
        initial: match args.initial {
            cli::Initial::Run => Initial::Run,
            cli::Initial::Skip => Initial::Skip,
        },
        may_write: args.on_event.is_some(),
        ..default
    }
}

fn listen_to_signals(to: Sender<Message>) -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    thread::spawn(move || {
        for signal in signals.forever() {
            let signal = match signal {
                SIGHUP => Signal::Hangup,
                SIGINT => Signal::Interrupt,
                _ => Signal::Terminate,
            };
            if to.send(Message::Signal(signal)).is_err() {
                return;
            }
        }
    });
    Ok(())
}

fn listen_to_stdin(to: Sender<Message>) {
    thread::spawn(move || {
        let lines = io::stdin().lock().split(b'\n');
        for _ in lines.map_while(Result::ok) {
            if to.send(Message::Hint).is_err() {
                return;
            }
        }
        let _ = to.send(Message::End);
    });
}
