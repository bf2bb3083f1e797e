//! Running commands and taking medians.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A command whose output is thrown away.
pub fn silent(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.env_remove("HELMFIRE_FILE").env_remove("HELMFIRE_REPORT");
    command
}

/// The medians of two commands, run in turn so that a drift of the machine's
/// speed meets both.
pub fn in_turn(
    runs: usize,
    mut first: impl FnMut() -> Command,
    mut second: impl FnMut() -> Command,
) -> (Duration, Duration) {
    let mut times = (Vec::new(), Vec::new());
    // One more than asked for, the first not counted.
    for run in 0..=runs {
        let pair = (time(&mut first()), time(&mut second()));
        if run > 0 || runs == 1 {
            times.0.push(pair.0);
            times.1.push(pair.1);
        }
    }
    (median(times.0), median(times.1))
}

/// The median of one command.
pub fn alone(runs: usize, mut command: impl FnMut() -> Command) -> Duration {
    in_turn(runs, &mut command, || Command::new("true")).0
}

fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.status().expect("a command that can be started");
    let elapsed = start.elapsed();
    assert!(status.success(), "{command:?} failed while it was timed");
    elapsed
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// A pipe `cat FILE | MIDDLE | cat > /dev/null` as one shell command.
pub fn pipeline(file: &Path, middle: &str) -> Command {
    let mut shell = silent("sh");
    shell
        .arg("-c")
        .arg(format!("cat '{}' | {middle} | cat >/dev/null", file.display()));
    shell
}

/// What a command prints; it must succeed.
pub fn output_of(command: &mut Command) -> Vec<u8> {
    let output = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .expect("a command that can be started");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {stderr}");
    output.stdout
}

/// The peak resident memory of `command` in KiB, fed with `file` through a pipe.
/// The peak is read while the process waits for more input.
pub fn peak_memory(command: &mut Command, file: &Path) -> u64 {
    let mut child = command.stdin(Stdio::piped()).spawn().expect("a command");
    let mut stdin = child.stdin.take().expect("its input");
    std::io::copy(&mut File::open(file).expect("a file"), &mut stdin).expect("written");
    // Everything is in the pipe; give it a moment to be read.
    std::thread::sleep(Duration::from_millis(300));
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    drop(stdin);
    assert!(child.wait().expect("its end").success());
    status
        .unwrap_or_default()
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}
