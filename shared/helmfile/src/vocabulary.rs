//! The words of helmfile 1.8.0: its commands and flags, as far as it matters
//! which is which. A test compares them with what it prints.

/// The commands of helmfile 1.8.0 that are left to it; a newer one is asked for more.
pub const HELMFILE: [&str; 20] = [
    "apply",
    "build",
    "cache",
    "create",
    "deps",
    "destroy",
    "diff",
    "fetch",
    "init",
    "lint",
    "list",
    "print-env",
    "repos",
    "show-dag",
    "status",
    "sync",
    "template",
    "test",
    "unittest",
    "write-values",
];

/// The commands in which a post-renderer runs.
pub const RENDERING: [&str; 4] = ["apply", "diff", "sync", "template"];

/// Commands for which helm is not told the release.
pub const WITHOUT_RELEASE: [&str; 2] = ["lint", "unittest"];

/// Commands that use charts without rendering a release.
pub const USING_CHARTS: [&str; 3] = ["fetch", "lint", "unittest"];

/// The commands that use no chart.
pub const WITHOUT_CHARTS: [&str; 7] =
    ["cache", "create", "init", "list", "print-env", "repos", "write-values"];

/// The flags of helmfile 1.8.0 that take a value, of whichever command.
pub const VALUED: [&str; 46] = [
    "args",
    "cascade",
    "chart",
    "concurrency",
    "context",
    "deleteTimeout",
    "description",
    "diff-args",
    "diff-output",
    "environment",
    "file",
    "helm-binary",
    "helm-stuck-grace",
    "kube-context",
    "kube-version",
    "kubeconfig",
    "kustomize-binary",
    "llm-api-key",
    "llm-base-url",
    "llm-max-tokens",
    "llm-model",
    "llm-timeout",
    "log-level",
    "namespace",
    "output",
    "output-dir",
    "output-dir-template",
    "output-file-template",
    "post-renderer",
    "post-renderer-args",
    "repo-retries",
    "selector",
    "server-side",
    "set",
    "show-only",
    "state-values-file",
    "state-values-set",
    "state-values-set-string",
    "suppress",
    "suppress-output-line-regex",
    "sync-args",
    "template-args",
    "timeout",
    "track-mode",
    "track-timeout",
    "values",
];

/// The flags that every command of helmfile takes. They say what is worked on,
/// so a question about the same releases repeats them.
pub const GLOBAL: [&str; 32] = [
    "allow-failed-releases",
    "allow-no-matching-release",
    "chart",
    "color",
    "debug",
    "disable-force-update",
    "enable-live-output",
    "enforce-plugin-verification",
    "environment",
    "file",
    "helm-binary",
    "interactive",
    "kube-context",
    "kubeconfig",
    "kustomize-binary",
    "log-level",
    "namespace",
    "no-color",
    "oci-plain-http",
    "otel-tracing",
    "quiet",
    "repo-retries",
    "selector",
    "sequential-helmfiles",
    "skip-deps",
    "skip-refresh",
    "state-values-file",
    "state-values-set",
    "state-values-set-string",
    "strip-args-values-on-exit-error",
    "help",
    "version",
];

/// Letters, helmfile's and ours; `-v` is ours, helmfile's prints its version.
pub const LETTERS: [(u8, &str); 13] = [
    (b'V', "version"),
    (b'b', "helm-binary"),
    (b'c', "chart"),
    (b'e', "environment"),
    (b'f', "file"),
    (b'h', "help"),
    (b'i', "interactive"),
    (b'k', "kustomize-binary"),
    (b'l', "selector"),
    (b'n', "namespace"),
    (b'o', "output"),
    (b'q', "quiet"),
    (b'v', "verbose"),
];
