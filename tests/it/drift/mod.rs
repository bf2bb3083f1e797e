//! `helmfire-drift` as a user runs it, on real helmfile, helm and API server.

mod access;
mod bed;
mod contrib;
mod cost;
mod doubt;
mod failed;
mod fault;
mod fresh;
mod genuine;
mod gone;
mod ignored;
mod made;
mod pending;
mod plugin;
mod random;
mod rendering;
mod report;
mod secrecy;
mod server;
mod situations;
mod spelled;
mod stored;

use libtest_mimic::Trial;

use crate::services::cluster;
use crate::support::{Need, trial_needing};

/// The tests of all modules.
pub fn trials() -> Vec<Trial> {
    let groups = [
        access::trials(),
        contrib::trials(),
        cost::trials(),
        failed::trials(),
        fault::trials(),
        fresh::trials(),
        genuine::trials(),
        ignored::trials(),
        gone::trials(),
        stored::trials(),
        doubt::trials(),
        rendering::trials(),
        made::trials(),
        pending::trials(),
        random::trials(),
        report::trials(),
        secrecy::trials(),
        situations::trials(),
        spelled::trials(),
    ];
    groups.into_iter().flatten().collect()
}

/// Where the real helm-diff is installed, if it works.
pub use plugin::installed as helm_diff;

/// A test with both majors of helm.
fn with_both(name: &str, test: impl Fn(&str) + Clone + Send + 'static) -> Vec<Trial> {
    with_both_needing(needs, name, test)
}

/// The same, needing something else.
fn with_both_needing(
    needs: impl Fn(&'static str) -> Vec<Need>,
    name: &str,
    test: impl Fn(&str) + Clone + Send + 'static,
) -> Vec<Trial> {
    let trial = |helm: &'static str| {
        let (name, test) = (format!("drift::{name}::{helm}"), test.clone());
        trial_needing(&needs(helm), &name, move || test(helm))
    };
    ["helm3", "helm4"].map(trial).into()
}

fn needs(helm: &'static str) -> Vec<Need> {
    let mut needs =
        vec![Need::Tool(helm), Need::Tool("helmfile"), Need::Tool("kustomize")];
    needs.extend(cluster::NEEDS);
    needs
}
