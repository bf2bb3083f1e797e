//! `events.jsonl`: what was seen and done, one JSON object per line.
//!
//! A line is appended in one write, so that a reader never sees half of one.
//! The file is kept within a limit by beginning anew; one older file remains.
//! Nobody stops watching because a journal cannot be written: the first
//! failure is told, the rest is silence. Refuses to know what an event is.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Serialize;

/// An open journal.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    length: u64,
    limit: u64,
    failed: bool,
}

impl Journal {
    /// Opens `path`, to be kept within `limit_bytes`; what is there is kept.
    pub fn open(path: &Path, limit_bytes: u64) -> Result<Self> {
        let (file, length) =
            append_to(path).with_context(|| format!("opening {}", path.display()))?;
        let (path, limit) = (path.to_path_buf(), limit_bytes);
        Ok(Self { path, file, length, limit, failed: false })
    }

    /// Appends `event`. Only the first failure is returned.
    pub fn append(&mut self, event: &impl Serialize) -> Result<()> {
        match self.write(event) {
            Err(_) if self.failed => Ok(()),
            Err(error) => {
                self.failed = true;
                Err(error).with_context(|| format!("writing {}", self.path.display()))
            }
            Ok(()) => Ok(()),
        }
    }

    fn write(&mut self, event: &impl Serialize) -> Result<()> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        let size = u64::try_from(line.len())?;
        if self.length > 0 && self.length.saturating_add(size) > self.limit {
            self.begin_anew()?;
        }
        let done = self.file.write_all(&line);
        // Also after half a write: the length is what stands in the file.
        self.length =
            self.file.metadata().map_or(self.length + size, |data| data.len());
        Ok(done?)
    }

    fn begin_anew(&mut self) -> io::Result<()> {
        fs::rename(&self.path, older(&self.path))?;
        (self.file, self.length) = append_to(&self.path)?;
        Ok(())
    }
}

fn append_to(path: &Path) -> io::Result<(File, u64)> {
    let file = OpenOptions::new().append(true).create(true).open(path)?;
    let length = file.metadata()?.len();
    Ok((file, length))
}

/// `events.jsonl.1`
fn older(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".1");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Event {
        v: u8,
        text: &'static str,
    }

    const EVENT: Event = Event { v: 1, text: "a\nb" };
    const LINE: &str = "{\"v\":1,\"text\":\"a\\nb\"}\n";

    #[test]
    fn appends_to_what_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events.jsonl");
        for _ in 0..2 {
            Journal::open(&path, 1000).unwrap().append(&EVENT).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), LINE.repeat(2));
        assert!(!older(&path).exists());
    }

    #[test]
    fn begins_anew_before_the_limit_is_exceeded() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events.jsonl");
        let limit = u64::try_from(2 * LINE.len()).unwrap();
        let mut journal = Journal::open(&path, limit).unwrap();
        for _ in 0..5 {
            journal.append(&EVENT).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), LINE);
        assert_eq!(fs::read_to_string(older(&path)).unwrap(), LINE.repeat(2));
    }

    #[test]
    fn a_line_longer_than_the_limit_stands_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events.jsonl");
        let mut journal = Journal::open(&path, 3).unwrap();
        journal.append(&EVENT).unwrap();
        assert!(!older(&path).exists());
        journal.append(&EVENT).unwrap();
        assert_eq!(fs::read_to_string(older(&path)).unwrap(), LINE);
    }

    #[test]
    fn tells_of_a_failure_once() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("events.jsonl");
        let mut journal = Journal::open(&path, 10).unwrap();
        journal.append(&EVENT).unwrap();
        // Something that cannot be replaced stands where the older file goes.
        fs::create_dir_all(older(&path).join("full")).unwrap();
        let error = journal.append(&EVENT).unwrap_err();
        assert!(error.to_string().contains("events.jsonl"), "{error}");
        journal.append(&EVENT).unwrap();
        fs::remove_dir_all(older(&path)).unwrap();
        journal.append(&EVENT).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), LINE);
    }
}
