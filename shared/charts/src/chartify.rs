//! What chartify, helmfile's library for patches, makes of a chart: a working
//! copy in a temporary directory, which it changes step by step and gives to helm
//! in between (chartify 0.28, `Chartify`). Knows which parts are chartify's.

use std::fs;
use std::io::{self, Error, ErrorKind};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_yaml::{Mapping, Value};

use crate::content::{Content, File};
use crate::error::failed;
use crate::metadata::{Dependency, Metadata, parse};
use crate::{StageError, Staged, subchart, walk};

/// What chartify writes anew in its working copy.
const REWRITTEN: [&str; 5] =
    ["Chart.yaml", "Chart.lock", "requirements.yaml", "requirements.lock", "charts"];
/// Where chartify has helm render to.
const RENDERED: &str = "helmx.1.rendered";

/// Whether `dir` is an unchanged copy of the chart `of`, apart from what
/// chartify rewrites and adds: it says the same of itself but for dependencies,
/// every other regular file that helm would read of `of` is in `dir`, there is at
/// least one, and `dir` has no other files.
pub fn is_copy_of(dir: &Path, of: &Path) -> io::Result<bool> {
    if description(dir) != description(of) || has_others(dir, of)? {
        return Ok(false);
    }
    let rules = walk::read_rules(of, None).map_err(|error| match error {
        StageError::Io { reason, .. } => reason,
        other => Error::new(ErrorKind::InvalidData, other.to_string()),
    })?;
    let mut any = false;
    let mut left = vec![String::new()];
    while let Some(name) = left.pop() {
        for entry in fs::read_dir(of.join(&name))? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let Ok(own) = entry.file_name().into_string() else { continue };
            let is_rewritten = name.is_empty() && REWRITTEN.contains(&own.as_str());
            let path = if name.is_empty() { own } else { format!("{name}/{own}") };
            if is_rewritten || rules.ignore(&path, kind.is_dir()) {
                continue;
            }
            if kind.is_dir() {
                left.push(path);
            } else if kind.is_file() {
                if !has_same(&entry.path(), &dir.join(path))? {
                    return Ok(false);
                }
                any = true;
            }
        }
    }
    Ok(any)
}

/// `Chart.yaml` without its dependencies.
fn description(chart: &Path) -> Option<Mapping> {
    let text = fs::read_to_string(chart.join("Chart.yaml")).ok()?;
    let mut fields: Mapping = serde_yaml::from_str(&text).ok()?;
    fields.remove("dependencies");
    Some(fields)
}

/// Whether `dir` has a file that `of` has not and chartify does not add.
fn has_others(dir: &Path, of: &Path) -> io::Result<bool> {
    let mut left = vec![PathBuf::new()];
    while let Some(name) = left.pop() {
        for entry in fs::read_dir(dir.join(&name))? {
            let entry = entry?;
            let own = entry.file_name();
            let known = |known: &&str| own == **known;
            let top = name.as_os_str().is_empty();
            if top && (REWRITTEN.iter().any(&known) || own == RENDERED) {
                continue;
            }
            let path = name.join(own);
            if entry.file_type()?.is_dir() {
                left.push(path);
            } else if of.join(&path).symlink_metadata().is_err() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn has_same(file: &Path, copy: &Path) -> io::Result<bool> {
    let metadata = match fs::symlink_metadata(copy) {
        Ok(metadata) => metadata,
        Err(e)
            if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
        {
            return Ok(false);
        }
        Err(error) => return Err(error),
    };
    Ok(metadata.is_file()
        && metadata.len() == fs::metadata(file)?.len()
        && fs::read(file)? == fs::read(copy)?)
}

/// Puts `staged` in place of what is in `dir`, an unpatched working copy that
/// chartify made of the chart `original`. What chartify added is kept: rendered
/// files, and dependencies of the release, which it writes into `Chart.yaml` and
/// fetches into `charts/`. May be called again after chartify has written
/// `Chart.yaml` once more.
///
/// The chart's own dependencies lose their repository in `Chart.yaml`: they are
/// in `charts/`, and `helm dependency update`, which chartify may run next,
/// leaves such ones alone.
pub fn replace_content(
    dir: &Path,
    original: &Path,
    staged: &Staged,
) -> Result<(), StageError> {
    let old = Content::read(dir)?;
    let mut content = Content::read(&staged.path)?;
    let own = Metadata::read(&content, &staged.path)?.dependencies;
    let mut known = declared(&read_declarations(original)?, original)?;
    known.extend(own.iter().map(unmanaged));
    known.extend_from_slice(&own);
    let mut added = declared(&old, dir)?;
    added.retain(|dependency| !known.contains(dependency));

    if !(own.is_empty() && added.is_empty()) {
        let yaml = chart_yaml(&content, &staged.path, &added)?;
        content.insert("Chart.yaml", File::of(yaml));
    }
    for name in ["Chart.lock", "requirements.yaml", "requirements.lock"] {
        content.remove(name);
    }
    // chartify gives it to helm if the original had one.
    if old.get("values.yaml").is_some() && content.get("values.yaml").is_none() {
        content.insert("values.yaml", File::of(""));
    }
    keep_charts(&mut content, old, dir, &added)?;
    clear(dir)?;
    content.write(dir)?;
    // chartify made one if there was none.
    let templates = dir.join("templates");
    fs::create_dir_all(&templates).map_err(failed("creating", &templates))
}

/// The files of the chart at `chart` that declare dependencies.
fn read_declarations(chart: &Path) -> Result<Content, StageError> {
    let mut content = Content::default();
    for name in ["Chart.yaml", "requirements.yaml"] {
        let path = chart.join(name);
        if path.is_file() {
            content.insert(name, File::read(&path)?);
        }
    }
    Ok(content)
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Declarations {
    dependencies: Option<Vec<Dependency>>,
}

/// All dependencies, as chartify puts them together: unlike helm it adds those of
/// requirements.yaml to those of Chart.yaml.
fn declared(content: &Content, chart: &Path) -> Result<Vec<Dependency>, StageError> {
    let mut all = Vec::new();
    for name in ["Chart.yaml", "requirements.yaml"] {
        let file: Option<Declarations> = parse(content, chart, name)?;
        all.extend(file.and_then(|file| file.dependencies).unwrap_or_default());
    }
    Ok(all)
}

fn unmanaged(dependency: &Dependency) -> Dependency {
    Dependency { repository: String::new(), ..dependency.clone() }
}

/// Chart.yaml with the chart's own dependencies, now without repositories, and
/// the `added` ones. Printed from a tree, as chartify prints it before and after.
fn chart_yaml(
    content: &Content,
    chart: &Path,
    added: &[Dependency],
) -> Result<String, StageError> {
    let fault = |error: serde_yaml::Error| StageError::Chart {
        path: chart.join("Chart.yaml"),
        reason: error.to_string(),
    };
    let mut yaml: Mapping = parse(content, chart, "Chart.yaml")?.unwrap_or_default();
    let requirements: Option<Mapping> = parse(content, chart, "requirements.yaml")?;
    let own = requirements.and_then(|mut file| file.remove("dependencies"));
    let own = own.or_else(|| yaml.remove("dependencies"));
    let mut all = match own {
        Some(Value::Sequence(own)) => own,
        _ => Vec::new(),
    };
    for dependency in all.iter_mut().filter_map(Value::as_mapping_mut) {
        dependency.insert("repository".into(), "".into());
    }
    for dependency in added {
        all.push(serde_yaml::to_value(dependency).map_err(fault)?);
    }
    yaml.insert("dependencies".into(), Value::Sequence(all));
    serde_yaml::to_string(&yaml).map_err(fault)
}

/// Puts the charts of `added` dependencies that chartify has fetched into `dir`
/// into `content`.
fn keep_charts(
    content: &mut Content,
    mut old: Content,
    dir: &Path,
    added: &[Dependency],
) -> Result<(), StageError> {
    if added.is_empty() {
        return Ok(());
    }
    for chart in subchart::take(&mut old, dir)? {
        let name = &chart.metadata.name;
        let place = Path::new("charts").join(name).join("Chart.yaml");
        if added.iter().any(|one| one.name == *name) && content.get(place).is_none() {
            subchart::put(content, name, chart.content);
        }
    }
    Ok(())
}

/// Removes all but what chartify had rendered.
fn clear(dir: &Path) -> Result<(), StageError> {
    for entry in fs::read_dir(dir).map_err(failed("reading", dir))? {
        let entry = entry.map_err(failed("reading", dir))?;
        let path = entry.path();
        if entry.file_name() == RENDERED {
            continue;
        }
        let kind = entry.file_type().map_err(failed("reading", &path))?;
        let removed = if kind.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.map_err(failed("removing", &path))?;
    }
    Ok(())
}
