//! Whether a chart rule and a release name the same chart.
//!
//! In doubt they may: then a release counts as touched that is not, rather than one
//! being missed. What really is swapped decides `helmfire-helm`, call by call.

use std::path::{Component, Path, PathBuf};

use helmfire_helmfile::cache::{self, without_tag};

/// Whether a rule and a release name the same chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sameness {
    /// They do.
    Same,
    /// Two paths that end alike: where the release's begins is not told.
    Perhaps,
    /// They do not.
    Other,
}

/// Compares the `from` of a rule in a file of directory `dir` with the chart of a
/// release; a path is exact only if it is absolute.
pub fn sameness(from: &str, chart: &str, dir: &Path) -> Sameness {
    if !is_path(from) {
        return match (without_tag(from), without_tag(chart)) {
            (from, chart) if from == chart => Sameness::Same,
            // The repository may be an alias of that registry.
            (from, chart) if is_oci(from) && cache::Place::of(chart).is_some() => {
                let same = !is_oci(chart) && last(from) == last(chart);
                if same { Sameness::Perhaps } else { Sameness::Other }
            }
            _ => Sameness::Other,
        };
    }
    if chart.contains("://") {
        return Sameness::Other;
    }
    let named = normalised(&dir.join(from));
    let chart = Path::new(chart);
    if chart.is_absolute() {
        let same = normalised(chart) == named;
        return if same { Sameness::Same } else { Sameness::Other };
    }
    let tail: PathBuf = normalised(chart)
        .components()
        .skip_while(|component| *component == Component::ParentDir)
        .collect();
    let ends_alike = tail.components().next().is_some() && named.ends_with(&tail);
    if ends_alike { Sameness::Perhaps } else { Sameness::Other }
}

fn is_oci(reference: &str) -> bool {
    reference.starts_with("oci://")
}

fn last(reference: &str) -> Option<&str> {
    reference.rsplit('/').next()
}

fn is_path(from: &str) -> bool {
    ["./", "../", "/"].iter().any(|start| from.starts_with(start))
}

/// Without `.` and, where that can be, `..`; links are not looked at.
fn normalised(path: &Path) -> PathBuf {
    let mut normalised = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(
                    normalised.components().next_back(),
                    Some(Component::Normal(_))
                ) =>
            {
                normalised.pop();
            }
            other => normalised.push(other),
        }
    }
    normalised
}
