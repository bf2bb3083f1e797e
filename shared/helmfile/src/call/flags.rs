//! Which flags of helm take a value, so that what stands behind one is not
//! mistaken for a release or a chart.
//!
//! Taken from the help of helm 3.22.0 and 4.3.1, helm-diff 3.15 and helm-unittest
//! 1.0; a test compares it with the helps of the real helms. A flag that is not
//! here takes none.

/// Flags with a value, in any of the commands.
const VALUED: &[&str] = &[
    "api-versions",
    "burst-limit",
    "ca-file",
    "cert-file",
    "chart-tests-path",
    "color",
    "colour",
    "content-cache",
    "context",
    "description",
    "destination",
    "find-renames",
    "history-max",
    "jsonpath",
    "key-file",
    "keyring",
    "kube-apiserver",
    "kube-as-group",
    "kube-as-user",
    "kube-ca-file",
    "kube-context",
    "kube-tls-server-name",
    "kube-token",
    "kube-version",
    "kubeconfig",
    "labels",
    "max-col-width",
    "name-template",
    "namespace",
    "output",
    "output-dir",
    "output-file",
    "output-type",
    "password",
    "post-renderer",
    "post-renderer-args",
    "qps",
    "registry-config",
    "repo",
    "repository-cache",
    "repository-config",
    "set",
    "set-file",
    "set-json",
    "set-literal",
    "set-string",
    "show-only",
    "suppress",
    "suppress-output-line-regex",
    "timeout",
    "untardir",
    "username",
    "values",
    "version",
];

/// Whether the flag `name` of `words` (the command) is followed by its value.
/// Where one name means two things, the command decides.
pub(super) fn takes_value(words: &[&str], name: &str) -> bool {
    match (words, name) {
        // A flag without a value for these two plugins.
        (["diff", ..] | ["unittest"], "color") => false,
        // Helm 4: true, false or auto for an upgrade, else a flag without a value.
        (["upgrade"] | ["diff", ..], "server-side")
        | (["unittest"], "file" | "snapshot") => true,
        _ => VALUED.binary_search(&name).is_ok(),
    }
}

/// The long name of the flag `short` in the command `words`.
pub(super) fn long_name(words: &[&str], short: char) -> &'static str {
    match (words, short) {
        (["unittest"], 'f') => "file",
        (["unittest"], 'v') => "values",
        (["unittest"], 'o') => "output-file",
        (["unittest"], 't') => "output-type",
        (["diff", ..], 'C') => "context",
        (["diff", ..], 'D') => "find-renames",
        (["template"], 's') => "show-only",
        (["upgrade"], 'i') => "install",
        (["upgrade" | "install" | "template"], 'l') => "labels",
        (["upgrade" | "install" | "template"] | ["diff", ..], 'o') => "output",
        (["pull"], 'd') => "destination",
        (["unittest"], _) => "",
        (_, 'a') => "api-versions",
        (_, 'f') => "values",
        (_, 'g') => "generate-name",
        (_, 'h') => "help",
        (_, 'n') => "namespace",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(VALUED.is_sorted());
    }
}
