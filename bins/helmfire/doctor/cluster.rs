//! The cluster: within reach, of a fitting version, and ours to write to?

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::tools::numbers;
use super::{Answer, Found};
use crate::capture::{self, Captured};
use crate::version::PATIENCE;
use helmfire_helmfile::passed::Passed;

pub fn check(passed: &Passed, found: &Found, answer: &mut Answer) -> io::Result<()> {
    let Some(kubectl) = found.kubectl.as_deref() else { return Ok(()) };
    let ask = |words: &[&str]| ask(kubectl, passed, words);
    let server = match ask(&["version", "--output", "json", "--request-timeout", "5s"])
    {
        Ok(reply) => match server_version(&reply.stdout) {
            Some(server) => server,
            None => return out_of_reach(&reply.reason(), answer),
        },
        Err(error) => return out_of_reach(&error.to_string(), answer),
    };
    let client = found.client.as_deref().unwrap_or_default();
    let finding = format!("Kubernetes {server} answers");
    match (numbers(client), numbers(&server)) {
        // kubectl is supported within one minor version of the server.
        (Some(client_is), Some(server_is)) if client_is.1.abs_diff(server_is.1) > 1 => {
            let remedy =
                format!("kubectl {client} is too far from it, install its version");
            answer.warning("cluster", finding, remedy)?;
        }
        _ => answer.ok("cluster", finding)?,
    }
    let namespaces: BTreeSet<&str> =
        found.releases.iter().map(|release| release.namespace.as_str()).collect();
    for namespace in namespaces {
        let mut words = vec!["auth", "can-i", "create", "secrets"];
        if !namespace.is_empty() {
            words.extend(["--namespace", namespace]);
        }
        let place =
            if namespace.is_empty() { "the default namespace" } else { namespace };
        match ask(&words) {
            Ok(reply) => rights(&reply, place, answer)?,
            Err(error) => {
                let finding = format!("your rights in {place} are not known: {error}");
                answer.warning("rights", finding, "try again")?;
            }
        }
    }
    Ok(())
}

/// helm keeps its releases in Secrets: without them it can do nothing.
fn rights(reply: &Captured, place: &str, answer: &mut Answer) -> io::Result<()> {
    match reply.stdout.trim() {
        "yes" => answer.ok("rights", format!("you may create secrets in {place}")),
        "no" => {
            let finding = format!(
                "you may not create secrets in {place}, where helm keeps \
                                   its releases"
            );
            answer.problem(
                "rights",
                finding,
                "ask for the right or choose another context",
            )
        }
        _ => {
            let finding =
                format!("your rights in {place} are not known: {}", reply.reason());
            answer.warning("rights", finding, "run 'kubectl auth can-i create secrets'")
        }
    }
}

fn out_of_reach(reason: &str, answer: &mut Answer) -> io::Result<()> {
    let finding = format!("it does not answer: {reason}");
    let remedy =
        "check the kubeconfig and --kube-context; template and lint do without";
    answer.warning("cluster", finding, remedy)
}

fn server_version(printed: &str) -> Option<String> {
    let json: Value = serde_json::from_str(printed).ok()?;
    let version = json["serverVersion"]["gitVersion"].as_str()?;
    Some(version.trim_start_matches('v').into())
}

/// Asks kubectl about the cluster that helmfile would work on.
fn ask(kubectl: &Path, passed: &Passed, words: &[&str]) -> io::Result<Captured> {
    let mut command = Command::new(kubectl);
    if let Some(file) = passed.value("kubeconfig") {
        command.arg("--kubeconfig").arg(file);
    }
    let variable = || env::var_os("HELMFILE_KUBE_CONTEXT").filter(|v| !v.is_empty());
    let context = passed.value("kube-context").map(OsString::from).or_else(variable);
    if let Some(context) = context {
        command.arg("--context").arg(context);
    }
    capture::within(PATIENCE, command.args(words))
}
