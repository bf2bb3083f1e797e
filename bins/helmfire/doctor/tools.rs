//! helmfile, helm, kubectl and helm-diff: there, and fit for each other?

use std::ffi::OsStr;
use std::io;
use std::process::Command;

use serde_json::Value;

use super::{Answer, Found};
use crate::helm::{self, Hooks};
use crate::{capture, plugins, programs, version};
use helmfire_helmfile::passed::Passed;
use helmfire_helmfile::question::AskError;

/// The first helmfile that knows Helm 4 (helmfile, pull request 2262).
const HELMFILE_FOR_HELM_4: (u64, u64) = (1, 2);

pub fn check(
    passed: &Passed,
    found: &mut Found,
    answer: &mut Answer,
) -> io::Result<()> {
    let helmfile = helmfile(found, answer)?;
    helm(passed, helmfile, found, answer)?;
    diff(found, answer)?;
    kubectl(found, answer)
}

/// Returns its version.
fn helmfile(found: &mut Found, answer: &mut Answer) -> io::Result<Option<(u64, u64)>> {
    let path = match programs::helmfile() {
        Ok(path) => path,
        Err(error) => {
            let (what, remedy) = split(&format!("{error:#}"));
            answer.problem("helmfile", what, remedy)?;
            return Ok(None);
        }
    };
    let version = version::of_helmfile(path.as_os_str());
    let numbers = version.as_deref().and_then(numbers);
    let shown = version.unwrap_or_else(|| "unknown version".into());
    let finding = format!("{shown} ({})", path.display());
    match numbers {
        Some((1.., _)) => answer.ok("helmfile", finding)?,
        Some(_) => {
            answer.problem("helmfile", finding, "install helmfile 1 or later")?;
        }
        None => {
            let remedy = "check what 'helmfile --version' prints";
            answer.warning("helmfile", finding, remedy)?;
        }
    }
    found.helmfile = Some(path);
    Ok(numbers)
}

fn helm(
    passed: &Passed,
    helmfile: Option<(u64, u64)>,
    found: &mut Found,
    answer: &mut Answer,
) -> io::Result<()> {
    // Without helmfile its files cannot be asked; the rest of the search holds.
    let asked = found.helmfile.clone().unwrap_or_else(|| "helmfile".into());
    let helm = match helm::real(passed, &asked, Hooks::Never) {
        Ok(helm) => helm,
        Err(error) if matches!(error.downcast_ref(), Some(AskError::NoAnswer(_))) => {
            let remedy = "run 'helmfile build', or name helm by --helm-binary";
            return answer.warning("helm", format!("{error:#}"), remedy);
        }
        Err(error) => {
            let (what, remedy) = split(&format!("{error:#}"));
            return answer.problem("helm", what, remedy);
        }
    };
    let version = version::of_helm(&helm.binary);
    let numbers = version.as_deref().and_then(numbers);
    let shown = version.unwrap_or_else(|| "unknown version".into());
    let finding = format!("{shown} ({}, {})", helm.binary.to_string_lossy(), helm.by);
    match (numbers, helmfile) {
        (Some((4, _)), Some(old)) if old < HELMFILE_FOR_HELM_4 => {
            let remedy = "install helmfile 1.2 or later for Helm 4, or use Helm 3";
            answer.problem("helm", finding, remedy)?;
        }
        (Some((3, ..18)), _) => {
            let remedy = "helmfile asks for 3.18.6 or later, update it";
            answer.warning("helm", finding, remedy)?;
        }
        (Some((3 | 4, _)), _) => answer.ok("helm", finding)?,
        (Some(_), _) => answer.problem("helm", finding, "install Helm 3 or 4")?,
        (None, _) => {
            let remedy = "check what 'helm version --short' prints";
            answer.problem("helm", finding, remedy)?;
        }
    }
    found.major = numbers.map(|(major, _)| major);
    found.helm = Some(helm.binary);
    Ok(())
}

/// helmfile 1.8.0 refuses settings that an older helm-diff than 3.11 does not know
/// (`pkg/state`), and tries Helm 4 with 3.15.
fn diff(found: &Found, answer: &mut Answer) -> io::Result<()> {
    let Some(helm) = found.helm.as_deref() else { return Ok(()) };
    let install = "run 'helm plugin install https://github.com/databus23/helm-diff'";
    let Some(plugin) = plugins::find("diff", helm) else {
        let finding = "it is not installed; diff, apply and --dry-run need it";
        return answer.warning("helm-diff", finding, install);
    };
    let wanted = if found.major == Some(4) { (3, 15) } else { (3, 11) };
    match numbers(&plugin.version) {
        Some(version) if version < wanted => {
            let remedy = format!("update it to {}.{} or later", wanted.0, wanted.1);
            answer.warning("helm-diff", plugin.version, remedy)
        }
        _ => answer.ok("helm-diff", plugin.version),
    }
}

fn kubectl(found: &mut Found, answer: &mut Answer) -> io::Result<()> {
    let Some(path) = programs::on_path("kubectl") else {
        let finding =
            "it is not on PATH; the cluster and your rights in it were not checked";
        return answer.warning("kubectl", finding, "install it to have them checked");
    };
    let version = client_version(path.as_os_str());
    let shown = version.clone().unwrap_or_else(|| "unknown version".into());
    answer.ok("kubectl", format!("{shown} ({})", path.display()))?;
    found.kubectl = Some(path);
    found.client = version;
    Ok(())
}

fn client_version(kubectl: &OsStr) -> Option<String> {
    let mut command = Command::new(kubectl);
    command.args(["version", "--client", "--output", "json"]);
    let answer = capture::within(version::PATIENCE, &mut command).ok()?;
    let json: Value = serde_json::from_str(&answer.stdout).ok()?;
    json["clientVersion"]["gitVersion"]
        .as_str()
        .map(|v| v.trim_start_matches('v').into())
}

/// Major and minor version.
pub fn numbers(version: &str) -> Option<(u64, u64)> {
    let mut parts = version.trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// An error says what is wrong, a comma, and what to do.
fn split(error: &str) -> (String, String) {
    match error.rsplit_once(", ") {
        Some((what, remedy)) => (what.into(), remedy.into()),
        None => (error.into(), "see above".into()),
    }
}
