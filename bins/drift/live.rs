//! One release, live against the last deployed manifest.
//!
//! Every object is looked at, whatever became of the others; what could not be looked
//! at is unknown and never clean. Refuses to call drift what may never have been
//! deployed: the manifest of a release whose last operation failed or goes on.

use futures_util::future::join_all;
use helmfire_cluster::{Cluster, Fault, Object, Probe, Release, objects};
use helmfire_compare::{
    Addition, Difference, Owner, Pointer, differences, differences_by_field, owner_of,
    owner_of_whole, reordered, without_volatile,
};
use helmfire_findings::{Finding, Object as Named, Redactor};
use helmfire_inputs::Id;
use serde_json::Value;

use crate::added::{MARK, added};
use crate::cli::Compare;
use crate::ignoring::{Ignoring, marks};
use crate::people::{People, is_helm};
use crate::scene::Scene;
use crate::unknown::{Unknown, doubt};

/// So many characters of a refusal are told.
const LONGEST: usize = 300;

/// How to compare.
#[derive(Debug)]
pub struct Manner {
    pub compare: Compare,
    /// Who counts as a person.
    pub people: People,
    /// Whether what people added is told.
    pub additions: bool,
    pub ignoring: Ignoring,
    /// Hides what the server quotes.
    pub redactor: Redactor,
}

/// What was found of a release.
#[derive(Debug, Default)]
pub struct Found {
    pub findings: Vec<Finding>,
    pub unknown: Vec<Unknown>,
    /// Which objects the server did not compare, and why.
    pub notes: Vec<String>,
    /// How many objects were compared field by field.
    pub by_field: usize,
}

/// Checks a release that Helm has stored for `namespace`, or of which it is known why
/// that cannot be read.
pub async fn check(
    cluster: &Cluster,
    id: &Id,
    namespace: &str,
    release: Result<Release, String>,
    manner: &Manner,
) -> Found {
    let mut found = Found::default();
    let Release { status, manifest, is_lost } = match release {
        Ok(release) => release,
        Err(reason) => {
            let remedy = "deploy it again, or look at its history with helm history";
            found.unknown.push(Unknown::of_release(reason, remedy));
            return found;
        }
    };
    if let Some(unknown) = doubt(&status) {
        found.unknown.push(unknown);
        return found;
    }
    if is_lost {
        let reason = "Helm stored no manifest for it, and its chart has templates";
        let remedy = "deploy it again; leave it out with --selector if its values switch all off";
        found.unknown.push(Unknown::of_release(reason, remedy));
        return found;
    }
    match read(&manifest) {
        Ok(objects) => {
            let looks = objects.iter().map(|it| look(cluster, it, namespace, manner));
            for (object, seen) in objects.iter().zip(join_all(looks).await) {
                found.object(id, object, namespace, seen, manner);
            }
        }
        Err(reason) => {
            let reason = format!("its stored manifest cannot be read: {reason}");
            found.unknown.push(Unknown::of_release(reason, "deploy it again"));
        }
    }
    found
}

/// What the cluster says of an object, and what people added to it.
type Seen = Result<(Probe, Vec<Addition>), Fault>;

async fn look(
    cluster: &Cluster,
    object: &Object,
    namespace: &str,
    manner: &Manner,
) -> Seen {
    let try_apply = manner.compare != Compare::Client;
    let probe = cluster.probe(object, namespace, try_apply).await?;
    if !manner.additions {
        return Ok((probe, Vec::new()));
    }
    let additions = added(cluster, &probe, &object.manifest, &manner.people).await;
    Ok((probe, additions))
}

fn read(manifest: &str) -> Result<Vec<Object>, String> {
    let values = helmfire_manifest::values(manifest);
    objects(values.map_err(|error| error.to_string())?)
}

impl Found {
    fn object(
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
            if !differences.iter().any(differs) {
                self.add(&scene, addition);
            }
        }
        let first = self.findings.len();
        for difference in differences {
            self.push(&scene, difference);
        }
        for finding in &mut self.findings[first..] {
            finding.is_by_field = is_by_field;
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
        if compare == Compare::Auto {
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
        self.findings.push(scene.finding(pointer, sides, Some(owner), true));
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

/// The server may quote the whole object.
fn brief(reason: &str) -> String {
    let mut text: String = reason.chars().take(LONGEST).collect();
    if text.len() < reason.len() {
        text.push('…');
    }
    text
}
