//! The command line of `helmfire-watch`. Only definitions: the man page is
//! generated from this file.

#![allow(clippy::doc_markdown, reason = "this is what --help prints")]

use std::ffi::OsString;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use helmfire_cli::Output;
use helmfire_helmfile::globals::Globals;

/// Run helmfile again for the releases whose files change
///
/// It runs helmfile for all releases, then watches every file that helmfile reads or
/// hands on to helm. When something changes, it waits until nothing more does, and
/// runs helmfile for exactly the releases of which the change makes something else:
/// a comment touches none. The run goes through helmfire, if that is installed, so
/// that the rules of helmfire.toml apply.
///
/// A release that fails stays due and is tried again with the next change. One that
/// is no longer declared is reported, never destroyed. What was deployed is
/// remembered as fingerprints, for a start with --initial skip.
///
/// The command of helmfile and its flags stand behind --; the default is sync.
/// helmfile's global flags may stand before or behind it.
#[derive(Parser, Clone, Debug)]
#[command(
    name = "helmfire-watch",
    version,
    max_term_width = 100,
    override_usage = "helmfire-watch [FLAGS] [-- COMMAND [FLAGS]]"
)]
pub struct Args {
    /// The command of helmfile and its flags
    #[arg(value_name = "COMMAND", last = true)]
    pub command: Vec<OsString>,

    #[command(flatten)]
    pub globals: Globals,

    /// What to do at the start
    ///
    /// run deploys everything. skip deploys what has changed since an earlier watch
    /// deployed it; without an earlier one nothing.
    #[arg(long, value_name = "WHAT", default_value = "run", help_heading = "Watching")]
    pub initial: Initial,

    /// How long nothing may change before helmfile runs
    #[arg(long, value_name = "TIME", default_value = "500ms", value_parser = duration, help_heading = "Watching")]
    pub debounce: Duration,

    /// What a change does while helmfile runs
    ///
    /// queue: all changes together make one run afterwards. ignore: they wait for the
    /// next change after the run. restart: the run is interrupted, and after a minute
    /// told to terminate; it is never killed, for a killed helm leaves its release
    /// pending.
    #[arg(
        long,
        value_name = "WHAT",
        default_value = "queue",
        help_heading = "Watching"
    )]
    pub on_busy: Busy,

    /// How often to look although nothing seems to have changed
    ///
    /// By default every 30 s, and every 2 s on file systems that do not tell of all
    /// changes, such as those of a network.
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Watching")]
    pub poll: Option<Duration>,

    /// When to try a failed release again although nothing has changed
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Watching")]
    pub retry_interval: Option<Duration>,

    /// How many files to watch beside those that helmfile names
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 50_000,
        help_heading = "Watching"
    )]
    pub max_files: usize,

    /// Look when a line comes on standard input, do not watch
    ///
    /// The lines may be the names of files, as inotifywait, watchman and fswatch
    /// print them; what changed is found by looking all the same. At the end of the
    /// input it does what is left to do and ends.
    #[arg(long, help_heading = "Watching")]
    pub stdin: bool,

    /// Print JSON events on standard output, one object per line
    #[arg(long, help_heading = "Events")]
    pub json: bool,

    /// Run a command for each event and give it the event as JSON
    ///
    /// The command is run by sh, with the event on standard input.
    #[arg(long, value_name = "COMMAND", help_heading = "Events")]
    pub on_event: Option<String>,

    /// Ring the terminal's bell when a run ends
    #[arg(long, help_heading = "Events")]
    pub bell: bool,

    #[command(flatten)]
    pub output: Output,
}

impl AsRef<Output> for Args {
    fn as_ref(&self) -> &Output {
        &self.output
    }
}

/// The values of `--initial`.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initial {
    /// Deploy everything.
    Run,
    /// Deploy what has changed meanwhile.
    Skip,
}

/// The values of `--on-busy`.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// One run afterwards.
    Queue,
    /// Wait for the next change.
    Ignore,
    /// Interrupt the run.
    Restart,
}

fn duration(text: &str) -> Result<Duration, String> {
    let hint = "write it as 500ms, 5s or 2m";
    let duration =
        humantime::parse_duration(text).map_err(|error| format!("{error}, {hint}"))?;
    if duration > Duration::from_secs(7 * 24 * 3600) {
        return Err("that is more than a week".into());
    }
    Ok(duration)
}
