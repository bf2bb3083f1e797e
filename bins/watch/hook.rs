//! `--on-event`: a command of the user's for each event, one after the other.
//!
//! It runs beside the watch, which never waits for it; if it cannot keep up, later
//! events are left out, which is said once. At the end it has five seconds before it is
//! told to end, and one more before it is killed.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};

/// How many events may wait.
const WAITING: usize = 256;
/// How long the last ones may take.
const LAST: Duration = Duration::from_secs(5);
/// How long the command may take to end when it is told to.
const END: Duration = Duration::from_secs(1);

/// The command.
pub struct Hook {
    events: SyncSender<String>,
    done: Receiver<()>,
    has_lost: bool,
    current: Arc<Mutex<Current>>,
}

/// What goes on.
#[derive(Default)]
struct Current {
    /// The process group of the command that runs.
    group: Option<Pid>,
    /// None is to begin any more.
    is_over: bool,
}

impl Hook {
    /// Starts the thread that runs `command`.
    pub fn start(command: &str) -> Self {
        let (events, waiting) = mpsc::sync_channel::<String>(WAITING);
        let (end, done) = mpsc::channel();
        let command = command.to_string();
        let current = Arc::new(Mutex::new(Current::default()));
        let own = Arc::clone(&current);
        thread::spawn(move || {
            // Closed when this ends.
            let _end = end;
            for event in waiting {
                run(&command, &event, &own);
            }
        });
        Self { events, done, has_lost: false, current }
    }

    /// Hands an event over; whether this is the first that has to be left out.
    pub fn send(&mut self, event: String) -> bool {
        let lost = self.events.try_send(event).is_err();
        lost && !std::mem::replace(&mut self.has_lost, true)
    }

    /// Waits a moment for the last event.
    pub fn finish(self) {
        drop(self.events);
        if self.done.recv_timeout(LAST) != Err(RecvTimeoutError::Timeout) {
            return;
        }
        lock(&self.current).is_over = true;
        for signal in [Signal::TERM, Signal::KILL] {
            if let Some(group) = lock(&self.current).group {
                let _ = kill_process_group(group, signal);
            }
            if self.done.recv_timeout(END) != Err(RecvTimeoutError::Timeout) {
                return;
            }
        }
    }
}

fn lock(current: &Mutex<Current>) -> MutexGuard<'_, Current> {
    current.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run(command: &str, event: &str, current: &Mutex<Current>) {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).stdin(Stdio::piped()).process_group(0);
    // Its own talk is the user's to read; standard output is for events.
    shell.stdout(Stdio::null());
    // Locked until its group is known, so that none begins unseen.
    let mut going = lock(current);
    if going.is_over {
        return;
    }
    if let Ok(mut child) = shell.spawn() {
        going.group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        drop(going);
        if let Some(mut stdin) = child.stdin.take() {
            // It need not read.
            let _ = stdin.write_all(event.as_bytes());
        }
        let ended = child.wait();
        lock(current).group = None;
        drop(ended);
    }
}
