//! What git has and the cluster has not, and what is neither that nor drift.

use std::process::Command;

use libtest_mimic::Trial;
use serde_json::Value;

use super::bed::{Bed, rows};
use super::{plugin, with_both};
use crate::support::tool;

type Test = (&'static str, fn(&str));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 7] = [
        ("and_drift_are_told_apart", apart),
        ("is_unknown_without_helm_diff", without_diff),
        ("three_way_is_taken_apart", three_way),
        ("what_is_random_is_no_drift", random),
        ("what_the_chart_lost_is_no_drift", lost),
        ("what_a_hook_made_is_no_drift", hook),
        ("a_failed_upgrade_is_unknown", failed),
    ];
    let trial = |(name, test): Test| with_both(&format!("pending::{name}"), test);
    tests.into_iter().flat_map(trial).collect()
}

/// The rows in short, and the exit code.
fn told(bed: &Bed) -> (Vec<String>, i32) {
    let (found, code) = rows(&bed.check(&["--json", "--fail-on", "any"]));
    let row = |row: &Value| {
        let text = |key: &str| row[key].as_str().unwrap_or("-").to_string();
        let [class, kind, name, pointer] =
            ["class", "kind", "name", "pointer"].map(text);
        format!("{class} {kind}/{name} {pointer}").trim_end().to_string()
    };
    (found.iter().map(row).collect(), code)
}

fn has(bed: &Bed, expected: &[&str], code: i32) {
    let expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
    assert_eq!(told(bed), (expected, code));
}

fn apart(helm: &str) {
    let bed = Bed::new(helm);
    plugin::double(&bed);
    has(&bed, &[], 0);
    bed.replace_value("color: blue", "color: green");
    bed.shell("kubectl scale deploy web --replicas=5");
    has(&bed, &["drift Deployment/web /spec/replicas", "pending ConfigMap/web"], 2);
    let code = |args: &[&str]| bed.check(args).status.code();
    assert_eq!(code(&["--only", "pending"]), Some(0));
    assert_eq!(code(&["--only", "pending", "--fail-on", "pending"]), Some(2));
    assert_eq!(code(&["--only", "drift", "--fail-on", "pending"]), Some(64));
    assert_eq!(code(&["--fail-on", "any"]), Some(2));
    // Before, or Helm 4 would find a conflict.
    bed.shell("kubectl scale deploy web --replicas=2");
    bed.sync();
    has(&bed, &[], 0);
}

fn without_diff(helm: &str) {
    let bed = Bed::new(helm);
    let (found, code) = rows(&bed.check(&["--json"]));
    assert_eq!((found.len(), code), (1, 1), "{found:#?}");
    let reason = found[0]["reason"].as_str().unwrap();
    assert!(reason.contains("helm plugin install"), "{reason}");
    // Drift is told all the same.
    bed.shell("kubectl scale deploy web --replicas=5");
    let (found, code) = rows(&bed.check(&["--json"]));
    assert!(found.iter().any(|row| row["pointer"] == "/spec/replicas") && code == 1);
}

/// helm-diff's own verdict, replayed: git and the cluster changed the same field.
fn three_way(helm: &str) {
    let bed = Bed::new(helm);
    let replayed = |old: u64| {
        let change = serde_json::json!([{
            "apiVersion": "apps/v1", "kind": "Deployment", "namespace": bed.namespace,
            "name": "web", "changeType": "MODIFY",
            "resourceStatus": {"oldExists": true, "newExists": true},
            "changes": [{"path": "spec", "field": "replicas", "change": "replace",
                "oldValue": old, "newValue": 3}],
        }]);
        serde_json::to_string_pretty(&change).unwrap()
    };
    bed.project.write(
        "../plugins/diff/plugin.yaml",
        "name: diff\nversion: 3.15.11\nusage: x\n\
        description: x\ncommand: $HELM_PLUGIN_DIR/replay\n",
    );
    bed.project.write("../plugins/diff/three", &replayed(5));
    bed.project.write("../plugins/diff/two", &replayed(2));
    bed.project.write(
        "../plugins/diff/replay",
        "#!/bin/sh\nway=two\n[ \"$HELM_DIFF_THREE_WAY_MERGE\" != true ] || way=three\n\
         cat \"$HELM_PLUGIN_DIR/$way\"\nexit 2\n",
    );
    let (found, code) = rows(&bed.check(&["--three-way", "--json"]));
    let row = |row: &Value| {
        format!(
            "{} {} {} {}",
            row["class"], row["pointer"], row["live"], row["desired"]
        )
    };
    let found: Vec<String> = found.iter().map(row).collect();
    let expected =
        ["\"drift\" \"/spec/replicas\" 5 3", "\"pending\" \"/spec/replicas\" 2 3"];
    assert_eq!((found, code), (expected.map(String::from).to_vec(), 2));
}

/// A password that every rendering makes anew, and the sum of it.
fn random(helm: &str) {
    let bed = Bed::idle(helm);
    plugin::double(&bed);
    bed.project.write(
        "web/templates/random.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: random\n  annotations: \
         {sum: {{ randAlphaNum 9 | sha256sum }}}\nstringData: {key: {{ randAlphaNum 20 }}}\n",
    );
    bed.sync();
    has(&bed, &["pending Secret/random"], 2);
}

fn lost(helm: &str) {
    let bed = Bed::new(helm);
    plugin::double(&bed);
    let text = bed.project.read("web/templates/others.yaml");
    let gone =
        |it: &&str| it.contains("name: kept") || it.contains("kind: NetworkPolicy");
    let rest: Vec<&str> = text.split("---").filter(|it| !gone(it)).collect();
    bed.project.write("web/templates/others.yaml", &rest.join("---"));
    let removed = ["pending ConfigMap/kept", "pending NetworkPolicy/web"];
    has(&bed, &removed, 2);
    // What is to be kept is nobody's from then on.
    bed.sync();
    bed.shell("kubectl patch cm kept -p '{\"data\":{\"note\":\"other\"}}'");
    has(&bed, &[], 0);
}

fn hook(helm: &str) {
    let bed = Bed::idle(helm);
    plugin::double(&bed);
    let text = bed.project.read("web/templates/others.yaml");
    let kept = text.replace("    helm.sh/hook-delete-policy: hook-succeeded\n", "");
    bed.project.write("web/templates/others.yaml", &kept);
    bed.sync();
    has(&bed, &[], 0);
    bed.shell("kubectl delete cm hooked");
    has(&bed, &[], 0);
}

/// Helm stores a manifest that it could not apply.
fn failed(helm: &str) {
    let bed = Bed::new(helm);
    let text = bed.project.read("web/templates/workload.yaml");
    let text = text.replace("serviceName: store", "serviceName: other");
    bed.project.write("web/templates/workload.yaml", &text);
    let mut upgrade = Command::new(tool("helmfile"));
    upgrade.args(["-q", "sync"]);
    assert!(!bed.project.command(upgrade).output().unwrap().status.success());
    let (found, code) = bed.drift(&[]);
    let reason = found[0]["reason"].as_str().unwrap();
    assert!(reason.contains("its last install or upgrade failed"), "{reason}");
    assert!(reason.contains("may never have been applied"), "{reason}");
    assert_eq!((found.len(), code), (1, 1), "{found:#?}");
}
