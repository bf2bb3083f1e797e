//! One run of helmfile, in a process group of its own.
//!
//! A Ctrl-C at the terminal so reaches the watch alone, which decides whom it is
//! meant for. What helmfile says is kept in memory, for the end of it tells what
//! became of the releases. The run is over when nothing of it is left: a helm
//! that goes on by itself would meet the next one. Refuses to kill: helm would
//! leave a release in `pending-upgrade`, and every later run would fail.

mod group;
mod kept;
mod leash;

use std::ffi::{OsStr, OsString};
use std::io::{self, Read, Write};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

pub use group::Signal;
use kept::Kept;
pub use leash::{Leash, Led};

/// How long the group may outlive its leader, before and after a TERM.
const PATIENCE: (Duration, Duration) =
    (Duration::from_secs(2), Duration::from_secs(30));

/// Somebody outside the group may hold the pipes open for ever.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// A run that has not been waited for.
#[must_use = "a child that is not waited for stays as a zombie"]
pub struct Child {
    process: std::process::Child,
    handle: Handle,
    stdout: Reading,
    stderr: Reading,
}

/// How a run ended.
#[derive(Debug)]
pub struct Output {
    /// The exit code, or 128 and the number of the signal.
    pub code: u8,
    /// What was said on stdout, without the middle if it was too much.
    pub stdout: Vec<u8>,
    /// And on stderr.
    pub stderr: Vec<u8>,
    /// Whether some process of the group would not end.
    pub remains: bool,
}

/// Sends signals to a run, from any thread.
#[derive(Clone, Debug)]
pub struct Handle(Arc<Mutex<Option<Pid>>>);

impl Handle {
    /// Signals the whole group; false if the run is over.
    pub fn send(&self, signal: Signal) -> bool {
        // Locked, so that the number is not given to another group meanwhile.
        let group = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        group.is_some_and(|group| group::send(group, signal))
    }

    /// The number of the group while the run goes on.
    pub fn group(&self) -> Option<i32> {
        let group = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        group.map(|group| group.as_raw_nonzero().get())
    }
}

impl Child {
    /// Starts `program` without stdin; with `live` what it says is also copied
    /// to stderr at once.
    pub fn start<K: AsRef<OsStr>, V: AsRef<OsStr>>(
        program: &Path,
        args: &[OsString],
        envs: impl IntoIterator<Item = (K, V)>,
        cwd: Option<&Path>,
        live: bool,
    ) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.args(args).envs(envs).stdin(Stdio::null());
        cwd.map(|cwd| command.current_dir(cwd));
        Self::spawn(&mut command, live)
    }

    /// As [`Self::start`], for a command that is ready to be started, with the stdin
    /// that it has.
    pub fn spawn(command: &mut Command, live: bool) -> io::Result<Self> {
        command.process_group(0);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let handle = Handle(Arc::new(Mutex::new(group)));
        let stdout = Reading::start(child.stdout.take(), live);
        let stderr = Reading::start(child.stderr.take(), live);
        Ok(Self { process: child, handle, stdout, stderr })
    }

    /// For another thread.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Waits for the end of the run and of all that it started.
    pub fn wait(self) -> io::Result<Output> {
        self.wait_with(PATIENCE)
    }

    fn wait_with(mut self, patience: (Duration, Duration)) -> io::Result<Output> {
        let group = *self.handle.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Not reaped yet: as long as the leader is a zombie, nobody else can get
        // its number, and signals go to this group or nowhere.
        if let Some(leader) = group {
            let end = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            rustix::io::retry_on_intr(|| waitid(WaitId::Pid(leader), end))?;
        }
        let remains = group.is_some_and(|group| !group::settle(group, patience));
        let status = {
            let mut group =
                self.handle.0.lock().unwrap_or_else(PoisonError::into_inner);
            *group = None;
            self.process.wait()?
        };
        let code = exit_code(status);
        let (stdout, stderr) = (self.stdout.finish(), self.stderr.finish());
        Ok(Output { code, stdout, stderr, remains })
    }
}

fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or(status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// A thread that reads a pipe to its end.
struct Reading {
    kept: Arc<Mutex<Kept>>,
    end: Receiver<()>,
}

impl Reading {
    fn start(from: Option<impl Read + Send + 'static>, live: bool) -> Self {
        let kept = Arc::new(Mutex::new(Kept::default()));
        let (done, end) = mpsc::channel();
        let to = Arc::clone(&kept);
        thread::spawn(move || {
            // The channel closes when this ends, however it does.
            let _done = done;
            let _ = from.map(|from| read(from, &to, live));
        });
        Self { kept, end }
    }

    fn finish(self) -> Vec<u8> {
        let _ = self.end.recv_timeout(LAST_WORDS);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *kept).into_bytes()
    }
}

fn read(mut from: impl Read, to: &Mutex<Kept>, live: bool) -> io::Result<()> {
    let mut chunk = vec![0; 64 * 1024];
    loop {
        let length = match from.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        to.lock().unwrap_or_else(PoisonError::into_inner).push(&chunk[..length]);
        if live {
            // There is nobody left to tell if stderr is closed.
            let _ = io::stderr().write_all(&chunk[..length]);
        }
    }
}

#[cfg(test)]
mod tests;
