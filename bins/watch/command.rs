//! The command of helmfile that is run again and again: as the user gave it for all
//! releases, and narrowed by selectors for some.
//!
//! Refuses commands that delete or that cannot be narrowed.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::bail;
use helmfire_cli::Usage;
use helmfire_helmfile::line::{Line, Piece, pieces, words};
use helmfire_helmfile::passed::Passed;
use helmfire_helmfile::programs;

use crate::cli::Args;

/// The commands that can be run for some releases alone.
const RELEASES: [&str; 9] = [
    "apply", "diff", "fetch", "lint", "status", "sync", "template", "test", "unittest",
];

/// In parallel, helmfiles with nested ones race for the working directory (helmfile
/// 1.8.0).
const SEQUENTIAL: &str = "sequential-helmfiles";

/// A command line of helmfile.
#[derive(Clone, Debug)]
pub struct Command {
    /// helmfile itself.
    pub helmfile: PathBuf,
    /// What runs it: helmfire, if it is there.
    pub program: PathBuf,
    /// What helmfile takes for helm, where helmfire itself is not there.
    stand_in: Option<PathBuf>,
    /// `sync`
    pub name: String,
    /// All flags.
    pub passed: Passed,
}

impl Command {
    /// Reads it; what stands before `--` comes first.
    pub fn read(args: &Args) -> anyhow::Result<Self> {
        let line = Line::read(args.command.iter().cloned(), &[]);
        let mut before = args.globals.pieces();
        before.extend(line.before);
        let name = line.name.unwrap_or_else(|| "sync".into());
        if !RELEASES.contains(&name.as_str()) {
            let known = RELEASES.join(", ");
            let message =
                format!("'{name}' cannot be run again and again, only {known}");
            return Err(Usage(message).into());
        }
        let passed = Passed { before, after: pieces(line.rest, &[]) };
        if passed.value("file") == Some(OsStr::new("-")) {
            let message = "a helmfile on standard input cannot be watched, name a file";
            return Err(Usage(message.into()).into());
        }
        let file = passed.value("file").map(Path::new);
        if let Some(file) = file.filter(|it| is_local(it) && !it.exists()) {
            bail!("{} does not exist, name a helmfile that does", file.display());
        }
        if file.is_none() && !has_helmfile() {
            bail!("there is no {} here, name a helmfile with --file", USUAL.join(", "));
        }
        if passed.has("interactive") {
            let message = "nobody can be asked while watching, leave out --interactive";
            return Err(Usage(message.into()).into());
        }
        let helmfile = programs::helmfile()?;
        let program = programs::ours("helmfire");
        let stand_in =
            program.is_none().then(|| programs::ours(programs::SHIM)).flatten();
        let stand_in = stand_in.filter(|_| passed.value("helm-binary").is_none());
        let program = program.unwrap_or_else(|| helmfile.clone());
        Ok(Self { helmfile, program, stand_in, name, passed })
    }

    /// The words for all releases, as the user selected them.
    pub fn whole(&self) -> Vec<OsString> {
        let mut passed = self.passed.clone();
        passed.before.push(Piece::flag(SEQUENTIAL));
        self.put_stand_in(&mut passed);
        passed.words(&self.name)
    }

    /// The words for the releases of `selectors`, in the helmfile `file` if not in
    /// the usual one.
    pub fn some(&self, selectors: &[String], file: Option<&OsStr>) -> Vec<OsString> {
        let mut passed = self.selecting(selectors, file);
        self.put_stand_in(&mut passed);
        passed.words(&self.name)
    }

    /// The flags that select exactly these.
    pub fn selecting(&self, selectors: &[String], file: Option<&OsStr>) -> Passed {
        let mut passed = self.passed.without(&["selector"]);
        if let Some(file) = file {
            passed = passed.without(&["file"]);
            passed.before.push(Piece::valued("file", file));
        }
        passed.before.push(Piece::flag(SEQUENTIAL));
        let selectors = selectors.iter().map(|it| Piece::valued("selector", it));
        passed.before.extend(selectors);
        passed
    }

    fn put_stand_in(&self, passed: &mut Passed) {
        let stand_in = self.stand_in.iter();
        passed.before.extend(stand_in.map(|path| Piece::valued("helm-binary", path)));
    }

    /// As a person would type it.
    pub fn text(&self) -> String {
        let all = words(self.passed.all());
        let all: Vec<_> = all.iter().map(|word| word.to_string_lossy()).collect();
        format!("{} {}", self.name, all.join(" ")).trim_end().into()
    }
}

/// What helmfile looks for where no helmfile is named (helmfile 1.8.0, `pkg/config`).
const USUAL: [&str; 3] = ["helmfile.yaml", "helmfile.yaml.gotmpl", "helmfile.d"];

fn has_helmfile() -> bool {
    env::var_os("HELMFILE_FILE_PATH").is_some_and(|it| !it.is_empty())
        || USUAL.iter().any(|name| Path::new(name).exists())
}

/// helmfile also takes URLs (`git::https://…`).
fn is_local(file: &Path) -> bool {
    let text = file.to_string_lossy();
    !text.contains("://") && !text.contains("::")
}

/// What runs are started with, besides the environment.
pub fn environment() -> Vec<(&'static str, OsString)> {
    // helmfile's notice of a new version would come with every run.
    let quiet = env::var_os("HELMFILE_UPGRADE_NOTICE_DISABLED").is_none();
    let notice = ("HELMFILE_UPGRADE_NOTICE_DISABLED", OsString::from("1"));
    quiet.then_some(notice).into_iter().collect()
}
