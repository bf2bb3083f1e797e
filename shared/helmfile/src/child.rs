//! A child process that is waited for, with the signals that were meant for it.
//!
//! Ctrl-C in a terminal reaches the whole process group, so the child has it
//! already; a signal that somebody sent to this process alone is passed on.
//! Either way this process lives until the child has ended, and so leaves none
//! behind. Refuses to end a child by itself.

use std::ffi::c_int;
use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::SignalsInfo;
use signal_hook::iterator::exfiltrator::WithOrigin;
use signal_hook::low_level::siginfo::Cause;

/// Starts `command` and waits for its end.
pub fn run(command: &mut Command) -> io::Result<ExitStatus> {
    tend(command, &[SIGHUP, SIGINT, SIGQUIT, SIGTERM], Child::wait)
}

/// As [`run`], with what the child wrote to stdout and stderr. It answers a
/// question, so a hangup, which tells a program to read its files again, is not
/// meant for it.
pub fn output(command: &mut Command) -> io::Result<Output> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    tend(command, &[SIGINT, SIGQUIT, SIGTERM], |child| {
        let (mut out, mut err) = (child.stdout.take(), child.stderr.take());
        let reading = thread::spawn(move || read(out.as_mut()));
        let stderr = read(err.as_mut());
        let stdout = reading.join().unwrap_or_default();
        Ok(Output { status: child.wait()?, stdout, stderr })
    })
}

/// All there is to read; what was read before an error is worth showing, too.
fn read(from: Option<&mut impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        let _ = from.read_to_end(&mut bytes);
    }
    bytes
}

fn tend<T>(
    command: &mut Command,
    passed_on: &[c_int],
    wait: impl FnOnce(&mut Child) -> io::Result<T>,
) -> io::Result<T> {
    // Before the child exists: no signal may fall between.
    let mut signals = SignalsInfo::<WithOrigin>::new(passed_on)?;
    let mut child = command.spawn()?;
    let pid = pid_of(&child);
    let handle = signals.handle();
    let forwarding = thread::spawn(move || {
        for origin in &mut signals {
            if matches!(origin.cause, Cause::Sent(_))
                && let (Some(pid), Some(signal)) =
                    (pid, Signal::from_named_raw(origin.signal))
            {
                // It may have ended a moment ago.
                let _ = kill_process(pid, signal);
            }
        }
    });
    let ended = wait(&mut child);
    handle.close();
    let _ = forwarding.join();
    ended
}

fn pid_of(child: &Child) -> Option<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw)
}

/// The exit code that stands for `status`: its own, or 128 and the number of
/// the signal that ended it, as a shell has it.
pub fn exit_code(status: ExitStatus) -> u8 {
    let code = status.code().or(status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_how_a_child_ended() {
        let sh = |script: &str| {
            let status = run(Command::new("sh").args(["-c", script])).unwrap();
            exit_code(status)
        };
        assert_eq!(sh("exit 0"), 0);
        assert_eq!(sh("exit 3"), 3);
        assert_eq!(sh("kill -TERM $$"), 143);
    }

    #[test]
    fn keeps_what_a_child_says() {
        let both = "echo out; echo err >&2; exit 1";
        let output = output(Command::new("sh").args(["-c", both])).unwrap();
        assert_eq!((output.stdout, output.stderr), (b"out\n".into(), b"err\n".into()));
        assert_eq!(exit_code(output.status), 1);
    }
}
