//! Where staged charts are kept: `ROOT/charts/DIGEST/NAME`.
//!
//! A directory there is whole from the moment it has its name, so whoever finds
//! one uses it without asking. A missing one is built once, under a lock, in a
//! temporary directory beside it. Nothing in it changes afterwards but the time
//! of the directory, which says when it was last used.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::StageError;
use crate::content::{Content, create_private};
use crate::dependencies::{best, plan};
use crate::error::failed;
use crate::fetch::fetch;
use crate::lock::Lock;
use crate::metadata::read_lock;
use crate::source::{Source, fault};
use crate::subchart;
use crate::walk::Roots;

/// How long a staged chart is kept that nobody uses: longer than any run, for
/// whoever has the path does not hold a lock.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

const TEMPORARY_PREFIX: &str = ".tmp-";

/// A staged chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staged {
    /// Its directory, which has the name of the chart. Not to be written to.
    pub path: PathBuf,
    /// The name in `Chart.yaml`.
    pub name: String,
    /// The version in `Chart.yaml`.
    pub version: String,
}

/// Staged charts, and what staging needs to know.
#[derive(Clone, Debug)]
pub struct Store {
    charts: PathBuf,
    helm: PathBuf,
    roots: Vec<PathBuf>,
}

impl Store {
    /// Staged charts below `root`; `helm` fetches dependencies. If there are any
    /// `roots`, nothing is read outside of them.
    pub fn new(root: &Path, helm: PathBuf, roots: Vec<PathBuf>) -> Self {
        Self { charts: root.join("charts"), helm, roots }
    }

    /// Stages the chart directory `chart`, whose path is absolute and free of
    /// links.
    pub fn stage(&self, chart: &Path) -> Result<Staged, StageError> {
        self.stage_source(Source::read(chart, &Roots::resolve(&self.roots))?)
    }

    /// Where [`Self::stage`] would put it; nothing is built or downloaded.
    pub fn locate(&self, chart: &Path) -> Result<Staged, StageError> {
        let source = Source::read(chart, &Roots::resolve(&self.roots))?;
        Ok(self.place_of(&source, &source.digest()))
    }

    fn place_of(&self, source: &Source, digest: &str) -> Staged {
        Staged {
            path: self.charts.join(digest).join(&source.metadata.name),
            name: source.metadata.name.clone(),
            version: source.metadata.version.clone(),
        }
    }

    fn stage_source(&self, source: Source) -> Result<Staged, StageError> {
        let digest = source.digest();
        let dir = self.charts.join(&digest);
        let staged = self.place_of(&source, &digest);
        if use_now(&staged.path, &dir) {
            return Ok(staged);
        }
        create_private(&self.charts)?;
        let lock = self.lock_path(&digest);
        let _lock = Lock::wait(&lock).map_err(failed("locking", &lock))?;
        if use_now(&staged.path, &dir) {
            return Ok(staged);
        }
        let temporary = tempfile::Builder::new()
            .prefix(TEMPORARY_PREFIX)
            .tempdir_in(&self.charts)
            .map_err(failed("creating a directory in", &self.charts))?;
        let whole = temporary.path().join("whole");
        let target = whole.join(&staged.name);
        create_private(&target)?;
        self.assemble(source, temporary.path())?.write(&target)?;
        fs::rename(&whole, &dir).map_err(failed("creating", &dir))?;
        self.sweep(KEPT);
        Ok(staged)
    }

    /// The files of `source` with its dependencies among them.
    fn assemble(&self, source: Source, scratch: &Path) -> Result<Content, StageError> {
        let Source { path, metadata, mut content, locals } = source;
        // It has had its effect. On what is now unpacked in charts/ it must have
        // none; a file of that name helm may still list.
        if let Some(rules) = content.get_mut(".helmignore") {
            rules.clear();
        }
        let lock = read_lock(&content, &path)?;
        let vendored = subchart::take(&mut content, &path)?;
        let plan = plan(&path, &metadata.dependencies, &lock, &vendored)?;
        let mut fetched = Vec::new();
        if !plan.fetch.is_empty() {
            fetched = fetch(&self.helm, &path, &plan.fetch, scratch)?;
            for wanted in &plan.fetch {
                if best(&wanted.name, &wanted.version, &fetched).is_none() {
                    let version = &wanted.version;
                    return Err(fault(
                        &path,
                        wanted,
                        format!("helm fetched no version that '{version}' allows"),
                    ));
                }
            }
        }
        let kept = vendored.into_iter().enumerate();
        let mut named = Vec::new();
        for (_, own) in kept.filter(|(index, _)| plan.keep.contains(index)) {
            let is_declared =
                metadata.dependencies.iter().any(|d| d.name == own.metadata.name);
            if own.was_archive || is_declared {
                named.push((own.metadata.name, own.content));
            } else {
                content.put_below(&Path::new("charts").join(own.entry), own.content);
            }
        }
        named.extend(fetched.into_iter().map(|own| (own.metadata.name, own.content)));
        for local in locals {
            let staged = self.stage_source(local)?;
            named.push((staged.name, Content::read(&staged.path)?));
        }
        for (name, subchart) in named {
            subchart::put(&mut content, &name, subchart);
        }
        Ok(content)
    }

    /// Deletes staged charts that nobody has used for `age`, longer than any run,
    /// and what builds that were killed have left. What cannot be deleted is left for the next time.
    pub fn sweep(&self, age: Duration) {
        let Some(limit) = SystemTime::now().checked_sub(age) else { return };
        let is_old = |path: &Path| {
            fs::symlink_metadata(path)
                .and_then(|metadata| metadata.modified())
                .is_ok_and(|modified| modified < limit)
        };
        for entry in fs::read_dir(&self.charts).into_iter().flatten().flatten() {
            let path = entry.path();
            let Some(name) = path.file_name().and_then(OsStr::to_str) else { continue };
            if !is_old(&path) {
                continue;
            }
            if name.starts_with(TEMPORARY_PREFIX) {
                let _ = fs::remove_dir_all(&path);
                continue;
            }
            let digest = name.strip_suffix(".lock").unwrap_or(name);
            if !is_digest(digest) {
                continue;
            }
            let dir = self.charts.join(digest);
            let Some(lock) = Lock::try_take(&self.lock_path(digest)) else { continue };
            if dir.exists() {
                if !is_old(&dir) {
                    continue;
                }
                // Nobody must find half of it.
                let away = self.charts.join(format!("{TEMPORARY_PREFIX}{digest}"));
                if fs::rename(&dir, &away).is_err() {
                    continue;
                }
                let _ = fs::remove_dir_all(&away);
            }
            lock.remove();
        }
    }

    fn lock_path(&self, digest: &str) -> PathBuf {
        self.charts.join(format!("{digest}.lock"))
    }
}

/// Whether the chart is there, marking it as used.
fn use_now(chart: &Path, dir: &Path) -> bool {
    let found = chart.is_dir();
    if found {
        // A store that cannot be written to can still be read.
        let _ = File::open(dir).and_then(|dir| dir.set_modified(SystemTime::now()));
    }
    found
}

fn is_digest(name: &str) -> bool {
    name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit())
}
