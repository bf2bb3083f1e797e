//! Runs that rewrite their own inputs. A release that after each run is dirty again
//! because of the same file is in a loop, unless it is the user who goes on saving it.
//! A chain of runs each of which was made necessary by the one before may be a loop as
//! well, if two releases rewrite the inputs of each other. It is certain only when it
//! happens in a run before which nothing happened for a while.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::Id;

/// From which round on to wait before the next run.
const SUSPICIOUS: u32 = 2;
/// In which round to give up, if all was calm before it.
const HOPELESS: u32 = 3;
/// In which round it is certain that it was not the user after all.
const CERTAIN: u32 = 4;
/// How many runs may follow from each other before waiting. Hooks that settle do so
/// sooner.
const CHAIN: u32 = 8;

/// Which files made which releases dirty during a run.
pub(super) type Touched = BTreeMap<Id, BTreeSet<PathBuf>>;

#[derive(Debug, Default)]
pub(super) struct Rounds {
    counts: BTreeMap<(Id, PathBuf), u32>,
    chain: u32,
    /// Whether nothing had happened for a while when the last run began.
    calm: bool,
}

impl Rounds {
    /// A run begins.
    pub fn begin(&mut self, calm: bool) {
        self.calm = calm;
    }

    /// A run of `members` is over and found to have `touched` these.
    pub fn count(&mut self, members: &BTreeSet<Id>, touched: &Touched) {
        // What this run left alone breaks the row.
        self.counts.retain(|(id, file), _| {
            let again = touched.get(id).is_some_and(|files| files.contains(file));
            again || !members.contains(id)
        });
        for (id, files) in touched.iter().filter(|(id, _)| members.contains(*id)) {
            for file in files {
                let count = self.counts.entry((id.clone(), file.clone())).or_default();
                if self.calm || *count < SUSPICIOUS {
                    *count += 1;
                }
            }
        }
        self.chain = if touched.is_empty() { 0 } else { self.chain + 1 };
    }

    /// These files were changed by somebody else than a run.
    pub fn forget(&mut self, files: &[PathBuf]) {
        if !files.is_empty() {
            self.counts.retain(|(_, file), _| !files.contains(file));
            self.chain = 0;
        }
    }

    /// Whether a run has touched `id` by each of `files` before.
    pub fn repeated(&self, id: &Id, files: &BTreeSet<PathBuf>) -> bool {
        self.round(id, files) > 0
    }

    pub fn suspicious(&self, id: &Id, files: &BTreeSet<PathBuf>) -> bool {
        self.round(id, files) >= SUSPICIOUS || self.chain >= CHAIN
    }

    pub fn hopeless(&self, id: &Id, files: &BTreeSet<PathBuf>) -> bool {
        self.round(id, files) >= HOPELESS || (self.calm && self.chain > CHAIN)
    }

    pub fn certain(&self, id: &Id, files: &BTreeSet<PathBuf>) -> bool {
        self.round(id, files) >= CERTAIN || (self.calm && self.chain > CHAIN + 1)
    }

    /// Whether something is hopeless and not certain.
    pub fn doubtful(&self) -> bool {
        self.chain > CHAIN || self.counts.values().any(|count| *count >= HOPELESS)
    }

    /// The round of the file that was there least often: if only one is new, the
    /// release has a reason to be run.
    fn round(&self, id: &Id, files: &BTreeSet<PathBuf>) -> u32 {
        let count = |file: &PathBuf| self.counts.get(&(id.clone(), file.clone()));
        files.iter().map(|file| count(file).copied().unwrap_or(0)).min().unwrap_or(0)
    }
}
