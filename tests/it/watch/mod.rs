//! `helmfire-watch` as a user runs it, on real helmfile and helm.

mod change;
mod random;
mod save;
pub mod session;
mod signal;
mod trouble;

use libtest_mimic::Trial;

use crate::services::cluster;
use crate::support::{Need, trial_needing};

/// The tests of all modules.
pub fn trials() -> Vec<Trial> {
    let groups = [
        change::trials(),
        random::trials(),
        save::trials(),
        signal::trials(),
        trouble::trials(),
    ];
    groups.into_iter().flatten().collect()
}

type Test = (&'static str, fn(&str));

/// Tests that render only.
fn rendering(module: &str, tests: &[Test]) -> Vec<Trial> {
    let needs = ["helm3", "helmfile", "kustomize"].map(Need::Tool);
    let trial = |&(name, test): &Test| {
        trial_needing(&needs, &format!("watch::{module}::{name}"), move || {
            test("helm3");
        })
    };
    tests.iter().map(trial).collect()
}

/// Tests that deploy, with both majors of helm.
fn deploying(module: &str, tests: &[Test]) -> Vec<Trial> {
    let mut trials = Vec::new();
    for helm in ["helm3", "helm4"] {
        let mut needs =
            vec![Need::Tool(helm), Need::Tool("helmfile"), Need::Tool("kustomize")];
        needs.extend(cluster::NEEDS);
        for &(name, test) in tests {
            let name = format!("watch::{module}::{name}::{helm}");
            trials.push(trial_needing(&needs, &name, move || test(helm)));
        }
    }
    trials
}
