//! End-to-end tests: the binaries as a user runs them.
//!
//! A harness of its own because the standard one cannot skip a test at run
//! time: what a test needs (`Need`) may be absent on a machine, and then the
//! test is counted as ignored with its reason.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod bed;
mod census;
mod cluster;
mod corpus;
mod docs;
mod drift;
mod filter;
mod front;
mod helm;
mod helm_flags;
mod kustomize;
mod listing;
mod man;
mod mishaps;
mod oracle;
mod postrender;
mod program;
mod recorded;
mod reference;
mod releases;
mod services;
mod streaming;
mod subst;
mod subst_store;
mod support;
mod swap;
mod traps;
mod watch;
mod weight;

use std::process::ExitCode;

use libtest_mimic::Arguments;

fn main() -> ExitCode {
    let trials = [
        census::trials(),
        cluster::trials(),
        corpus::trials(),
        docs::trials(),
        drift::trials(),
        front::trials(),
        helm::trials(),
        helm_flags::trials(),
        kustomize::trials(),
        listing::trials(),
        man::trials(),
        mishaps::trials(),
        postrender::trials(),
        recorded::trials(),
        reference::trials(),
        releases::trials(),
        services::trials(),
        streaming::trials(),
        subst::trials(),
        subst_store::trials(),
        swap::trials(),
        traps::trials(),
        watch::trials(),
        weight::trials(),
    ]
    .into_iter()
    .flatten()
    .collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
