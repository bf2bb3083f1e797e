//! A release whose last operation failed or is going on.
//!
//! What Helm stored for it may never have been applied, so it is unknown whether there
//! is drift. But what is neither as the revision that was deployed last has it, nor as
//! that operation wanted it, somebody else has changed. Refuses to call anything drift
//! that the operation may have done.

use helmfire_cluster::{Release, Status, Stored};
use helmfire_findings::Finding;

use crate::found::Found;
use crate::unknown::Unknown;

/// Why the stored manifest may not be what the cluster got.
pub fn doubt(status: &Status) -> Option<Unknown> {
    let never = "what Helm stored may never have been applied";
    let again = "deploy it again, or roll it back with helm rollback";
    let (reason, remedy) = match status {
        Status::Deployed => return None,
        // Deploying again fails alike, and so does a rollback.
        Status::Failed { is_conflict: true } => (
            format!(
                "its last install or upgrade failed on what somebody else owns: {never}"
            ),
            "deploy it again with forceConflicts: true in the helmfile (--force-conflicts of helm), which undoes what they did",
        ),
        Status::Failed { is_conflict: false } => {
            (format!("its last install or upgrade failed: {never}"), again)
        }
        Status::Pending(name) => (
            format!("it is {name}, a helm is at work or was killed: {never}"),
            "wait; if nobody is at work, roll it back with helm rollback",
        ),
        Status::Uninstalled(name) => (format!("it is {name}"), again),
        Status::Other(name) => (format!("its status is '{name}': {never}"), again),
    };
    Some(Unknown::of_release(reason, remedy))
}

/// The revision that was deployed last, if the status leaves it in force.
pub fn before(status: &Status, deployed: Option<&Stored>) -> Option<(u64, Release)> {
    let is_in_force = matches!(status, Status::Failed { .. } | Status::Pending(_));
    let stored = deployed.filter(|_| is_in_force)?;
    let release = stored.release().ok()?;
    (!release.is_lost).then_some((stored.revision, release))
}

/// What is `of_deployed`, the revision deployed last, and not as the operation wanted it;
/// `of_wanted` is what is not.
pub fn apart(of_deployed: Found, of_wanted: &Found, revision: u64) -> Found {
    let Found { mut findings, .. } = of_deployed;
    findings.retain(|it| is_of_somebody_else(it, of_wanted));
    for finding in &mut findings {
        let reason = format!("compared with revision {revision}, deployed last");
        finding.reason = Some(reason);
    }
    Found { findings, ..of_deployed }
}

fn is_of_somebody_else(finding: &Finding, of_wanted: &Found) -> bool {
    let is_same = |other: &&Finding| {
        let (one, other) = (&finding.object, &other.object);
        one.group() == other.group()
            && (&one.kind, &one.name, &one.namespace)
                == (&other.kind, &other.name, &other.namespace)
    };
    let mut same = of_wanted.findings.iter().filter(is_same);
    same.any(|it| {
        finding.pointer.is_within(&it.pointer) || it.pointer.is_within(&finding.pointer)
    })
}
