//! Asking helmfile about the releases of a run, in the words of that run.
//!
//! Quietly and without a terminal: a question must not ask back. What helmfile says
//! when it fails is kept for the user, who would hear it from a command of his own.

use std::error::Error;
use std::ffi::OsString;
use std::fmt;
use std::io;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::child;
use crate::line::{Piece, words};
use crate::passed::Passed;
use crate::run::Leash;

/// The program ended without an answer. What it said is probably what it would
/// say to the user's own command.
#[derive(Debug)]
pub struct NoAnswer {
    /// Its exit code.
    pub code: u8,
    /// All that it wrote to stderr.
    pub talk: String,
    /// What it had printed before.
    pub printed: String,
}

impl Error for NoAnswer {}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The program cannot be started.
    #[error("{program}: {reason}")]
    Start {
        /// The program.
        program: String,
        /// The system's reason.
        reason: io::Error,
    },
    /// It failed.
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    /// It did not answer in time, and was told to end.
    #[error("{program} gave no answer within {}", told(*.patience))]
    Late {
        /// The program.
        program: String,
        /// How long was waited.
        patience: Duration,
    },
    /// It answered in another form.
    #[error("{program} printed something else than {form}: {reason}")]
    Form {
        /// The program and its command.
        program: &'static str,
        /// JSON or YAML.
        form: &'static str,
        /// What the reader found.
        reason: String,
    },
}

/// A time as it is told: `600 s`, `0.05 s`.
pub fn told(time: Duration) -> String {
    let seconds = time.as_secs_f32();
    let parts = if seconds < 1.0 { 1000.0 } else { 1.0 };
    format!("{} s", (seconds * parts).round() / parts)
}

/// Its last line that tells of an error, else the last one that has words; of what a
/// helm said, if helmfile quotes that.
impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headings of what a helm printed: `STDERR:`.
        let is_heading = |line: &&str| {
            line.ends_with(':') && !line.bytes().any(|b| b.is_ascii_lowercase())
        };
        let quoted = self.talk.rsplit_once("STDERR:\n").map(|(_, behind)| {
            let end = behind.find("COMBINED OUTPUT:").unwrap_or(behind.len());
            behind[..end].trim()
        });
        let talk = quoted.filter(|it| !it.is_empty()).unwrap_or(&self.talk);
        let lines = || talk.lines().rev().map(str::trim).filter(|it| !is_heading(it));
        let tells = |line: &&str| {
            let lower = line.to_lowercase();
            ["error", "failed", "err:", "not found", "cannot"]
                .iter()
                .any(|word| lower.contains(word))
        };
        let has_words = |line: &&str| line.bytes().any(|b| b.is_ascii_alphabetic());
        match lines().find(tells).or_else(|| lines().find(has_words)) {
            Some(line) => f.write_str(line),
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

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What `command`, which reads the stdin that it has, prints if it succeeds within `patience`.
pub fn ask_within(
    command: &mut Command,
    leash: &Leash,
    patience: Duration,
) -> Result<String, AskError> {
    let name = command.get_program().to_string_lossy().into_owned();
    let led = leash.run(command, patience);
    let led =
        led.map_err(|reason| AskError::Start { program: name.clone(), reason })?;
    if led.was_late {
        return Err(AskError::Late { program: name, patience });
    }
    let output = led.output;
    if output.code != 0 {
        let (talk, printed) = (text(&output.stderr), text(&output.stdout));
        return Err(NoAnswer { code: output.code, talk, printed }.into());
    }
    Ok(text(&output.stdout))
}

/// What `command` prints if it succeeds.
pub fn ask(command: &mut Command) -> Result<String, AskError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = child::output(command.stdin(Stdio::null()))
        .map_err(|reason| AskError::Start { program, reason })?;
    if !output.status.success() {
        let code = child::exit_code(output.status);
        let (talk, printed) = (text(&output.stderr), text(&output.stdout));
        return Err(NoAnswer { code, talk, printed }.into());
    }
    Ok(text(&output.stdout))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_is_no_reason() {
        let said = |talk: &str| {
            let (talk, printed) = (talk.into(), String::new());
            NoAnswer { code: 1, talk, printed }.to_string()
        };
        let talk = "ERROR:\n  exit status 1\n\nSTDERR:\n  Error: unknown driver\n";
        assert_eq!(said(talk), "Error: unknown driver");
        let talk = "in ./helmfile.yaml: error determining version\n\nSTDERR:\n  \
                    level=INFO msg=\"no database\"\n\nCOMBINED OUTPUT:\n  more\n";
        assert_eq!(said(talk), "level=INFO msg=\"no database\"");
        assert_eq!(said("EXIT STATUS\n  1\n\nSTDERR:\n"), "EXIT STATUS");
        assert_eq!(said(""), "exit code 1");
    }
}
