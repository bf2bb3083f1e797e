//! A chart rule of `[[chart]]`, and what makes a directory a chart.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::Limits;

/// A rule of `[[chart]]`: use the directory `to` in place of the chart `from`.
#[derive(Clone, Debug)]
pub struct ChartRule {
    /// The chart as helmfile.yaml names it: `bitnami/postgresql`, `oci://…`.
    pub from: String,
    /// The directory as written; relative to the rules file.
    pub to: String,
    /// Limits; only release and namespace make sense for a chart.
    pub limits: Limits,
    /// Its line in the file, from 1.
    pub line: usize,
}

/// Why a directory cannot stand in for a chart.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    /// The directory is not there, or not readable.
    #[error("{}: {reason}, name an existing chart directory", path.display())]
    Missing {
        /// What was looked for.
        path: PathBuf,
        /// Why it cannot be used.
        reason: io::Error,
    },
    /// There is something, but not a directory with a `Chart.yaml`.
    #[error("{} is not a chart: {reason}", path.display())]
    NotAChart {
        /// The directory.
        path: PathBuf,
        /// What is missing or wrong.
        reason: String,
    },
    /// `[security] chart-roots` does not allow it.
    #[error("{} is outside chart-roots, add its directory to [security] chart-roots or move the chart", path.display())]
    OutsideRoots {
        /// The directory with symbolic links resolved.
        path: PathBuf,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChartYaml {
    api_version: Option<String>,
    name: Option<String>,
    version: Option<String>,
}

/// Checks that `dir` is a chart that helm would load, and that it lies below
/// one of `roots` if any are given. Returns it absolute, with symbolic links
/// resolved.
pub fn check(dir: &Path, roots: &[PathBuf]) -> Result<PathBuf, ChartError> {
    let missing = |reason| ChartError::Missing { path: dir.into(), reason };
    let path = fs::canonicalize(dir).map_err(missing)?;
    let allowed = roots
        .iter()
        .any(|root| fs::canonicalize(root).is_ok_and(|root| path.starts_with(root)));
    if !roots.is_empty() && !allowed {
        return Err(ChartError::OutsideRoots { path });
    }
    let fault = |reason: String| ChartError::NotAChart { path: dir.into(), reason };
    if !path.is_dir() {
        return Err(fault("it is not a directory".into()));
    }
    let text = fs::read_to_string(path.join("Chart.yaml"))
        .map_err(|e| fault(format!("Chart.yaml: {e}")))?;
    let chart: ChartYaml =
        serde_yaml::from_str(&text).map_err(|e| fault(format!("Chart.yaml: {e}")))?;
    check_metadata(&chart).map_err(|reason| fault(format!("Chart.yaml: {reason}")))?;
    Ok(path)
}

/// The three fields without which helm refuses to load a chart (helm 3.22 and
/// 4.3, `Metadata.Validate`).
fn check_metadata(chart: &ChartYaml) -> Result<(), String> {
    match chart.api_version.as_deref() {
        Some("v1" | "v2") => {}
        Some(other) => return Err(format!("apiVersion '{other}' is not v1 or v2")),
        None => return Err("apiVersion is missing".into()),
    }
    match chart.name.as_deref() {
        None | Some("") => return Err("name is missing".into()),
        Some(name) if !is_chart_name(name) => {
            return Err(format!("name '{name}' is not a chart name"));
        }
        Some(_) => {}
    }
    let version = chart.version.as_deref().ok_or("version is missing")?;
    let bare = version.strip_prefix('v').unwrap_or(version);
    semver::Version::parse(bare)
        .map(|_| ())
        .map_err(|e| format!("version '{version}' is not a semantic version: {e}"))
}

/// Not a path: the name becomes a directory when the chart is unpacked.
fn is_chart_name(name: &str) -> bool {
    !name.starts_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(text: &str) -> Result<(), String> {
        check_metadata(&serde_yaml::from_str(text).unwrap())
    }

    #[test]
    fn needs_what_helm_needs() {
        assert!(chart("{apiVersion: v2, name: web, version: 1.2.3-rc.1+b}").is_ok());
        assert!(chart("{apiVersion: v2, name: web, version: v1.2.3}").is_ok());
        for wrong in [
            "{name: web, version: 1.2.3}",
            "{apiVersion: v9, name: web, version: 1.2.3}",
            "{apiVersion: v2, version: 1.2.3}",
            "{apiVersion: v2, name: ../web, version: 1.2.3}",
            "{apiVersion: v2, name: web, version: '1.2'}",
        ] {
            assert!(chart(wrong).is_err(), "{wrong}");
        }
    }
}
