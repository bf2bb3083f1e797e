//! Releases that are not there: who uninstalled them, git or somebody behind its back.

use std::fs;
use std::process::Command;

use libtest_mimic::Trial;
use serde_json::Value;

use super::bed::{Bed, rows};
use super::ignored::ignore;
use super::with_both;
use crate::support::tool;

type Test = (&'static str, fn(&str));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 6] = [
        ("what_somebody_uninstalled_is_drift", uninstalled),
        ("what_helm_knows_to_be_uninstalled_is_drift", kept),
        ("what_git_does_not_want_is_no_clean_release", unwanted),
        ("what_went_with_its_namespace_is_drift", without_namespace),
        ("a_release_that_the_cluster_lost", lost),
        ("no_release_at_all_is_unknown", nobody),
    ];
    let trials = tests.into_iter();
    trials.flat_map(|(name, test)| with_both(&format!("gone::{name}"), test)).collect()
}

fn uninstalled(helm: &str) {
    let bed = Bed::new(helm);
    assert_eq!(bed.check(&["--only", "drift"]).status.code(), Some(0));
    let mut uninstall = Command::new(tool(helm));
    uninstall.args(["uninstall", "web", "-n", &bed.namespace]);
    assert!(bed.project.command(uninstall).output().unwrap().status.success());
    for _ in 0..2 {
        let (found, code) = bed.drift(&[]);
        assert_eq!((found.len(), code), (1, 2), "{found:#?}");
        let row = |key: &str| found[0][key].as_str().unwrap().to_string();
        let row = ["class", "type", "severity", "kind", "name"].map(row).join(" ");
        assert_eq!(row, "drift deletion high Release web");
    }
    // A rule of its row is about it.
    ignore(&bed, &bed.check(&["--only", "drift", "--json"]).stdout);
    let output = bed.check(&["--only", "drift"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("ignored nothing"));
    bed.project.remove("helmfire.toml");
    // What cannot be read is not taken for nothing, and not written over.
    let state = bed.project.path("../state");
    let kept = fs::read_dir(state).unwrap().map(|it| it.unwrap().path());
    let kept = kept.map(|it| it.join("deployed.json")).find(|it| it.exists()).unwrap();
    let text = fs::read_to_string(&kept).unwrap();
    fs::write(&kept, &text[..9]).unwrap();
    let output = bed.check(&["--only", "drift"]);
    let talk = String::from_utf8_lossy(&output.stderr);
    let what = "what was uninstalled since earlier checks cannot be told";
    assert!(talk.contains(what) && talk.contains("deployed.json, remove it"), "{talk}");
    assert_eq!(fs::read_to_string(&kept).unwrap(), text[..9]);
    fs::write(&kept, text).unwrap();
    assert_eq!(bed.drift(&[]).1, 2);
    // Whoever wants it gone in git, too, has no drift.
    let text = bed.project.read("helmfile.yaml");
    let gone = text.replace("name: web,", "name: web, installed: false,");
    bed.project.write("helmfile.yaml", &gone);
    assert_eq!(bed.drift(&[]), (Vec::new(), 0));
    bed.project.write("helmfile.yaml", &text);
    assert_eq!(bed.drift(&[]).0[0]["class"], "pending");
}

/// Helm keeps its history, so no check need have seen it before.
fn kept(helm: &str) {
    let bed = Bed::new(helm);
    let mut uninstall = Command::new(tool(helm));
    uninstall.args(["uninstall", "web", "--keep-history", "-n", &bed.namespace]);
    assert!(bed.project.command(uninstall).output().unwrap().status.success());
    let (found, code) = bed.drift(&[]);
    assert_eq!((found.len(), code), (1, 2), "{found:#?}");
    assert_eq!(
        (&found[0]["class"], &found[0]["kind"]),
        (&"drift".into(), &"Release".into())
    );
    assert_eq!(found[0]["reason"], "Helm has kept that it was uninstalled");
    let text = bed.project.read("helmfile.yaml");
    let gone = text.replace("name: web,", "name: web, installed: false,");
    bed.project.write("helmfile.yaml", &gone);
    assert_eq!(bed.drift(&[]), (Vec::new(), 0));
}

/// It still runs, and somebody works on it.
fn unwanted(helm: &str) {
    let bed = Bed::new(helm);
    let text = bed.project.read("helmfile.yaml");
    let gone = text.replace("name: web,", "name: web, installed: false,");
    bed.project.write("helmfile.yaml", &gone);
    let told = |found: &[Value]| {
        let told = |row: &Value| format!("{} {}", row["class"], row["reason"]);
        found.iter().map(told).collect::<Vec<_>>()
    };
    let pending = "\"pending\" \"git wants it uninstalled\"";
    let (found, code) = bed.drift(&[]);
    assert_eq!((told(&found), code), (vec![pending.to_string()], 0));
    bed.shell("kubectl scale deploy web --replicas=5");
    let (found, code) = bed.drift(&[]);
    let all = vec!["\"drift\" null".to_string(), pending.into()];
    assert_eq!((told(&found), code), (all, 2));
}

fn without_namespace(helm: &str) {
    let bed = Bed::new(helm);
    assert_eq!(bed.drift(&[]).1, 0);
    bed.shell("kubectl delete ns NS --wait=false");
    // No controller empties it here.
    for what in ["secret", "cm", "deploy", "sts", "svc", "hpa", "netpol"] {
        bed.kubectl(&["delete", what, "--all", "--wait=false"]);
    }
    bed.shell(
        "kubectl get ns NS -o json | sed '/\"finalizers\"/,/]/d' | \
         kubectl replace --raw /api/v1/namespaces/NS/finalize -f -",
    );
    for _ in 0..2 {
        let (found, code) = bed.drift(&[]);
        assert_eq!((found.len(), code), (2, 1), "{found:#?}");
        let reason = found[0]["reason"].as_str().unwrap();
        assert!(reason.contains("is not there"), "{reason}");
        assert_eq!(
            (&found[1]["class"], &found[1]["severity"], &found[1]["kind"]),
            (&"drift".into(), &"high".into(), &"Release".into())
        );
    }
}

/// What nobody declares is missed once.
fn lost(helm: &str) {
    let bed = Bed::idle(helm);
    let text = bed.project.read("helmfile.yaml");
    bed.project.write("web/templates/workload.yaml", "");
    bed.project.write(
        "web/templates/others.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}'}\n",
    );
    let (_, one) = text.split_once('\n').unwrap();
    let other = one.replace("name: web,", "name: other,");
    bed.project.write("helmfile.yaml", &format!("{text}{other}"));
    bed.sync();
    let check = |more: &[&str]| {
        let args = ["--cluster", "-n", &bed.namespace, "--json"];
        rows(&bed.check(&[&args[..], more].concat()))
    };
    assert_eq!(check(&[]).1, 0);
    let mut uninstall = std::process::Command::new(tool(helm));
    uninstall.args(["uninstall", "other", "-n", &bed.namespace]);
    assert!(bed.project.command(uninstall).output().unwrap().status.success());
    // Not looked for.
    assert_eq!(check(&["-l", "name=web"]).1, 0);
    let (found, code) = check(&[]);
    assert_eq!((found.len(), code), (1, 2), "{found:#?}");
    assert_eq!(
        (&found[0]["kind"], &found[0]["name"]),
        (&"Release".into(), &"other".into())
    );
    assert_eq!(check(&[]).1, 0);
}

/// A typing mistake is no clean fleet.
fn nobody(helm: &str) {
    let bed = Bed::new(helm);
    let says = |args: &[&str], words: &str| {
        let all = [&["--only", "drift", "--json"], args].concat();
        let (found, code) = rows(&bed.check(&all));
        assert_eq!((found.len(), code), (1, 1), "{found:#?}");
        let reason = found[0]["reason"].as_str().unwrap();
        assert!(reason.contains(words), "{reason}");
    };
    says(&["-l", "name=wep"], "no release in environment default with name=wep");
    says(&["-e", "prod"], "prod");
    says(&["--cluster", "-n", "shpo"], "there is no namespace shpo");
    says(
        &["--cluster", "-n", "kube-public"],
        "there is no release in namespace kube-public",
    );
    says(
        &["--cluster", "-n", &bed.namespace, "-l", "name=wep"],
        "no release has the labels name=wep",
    );
}
