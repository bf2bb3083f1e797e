//! What does not count: rules of helmfire.toml, marks of objects, notes of kubectl.

use std::io::Write;
use std::process::Stdio;

use libtest_mimic::Trial;
use serde_json::Value;

use super::bed::{Bed, rows};
use super::with_both;
use crate::support::binary;

type Test = (&'static str, fn(&str));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 4] = [
        ("rules_ignore_and_are_told", ignored),
        ("a_rule_of_a_row_is_about_the_item_that_it_names", named),
        ("no_rule_is_blamed_for_what_was_not_looked_at", selected),
        ("notes_of_kubectl_are_explained", noted),
    ];
    let trials = tests.into_iter();
    trials
        .flat_map(|(name, test)| with_both(&format!("ignored::{name}"), test))
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
    let mark = found.iter().find(|row| row["reason"] != Value::Null).unwrap();
    assert_eq!(mark["pointer"], "/metadata/annotations/helmfire.dev~1drift");
    assert_eq!(mark["severity"], "medium");
    assert_eq!(mark["reason"], "it hides 1 difference, medium at most, see -v");
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
pub fn ignore(bed: &Bed, output: &[u8]) -> String {
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
