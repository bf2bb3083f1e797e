//! One release, live against the last deployed manifest.
//!
//! Every object is looked at, whatever became of the others; what could not be looked
//! at is unknown and never clean. Refuses to call drift what may never have been
//! deployed: the manifest of a release whose last operation failed or goes on.

use futures_util::future::join_all;
use helmfire_cluster::{Cluster, Fault, Object, Probe, Release, Stored, objects};
use helmfire_compare::Addition;
use helmfire_findings::Redactor;
use helmfire_inputs::Id;

use crate::added::added;
use crate::cli::Compare;
use crate::doubtful::{Before, apart, doubt};
use crate::found::Found;
use crate::ignoring::Ignoring;
use crate::people::People;
use crate::unknown::Unknown;

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

/// A release, and where to look at it.
#[derive(Clone, Copy)]
pub struct Sight<'s> {
    pub cluster: &'s Cluster,
    pub id: &'s Id,
    /// Of what names none.
    pub namespace: &'s str,
    pub manner: &'s Manner,
}

/// Checks a release that Helm has stored, or of which it is known why that cannot be
/// read; `stored` is where it lies, if that is known.
pub async fn check(
    sight: Sight<'_>,
    release: Result<Release, String>,
    stored: Option<&Stored>,
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
        if let Some(before) = stored.and_then(|it| Before::of(&status, it)) {
            let of_deployed = compare(sight, &before.deployed.manifest).await;
            let tried = before.tried.iter().map(|it| it.manifest.as_str());
            let mut of_others = Vec::new();
            for manifest in tried.chain([manifest.as_str()]) {
                of_others.push(compare(sight, manifest).await);
            }
            found = apart(of_deployed, &of_others, before.revision);
        }
        found.unknown.insert(0, unknown);
        return found;
    }
    if is_lost {
        let reason = "Helm stored no manifest for it, and its chart has templates";
        let remedy = "deploy it again; leave it out with --selector if its values switch all off";
        found.unknown.push(Unknown::of_release(reason, remedy));
        return found;
    }
    compare(sight, &manifest).await
}

/// The objects of a manifest against the live ones.
async fn compare(sight: Sight<'_>, manifest: &str) -> Found {
    let Sight { cluster, id, namespace, manner } = sight;
    let mut found = Found::default();
    match read(manifest) {
        Ok(objects) => {
            let looks = objects.iter().map(|it| look(cluster, it, namespace, manner));
            for (object, seen) in objects.iter().zip(join_all(looks).await) {
                found.object(id, object, namespace, seen, manner);
            }
            found.tell_forbidden();
        }
        Err(reason) => {
            let reason = format!("its stored manifest cannot be read: {reason}");
            found.unknown.push(Unknown::of_release(reason, "deploy it again"));
        }
    }
    found
}

/// What the cluster says of an object, and what people added to it.
pub type Seen = Result<(Probe, Vec<Addition>), Fault>;

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
