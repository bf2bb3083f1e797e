//! Command line → a rule that is known to be valid.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use helmfire_cli::Usage;
use helmfire_rules::file::Draft;
use helmfire_rules::{Fault, Limits, RuleKind, Rules, chart};

use crate::cli::{
    ChartArguments, ChartLimits, Digest, ImageArguments, ImageLimits,
    RemoveChartArguments, RemoveImageArguments,
};

/// Entries of a rule in the order in which they are written.
type Entries = Vec<(&'static str, String)>;

pub fn image(arguments: &ImageArguments) -> anyhow::Result<Draft> {
    let from = if arguments.regex { "regex" } else { "from" };
    let digest = arguments.digest.map(|digest| match digest {
        Digest::Keep => "keep".to_string(),
        Digest::Drop => "drop".to_string(),
    });
    let mut entries =
        vec![(from, arguments.from.clone()), ("to", arguments.to.clone())];
    entries.extend(digest.map(|digest| ("digest", digest)));
    entries.extend(arguments.limits.entries());
    checked(RuleKind::Image, entries)
}

/// The rule for a chart, checked against what `rules` allow.
pub fn chart(arguments: &ChartArguments, rules: &Rules) -> anyhow::Result<Draft> {
    chart::check(&arguments.to, &rules.chart_roots)?;
    let file = rules.path.as_deref().unwrap_or(Path::new(""));
    let to = written(&arguments.to, file)?;
    let mut entries = vec![("from", arguments.from.clone()), ("to", to)];
    entries.extend(arguments.limits.entries());
    checked(RuleKind::Chart, entries)
}

/// A rule that has the key of the one to remove.
pub fn image_to_remove(arguments: &RemoveImageArguments) -> anyhow::Result<Draft> {
    let is_prefix = !arguments.regex && arguments.from.ends_with('/');
    let from = if arguments.regex { "regex" } else { "from" };
    // The target does not matter, but the rule must be valid.
    let to = if is_prefix { "any/" } else { "any" };
    let mut entries = vec![(from, arguments.from.clone()), ("to", to.into())];
    entries.extend(arguments.limits.entries());
    checked(RuleKind::Image, entries)
}

/// As [`image_to_remove`] for a chart.
pub fn chart_to_remove(arguments: &RemoveChartArguments) -> anyhow::Result<Draft> {
    let mut entries = vec![("from", arguments.from.clone()), ("to", ".".into())];
    entries.extend(arguments.limits.entries());
    checked(RuleKind::Chart, entries)
}

/// A fault in what was typed is an error in how the program was called.
fn checked(kind: RuleKind, entries: Entries) -> anyhow::Result<Draft> {
    Draft::new(kind, entries).map_err(|faults| Usage(in_one_line(&faults)).into())
}

/// The faults of one rule without their places.
pub fn in_one_line(faults: &[Fault]) -> String {
    let all: Vec<String> = faults.iter().map(ToString::to_string).collect();
    all.join("; ")
}

impl ImageLimits {
    fn entries(&self) -> Entries {
        let Self { release, namespace, kind, name, container } = self;
        entries_of([release, namespace, kind, name, container])
    }
}

impl ChartLimits {
    fn entries(&self) -> Entries {
        let Self { release, namespace } = self;
        entries_of([release, namespace, &None, &None, &None])
    }
}

/// The values that are set, beside [`Limits::NAMES`].
pub fn entries_of(limits: [&Option<String>; 5]) -> Entries {
    Limits::NAMES
        .into_iter()
        .zip(limits)
        .filter_map(|(name, limit)| Some((name, limit.clone()?)))
        .collect()
}

/// How a chart directory is written: below the directory of the rules file
/// relative to it, so that both can move together, else in full.
fn written(dir: &Path, file: &Path) -> anyhow::Result<String> {
    let base = match file.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let below = fs::canonicalize(base)
        .ok()
        .and_then(|base| Some(unlinked(dir)?.strip_prefix(base).ok()?.to_path_buf()));
    let path = match below {
        Some(below) => Path::new(".").join(below),
        None => std::path::absolute(dir)?,
    };
    let text = path.to_str().with_context(|| {
        format!("{} is not UTF-8, rename the directory", path.display())
    })?;
    Ok(text.trim_end_matches('/').to_string())
}

/// `dir` in full without the symbolic links that lead to it; one that it is
/// itself stays, its name is what the user chose.
fn unlinked(dir: &Path) -> Option<PathBuf> {
    let whole = std::path::absolute(dir).ok()?;
    match (whole.parent(), dir.file_name()) {
        (Some(parent), Some(name)) => Some(fs::canonicalize(parent).ok()?.join(name)),
        _ => fs::canonicalize(dir).ok(),
    }
}
