//! With shell scripts in the part of helmfile.

use signal_hook::consts::SIGINT;

use super::*;

const NO_ENVS: [(&str, &str); 0] = [];

fn sh(script: &str) -> Child {
    // Whoever ignores a signal has children that cannot but ignore it, as what a
    // script starts in the background does. A handler makes them deaf no longer.
    signal_hook::flag::register(SIGINT, Arc::default()).unwrap();
    let args = ["-c", script].map(OsString::from);
    Child::start(Path::new("/bin/sh"), &args, NO_ENVS, None, false).unwrap()
}

/// Waits until `script` has said that it is ready.
fn ready(child: &Child) {
    let said = || !child.stdout.kept.lock().unwrap().is_empty();
    while !said() {
        thread::sleep(Duration::from_millis(5));
    }
}

fn exists(pid: &[u8]) -> bool {
    let pid = std::str::from_utf8(pid).unwrap().trim();
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    // An orphan is reaped by the first process, if by anybody.
    stat.is_ok_and(|stat| !stat.contains(") Z"))
}

const SHORT: (Duration, Duration) =
    (Duration::from_millis(100), Duration::from_secs(10));

#[test]
fn keeps_what_is_said_and_how_it_ended() {
    let output = sh("cat; echo out; echo err >&2; exit 3").wait().unwrap();
    assert_eq!(output.code, 3);
    assert_eq!((&*output.stdout, &*output.stderr), (&b"out\n"[..], &b"err\n"[..]));
    assert!(!output.remains);
    assert_eq!(sh("kill -KILL $$").wait().unwrap().code, 137);
}

#[test]
fn in_its_place_with_its_environment() {
    let args = ["-c", "pwd; echo $A"].map(OsString::from);
    let (sh, cwd) = (Path::new("/bin/sh"), Some(Path::new("/")));
    let child = Child::start(sh, &args, [("A", "b")], cwd, true).unwrap();
    assert_eq!(child.wait().unwrap().stdout, b"/\nb\n");
    assert!(Child::start(Path::new("/no/such"), &args, NO_ENVS, None, false).is_err());
}

#[test]
fn much_output_does_not_block() {
    let output = sh("yes | head -c 20000000; echo end").wait().unwrap();
    assert!(output.stdout.ends_with(b"y\nend\n"));
    assert!(output.stdout.len() < 9_000_000);
}

#[test]
fn signals_reach_the_group() {
    let child = sh("trap 'echo int; exit 9' INT; echo go; sleep 100 & wait");
    ready(&child);
    let handle = child.handle();
    let sender = thread::spawn(move || handle.send(Signal::Int));
    let output = child.wait_with(SHORT).unwrap();
    assert!(sender.join().unwrap());
    assert_eq!((output.code, &*output.stdout), (9, &b"go\nint\n"[..]));
    let child = sh("echo go; sleep 100");
    ready(&child);
    assert!(child.handle().send(Signal::Term));
    assert_eq!(child.wait().unwrap().code, 143);
}

#[test]
fn what_ignores_int_is_terminated_when_it_stays_behind() {
    let child = sh("(trap '' INT; exec sleep 100) & echo $!; wait");
    ready(&child);
    // As soon as the shell has changed nothing but its child.
    thread::sleep(Duration::from_millis(200));
    assert!(child.handle().send(Signal::Int));
    let output = child.wait_with(SHORT).unwrap();
    assert_eq!(output.code, 130);
    assert!(!output.remains);
    assert!(!exists(&output.stdout));
}

#[test]
fn what_ends_soon_is_left_in_peace() {
    let output = sh("(sleep 0.3; echo done) & exit 0").wait().unwrap();
    assert_eq!((output.code, &*output.stdout), (0, &b"done\n"[..]));
}

#[test]
fn what_will_not_end_is_told_and_not_killed() {
    let script = "(trap '' TERM; echo ready; exec sleep 3) & read x; exit 0";
    let child = sh(script);
    ready(&child);
    let brief = (Duration::from_millis(50), Duration::from_millis(100));
    let output = child.wait_with(brief).unwrap();
    assert!(output.remains);
    assert_eq!(output.stdout, b"ready\n");
}

#[test]
fn nothing_is_left_and_nobody_else_is_signalled() {
    let child = sh("echo $$");
    let handle = child.handle();
    let output = child.wait().unwrap();
    let pid = String::from_utf8(output.stdout).unwrap();
    assert!(!Path::new("/proc").join(pid.trim()).exists(), "a zombie");
    assert!(!handle.send(Signal::Int));
}
