//! Which block belongs to which release.
//!
//! A block says name and namespace, but no context, so neither need be unique:
//! equal ones come in the order of the file. Where the numbers differ, no guess is
//! made. A namespace may be missing on one side only, for helmfile leaves out one
//! that was not given; then the objects tell, else the order.

use std::collections::BTreeMap;

use crate::Asked;
use crate::block::Block;

/// Where the answer for a release stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    /// Nowhere.
    Nowhere,
    /// In this block.
    Block(usize),
    /// In one of several, and nothing tells which.
    Unclear,
}

/// The places of the asked releases, and the blocks that belong to none.
pub(crate) fn places(asked: &[Asked], blocks: &[Block]) -> (Vec<Place>, Vec<usize>) {
    let (places, taken) =
        (vec![Place::Nowhere; asked.len()], vec![false; blocks.len()]);
    let mut match_up = MatchUp { asked, blocks, places, taken };
    for (askers, candidates) in match_up.open(|name, namespace| (name, namespace)) {
        match_up.assign(&askers, &candidates);
    }
    for (askers, candidates) in match_up.open(|name, _| (name, "")) {
        match_up.assign_in_doubt(askers, candidates);
    }
    let strays = (0..blocks.len()).filter(|&at| !match_up.taken[at]).collect();
    (match_up.places, strays)
}

struct MatchUp<'a> {
    asked: &'a [Asked],
    blocks: &'a [Block<'a>],
    places: Vec<Place>,
    taken: Vec<bool>,
}

type Key<'a> = (&'a str, &'a str);

impl<'a> MatchUp<'a> {
    /// The releases without a block and the blocks without a release, of one key.
    fn open(
        &self,
        key: impl Fn(&'a str, &'a str) -> Key<'a>,
    ) -> Vec<(Vec<usize>, Vec<usize>)> {
        let mut groups = BTreeMap::<Key, (Vec<usize>, Vec<usize>)>::new();
        for (at, one) in self.asked.iter().enumerate() {
            if self.places[at] == Place::Nowhere {
                groups.entry(key(&one.name, &one.namespace)).or_default().0.push(at);
            }
        }
        for (at, block) in self.blocks.iter().enumerate() {
            if !self.taken[at] {
                groups.entry(key(block.name, block.namespace)).or_default().1.push(at);
            }
        }
        groups.into_values().collect()
    }

    /// One to one in their order, or none if that is not possible.
    fn assign(&mut self, askers: &[usize], blocks: &[usize]) {
        if askers.is_empty() || blocks.is_empty() {
            return;
        }
        let is_clear = askers.len() == blocks.len();
        for (nth, &asker) in askers.iter().enumerate() {
            let block = blocks.get(nth).filter(|_| is_clear);
            self.places[asker] = block.map_or(Place::Unclear, |&at| Place::Block(at));
        }
        for &block in blocks {
            self.taken[block] = true;
        }
    }

    /// Of one name. Both sides without a namespace have met already, so what is
    /// left lacks it on one side, and each fits each.
    fn assign_in_doubt(&mut self, mut askers: Vec<usize>, mut blocks: Vec<usize>) {
        blocks.retain(|&block| askers.iter().any(|&asker| self.fits(asker, block)));
        askers.retain(|&asker| blocks.iter().any(|&block| self.fits(asker, block)));
        for &block in &blocks {
            let Some(told) = told(&self.blocks[block]) else { continue };
            let is_here = |asker: &&usize| self.asked[**asker].namespace == told;
            let mut here = askers.iter().filter(is_here);
            if let (Some(&asker), None) = (here.next(), here.next())
                && self.places[asker] == Place::Nowhere
            {
                self.assign(&[asker], &[block]);
            }
        }
        askers.retain(|&asker| self.places[asker] == Place::Nowhere);
        blocks.retain(|&block| !self.taken[block]);
        self.assign(&askers, &blocks);
    }

    fn fits(&self, asker: usize, block: usize) -> bool {
        let (wanted, said) =
            (&*self.asked[asker].namespace, self.blocks[block].namespace);
        wanted == said || wanted.is_empty() || said.is_empty()
    }
}

/// The namespace that all objects of a block lie in.
fn told<'a>(block: &'a Block) -> Option<&'a str> {
    let mut found = block.body.changes.iter().map(|change| &*change.namespace);
    let first = found.find(|namespace| !namespace.is_empty())?;
    found.all(|other| other.is_empty() || other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Blocks;

    fn asked(names: &[(&str, &str)]) -> Vec<Asked> {
        let one = |&(name, namespace): &(&str, &str)| Asked {
            name: name.to_owned(),
            namespace: namespace.to_owned(),
        };
        names.iter().map(one).collect()
    }

    /// Each block with the namespace of its only object, if it has one.
    fn text(blocks: &[(&str, &str, &str)]) -> String {
        let block = |&(name, namespace, object): &(&str, &str, &str)| {
            let head =
                format!("Comparing release={name}, chart=x, namespace={namespace}\n");
            match object {
                "" => head,
                _ => format!("{head}{object}, a, Pod (v1) to be added.\n\n"),
            }
        };
        blocks.iter().map(block).collect()
    }

    #[test]
    fn by_name_and_namespace_then_by_objects_then_by_order() {
        use Place::{Block, Nowhere, Unclear};
        type Case<'a> =
            (&'a [(&'a str, &'a str)], &'a [(&'a str, &'a str, &'a str)], &'a [Place]);
        let cases: [Case; 9] = [
            // Whatever the order is.
            (
                &[("a", "x"), ("a", "y")],
                &[("a", "y", ""), ("a", "x", "")],
                &[Block(1), Block(0)],
            ),
            // The same twice, in two contexts.
            (
                &[("a", "x"), ("a", "x")],
                &[("a", "x", ""), ("a", "x", "x")],
                &[Block(0), Block(1)],
            ),
            (&[("a", "x"), ("a", "x")], &[("a", "x", "")], &[Unclear, Unclear]),
            (&[("a", "x")], &[("a", "x", ""), ("a", "x", "x")], &[Unclear]),
            // Without a namespace on one side.
            (
                &[("a", "x"), ("b", "")],
                &[("a", "", ""), ("b", "y", "")],
                &[Block(0), Block(1)],
            ),
            (
                &[("a", "x"), ("a", "y")],
                &[("a", "", "y"), ("a", "", "")],
                &[Block(1), Block(0)],
            ),
            (
                &[("a", "x"), ("a", "y")],
                &[("a", "", ""), ("a", "", "")],
                &[Block(0), Block(1)],
            ),
            (&[("a", "x"), ("a", "y")], &[("a", "", "")], &[Unclear, Unclear]),
            // Another namespace is another release.
            (&[("a", "x")], &[("a", "y", "x")], &[Nowhere]),
        ];
        for (names, blocks, expected) in cases {
            let text = text(blocks);
            let blocks = Blocks::read(&text).all;
            assert_eq!(places(&asked(names), &blocks).0, expected, "{text}");
        }
    }
}
