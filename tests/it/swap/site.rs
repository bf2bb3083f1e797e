//! A helmfile project with two releases, the services that it deploys from, and
//! a chart to deploy in place of theirs.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde::Deserialize;

use crate::services::cluster::Cluster;
use crate::services::packages::{Packages, served_chart};
use crate::services::registry::{Access, Registry};
use crate::services::repository::Repository;
use crate::support::{binary, root, tool};

/// What all projects of a test run share.
pub struct Services {
    pub repository: Repository,
    pub registry: Registry,
}

/// The chart repository and the registry.
pub fn services() -> &'static Services {
    static SERVICES: OnceLock<Services> = OnceLock::new();
    SERVICES.get_or_init(|| {
        let packages = Packages::recorded();
        let registry = Registry::start(Access::Plain);
        registry.push_all(&packages);
        Services { repository: Repository::open(packages), registry }
    })
}

/// A git repository with the chart `web`, on the branch `main`.
fn git() -> &'static Path {
    static REPOSITORY: OnceLock<tempfile::TempDir> = OnceLock::new();
    let dir = REPOSITORY.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        copy(&served_chart("web"), dir.path());
        let script = "git init -q -b main && git add . && \
                      git -c user.name=a -c user.email=a@example.com commit -q -m a";
        let mut command = Command::new("sh");
        command.args(["-c", script]).current_dir(dir.path());
        assert!(command.status().unwrap().success());
        dir
    });
    dir.path()
}

/// The API server, gone with the test process.
pub fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::up)
}

/// One project in a scratch directory, with every directory that helm, helmfile
/// and helmfire use.
pub struct Site {
    dir: tempfile::TempDir,
}

/// The object that each of the test's charts renders.
#[derive(Deserialize)]
struct Rendered {
    metadata: Metadata,
    data: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Metadata {
    name: String,
}

impl Site {
    /// A project with this helmfile.yaml; `REPO`, `OCI` and `NS` in it stand for
    /// the repository's URL, the registry's host and a namespace.
    pub fn new(helm: &str, namespace: &str, helmfile: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let bin = dir.path().join("bin");
        fs::create_dir(&bin).unwrap();
        for (name, target) in
            [("helm", helm), ("helmfile", "helmfile"), ("kustomize", "kustomize")]
        {
            symlink(tool(target).canonicalize().unwrap(), bin.join(name)).unwrap();
        }
        let site = Self { dir };
        // Rules are looked for up to the repository.
        fs::create_dir_all(site.project().join(".git")).unwrap();
        fs::write(site.project().join("namespace"), namespace).unwrap();
        site.write("helmfile.yaml", helmfile);
        copy(&served_chart("local-web"), &site.project().join("local"));
        site
    }

    /// The directory of helmfile.yaml.
    pub fn project(&self) -> PathBuf {
        self.dir.path().join("project")
    }

    /// The namespace of its releases.
    pub fn namespace(&self) -> String {
        fs::read_to_string(self.project().join("namespace")).unwrap()
    }

    /// A path of the scratch directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file of the project.
    pub fn write(&self, name: &str, text: &str) {
        let path = self.project().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let namespace = fs::read_to_string(self.project().join("namespace"));
        let text = text
            .replace("REPO", &services().repository.url())
            .replace("OCI", services().registry.host())
            .replace("GIT", &git().display().to_string())
            .replace("BIN", &self.path("bin").display().to_string())
            .replace("NS", &namespace.unwrap_or_default());
        fs::write(path, text).unwrap();
    }

    /// `helmfile --helm-binary helmfire-helm …` in the project.
    pub fn helmfile(&self, args: &[&str]) -> Output {
        let stand_in = binary("helmfire-helm");
        let mut command = Command::new(self.path("bin/helmfile"));
        command.arg("--helm-binary").arg(stand_in.get_program()).args(args);
        self.run(&mut command)
    }

    /// Plain helmfile.
    pub fn plain(&self, args: &[&str]) -> Output {
        self.run(Command::new(self.path("bin/helmfile")).args(args))
    }

    /// `helmfire …` in the project.
    pub fn helmfire(&self, args: &[&str]) -> Output {
        self.run(binary("helmfire").args(args))
    }

    /// `helmfire-helm …` in the project.
    pub fn helm(&self, args: &[&str]) -> Output {
        self.run(binary("helmfire-helm").args(args))
    }

    /// Runs a command in the project, in an environment that holds nothing else.
    pub fn run(&self, command: &mut Command) -> Output {
        self.prepare(command);
        command.output().unwrap()
    }

    /// Sets directory and environment.
    pub fn prepare(&self, command: &mut Command) {
        let ours = PathBuf::from(binary("helmfire-helm").get_program());
        let (bin, ours) =
            (self.path("bin"), ours.parent().unwrap().display().to_string());
        let path = format!("{}:{ours}:/usr/bin:/bin", bin.display());
        let given: Vec<_> = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
            .collect();
        command
            .current_dir(self.project())
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.path("home"))
            .env("TMPDIR", self.scratch())
            .env("KUBECONFIG", self.path("kubeconfig"))
            .env("HELM_PLUGINS", root().join("tests/data/diff-plugin"))
            .env("HELMFILE_UPGRADE_NOTICE_DISABLED", "1")
            .env("HELMFIRE_REPORT", self.path("report.jsonl"))
            .envs(given);
    }

    fn scratch(&self) -> PathBuf {
        let scratch = self.path("tmp");
        fs::create_dir_all(&scratch).unwrap();
        scratch
    }

    /// Makes helm work on the cluster of these tests.
    pub fn use_cluster(&self) {
        fs::copy(cluster().kubeconfig(), self.path("kubeconfig")).unwrap();
    }

    /// What the report says up to now.
    pub fn report(&self) -> Vec<serde_json::Value> {
        let text = fs::read_to_string(self.path("report.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Every regular file below helmfile's own cache, and the version of the chart
    /// in each `Chart.yaml`: what the next run without helmfire would deploy.
    pub fn cached_versions(&self) -> Vec<String> {
        let cache = self.path("home/.cache/helmfile");
        let grep = Command::new("grep").args(["-rh", "^version:"]).arg(cache).output();
        let text = String::from_utf8(grep.unwrap().stdout).unwrap();
        text.lines().map(str::to_string).collect()
    }
}

/// What each release was rendered from: `{"one": "web-9.9.9", …}`, and
/// `" patched"` behind it if a patch was applied.
pub fn rendered(yaml: &str) -> BTreeMap<String, String> {
    serde_yaml::Deserializer::from_str(yaml)
        .filter_map(|document| Rendered::deserialize(document).ok())
        .map(|it| {
            let release = it.metadata.name.rsplit_once('-').unwrap().0.to_string();
            let patched = it.data.contains_key("patched");
            (
                release,
                format!("{}{}", it.data["from"], if patched { " patched" } else { "" }),
            )
        })
        .collect()
}

/// Copies a directory.
pub fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp").arg("-R").arg(from).arg(to).status().unwrap();
    assert!(status.success());
}

/// The stdout of a run that must have succeeded.
pub fn succeed(output: &Output) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{:?}\n{stderr}\n{stdout}", output.status);
    stdout.into_owned()
}
