//! What earlier runs saw: the content of files and what it made of the releases,
//! as fingerprints.
//!
//! Whether a change of a file touched a release is told by comparing with a run
//! that saw the file as it was before. Of several the last counts in which no
//! other file was different, but for those that are asked about together. Refuses
//! to keep content.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::id::Id;
use helmfire_state::Print;
use helmfire_state::replace;

/// How many runs are remembered.
const LENGTH: usize = 8;
/// Of large projects fewer: together so many files.
const FILES: usize = 60_000;

/// What one run saw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Record {
    /// The files.
    pub files: BTreeMap<PathBuf, Print>,
    /// The releases.
    #[serde(with = "releases")]
    pub releases: BTreeMap<Id, Print>,
}

/// The runs, oldest first.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct History {
    v: u8,
    records: Vec<Record>,
    /// Whether helmfile may be asked everything at once
    /// ([`Told::bears_haste`](crate::project::Told::bears_haste)).
    #[serde(default)]
    pub hasty: bool,
}

impl History {
    /// Reads the file at `path`. One that is absent, broken or newer is an empty
    /// one: then more is taken for changed, never less.
    pub fn read(path: &Path) -> Self {
        let text = fs::read(path).ok();
        let read = text.and_then(|text| serde_json::from_slice::<Self>(&text).ok());
        read.filter(|it| it.v == 1).unwrap_or(Self { v: 1, ..Self::default() })
    }

    /// Adds what is seen now and writes the file, if that is new.
    pub fn remember(
        mut self,
        record: Record,
        hasty: bool,
        path: &Path,
    ) -> io::Result<()> {
        if self.records.last() == Some(&record) && self.hasty == hasty {
            return Ok(());
        }
        self.hasty = hasty;
        self.records.retain(|it| *it != record);
        self.records.push(record);
        let mut files = 0;
        let fitting = self.records.iter().rev().take_while(|it| {
            files += it.files.len();
            files <= FILES
        });
        let kept = fitting.count().clamp(1, LENGTH);
        self.records.drain(..self.records.len() - kept.min(self.records.len()));
        replace(path, &serde_json::to_string(&self)?)
    }

    /// The run to compare with for a change of what is at `path`: it saw that
    /// otherwise. `asked` are the paths asked about together.
    pub fn before<'h>(
        &'h self,
        path: &Path,
        now: &Record,
        asked: &[PathBuf],
    ) -> Option<&'h Record> {
        let candidates = || self.earlier(path, now);
        let only_asked = |it: &&Record| {
            let mut others = differing(it, now);
            others.all(|other| asked.iter().any(|path| other.starts_with(path)))
        };
        candidates().find(only_asked).or_else(|| candidates().next())
    }

    /// The runs that saw what is at `path` otherwise, the last first.
    fn earlier<'h, 'p>(
        &'h self,
        path: &'p Path,
        now: &'p Record,
    ) -> impl Iterator<Item = &'h Record> + use<'h, 'p> {
        let differs =
            move |it: &&Record| differing(it, now).any(|other| other.starts_with(path));
        self.records.iter().rev().filter(differs)
    }
}

/// The files that two runs saw differently.
fn differing<'r>(
    one: &'r Record,
    other: &'r Record,
) -> impl Iterator<Item = &'r PathBuf> {
    let changed =
        one.files.iter().filter(|(path, print)| other.files.get(*path) != Some(print));
    let added = other.files.iter().filter(|(path, _)| !one.files.contains_key(*path));
    changed.chain(added).map(|(path, _)| path)
}

/// A mapping whose keys are no texts, as a list.
mod releases {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::id::Id;
    use helmfire_state::Print;

    pub(super) fn serialize<S: Serializer>(
        releases: &BTreeMap<Id, Print>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        releases.iter().collect::<Vec<_>>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<Id, Print>, D::Error> {
        Ok(Vec::<(Id, Print)>::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(files: &[(&str, u8)], release: u8) -> Record {
        let print = |n: u8| Print([n; 16]);
        let id = Id { name: "web".into(), ..Id::default() };
        Record {
            files: files.iter().map(|(path, n)| (path.into(), print(*n))).collect(),
            releases: [(id, print(release))].into(),
        }
    }

    fn history(records: &[Record]) -> History {
        History { v: 1, records: records.to_vec(), hasty: false }
    }

    #[test]
    fn a_run_that_differs_in_nothing_else_is_preferred() {
        let first = record(&[("/a", 0), ("/b", 0)], 0);
        let second = record(&[("/a", 1), ("/b", 0)], 1);
        let history = history(&[first.clone(), second.clone()]);
        let asked = [PathBuf::from("/b")];
        let before =
            |now: &Record| history.before(Path::new("/b"), now, &asked).cloned();
        // Kept: only the last run fits. Put back: only the first.
        assert_eq!(before(&record(&[("/a", 1), ("/b", 1)], 2)), Some(second.clone()));
        assert_eq!(before(&record(&[("/a", 0), ("/b", 1)], 2)), Some(first));
        assert_eq!(before(&record(&[("/a", 2), ("/b", 1)], 2)), Some(second));
        assert_eq!(before(&record(&[("/a", 1), ("/b", 0)], 1)), None);
    }

    #[test]
    fn a_directory_holds_its_files() {
        let history = history(&[record(&[("/d/x", 0)], 0)]);
        let earlier =
            |path: &str, now: &Record| history.earlier(Path::new(path), now).count();
        assert_eq!(earlier("/d", &record(&[("/d/x", 1)], 0)), 1);
        assert_eq!(earlier("/d", &record(&[], 0)), 1);
        assert_eq!(earlier("/d", &record(&[("/d/x", 0), ("/d/y", 0)], 0)), 1);
        assert_eq!(earlier("/e", &record(&[("/d/x", 1)], 0)), 0);
    }

    #[test]
    fn it_is_written_and_read_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("history.json");
        for n in 0..20 {
            let record = record(&[("/a", n)], n);
            History::read(&path).remember(record, n == 19, &path).unwrap();
        }
        let read = History::read(&path);
        assert_eq!((read.records.len(), read.hasty), (LENGTH, true));
        assert_eq!(read.records.last(), Some(&record(&[("/a", 19)], 19)));
        fs::write(&path, "{").unwrap();
        assert!(History::read(&path).records.is_empty());
    }
}
