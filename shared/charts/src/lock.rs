//! The right to build one staged chart, or to delete it.
//!
//! A file beside the chart: a lock on the directory would go with its rename.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    /// Waits until nobody else has the lock at `path`.
    pub(crate) fn wait(path: &Path) -> io::Result<Self> {
        loop {
            let file = open(path)?;
            match file.lock() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                result => result?,
            }
            if let Some(lock) = Self::of(path, file) {
                return Ok(lock);
            }
        }
    }

    /// Takes the lock at `path` if it is free.
    pub(crate) fn try_take(path: &Path) -> Option<Self> {
        let file = open(path).ok()?;
        file.try_lock().ok()?;
        Self::of(path, file)
    }

    /// The file may have been removed while it was waited for; a lock on that
    /// would hold nobody back.
    fn of(path: &Path, file: File) -> Option<Self> {
        let own = file.metadata().ok()?;
        let there = fs::metadata(path).ok()?;
        let same = (own.dev(), own.ino()) == (there.dev(), there.ino());
        same.then(|| Self { path: path.into(), _file: file })
    }

    /// Removes the file and gives the lock up.
    pub(crate) fn remove(self) {
        // Whoever sweeps next tries again.
        let _ = fs::remove_file(&self.path);
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)
}
