//! What came of a run, without what differs from run to run by itself:
//! numbers in temporary names, sums over such names, the order of calls, and
//! what `Random` says of the run.

use std::fmt::Write;
use std::path::Path;
use std::process::Output;

use super::runs::Random;

/// Between the arguments of a call, and behind each call, in a recording.
const ARGUMENT: char = '\u{1f}';
const CALL: &str = "\u{1e}\u{1f}";

/// What came of a run.
#[derive(Debug)]
pub struct Outcome {
    pub exit: Option<i32>,
    stdout: String,
    calls: Vec<String>,
    /// Not compared, only shown.
    pub stderr: String,
}

impl Outcome {
    /// Of a run below `top`, with the recording of its calls.
    pub fn new(output: &Output, calls: &str, top: &Path, random: Random) -> Self {
        let temporary = format!("{}/tmp/", top.display());
        let plain = |text: &str| plain(text, &temporary, random);
        let calls = calls.split_terminator(CALL);
        let mut calls: Vec<String> = match random {
            // The last calls are of another release: their number must do.
            Random::Failing => calls.map(|_| "…".to_string()).collect(),
            _ => calls.map(|call| plain(&call.replace(ARGUMENT, " "))).collect(),
        };
        calls.sort();
        let mut stdout = plain(&String::from_utf8_lossy(&output.stdout));
        if random == Random::Order {
            let mut lines: Vec<&str> = stdout.split_inclusive('\n').collect();
            lines.sort_unstable();
            stdout = lines.concat();
        }
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        Self { exit: output.status.code(), stdout, calls, stderr }
    }

    /// How `other` differs, if it does.
    pub fn difference(&self, other: &Self) -> Option<String> {
        let mut text = String::new();
        if self.exit != other.exit {
            let _ = writeln!(text, "exit: {:?}, {:?}", self.exit, other.exit);
        }
        if self.stdout != other.stdout {
            let _ = writeln!(text, "stdout:\n{}\n{}", self.stdout, other.stdout);
        }
        if self.calls != other.calls {
            let only = |these: &[String], those: &[String]| {
                let missing = these.iter().filter(|call| !those.contains(call));
                missing.cloned().collect::<Vec<_>>().join("\n  ")
            };
            let _ = writeln!(
                text,
                "calls, {} and {}:\n- {}\n+ {}",
                self.calls.len(),
                other.calls.len(),
                only(&self.calls, &other.calls),
                only(&other.calls, &self.calls)
            );
        }
        (!text.is_empty()).then(|| format!("{text}stderr: {}", other.stderr))
    }
}

/// The text without what is random in it: behind the temporary directory
/// follow letters and a number.
fn plain(text: &str, temporary: &str, random: Random) -> String {
    let text = match random {
        Random::Directory => without_release(text),
        _ => text.to_string(),
    };
    let mut pieces = text.split(temporary);
    let mut kept = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        let number = piece.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let rest = number.trim_start_matches(|c: char| c.is_ascii_digit());
        kept += temporary;
        kept += &piece[..piece.len() - number.len()];
        kept += "#";
        kept += &without_sum(rest);
    }
    kept
}

/// `NAMESPACE/RELEASE/acme/CHART` without the release; `acme` is the repository
/// of all recorded projects.
fn without_release(text: &str) -> String {
    let mut pieces: Vec<&str> = text.split("/acme/").collect();
    let last = pieces.pop().unwrap_or_default();
    let cut = |piece: &&str| match piece.rsplit_once('/') {
        Some((above, _release)) => format!("{above}/#/acme/"),
        None => format!("{piece}/acme/"),
    };
    pieces.iter().map(cut).collect::<String>() + last
}

/// `NAME-values-SUM` without the sum: it covers the chart's path, and that may
/// be a temporary one.
fn without_sum(rest: &str) -> String {
    let mut pieces = rest.split("-values-");
    let mut kept = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        kept += "-values-#";
        kept += piece.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    }
    kept
}
