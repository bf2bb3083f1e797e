//! The rules: from what was printed, and what was not, to what is known.
//!
//! A diff counts with every exit code but 0. Silence counts with 0, and with 2 if
//! helmfile's list of changes accounts for all of them elsewhere. Whatever
//! contradicts itself is unknown: a false alarm costs a run, a false all-clear
//! hides a difference.

use std::collections::BTreeMap;
use std::mem;

use crate::Asked;
use crate::block::Blocks;
use crate::body::Body;
use crate::complaint::Complaint;
use crate::finding::{Finding, words};
use crate::owner::{self, Place};
use crate::summary::{self, Summary, times};
use crate::verdict::Verdict;

/// A run of helmfile, taken apart.
pub(crate) struct Run<'a> {
    pub(crate) asked: &'a [Asked],
    pub(crate) blocks: Blocks<'a>,
    /// The blocks that belong to no release that was asked about.
    pub(crate) strays: Vec<usize>,
    pub(crate) summary: Summary<'a>,
    exit: u8,
    places: Vec<Place>,
    complaint: Option<Complaint>,
    /// How many blocks of a name have objects in them.
    shown: BTreeMap<&'a str, usize>,
    /// What stands before all blocks.
    before: Body,
    /// Whether there is a diff anywhere, if only a part of one.
    has_diff: bool,
}

impl<'a> Run<'a> {
    pub(crate) fn read(
        asked: &'a [Asked],
        stdout: &'a str,
        stderr: &'a str,
        exit: u8,
    ) -> Self {
        let blocks = Blocks::read(stdout);
        let (places, strays) = owner::places(asked, &blocks.all);
        let mut shown = BTreeMap::new();
        for block in blocks.all.iter().filter(|one| !one.body.changes.is_empty()) {
            summary::count(&mut shown, block.name);
        }
        let before = Body::read(blocks.before);
        let has_diff =
            before.has_diff() || blocks.all.iter().any(|block| block.body.has_diff());
        let has_failed = exit != 0 && exit != 2;
        Self {
            asked,
            strays,
            summary: Summary::read(stderr),
            exit,
            places,
            complaint: Complaint::read(stderr, has_failed),
            has_diff,
            before,
            shown,
            blocks,
        }
    }

    /// What is known of the release at this place among the asked.
    pub(crate) fn judge(&self, at: usize) -> Finding {
        let Some(asked) = self.asked.get(at) else { return self.failure() };
        match self.places.get(at) {
            Some(&Place::Block(block)) => self.judge_block(block),
            Some(Place::Unclear) => Finding::unknown(words::UNCLEAR, None, true),
            _ => self.judge_silence(asked),
        }
    }

    fn judge_block(&self, at: usize) -> Finding {
        let Some(block) = self.blocks.all.get(at) else { return self.failure() };
        let is_empty = block.body.changes.is_empty();
        let is_odd = block.body.is_strange && !self.summary.denies;
        match self.exit {
            _ if block.body.is_broken => Finding::unknown(words::BROKEN, None, true),
            0 if self.has_diff => {
                Finding::unknown(words::UNEXPECTED, Some(words::CODES), true)
            }
            _ if !is_empty => Finding::Differs(at),
            0 if is_odd => Finding::unknown(words::STRANGE, Some(words::FORMATS), true),
            2 if !self.summary.confirms => self.unnamed(),
            2 if self.owes(block.name) => Finding::unknown(
                words::EMPTY,
                Some(words::SEE),
                self.is_shared(block.name),
            ),
            0 | 2 => Finding::InSync,
            _ => self.failure(),
        }
    }

    fn judge_silence(&self, asked: &Asked) -> Finding {
        let name = &*asked.name;
        let owes = self.owes(name);
        if self.is_hidden(asked) {
            let is_known = self.exit == 2 && owes && !self.is_shared(name);
            return Finding::unknown(words::HIDDEN, Some(words::UNHIDE), !is_known);
        }
        let is_silent = |(at, one): &(usize, &Asked)| {
            one.name == name
                && self.places.get(*at) == Some(&Place::Nowhere)
                && !self.is_hidden(one)
        };
        let silent = self.asked.iter().enumerate().filter(is_silent).count();
        let deleted = times(&self.summary.deleted, name);
        let is_unwanted = times(&self.summary.looked_up, name) >= silent;
        let is_believed = self.exit == 0 || self.exit == 2 && self.summary.confirms;
        match self.exit {
            _ if deleted >= silent && !owes => Finding::Removal,
            _ if deleted > 0 => Finding::unknown(words::WHICH, None, true),
            _ if is_unwanted && is_believed && !owes => Finding::InSync,
            0 => Finding::unknown(words::SILENT, None, true),
            2 if self.summary.confirms => Finding::unknown(words::SILENT, None, true),
            2 => self.unnamed(),
            _ => self.failure(),
        }
    }

    /// What is known of the only release that was asked about. No run follows, and
    /// the exit code is about this one.
    pub(crate) fn judge_alone(&self) -> Finding {
        let has_block = matches!(self.places[..], [Place::Block(_)]);
        // Lines without a head can only be about this release.
        let is_nameless = self.blocks.all.is_empty()
            && !self.before.is_broken
            && !self.before.changes.is_empty();
        match (self.exit, self.judge(0)) {
            (0, Finding::Unknown { .. }) if !self.has_diff && !has_block => {
                Finding::InSync
            }
            (2, Finding::Unknown { .. }) if is_nameless => Finding::DiffersBefore,
            (2, Finding::InSync) => {
                Finding::unknown(words::UNNAMED, Some(words::SEE), false)
            }
            (0 | 2, finding) => finding,
            _ => match &self.complaint {
                Some(told) => Finding::unknown(&told.reason, told.remedy, false),
                None => self.failure(),
            },
        }
    }

    /// Whether helmfile lists more changes of this name than it printed.
    fn owes(&self, name: &str) -> bool {
        times(&self.summary.updated, name) > times(&self.shown, name)
    }

    /// Whether a change of this name may be that of another release.
    fn is_shared(&self, name: &str) -> bool {
        let asked = self.asked.iter().filter(|one| one.name == name).count();
        let blocks = self.blocks.all.iter().filter(|block| block.name == name).count();
        asked.max(blocks) > 1
    }

    fn is_hidden(&self, asked: &Asked) -> bool {
        let is_it = |&(name, namespace): &(&str, &str)| {
            name == asked.name
                && (namespace == asked.namespace
                    || namespace.is_empty()
                    || asked.namespace.is_empty())
        };
        self.summary.hidden.iter().any(is_it)
    }

    fn unnamed(&self) -> Finding {
        self.blame(words::UNNAMED, Some(words::SEE), true)
    }

    fn failure(&self) -> Finding {
        let words =
            format!("helmfile exited with {}, so silence says nothing", self.exit);
        // With 3 no release matched, unless it is the code of a program that failed.
        let may_help = self.exit != 3 || !self.blocks.all.is_empty();
        self.blame(&words, None, may_help)
    }

    /// With the cause that stderr names, which may be that of another release.
    fn blame(&self, words: &str, remedy: Option<&'static str>, rerun: bool) -> Finding {
        let Some(told) = &self.complaint else {
            return Finding::unknown(words, remedy, rerun);
        };
        let reason = format!("{words}: {}", told.reason);
        Finding::unknown(&reason, told.remedy, rerun && !told.is_of_all())
    }

    pub(crate) fn into_verdicts(mut self, findings: Vec<Finding>) -> Vec<Verdict> {
        findings.into_iter().map(|finding| self.verdict(finding)).collect()
    }

    pub(crate) fn into_verdict(mut self, finding: Finding) -> Verdict {
        self.verdict(finding)
    }

    fn verdict(&mut self, finding: Finding) -> Verdict {
        match finding {
            Finding::InSync => Verdict::InSync,
            Finding::Removal => Verdict::Removal,
            Finding::Differs(at) => {
                let block = self.blocks.all.get_mut(at);
                let taken = block.map(|block| mem::take(&mut block.body.changes));
                Verdict::Differs(taken.unwrap_or_default())
            }
            Finding::DiffersBefore => {
                Verdict::Differs(mem::take(&mut self.before.changes))
            }
            Finding::Unknown { reason, remedy, .. } => {
                Verdict::Unknown { reason, remedy: remedy.map(str::to_owned) }
            }
        }
    }
}
