//! A helmfile project in a scratch directory, with a home of its own for helm,
//! helmfile and helmfire.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::program;
use crate::support::{binary, root, tool};

/// A chart that renders all its values, and a file that it may hold.
const CHART: [(&str, &str); 3] = [
    ("Chart.yaml", "apiVersion: v2\nname: NAME\nversion: 0.1.0\n"),
    ("values.yaml", "default: one\n"),
    (
        "templates/config.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-{{ .Chart.Name }}\ndata:\n  \
         values: {{ .Values | toJson | quote }}\n  file: {{ .Files.Get \"file.txt\" | quote }}\n",
    ),
];

/// The project.
pub struct Project {
    dir: tempfile::TempDir,
}

impl Project {
    /// An empty one, with `helm` of the major given.
    pub fn new(helm: &str) -> Self {
        let project = Self { dir: tempfile::tempdir().unwrap() };
        fs::create_dir_all(project.path("")).unwrap();
        let bin = project.at("bin");
        fs::create_dir(&bin).unwrap();
        for (name, real) in
            [("helm", helm), ("helmfile", "helmfile"), ("kustomize", "kustomize")]
        {
            symlink(tool(real).canonicalize().unwrap(), bin.join(name)).unwrap();
        }
        project
    }

    /// A recorded one.
    pub fn recorded(name: &str) -> Self {
        let project = Self::new("helm3");
        let from = root().join("tests/data/helmfile").join(name).join("project/.");
        let to = project.path("");
        let mut copy = Command::new("cp");
        assert!(copy.arg("-R").arg(from).arg(to).status().unwrap().success());
        project
    }

    /// The chart `name` in `charts/`.
    pub fn chart(&self, name: &str) -> &Self {
        for (file, text) in CHART {
            self.write(&format!("charts/{name}/{file}"), &text.replace("NAME", name));
        }
        self
    }

    /// Whether its helm is the fourth.
    pub fn is_helm4(&self) -> bool {
        fs::read_link(self.at("bin/helm")).unwrap().to_string_lossy().contains("helm4")
    }

    /// The data of the `ConfigMaps` of its releases in the cluster, sorted.
    pub fn values_of_cluster(&self) -> Vec<String> {
        let text = self.read("helmfile.yaml");
        let namespace = text.split("namespace: ").nth(1).unwrap();
        let namespace = namespace.split([',', '\n']).next().unwrap().trim();
        let mut kubectl = Command::new(tool("kubectl"));
        kubectl.args(["get", "configmaps", "-n", namespace, "-o", "json"]);
        let output = self.command(kubectl).output().unwrap();
        let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let items = list["items"].as_array().unwrap().iter();
        let own = items.filter(|it| it["metadata"]["name"] != "kube-root-ca.crt");
        let row = |it: &serde_json::Value| {
            format!("{} {}", it["metadata"]["name"], it["data"])
        };
        let mut rows: Vec<String> = own.map(row).collect();
        rows.sort();
        rows
    }

    fn at(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A path in the project.
    pub fn path(&self, name: &str) -> PathBuf {
        self.at("project").join(name)
    }

    /// Writes a file; a script may be run.
    pub fn write(&self, name: &str, text: &str) -> &Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if text.starts_with("#!") {
            program::write(&path, text);
        } else {
            fs::write(&path, text).unwrap();
        }
        self
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.path(name)).unwrap();
    }

    /// A stub of helm-secrets: a secret is what stands behind `sealed: `.
    pub fn with_secrets(&self) -> &Self {
        let plugin = self.at("plugins/secrets");
        fs::create_dir_all(&plugin).unwrap();
        let yaml = "name: secrets\nversion: 4.6.0\nusage: x\ndescription: x\ncommand: $HELM_PLUGIN_DIR/run\n";
        fs::write(plugin.join("plugin.yaml"), yaml).unwrap();
        let script = "#!/bin/sh\nfor file; do :; done\nsed 's/sealed: //' \"$file\"\n";
        program::write(plugin.join("run"), script);
        self
    }

    /// A program in the project's directory, with nothing of the user's around it.
    pub fn command(&self, mut command: Command) -> Command {
        let ours = PathBuf::from(binary("helmfire-releases").get_program());
        let ours = ours.parent().unwrap().display().to_string();
        let path = format!("{}:{ours}:/usr/bin:/bin", self.at("bin").display());
        command
            .current_dir(self.path(""))
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.at("home"))
            .env("HELM_PLUGINS", self.at("plugins"))
            .env("HELMFILE_UPGRADE_NOTICE_DISABLED", "1")
            .env("HELMFIRE_STATE_HOME", self.at("state"))
            .env("KUBECONFIG", self.at("kubeconfig"))
            .stdin(Stdio::null());
        command
    }

    /// Runs `helmfire-releases`.
    pub fn run(&self, args: &[&str]) -> Output {
        let mut command = self.command(binary("helmfire-releases"));
        command.args(args).output().unwrap()
    }

    /// As [`Self::run`], with names on standard input.
    pub fn run_with(&self, args: &[&str], input: &str) -> Output {
        let mut command = self.command(binary("helmfire-releases"));
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    }

    /// What `helmfire-releases` prints; it must succeed.
    pub fn releases(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{args:?}: {stderr}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The releases that it names for `file`.
    pub fn named(&self, file: &str) -> BTreeSet<String> {
        let rows = self.releases(&["--json", file]);
        let rows = rows.lines().map(|line| {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| row[key].as_str().unwrap().to_string();
            format!("{}/{}", text("namespace"), text("release"))
        });
        rows.collect()
    }

    /// What `helmfile template` renders for each release, `None` if it fails.
    pub fn rendered(&self) -> Option<BTreeMap<String, String>> {
        let out = self.at("out");
        let _ = fs::remove_dir_all(&out);
        let mut command = self.command(Command::new(self.at("bin/helmfile")));
        command.args(["-q", "--sequential-helmfiles", "template", "--output-dir"]);
        command.arg(&out).arg("--output-dir-template");
        command.arg("{{ .OutputDir }}/{{ .Release.Namespace }}/{{ .Release.Name }}");
        let output = command.output().unwrap();
        if !output.status.success() {
            return None;
        }
        let mut rendered = BTreeMap::new();
        for namespace in entries(&out) {
            // A release without namespace has no directory for it.
            let has_files =
                entries(&namespace).iter().any(|it| it.join("templates").exists());
            let releases = if has_files || is_release_level(&namespace) {
                vec![namespace.clone()]
            } else {
                entries(&namespace)
            };
            for release in releases {
                let id = release.strip_prefix(&out).unwrap().display().to_string();
                let id = if id.contains('/') { id } else { format!("/{id}") };
                rendered.insert(id, content(&release));
            }
        }
        Some(rendered)
    }
}

fn is_release_level(path: &Path) -> bool {
    entries(path).iter().any(|it| it.is_file())
}

fn entries(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// All files below, in order.
fn content(path: &Path) -> String {
    if path.is_file() {
        return fs::read_to_string(path).unwrap();
    }
    entries(path).iter().map(|entry| content(entry)).collect::<Vec<_>>().join("\n---\n")
}
