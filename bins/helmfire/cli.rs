//! The command line of `helmfire`. Only definitions: the man page is generated
//! from this file, and `divide` learns from it which flags are ours. What is
//! not listed here is helmfile's.

#![allow(clippy::doc_markdown, reason = "this is what --help prints")]

use clap::{Parser, Subcommand, ValueEnum};
use helmfire_cli::Output;

/// Run helmfile with the images and charts of helmfire.toml substituted
///
/// A command of helmfile runs as helmfile runs it, with helmfire-helm as its
/// helm: images and charts that helmfire.toml names are replaced, helmfile.yaml
/// stays as it is, and output and exit code are helmfile's. Without rules it is
/// helmfile itself that runs. All flags of helmfile are understood where helmfile
/// takes them, before and behind the command, and passed on as they are written.
///
/// -q, --color, --no-color, --log-level and --debug hold for helmfile and for
/// helmfire; -v is helmfire's own and lists each replacement.
///
/// Any other NAME runs the program helmfire-NAME, ours or your own, with the
/// arguments that follow; helmfire subst check is helmfire-subst check.
#[derive(Parser, Clone, Debug)]
#[command(
    name = "helmfire",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    override_usage = "helmfire [FLAGS] COMMAND [FLAGS]",
    mut_arg("color", |arg| arg
        .num_args(0..=1)
        .require_equals(true)
        .default_missing_value("always"))
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,

    /// What to print about the substitutions when helmfile has ended
    ///
    /// It is printed on standard error if something was rendered: the images
    /// replaced, the releases they are in, the charts swapped, and the rules that
    /// matched nothing. As JSON it is one line with the keys v (1), images,
    /// releases, charts, unused (a list of file and line), warnings and errors
    /// (lists of texts).
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        global = true,
        help_heading = "Output"
    )]
    pub summary: Summary,

    #[command(flatten)]
    pub output: Output,
}

impl AsRef<Output> for Args {
    fn as_ref(&self) -> &Output {
        &self.output
    }
}

/// The values of `--summary`.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Summary {
    /// One line for people; -q silences it.
    Text,
    /// One line for programs, -q or not.
    Json,
    /// Nothing.
    None,
}

#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    /// helmfile sync, substituted
    Sync(Deploy),
    /// helmfile apply, substituted
    Apply(Deploy),
    /// helmfile diff, substituted
    Diff(Passed),
    /// helmfile template, substituted
    Template(Passed),
    /// helmfile lint, substituted
    Lint(Passed),
    /// helmfile test, substituted
    Test(Passed),
    /// helmfile destroy, substituted
    ///
    /// So it is with every other command of helmfile: build, deps, fetch, list,
    /// repos, show-dag, status, unittest, write-values. Those that use no chart
    /// run as they are.
    Destroy(Passed),
    /// Substitute a chart: helmfire-subst chart
    Chart(Passed),
    /// Substitute an image: helmfire-subst image
    Image(Passed),
    /// List the rules: helmfire-subst list charts or images
    ///
    /// Without charts or images it is helmfile list.
    List(Passed),
    /// Remove a rule: helmfire-subst remove
    Remove(Passed),
    /// Check that everything needed is there and fits together
    ///
    /// It looks at helmfile, helm, kubectl and helm-diff, at helmfire's own
    /// programs, at helmfire.toml and at the releases, and at the cluster. Each
    /// finding is a line on standard output: ok, warning or problem. The exit
    /// code is 1 if there is a problem, else 0. helmfile's global flags are
    /// understood (-f, -e, -l, --kube-context and so on). It changes nothing and
    /// runs no hooks.
    Doctor(Doctor),
    /// Print a completion script for a shell
    ///
    /// It completes the commands of helmfire and helmfile, and asks helmfile for
    /// its flags.
    Completion(Completion),
    /// Print the versions of helmfire, helmfile and helm
    Version,
    /// Show the help of a command
    Help(Help),
}

/// What helmfire adds to the commands that deploy.
#[expect(clippy::struct_excessive_bools, reason = "a flag is a bool")]
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Deploy {
    /// Show what would change and change nothing
    ///
    /// It runs helmfile diff with the same flags, but for those that diff does
    /// not know; without helm-diff it runs helmfile template.
    #[arg(long, conflicts_with_all = ["watch", "daemon", "drift_detect"])]
    pub dry_run: bool,

    /// Deploy again when files change (needs helmfire-watch)
    #[arg(long)]
    pub watch: bool,

    /// Do so in the background (needs helmfire-daemon)
    #[arg(long)]
    pub daemon: bool,

    /// Look for changes in the cluster from time to time (needs helmfire-daemon)
    ///
    /// Without it: helmfire-drift check --interval 15m.
    #[arg(long)]
    pub drift_detect: bool,

    /// How often to look
    #[arg(long, value_name = "DURATION", requires = "drift_detect")]
    pub drift_interval: Option<String>,

    /// Deploy again when a change is found
    #[arg(long, requires = "drift_detect")]
    pub drift_auto_heal: bool,

    /// Whom to tell of a change
    #[arg(long, value_name = "URL", requires = "drift_detect")]
    pub drift_webhook: Option<String>,

    #[command(flatten)]
    pub passed: Passed,
}

/// What is passed on.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Passed {
    /// Passed on as they are
    #[arg(value_name = "ARGUMENTS", trailing_var_arg = true)]
    pub arguments: Vec<String>,
}

#[derive(clap::Args, Clone, Debug)]
pub struct Doctor {
    /// Print JSON, one object per line
    ///
    /// The keys are v (1), check, status (ok, warning or problem), finding, and
    /// remedy where there is one.
    #[arg(long)]
    pub json: bool,
}

#[derive(clap::Args, Clone, Debug)]
pub struct Completion {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

/// The values of `completion`.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// source <(helmfire completion bash)
    Bash,
    /// As _helmfire in a directory of fpath.
    Zsh,
    /// helmfire completion fish | source
    Fish,
}

#[derive(clap::Args, Clone, Debug)]
pub struct Help {
    /// A command of helmfire or helmfile; none is helmfire itself
    #[arg(value_name = "NAME")]
    pub name: Vec<String>,
}
