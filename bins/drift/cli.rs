//! The command line of `helmfire-drift`. Only definitions: the man page is
//! generated from this file.

#![allow(clippy::doc_markdown, reason = "this is what --help prints")]

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use helmfire_cli::{Output, Usage};
use helmfire_helmfile::globals::Globals;
use helmfire_helmfile::passed::Passed;

/// Tell what changed in the cluster behind git's back, and what git has that the
/// cluster has not
///
/// Drift is what differs between the cluster and what Helm deployed last; pending is
/// what differs between what Helm deployed last and git. A release that could not be
/// checked is unknown, never clean.
#[derive(Parser, Clone, Debug)]
#[command(name = "helmfire-drift", version, max_term_width = 100)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,

    #[command(flatten)]
    pub output: Output,
}

impl AsRef<Output> for Args {
    fn as_ref(&self) -> &Output {
        &self.output
    }
}

/// What to do.
#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    Check(Box<CheckArgs>),
    History(Box<HistoryArgs>),
    Ignore(IgnoreArgs),
}

/// Check the releases of a helmfile, or all that Helm deployed to a cluster
///
/// For each object of a release the cluster is asked what it is like and what it would
/// be like after what Helm deployed were applied once more, as a dry run. Where that is
/// forbidden or refused, the fields are compared one by one, and the report says so.
/// Nothing is changed.
///
/// Exit codes: 0 all clean, 2 drift was found (see --fail-on), 1 some release is
/// unknown, whatever else was found.
#[derive(ClapArgs, Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "a flag is a bool")]
pub struct CheckArgs {
    /// Check only for drift, or only for what is pending
    #[arg(long, value_name = "WHAT")]
    pub only: Option<Only>,

    /// Check what Helm deployed to the cluster, without a helmfile
    ///
    /// -n names one namespace, the one of the context by default; -l selects by the
    /// labels of Helm's storage (name=web).
    #[arg(long, conflicts_with_all = ["file", "environment", "three_way"])]
    pub cluster: bool,

    /// With --cluster: in all namespaces
    #[arg(short = 'A', long, requires = "cluster", conflicts_with = "namespace")]
    pub all_namespaces: bool,

    /// How to compare with the cluster
    ///
    /// server: by a dry run of the server. client: field by field, for accounts that
    /// may only read. auto: by the server, and where that cannot be, field by field.
    #[arg(
        long,
        value_name = "HOW",
        default_value = "auto",
        help_heading = "Comparing"
    )]
    pub compare: Compare,

    /// Leave out what people added beside the chart
    #[arg(long, help_heading = "Comparing")]
    pub no_additions: bool,

    /// Who counts as a person, by the name of the field manager, with * and ?
    ///
    /// May be given several times; replaces the usual list: kubectl*, k9s*, lens*,
    /// dashboards, editors of web consoles, curl and the like.
    #[arg(long, value_name = "PATTERN", help_heading = "Comparing")]
    pub people: Vec<String>,

    /// Let helm-diff tell drift instead of asking the cluster
    ///
    /// helm-diff does not see custom resources that were edited, nor additions.
    #[arg(long, conflicts_with = "only", help_heading = "Comparing")]
    pub three_way: bool,

    /// Ignore rules: from this file instead of the nearest helmfire.toml
    #[arg(long = "rules", value_name = "FILE", help_heading = "Comparing")]
    pub rules: Option<PathBuf>,

    /// What makes the exit code 2 [default: drift]
    #[arg(long, value_name = "WHAT", help_heading = "Report")]
    pub fail_on: Option<FailOn>,

    /// Print one JSON object per line
    #[arg(long, conflicts_with_all = ["diff", "summary"], help_heading = "Report")]
    pub json: bool,

    /// Print unified diffs, from what is live to what was deployed
    #[arg(long, conflicts_with = "summary", help_heading = "Report")]
    pub diff: bool,

    /// Print one line
    #[arg(long, help_heading = "Report")]
    pub summary: bool,

    /// How long the cluster may take for one answer
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration, help_heading = "Limits")]
    pub timeout: Duration,

    /// How long helmfile may take; then it is told to terminate
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration, help_heading = "Limits")]
    pub helmfile_timeout: Duration,

    /// How many requests to the cluster may be in flight
    #[arg(long, value_name = "NUMBER", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..), help_heading = "Limits")]
    pub concurrency: u16,

    /// Check again and again, with this time from one beginning to the next
    ///
    /// A check that takes longer is not overlapped by the next. Each begins up to a
    /// tenth of the time later than it might, so that many do not ask at once. One
    /// line is printed per check, and the report when it differs from the one before.
    #[arg(long, value_name = "TIME", value_parser = interval, help_heading = "Limits")]
    pub interval: Option<Duration>,

    /// How long a whole check may take; what is not done by then is unknown
    ///
    /// By default the time of --interval, or else no limit.
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = "Limits")]
    pub limit: Option<Duration>,

    #[command(flatten)]
    pub globals: Globals,
}

impl CheckArgs {
    /// Refuses what can find nothing, whatever there is.
    pub fn sound(&self) -> Result<(), Usage> {
        let wrong = match (self.only, self.fail_on) {
            (Some(Only::Pending), _) if self.cluster => {
                "--cluster knows no git, so nothing is pending there; leave out --only"
            }
            (_, Some(FailOn::Pending)) if self.cluster => {
                "--cluster knows no git, so nothing is pending there; leave out --fail-on"
            }
            (Some(Only::Drift), Some(FailOn::Pending)) => {
                "--only drift finds nothing pending; leave out one of --only and --fail-on"
            }
            (Some(Only::Pending), Some(FailOn::Drift)) => {
                "--only pending finds no drift; leave out one of --only and --fail-on"
            }
            _ => return Ok(()),
        };
        Err(Usage(wrong.into()))
    }
}

/// Print what earlier checks saw come and go
#[derive(ClapArgs, Clone, Debug)]
pub struct HistoryArgs {
    /// Only what is not older, as 2h or 7d, or a time as 2026-11-26T08:00:00Z
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,

    /// Only this release
    #[arg(long, value_name = "NAME")]
    pub release: Option<String>,

    /// Print one JSON object per line
    #[arg(long)]
    pub json: bool,

    /// Only releases in this namespace
    #[arg(short, long, value_name = "NAME")]
    pub namespace: Option<String>,

    /// What check --cluster saw
    #[arg(long, conflicts_with_all = ["file", "environment"])]
    pub cluster: bool,

    #[command(flatten)]
    pub subject: SubjectArgs,
}

/// Which checks, by the flags that they were made with.
#[derive(ClapArgs, Clone, Debug)]
#[command(next_help_heading = "As for check")]
pub struct SubjectArgs {
    /// The helmfile, or a directory of helmfiles
    #[arg(short, long, value_name = "FILE")]
    pub file: Option<OsString>,

    /// The environment
    #[arg(short, long, value_name = "NAME")]
    pub environment: Option<OsString>,

    /// The kube context
    #[arg(long, value_name = "NAME")]
    pub kube_context: Option<OsString>,

    /// The kubeconfig
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<OsString>,
}

impl SubjectArgs {
    /// As helmfile takes them.
    pub fn passed(&self) -> Passed {
        let Self { file, environment, kube_context, kubeconfig } = self.clone();
        let globals = Globals {
            file,
            environment,
            kube_context,
            kubeconfig,
            ..Globals::default()
        };
        globals.passed()
    }
}

/// Write ignore rules for the differences on standard input
///
/// The lines are rows of check --json; lines of other classes than drift and pending
/// are passed over. Each row becomes one ignore rule of helmfire.toml, for its
/// release, object and place.
#[derive(ClapArgs, Clone, Debug)]
pub struct IgnoreArgs {
    /// The file to write, instead of the nearest helmfire.toml
    #[arg(short, long, value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Why, to be written into each rule
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,

    /// The last day on which the rules hold, as 2026-12-31
    #[arg(long, value_name = "DAY")]
    pub until: Option<String>,

    /// Print what would change in the file as a diff, and write nothing
    #[arg(short = 'n', long)]
    pub dry_run: bool,
}

/// The values of `--only`.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// What changed in the cluster.
    Drift,
    /// What git has that the cluster has not.
    Pending,
}

/// The values of `--compare`.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    /// By the server, else field by field.
    Auto,
    /// By the server.
    Server,
    /// Field by field.
    Client,
}

/// The values of `--fail-on`.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// What changed in the cluster.
    Drift,
    /// What git has that the cluster has not.
    Pending,
    /// Both.
    Any,
}

fn duration(text: &str) -> Result<Duration, String> {
    let parsed = humantime::parse_duration(text);
    let duration = parsed.map_err(|error| format!("{error}, write it as 30s or 5m"))?;
    if duration.is_zero() || duration > Duration::from_secs(24 * 3600) {
        return Err("it must be more than nothing and at most a day".into());
    }
    Ok(duration)
}

fn interval(text: &str) -> Result<Duration, String> {
    let duration = duration(text)?;
    if duration < Duration::from_secs(1) {
        return Err("it must be at least a second".into());
    }
    Ok(duration)
}
