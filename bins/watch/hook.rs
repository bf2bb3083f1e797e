//! `--on-event`: a command of the user's for each event, one after the other.
//!
//! It runs beside the watch, which never waits for it; if it cannot keep up, later
//! events are left out, which is said once. At the end it has five seconds before it is told to end.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, kill_process_group};

/// How many events may wait.
const WAITING: usize = 256;
/// How long the last ones may take.
const LAST: Duration = Duration::from_secs(5);

/// The command.
pub struct Hook {
    events: SyncSender<String>,
    done: Receiver<()>,
    has_lost: bool,
    /// The process group of the command that runs.
    current: Arc<Mutex<Option<Pid>>>,
}

impl Hook {
    /// Starts the thread that runs `command`.
    pub fn start(command: &str) -> Self {
        let (events, waiting) = mpsc::sync_channel::<String>(WAITING);
        let (end, done) = mpsc::channel();
        let command = command.to_string();
        let current = Arc::new(Mutex::new(None));
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
        if self.done.recv_timeout(LAST).is_err()
            && let Some(group) = *lock(&self.current)
        {
            let _ = kill_process_group(group, rustix::process::Signal::TERM);
        }
    }
}

fn lock(current: &Mutex<Option<Pid>>) -> MutexGuard<'_, Option<Pid>> {
    current.lock().unwrap_or_else(PoisonError::into_inner)
}

fn run(command: &str, event: &str, current: &Mutex<Option<Pid>>) {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).stdin(Stdio::piped()).process_group(0);
    // Its own talk is the user's to read; standard output is for events.
    shell.stdout(Stdio::null());
    if let Ok(mut child) = shell.spawn() {
        *lock(current) = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        if let Some(mut stdin) = child.stdin.take() {
            // It need not read.
            let _ = stdin.write_all(event.as_bytes());
        }
        let ended = child.wait();
        *lock(current) = None;
        drop(ended);
    }
}
