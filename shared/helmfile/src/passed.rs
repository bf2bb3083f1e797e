//! The words for helmfile of a command line that is not helmfile's alone, in their
//! order, so that flags can be looked up, left out and added without changing the
//! rest. Refuses to interpret values.

use std::ffi::{OsStr, OsString};

use crate::line::{Piece, words};

/// A command line of helmfile without what is not for helmfile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Flags before the name of the command.
    pub before: Vec<Piece>,
    /// Flags and words behind it.
    pub after: Vec<Piece>,
}

impl Passed {
    /// All pieces in their order.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = &Piece> {
        self.before.iter().chain(&self.after)
    }

    /// The value of a flag; the last one counts, as with helmfile.
    pub fn value(&self, flag: &str) -> Option<&OsStr> {
        self.all().rev().find(|piece| piece.is(flag))?.value.as_deref()
    }

    /// Whether a switch is on.
    pub fn has(&self, flag: &str) -> bool {
        self.all().any(|piece| piece.is(flag) && piece.is_on())
    }

    /// Without the flags named.
    #[must_use]
    pub fn without(&self, flags: &[&str]) -> Self {
        let keep = |pieces: &[Piece]| {
            let kept = pieces.iter().filter(|p| !flags.iter().any(|flag| p.is(flag)));
            kept.cloned().collect()
        };
        Self { before: keep(&self.before), after: keep(&self.after) }
    }

    /// All values of a flag.
    pub fn values<'p>(&'p self, flag: &'p str) -> impl Iterator<Item = &'p OsStr> {
        self.all()
            .filter(move |piece| piece.is(flag))
            .filter_map(|p| p.value.as_deref())
    }

    /// The words of the whole line for the command `name`.
    pub fn words(&self, name: &str) -> Vec<OsString> {
        let mut all = words(&self.before);
        all.push(name.into());
        all.extend(words(&self.after));
        all
    }
}
