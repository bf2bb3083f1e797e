//! What is known of a release, before its objects are handed out.
//!
//! With the words for all that may keep it unknown.

use crate::plain;

/// What is known of one.
pub(crate) enum Finding {
    InSync,
    /// The objects of this block differ.
    Differs(usize),
    /// So do those that stand before all blocks.
    DiffersBefore,
    Removal,
    Unknown {
        reason: String,
        remedy: Option<&'static str>,
        is_worth_a_rerun: bool,
    },
}

impl Finding {
    pub(crate) fn is_worth_a_rerun(&self) -> bool {
        matches!(self, Self::Unknown { is_worth_a_rerun: true, .. })
    }

    pub(crate) fn unknown(
        reason: &str,
        remedy: Option<&'static str>,
        rerun: bool,
    ) -> Self {
        let reason = plain::line(reason);
        Self::Unknown { reason, remedy, is_worth_a_rerun: rerun }
    }
}

/// Reasons, and what helps.
pub(crate) mod words {
    pub(crate) const UNCLEAR: &str = "several releases have this name and namespace, \
                                      and nothing tells which is which";
    pub(crate) const BROKEN: &str = "the diff is cut off, or is no list of objects";
    pub(crate) const UNEXPECTED: &str =
        "helmfile exited with 0 for nothing differs, but printed a diff";
    pub(crate) const CODES: &str = "compare with --detailed-exitcode";
    pub(crate) const STRANGE: &str = "something was printed that is no diff";
    pub(crate) const FORMATS: &str = "compare with --output structured";
    pub(crate) const UNNAMED: &str =
        "helmfile exited with 2, but does not say what differs";
    pub(crate) const EMPTY: &str = "helmfile says that it differs, but no diff was \
                                    printed: helm-diff crashed, or left it out";
    pub(crate) const SEE: &str = "see what 'helm diff upgrade' says of this release";
    pub(crate) const HIDDEN: &str = "suppressDiff keeps its diff silent";
    pub(crate) const UNHIDE: &str = "remove suppressDiff from the release";
    pub(crate) const WHICH: &str =
        "a release of this name would be deleted, and nothing tells which one";
    pub(crate) const SILENT: &str = "helmfile printed nothing about it";
}
