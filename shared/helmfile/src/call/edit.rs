//! Changes to the arguments of a call.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;

use super::Call;

/// What is to be different in the arguments of one call.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    replaced: BTreeMap<usize, OsString>,
    removed: BTreeSet<usize>,
    added: Vec<OsString>,
}

impl Edit {
    /// Puts `argument` in place of the one at index `at`.
    pub fn replace(&mut self, at: usize, argument: impl Into<OsString>) {
        self.replaced.insert(at, argument.into());
    }

    /// Removes the flag `name` with its values; tells whether it was there.
    pub fn remove(&mut self, call: &Call, name: &str) -> bool {
        let before = self.removed.len();
        call.places(name).for_each(|place| self.removed.extend(place));
        self.removed.len() > before
    }

    /// Adds a flag, right behind the words of the command: what follows may end
    /// with `--`.
    pub fn add(&mut self, flag: impl Into<OsString>) {
        self.added.push(flag.into());
    }

    /// The arguments of `call` with the changes made.
    pub fn apply(&self, call: &Call) -> Vec<OsString> {
        let mut result = Vec::new();
        for (at, argument) in call.arguments.iter().enumerate() {
            if at == call.behind_words() {
                result.extend(self.added.iter().cloned());
            }
            if !self.removed.contains(&at) {
                result.push(self.replaced.get(&at).unwrap_or(argument).clone());
            }
        }
        if call.behind_words() >= call.arguments.len() {
            result.extend(self.added.iter().cloned());
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_only_what_is_to_change() {
        let words = "-n a upgrade web c --verify --keyring k --set x=1 --keyring=l";
        let call = Call::read(words.split(' ').map(OsString::from).collect());
        let mut edit = Edit::default();
        assert!(edit.remove(&call, "keyring") && edit.remove(&call, "verify"));
        assert!(!edit.remove(&call, "repo"));
        edit.replace(call.charts()[0], "/d");
        edit.add("--post-renderer");
        edit.add("p");
        let line = edit.apply(&call).join(" ".as_ref());
        assert_eq!(line, "-n a upgrade --post-renderer p web /d --set x=1");
    }
}
