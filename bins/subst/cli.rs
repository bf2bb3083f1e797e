//! The command line of `helmfire-subst`. Only definitions: the man page and the
//! completions are generated from this file.

#![allow(clippy::doc_markdown, reason = "this is what --help prints")]

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use helmfire_cli::Output;

/// Edit and check helmfire.toml, the list of images and charts to substitute
///
/// The rules take effect at the next run of a helmfire program; nothing is
/// deployed. The file keeps its comments, order and formatting, several writers
/// at once lose nothing, and a writer that is killed leaves the old file whole.
/// People may edit the file by hand at any time.
#[derive(Parser, Clone, Debug)]
#[command(name = "helmfire-subst", version, max_term_width = 100)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,

    /// The rules file instead of the nearest helmfire.toml
    ///
    /// Without it $HELMFIRE_FILE is used, else the nearest helmfire.toml from the
    /// working directory upwards, not beyond the directory that holds .git.
    /// image, chart and import create the file if it does not exist, and
    /// helmfire.toml in the working directory if none is found.
    #[arg(long, global = true, value_name = "RULES")]
    pub file: Option<PathBuf>,

    #[command(flatten)]
    pub output: Output,
}

impl AsRef<Output> for Args {
    fn as_ref(&self) -> &Output {
        &self.output
    }
}

#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    /// Substitute an image
    ///
    /// A rule with an equal FROM and equal limits is replaced, whichever of its
    /// names FROM is written with: nginx and docker.io/library/nginx are equal.
    Image(ImageArguments),
    /// Substitute a chart by a directory
    ///
    /// helmfire and helmfire-helm use the directory wherever helmfile would use
    /// the chart. The directory itself is never written to.
    Chart(ChartArguments),
    /// Print the rules in the order of the file
    List(ListArguments),
    /// Remove a rule
    Remove(RemoveArguments),
    /// Remove all image and chart rules
    ///
    /// What else the file holds stays: [[field]], [security] and the comments
    /// that are not attached to a rule.
    Clear(ClearArguments),
    /// Report every fault of the file and every chart that cannot be used
    ///
    /// The exit code is 1 if there are any, else 0.
    Check,
    /// Read rules from standard input, as list --json prints them
    ///
    /// One JSON object per line. All rules are written, or none if one of them
    /// is wrong. A relative chart directory is relative to the rules file.
    Import(WriteArguments),
}

#[derive(clap::Args, Clone, Debug)]
pub struct ImageArguments {
    /// The image as it is written in manifests
    ///
    /// postgres:15 is this tag only; postgres is every tag and digest of the
    /// repository; docker.io/ (it ends in a slash) is everything below a
    /// registry or a path. The most specific rule wins.
    #[arg(value_name = "FROM")]
    pub from: String,

    /// What to run in its place
    ///
    /// Without a tag the tag and the digest found are kept. If FROM ends in a
    /// slash, so must TO. If FROM is an expression, $1 or ${1} is its first group.
    #[arg(value_name = "TO")]
    pub to: String,

    /// FROM is a regular expression over the whole reference
    ///
    /// It is tried on the full form (docker.io/library/nginx:1) first, then on
    /// the form written. Without ^ and $ a part may match, and only that part is
    /// replaced.
    #[arg(long)]
    pub regex: bool,

    /// What becomes of the digest of the image found
    ///
    /// By default a new tag drops it, since it names the old image, and a new
    /// name alone keeps it, since a mirror holds the same image.
    #[arg(long, value_name = "POLICY")]
    pub digest: Option<Digest>,

    #[command(flatten)]
    pub limits: ImageLimits,

    #[command(flatten)]
    pub write: WriteArguments,
}

/// The values of `--digest`.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// It stays, whatever the new tag.
    Keep,
    /// It goes, even if only the name changes.
    Drop,
}

/// Where a rule applies; several limits must all hold.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Limits (globs of * and ?)")]
pub struct ImageLimits {
    /// Only in this Helm release
    ///
    /// Helm does not tell a post-renderer which release it renders: the rule
    /// does not apply unless helmfire-postrender is told so with --release or
    /// $HELMFIRE_RELEASE.
    #[arg(long, value_name = "GLOB")]
    pub release: Option<String>,
    /// Only in this namespace
    ///
    /// For an object that names none it is what helmfire-postrender is told with
    /// --namespace or $HELMFIRE_NAMESPACE; if that is not known, the rule does
    /// not apply.
    #[arg(long, value_name = "GLOB")]
    pub namespace: Option<String>,
    /// Only in this kind of object
    #[arg(long, value_name = "GLOB")]
    pub kind: Option<String>,
    /// Only in the object of this name
    #[arg(long, value_name = "GLOB")]
    pub name: Option<String>,
    /// Only in the container of this name
    #[arg(long, value_name = "GLOB")]
    pub container: Option<String>,
}

#[derive(clap::Args, Clone, Debug)]
pub struct ChartArguments {
    /// The chart as helmfile.yaml names it
    #[arg(value_name = "FROM")]
    pub from: String,

    /// The directory of the chart to use in its place
    ///
    /// It must hold a Chart.yaml that Helm accepts and lie below one of
    /// chart-roots if the file sets them. It is written relative to the rules
    /// file if it lies below its directory, else in full.
    #[arg(value_name = "DIR")]
    pub to: PathBuf,

    #[command(flatten)]
    pub limits: ChartLimits,

    #[command(flatten)]
    pub write: WriteArguments,
}

/// Where a chart rule applies; both limits must hold.
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Limits (globs of * and ?)")]
pub struct ChartLimits {
    /// Only in this Helm release
    #[arg(long, value_name = "GLOB")]
    pub release: Option<String>,
    /// Only in this namespace
    #[arg(long, value_name = "GLOB")]
    pub namespace: Option<String>,
}

#[derive(clap::Args, Clone, Debug)]
pub struct ListArguments {
    /// Only these rules
    #[arg(value_name = "KIND")]
    pub what: Option<What>,

    /// Print JSON, one object per line
    ///
    /// The keys are v (1), type (image or chart), from or regex, to, digest,
    /// release, namespace, kind, name, container and line; what is not set is
    /// absent.
    #[arg(long)]
    pub json: bool,
}

/// Kinds of rules on the command line.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// [[image]]
    Images,
    /// [[chart]]
    Charts,
}

#[derive(clap::Args, Clone, Debug)]
pub struct RemoveArguments {
    #[command(subcommand)]
    pub kind: Remove,
}

#[derive(Subcommand, Clone, Debug)]
pub enum Remove {
    /// Remove the rules for an image
    ///
    /// Without limits every rule with this FROM goes, with limits only the one
    /// that has exactly these. Comments directly above a rule go with it.
    Image(RemoveImageArguments),
    /// Remove the rules for a chart
    ///
    /// Without limits every rule with this FROM goes, with limits only the one
    /// that has exactly these. Comments directly above a rule go with it.
    Chart(RemoveChartArguments),
}

#[derive(clap::Args, Clone, Debug)]
pub struct RemoveImageArguments {
    /// The image, in any of its spellings
    #[arg(value_name = "FROM")]
    pub from: String,

    /// FROM is the regular expression of a rule
    #[arg(long)]
    pub regex: bool,

    #[command(flatten)]
    pub limits: ImageLimits,

    #[command(flatten)]
    pub write: WriteArguments,
}

#[derive(clap::Args, Clone, Debug)]
pub struct RemoveChartArguments {
    /// The chart as the rule names it
    #[arg(value_name = "FROM")]
    pub from: String,

    #[command(flatten)]
    pub limits: ChartLimits,

    #[command(flatten)]
    pub write: WriteArguments,
}

#[derive(clap::Args, Clone, Debug)]
pub struct ClearArguments {
    /// Only these rules
    #[arg(value_name = "KIND")]
    pub what: Option<What>,

    #[command(flatten)]
    pub write: WriteArguments,
}

#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Writing")]
pub struct WriteArguments {
    /// Print what would change as a unified diff; write nothing
    #[arg(long)]
    pub dry_run: bool,

    /// How long to wait for another writer before giving up with exit code 75
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 30,
        value_parser = clap::value_parser!(u64).range(..=86_400)
    )]
    pub wait: u64,
}
