//! Fetching dependencies with the real helm.
//!
//! `helm dependency update` of a scratch chart that has nothing else: it works
//! with repositories that were never added, which `dependency build` with a lock
//! refuses. It also rewrites the index of every repository in place, while other
//! helms may be reading, so it gets a private copy of those.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use helmfire_helmfile::child;
use serde::Serialize;

use crate::StageError;
use crate::content::{Content, create_private};
use crate::error::failed;
use crate::metadata::Dependency;
use crate::subchart::{self, Subchart};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Scratch<'d> {
    api_version: &'static str,
    name: &'static str,
    version: &'static str,
    dependencies: &'d [Dependency],
}

/// Fetches what `chart` wants into the directory `scratch`, which is empty.
pub(crate) fn fetch(
    helm: &Path,
    chart: &Path,
    wanted: &[Dependency],
    scratch: &Path,
) -> Result<Vec<Subchart>, StageError> {
    let fault = |reason: String| {
        let names: Vec<_> = wanted.iter().map(|one| one.name.as_str()).collect();
        StageError::Fetch { chart: chart.into(), names: names.join(", "), reason }
    };
    let dir = scratch.join("scratch");
    create_private(&dir)?;
    let yaml = Scratch {
        api_version: "v2",
        name: "scratch",
        version: "0.0.0",
        dependencies: wanted,
    };
    let text =
        serde_yaml::to_string(&yaml).map_err(|error| fault(error.to_string()))?;
    let path = dir.join("Chart.yaml");
    fs::write(&path, text).map_err(failed("writing", &path))?;

    let mut command = Command::new(helm);
    command.args(["dependency", "update"]).arg(&dir).stdin(Stdio::null());
    command.env("HELM_REPOSITORY_CACHE", copy_indexes(helm, scratch)?);
    let run = child::output(&mut command)
        .map_err(|error| fault(format!("{}: {error}", helm.display())))?;
    if !run.status.success() {
        let said = one_line(&String::from_utf8_lossy(&run.stderr));
        let said = if said.is_empty() { run.status.to_string() } else { said };
        return Err(fault(said));
    }
    subchart::take(&mut Content::read(&dir)?, &dir)
}

/// The repositories' indexes as they are now, in a directory of our own. One
/// that cannot be read is one that helm downloads.
fn copy_indexes(helm: &Path, scratch: &Path) -> Result<PathBuf, StageError> {
    let own = scratch.join("repository");
    create_private(&own)?;
    let mut command = Command::new(helm);
    command.args(["env", "HELM_REPOSITORY_CACHE"]).stdin(Stdio::null());
    let Ok(run) = child::output(&mut command) else { return Ok(own) };
    let theirs = PathBuf::from(String::from_utf8_lossy(&run.stdout).trim_end());
    if theirs.is_absolute() {
        for entry in fs::read_dir(theirs).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if name.to_string_lossy().ends_with("-index.yaml") {
                let _ = fs::copy(entry.path(), own.join(name));
            }
        }
    }
    Ok(own)
}

/// What helm says of its failure: from `Error:` on, without that.
fn one_line(stderr: &str) -> String {
    let lines: Vec<&str> =
        stderr.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let start = lines.iter().rposition(|line| line.starts_with("Error:")).unwrap_or(0);
    let text = lines[start..].join("; ");
    text.strip_prefix("Error:").map_or(text.as_str(), str::trim_start).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_line() {
        let said = "WARNING: x\nError: no chart\n\n  found in repo\n";
        assert_eq!(one_line(said), "no chart; found in repo");
        assert_eq!(one_line("a\nb\n"), "a; b");
        assert_eq!(one_line(""), "");
    }
}
