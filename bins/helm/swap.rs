//! A directory in place of a chart, in the arguments of one call.

use helmfire_helmfile::call::{Call, Edit};

use crate::session::Swap;

/// Flags that say where and how to fetch a chart. With a directory helm rejects
/// `--verify` ("unpacked charts cannot be verified", helm 3.22 and 4.3) and
/// `--repo`; the rest would do nothing.
const FETCHING: [&str; 13] = [
    "ca-file",
    "cert-file",
    "devel",
    "insecure-skip-tls-verify",
    "key-file",
    "keyring",
    "pass-credentials",
    "password",
    "plain-http",
    "repo",
    "username",
    "verify",
    "version",
];

/// Puts the staged chart in the place of argument `at`. Returns what else it
/// changed, in words.
pub fn put(call: &Call, at: usize, swap: &Swap, edit: &mut Edit) -> Vec<String> {
    edit.replace(at, swap.staged.path.as_os_str());
    let mut dropped: Vec<&str> =
        FETCHING.into_iter().filter(|name| edit.remove(call, name)).collect();
    // The copy has its dependencies, and nobody may write there.
    if edit.remove(call, "dependency-update") {
        dropped.push("dependency-update");
    }
    let names: Vec<String> = dropped.iter().map(|name| format!("--{name}")).collect();
    if names.is_empty() {
        return Vec::new();
    }
    vec![format!("dropped {}: a directory is not fetched", names.join(", "))]
}
