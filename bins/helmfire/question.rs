//! Asking helmfile about the releases of a run, in the words of that run.

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::process::{Command, Stdio};

use anyhow::Context;
use helmfire_helmfile::child;

use crate::arguments::{Piece, words};
use crate::divide::Passed;

/// The program ended without an answer. What it said is probably what it would
/// say to the user's own command.
#[derive(Debug)]
pub struct NoAnswer {
    pub code: u8,
    /// All that it wrote to stderr.
    pub talk: String,
}

impl Error for NoAnswer {}

/// Its last line that says something.
impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.talk.lines().rev().find(|line| !line.trim().is_empty()) {
            Some(line) => f.write_str(line.trim()),
            None => write!(f, "exit code {}", self.code),
        }
    }
}

/// The global flags of `passed`, for a quiet question about the same releases.
pub fn same_releases(passed: &Passed) -> Vec<OsString> {
    let loud = ["quiet", "interactive", "debug", "log-level", "enable-live-output"];
    let passed = passed.without(&loud);
    let globals = passed.all().filter(|piece| piece.is_global());
    let quiet = [Piece::flag("quiet"), Piece::flag("allow-no-matching-release")];
    words(globals.chain(&quiet))
}

/// What `command` prints if it succeeds.
pub fn ask(command: &mut Command) -> anyhow::Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = child::output(command.stdin(Stdio::null())).context(program)?;
    if !output.status.success() {
        let code = child::exit_code(output.status);
        let talk = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(NoAnswer { code, talk }.into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
