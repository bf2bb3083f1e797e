//! `doctor`.

use libtest_mimic::Trial;
use serde_json::Value;

use super::{CHART, Front};
use crate::support::{Need, trial, trial_needing};

pub fn trials() -> Vec<Trial> {
    let needs = ["helm3", "helm4", "helmfile"].map(Need::Tool);
    vec![
        trial("front::doctor::problems_have_a_remedy", problems_have_a_remedy),
        trial("front::doctor::versions_must_fit", versions_must_fit),
        trial("front::doctor::rights_are_asked_for", rights_are_asked_for),
        trial_needing(&needs, "front::doctor::a_healthy_project", a_healthy_project),
        trial_needing(&needs, "front::doctor::no_hook_runs", no_hook_runs),
    ]
}

/// Its lines as `status check: finding`, and the exit code.
fn doctor(front: &Front, words: &[&str]) -> (i32, Vec<String>) {
    let (code, out, said) = front.run(&[&["doctor", "--json"], words].concat());
    assert_eq!(said, "");
    let line = |line: &str| {
        let json: Value = serde_json::from_str(line).unwrap();
        assert_eq!(json["v"], 1);
        assert_eq!(json["status"] == "ok", json.get("remedy").is_none(), "{line}");
        let text = |key: &str| json[key].as_str().unwrap().to_string();
        format!("{} {}: {}", text("status"), text("check"), text("finding"))
    };
    (code, out.lines().map(line).collect())
}

fn holds(lines: &[String], expected: &str) {
    assert!(
        lines.iter().any(|line| line.starts_with(expected)),
        "{expected}: {lines:#?}"
    );
}

fn problems_have_a_remedy() {
    let front = Front::empty().rules(&format!("{CHART}[[image]]\nfrom = \"a\"\n"));
    let (code, lines) = doctor(&front, &[]);
    assert_eq!(code, 1);
    holds(&lines, "problem helmfile: helmfile is not on PATH");
    holds(&lines, "problem helm: helm is not on PATH");
    holds(&lines, "problem rules: ");
    let (code, out, _) = front.run(&["doctor"]);
    assert_eq!(code, 1);
    assert!(
        out.starts_with("problem  helmfile: helmfile is not on PATH, install it"),
        "{out}"
    );
}

fn versions_must_fit() {
    let front = Front::new().rules(CHART);
    front.program("kubectl", "#!/bin/sh\nexit 1\n");
    front.answer("list", "[]");
    for (helmfile, helm, expected) in [
        ("1.8.0", "v3.22.0+g1", "ok helm: 3.22.0"),
        ("1.8.0", "v4.3.1+g1", "ok helm: 4.3.1"),
        ("1.1.9", "v4.3.1", "problem helm: 4.3.1"),
        ("1.8.0", "v3.12.0", "warning helm: 3.12.0"),
        ("1.8.0", "v2.17.0", "problem helm: 2.17.0"),
        ("0.171.0", "v3.22.0", "problem helmfile: 0.171.0"),
    ] {
        front.answer("--version", &format!("helmfile version {helmfile}\n"));
        front.program("helm", &format!("#!/bin/sh\necho '{helm}'\n"));
        holds(&doctor(&front, &[]).1, expected);
    }
    let (code, lines) = doctor(&front, &[]);
    assert_eq!(code, 1);
    holds(&lines, "problem chart: acme/pg -> ./pg (helmfire.toml:2)");
    holds(&lines, "warning chart: no release listed is for the rule of acme/pg");
    holds(&lines, "warning cluster: it does not answer");
    holds(&lines, "warning helm-diff: it is not installed");
}

fn rights_are_asked_for() {
    let front = Front::new();
    let release = |name: &str, namespace: &str, installed: bool| {
        format!(
            r#"{{"name":"{name}","namespace":"{namespace}","enabled":true,"installed":{installed},"chart":"x/y"}}"#
        )
    };
    let releases = [release("a", "mine", true), release("b", "theirs", true)];
    let list = format!("[{},{}]", releases.join(","), release("c", "gone", false));
    front.answer("list", &list);
    front.answer("build", "---\nreleases:\n- name: a\n  postRenderer: ./own.sh\n");
    front.program(
        "kubectl",
        r#"#!/bin/sh
case "$*" in
    *--client*) echo '{"clientVersion":{"gitVersion":"v1.30.1"}}' ;;
    "--kubeconfig k --context c version"*) echo '{"serverVersion":{"gitVersion":"v1.36.3"}}' ;;
    *"--namespace mine") echo yes ;;
    *"--namespace theirs") echo no; exit 1 ;;
esac
"#,
    );
    let words = ["--kubeconfig", "k", "--kube-context=c"];
    let (code, lines) = doctor(&front, &words);
    assert_eq!(code, 1);
    holds(&lines, "warning cluster: Kubernetes 1.36.3 answers");
    holds(&lines, "ok rights: you may create secrets in mine");
    holds(&lines, "problem rights: you may not create secrets in theirs");
    holds(&lines, "warning postRenderer: releases have one of their own: a (./own.sh)");
    assert!(!lines.iter().any(|line| line.contains("gone")), "{lines:?}");
}

fn a_healthy_project() {
    for (helm, form) in [("helm3", "an executable"), ("helm4", "a plugin")] {
        let front = Front::real(helm);
        let (code, lines) = doctor(&front, &["-l", "name=web"]);
        assert_eq!(code, 0, "{lines:#?}");
        holds(&lines, "ok helmfile: 1.");
        holds(&lines, &format!("ok helm: {}.", &helm[4..]));
        holds(&lines, &format!("ok post-renderer: {form}"));
        holds(&lines, "ok releases: 1 listed, 1 of them to be installed");
        holds(&lines, "ok postRenderer: no release has one of its own");
        let (code, lines) = doctor(&front, &["-f", "nowhere.yaml"]);
        assert_eq!(code, 1, "{lines:#?}");
        holds(&lines, "problem releases: helmfile cannot list them");
    }
}

const HOOK: &str = "
helmBinary: helm
hooks:
- name: mark
  events: [prepare]
  command: touch
  args: [mark]
";

fn no_hook_runs() {
    let front = Front::real("helm3");
    let text = std::fs::read_to_string(front.project().join("helmfile.yaml")).unwrap();
    front.write("helmfile.yaml", &(text + HOOK));
    let (code, lines) = doctor(&front, &[]);
    assert_eq!(code, 0, "{lines:#?}");
    holds(&lines, "warning helm: helmfile cannot tell the helmBinary of its files");
    holds(&lines, "ok releases: 5 listed");
    holds(&lines, "warning postRenderer: whether releases have one is not known");
    assert!(!front.project().join("mark").exists());
    front.run(&["version"]);
    assert!(!front.project().join("mark").exists());
}
