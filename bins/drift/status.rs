//! `helm status`: releases of a storage that only Helm itself can read, such as a
//! database (`HELM_DRIVER=sql`).
//!
//! One process per release, one after the other. Refuses to guess where Helm's answer
//! is none.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use helmfire_cluster::{Release, Status};
use helmfire_helmfile::question::{AskError, ask_within};
use helmfire_helmfile::run::Leash;
use helmfire_inputs::Id;
use serde::Deserialize;

/// Asks Helm.
pub struct Helm {
    pub program: PathBuf,
    pub kubeconfig: Option<PathBuf>,
    pub leash: Leash,
    pub patience: Duration,
}

#[derive(Deserialize)]
struct Answer {
    info: Info,
    #[serde(default)]
    manifest: String,
}

#[derive(Deserialize)]
struct Info {
    status: String,
}

impl Helm {
    /// The last revision of a release, `None` if there is none.
    pub fn release(&self, id: &Id) -> Result<Option<Release>, AskError> {
        match ask_within(&mut self.command(id), &self.leash, self.patience) {
            Ok(printed) => read(&printed).map(Some),
            Err(AskError::NoAnswer(answer))
                if answer.talk.contains("release: not found") =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn command(&self, id: &Id) -> Command {
        let mut command = Command::new(Path::new(&self.program));
        command.args(["status", &id.name, "--output", "json"]);
        for (flag, value) in
            [("--namespace", &id.namespace), ("--kube-context", &id.context)]
        {
            if !value.is_empty() {
                command.args([flag, value]);
            }
        }
        if let Some(path) = &self.kubeconfig {
            command.arg("--kubeconfig").arg(path);
        }
        command.env_remove("HELM_DEBUG");
        command
    }
}

fn read(printed: &str) -> Result<Release, AskError> {
    let answer: Answer =
        serde_json::from_str(printed).map_err(|error| AskError::Form {
            program: "helm status",
            form: "JSON",
            reason: error.to_string(),
        })?;
    let Answer { info, manifest } = answer;
    Ok(Release { status: Status::of(&info.status), manifest })
}
