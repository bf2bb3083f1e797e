//! All files that may matter: those of the map, and every other below the
//! directories of the helmfiles, for a template may read it.
//!
//! What git ignores does not count there, unless the map names it or a template reads
//! files that it does not name: then some of it does, for a directory of packages or of
//! builds is no input, and may be huge.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::map::{Map, Place};
use crate::tree::is_litter;

/// How many files that git ignores may matter.
const IGNORED: usize = 2000;

/// The files that may matter.
#[derive(Clone, Debug, Default)]
pub struct Universe {
    /// Those that the map names, absent ones among them.
    pub named: BTreeSet<PathBuf>,
    /// The others.
    pub others: BTreeSet<PathBuf>,
    /// The directories in which a new file would matter.
    pub directories: BTreeSet<PathBuf>,
    /// Whether there were more others than were wanted.
    pub is_cut: bool,
}

impl Universe {
    /// Looks for them; at most so many `others`. What helmfire itself writes, in the
    /// state directory `own`, is none.
    pub fn of(map: &Map, most: usize, own: &Path) -> Self {
        let mut universe = Self::default();
        for input in &map.inputs {
            universe.named.extend(input.place.files());
            if let Place::Tree(tree) = &input.place {
                universe.directories.insert(tree.root.clone());
            }
        }
        for root in &map.roots {
            universe.add_others(root, most, own, true);
        }
        if map.may_read {
            let is_cut = universe.is_cut;
            let most = most.min(universe.others.len() + IGNORED);
            for root in &map.roots {
                universe.add_others(root, most, own, false);
            }
            universe.is_cut = is_cut;
        }
        let parents = universe.named.iter().filter_map(|file| file.parent());
        let parents: Vec<PathBuf> = parents.map(Path::to_path_buf).collect();
        universe.directories.extend(parents);
        universe
    }

    /// Whether the file is one of them.
    pub fn holds(&self, path: &Path) -> bool {
        self.named.contains(path) || self.others.contains(path)
    }

    fn add_others(&mut self, root: &Path, most: usize, own: &Path, by_git: bool) {
        let mut walk = WalkBuilder::new(root);
        walk.hidden(false).git_global(false).follow_links(false);
        if !by_git {
            walk.standard_filters(false);
        }
        let own = own.to_path_buf();
        walk.filter_entry(move |entry| {
            !is_litter(entry.file_name()) && entry.path() != own
        });
        for entry in walk.build().flatten() {
            let kind = entry.file_type();
            if kind.is_some_and(|kind| kind.is_dir()) {
                self.directories.insert(entry.into_path());
                continue;
            }
            if self.named.contains(entry.path()) || self.others.contains(entry.path()) {
                continue;
            }
            if self.others.len() >= most {
                self.is_cut = true;
                return;
            }
            self.others.insert(entry.into_path());
        }
    }
}
