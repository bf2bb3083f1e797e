//! The command line of `helmfire-postrender`. Only definitions: the man page
//! and the completions are generated from this file.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use helmfire_cli::Output;

/// Replace images in Kubernetes manifests, every other byte unchanged
///
/// Reads manifests from the files or from standard input and writes them to
/// standard output, each image that a rule of helmfire.toml names replaced. Set
/// as helmfile's or helm's post-renderer it does so for everything that Helm
/// renders. Without a rule that applies it copies its input.
#[expect(clippy::struct_excessive_bools, reason = "a flag is a bool")]
#[derive(Parser, Clone, Debug)]
#[command(name = "helmfire-postrender", version, max_term_width = 100)]
pub struct Args {
    /// Manifests to read; `-` or none is standard input
    ///
    /// Several files become one stream; a `---` line is put between two files
    /// where neither brings one.
    #[arg(value_name = "FILE")]
    pub inputs: Vec<PathBuf>,

    /// The rules to use instead of the nearest helmfire.toml
    ///
    /// Without it $HELMFIRE_FILE is used, else the nearest helmfire.toml from the
    /// working directory upwards, not beyond the directory that holds .git. It
    /// is an error if the file named does not exist.
    #[arg(long, value_name = "RULES")]
    pub file: Option<PathBuf>,

    /// The Helm release that is rendered, for rules limited to releases
    ///
    /// Helm does not tell a post-renderer what it renders. A rule limited by
    /// release does not apply while the release is not known.
    #[arg(long, value_name = "NAME", env = "HELMFIRE_RELEASE", hide_env_values = true)]
    pub release: Option<String>,

    /// The namespace of objects that name none, for rules limited to namespaces
    #[arg(
        long,
        value_name = "NAME",
        env = "HELMFIRE_NAMESPACE",
        hide_env_values = true
    )]
    pub namespace: Option<String>,

    /// Print the images found instead of the manifests
    ///
    /// One row for each image: kind, namespace, name, path, image, replacement
    /// and the line of the rule. Nothing is rewritten.
    #[arg(long, conflicts_with_all = ["check", "then"], help_heading = "Instead of rewriting")]
    pub list: bool,

    /// Print rows as JSON, one object per line
    #[arg(
        long,
        requires = "list",
        conflicts_with_all = ["check", "then", "helm_plugin"],
        help_heading = "Instead of rewriting"
    )]
    pub json: bool,

    /// Print nothing; exit with 2 if something would change
    #[arg(long, conflicts_with = "then", help_heading = "Instead of rewriting")]
    pub check: bool,

    /// Write the plugin for Helm 4 into a directory and print the line that
    /// makes Helm find it
    ///
    /// Helm 4 takes the name of a plugin for --post-renderer. The directory must
    /// be one that Helm 3 does not read: this plugin there would stop all
    /// plugins of Helm 3 from loading.
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with_all = ["inputs", "list", "check", "strict", "then"],
        help_heading = "Instead of rewriting"
    )]
    pub helm_plugin: Option<PathBuf>,

    /// Fail if a rule matched no image
    ///
    /// The output is complete all the same. Rules limited to another release
    /// than the one told are not counted.
    #[arg(long)]
    pub strict: bool,

    /// What to do with a document that may hold an image and cannot be read
    #[arg(long, value_name = "ACTION", default_value = "stop")]
    pub on_error: OnError,

    /// Append a JSON line for each replacement, warning and error to a file
    ///
    /// Helm 3 shows what a post-renderer says only if it fails, Helm 4 never;
    /// this file has it all. Several processes may write to the same file.
    #[arg(long, value_name = "FILE", env = "HELMFIRE_REPORT", hide_env_values = true)]
    pub report: Option<OsString>,

    /// Pipe the result through a further post-renderer; must come last
    ///
    /// Everything behind it is the command and its arguments. Its failure is
    /// passed on. If this program fails, it stops the command before that can
    /// take what it has read for all; what the command itself has started is
    /// not stopped.
    #[arg(
        long,
        value_name = "COMMAND",
        num_args = 1..,
        allow_hyphen_values = true,
    )]
    pub then: Vec<String>,

    #[command(flatten)]
    pub output: Output,
}

/// The values of `--on-error`.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// Stop with exit code 1 and name the place.
    Stop,
    /// Copy the document as it is and say so.
    Pass,
}

impl AsRef<Output> for Args {
    fn as_ref(&self) -> &Output {
        &self.output
    }
}
