//! What is said: pending changes, rules, history, and never a secret.

use std::fs;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use serde_json::Value;

use super::bed::{Bed, rows};
use super::with_both;
use crate::support::{binary, root, tool};

type Test = (&'static str, fn(&str));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 10] = [
        ("pending_and_drift_are_told_apart", pending),
        ("without_helm_diff_pending_is_unknown", without_diff),
        ("rules_ignore_and_are_told", ignored),
        ("history_tells_each_change_once", history),
        ("no_secret_is_in_any_byte", secrets),
        ("it_repeats_and_ends_with_a_signal", repeats),
        ("the_cluster_alone", cluster),
        ("twins_are_told_apart", twins),
        ("three_way_is_taken_apart", three_way),
        ("releases_may_be_kept_in_config_maps", config_maps),
    ];
    let trials = tests.into_iter();
    trials
        .flat_map(|(name, test)| with_both(&format!("report::{name}"), test))
        .collect()
}

/// The double of helm-diff, as a plugin of the project.
fn with_diff(bed: &Bed) {
    let plugins = bed.project.path("../plugins");
    fs::create_dir_all(&plugins).unwrap();
    let from = root().join("tests/data/diff-plugin/diff");
    assert!(
        Command::new("cp")
            .arg("-R")
            .arg(from)
            .arg(&plugins)
            .status()
            .unwrap()
            .success()
    );
}

fn pending(helm: &str) {
    let bed = Bed::new(helm);
    with_diff(&bed);
    let all = || rows(&bed.check(&["--json"]));
    assert_eq!(all(), (Vec::new(), 0));
    let values = bed.project.read("values.yaml").replace("color: blue", "color: green");
    bed.project.write("values.yaml", &values);
    bed.shell("kubectl scale deploy web --replicas=5");
    let (found, code) = all();
    let row =
        |row: &Value| format!("{} {} {}", row["class"], row["kind"], row["pointer"]);
    let found: Vec<String> = found.iter().map(row).collect();
    let expected = [
        "\"drift\" \"Deployment\" \"/spec/replicas\"",
        "\"pending\" \"ConfigMap\" \"\"",
    ];
    assert_eq!((found, code), (expected.map(String::from).to_vec(), 2));
    let code = |args: &[&str]| bed.check(args).status.code();
    assert_eq!(code(&["--only", "pending"]), Some(0));
    assert_eq!(code(&["--only", "pending", "--fail-on", "pending"]), Some(2));
    assert_eq!(code(&["--only", "drift", "--fail-on", "pending"]), Some(0));
    assert_eq!(code(&["--fail-on", "any"]), Some(2));
    // Before, or Helm 4 would find a conflict.
    bed.shell("kubectl scale deploy web --replicas=2");
    bed.sync();
    assert_eq!(all(), (Vec::new(), 0));
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

fn ignored(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell(
        "kubectl patch deploy web --subresource=scale --type=merge -p \
         '{\"spec\":{\"replicas\":5}}' --field-manager=kube-controller-manager; \
         kubectl set env deploy web LOG_LEVEL=trace; kubectl label deploy web own=x; \
         kubectl patch cm web -p '{\"data\":{\"color\":\"red\"}}'; \
         kubectl annotate cm kept helmfire.dev/drift=disabled; \
         kubectl patch cm kept -p '{\"data\":{\"note\":\"other\"}}'",
    );
    bed.project.write(
        "helmfire.toml",
        "version = 1\n\
         [[ignore]]\npreset = \"hpa-replicas\"\nreason = \"HPA\"\n\
         [[ignore]]\ngroup = \"apps\"\nkind = \"Deploy*\"\n\
         jqPathExpressions = ['.spec.template.spec.containers[] | select(.name == \"web\") | .env[] | select(.name == \"LOG_LEVEL\") | .value']\n\
         [[ignore]]\npaths = [\"/metadata/labels/own\"]\ntarget = { kind = \"Deployment|StatefulSet\" }\n\
         release = { name = \"w*\" }\nuntil = 2099-01-01\n\
         [[ignore]]\npaths = [\"/data\"]\nuntil = 2020-01-01\n\
         [[ignore]]\npaths = [\"/data/other\"]\n",
    );
    let output = bed.check(&["--only", "drift", "--json"]);
    let talk = String::from_utf8_lossy(&output.stderr).into_owned();
    let (found, code) = rows(&output);
    let by = |pointer: &str| {
        let row = found.iter().find(|row| row["pointer"] == pointer);
        row.unwrap_or_else(|| panic!("{pointer}: {found:#?}"))["ignoredBy"].clone()
    };
    assert_eq!(by("/spec/replicas"), "helmfire.toml:3: HPA");
    let env = "/spec/template/spec/containers/0/env/0/value";
    assert_eq!(by(env), "helmfire.toml:8");
    assert_eq!(by("/metadata/labels/own"), "helmfire.toml:10");
    assert_eq!(by("/data/note"), "the object's helmfire.dev/drift");
    assert_eq!(by("/data/color"), Value::Null);
    assert_eq!(code, 2);
    assert!(
        talk.contains("ended on 2020-01-01, remove it (helmfire.toml:15)"),
        "{talk}"
    );
    assert!(talk.contains("ignored nothing (helmfire.toml:18)"), "{talk}");

    // What is left becomes a rule, too.
    let mut write = binary("helmfire-drift");
    write.args(["ignore", "--reason", "sale", "--until", "2099-12-31"]);
    let mut write = bed.project.command(write);
    let mut child = write.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&output.stdout).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    let text = bed.project.read("helmfire.toml");
    assert!(
        text.contains(
            "paths = [\"/data/color\"]\nreason = \"sale\"\nuntil = 2099-12-31"
        ),
        "{text}"
    );
    assert_eq!(bed.check(&["--only", "drift"]).status.code(), Some(0));
    let text = String::from_utf8(bed.check(&["--only", "drift", "-v"]).stdout).unwrap();
    assert!(text.contains("sale") && text.contains("ignored"), "{text}");

    bed.project
        .write("helmfire.toml", "[[ignore]]\njqPathExpressions = [\".a | keys\"]\n");
    let output = bed.check(&["--only", "drift"]);
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code() == Some(1) && talk.contains("helmfire.toml:2:"),
        "{talk}"
    );
}

fn history(helm: &str) {
    let bed = Bed::new(helm);
    let check = || bed.check(&["--only", "drift"]);
    let told = || {
        let mut program = binary("helmfire-drift");
        program.args(["history", "--json"]);
        let output = bed.project.command(program).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let event = |line: &str| {
            serde_json::from_str::<Value>(line).unwrap()["event"]
                .as_str()
                .unwrap()
                .to_string()
        };
        text.lines().map(event).collect::<Vec<_>>()
    };
    check();
    assert!(told().is_empty());
    bed.shell("kubectl scale deploy web --replicas=5");
    (0..3).for_each(|_| drop(check()));
    bed.shell("kubectl scale deploy web --replicas=6");
    check();
    bed.shell("kubectl scale deploy web --replicas=2");
    check();
    assert_eq!(told(), ["first-seen", "changed", "gone"]);
}

/// Secrets of every sort, in every place, and everything that is written and said.
fn secrets(helm: &str) {
    let bed = Bed::new(helm);
    let planted = [
        "hunter2",
        "hunter3",
        "Pl4nt3dT0k3nXyZ81",
        "s3cr3t-Pa55",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "MIIEvQIBADANBgkqhkiG9w0BAQ",
    ];
    bed.shell(&format!(
        "kubectl patch secret web -p '{{\"stringData\":{{\"password\":\"hunter3\",\"more\":\"{}\"}}}}'; \
         kubectl set env deploy web DB_PASSWORD={} API_TOKEN={} URL=postgres://app:{}@db/x; \
         kubectl annotate secret web note={}; \
         kubectl patch cm web -p '{{\"data\":{{\"color\":\"{}\",\"key.pem\":\"-----BEGIN PRIVATE KEY-----\\n{}\\n-----END PRIVATE KEY-----\\n\"}}}}'",
        planted[2], planted[3], planted[2], planted[3], planted[2], planted[4], planted[5]
    ));
    bed.shell("kubectl get cm kept -o yaml | sed 's/stays/password=s3cr3t-Pa55/' | kubectl apply -f - 2>/dev/null");
    with_diff(&bed);
    let values = bed.project.read("values.yaml").replace("hunter2", "s3cr3t-Pa55");
    bed.project.write("values.yaml", &values);
    let encoded = ["aHVudGVyM", "aHVudGVyM2", "UGw0bnQzZFQwazNuWHlaO"];
    let clean = |what: &str, bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes);
        for secret in planted.iter().chain(&encoded) {
            assert!(!text.contains(secret), "{secret} in {what}: {text}");
        }
    };
    for form in
        [&[][..], &["--json"], &["--diff"], &["--summary"], &["-v"], &["-vv", "--json"]]
    {
        let output = bed.check(form);
        clean("stdout", &output.stdout);
        clean("stderr", &output.stderr);
        assert_eq!(output.status.code(), Some(2), "{form:?}: {output:?}");
    }
    let mut program = binary("helmfire-drift");
    program.args(["history"]);
    clean("history", &bed.project.command(program).output().unwrap().stdout);
    let mut files = 0;
    each_file(&bed.project.path("../state"), &mut |path| {
        files += 1;
        clean(&path.display().to_string(), &fs::read(path).unwrap());
    });
    assert!(files >= 3, "{files} files of state");
}

fn each_file(directory: &Path, see: &mut impl FnMut(&Path)) {
    for entry in fs::read_dir(directory).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() { each_file(&path, see) } else { see(&path) }
    }
}

fn repeats(helm: &str) {
    let bed = Bed::new(helm);
    let mut program = binary("helmfire-drift");
    program.args(["check", "--only", "drift", "--interval", "1s", "--summary"]);
    let mut program = bed.project.command(program);
    let out = bed.project.path("../out");
    let file = fs::File::create(&out).unwrap();
    let mut child = program.stdout(file).stderr(Stdio::null()).spawn().unwrap();
    let lines = || fs::read_to_string(&out).unwrap().lines().count();
    let until = |number: usize| {
        let end = Instant::now() + Duration::from_secs(30);
        while lines() < number {
            assert!(Instant::now() < end, "{} lines", lines());
            thread::sleep(Duration::from_millis(20));
        }
    };
    until(2);
    // Another one of the same helmfile has to wait its turn.
    let second = bed.check(&["--only", "drift"]);
    assert_eq!(second.status.code(), Some(75), "{second:?}");
    let talk = String::from_utf8_lossy(&second.stderr);
    assert!(talk.contains(&format!("process {}", child.id())), "{talk}");
    bed.shell("kubectl scale deploy web --replicas=5");
    until(lines() + 2);
    let mut kill = Command::new("kill");
    assert!(kill.args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(15));
    let text = fs::read_to_string(&out).unwrap();
    assert!(
        text.starts_with("1 release: 1 clean") && text.ends_with("score 10\n"),
        "{text}"
    );
}

fn cluster(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell("kubectl scale deploy web --replicas=5");
    bed.project.remove("helmfile.yaml");
    let args = ["--cluster", "-n", &bed.namespace, "--json"];
    let (found, code) = rows(&bed.check(&args));
    assert_eq!((found.len(), code), (1, 2), "{found:#?}");
    assert_eq!(found[0]["namespace"], bed.namespace.as_str());
    let none =
        bed.check(&["--cluster", "-n", &bed.namespace, "-l", "name=other", "--json"]);
    assert_eq!(rows(&none), (Vec::new(), 0));
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
    let (found, _) = bed.drift(&[]);
    assert_eq!(found[0]["reason"], "it is not deployed yet");
}
