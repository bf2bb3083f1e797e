//! An API server of a test's own, started by `scripts/cluster`: Helm can
//! install there, no Pod ever starts.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Mutex;

use crate::support::{Need, root, tool};

/// What it needs.
pub const NEEDS: [Need; 3] =
    [Need::Tool("etcd"), Need::Tool("kube-apiserver"), Need::Tool("kubectl")];

/// An API server; gone when it is dropped.
pub struct Cluster {
    dir: tempfile::TempDir,
}

/// Starting takes all processors for a moment; one at a time is faster.
static STARTING: Mutex<()> = Mutex::new(());

impl Cluster {
    /// Starts one and waits until it answers.
    pub fn up() -> Self {
        let _turn = STARTING.lock();
        let dir = tempfile::tempdir().unwrap();
        let parent = std::process::id().to_string();
        let output = Self::script(&["up", "--parent", &parent], &dir);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self { dir }
    }

    fn script(args: &[&str], dir: &tempfile::TempDir) -> std::process::Output {
        Command::new(root().join("scripts/cluster"))
            .args(args)
            .arg(dir.path())
            .output()
            .unwrap()
    }

    /// The file that opens it.
    pub fn kubeconfig(&self) -> PathBuf {
        self.dir.path().join("kubeconfig")
    }

    /// Runs kubectl, which must succeed; returns its stdout.
    pub fn kubectl(&self, args: &[&str]) -> String {
        let output = Command::new(tool("kubectl"))
            .arg("--kubeconfig")
            .arg(self.kubeconfig())
            .args(args)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        Self::script(&["down"], &self.dir);
    }
}
