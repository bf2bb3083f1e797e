//! The private directory of one run: the report, the cache of a run with chart
//! rules. Gone at the end.

use std::env;
use std::fs;
use std::os::unix::fs::{DirBuilderExt, symlink};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use helmfire_cli::Talk;
use helmfire_helmfile::home;

use helmfire_helmfile::programs::SHIM;

/// A directory that only this user can read.
pub struct RunDirectory(tempfile::TempDir);

impl RunDirectory {
    /// Makes one. A run with a cache of its own prefers the file system that
    /// helmfile's cache probably is on: there links take the place of copies.
    pub fn new(with_cache: bool) -> anyhow::Result<Self> {
        let near_cache = || {
            let dir = std::path::absolute(home::cache()?).ok()?.join("run");
            if has_space(&dir) {
                return None;
            }
            fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir).ok()?;
            make(&dir).ok()
        };
        if let Some(dir) = with_cache.then(near_cache).flatten() {
            return Ok(Self(dir));
        }
        let parent = env::temp_dir();
        let failed = || format!("no directory can be made in {}", parent.display());
        make(&parent).with_context(failed).map(Self)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Where helmfire-helm and helmfire-postrender report.
    pub fn report(&self) -> PathBuf {
        self.path().join("report.jsonl")
    }

    /// Where helmfire-helm finds the releases, if it needs to.
    pub fn list(&self) -> PathBuf {
        self.path().join("releases.json")
    }

    /// `HELMFILE_CACHE_HOME` of the run.
    pub fn cache(&self) -> PathBuf {
        self.path().join("cache")
    }

    /// A path of `shim` without a space: chartify, which helmfile patches charts
    /// with, takes what is behind one for an argument (chartify 0.28.2,
    /// runner.go).
    pub fn without_space(&self, shim: PathBuf, talk: &Talk) -> anyhow::Result<PathBuf> {
        if !has_space(&shim) {
            return Ok(shim);
        }
        let link = self.path().join(SHIM);
        if has_space(&link) {
            bail!(
                "the paths of {} and of {} have a space, and helmfile cannot run a helm \
                 with one to patch charts, install {SHIM} elsewhere or set TMPDIR",
                shim.display(),
                self.path().display()
            );
        }
        talk.warn(&format!(
            "{} has a space in its path, and helmfile cannot run such a helm to patch \
             charts, so a link to it is used, better install it elsewhere",
            shim.display()
        ));
        symlink(&shim, &link).with_context(|| link.display().to_string())?;
        Ok(link)
    }
}

fn make(parent: &Path) -> std::io::Result<tempfile::TempDir> {
    // 0700 is what tempfile makes.
    tempfile::Builder::new().prefix("helmfire-").tempdir_in(parent)
}

pub fn has_space(path: &Path) -> bool {
    path.to_string_lossy().contains(' ')
}
