//! helmfile's global flags, for programs of ours that take them as helmfile does.
//!
//! Only those that say which releases and how to reach them; they are passed on word
//! for word. Refuses to know what they mean.

use std::ffi::OsString;

use clap::Args;

use crate::line::Piece;
use crate::passed::Passed;

/// Which releases, in helmfile's words; passed on as they are.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "As for helmfile")]
pub struct Globals {
    /// The helmfile, or a directory of helmfiles
    #[arg(short, long, value_name = "FILE")]
    pub file: Option<OsString>,
    /// The environment
    #[arg(short, long, value_name = "NAME")]
    pub environment: Option<OsString>,
    /// Only the releases with these labels
    #[arg(short = 'l', long, value_name = "LABELS")]
    pub selector: Vec<OsString>,
    /// The namespace of all releases
    #[arg(short, long, value_name = "NAME")]
    pub namespace: Option<OsString>,
    /// The kube context
    #[arg(long, value_name = "NAME")]
    pub kube_context: Option<OsString>,
    /// The kubeconfig
    #[arg(long, value_name = "FILE")]
    pub kubeconfig: Option<OsString>,
    /// State values from a file
    #[arg(long, value_name = "FILE")]
    pub state_values_file: Vec<OsString>,
    /// State values
    #[arg(long, value_name = "KEY=VALUE")]
    pub state_values_set: Vec<OsString>,
    /// State values that are texts
    #[arg(long, value_name = "KEY=VALUE")]
    pub state_values_set_string: Vec<OsString>,
    /// The helm binary
    #[arg(short = 'b', long, value_name = "FILE")]
    pub helm_binary: Option<OsString>,
    /// Do not build the dependencies of charts
    #[arg(long)]
    pub skip_deps: bool,
    /// Do not add or update repositories
    #[arg(long)]
    pub skip_refresh: bool,
    /// Speak plain HTTP with OCI registries
    #[arg(long)]
    pub oci_plain_http: bool,
}

impl Globals {
    /// The flags as they stand before the name of a command.
    pub fn pieces(&self) -> Vec<Piece> {
        let one = |name, value: &Option<OsString>| {
            value.iter().map(|value| Piece::valued(name, value)).collect::<Vec<_>>()
        };
        let all = |name, values: &[OsString]| {
            values.iter().map(|value| Piece::valued(name, value)).collect::<Vec<_>>()
        };
        let switch =
            |name, is: bool| is.then(|| Piece::flag(name)).into_iter().collect();
        [
            one("file", &self.file),
            one("environment", &self.environment),
            all("selector", &self.selector),
            one("namespace", &self.namespace),
            one("kube-context", &self.kube_context),
            one("kubeconfig", &self.kubeconfig),
            all("state-values-file", &self.state_values_file),
            all("state-values-set", &self.state_values_set),
            all("state-values-set-string", &self.state_values_set_string),
            one("helm-binary", &self.helm_binary),
            switch("skip-deps", self.skip_deps),
            switch("skip-refresh", self.skip_refresh),
            switch("oci-plain-http", self.oci_plain_http),
        ]
        .concat()
    }

    /// The same as a command line without a command.
    pub fn passed(&self) -> Passed {
        Passed { before: self.pieces(), after: Vec::new() }
    }
}
