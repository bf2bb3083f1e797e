//! `helmfire-subst` as a user runs it.

mod chart;
mod check;
mod image;
mod import;
mod list;
mod program;
mod remove;

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::support::binary;

/// The tests of all commands.
pub fn trials() -> Vec<libtest_mimic::Trial> {
    let groups = [
        chart::trials(),
        check::trials(),
        image::trials(),
        import::trials(),
        list::trials(),
        program::trials(),
        remove::trials(),
    ];
    groups.into_iter().flatten().collect()
}

/// A directory of its own, which is the working directory.
pub struct Project(TempDir);

/// Exit code, standard output, standard error.
pub type Outcome = (i32, String, String);

impl Project {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With this helmfire.toml.
    pub fn with(text: &str) -> Self {
        let project = Self::new();
        project.write("helmfire.toml", text);
        project
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn text(&self) -> String {
        fs::read_to_string(self.path().join("helmfire.toml")).unwrap()
    }

    /// The names in the directory, in order.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub fn command(&self, arguments: &[&str]) -> assert_cmd::Command {
        let mut command = assert_cmd::Command::from_std(binary("helmfire-subst"));
        command.args(arguments).current_dir(self.path());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        outcome(&mut self.command(arguments))
    }

    /// Runs it; it must succeed and print nothing. What it said comes back.
    pub fn said(&self, arguments: &[&str]) -> String {
        let (code, out, said) = self.run(arguments);
        assert_eq!((code, out.as_str()), (0, ""), "{arguments:?}: {said}");
        said
    }

    fn chart(&self, directory: &str) {
        let text = "apiVersion: v2\nname: db\nversion: 1.2.3\n";
        self.write(&format!("{directory}/Chart.yaml"), text);
    }
}

pub fn outcome(command: &mut assert_cmd::Command) -> Outcome {
    let output = command.output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

pub fn failed(code: i32, said: &str) -> Outcome {
    (code, String::new(), format!("helmfire-subst: {said}\n"))
}

pub const TWO: &str = "\
# ours
version = 1

# the database
[[image]]
from = \"postgres:15\" # until June
to   = \"localhost:5000/postgres:my-test\"

[[chart]]
from = \"bitnami/postgresql\"
to = \"./charts/db\"
release = \"db\"
";

pub const ROWS: &str = r#"{"v":1,"type":"image","from":"docker.io/","to":"m.local/","digest":"drop","release":"r","namespace":"n","kind":"Job","name":"x*","container":"c","line":2}
{"v":1,"type":"chart","from":"a/b","to":"./charts/db","namespace":"n","line":11}
{"v":1,"type":"image","regex":"^a\\.b/(.+)$","to":"c/$1","line":15}
"#;

pub const ROWS_FILE: &str = r#"[[image]]
from = "docker.io/"
to = "m.local/"
digest = "drop"
release = "r"
namespace = "n"
kind = "Job"
name = "x*"
container = "c"
[[chart]]
from = "a/b"
to = "./charts/db"
namespace = "n"
[[image]]
regex = '^a\.b/(.+)$'
to = "c/$1"
"#;
