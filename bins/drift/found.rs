//! What was found of a release: its objects, one by one, as differences.
//!
//! What an apply would change is a difference, and what people put beside it. Refuses
//! to ask the cluster anything.

use helmfire_cli::count;
use helmfire_cluster::{Fault, Object};
use helmfire_compare::{
    Addition, Difference, Owner, Pointer, differences, differences_by_field, follows,
    owner_of, owner_of_whole, reordered, without_volatile,
};
use helmfire_findings::{Finding, Object as Named};
use helmfire_inputs::Id;
use serde_json::Value;

use crate::added::MARK;
use crate::cli::Compare;
use crate::live::{Manner, Seen};
use crate::mark::{marks, tell_hidden};
use crate::people::is_helm;
use crate::scene::Scene;
use crate::unknown::Unknown;

/// So many characters of a refusal are told, of its beginning and of its end.
const LONGEST: (usize, usize) = (200, 100);

/// What was found of a release.
#[derive(Debug, Default)]
pub struct Found {
    pub findings: Vec<Finding>,
    pub unknown: Vec<Unknown>,
    /// Which objects the server did not compare, and why.
    pub notes: Vec<String>,
    /// How many objects were compared field by field.
    pub by_field: usize,
    /// Whether it is known that the release is not there.
    pub is_gone: bool,
    /// The objects that may not be changed, and so not be tried; what was said of the
    /// first.
    pub forbidden: Option<(usize, String)>,
}

impl Found {
    /// Whether Helm has it: what is unknown is what became of it, or of its objects.
    pub fn is_looked_at(&self) -> bool {
        self.unknown.iter().all(|it| it.object.is_some())
    }

    /// Adds what was seen of an object.
    pub fn object(
        &mut self,
        id: &Id,
        object: &Object,
        namespace: &str,
        seen: Seen,
        manner: &Manner,
    ) {
        let named = |namespace: &str| Named {
            api_version: object.api_version.clone(),
            kind: object.kind.clone(),
            namespace: namespace.into(),
            name: object.name.clone(),
        };
        let (probe, additions) = match seen {
            Ok(seen) => seen,
            Err(fault) => {
                let own = Some(object.namespace.as_str()).filter(|own| !own.is_empty());
                let named = named(own.unwrap_or(namespace));
                self.unknown.push(Unknown::of_fault(Some(named), &fault));
                return;
            }
        };
        let (named, manifest) = (named(&probe.namespace), &object.manifest);
        let live = probe.live.as_ref();
        let scene = Scene { id, named, live, manifest, manner };
        let Some(live) = live else {
            let (pointer, desired) = (Pointer::root(), Some(manifest.clone()));
            self.push(&scene, Difference { pointer, live: None, desired });
            return;
        };
        let is_by_field = probe.applied.is_err();
        let Some(differences) = self.differences(&scene, live, probe.applied) else {
            return;
        };
        self.by_field += usize::from(is_by_field);
        let places = differences.iter().map(|it| it.pointer.clone());
        let places: Vec<Pointer> =
            places.chain(additions.iter().map(|it| it.pointer.clone())).collect();
        let first = self.findings.len();
        self.push_dying(&scene, live);
        self.push_marks(&scene, live);
        for addition in additions {
            // An item of another number may be the item of the chart, edited; but the
            // place of what is gone is one in the manifest.
            let at = &addition.pointer;
            let differs = |it: &Difference| {
                let is_part = it.pointer.is_within(at);
                // Shown with the whole that it is part of.
                let is_shown = at.is_within(&it.pointer) && it.live.is_some();
                is_part && (it.live.is_some() || it.pointer != *at) || is_shown
            };
            let is_told = differences.iter().any(differs);
            if !is_told && !follows(manifest, at, &places) {
                self.add(&scene, addition);
            }
        }
        let compared = self.findings.len();
        for difference in differences {
            if !follows(manifest, &difference.pointer, &places) {
                self.push(&scene, difference);
            }
        }
        for finding in &mut self.findings[compared..] {
            finding.is_by_field = is_by_field;
        }
        tell_hidden(&mut self.findings[first..], live, manifest);
    }

    /// Tells of the objects that may not be changed, all at once.
    pub fn tell_forbidden(&mut self) {
        if let Some((number, reason)) = self.forbidden.take() {
            let were = if number == 1 { "was" } else { "were" };
            let objects = count(number, "object");
            let how = "compared field by field, for want of rights";
            self.notes.push(format!("{objects} {were} {how}: {reason}"));
        }
    }

    /// By what the server makes of the manifest, or field by field if it makes nothing.
    fn differences(
        &mut self,
        scene: &Scene<'_>,
        live: &Value,
        applied: Result<Value, Fault>,
    ) -> Option<Vec<Difference>> {
        let plain = without_volatile(live.clone());
        let fault = match applied {
            Ok(applied) => {
                let applied = without_volatile(applied);
                let found = differences(&plain, &applied);
                return Some(with(found, reordered(&plain, &applied, scene.manifest)));
            }
            Err(fault) => fault,
        };
        let compare = scene.manner.compare;
        let sides = [live, scene.manifest];
        let reason =
            scene.manner.redactor.quoted(&fault.to_string(), &scene.named, &sides);
        let reason = brief(&reason);
        let is_about_all = fault.is_general() || matches!(fault, Fault::Slow(_));
        if matches!(fault, Fault::NotFound(_)) {
            // Gone between the two questions; the next check tells.
            let unknown = Unknown::of_fault(Some(scene.named.clone()), &fault);
            let is_namespace = fault.to_string().starts_with("namespaces ");
            let remedy = if is_namespace {
                "create the namespace again, and deploy it"
            } else {
                "check again"
            };
            self.unknown.push(Unknown { remedy: remedy.into(), ..unknown });
            return None;
        }
        if compare == Compare::Server || compare == Compare::Auto && is_about_all {
            let unknown = Unknown::of_fault(Some(scene.named.clone()), &fault);
            self.unknown.push(Unknown { reason, ..unknown });
            return None;
        }
        if compare == Compare::Auto && matches!(fault, Fault::Forbidden(_)) {
            // The same of each object.
            self.forbidden.get_or_insert((0, reason)).0 += 1;
        } else if compare == Compare::Auto && matches!(fault, Fault::Webhook(_)) {
            // What one that changes objects has made of it cannot be told either.
            let reason = format!("only compared field by field: {reason}");
            let unknown = Unknown::of_fault(Some(scene.named.clone()), &fault);
            self.unknown.push(Unknown { reason, ..unknown });
        } else if compare == Compare::Auto {
            let name = &scene.named;
            self.notes.push(format!("{name} was compared field by field: {reason}"));
        }
        let is_foreign = |at: &Pointer| owner_of_whole(live, at, is_helm).is_some();
        let manifest = without_volatile(scene.manifest.clone());
        let found = differences_by_field(&plain, &manifest, is_foreign);
        Some(with(found, reordered(&plain, &manifest, &manifest)))
    }

    /// What is being deleted and waits for a finalizer is as good as gone.
    fn push_dying(&mut self, scene: &Scene<'_>, object: &Value) {
        let pointer = Pointer::root().child("metadata").child("deletionTimestamp");
        if let Some(live) = pointer.find(object).cloned() {
            let (live, desired) = (Some(live), None);
            self.push(scene, Difference { pointer, live, desired });
        }
    }

    /// An object says by a mark that it is not to be checked; that somebody put it
    /// there who is not the chart is worth knowing, whoever it was.
    fn push_marks(&mut self, scene: &Scene<'_>, object: &Value) {
        for (pointer, value) in marks(object) {
            let is_new = pointer.find(scene.manifest) != Some(value);
            let owner = owner_of(object, &pointer, is_helm);
            let is_told = |owner: &Owner| {
                scene.manner.additions && scene.manner.people.has(owner)
            };
            if is_new && !owner.as_ref().is_some_and(is_told) {
                let sides = (Some(value.clone()), None);
                self.findings.push(scene.finding(pointer, sides, owner, true));
            }
        }
    }

    fn push(&mut self, scene: &Scene<'_>, difference: Difference) {
        let Difference { pointer, live, desired } = difference;
        // Nobody owns what is gone.
        let owner = scene.live.and_then(|object| match &live {
            Some(_) => owner_of(object, &pointer, is_helm),
            None => owner_of_whole(object, &pointer, is_helm),
        });
        self.findings.push(scene.finding(pointer, (live, desired), owner, false));
    }

    fn add(&mut self, scene: &Scene<'_>, addition: Addition) {
        let Addition { pointer, value, owner } = addition;
        let sides = (Some(value), None);
        let reason = pointer.last().and_then(hint);
        let mut finding = scene.finding(pointer, sides, Some(owner), true);
        finding.reason = reason.map(String::from);
        self.findings.push(finding);
    }
}

/// Adds lists in another order, if not all of them differs already; and leaves out that
/// Helm calls an object its own, whatever the chart says (3.22, 4.3).
fn with(found: Vec<Difference>, reordered: Vec<Difference>) -> Vec<Difference> {
    let is_mark = |it: &Difference| {
        it.pointer.tokens() == MARK && it.live.as_ref().is_some_and(|it| it == "Helm")
    };
    let is_new = |it: &Difference| {
        !found.iter().any(|other| it.pointer.is_within(&other.pointer))
    };
    let reordered: Vec<_> = reordered.into_iter().filter(is_new).collect();
    let found = found.into_iter().filter(|it| !is_mark(it));
    found.chain(reordered).collect()
}

/// What kubectl notes by itself, and how to be rid of it.
fn hint(key: &str) -> Option<&'static str> {
    match key {
        "kubectl.kubernetes.io/last-applied-configuration" => {
            Some("a note of kubectl apply; the preset last-applied ignores it")
        }
        "kubectl.kubernetes.io/restartedAt" => Some(
            "a note of kubectl rollout restart; the preset rollout-restart ignores it",
        ),
        _ => None,
    }
}

/// The server may quote the whole object, between what it is about and what is wrong.
fn brief(reason: &str) -> String {
    let all: Vec<char> = reason.chars().collect();
    let (first, last) = LONGEST;
    if all.len() <= first + last {
        return reason.into();
    }
    let text = |chars: &[char]| chars.iter().collect::<String>();
    format!("{} … {}", text(&all[..first]), text(&all[all.len() - last..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_stands_at_the_end() {
        let long = format!("Job is invalid: {}: field is immutable", "x".repeat(500));
        let text = brief(&long);
        assert!(text.starts_with("Job is invalid: x"), "{text}");
        assert!(text.ends_with("x: field is immutable") && text.len() < 320, "{text}");
        assert_eq!(brief("short"), "short");
    }
}
