//! A scratch directory with charts, and a helm that says what it was asked.

#![allow(dead_code, reason = "no test file uses all of it")]
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use helmfire_charts::{StageError, Staged, Store};

pub struct Bed {
    _scratch: tempfile::TempDir,
    pub root: PathBuf,
}

impl Bed {
    pub fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(scratch.path()).unwrap();
        Self { _scratch: scratch, root }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// A chart with one config map and these lines behind its `Chart.yaml`.
    pub fn chart(&self, dir: &str, version: &str, more: &str) -> PathBuf {
        let name = dir.rsplit('/').next().unwrap();
        let yaml = format!("apiVersion: v2\nname: {name}\nversion: {version}\n{more}");
        self.write(&format!("{dir}/Chart.yaml"), yaml);
        self.write(&format!("{dir}/values.yaml"), format!("own: {name}\n"));
        self.write(
            &format!("{dir}/templates/map.yaml"),
            format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  \
                 own: {{{{ .Values.own }}}}\n  version: {{{{ .Chart.Version | quote }}}}\n"
            ),
        );
        self.path(dir)
    }

    /// A script. Another process writes it: a child that a test beside this one
    /// starts may hold our file open a moment longer, and then it cannot be run.
    pub fn program(&self, name: &str, text: &str) -> PathBuf {
        let draft = self.write(&format!("{name}.draft"), text);
        fs::set_permissions(&draft, fs::Permissions::from_mode(0o755)).unwrap();
        let path = self.path(name);
        assert!(Command::new("cp").arg(draft).arg(&path).status().unwrap().success());
        path
    }

    /// A helm that appends its arguments to the file `calls` and then does as
    /// the shell `script` says, with the scratch chart in `$3`.
    pub fn helm(&self, script: &str) -> PathBuf {
        let calls = self.path("calls");
        let text = format!(
            "#!/bin/sh\n[ \"$1\" = env ] && exit\necho \"$1 $2\" >> {}\n{script}\n",
            calls.display()
        );
        self.program("bin/helm", &text)
    }

    pub fn calls(&self) -> usize {
        fs::read_to_string(self.path("calls")).map_or(0, |text| text.lines().count())
    }

    pub fn store(&self, helm: &Path, roots: &[PathBuf]) -> Store {
        Store::new(&self.path("cache"), helm.into(), roots.to_vec())
    }

    /// Stages with a helm that must not be called.
    pub fn stage(&self, chart: &Path) -> Result<Staged, StageError> {
        self.store(Path::new("/nonexistent/helm"), &[]).stage(chart)
    }

    pub fn error(&self, chart: &Path) -> String {
        let text = self.stage(chart).unwrap_err().to_string();
        assert!(!text.contains('\n'), "{text}");
        text
    }
}

/// `tar czf` of a directory, under the name it has.
pub fn pack(dir: &Path, archive: &Path) {
    fs::create_dir_all(archive.parent().unwrap()).unwrap();
    let out = fs::File::create(archive).unwrap();
    let out = flate2::write::GzEncoder::new(out, flate2::Compression::fast());
    let mut tar = tar::Builder::new(out);
    tar.append_dir_all(dir.file_name().unwrap(), dir).unwrap();
    tar.into_inner().unwrap().finish().unwrap();
}

/// All files below `dir`, sorted.
pub fn files(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut left = vec![dir.to_path_buf()];
    while let Some(path) = left.pop() {
        for entry in fs::read_dir(path).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                found.push(path.strip_prefix(dir).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    found
}

pub fn read(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
