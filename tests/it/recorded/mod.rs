//! With no rule the stand-in changes nothing: every recorded run of helmfile
//! is made twice, with helm itself and through the stand-in, and must print
//! the same, end the same and lead to the same calls of helm.
//!
//! Both sides are run here and now, with the real programs; of the recording
//! only the command lines and the exit codes are used. The exit code shows
//! that a run still is what it was, and does not merely fail twice.

mod outcome;
mod runs;
mod side;
mod world;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use libtest_mimic::Trial;

use crate::bed::HELMS;
use crate::services::cluster;
use crate::support::{Need, root, trial_needing};
use runs::Run;
use side::{Bench, Side};
use world::{World, wipe};

pub fn trials() -> Vec<Trial> {
    let tools = ["helm3", "helm4", "helmfile", "kustomize", "registry"];
    let needs = [&tools.map(Need::Tool)[..], &cluster::NEEDS].concat();
    // The last trial that holds it ends it.
    let world = Arc::new(OnceLock::new());
    let mut trials = Vec::new();
    for project in projects() {
        let title = project.file_name().unwrap().to_string_lossy().into_owned();
        let runs = Run::all(&project);
        for helm in HELMS {
            if runs.iter().all(|run| run.exit(helm).is_none()) {
                continue;
            }
            let (world, project) = (Arc::clone(&world), project.clone());
            let name = format!("recorded::{title}::{helm}");
            let test = move || compare(&project, helm, world.get_or_init(World::start));
            trials.push(trial_needing(&needs, &name, test));
        }
        for run in runs {
            if let Some(reason) = run.left_out {
                let name = format!("recorded::{title}::{}", run.name);
                let left_out = Trial::test(name, || Ok(())).with_ignored_flag(true);
                trials.push(left_out.with_kind(format!("skipped: {reason}")));
            }
        }
    }
    trials
}

/// The projects, each a directory with the list of its runs.
fn projects() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests/data/helmfile")).unwrap();
    let mut projects: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("runs.txt").exists())
        .collect();
    projects.sort();
    projects
}

fn compare(project: &Path, helm: &'static str, world: &World) {
    let mut runs = Run::all(project);
    runs.retain(|run| run.exit(helm).is_some());
    let bench = Bench::new(project, helm);
    let mut faults = Vec::new();
    world.with_cluster(|cluster| {
        let mut sides = [Side::Helm, Side::StandIn].into_iter().map(|side| {
            wipe(cluster);
            bench.begin(side, world, &cluster.kubeconfig());
            runs.iter().map(|run| bench.run(side, run)).collect::<Vec<_>>()
        });
        let (plain, through) = (sides.next().unwrap(), sides.next().unwrap());
        for ((run, plain), through) in runs.iter().zip(plain).zip(through) {
            let recorded = run.exit(helm);
            if plain.exit != recorded {
                let (exit, stderr) = (plain.exit, &plain.stderr);
                faults.push(format!(
                    "{}: recorded was exit {recorded:?}, this is {exit:?}: {stderr}",
                    run.name
                ));
            }
            if let Some(difference) = plain.difference(&through) {
                faults.push(format!("{}: {difference}", run.name));
            }
        }
    });
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}
