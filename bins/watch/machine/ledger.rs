//! What is wanted, what is deployed, and so what is dirty. A release that was tried
//! in vain is held: dirty, but not worth a run by itself until something changes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::rounds::Touched;
use super::{Id, Print, State};

#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// The last state that could be read.
    known: Option<State>,
    deployed: BTreeMap<Id, Print>,
    /// Tried in vain with these prints.
    held: BTreeMap<Id, Print>,
    /// Refused with these prints.
    refused: BTreeMap<Id, Print>,
    /// Why a release is dirty.
    reasons: Touched,
    /// Whether what is stored is out of date.
    unsaved: bool,
}

impl Ledger {
    pub fn new(deployed: BTreeMap<Id, Print>) -> Self {
        Self { deployed, ..Self::default() }
    }

    pub fn generation(&self) -> u64 {
        self.known.as_ref().map_or(0, |state| state.generation)
    }

    /// Whether a run may change inputs.
    pub fn may_write(&self) -> bool {
        self.known.as_ref().is_some_and(|state| state.may_write)
    }

    /// Whether `id` is dirty for nothing but files that a run has made.
    pub fn is_own_doing(&self, id: &Id) -> bool {
        let made = |file: &PathBuf| {
            self.known.as_ref().is_some_and(|state| state.made.contains(file))
        };
        let files = self.reasons.get(id);
        files.is_some_and(|files| !files.is_empty() && files.iter().all(made))
    }

    pub fn wanted(&self) -> impl Iterator<Item = (&Id, &Print)> {
        self.known.iter().flat_map(|state| &state.wanted)
    }

    fn print(&self, id: &Id) -> Option<&Print> {
        self.known.as_ref()?.wanted.get(id)
    }

    /// Takes in a new state. Whether it is the first.
    pub fn learn(&mut self, mut state: State) -> bool {
        for (id, files) in std::mem::take(&mut state.reasons) {
            self.reasons.entry(id).or_default().extend(files);
        }
        let first = self.known.is_none();
        let wanted = &state.wanted;
        self.held.retain(|id, print| wanted.get(id).is_none_or(|it| it == print));
        self.refused.retain(|id, print| wanted.get(id) == Some(print));
        self.reasons.retain(|id, _| {
            wanted.get(id).is_some_and(|it| self.deployed.get(id) != Some(it))
        });
        self.known = Some(state);
        first
    }

    /// Forgets what is no longer declared, and tells what that was.
    pub fn bury(&mut self) -> BTreeSet<Id> {
        let seen = self.deployed.keys().chain(self.held.keys());
        let gone: BTreeSet<Id> =
            seen.filter(|id| self.print(id).is_none()).cloned().collect();
        for id in &gone {
            self.unsaved |= self.deployed.remove(id).is_some();
            self.held.remove(id);
        }
        gone
    }

    fn is_dirty(&self, id: &Id, print: &Print) -> bool {
        self.deployed.get(id) != Some(print) && self.refused.get(id) != Some(print)
    }

    /// What differs from what is deployed, unless refused.
    pub fn dirty(&self) -> BTreeSet<Id> {
        let dirty = self.wanted().filter(|(id, print)| self.is_dirty(id, print));
        dirty.map(|(id, _)| id.clone()).collect()
    }

    /// What is dirty and not held.
    pub fn fresh(&self) -> BTreeSet<Id> {
        let mut fresh = self.dirty();
        fresh.retain(|id| !self.held.contains_key(id));
        fresh
    }

    /// What the next run is for: nothing, or all that is dirty.
    pub fn due(&self) -> BTreeSet<Id> {
        let dirty = self.dirty();
        let worth = dirty.iter().any(|id| !self.held.contains_key(id));
        if worth { dirty } else { BTreeSet::new() }
    }

    /// Leaves `id` alone until something changes.
    pub fn hold(&mut self, id: &Id) {
        if let Some(print) = self.print(id).copied() {
            self.hold_as(id, print);
        }
    }

    /// Leaves `id` alone until something changes or its print is not `print`.
    pub fn hold_as(&mut self, id: &Id, print: Print) {
        self.held.insert(id.clone(), print);
    }

    /// Something changed: what was held is worth another try.
    pub fn release(&mut self) {
        self.held.clear();
    }

    /// Leaves `id` alone until its print changes.
    pub fn refuse(&mut self, id: &Id) {
        if let Some(print) = self.print(id).copied() {
            self.refused.insert(id.clone(), print);
        }
    }

    /// Takes `id` out for a run, with the reasons.
    pub fn take(&mut self, id: &Id) -> Vec<PathBuf> {
        self.held.remove(id);
        self.reasons.remove(id).unwrap_or_default().into_iter().collect()
    }

    /// The run of `id` came to nothing: the reasons for it remain.
    pub fn put_back(&mut self, id: &Id, files: Vec<PathBuf>) {
        if self.print(id).is_some_and(|print| self.is_dirty(id, print)) {
            self.reasons.entry(id.clone()).or_default().extend(files);
        }
    }

    pub fn deploy(&mut self, id: &Id, print: Print) {
        self.unsaved |= self.deployed.insert(id.clone(), print) != Some(print);
    }

    /// Whatever is deployed of `id`: a run of it has begun, and how far it comes will
    /// be known only if it succeeds.
    pub fn undo(&mut self, id: &Id) {
        self.unsaved |= self.deployed.remove(id).is_some();
    }

    /// Takes all that is wanted as deployed.
    pub fn adopt_all(&mut self) {
        let all: Vec<Id> = self.wanted().map(|(id, _)| id.clone()).collect();
        for id in &all {
            self.adopt(id);
        }
    }

    /// Takes what is wanted as deployed.
    pub fn adopt(&mut self, id: &Id) {
        if let Some(print) = self.print(id).copied() {
            self.deploy(id, print);
        }
    }

    /// What is to be stored, if it has changed.
    pub fn save(&mut self) -> Option<BTreeMap<Id, Print>> {
        std::mem::take(&mut self.unsaved).then(|| self.deployed.clone())
    }

    pub fn reasons(&self, id: &Id) -> Option<&BTreeSet<PathBuf>> {
        self.reasons.get(id)
    }

    /// What is wanted otherwise than when a run began.
    pub fn differing(&self, began: &BTreeMap<Id, Print>) -> Vec<Id> {
        let differing =
            self.wanted().filter(|(id, print)| began.get(id) != Some(print));
        differing.map(|(id, _)| id.clone()).collect()
    }
}
