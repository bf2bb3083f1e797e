//! A second opinion on references: `oci-spec`, the library that registry
//! clients written in Rust share.
//!
//! Our parser follows Docker, containerd and the kubelet, and it alone decides
//! what is an error. Where the other one reads a reference differently, a tool
//! in the user's chain might too, and that is worth a warning. Its first parse
//! takes 30 ms, so it is asked only when something is written.

use helmfire_cli::Talk;
use helmfire_rules::file::Draft;
use helmfire_rules::{Reference, RuleKind};
use oci_spec::distribution::Reference as Other;

/// Warns of the references in a rule that `oci-spec` reads differently.
pub fn warn_of_doubts(draft: &Draft, talk: &Talk) {
    if draft.key().kind != RuleKind::Image || draft.value("regex").is_some() {
        return;
    }
    for text in ["from", "to"].into_iter().filter_map(|name| draft.value(name)) {
        if let Some(doubt) = doubt(text) {
            talk.warn(&doubt);
        }
    }
}

/// What is doubtful about a valid reference or prefix.
fn doubt(text: &str) -> Option<String> {
    // A prefix is judged by a repository below it.
    let whole = if text.ends_with('/') { format!("{text}x") } else { text.into() };
    let ours = Reference::parse(&whole).ok()?;
    if differs_for_a_known_reason(&ours) {
        return None;
    }
    let repository = ours.repository();
    match Other::try_from(whole.as_str()) {
        Ok(other)
            if format!("{}/{}", other.registry(), other.repository()) == repository =>
        {
            None
        }
        Ok(other) => Some(format!(
            "'{text}' is {repository} to Kubernetes, but the OCI libraries read {}/{}, write it in full",
            other.registry(),
            other.repository()
        )),
        Err(error) => Some(format!(
            "'{text}' is fine for Kubernetes, but the OCI libraries refuse it: {error}"
        )),
    }
}

/// Hosts that Docker accepts and `oci-spec` 0.10 does not know: IPv6 addresses,
/// and names that only a capital letter marks as a host.
fn differs_for_a_known_reason(reference: &Reference<'_>) -> bool {
    let registry = reference.registry();
    registry.starts_with('[')
        || (registry.bytes().any(|b| b.is_ascii_uppercase())
            && !registry.contains(['.', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_where_no_reason_is_known() {
        let digest = format!("nginx:1@sha256:{}", "0".repeat(64));
        for text in [
            "nginx",
            "postgres:15",
            "docker.io/",
            "index.docker.io/library/nginx",
            "localhost:5000/team/app:1",
            "[::1]:5000/app",
            "LOCALDOMAIN/app",
            &digest,
        ] {
            assert_eq!(doubt(text), None, "{text}");
        }
    }
}
