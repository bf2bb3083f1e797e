//! What Helm has stored says little: nothing, half of it, or what may never have been
//! applied.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;

use super::bed::{Bed, says, unknown};
use super::with_both;
use crate::support::tool;

type Test = (&'static str, fn(&str));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 5] = [
        ("a_release_that_is_not_there", absent),
        ("a_release_in_the_middle_of_an_upgrade", pending),
        ("a_storage_that_cannot_be_read", corrupt),
        ("a_release_of_which_nothing_is_in_force", superseded),
        ("a_release_without_a_manifest", lost),
    ];
    let trials = tests.into_iter();
    trials.flat_map(|(name, test)| with_both(&format!("doubt::{name}"), test)).collect()
}

fn absent(helm: &str) {
    let bed = Bed::idle(helm);
    says(&unknown(&bed, &[]), &["namespace", "is not there"]);
    bed.shell("kubectl create namespace NS");
    let (rows, code) = bed.drift(&[]);
    assert_eq!((rows.len(), code), (1, 0), "{rows:#?}");
    assert_eq!(rows[0]["class"], "pending");
    assert_eq!(rows[0]["reason"], "it is not deployed yet");
    // Nor is any other.
    let output = bed.check(&["--only", "drift"]);
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(talk.contains("storage (Secrets) has none of these releases"), "{talk}");
}

/// helm is killed while it waits for a hook.
fn pending(helm: &str) {
    let bed = Bed::new(helm);
    bed.project.write(
        "web/templates/slow.yaml",
        "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: slow\n  annotations: {helm.sh/hook: pre-upgrade}\n\
         spec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers: [{name: a, image: a}]\n",
    );
    bed.project
        .write("values.yaml", &bed.project.read("values.yaml").replace("blue", "red"));
    let mut upgrade = Command::new(tool(helm));
    upgrade.args(["upgrade", "web", "web", "-f", "values.yaml", "-n", &bed.namespace]);
    let mut upgrade = bed.project.command(upgrade);
    let mut upgrade =
        upgrade.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(60);
    let has_job = || {
        let mut get = Command::new(tool("kubectl"));
        get.args(["-n", &bed.namespace, "get", "job", "slow"]);
        bed.project.command(get).output().unwrap().status.success()
    };
    while !has_job() {
        assert!(Instant::now() < end, "the hook does not come");
        thread::sleep(Duration::from_millis(50));
    }
    upgrade.kill().unwrap();
    upgrade.wait().unwrap();
    let (rows, code) = bed.drift(&[]);
    assert_eq!((rows.len(), code), (1, 1), "{rows:#?}");
    let reason = rows[0]["reason"].as_str().unwrap().to_string();
    says(
        &[reason],
        &["pending-upgrade", "may never have been applied", "helm rollback"],
    );
}

fn corrupt(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell("kubectl patch secret sh.helm.release.v1.web.v1 -p '{\"stringData\":{\"release\":\"%\"}}'");
    says(
        &unknown(&bed, &[]),
        &["sh.helm.release.v1.web.v1", "is not in Base64", "deploy it"],
    );
}

fn superseded(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell(
        "kubectl label secret sh.helm.release.v1.web.v1 status=superseded --overwrite",
    );
    says(&unknown(&bed, &[]), &["its last, 1, is superseded", "helm rollback"]);
}

/// A chart whose templates made nothing, or lost what they made.
fn lost(helm: &str) {
    let bed = Bed::idle(helm);
    bed.project.remove("web/templates/workload.yaml");
    let hook = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {helm.sh/hook: post-install}}\n";
    bed.project.write("web/templates/others.yaml", hook);
    bed.sync();
    let (rows, code) = bed.drift(&[]);
    assert_eq!((rows.len(), code), (0, 0), "{rows:#?}");
    bed.project.write("web/templates/off.yaml", "{{ if .Values.on }}a: b{{ end }}\n");
    bed.sync();
    says(&unknown(&bed, &[]), &["stored no manifest", "deploy it again", "--selector"]);
}
