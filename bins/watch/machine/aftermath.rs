//! The first survey after a run. What it finds to have changed was changed while the
//! run was going, by the user or by the run itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::rounds::Touched;
use super::running::{Aftermath, Running};
use super::{Asked, Busy, Id, Machine, Moment, Report, Time};

/// After what time what was given up is tried once more.
const VERIFY: Time = Time::from_secs(60);

impl Machine {
    /// Whether what a survey finds is to wait for the next change.
    pub(super) fn ignores(&self, asked: &Asked) -> bool {
        let after = asked.moment == Moment::After && !asked.reload;
        after && self.settings.busy == Busy::Ignore
    }

    /// Whether a change that a survey finds is a reason to try again what was tried in
    /// vain. The run itself may have changed files; it is no reason for another one.
    pub(super) fn frees(&self, asked: &Asked) -> bool {
        match asked.moment {
            Moment::Idle => true,
            Moment::During => false,
            // Nothing runs while the files cannot be read: somebody has mended them.
            Moment::After => self.aftermath.as_ref().is_some_and(|it| it.broken),
        }
    }

    pub(super) fn reckon(&mut self, asked: &Asked, now: Time) {
        let Some(Aftermath { run, succeeded, .. }) = self.aftermath.take() else {
            return;
        };
        for id in succeeded.iter().filter(|id| run.print(id).is_some()) {
            if self.ledger.is_own_doing(id) {
                self.ledger.adopt(id);
                self.ledger.take(id);
            }
        }
        let touched = self.touched(&run);
        // A hint since the run ended: the user is at work, and what changed may have
        // changed after the run.
        let writes = self.settings.may_write || self.ledger.may_write();
        let calm = if !writes {
            // It is the user, and no run of ours.
            false
        } else if self.hinted {
            touched.iter().any(|(id, files)| self.rounds.suspicious(id, files))
        } else {
            self.rounds.count(&run.releases.keys().cloned().collect(), &touched);
            self.give_up(touched, &succeeded, now)
        };
        for (id, files) in run.releases {
            if !succeeded.contains(&id) {
                self.ledger.put_back(&id, files);
            }
        }
        if asked.reload {
            self.release();
        }
        let fresh = self.ledger.fresh();
        if self.ignores(asked) {
            for id in &fresh {
                self.ledger.hold(id);
            }
        } else if !fresh.is_empty() {
            let settings = self.settings.clone();
            let window = self.open_window(now);
            if calm {
                window.calm(&settings);
            }
        }
    }

    /// What was changed during `run` and is dirty therefore. A release of the run
    /// counts even if it is wanted as before by now; it might be changed and changed
    /// back by each.
    fn touched(&self, run: &Running) -> Touched {
        let differing = self.ledger.differing(&run.began);
        let mut touched = Touched::new();
        for id in self.ledger.dirty() {
            let files = self.ledger.reasons(&id).cloned().unwrap_or_default();
            let member = run.releases.contains_key(&id);
            if differing.contains(&id) || (member && !files.is_empty()) {
                let none = || BTreeSet::from([PathBuf::new()]);
                let files = if files.is_empty() { none() } else { files };
                touched.insert(id, files);
            }
        }
        touched
    }

    /// Gives up what would be touched by each run. Whether the rest looks like it.
    ///
    /// It may be the user all the same, who saved the file in each of these runs:
    /// after a while it is tried once more, and only then taken for deployed.
    fn give_up(
        &mut self,
        touched: Touched,
        succeeded: &BTreeSet<Id>,
        now: Time,
    ) -> bool {
        let mut calm = false;
        let mut writing: BTreeMap<PathBuf, Vec<Id>> = BTreeMap::new();
        for (id, files) in touched {
            if !self.rounds.hopeless(&id, &files) {
                calm |= self.rounds.suspicious(&id, &files);
                continue;
            }
            if self.rounds.certain(&id, &files) {
                if succeeded.contains(&id) {
                    self.ledger.adopt(&id);
                } else {
                    // It must not be taken for deployed, only be left alone.
                    self.ledger.hold(&id);
                }
                self.changes.retain(|file| !files.contains(file));
                continue;
            }
            self.ledger.hold(&id);
            let again = now.saturating_add(VERIFY);
            self.retry = Some(self.retry.map_or(again, |it| it.min(again)));
            for file in files {
                writing.entry(file).or_default().push(id.clone());
            }
        }
        for (file, releases) in writing {
            self.changes.remove(&file);
            self.report(Report::SelfWriting { file, releases });
        }
        calm
    }
}
