//! Why a difference does not count: the rules of helmfire.toml, and what an object
//! says of itself in the words of Flux, Argo CD and our own.
//!
//! A difference that is ignored is still found, and counted apart. Which rules were of
//! use is remembered, so that the others can be told.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use helmfire_cli::Talk;
use helmfire_findings::Finding;
use helmfire_inputs::Id;
use helmfire_inputs::path::relative;
use helmfire_rules::ignore::{Date, Subject};
use helmfire_rules::{IgnoreRule, Rules};
use serde_json::Value;

use crate::mark::{by, marks};

/// What does not count.
#[derive(Debug)]
pub struct Ignoring {
    rules: Rules,
    today: Date,
    /// The lines of the rules that were of use.
    used: RefCell<BTreeSet<usize>>,
}

impl Ignoring {
    /// By these rules; those that have expired do not count.
    pub fn new(rules: Rules, today: Date) -> Self {
        Self { rules, today, used: RefCell::default() }
    }

    /// Why `finding` of a release does not count, if so; `sides` are its object live
    /// and in the manifest, as far as they are known.
    pub fn why(
        &self,
        id: &Id,
        finding: &Finding,
        sides: [Option<&Value>; 2],
    ) -> Option<String> {
        let mark = sides.into_iter().flatten().find_map(|side| marks(side).next());
        if let Some((pointer, _)) = mark
            && pointer != finding.pointer
        {
            return Some(by(&pointer));
        }
        let (labels, annotations) =
            (texts(sides, "labels"), texts(sides, "annotations"));
        let object = &finding.object;
        let version = object.api_version.rsplit('/').next().unwrap_or_default();
        let subject = Subject {
            release: &id.name,
            release_namespace: &id.namespace,
            group: object.group(),
            version,
            kind: &object.kind,
            name: &object.name,
            namespace: &object.namespace,
            labels: &labels,
            annotations: &annotations,
            tokens: finding.pointer.tokens(),
            names: &finding.names,
            objects: sides,
            manager: finding.owner.as_ref().map(|owner| owner.manager.as_str()),
        };
        let rules = self.rules.ignores.iter();
        let mut alive = rules.filter(|rule| !rule.is_expired(self.today));
        let Some(rule) = alive.find(|rule| rule.matches(&subject)) else {
            return done(finding).map(String::from);
        };
        self.used.borrow_mut().insert(rule.line);
        let reason = rule.reason.as_ref().map(|reason| format!(": {reason}"));
        Some(format!("{}{}", self.place(rule), reason.unwrap_or_default()))
    }

    /// Tells rules that have expired or were of no use: for the `known` releases, or
    /// any if `is_all` says that there are no others.
    pub fn warn(&self, talk: &Talk, known: &[&Id], is_all: bool) {
        let is_known = |rule: &IgnoreRule| {
            is_all || known.iter().any(|id| rule.is_for(&id.name, &id.namespace))
        };
        for rule in &self.rules.ignores {
            let place = self.place(rule);
            if let Some(until) = rule.until.filter(|_| rule.is_expired(self.today)) {
                talk.warn(&format!(
                    "the ignore rule ended on {until}, remove it ({place})"
                ));
            } else if !self.used.borrow().contains(&rule.line) && is_known(rule) {
                talk.warn(&format!("the ignore rule ignored nothing ({place})"));
            }
        }
    }

    fn place(&self, rule: &IgnoreRule) -> String {
        let path = self.rules.path.as_deref().unwrap_or(Path::new("helmfire.toml"));
        format!("{}:{}", relative(path).display(), rule.line)
    }
}

/// Of a Job that is to be removed when it has finished nobody can tell whether it was.
fn done(finding: &Finding) -> Option<&'static str> {
    let object = &finding.object;
    let is_job = object.kind == "Job" && object.group() == "batch";
    let is_gone = finding.is_whole() && finding.live.is_none();
    let spec = finding.desired.as_ref().and_then(|it| it.get("spec"));
    let expires = spec.is_some_and(|it| it.get("ttlSecondsAfterFinished").is_some());
    (is_job && is_gone && expires)
        .then_some("the Job's ttlSecondsAfterFinished, which removes it")
}

/// The labels or annotations of both sides, those of the live one first.
fn texts(sides: [Option<&Value>; 2], what: &str) -> BTreeMap<String, String> {
    let maps = sides.into_iter().flatten().rev();
    let maps = maps.filter_map(|side| side.get("metadata")?.get(what)?.as_object());
    let texts = maps
        .flatten()
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_string())));
    texts.collect()
}
