//! What people put beside the chart in one object.
//!
//! Who creates an object owns all of it, also what the server filled in. What would be
//! there without what was added only the server knows, and it is asked; who may not ask
//! goes by what is known of Kubernetes' own kinds. Refuses to ask where what was added
//! can be no default: a label, an item of a list.

use helmfire_cluster::{Cluster, Probe};
use helmfire_compare::{
    Addition, Owner, additions, is_default, may_be_default, owner_of, without_volatile,
};
use serde_json::Value;

use crate::people::People;

/// The label by which Helm calls an object its own.
pub const MARK: [&str; 3] = ["metadata", "labels", "app.kubernetes.io/managed-by"];

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
    // Who was given an address made the Service, and was given its ports, too.
    let creators: Vec<Owner> = found
        .iter()
        .filter(|it| it.pointer.last() == Some("clusterIP"))
        .map(|it| it.owner.clone())
        .collect();
    let is_port_of_creator = |it: &Addition| {
        it.pointer.last() == Some("nodePort")
            && (creators.contains(&it.owner) || has_made_port(live, it))
    };
    let without = without(cluster, probe, &found).await;
    let is_default = |it: &Addition| match &without {
        Some(without) if may_be_default(it, live) => {
            it.pointer.find(without) == Some(&it.value)
        }
        _ => is_default(it, live) || is_port_of_creator(it),
    };
    found.retain(|it| !is_default(it));
    found
}

/// Whether who owns a `nodePort` made the port and so was given it: an apply owns only
/// what it names.
fn has_made_port(live: &Value, addition: &Addition) -> bool {
    let owner = &addition.owner;
    let port = addition.pointer.above().child("port");
    let of_port = owner_of(live, &port, |it| it != owner);
    owner.operation == "Update" && of_port.is_some()
}

/// What would be there without what was added, as far as the server tells.
async fn without(
    cluster: &Cluster,
    probe: &Probe,
    found: &[Addition],
) -> Option<Value> {
    let live = probe.live.as_ref()?;
    let in_doubt = found.iter().filter(|it| may_be_default(it, live));
    let in_doubt: Vec<String> = in_doubt.map(|it| it.pointer.to_string()).collect();
    // Who may not try an apply may not try this either.
    if in_doubt.is_empty() || probe.applied.is_err() {
        return None;
    }
    cluster.without(probe, in_doubt).await.ok()
}

/// Whether it is the label that Helm puts on objects beside the manifest, which whoever
/// applies a whole object comes to own, too.
fn is_mark(addition: &Addition) -> bool {
    addition.pointer.tokens() == MARK && addition.value == "Helm"
}
