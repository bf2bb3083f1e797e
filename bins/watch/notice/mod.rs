//! Events of the file system, as hints that something may have changed.
//!
//! What has changed is found by looking, never by believing an event: events
//! are lost, merged, and doubled. So a storm of them is one hint, until
//! [`Notice::clear`]; and reading is none, or helmfile would start itself by
//! reading its values. The order is `clear`, `watch`, then look: whatever happens
//! later brings a new hint. Refuses to say what has happened.

mod places;
mod remote;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::mem;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use places::Kind;
pub use remote::is_remote;
pub use trouble::Trouble;

/// Watches directories.
pub struct Notice {
    shared: Arc<Shared>,
    watcher: Option<RecommendedWatcher>,
    /// Device and inode of what is watched: a directory made anew under an old
    /// name is another one.
    watched: BTreeMap<PathBuf, (u64, u64)>,
    troubles: Vec<Trouble>,
}

struct Shared {
    hinted: AtomicBool,
    /// Something was removed or renamed, perhaps a directory with its watch.
    moved: AtomicBool,
    on_hint: Mutex<Box<dyn Fn() + Send>>,
}

impl Notice {
    /// Watches nothing yet. `on_hint` is called from another thread.
    pub fn start(on_hint: impl Fn() + Send + 'static) -> Self {
        let shared = Arc::new(Shared {
            hinted: AtomicBool::new(false),
            moved: AtomicBool::new(false),
            on_hint: Mutex::new(Box::new(on_hint)),
        });
        Self { shared, watcher: None, watched: BTreeMap::new(), troubles: Vec::new() }
    }

    /// Lets the next event be a hint again.
    pub fn clear(&self) {
        self.shared.hinted.store(false, Ordering::SeqCst);
    }

    /// Whether there was no trouble at the last [`Notice::watch`].
    #[cfg(test)]
    pub fn is_complete(&self) -> bool {
        self.watcher.is_some() && self.troubles.is_empty()
    }

    /// Watches what tells of changes to `files` and to the entries of `dirs`,
    /// and nothing else. Returns the troubles that are new.
    pub fn watch<'a>(
        &mut self,
        files: impl Iterator<Item = &'a Path>,
        dirs: impl Iterator<Item = &'a Path>,
    ) -> Vec<Trouble> {
        let mut wanted = BTreeSet::new();
        files.for_each(|file| places::add(&mut wanted, file, Kind::File));
        dirs.for_each(|dir| places::add(&mut wanted, dir, Kind::Directory));
        let troubles = self.bring_about(wanted);
        let before = mem::replace(&mut self.troubles, troubles);
        let new = self.troubles.iter().filter(|trouble| !before.contains(trouble));
        new.cloned().collect()
    }

    fn bring_about(&mut self, wanted: BTreeSet<PathBuf>) -> Vec<Trouble> {
        let mut watcher = match self.watcher.take() {
            Some(watcher) => watcher,
            None => match start(&self.shared) {
                Ok(watcher) => watcher,
                Err(error) => return vec![Trouble::at_start(&error)],
            },
        };
        // inotify loses the watch of a directory that was moved, even if it comes
        // back; elsewhere a watch goes by the name.
        let moved = self.shared.moved.swap(false, Ordering::SeqCst);
        let all_again = moved && cfg!(target_os = "linux");
        self.drop_others(&mut watcher, &wanted);
        let mut troubles = Vec::new();
        for place in wanted {
            let known = self.watched.contains_key(&place);
            if known && !all_again {
                continue;
            }
            let id = identity(&place);
            match watcher.watch(&place, RecursiveMode::NonRecursive) {
                // One that is gone again leaves an event with its parent, or is
                // found at the next call.
                Ok(()) => self.watched.extend(id.map(|id| (place, id))),
                Err(error) => {
                    self.watched.remove(&place);
                    let trouble = Trouble::about(place, &error);
                    let limit = matches!(trouble, Trouble::Limit { .. });
                    troubles.push(trouble);
                    if limit {
                        break;
                    }
                }
            }
        }
        self.watcher = Some(watcher);
        troubles
    }

    /// Ends the watch of what is not `wanted` or is not what it was.
    fn drop_others(
        &mut self,
        watcher: &mut RecommendedWatcher,
        wanted: &BTreeSet<PathBuf>,
    ) {
        self.watched.retain(|place, id| {
            let stays = wanted.contains(place) && identity(place) == Some(*id);
            if !stays {
                // It may have ended with the directory.
                let _ = watcher.unwatch(place);
            }
            stays
        });
    }
}

fn identity(place: &Path) -> Option<(u64, u64)> {
    fs::metadata(place).ok().map(|data| (data.dev(), data.ino()))
}

fn start(shared: &Arc<Shared>) -> notify::Result<RecommendedWatcher> {
    let shared = Arc::clone(shared);
    notify::recommended_watcher(move |event: notify::Result<Event>| shared.take(&event))
}

impl Shared {
    /// In the thread that empties the kernel's queue, so there is no time to lose.
    fn take(&self, event: &notify::Result<Event>) {
        if !event.as_ref().is_ok_and(is_idle) {
            if event.as_ref().map_or(true, may_move) {
                self.moved.store(true, Ordering::SeqCst);
            }
            if !self.hinted.swap(true, Ordering::SeqCst) {
                self.on_hint.lock().unwrap_or_else(PoisonError::into_inner)();
            }
        }
    }
}

/// Whether nothing has changed, or only git's own files have. The end of writing
/// counts: what is written through memory has no other event.
fn is_idle(event: &Event) -> bool {
    let read = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => false,
        EventKind::Access(_) => true,
        _ => false,
    };
    let of_git = |path: &PathBuf| path.iter().any(|name| name == ".git");
    read || (!event.paths.is_empty() && event.paths.iter().all(of_git))
}

fn may_move(event: &Event) -> bool {
    let named = matches!(event.kind, EventKind::Modify(ModifyKind::Name(_)));
    named || event.kind.is_remove() || event.need_rescan()
}

#[cfg(test)]
mod tests;
