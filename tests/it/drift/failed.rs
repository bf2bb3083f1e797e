//! Releases whose last operation failed: what somebody else did is told all the same,
//! and nothing that the operation may have done.

use std::process::Command;

use libtest_mimic::Trial;
use serde_json::Value;

use super::bed::Bed;
use super::{needs, with_both};
use crate::support::{tool, trial_needing};

pub fn trials() -> Vec<Trial> {
    let mut trials = with_both("failed::halfway", halfway);
    trials.extend(with_both("failed::twice", twice));
    let name = "drift::failed::in_a_conflict::helm4";
    trials.push(trial_needing(&needs("helm4"), name, || conflict("helm4")));
    trials
}

/// `helmfile sync`, which must fail.
fn fail(bed: &Bed) {
    let mut helmfile = Command::new(tool("helmfile"));
    helmfile.args(["-q", "sync"]);
    let output = bed.project.command(helmfile).output().unwrap();
    assert!(!output.status.success());
}

/// What is told, each once.
fn told(found: &[Value]) -> Vec<String> {
    let told = |row: &Value| {
        format!("{} {} {}", row["class"], row["pointer"], row["live"]).replace('"', "")
    };
    let mut all: Vec<String> = found.iter().map(told).collect();
    all.sort();
    all
}

/// One object is as it was to be, the next one cannot be.
fn halfway(helm: &str) {
    let bed = Bed::new(helm);
    bed.replace_value("blue", "red");
    bed.replace_value("level: info", "level: debug");
    let text = bed.project.read("web/templates/workload.yaml");
    let bad = text.replace("serviceName: store", "serviceName: other");
    bed.project.write("web/templates/workload.yaml", &bad);
    fail(&bed);
    let (found, code) = bed.drift(&[]);
    assert_eq!((told(&found), code), (vec!["unknown null null".to_string()], 1));
    let reason = found[0]["reason"].as_str().unwrap();
    assert!(reason.contains("may never have been applied"), "{reason}");
    bed.shell("kubectl scale deploy web --replicas=5");
    bed.shell("kubectl patch cm web -p '{\"data\":{\"greeting\":\"hi\"}}'");
    bed.shell("kubectl label svc web own=x");
    let (found, code) = bed.drift(&[]);
    let expected = [
        "drift /data/greeting hi",
        "drift /metadata/labels/own x",
        "drift /spec/replicas 5",
        "unknown null null",
    ];
    assert_eq!((told(&found), code), (expected.map(String::from).into(), 1));
    let row = found.iter().find(|row| row["pointer"] == "/spec/replicas").unwrap();
    assert_eq!(row["reason"], "compared with revision 1, deployed last");
}

/// What the first attempt applied is neither what was deployed nor what the second one
/// wanted, and nobody's drift.
fn twice(helm: &str) {
    let bed = Bed::new(helm);
    bed.replace_value("blue", "red");
    let text = bed.project.read("web/templates/workload.yaml");
    let bad = text.replace("serviceName: store", "serviceName: other");
    bed.project.write("web/templates/workload.yaml", &bad);
    fail(&bed);
    // Secrets come before all others.
    let refused = "apiVersion: v1\nkind: Secret\nmetadata: {name: Not_A_Name}\n";
    bed.project.write("web/templates/refused.yaml", refused);
    bed.replace_value("red", "green");
    fail(&bed);
    let (found, code) = bed.drift(&[]);
    assert_eq!((told(&found), code), (vec!["unknown null null".to_string()], 1));
    bed.shell("kubectl patch cm web -p '{\"data\":{\"color\":\"pink\"}}'");
    let (found, code) = bed.drift(&[]);
    let expected = ["drift /data/color pink", "unknown null null"];
    assert_eq!((told(&found), code), (expected.map(String::from).into(), 1));
    // Of what Helm has forgotten nobody knows.
    bed.shell("kubectl delete secret sh.helm.release.v1.web.v2");
    let (found, code) = bed.drift(&[]);
    assert_eq!((told(&found), code), (vec!["unknown null null".to_string()], 1));
}

/// Whoever found drift deploys again, and Helm 4 does not take it back.
fn conflict(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell("kubectl scale deploy web --replicas=5");
    fail(&bed);
    let (found, code) = bed.drift(&[]);
    let expected = ["drift /spec/replicas 5", "unknown null null"];
    assert_eq!((told(&found), code), (expected.map(String::from).into(), 1));
    let reason = found.iter().find_map(|row| row["reason"].as_str());
    let reason = reason.unwrap();
    assert!(reason.contains("forceConflicts: true"), "{reason}");
    // What it says helps.
    let text = bed.project.read("helmfile.yaml");
    let forced = text.replace("name: web,", "name: web, forceConflicts: true,");
    bed.project.write("helmfile.yaml", &forced);
    bed.sync();
    assert_eq!(bed.drift(&[]), (Vec::new(), 0));
}
