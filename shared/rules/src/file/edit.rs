//! Text of a rules file + edits → new text.
//!
//! Splices at the positions that `toml_edit` reports, so that every byte outside
//! an edit stays: comments, order, alignment, CRLF, a byte order mark
//! (`toml_edit`'s own writer would normalise the last two). Refuses to touch the
//! disk, and expects a text that [`read`](super::read) has accepted.

use std::collections::HashMap;
use std::ops::Range;

use toml_edit::Document;

use super::draft::Draft;
use super::layout::Layout;
use super::lines::text_start;
use crate::{RuleKey, RuleKind};

/// The first line of a new file.
const VERSION_LINE: &str = "version = 1";

/// One change of a rules file.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Adds a rule, or gives the rule of the same key a new `to` and `digest`;
    /// an ignore rule a new `until`, and a new `reason` if the draft has one.
    Put(Draft),
    /// Removes the rule with this key and the comments attached above it.
    Remove(RuleKey),
}

/// The text is not TOML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not TOML: {0}, run 'helmfire-subst check'")]
pub struct EditError(String);

/// Puts the text in place of the range.
pub(super) type Splice = (Range<usize>, String);

/// Applies `edits`, of which no two may have the same key. A key that is to be
/// removed and is not there is passed over.
pub fn edit(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    if text_start(text) == text.len() {
        return edit(&format!("{text}{VERSION_LINE}\n"), edits);
    }
    let document =
        Document::parse(text).map_err(|e| EditError(e.message().to_string()))?;
    let layout = Layout::new(text, &document);
    let sites = layout.sites();
    let mut splices = Vec::new();
    let mut added: HashMap<RuleKind, Vec<&Draft>> = HashMap::new();
    for edit in edits {
        match edit {
            Edit::Put(draft) => match sites.get(draft.key()) {
                Some(site) => splices.extend(layout.amend(site, draft)),
                None => added.entry(draft.key().kind).or_default().push(draft),
            },
            Edit::Remove(key) => {
                let range = sites.get(key).map(|site| layout.without(site));
                splices.extend(range.map(|range| (range, String::new())));
            }
        }
    }
    for kind in RuleKind::ALL {
        if let Some(drafts) = added.get(&kind) {
            splices.extend(layout.add(kind, drafts));
        }
    }
    let new = apply(text, splices);
    // The rules that stood at the top are gone, what separated them is not.
    if blank_start(text) > 0 {
        return Ok(new);
    }
    let top = text_start(&new);
    Ok([&new[..top], &new[top + blank_start(&new)..]].concat())
}

/// The length of the blank lines at the start, behind a byte order mark.
fn blank_start(text: &str) -> usize {
    let text = &text[text_start(text)..];
    text.split_inclusive('\n')
        .take_while(|line| line.trim().is_empty())
        .map(str::len)
        .sum()
}

fn apply(text: &str, mut splices: Vec<Splice>) -> String {
    splices.sort_by_key(|(range, _)| range.start);
    let mut new = String::with_capacity(text.len() + 128);
    let mut at = 0;
    for (range, with) in splices {
        // Two neighbours that go may both claim the blank line between them.
        new.push_str(&text[at.min(range.start)..range.start]);
        new.push_str(&with);
        at = at.max(range.end);
    }
    new.push_str(&text[at..]);
    new
}
