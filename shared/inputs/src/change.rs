//! Which releases a change of some files touches.
//!
//! A change is one since the last run that saw the file otherwise. What the release
//! was made into then tells whether it is touched: after a change of a comment it is
//! not. If no run saw the file otherwise, it touches all that it feeds; a file that
//! nothing names touches all if some template may read it, else none.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::history::{History, Record};
use crate::id::Id;
use crate::map::{Input, Map};
use crate::role::Role;

/// A release that is touched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    /// Its index in the map.
    pub release: usize,
    /// The file.
    pub file: PathBuf,
    /// What the file is: the name of a role, or `state` where only the comparison
    /// tells.
    pub reason: &'static str,
}

/// What a change touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The releases, in the order of the map.
    pub touched: BTreeSet<Touch>,
    /// Files that are no input of any release.
    pub unknown: Vec<PathBuf>,
    /// Files that helmfile reads and that no earlier run saw otherwise.
    pub uncompared: Vec<PathBuf>,
    /// Releases that were declared before and are no more.
    pub removed: BTreeSet<Id>,
}

/// Why a file is no input unless a comparison tells.
const STATE: &str = "state";

/// Tells what a change of the files or directories `asked` touches; `now` is what
/// is seen after it.
pub fn touched(
    map: &Map,
    now: &Record,
    history: &History,
    asked: &[PathBuf],
) -> Change {
    let mut change = Change::default();
    for path in asked {
        let before = history.before(path, now, asked);
        let inputs: Vec<&Input> = map.inputs_at(path).collect();
        let (asking, direct): (Vec<&Input>, Vec<&Input>) =
            inputs.into_iter().partition(|it| it.role.asks() || it.role == Role::Rules);
        for input in &direct {
            change.direct(map, now, before, path, input);
        }
        if !asking.is_empty() || direct.is_empty() {
            change.indirect(map, now, before, path, &asking);
        } else if map.may_read {
            change.besides(map, now, before, path);
        }
    }
    change
}

impl Change {
    fn direct(
        &mut self,
        map: &Map,
        now: &Record,
        before: Option<&Record>,
        path: &Path,
        input: &Input,
    ) {
        for &release in &input.feeds {
            let id = &map.releases[release].id;
            let is_same = |it: &Record| it.releases.get(id) == now.releases.get(id);
            if !before.is_some_and(is_same) {
                self.touch(release, path, input.role.name());
            }
        }
    }

    fn indirect(
        &mut self,
        map: &Map,
        now: &Record,
        before: Option<&Record>,
        path: &Path,
        asking: &[&Input],
    ) {
        let all = || (0..map.releases.len()).map(|release| (release, STATE));
        let is_enabled = |it: &(usize, _)| map.releases[it.0].enabled;
        let feeding = asking.iter().flat_map(|input| {
            input.feeds.iter().map(|&release| (release, input.role.name()))
        });
        let mut candidates: Vec<(usize, &'static str)> = feeding.collect();
        if asking.is_empty() {
            candidates.extend(all());
        }
        candidates.retain(is_enabled);
        if let Some(before) = before {
            for (release, reason) in candidates {
                let id = &map.releases[release].id;
                if before.releases.get(id) != now.releases.get(id) {
                    self.touch(release, path, reason);
                }
            }
            let gone =
                before.releases.keys().filter(|id| !now.releases.contains_key(id));
            self.removed.extend(gone.cloned());
            if asking.is_empty() && !self.touched.iter().any(|it| it.file == path) {
                self.unknown.push(path.into());
            }
            return;
        }
        if asking.is_empty() && !(map.may_read && map.is_below_root(path)) {
            self.unknown.push(path.into());
            return;
        }
        self.uncompared.push(path.into());
        for (release, reason) in candidates {
            self.touch(release, path, reason);
        }
    }

    /// A file that helm gets may be read by a template, too.
    fn besides(
        &mut self,
        map: &Map,
        now: &Record,
        before: Option<&Record>,
        path: &Path,
    ) {
        let Some(before) = before else { return };
        for (release, it) in
            map.releases.iter().enumerate().filter(|(_, it)| it.enabled)
        {
            let is_known = self.touched.iter().any(|touch| touch.release == release);
            if !is_known && before.releases.get(&it.id) != now.releases.get(&it.id) {
                self.touch(release, path, STATE);
            }
        }
    }

    fn touch(&mut self, release: usize, file: &Path, reason: &'static str) {
        self.touched.insert(Touch { release, file: file.into(), reason });
    }
}
