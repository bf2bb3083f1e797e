//! Which helm is the real one: what helmfile would have used without us.
//!
//! The order is helmfile's (1.8.0, `pkg/state/create.go`): the flag, the
//! variable, `helmBinary:` of the files, `helm` on PATH; and our own variable
//! before the files. A name that means helmfire-helm is passed over.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::mention::may_mention;
use helmfire_helmfile::line::{Piece, words};
use helmfire_helmfile::passed::Passed;
use helmfire_helmfile::programs::{SHIM, on_path_but, ours};
use helmfire_helmfile::question::{ask, same_releases};

/// A helm and who named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Helm {
    /// Absolute, or relative to the directory that helmfile runs it in.
    pub binary: OsString,
    /// `--helm-binary`, a variable, `helmBinary`, or PATH.
    pub by: &'static str,
}

/// Whether hooks of the project may run if helmfile has to be asked: those for
/// the event prepare do (helmfile 1.8.0). They will run anyway in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hooks {
    May,
    /// Then there is no answer where there are hooks.
    Never,
}

/// The environment that keeps helmfile from running hooks: it fails instead.
pub const WITHOUT_HOOKS: (&str, &str) = ("HELMFILE_DISABLE_HOOKS", "true");

/// Finds the real helm. `helmfile` may be asked what its files say.
pub fn real(passed: &Passed, helmfile: &Path, hooks: Hooks) -> anyhow::Result<Helm> {
    let variable = |name| env::var_os(name);
    // helmfile takes the value `helm` for "not given".
    let flag = passed.value("helm-binary").filter(|value| *value != "helm");
    let given = [
        ("--helm-binary", flag.map(OsStr::to_os_string)),
        ("HELMFILE_HELM_BINARY", variable("HELMFILE_HELM_BINARY")),
        ("HELMFIRE_HELM", variable("HELMFIRE_HELM")),
    ];
    for (by, value) in given {
        if let Some(value) = value.filter(|value| is_other(value)) {
            return resolve(value, by);
        }
    }
    if let Some(value) = in_files(passed, helmfile, hooks)? {
        return resolve(value.into(), "helmBinary");
    }
    resolve("helm".into(), "PATH")
}

/// Names another program than our stand-in.
fn is_other(value: &OsStr) -> bool {
    !value.is_empty() && Path::new(value).file_name() != Some(OsStr::new(SHIM))
}

/// A bare name is looked up on PATH here, where it can be told from ourselves.
fn resolve(value: OsString, by: &'static str) -> anyhow::Result<Helm> {
    if Path::new(&value).components().count() > 1 {
        return Ok(Helm { binary: value, by });
    }
    let shim = ours(SHIM).and_then(|path| path.canonicalize().ok());
    let is_shim =
        |path: &Path| path.canonicalize().ok().is_some_and(|p| Some(p) == shim);
    let found = value.to_str().and_then(|name| on_path_but(name, is_shim));
    let named = match by {
        "PATH" => String::new(),
        by => format!(", but {by} names it"),
    };
    let binary = found.with_context(|| {
        let name = value.to_string_lossy();
        format!(
            "{name} is not on PATH{named}, install it or name helm in HELMFIRE_HELM"
        )
    })?;
    Ok(Helm { binary: binary.into(), by })
}

/// `helmBinary:` of the files. helmfile is asked only if one mentions it.
fn in_files(
    passed: &Passed,
    helmfile: &Path,
    hooks: Hooks,
) -> anyhow::Result<Option<String>> {
    let file = passed
        .value("file")
        .map(OsStr::to_os_string)
        .or_else(|| env::var_os("HELMFILE_FILE_PATH"));
    // Standard input can be read only once, and helmfile is to read it.
    if file.as_deref() == Some(OsStr::new("-")) {
        return Ok(None);
    }
    let here = env::current_dir().context("the working directory cannot be told")?;
    let path = here.join(file.map(PathBuf::from).unwrap_or_default());
    let dir = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
    // A helmfile that is not there yet is a remote one.
    let asked = match dir {
        Some(dir) if path.exists() => may_mention(dir, "helmBinary"),
        _ => true,
    };
    if !asked {
        return Ok(None);
    }
    let mut command = Command::new(helmfile);
    command.args(question(passed)).env_remove("HELMFILE_HELM_BINARY");
    if hooks == Hooks::Never {
        command.env(WITHOUT_HOOKS.0, WITHOUT_HOOKS.1);
    }
    let state = ask(&mut command)
        .context("helmfile cannot tell the helmBinary of its files")?;
    the_only_one(&named(&state)?)
}

/// `helmfile build` prints the state of the files; the selector leaves out all
/// releases, so that no chart is prepared.
fn question(passed: &Passed) -> Vec<OsString> {
    let mut question = same_releases(&passed.without(&["helm-binary", "selector"]));
    question.extend(words(&[Piece::valued("selector", "helmfire=none")]));
    question.push("build".into());
    question
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct State {
    helm_binary: Option<String>,
}

/// The binaries in the documents that `helmfile build` prints.
fn named(state: &str) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for document in serde_yaml::Deserializer::from_str(state) {
        let state = Option::<State>::deserialize(document)
            .context("helmfile build printed something else than YAML")?;
        if let Some(binary) = state.and_then(|state| state.helm_binary)
            && is_other(binary.as_ref())
            && !found.contains(&binary)
        {
            found.push(binary);
        }
    }
    Ok(found)
}

/// Several helmfiles may name several; one shim stands for one helm. helmfile
/// prints `helm` for the files that name none.
fn the_only_one(found: &[String]) -> anyhow::Result<Option<String>> {
    let mut others: Vec<&String> =
        found.iter().filter(|name| *name != "helm").collect();
    others.sort();
    match others.as_slice() {
        [] => Ok(None),
        [one] if found.len() == 1 => Ok(Some((*one).clone())),
        _ => {
            let names: Vec<&str> = found.iter().map(String::as_str).collect();
            bail!(
                "the helmfiles name several helms in helmBinary ({}), and helmfire can \
                 stand for one, choose it with --helm-binary",
                names.join(", ")
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_helm_for_all_files() {
        let state = "---\n#  Source: /a\n\nhelmBinary: helm-3.19\n---\nhelmBinary: \
                     /opt/helmfire-helm\n---\nfilepath: x\n---\nhelmBinary: helm-3.19\n";
        let found = named(state).unwrap();
        assert_eq!(found, ["helm-3.19"]);
        assert_eq!(the_only_one(&found).unwrap().as_deref(), Some("helm-3.19"));
        assert_eq!(the_only_one(&["helm".into()]).unwrap(), None);
        let error = the_only_one(&["helm".into(), "helm4".into()]).unwrap_err();
        assert!(error.to_string().contains("(helm, helm4)"), "{error}");
    }
}
