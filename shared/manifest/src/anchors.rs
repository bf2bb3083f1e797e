//! Replacing images that anchors share with other places.
//!
//! The value of an anchor never changes for a place that is not to change:
//!
//! * all uses change alike: the definition is edited, the aliases follow;
//! * only aliases change: each becomes the new value, the anchor stays;
//! * the definition changes and an alias must not: the anchor moves, with its
//!   old value, to the first alias that keeps it.

use std::collections::HashMap;

use crate::scalar::{Edit, literal, replace};
use crate::scan::{Candidate, Scan, Use};

/// The edits that give every candidate the value that `decisions` holds for it.
pub(crate) fn edits(
    text: &str,
    scan: &Scan<'_>,
    decisions: &[Option<String>],
) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (candidate, decision) in scan.candidates.iter().zip(decisions) {
        if let Some(new) = decision
            && candidate.alias.is_none()
            && candidate.anchor.is_none()
        {
            edits.extend(in_place(text, candidate, new));
        }
    }
    let mut uses_of: HashMap<usize, Vec<&Use>> = HashMap::new();
    for alias in &scan.uses {
        uses_of.entry(alias.anchor).or_default().push(alias);
    }
    for (id, definition) in &scan.definitions {
        let decided = |candidate: Option<usize>| {
            candidate.and_then(|number| decisions.get(number)?.as_deref())
        };
        let uses = uses_of.remove(id).unwrap_or_default();
        let own = definition.candidate.and_then(|number| {
            Some((&scan.candidates[number], decided(Some(number))?))
        });
        let alike =
            |new: &str| uses.iter().all(|alias| decided(alias.candidate) == Some(new));
        match own {
            Some((candidate, new)) if alike(new) => {
                edits.extend(in_place(text, candidate, new));
                continue;
            }
            Some((candidate, new)) => {
                let anchor = &definition.anchor.range;
                let behind = &text[anchor.end..candidate.range.start];
                let blank = behind.len() - behind.trim_start_matches([' ', '\t']).len();
                edits.push(Edit::new(anchor.start..anchor.end + blank, ""));
                edits.extend(in_place(text, candidate, new));
            }
            None => {}
        }
        let mut must_move = own.is_some();
        for alias in uses {
            match decided(alias.candidate) {
                Some(new) => edits.push(Edit::new(alias.range.clone(), literal(new))),
                None if must_move => {
                    let name = &text[definition.anchor.range.clone()];
                    let moved = format!("{name} {}", literal(&definition.value));
                    edits.push(Edit::new(alias.range.clone(), moved));
                    must_move = false;
                }
                None => {}
            }
        }
    }
    edits
}

fn in_place(text: &str, candidate: &Candidate<'_>, new: &str) -> Vec<Edit> {
    replace(text, &candidate.range, candidate.style, new)
}
