//! `helm status` and `helm list`: releases of a storage that only Helm itself can read,
//! such as a database (`HELM_DRIVER=sql`).
//!
//! One process per release, one after the other. Refuses to guess where Helm's answer
//! is none.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use helmfire_cluster::{Packed, Release};
use helmfire_helmfile::question::{AskError, ask_within};
use helmfire_helmfile::run::Leash;
use helmfire_inputs::Id;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Asks Helm.
pub struct Helm {
    pub program: PathBuf,
    pub kubeconfig: Option<PathBuf>,
    pub leash: Leash,
    pub patience: Duration,
}

#[derive(Deserialize)]
struct Listed {
    name: String,
    namespace: String,
}

impl Helm {
    /// The last revision of a release, `None` if there is none.
    pub fn release(&self, id: &Id) -> Result<Option<Release>, AskError> {
        let mut command =
            self.command(&["status", &id.name], &id.namespace, &id.context);
        match ask_within(&mut command, &self.leash, self.patience) {
            Ok(printed) => {
                let packed: Packed = parse("helm status", &printed)?;
                Ok(Some(packed.release()))
            }
            Err(AskError::NoAnswer(answer))
                if answer.talk.contains("release: not found") =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// All releases in a namespace, or in every one, that have the labels of `selector`.
    pub fn releases(
        &self,
        context: &str,
        namespace: Option<&str>,
        selector: &str,
    ) -> Result<Vec<Id>, AskError> {
        // Both majors know these; what they list without differs.
        let mut words =
            vec!["list", "--deployed", "--failed", "--pending", "--uninstalling"];
        // No limit.
        words.extend(["--max", "0"]);
        if namespace.is_none() {
            words.push("--all-namespaces");
        }
        if !selector.is_empty() {
            words.extend(["--selector", selector]);
        }
        let mut command = self.command(&words, namespace.unwrap_or_default(), context);
        let printed = ask_within(&mut command, &self.leash, self.patience)?;
        let listed: Vec<Listed> = parse(
            "helm list",
            if printed.trim().is_empty() { "[]" } else { &printed },
        )?;
        let id = |Listed { name, namespace }| {
            let context = context.into();
            Id { name, namespace, context }
        };
        Ok(listed.into_iter().map(id).collect())
    }

    fn command(&self, words: &[&str], namespace: &str, context: &str) -> Command {
        let mut command = Command::new(Path::new(&self.program));
        command.args(words).args(["--output", "json"]);
        for (flag, value) in [("--namespace", namespace), ("--kube-context", context)] {
            if !value.is_empty() {
                command.args([flag, value]);
            }
        }
        if let Some(path) = &self.kubeconfig {
            command.arg("--kubeconfig").arg(path);
        }
        command.env_remove("HELM_DEBUG").stdin(Stdio::null());
        command
    }
}

fn parse<T: DeserializeOwned>(
    program: &'static str,
    printed: &str,
) -> Result<T, AskError> {
    serde_json::from_str(printed).map_err(|error| AskError::Form {
        program,
        form: "JSON",
        reason: error.to_string(),
    })
}
