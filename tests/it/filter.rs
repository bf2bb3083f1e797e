//! Running `helmfire-postrender` on bytes, with rules given as text.

use std::fmt;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use crate::support::binary;

/// The filter with its rules in a directory of its own, in which it runs.
pub struct Filter {
    dir: TempDir,
    args: Vec<String>,
    variables: Vec<(String, String)>,
}

/// How a run ended.
#[derive(PartialEq, Eq)]
pub struct Outcome {
    pub stdout: Vec<u8>,
    pub stderr: String,
    pub code: Option<i32>,
}

impl Filter {
    /// With `rules` as the content of `helmfire.toml`; none if it is empty.
    pub fn new(rules: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        if !rules.is_empty() {
            fs::write(dir.path().join("helmfire.toml"), rules).unwrap();
        }
        Self { dir, args: Vec::new(), variables: Vec::new() }
    }

    pub fn args<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    pub fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Writes a file beside the rules.
    pub fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        fs::write(self.path(name), content).unwrap();
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn command(&self) -> Command {
        let mut command = binary("helmfire-postrender");
        command.current_dir(self.dir.path()).args(&self.args);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn run(&self, input: impl AsRef<[u8]>) -> Outcome {
        let path = self.path(".stdin");
        fs::write(&path, input).unwrap();
        Outcome::of(self.command().stdin(File::open(path).unwrap()).output().unwrap())
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = &self.stdout[..self.stdout.len().min(2000)];
        let stdout = String::from_utf8_lossy(head);
        write!(f, "{:?}, stderr {:?}, stdout {stdout:?}", self.code, self.stderr)
    }
}

impl Outcome {
    pub fn of(output: Output) -> Self {
        Self {
            stdout: output.stdout,
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code(),
        }
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }

    /// What it wrote, given that nothing went wrong.
    pub fn done(self) -> String {
        assert_eq!((self.stderr.as_str(), self.code), ("", Some(0)), "{self:?}");
        String::from_utf8(self.stdout).unwrap()
    }
}
