//! Everything that was started, so that a signal or a time limit ends it.
//!
//! Each run is a process group of its own, which a Ctrl-C at the terminal does not
//! reach; who ends must end them. They are told to terminate, and killed if they do not:
//! what is on a leash asks and changes nothing.

use std::io;
use std::process::Command;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::{Child, Handle, Output, Signal};

/// How long who was told to terminate may take.
const GRACE: Duration = Duration::from_secs(5);

/// The runs that are under way. A clone holds the same ones.
#[derive(Clone, Debug, Default)]
pub struct Leash(Arc<Mutex<Held>>);

#[derive(Debug, Default)]
struct Held {
    handles: Vec<Handle>,
    is_over: bool,
}

/// How a run on a leash ended.
#[derive(Debug)]
pub struct Led {
    /// What it said and its exit code.
    pub output: Output,
    /// Whether it took too long and was told to end.
    pub was_late: bool,
}

impl Leash {
    /// Runs `command` to its end, for `patience` at most, after which its group is
    /// told to terminate, and a little later killed; nothing is started any more once
    /// all were ended.
    pub fn run(&self, command: &mut Command, patience: Duration) -> io::Result<Led> {
        let child = {
            let mut held = self.lock();
            if held.is_over {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let child = Child::spawn(command, false)?;
            held.handles.retain(|it| it.group().is_some());
            held.handles.push(child.handle());
            child
        };
        let handle = child.handle();
        let (done, is_done) = mpsc::channel::<()>();
        let watch = thread::spawn(move || {
            let is_late = |patience| {
                is_done.recv_timeout(patience) == Err(RecvTimeoutError::Timeout)
            };
            let was_late = is_late(patience) && handle.send(Signal::Term);
            if was_late && is_late(GRACE) {
                handle.send(Signal::Kill);
            }
            was_late
        });
        let output = child.wait();
        drop(done);
        let was_late = watch.join().unwrap_or(false);
        Ok(Led { output: output?, was_late })
    }

    /// Tells all to terminate, and lets no other begin.
    pub fn end(&self) {
        let mut held = self.lock();
        held.is_over = true;
        for handle in &held.handles {
            handle.send(Signal::Term);
        }
    }

    /// Whether all were ended.
    pub fn is_over(&self) -> bool {
        self.lock().is_over
    }

    /// Waits a little until all have ended; then they are killed.
    pub fn wait(&self) {
        let end = Instant::now() + GRACE;
        let goes_on = || self.lock().handles.iter().any(|it| it.group().is_some());
        while goes_on() && Instant::now() < end {
            thread::sleep(Duration::from_millis(10));
        }
        for handle in &self.lock().handles {
            handle.send(Signal::Kill);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn what_takes_too_long_is_ended_with_all_it_started() {
        let start = Instant::now();
        let leash = Leash::default();
        let led = leash.run(&mut sh("sleep 60 & sleep 60"), Duration::from_millis(100));
        let led = led.unwrap();
        assert!(led.was_late && led.output.code == 143, "{led:?}");
        assert!(start.elapsed() < Duration::from_secs(10));
        let led =
            leash.run(&mut sh("echo a; exit 3"), Duration::from_secs(60)).unwrap();
        assert!(!led.was_late);
        assert_eq!((led.output.code, led.output.stdout), (3, b"a\n".to_vec()));
    }

    #[test]
    fn at_the_end_all_go_and_none_comes() {
        let leash = Leash::default();
        let other = leash.clone();
        let running = thread::spawn(move || {
            other.run(&mut sh("sleep 60"), Duration::from_secs(60))
        });
        while leash.lock().handles.is_empty() {
            thread::sleep(Duration::from_millis(5));
        }
        leash.end();
        let led = running.join().unwrap().unwrap();
        assert_eq!((led.output.code, led.was_late), (143, false));
        assert!(leash.run(&mut sh("true"), Duration::from_secs(1)).is_err());
    }
}
