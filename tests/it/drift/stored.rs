//! Where Helm keeps its releases, and which of them are looked at.

use std::process::Command;

use libtest_mimic::Trial;

use super::bed::{Bed, rows};
use super::with_both;
use crate::support::{binary, tool};

type Test = (&'static str, fn(&str));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 4] = [
        ("the_cluster_alone", cluster),
        ("twins_are_told_apart", twins),
        ("releases_may_be_kept_in_config_maps", config_maps),
        ("releases_kept_elsewhere_are_asked_of_helm", elsewhere),
    ];
    let trials = tests.into_iter();
    trials
        .flat_map(|(name, test)| with_both(&format!("stored::{name}"), test))
        .collect()
}

fn cluster(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell("kubectl scale deploy web --replicas=5");
    bed.project.remove("helmfile.yaml");
    let args = ["--cluster", "-n", &bed.namespace, "--json"];
    let (found, code) = rows(&bed.check(&args));
    assert_eq!((found.len(), code), (1, 2), "{found:#?}");
    assert_eq!(found[0]["namespace"], bed.namespace.as_str());
    let all = rows(&bed.check(&["--cluster", "-A", "--json"])).0;
    assert!(all.iter().any(|row| row["namespace"] == bed.namespace.as_str()));
}

/// Two releases of one name in two namespaces.
fn twins(helm: &str) {
    let bed = Bed::idle(helm);
    let text = bed.project.read("helmfile.yaml");
    let (_, one) = text.split_once('\n').unwrap();
    let other = one.replace(&bed.namespace, &format!("{}-b", bed.namespace));
    bed.project.write("helmfile.yaml", &format!("{text}{other}"));
    bed.sync();
    bed.shell("kubectl scale deploy web --replicas=5");
    let (found, code) = bed.drift(&[]);
    assert_eq!((found.len(), code), (1, 2), "{found:#?}");
    assert_eq!(found[0]["namespace"], bed.namespace.as_str());
    let text =
        String::from_utf8(bed.check(&["--only", "drift", "--summary"]).stdout).unwrap();
    assert_eq!(
        text,
        format!("2 releases: 1 clean, 1 drifted ({}/web); score 10\n", bed.namespace)
    );
}

fn config_maps(helm: &str) {
    let bed = Bed::idle(helm);
    let with_driver = |program: Command| {
        let mut command = bed.project.command(program);
        command.env("HELM_DRIVER", "configmap");
        command.output().unwrap()
    };
    let mut sync = Command::new(tool("helmfile"));
    sync.args(["-q", "sync"]);
    assert!(with_driver(sync).status.success());
    bed.shell("kubectl scale deploy web --replicas=5");
    let mut check = binary("helmfire-drift");
    check.args(["check", "--only", "drift", "--json"]);
    let (found, code) = rows(&with_driver(check));
    assert_eq!((found.len(), code), (1, 2), "{found:#?}");
    assert_eq!(found[0]["pointer"], "/spec/replicas");
    // What one storage had tells nothing of another one.
    let (found, code) = bed.drift(&[]);
    let reason = "it is not deployed yet";
    assert_eq!((&found[0]["reason"], code), (&reason.into(), 0));
}

/// As if they were in a database: a helm that does not know of that reads Secrets.
fn elsewhere(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell("kubectl scale deploy web --replicas=5");
    let real = tool(helm).canonicalize().unwrap();
    let wrapper =
        format!("#!/bin/sh\nunset HELM_DRIVER\nexec {} \"$@\"\n", real.display());
    bed.project.remove("../bin/helm");
    bed.project.write("../bin/helm", &wrapper);
    let with_driver = |args: &[&str]| {
        let mut check = binary("helmfire-drift");
        check.arg("check").args(args).arg("--json");
        let mut command = bed.project.command(check);
        rows(&command.env("HELM_DRIVER", "sql").output().unwrap())
    };
    let (found, code) = with_driver(&["--only", "drift"]);
    assert_eq!((found.len(), code), (1, 2), "{found:#?}");
    assert_eq!(found[0]["pointer"], "/spec/replicas");
    let (found, code) = with_driver(&["--cluster", "-n", &bed.namespace]);
    assert_eq!((found.len(), code), (1, 2), "{found:#?}");
    let (found, _) = with_driver(&["--cluster", "-n", &bed.namespace, "-l", "name=x"]);
    assert_eq!(found[0]["class"], "unknown", "{found:#?}");
}
