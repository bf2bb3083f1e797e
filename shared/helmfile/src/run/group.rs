//! A process group: signals to it, and whether anybody in it is alive.
//!
//! Zombies take signals like the living. The leader stays one until the group is
//! empty, so that its number cannot be given away, and in a container nobody
//! may reap the others. So on Linux the states are read; elsewhere the kernel
//! does not count zombies when it is asked to signal a group.

use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, kill_process_group};

/// What helmfile and helm understand, and what nobody survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// As Ctrl-C.
    Int,
    /// As from `kill`.
    Term,
    /// For who asks and changes nothing.
    Kill,
}

/// Signals `group`; false if there is none.
pub(super) fn send(group: Pid, signal: Signal) -> bool {
    let signal = match signal {
        Signal::Int => rustix::process::Signal::INT,
        Signal::Term => rustix::process::Signal::TERM,
        Signal::Kill => rustix::process::Signal::KILL,
    };
    kill_process_group(group, signal).is_ok()
}

/// Waits until nobody in `group` is alive, asking them to end in between.
pub(super) fn settle(group: Pid, (before, after): (Duration, Duration)) -> bool {
    is_empty_within(group, before) || {
        send(group, Signal::Term);
        is_empty_within(group, after)
    }
}

fn is_empty_within(group: Pid, patience: Duration) -> bool {
    let start = Instant::now();
    let mut pause = Duration::from_millis(5);
    while is_alive(group) {
        if start.elapsed() >= patience {
            return false;
        }
        sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(200));
    }
    true
}

#[cfg(target_os = "linux")]
fn is_alive(group: Pid) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else { return false };
    let lines = processes.flatten().filter_map(|process| {
        let number = process.file_name().to_str()?.bytes().all(|b| b.is_ascii_digit());
        number.then(|| std::fs::read(process.path().join("stat")).ok()).flatten()
    });
    let mut states = lines.filter_map(|line| state_and_group(&line));
    states.any(|(state, its)| {
        its == group.as_raw_nonzero().get() && !b"ZX".contains(&state)
    })
}

/// Of `PID (NAME) STATE PARENT GROUP …`; the name may hold anything.
#[cfg(target_os = "linux")]
fn state_and_group(stat: &[u8]) -> Option<(u8, i32)> {
    let end = stat.iter().rposition(|byte| *byte == b')')?;
    let rest = std::str::from_utf8(&stat[end + 1..]).ok()?;
    let mut words = rest.split_ascii_whitespace();
    let state = *words.next()?.as_bytes().first()?;
    let group = words.nth(1)?.parse().ok()?;
    Some((state, group))
}

#[cfg(not(target_os = "linux"))]
fn is_alive(group: Pid) -> bool {
    rustix::process::test_kill_process_group(group).is_ok()
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_look_like_more_words() {
        assert_eq!(state_and_group(b"7 (a) S 1) Z 1 5 5 0"), Some((b'Z', 5)));
        assert_eq!(state_and_group(b"7 (a"), None);
    }
}
