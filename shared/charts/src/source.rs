//! A chart as its user has it, with the charts that it names by `file://`.
//!
//! Reads, checks and hashes; builds nothing.

use std::path::{Component, Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::StageError;
use crate::constraint::{Constraint, parse_version};
use crate::content::Content;
use crate::metadata::{Dependency, Metadata};
use crate::walk::{self, Roots};

/// Changes when staging makes something else of the same files.
const FORMAT: &[u8] = b"helmfire-charts 1\n";

/// A chart and what of it lies in other directories.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its directory, absolute and free of links.
    pub(crate) path: PathBuf,
    pub(crate) metadata: Metadata,
    pub(crate) content: Content,
    /// The `file://` dependencies, each directory once.
    pub(crate) locals: Vec<Self>,
}

impl Source {
    /// Reads the chart at `path`, which is absolute and free of links.
    pub(crate) fn read(path: &Path, roots: &Roots) -> Result<Self, StageError> {
        Self::read_below(path, roots, &mut Vec::new())
    }

    fn read_below(
        path: &Path,
        roots: &Roots,
        above: &mut Vec<PathBuf>,
    ) -> Result<Self, StageError> {
        let circle = above.iter().position(|dir| dir == path);
        above.push(path.into());
        if let Some(start) = circle {
            let names: Vec<_> =
                above[start..].iter().map(|dir| dir.display().to_string()).collect();
            return Err(StageError::Cycle(names.join(" -> ")));
        }
        let content = walk::read(path, roots)?;
        let metadata = Metadata::read(&content, path)?;
        let mut locals: Vec<Self> = Vec::new();
        for dependency in &metadata.dependencies {
            if let Some(target) = dependency.repository.strip_prefix("file://") {
                let fault = |reason| fault(path, dependency, reason);
                let dir = resolve(path, target);
                let real = dir.canonicalize().map_err(|error| {
                    fault(format!("{}: {error}, correct its repository", dir.display()))
                })?;
                roots.check(path, &real)?;
                if !locals.iter().any(|local| local.path == real) {
                    locals.push(Self::read_below(&real, roots, above)?);
                }
                if let Some(local) = locals.iter().find(|local| local.path == real) {
                    check(dependency, local).map_err(fault)?;
                }
            }
        }
        above.pop();
        Ok(Self { path: path.into(), metadata, content, locals })
    }

    /// The name of its content.
    pub(crate) fn digest(&self) -> String {
        let mut hash = Sha256::new();
        self.hash(&mut hash);
        format!("{:x}", hash.finalize())
    }

    fn hash(&self, hash: &mut Sha256) {
        hash.update(FORMAT);
        self.content.hash(hash);
        for local in &self.locals {
            hash.update(local.digest());
        }
    }
}

/// Whether `local` is the chart that `dependency` is about.
fn check(dependency: &Dependency, local: &Source) -> Result<(), String> {
    let Metadata { name, version, .. } = &local.metadata;
    let place = local.path.display();
    if *name != dependency.name {
        return Err(format!("{place} is the chart '{name}', correct one of the names"));
    }
    let wanted = &dependency.version;
    let constraint = Constraint::parse(wanted)
        .ok_or_else(|| format!("'{wanted}' is not a version or range, correct it"))?;
    match parse_version(version) {
        Some(version) if constraint.allows(&version) => Ok(()),
        _ => Err(format!(
            "{place} has version {version}, which '{wanted}' does not allow, change one \
             of them"
        )),
    }
}

pub(crate) fn fault(
    chart: &Path,
    dependency: &Dependency,
    reason: String,
) -> StageError {
    StageError::Dependency {
        chart: chart.into(),
        name: dependency.name.clone(),
        reason,
    }
}

/// Where `file://TARGET` of `chart` leads; `..` takes back a name, as in helm,
/// whether or not that is a link.
fn resolve(chart: &Path, target: &str) -> PathBuf {
    let mut path = PathBuf::new();
    for component in chart.join(target).components() {
        match component {
            Component::ParentDir => _ = path.pop(),
            Component::CurDir => {}
            component => path.push(component),
        }
    }
    path
}
