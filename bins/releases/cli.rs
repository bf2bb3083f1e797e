//! The command line of `helmfire-releases`. Only definitions: the man page is
//! generated from this file.

#![allow(clippy::doc_markdown, reason = "this is what --help prints")]

use std::path::PathBuf;

use clap::Parser;
use helmfire_cli::Output;
use helmfire_helmfile::globals::Globals;

/// Tell which releases of a helmfile a change of some files touches
///
/// The files stand on the command line or, one a line, on standard input; they may
/// be directories, and files that were deleted. Paths count from the working
/// directory or, as git prints them, from the top of the repository.
///
/// What helmfile hands on to helm, such as values and local charts, touches the
/// releases that it feeds. What helmfile reads itself, such as helmfile.yaml, values
/// of environments and files that templates read, touches the releases of which
/// helmfile now says something else than when an earlier run saw the file as it was
/// before; what every run saw is kept as fingerprints in the state directory.
#[derive(Parser, Clone, Debug)]
#[command(name = "helmfire-releases", version, max_term_width = 100)]
#[expect(clippy::struct_excessive_bools, reason = "a flag is a bool")]
pub struct Args {
    /// The files that changed; without any they are read from standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Names on standard input end with a NUL byte, not with a line
    #[arg(short = '0', long)]
    pub null: bool,

    /// Print selectors for helmfile, one a line: -l name=web,namespace=shop
    #[arg(long, conflicts_with_all = ["json", "inputs"])]
    pub selectors: bool,

    /// Print every input file that exists, a tab, and the releases that it feeds
    ///
    /// With --json also those that do not exist yet, and what they are.
    #[arg(long = "files", id = "inputs", conflicts_with_all = ["files", "null", "any"])]
    pub inputs: bool,

    /// Print JSON, one object per line
    #[arg(long)]
    pub json: bool,

    /// End with exit code 2 if a release is touched
    #[arg(long)]
    pub any: bool,

    #[command(flatten)]
    pub globals: Globals,

    #[command(flatten)]
    pub output: Output,
}

impl AsRef<Output> for Args {
    fn as_ref(&self) -> &Output {
        &self.output
    }
}
