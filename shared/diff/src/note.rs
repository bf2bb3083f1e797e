//! What was printed and belongs to no release that was asked about.
//!
//! Lines of strangers are counted, not quoted: a debug line may hold values.

use crate::judge::Run;
use crate::plain;

/// More would be noise.
const MOST: usize = 20;

impl Run<'_> {
    pub(crate) fn notes(&self) -> Vec<String> {
        let before = self.blocks.before.lines().filter(|line| !line.trim().is_empty());
        let before = match before.count() {
            0 => None,
            1 => Some("a line stands before the first release".to_owned()),
            count => Some(format!("{count} lines stand before the first release")),
        };
        let strays = self.strays.iter().filter_map(|&at| self.blocks.all.get(at));
        let strays = strays.map(|block| {
            let changes = match block.body.changes.len() {
                0 => String::new(),
                1 => ": 1 object differs".to_owned(),
                count => format!(": {count} objects differ"),
            };
            let (name, namespace) = (block.name, block.namespace);
            format!("not asked about: {name} in namespace '{namespace}'{changes}")
        });
        let changed = self.summary.updated.keys().chain(self.summary.deleted.keys());
        let is_unknown = |name: &&str| {
            !self.asked.iter().any(|one| one.name == *name)
                && !self.blocks.all.iter().any(|block| block.name == *name)
        };
        let changed = changed
            .copied()
            .filter(is_unknown)
            .map(|name| format!("not asked about, but said to differ: {name}"));
        let cut = "standard output ends in the middle of a line".to_owned();
        let cut = self.blocks.is_cut.then_some(cut);
        let notes = before.into_iter().chain(cut).chain(strays).chain(changed);
        notes.take(MOST).map(|note| plain::line(&note)).collect()
    }
}
