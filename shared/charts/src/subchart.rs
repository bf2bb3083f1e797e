//! The charts in the directory `charts/` of another, archives unpacked.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::StageError;
use crate::archive;
use crate::content::Content;
use crate::metadata::Metadata;

/// A chart in `charts/`.
#[derive(Debug)]
pub(crate) struct Subchart {
    /// Its file or directory in `charts/`.
    pub(crate) entry: String,
    pub(crate) was_archive: bool,
    pub(crate) metadata: Metadata,
    pub(crate) content: Content,
}

/// Takes the charts out of `charts/` in `content`, the files of the chart at
/// `chart`. What is no chart stays: helm says what it thinks of it.
pub(crate) fn take(
    content: &mut Content,
    chart: &Path,
) -> Result<Vec<Subchart>, StageError> {
    let mut subcharts = Vec::new();
    for entry in entries(content) {
        let path = Path::new("charts").join(&entry);
        let place = chart.join(&path);
        let packed = content.get(&path).map(|bytes| archive::unpack(bytes, &place));
        let was_archive = packed.is_some();
        let unpacked = if let Some(unpacked) = packed {
            content.take_below(&path);
            content.remove(&format!("charts/{entry}"));
            unpacked?
        } else {
            content.take_below(&path)
        };
        let metadata = Metadata::read(&unpacked, &place)?;
        subcharts.push(Subchart { entry, was_archive, metadata, content: unpacked });
    }
    Ok(subcharts)
}

/// The names of archives and chart directories; helm loads none that begins
/// with `_` or a dot.
fn entries(content: &Content) -> BTreeSet<String> {
    let is_chart = |name: &Path| {
        let mut parts = name.iter();
        let entry = (parts.next() == Some(OsStr::new("charts")))
            .then(|| parts.next().and_then(OsStr::to_str))
            .flatten()?;
        let archive = Path::new(entry).extension() == Some(OsStr::new("tgz"));
        let chart = match parts.next() {
            None => archive,
            Some(file) => !archive && file == "Chart.yaml" && parts.next().is_none(),
        };
        (chart && !entry.starts_with(['_', '.'])).then(|| entry.to_owned())
    };
    content.names().filter_map(is_chart).collect()
}

/// Puts `subchart` into `charts/` of `content` as a directory of its own: the
/// chart's name, with a number where that is taken.
pub(crate) fn put(content: &mut Content, name: &str, subchart: Content) {
    let charts = Path::new("charts");
    let taken = |dir: &PathBuf| content.names().any(|name| name.starts_with(dir));
    let numbered = (2..).map(|number| charts.join(format!("{name}-{number}")));
    let mut names = std::iter::once(charts.join(name)).chain(numbered);
    if let Some(dir) = names.find(|dir| !taken(dir)) {
        content.put_below(&dir, subchart);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::File;

    #[test]
    fn takes_charts_and_leaves_the_rest() {
        let mut content = Content::default();
        for name in
            ["README.md", "_a/Chart.yaml", ".b.tgz", "c/values.yaml", "d/e/Chart.yaml"]
        {
            content.insert(format!("charts/{name}"), File::of(""));
        }
        let rest = content.clone();
        content.insert("charts/f/Chart.yaml", File::of("{name: g, version: 1.0.0}"));
        content.insert("charts/f/x", File::of(""));
        let taken = take(&mut content, Path::new("/web")).unwrap();
        assert_eq!(content, rest);
        assert_eq!(
            (taken[0].entry.as_str(), taken[0].metadata.name.as_str()),
            ("f", "g")
        );

        put(&mut content, "c", taken[0].content.clone());
        assert!(content.get("charts/c-2/Chart.yaml").is_some());
        content.insert("charts/x.tgz", File::of("x"));
        assert!(take(&mut content, Path::new("/web")).is_err());
    }
}
