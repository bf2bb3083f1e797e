//! What people put beside the chart in one object.
//!
//! Who creates an object owns all of it, also what the server filled in; of objects of
//! its own kinds that is known, of others the server is asked what would be there
//! without it. Refuses to ask where what was added can be no default: a label, an item
//! of a list.

use helmfire_cluster::{Cluster, Probe};
use helmfire_compare::{Addition, Owner, additions, may_be_default, without_volatile};
use serde_json::Value;

use crate::people::People;

/// What people added to what `probe` found, that `manifest` does not have.
pub async fn added(
    cluster: &Cluster,
    probe: &Probe,
    manifest: &Value,
    people: &People,
) -> Vec<Addition> {
    let Some(live) = &probe.live else { return Vec::new() };
    let mut found = additions(live, manifest, |owner: &Owner| people.has(owner));
    if found.is_empty() {
        return found;
    }
    let plain = without_volatile(live.clone());
    found.retain(|it| it.pointer.find(&plain).is_some() && !is_mark(it));
    let in_doubt: Vec<String> = found
        .iter()
        .filter(|it| may_be_default(it, live))
        .map(|it| it.pointer.to_string())
        .collect();
    // Who may not try an apply may not try this either.
    if in_doubt.is_empty() || probe.applied.is_err() {
        return found;
    }
    if let Ok(without) = cluster.without(probe, in_doubt).await {
        let is_there = |it: &Addition| it.pointer.find(&without) == Some(&it.value);
        found.retain(|it| !(may_be_default(it, live) && is_there(it)));
    }
    found
}

/// Whether it is the label that Helm puts on objects beside the manifest, which whoever
/// applies a whole object comes to own, too.
fn is_mark(addition: &Addition) -> bool {
    addition.pointer.tokens() == ["metadata", "labels", "app.kubernetes.io/managed-by"]
        && addition.value == "Helm"
}
