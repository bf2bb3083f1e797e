//! Credentials that a program gives (`exec` of a kubeconfig's user; Kubernetes,
//! "client-go credential plugins").
//!
//! The kube crate would run the program in place, so that nothing else went on and no
//! time limit held, and would tell in full what it said if it failed. So it is run
//! here, once per connection: it ends when its time is over, and what it says is for
//! the user's eyes alone: on a terminal it is seen, in a report never, for it may hold
//! a token.

use std::io::{IsTerminal, stderr, stdin};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use kube::config::{AuthInfo, ExecConfig, ExecInteractiveMode};
use rustix::process::{Pid, Signal, kill_process_group};
use serde::Deserialize;
use serde_json::json;
use tokio::process::Command;
use tokio::time::timeout;

use crate::Fault;

#[derive(Deserialize)]
struct Credential {
    status: Option<Given>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Given {
    token: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

/// Puts into `user` what its program gives, if it has one; `patience` is the time that
/// this may take.
pub(crate) async fn put_credential(
    user: &mut AuthInfo,
    patience: Duration,
) -> Result<(), Fault> {
    let Some(exec) = user.exec.take() else { return Ok(()) };
    let name = exec.command.clone().unwrap_or_default();
    let fault =
        |what: String| Fault::Credential(format!("credential plugin {name}: {what}"));
    let printed = match timeout(patience, run(&exec)).await {
        Err(_) => {
            return Err(fault(format!("no answer within {}", Fault::told(patience))));
        }
        Ok(Err(error)) => {
            let hint = exec.install_hint.as_deref().unwrap_or_default();
            let hint = hint.lines().find(|line| !line.trim().is_empty());
            let hint = hint.map(|line| format!("; {}", line.trim()));
            return Err(fault(format!("{error}{}", hint.unwrap_or_default())));
        }
        Ok(Ok((status, _))) if !status.success() => return Err(fault(ended(status))),
        Ok(Ok((_, printed))) => printed,
    };
    // The parser's message could quote the token.
    let read: Result<Credential, _> = serde_yaml::from_slice(&printed);
    let given = read.ok().and_then(|it| it.status);
    let none = || fault("it printed no ExecCredential with a status".into());
    let Given { token, client_certificate_data, client_key_data } =
        given.ok_or_else(none)?;
    if token.is_none() && client_certificate_data.is_none() {
        return Err(fault("it gave neither a token nor a certificate".into()));
    }
    let encoded = |pem: String| BASE64_STANDARD.encode(pem);
    user.token = token.map(Into::into).or(user.token.take());
    if let (Some(certificate), Some(key)) = (client_certificate_data, client_key_data) {
        user.client_certificate_data = Some(encoded(certificate));
        user.client_key_data = Some(encoded(key).into());
    }
    Ok(())
}

/// How it ended and what it printed.
async fn run(exec: &ExecConfig) -> std::io::Result<(ExitStatus, Vec<u8>)> {
    let is_asked = exec.interactive_mode != Some(ExecInteractiveMode::Never)
        && stdin().is_terminal()
        && stderr().is_terminal();
    let mut spec = json!({"interactive": is_asked});
    if let Some(cluster) = exec.cluster.as_ref().filter(|_| exec.provide_cluster_info) {
        spec["cluster"] = serde_json::to_value(cluster).unwrap_or_default();
    }
    let info =
        json!({"apiVersion": exec.api_version, "kind": "ExecCredential", "spec": spec});
    let mut command = Command::new(exec.command.as_deref().unwrap_or_default());
    command.args(exec.args.iter().flatten());
    for variable in exec.env.iter().flatten() {
        if let (Some(name), Some(value)) = (variable.get("name"), variable.get("value"))
        {
            command.env(name, value);
        }
    }
    command.env("KUBERNETES_EXEC_INFO", info.to_string());
    let shared = || if is_asked { Stdio::inherit() } else { Stdio::null() };
    command.stdin(shared()).stderr(shared()).stdout(Stdio::piped()).kill_on_drop(true);
    if !is_asked {
        // So that what it starts ends with it; at a terminal it has to be in front.
        command.process_group(0);
    }
    let child = command.spawn()?;
    let group = child.id().filter(|_| !is_asked).and_then(|id| i32::try_from(id).ok());
    let mut group = Group(group.and_then(Pid::from_raw));
    let output = child.wait_with_output().await?;
    group.0 = None;
    Ok((output.status, output.stdout))
}

/// Killed with all that is in it when nobody waits any more.
struct Group(Option<Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

fn ended(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("it ended with {code}"),
        None => "a signal ended it".into(),
    }
}
