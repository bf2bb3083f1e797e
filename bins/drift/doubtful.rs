//! A release whose last operation failed or is going on.
//!
//! What Helm stored for it may never have been applied, so it is unknown whether there
//! is drift. But what is neither as the revision that was deployed last has it, nor as
//! any operation since then wanted it, somebody else has changed. Refuses to call
//! anything drift that one of these may have done, or one that Helm has forgotten.

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

/// The revision that was deployed last, if the status leaves it in force, and all that
/// were tried since, but for the last.
pub struct Before {
    pub revision: u64,
    pub deployed: Release,
    pub tried: Vec<Release>,
}

impl Before {
    /// None if one of them is lost.
    pub fn of(status: &Status, last: &Stored) -> Option<Self> {
        let is_in_force = matches!(status, Status::Failed { .. } | Status::Pending(_));
        let (deployed, tried) = last.before.split_last().filter(|_| is_in_force)?;
        let since = last.revision.checked_sub(deployed.revision + 1)?;
        if !deployed.is_deployed || usize::try_from(since).ok()? != tried.len() {
            return None;
        }
        let read =
            |stored: &Stored| stored.release().ok().filter(|release| !release.is_lost);
        let tried = tried.iter().map(read).collect::<Option<_>>()?;
        Some(Self { revision: deployed.revision, deployed: read(deployed)?, tried })
    }
}

/// What is `of_deployed`, the revision deployed last, and not as any other wanted it;
/// `of_others` is what is not.
pub fn apart(of_deployed: Found, of_others: &[Found], revision: u64) -> Found {
    let Found { mut findings, .. } = of_deployed;
    let is_of_nobody = |it: &Finding| {
        of_others.iter().all(|of_wanted| is_of_somebody_else(it, of_wanted))
    };
    findings.retain(is_of_nobody);
    for finding in &mut findings {
        let own = finding.reason.take().map(|it| format!("{it}; ")).unwrap_or_default();
        let reason = format!("{own}compared with revision {revision}, deployed last");
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
