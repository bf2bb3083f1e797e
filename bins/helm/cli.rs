//! The command line of `helmfire-helm`: helm's own, but for a first argument
//! that helm does not have. Only definitions: the man page and the completions
//! are generated from this file.

use std::ffi::OsString;

use clap::Parser;
use helmfire_cli::Output;

/// Run helm with charts and images substituted by the rules of helmfire.toml
///
/// A stand-in for helm: by hand, as `helmfile --helm-binary helmfire-helm`, or as
/// `helmBinary: helmfire-helm` in helmfile.yaml. It reads helmfire.toml at each
/// call. A chart that a [[chart]] rule names is replaced by the directory of the
/// rule, and if there are [[image]] rules a call that renders gets
/// helmfire-postrender as its post-renderer. Everything else goes to the real helm
/// as it is.
///
/// The options below are understood only as the first argument; `helmfire-helm
/// help` and `helmfire-helm upgrade --help` are helm's.
#[derive(Parser, Clone, Debug)]
#[command(
    name = "helmfire-helm",
    version,
    max_term_width = 100,
    override_usage = "helmfire-helm <HELM ARGUMENT>...\n       helmfire-helm --explain [--json] -- <HELM ARGUMENT>..."
)]
pub struct Args {
    /// Print the command that would be run, and why; do not run it
    ///
    /// The command is a line for a shell. A chart's copy may not exist yet; then
    /// it is made by the first real run. Nothing is built, downloaded or sent to a
    /// cluster; helm itself is only asked for its version, and for its namespace
    /// where a rule needs that.
    #[arg(long)]
    pub explain: bool,

    /// Print that as one JSON object
    ///
    /// Its keys are v (1), command (the program and its arguments), environment
    /// (what is added to it) and reasons.
    #[arg(long, requires = "explain")]
    pub json: bool,

    #[command(flatten)]
    pub output: Output,

    /// The arguments of helm
    #[arg(
        value_name = "HELM ARGUMENT",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    pub arguments: Vec<OsString>,
}

impl AsRef<Output> for Args {
    fn as_ref(&self) -> &Output {
        &self.output
    }
}
