//! `helmfire-drift` as a user runs it, on real helmfile, helm and API server.

mod bed;
mod contrib;
mod cost;
mod fault;
mod fresh;
mod random;
mod report;
mod server;
mod situations;

use libtest_mimic::Trial;

use crate::services::cluster;
use crate::support::{Need, trial_needing};

/// The tests of all modules.
pub fn trials() -> Vec<Trial> {
    let groups = [
        contrib::trials(),
        cost::trials(),
        fault::trials(),
        fresh::trials(),
        random::trials(),
        report::trials(),
        situations::trials(),
    ];
    groups.into_iter().flatten().collect()
}

/// A test with both majors of helm.
fn with_both(name: &str, test: impl Fn(&str) + Clone + Send + 'static) -> Vec<Trial> {
    let trial = |helm: &'static str| {
        let mut needs =
            vec![Need::Tool(helm), Need::Tool("helmfile"), Need::Tool("kustomize")];
        needs.extend(cluster::NEEDS);
        let (name, test) = (format!("drift::{name}::{helm}"), test.clone());
        trial_needing(&needs, &name, move || test(helm))
    };
    ["helm3", "helm4"].map(trial).into()
}
