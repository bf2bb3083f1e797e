//! Charts packaged by the real helm: what repository and registry hand out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{root, tool};

/// Below the charts of the recorded runs: `web`, `db`, `cache`, `signed`, and
/// `local-web`, which takes the place of `web` (it says 9.9.9).
pub fn served_chart(name: &str) -> PathBuf {
    root().join("tests/data/helmfile/served-charts").join(name)
}

/// A directory with archives of charts.
pub struct Packages {
    dir: tempfile::TempDir,
}

impl Packages {
    /// No archive yet.
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    /// What repository and registry of the recordings offered: `web` in two
    /// versions, `db`, `cache`, and `signed` with its signature.
    pub fn recorded() -> Self {
        let packages = Self::new();
        for name in ["web", "db", "cache"] {
            packages.add(&served_chart(name), None);
        }
        packages.add(&served_chart("web"), Some("0.2.0"));
        // Signed once, for ever: the secret key was thrown away.
        let signed = root().join("tests/data/helmfile/signed");
        for name in ["signed-0.1.0.tgz", "signed-0.1.0.tgz.prov"] {
            fs::copy(signed.join(name), packages.path().join(name)).unwrap();
        }
        packages
    }

    /// Packages the chart in `directory`, under its own version or another.
    /// Its dependencies must be there. Returns the archive.
    pub fn add(&self, directory: &Path, version: Option<&str>) -> PathBuf {
        let mut command = Command::new(tool("helm3"));
        command.arg("package").arg(directory).arg("--destination").arg(self.path());
        command.args(version.map(|version| format!("--version={version}")));
        let printed = run(command.env("HOME", self.path()));
        let archive = printed.trim_end().rsplit(": ").next().unwrap();
        PathBuf::from(archive)
    }

    /// Writes `index.yaml`, with addresses relative to it.
    pub fn index(&self) {
        run(Command::new(tool("helm3")).args(["repo", "index"]).arg(self.path()));
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// All archives, in the order of their names.
    pub fn archives(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path()).unwrap();
        let mut archives: Vec<PathBuf> = entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|name| name == "tgz"))
            .collect();
        archives.sort();
        archives
    }
}

/// Runs a helm that must succeed; returns its stdout.
pub(super) fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {talk}");
    String::from_utf8(output.stdout).unwrap()
}
