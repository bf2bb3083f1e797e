//! helm-diff for a project: the double that the tests bring, or the real one where
//! `helm diff` works for whoever runs them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::bed::Bed;
use crate::support::{root, tool};

/// Gives the project the double.
pub fn double(bed: &Bed) {
    let plugins = bed.project.path("../plugins");
    fs::create_dir_all(&plugins).unwrap();
    let mut copy = Command::new("cp");
    copy.arg("-R").arg(root().join("tests/data/diff-plugin/diff")).arg(&plugins);
    assert!(copy.status().unwrap().success());
}

/// Gives the project the real one.
pub fn genuine(bed: &Bed) {
    let plugins = bed.project.path("../plugins");
    fs::create_dir_all(&plugins).unwrap();
    symlink(installed().unwrap(), plugins.join("diff")).unwrap();
}

/// Where the real one is installed, if it works.
pub fn installed() -> Option<&'static Path> {
    static PLACE: OnceLock<Option<PathBuf>> = OnceLock::new();
    PLACE.get_or_init(find).as_deref()
}

fn find() -> Option<PathBuf> {
    let told = |args: &[&str]| {
        let output = Command::new(tool("helm3")).args(args).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim().to_string())
    };
    told(&["diff", "version"])?;
    let plugins = fs::read_dir(told(&["env", "HELM_PLUGINS"])?).ok()?;
    let is_diff = |plugin: &PathBuf| {
        let text = fs::read_to_string(plugin.join("plugin.yaml"));
        text.is_ok_and(|it| {
            it.lines().any(|line| line.replace('"', "") == "name: diff")
        })
    };
    plugins.flatten().map(|entry| entry.path()).find(is_diff)
}
