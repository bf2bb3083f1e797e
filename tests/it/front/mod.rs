//! `helmfire` as a user runs it: with a helmfile that only notes how it was
//! called, and with the real one.

mod cache;
mod commands;
mod completion;
mod doctor;
mod dry_run;
mod real;
mod signal;
mod summary;
mod unapplied;
mod vocabulary;
mod which_helm;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::program;
use crate::support::{root, tool};

/// The tests of all modules.
pub fn trials() -> Vec<libtest_mimic::Trial> {
    let groups = [
        cache::trials(),
        commands::trials(),
        completion::trials(),
        doctor::trials(),
        dry_run::trials(),
        real::trials(),
        signal::trials(),
        summary::trials(),
        unapplied::trials(),
        vocabulary::trials(),
        which_helm::trials(),
    ];
    groups.into_iter().flatten().collect()
}

/// Exit code, standard output, standard error.
type Outcome = (i32, String, String);

/// Notes its arguments and its environment, writes the report it is told to, and
/// answers `list`, `build`, `--help` and `--version` from files.
const HELMFILE: &str = r#"#!/bin/sh
here=$(dirname "$0")
for word; do
    case $word in
        list | build | --help | --version) cat "$here/$word"; exit ;;
    esac
done
printf '%s\n' "$@" >"$here/arguments"
env >"$here/environment"
[ -n "$HELMFILE_CACHE_HOME" ] && ls -R "$HELMFILE_CACHE_HOME" >"$here/cache" 2>/dev/null
[ -n "$HELMFIRE_RUN" ] && cat "$here/report" >>"$HELMFIRE_REPORT"
echo 'to stdout'
echo 'to stderr' >&2
exit "$(cat "$here/code")"
"#;

/// An image rule and a chart rule.
const IMAGE: &str = "[[image]]\nfrom = \"nginx\"\nto = \"x\"\n";
const CHART: &str = "[[chart]]\nfrom = \"acme/pg\"\nto = \"./pg\"\n";

/// A project, a directory of programs that is all of PATH, and a home.
struct Front {
    dir: TempDir,
    variables: BTreeMap<&'static str, String>,
}

impl Front {
    /// With a helmfile that only notes.
    fn new() -> Self {
        let front = Self::empty();
        front.program("helmfile", HELMFILE);
        front.program("helm", "#!/bin/sh\necho v3.22.0+g1\n");
        front.answer("code", "0");
        for file in ["report", "list", "build"] {
            front.answer(file, "");
        }
        front.answer("--version", "helmfile version 1.8.0\n");
        front
    }

    /// With the real helmfile and `helm`, and a copy of examples/shop.
    fn real(helm: &str) -> Self {
        let front = Self::empty();
        for (name, tool_name) in [("helmfile", "helmfile"), ("helm", helm)] {
            let real = tool(tool_name).canonicalize().unwrap();
            symlink(real, front.bin().join(name)).unwrap();
        }
        let shop = root().join("examples/shop/.");
        let copied =
            Command::new("cp").arg("-R").arg(shop).arg(front.project()).status();
        assert!(copied.unwrap().success());
        front
    }

    fn empty() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for name in ["bin", "home", "project", "tmp"] {
            fs::create_dir(dir.path().join(name)).unwrap();
        }
        Self { dir, variables: BTreeMap::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn bin(&self) -> PathBuf {
        self.path("bin")
    }

    fn project(&self) -> PathBuf {
        self.path("project")
    }

    /// With this helmfire.toml.
    fn rules(self, text: &str) -> Self {
        self.write("helmfire.toml", text);
        self
    }

    fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.variables.insert(name, value.into());
    }

    /// Writes a file of the project.
    fn write(&self, name: &str, text: &str) {
        let path = self.project().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Puts a script on PATH.
    fn program(&self, name: &str, script: &str) {
        program::write(self.bin().join(name), script);
    }

    /// What the noting helmfile prints or ends with.
    fn answer(&self, name: &str, text: &str) {
        fs::write(self.bin().join(name), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(Path::new(env!("CARGO_BIN_EXE_helmfire")), arguments)
    }

    fn command_of(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .current_dir(self.project())
            .env_clear()
            .env("PATH", format!("{}:/usr/bin:/bin", self.bin().display()))
            .env("HOME", self.path("home"))
            .env("TMPDIR", self.path("tmp"))
            .env("KUBECONFIG", self.path("kubeconfig"))
            .env("HELMFILE_UPGRADE_NOTICE_DISABLED", "1")
            .envs(&self.variables);
        command
    }

    fn run(&self, arguments: &[&str]) -> Outcome {
        outcome(&mut self.command(arguments))
    }

    /// As [`Self::run`], where none of our other programs is.
    fn run_alone(&self, arguments: &[&str]) -> Outcome {
        let alone = self.path("alone/helmfire");
        fs::create_dir_all(alone.parent().unwrap()).unwrap();
        program::copy(env!("CARGO_BIN_EXE_helmfire"), &alone);
        outcome(&mut self.command_of(&alone, arguments))
    }

    /// The arguments that the noting helmfile got, in one line.
    fn noted(&self) -> String {
        let text = fs::read_to_string(self.bin().join("arguments")).unwrap_or_default();
        text.lines().collect::<Vec<_>>().join(" ")
    }

    /// A variable that the noting helmfile got.
    fn variable(&self, name: &str) -> Option<String> {
        let text =
            fs::read_to_string(self.bin().join("environment")).unwrap_or_default();
        let start = format!("{name}=");
        text.lines().find_map(|line| line.strip_prefix(&start).map(String::from))
    }

    /// What is left of the directories of runs.
    fn leftovers(&self) -> Vec<PathBuf> {
        let dirs = [self.path("tmp"), self.path("home/.cache/helmfire/run")];
        let entries = dirs.iter().filter_map(|dir| fs::read_dir(dir).ok()).flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }
}

fn outcome(command: &mut Command) -> Outcome {
    let output = command.output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

/// The one line of an error.
fn failed(code: i32, said: &str) -> Outcome {
    (code, String::new(), format!("helmfire: {said}\n"))
}

/// The stand-in that is beside the program under test.
fn shim() -> String {
    let front = PathBuf::from(env!("CARGO_BIN_EXE_helmfire"));
    front.with_file_name("helmfire-helm").to_str().unwrap().into()
}
