//! The test bed: a copy of examples/shop, one real helm as `helm` on PATH, and
//! every directory that helm and helmfile use, all in one scratch directory.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::{binary, root, tool};

/// The two majors, by the name of the tool.
pub const HELMS: [&str; 2] = ["helm3", "helm4"];

/// Rules for four of the images of examples/shop.
pub const RULES: &str = r#"version = 1
[[image]]
from = "postgres:15"
to = "localhost:5000/postgres:my-test"
[[image]]
from = "nginx"
to = "localhost:5000/nginx:dev"
[[image]]
from = "quay.io/"
to = "mirror.local:5000/quay/"
[[image]]
from = "ghcr.io/cloudnative-pg/postgresql"
to = "localhost:5000/cnpg"
"#;

/// What those rules make of an image, without our code.
pub fn replaced(image: &str) -> String {
    match image {
        "postgres:15" => "localhost:5000/postgres:my-test".into(),
        nginx if nginx.starts_with("nginx:") => "localhost:5000/nginx:dev".into(),
        other => other
            .replace("quay.io/", "mirror.local:5000/quay/")
            .replace("ghcr.io/cloudnative-pg/postgresql:", "localhost:5000/cnpg:"),
    }
}

/// The images of rendered manifests, sorted.
pub fn images(text: &str) -> Vec<String> {
    let mut images: Vec<String> = text
        .lines()
        .filter_map(|line| {
            let line = line.trim_start_matches([' ', '-']);
            line.strip_prefix("image: ").or(line.strip_prefix("imageName: "))
        })
        .map(|image| image.trim_matches(['"', '\'']).to_string())
        .collect();
    images.sort();
    images
}

/// What the rules make of them.
pub fn expected(images: &[String]) -> Vec<String> {
    let mut new: Vec<String> = images.iter().map(|image| replaced(image)).collect();
    new.sort();
    new
}

/// A project and the programs to work on it with.
pub struct Bed {
    dir: tempfile::TempDir,
    path: String,
    plugins: Option<PathBuf>,
}

impl Bed {
    /// A bed with `helm` of the major given, ready for our post-renderer.
    pub fn new(helm: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let bin = dir.path().join("bin");
        fs::create_dir(&bin).unwrap();
        symlink(tool(helm).canonicalize().unwrap(), bin.join("helm")).unwrap();
        symlink(tool("helmfile").canonicalize().unwrap(), bin.join("helmfile"))
            .unwrap();
        let ours = PathBuf::from(binary("helmfire-postrender").get_program());
        let path = format!(
            "{}:{}:/usr/bin:/bin",
            bin.display(),
            ours.parent().unwrap().display()
        );
        let copied = Command::new("cp")
            .arg("-R")
            .arg(root().join("examples/shop"))
            .arg(dir.path().join("shop"))
            .status()
            .unwrap();
        assert!(copied.success());
        let mut bed = Self { dir, path, plugins: None };
        if helm == "helm4" {
            bed.install_plugin();
        }
        bed
    }

    fn install_plugin(&mut self) {
        let plugins = self.dir.path().join("plugins");
        let output =
            self.run(binary("helmfire-postrender").arg("--helm-plugin").arg(&plugins));
        let line = String::from_utf8_lossy(&output.stdout);
        assert!(line.starts_with("export HELM_PLUGINS="), "{output:?}");
        self.plugins = Some(plugins);
    }

    /// The project's directory.
    pub fn project(&self) -> PathBuf {
        self.dir.path().join("shop")
    }

    /// Writes a file of the project.
    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.project().join(name), text).unwrap();
    }

    /// Reads a file of the project.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.project().join(name)).unwrap()
    }

    /// Runs helmfile in the project; it must succeed. Returns its stdout.
    pub fn helmfile(&self, args: &[&str]) -> String {
        self.succeed("helmfile", args)
    }

    /// Runs helm in the project; it must succeed. Returns its stdout.
    pub fn helm(&self, args: &[&str]) -> String {
        self.succeed("helm", args)
    }

    /// Runs helm or helmfile in the project.
    pub fn try_run(&self, program: &str, args: &[&str]) -> Output {
        self.run(Command::new(self.dir.path().join("bin").join(program)).args(args))
    }

    fn succeed(&self, program: &str, args: &[&str]) -> String {
        let output = self.try_run(program, args);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program} {args:?}: {stderr}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn run(&self, command: &mut Command) -> Output {
        let at = |name: &str| self.dir.path().join(name);
        command
            .current_dir(self.project())
            .env_clear()
            .env("PATH", &self.path)
            .env("HOME", at("home"))
            .env("KUBECONFIG", at("kubeconfig"))
            .env("HELM_CACHE_HOME", at("helm-cache"))
            .env("HELM_CONFIG_HOME", at("helm-config"))
            .env("HELM_DATA_HOME", at("helm-data"))
            .env("HELMFILE_CACHE_HOME", at("helmfile-cache"))
            .env("HELMFILE_UPGRADE_NOTICE_DISABLED", "1")
            .env("HELMFIRE_REPORT", self.report());
        if let Some(plugins) = &self.plugins {
            command.env("HELM_PLUGINS", plugins);
        }
        command.output().unwrap()
    }

    /// Where every post-renderer of this bed reports.
    pub fn report(&self) -> PathBuf {
        self.dir.path().join("report.jsonl")
    }

    /// Makes the bed work on the cluster of `kubeconfig`.
    pub fn use_cluster(&self, kubeconfig: &Path) {
        fs::copy(kubeconfig, self.dir.path().join("kubeconfig")).unwrap();
    }
}

/// How the post-renderer is told to helmfile.
#[derive(Clone, Copy, Debug)]
pub enum Setting {
    /// `--post-renderer` on the command line.
    Flag,
    /// `helmDefaults.postRenderer`
    Defaults,
    /// `postRenderer` of every release.
    Release,
}

impl Setting {
    /// All ways.
    pub const ALL: [Self; 3] = [Self::Flag, Self::Defaults, Self::Release];

    /// Sets it up in `bed`; returns the flags that belong behind the command.
    pub fn apply(self, bed: &Bed) -> &'static [&'static str] {
        let name = "postRenderer: helmfire-postrender";
        let text = bed.read("helmfile.yaml");
        match self {
            Self::Flag => return &["--post-renderer", "helmfire-postrender"],
            Self::Defaults => {
                let with = format!("helmDefaults:\n  {name}\n");
                bed.write("helmfile.yaml", &text.replace("helmDefaults:\n", &with));
            }
            Self::Release => {
                let with = format!("    {name}\n    chart:");
                bed.write("helmfile.yaml", &text.replace("    chart:", &with));
            }
        }
        &[]
    }
}
