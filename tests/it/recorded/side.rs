//! The bench of one project: a directory in which first helmfile works with
//! helm itself, then with the stand-in, so that no path differs between the
//! sides. Either way a recorder notes each call and becomes the real helm.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::outcome::Outcome;
use super::runs::{Keep, Run};
use super::world::World;
use crate::program;
use crate::services::packages::served_chart;
use crate::support::{root, tool};

/// The program under test.
const STAND_IN: &str = env!("CARGO_BIN_EXE_helmfire-helm");

/// Which helm helmfile calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The recorder itself.
    Helm,
    /// The stand-in, which is to call the recorder.
    StandIn,
}

/// A project and the programs to work on it with.
pub struct Bench<'a> {
    project: &'a Path,
    helm: &'static str,
    top: tempfile::TempDir,
}

impl<'a> Bench<'a> {
    /// For the project whose data are in `project`, and the helm given.
    pub fn new(project: &'a Path, helm: &'static str) -> Self {
        Self { project, helm, top: tempfile::tempdir().unwrap() }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.top.path().join(name)
    }

    /// Starts a side: nothing is there that the other side wrote.
    pub fn begin(&self, side: Side, world: &World, kubeconfig: &Path) {
        for entry in fs::read_dir(self.top.path()).unwrap() {
            let path = entry.unwrap().path();
            fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path)).unwrap();
        }
        for name in ["answers", "bin", "home", "mine", "original", "plugins"] {
            fs::create_dir(self.at(name)).unwrap();
        }
        let text = fs::read_to_string(kubeconfig).unwrap();
        // The recorded projects know a context `other` of the same cluster.
        let context = "{name: helmfire, context: {cluster: helmfire, user: admin}}";
        let other = context.replace("name: helmfire", "name: other");
        assert!(text.contains(context), "{text}");
        let both = text.replace(context, &format!("{context}, {other}"));
        fs::write(self.at("kubeconfig"), both).unwrap();
        fs::write(self.at("helmfire.toml"), "version = 1\n").unwrap();
        self.lay_out_programs(side);
        self.lay_out_project(world);
    }

    fn lay_out_programs(&self, side: Side) {
        for name in ["helmfile", "kustomize"] {
            symlink(tool(name), self.at("bin").join(name)).unwrap();
        }
        // The directory comes first, so that a call's relative paths are clear.
        // A third of all calls asks for the version: helm answers each way of
        // asking once.
        let (top, real) = (self.top.path().display(), tool(self.helm));
        let real = real.display();
        self.script(
            "bin/helm",
            &format!(
                "printf '%s\\037' \"$PWD\" \"$@\" '\u{1e}' >>'{top}/calls'\n\
                 [ \"$1\" = version ] || exec '{real}' \"$@\"\n\
                 known=\"{top}/answers/$*\"\n\
                 [ -e \"$known\" ] || {{\n\
                 '{real}' \"$@\" >\"$known.$$\" || exit\n\
                 mv \"$known.$$\" \"$known\"\n\
                 }}\n\
                 exec cat \"$known\""
            ),
        );
        let stand_in = self.at("bin/helmfire-helm");
        let program = match side {
            Side::Helm => self.at("bin/helm"),
            Side::StandIn => STAND_IN.into(),
        };
        symlink(program, stand_in).unwrap();
        copy(&root().join("tests/data/diff-plugin"), &self.at("plugins"), &[]);
        for name in ["pr-default", "pr-release", "pr-flag"] {
            let body =
                format!("exec sed \"s/message: .*/message: \\\"{name} $*\\\"/\"");
            self.script(&format!("bin/{name}"), &body);
            if self.helm == "helm4" {
                let dir = self.at("plugins").join(name);
                fs::create_dir(&dir).unwrap();
                let command = self.at("bin").join(name);
                let manifest = format!(
                    "apiVersion: v1\ntype: postrenderer/v1\nname: {name}\nversion: 1.0.0\n\
                     runtime: subprocess\nruntimeConfig:\n  platformCommand:\n  \
                     - command: {}\n",
                    command.display()
                );
                fs::write(dir.join("plugin.yaml"), manifest).unwrap();
            }
        }
    }

    fn script(&self, name: &str, body: &str) {
        program::write(self.at(name), &format!("#!/bin/sh\n{body}\n"));
    }

    /// The project with the addresses of here, and the charts that `--chart`
    /// names. A Chart.lock holds a sum over addresses, so it is made anew.
    fn lay_out_project(&self, world: &World) {
        let helm = self.at("bin/helmfire-helm").display().to_string();
        let replacements = [
            ("127.0.0.1:8879", &*world.repository.host()),
            ("127.0.0.1:5000", world.registry.host()),
            ("/home/user/bin/rec-helm-b", &helm),
        ];
        let original = self.at("original");
        copy(&self.project.join("project"), &original, &replacements);
        let charts = original.join("charts");
        for chart in fs::read_dir(&charts).into_iter().flatten() {
            let chart = chart.unwrap().path();
            if chart.join("Chart.lock").exists() {
                let mut update = Command::new(tool("helm3"));
                update.args(["dependency", "update"]).arg(&chart);
                let output = update.env("HOME", self.at("home")).output().unwrap();
                assert!(output.status.success(), "{output:?}");
                fs::remove_dir_all(chart.join("charts")).unwrap();
            }
        }
        for name in ["web", "signed"] {
            let renamed = [("name: web", &*format!("name: {name}"))];
            copy(&served_chart("local-web"), &self.at("mine").join(name), &renamed);
        }
    }

    /// Makes one run.
    pub fn run(&self, side: Side, run: &Run) -> Outcome {
        let kept = match run.keep {
            Keep::Nothing => "",
            Keep::Cache => "cache",
            Keep::Helm => "helm",
            Keep::Project => "project",
        };
        for name in ["cache", "helm", "project", "tmp", "calls"] {
            if name != kept {
                let path = self.at(name);
                fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path)).ok();
            }
        }
        fs::create_dir(self.at("tmp")).unwrap();
        if kept != "project" {
            copy(&self.at("original"), &self.at("project"), &[]);
        }
        let directory = if run.above { "." } else { "project" };
        let args = run.args.iter().filter_map(|argument| self.argument(argument));
        let mut command = Command::new(self.at("bin/helmfile"));
        command.args(args).current_dir(self.at(directory)).env_clear();
        let variables = [
            ("HOME", "home"),
            ("KUBECONFIG", "kubeconfig"),
            ("TMPDIR", "tmp"),
            ("HELMFILE_CACHE_HOME", "cache"),
            ("HELM_CACHE_HOME", "helm/cache"),
            ("HELM_CONFIG_HOME", "helm/config"),
            ("HELM_DATA_HOME", "helm/data"),
            ("HELM_PLUGINS", "plugins"),
        ];
        let of_stand_in = [
            ("HELMFIRE_HELM", "bin/helm"),
            ("HELMFIRE_FILE", "helmfire.toml"),
            ("HELMFIRE_CACHE_HOME", "helmfire-cache"),
        ];
        let of_stand_in = of_stand_in.iter().filter(|_| side == Side::StandIn);
        for (name, path) in variables.iter().chain(of_stand_in) {
            command.env(name, self.at(path));
        }
        command
            .env("PATH", format!("{}:/usr/bin:/bin", self.at("bin").display()))
            .env("HELMFILE_UPGRADE_NOTICE_DISABLED", "1")
            // So short a life needs no garbage collector: a sixth of the time.
            .env("GOGC", "off")
            .envs(run.env.iter().filter_map(|(name, value)| {
                self.argument(value).map(|value| (name, value))
            }))
            .stdin(Stdio::null());
        let output = command.output().unwrap();
        let calls = fs::read_to_string(self.at("calls")).unwrap_or_default();
        Outcome::new(&output, &calls, self.top.path(), run.random)
    }

    /// An argument, its placeholders filled in; `None` if it falls away.
    fn argument(&self, text: &str) -> Option<String> {
        match text {
            "@PLAIN@" if self.helm == "helm3" => None,
            "@PLAIN@" => Some("--oci-plain-http".into()),
            _ => {
                let helm = self.at("bin/helmfire-helm").display().to_string();
                let top = self.top.path().display().to_string();
                Some(text.replace("@HELM@", &helm).replace("@TOP@", &top))
            }
        }
    }
}

/// Copies a directory's content, with replacements in all files that are text.
fn copy(from: &Path, to: &Path, replacements: &[(&str, &str)]) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().unwrap().is_dir() {
            copy(&path, &target, replacements);
            continue;
        }
        fs::copy(&path, &target).unwrap();
        if let Ok(text) = fs::read_to_string(&path)
            && replacements.iter().any(|(old, _)| text.contains(old))
        {
            let replaced =
                |text: String, (old, new): &(&str, &str)| text.replace(old, new);
            fs::write(&target, replacements.iter().fold(text, replaced)).unwrap();
        }
    }
}
