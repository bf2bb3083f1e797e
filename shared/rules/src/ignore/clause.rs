//! What a rule ignores: places in objects, or what some manager has set there.
//!
//! Argo CD reads paths and managers as alternatives, each ignores something of
//! its own. Flux knows no managers; beside its `paths` they are a condition.

use wildmatch::WildMatch;

use super::{IgnorePath, Subject, Target};

/// Places in the objects of a target.
#[derive(Clone, Debug, Default)]
pub struct Clause {
    /// In which objects.
    pub target: Target,
    /// Only in objects that should have this field at their top.
    pub field: Option<&'static str>,
    /// Where in the object.
    pub paths: Vec<IgnorePath>,
    /// What one of these has set, each a glob of `*` and `?`.
    pub managers: Vec<WildMatch>,
    /// What it means if there are paths and managers.
    pub together: Together,
}

/// How paths and managers of one rule go together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Together {
    /// What lies at the paths and was set by the managers.
    #[default]
    Both,
    /// What lies at the paths, and what was set by the managers.
    Either,
}

impl Clause {
    /// Whether it is about this difference.
    pub(super) fn covers(&self, subject: &Subject<'_>) -> bool {
        self.target.holds(subject)
            && self.field.is_none_or(|field| subject.has_field(field))
            && self.covers_place(subject)
    }

    fn covers_place(&self, subject: &Subject<'_>) -> bool {
        let lies = || self.paths.iter().any(|path| path.covers(subject));
        let set = || {
            let manager = subject.manager;
            let is = |glob: &WildMatch| manager.is_some_and(|name| glob.matches(name));
            self.managers.iter().any(is)
        };
        match (self.paths.is_empty(), self.managers.is_empty()) {
            (false, true) => lies(),
            (true, _) => set(),
            (false, false) => match self.together {
                Together::Both => lies() && set(),
                Together::Either => lies() || set(),
            },
        }
    }

    /// Equal for two clauses about the same; the order within a list and the
    /// spelling of a path do not count.
    pub(super) fn identity(&self) -> String {
        let paths = sorted(self.paths.iter().map(|path| format!("{path:?}")));
        let managers =
            sorted(self.managers.iter().map(|m| format!("{:?}", m.pattern())));
        let together = match (paths.is_empty() || managers.is_empty(), self.together) {
            (true, _) => "",
            (false, Together::Both) => "both ",
            (false, Together::Either) => "either ",
        };
        let (paths, managers) = (paths.join(", "), managers.join(", "));
        format!("{} {together}at [{paths}] by [{managers}]", self.target.identity())
    }
}

fn sorted(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut texts: Vec<String> = texts.collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}
