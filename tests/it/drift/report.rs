//! What is said and kept, of which releases, and how often.

use std::fs;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use serde_json::Value;

use super::bed::{Bed, rows};
use super::with_both;
use crate::support::{binary, tool};

type Test = (&'static str, fn(&str));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 17] = [
        ("rules_ignore_and_are_told", ignored),
        ("a_rule_of_a_row_is_about_the_item_that_it_names", named),
        ("what_somebody_uninstalled_is_drift", uninstalled),
        ("what_git_does_not_want_is_no_clean_release", unwanted),
        ("what_went_with_its_namespace_is_drift", without_namespace),
        ("no_release_at_all_is_unknown", nobody),
        ("no_rule_is_blamed_for_what_was_not_looked_at", selected),
        ("notes_of_kubectl_are_explained", noted),
        ("where_nothing_can_be_kept_all_is_found", homeless),
        ("what_can_find_nothing_is_refused", senseless),
        ("history_tells_each_change_once", history),
        ("it_repeats_and_ends_with_a_signal", repeats),
        ("the_cluster_alone", cluster),
        ("a_release_that_the_cluster_lost", lost),
        ("twins_are_told_apart", twins),
        ("releases_may_be_kept_in_config_maps", config_maps),
        ("releases_kept_elsewhere_are_asked_of_helm", elsewhere),
    ];
    let trials = tests.into_iter();
    trials
        .flat_map(|(name, test)| with_both(&format!("report::{name}"), test))
        .collect()
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

    // The next rule leaves those that are there as they are, with their days.
    let before = bed.project.read("helmfire.toml");
    bed.shell("kubectl label deploy web later=x");
    ignore(&bed, &bed.check(&["--only", "drift", "--json"]).stdout);
    let after = bed.project.read("helmfire.toml");
    assert!(after.starts_with(&before), "{after}");
    assert_eq!(
        after.matches("[[ignore]]").count(),
        before.matches("[[ignore]]").count() + 1
    );

    bed.project
        .write("helmfire.toml", "[[ignore]]\njqPathExpressions = [\".a | keys\"]\n");
    let output = bed.check(&["--only", "drift"]);
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code() == Some(1) && talk.contains("helmfire.toml:2:"),
        "{talk}"
    );
}

/// Writes rules for the rows of `output`, and gives what was said.
fn ignore(bed: &Bed, output: &[u8]) -> String {
    let mut write = binary("helmfire-drift");
    write.arg("ignore");
    let mut write = bed.project.command(write);
    let mut child = write.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(output).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// A rule for a container that somebody put in front is not about the one that stands
/// there when it is gone.
fn named(helm: &str) {
    let bed = Bed::new(helm);
    let side = |what: &str| {
        format!(
            "kubectl patch deploy web -p '{{\"spec\":{{\"template\":{{\"spec\":\
             {{\"containers\":[{{\"name\":\"side\",{what}}}]}}}}}}}}'"
        )
    };
    bed.shell(&side("\"image\":\"side:1\""));
    ignore(&bed, &bed.check(&["--only", "drift", "--json"]).stdout);
    assert_eq!(bed.check(&["--only", "drift"]).status.code(), Some(0));
    bed.shell(&side("\"$patch\":\"delete\""));
    bed.shell("kubectl set image deploy web web=evil:6");
    let (found, code) = bed.drift(&[]);
    assert_eq!((found.len(), code), (1, 2), "{found:#?}");
    assert_eq!(
        (&found[0]["live"], &found[0]["ignoredBy"]),
        (&"evil:6".into(), &Value::Null)
    );
    // A whole object is more than was meant, maybe.
    bed.shell("kubectl delete cm web");
    let talk = ignore(&bed, &bed.check(&["--only", "drift", "--json"]).stdout);
    assert!(talk.contains("ignores all of web, also when it is there again"), "{talk}");
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

fn selected(helm: &str) {
    let bed = Bed::new(helm);
    let text = bed.project.read("helmfile.yaml");
    let (_, one) = text.split_once('\n').unwrap();
    let other = one.replace("name: web,", "name: other, installed: false,");
    bed.project.write("helmfile.yaml", &format!("{text}{other}"));
    bed.project.write(
        "helmfire.toml",
        "[[ignore]]\nrelease = \"other\"\npaths = [\"/data\"]\n\
         [[ignore]]\nrelease = \"web\"\npaths = [\"/data\"]\n\
         [[ignore]]\npaths = [\"/data/x\"]\n",
    );
    let blamed = |args: &[&str]| {
        let output = bed.check(&[&["--only", "drift"], args].concat());
        let talk = String::from_utf8(output.stderr).unwrap();
        [3, 6, 8].map(|line| talk.contains(&format!("nothing (helmfire.toml:{line})")))
    };
    assert_eq!(blamed(&[]), [true; 3]);
    assert_eq!(blamed(&["-l", "name=web"]), [false, true, false]);
    assert_eq!(blamed(&["--kube-context", "nowhere"]), [false; 3]);
}

/// Neither is a secret that got out, nor a Job that was finished drift.
fn noted(helm: &str) {
    let bed = Bed::idle(helm);
    bed.project.write(
        "web/templates/job.yaml",
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: once}\nspec:\n  \
         ttlSecondsAfterFinished: 60\n  template:\n    spec:\n      \
         restartPolicy: Never\n      containers: [{name: a, image: a}]\n",
    );
    bed.sync();
    bed.shell("kubectl delete job once --timeout=30s");
    bed.shell("kubectl get cm web -o yaml | kubectl apply -f -");
    bed.shell("kubectl rollout restart deploy web");
    let output = bed.check(&["--only", "drift", "-v"]);
    let text = String::from_utf8(output.stdout).unwrap();
    for (line, words) in [
        (
            "last-applied-configuration]",
            "(a note of kubectl apply; the preset last-applied",
        ),
        ("restartedAt]", "the preset rollout-restart ignores it"),
        ("Job/once is gone", "[the Job's ttlSecondsAfterFinished, which removes it]"),
    ] {
        let line = text.lines().find(|it| it.contains(line)).unwrap_or(&text);
        assert!(line.contains(words), "{line}");
    }
    bed.project.write(
        "helmfire.toml",
        "[[ignore]]\npreset = \"last-applied\"\n[[ignore]]\npreset = \"rollout-restart\"\n",
    );
    let output = bed.check(&["--only", "drift", "--summary"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text, "1 release: 1 clean; score 0, 3 ignored\n");
}

/// The state directory is a file.
fn homeless(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell("kubectl scale deploy web --replicas=5");
    bed.project.write("file", "");
    let mut check = binary("helmfire-drift");
    check.args(["check", "--only", "drift", "--json"]);
    let mut check = bed.project.command(check);
    let output = check.env("HELMFIRE_STATE_HOME", "file/state").output().unwrap();
    let (found, code) = rows(&output);
    assert_eq!((found.len(), code), (1, 2), "{found:#?}");
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(
        talk.starts_with("helmfire-drift: what is found cannot be kept: ")
            && talk.contains("HELMFIRE_STATE_HOME")
            && talk.lines().count() == 1,
        "{talk}"
    );
}

fn senseless(helm: &str) {
    let bed = Bed::idle(helm);
    for args in [
        ["--cluster", "--only", "pending"],
        ["--cluster", "--fail-on", "pending"],
        ["--only=drift", "--fail-on", "pending"],
        ["--only=pending", "--fail-on", "drift"],
    ] {
        let output = bed.check(&args);
        let talk = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(64), "{args:?}: {talk}");
        assert!(talk.contains("leave out"), "{talk}");
    }
    let mut ignore = binary("helmfire-drift");
    ignore.args(["ignore", "--until", "2020-01-01"]);
    let output = bed.project.command(ignore).output().unwrap();
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(talk.contains("--until 2020-01-01 is over"), "{talk}");
    assert_eq!(output.status.code(), Some(64));
    let output = bed.check(&["--rules", "none.toml"]);
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(talk.contains("none.toml: ") && !talk.contains("subst"), "{talk}");
    assert_eq!(output.status.code(), Some(1));
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
    let said = |args: &[&str]| {
        let mut program = binary("helmfire-drift");
        program.arg("history").args(args);
        bed.project.command(program).output().unwrap()
    };
    let text = String::from_utf8(said(&["-n", &bed.namespace]).stdout).unwrap();
    let replicas = "medium Deployment/web /spec/replicas: live 6, desired 2";
    assert!(text.contains(&format!("    new: {replicas}")), "{text}");
    for args in [["-n", "nowhere"], ["--release", "nosuch"]] {
        let output = said(&args);
        let talk = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.stdout.is_empty() && talk.contains("none of 3 events"),
            "{talk}"
        );
    }
    assert_eq!(said(&["-l", "name=web"]).status.code(), Some(64));
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
        text.lines()
            .all(|line| line.starts_with("20") && line.contains("Z 1 release: "))
            && text.contains("Z 1 release: 1 clean")
            && text.ends_with("score 10\n"),
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
    let all = rows(&bed.check(&["--cluster", "-A", "--json"])).0;
    assert!(all.iter().any(|row| row["namespace"] == bed.namespace.as_str()));
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
