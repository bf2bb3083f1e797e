//! What goes wrong makes something unknown, with a reason and a remedy, and never
//! clean; everything else is still checked.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use serde_json::Value;

use super::bed::Bed;
use super::server::{fake, http, impersonate, kubeconfig, server};
use super::with_both;
use crate::program;
use crate::support::{binary, tool};

type Test = (&'static str, fn(&str));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 17] = [
        ("nobody_answers", nobody),
        ("a_token_that_is_not_known", token),
        ("a_context_that_is_not_there", context),
        ("an_account_that_may_only_read", reader),
        ("an_account_that_may_not_see_the_storage", stranger),
        ("a_release_that_is_not_there", absent),
        ("a_release_in_the_middle_of_an_upgrade", pending),
        ("a_storage_that_cannot_be_read", corrupt),
        ("a_kind_that_is_gone", kind),
        ("a_helmfile_that_hangs_or_is_broken", helmfile),
        ("a_helmfile_that_ignores_term", deaf),
        ("a_signal_while_helmfile_works", signal),
        ("one_helmfile_of_several", one_of_several),
        ("a_release_without_a_manifest", lost),
        ("a_webhook_that_does_not_answer", webhook),
        ("a_server_that_is_busy", busy),
        ("a_server_that_is_slow", slow),
    ];
    let trials = tests.into_iter();
    trials.flat_map(|(name, test)| with_both(&format!("fault::{name}"), test)).collect()
}

/// The rows of class unknown, which there must be, with exit code 1.
fn unknown(bed: &Bed, args: &[&str]) -> Vec<String> {
    let (rows, code) = bed.drift(args);
    assert_eq!(code, 1, "{rows:#?}");
    let unknown = rows.iter().filter(|row| row["class"] == "unknown");
    unknown.map(|row| row["reason"].as_str().unwrap().to_string()).collect()
}

fn says(reasons: &[String], words: &[&str]) {
    for word in words {
        assert!(reasons.iter().any(|it| it.contains(word)), "{word}: {reasons:#?}");
    }
}

fn nobody(helm: &str) {
    let bed = Bed::idle(helm);
    kubeconfig(&bed, |text| server(text, "https://127.0.0.1:1"));
    says(
        &unknown(&bed, &[]),
        &["cannot be reached", "Connection refused", "check the network"],
    );
}

fn token(helm: &str) {
    let bed = Bed::idle(helm);
    kubeconfig(&bed, |text| {
        let token = text.split("token: ").nth(1).unwrap().split('}').next().unwrap();
        text.replace(token, "planted-0123456789abcdef")
    });
    let output = bed.check(&["--only", "drift"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("not logged in") && text.contains("log in again"), "{text}");
    assert!(!text.contains("planted"), "{text}");
    assert_eq!(output.status.code(), Some(1));
}

fn context(helm: &str) {
    let bed = Bed::idle(helm);
    let reasons = unknown(&bed, &["--kube-context", "elsewhere"]);
    says(&reasons, &["no context 'elsewhere'", "--kube-context"]);
}

/// A user with these rights in the namespace, as the current one of the kubeconfig.
fn become_user(bed: &Bed, rules: &str) {
    let role = format!(
        "kubectl create clusterrolebinding NS-{rules} --clusterrole=NS-{rules} --user=NS-{rules}"
    );
    bed.shell(&role);
    impersonate(bed, &format!("{}-{rules}", bed.namespace));
}

fn reader(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell("kubectl scale deploy web --replicas=5; kubectl delete svc web");
    bed.shell("kubectl create clusterrole NS-reader --verb=get,list --resource='*.*'");
    become_user(&bed, "reader");
    let (rows, code) = bed.drift(&[]);
    let mut kinds: Vec<&Value> = rows.iter().map(|row| &row["kind"]).collect();
    kinds.sort_by_key(ToString::to_string);
    assert_eq!((kinds, code), (vec![&"Deployment".into(), &"Service".into()], 2));
    assert!(rows.iter().all(|row| row["byField"] == (row["kind"] == "Deployment")));
    let output = bed.check(&["--only", "drift", "--json"]);
    let text = String::from_utf8_lossy(&output.stdout);
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert!(last["byField"].as_u64() > Some(5), "{text}");
    // One note for all of them.
    let text = String::from_utf8(bed.check(&["--only", "drift"]).stdout).unwrap();
    let note = "objects were compared field by field, for want of rights: ";
    assert_eq!(text.matches("note: ").count(), 1, "{text}");
    assert!(text.contains(note) && text.contains("cannot patch resource"), "{text}");
    assert!(text.ends_with(" objects compared field by field\n"), "{text}");
    let reasons = unknown(&bed, &["--compare", "server"]);
    says(&reasons, &["cannot patch resource", "ask for the rights"]);
}

fn stranger(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell(
        "kubectl create clusterrole NS-stranger --verb=get --resource=configmaps",
    );
    become_user(&bed, "stranger");
    says(
        &unknown(&bed, &[]),
        &["cannot list resource \"secrets\"", "ask for the rights"],
    );
}

fn absent(helm: &str) {
    let bed = Bed::idle(helm);
    says(&unknown(&bed, &[]), &["namespace", "is not there"]);
    bed.shell("kubectl create namespace NS");
    let (rows, code) = bed.drift(&[]);
    assert_eq!((rows.len(), code), (1, 0), "{rows:#?}");
    assert_eq!(rows[0]["class"], "pending");
    assert_eq!(rows[0]["reason"], "it is not deployed yet");
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

fn kind(helm: &str) {
    let bed = Bed::with_gadget(helm);
    bed.shell("kubectl delete crd gadgets.NS.example.com; kubectl scale deploy web --replicas=5");
    let (rows, code) = bed.drift(&[]);
    assert_eq!((rows.len(), code), (2, 1), "{rows:#?}");
    let row = rows.iter().find(|row| row["class"] == "unknown").unwrap();
    assert_eq!((&row["kind"], &row["name"]), (&"Gadget".into(), &"web".into()));
    let reasons: Vec<String> = rows
        .iter()
        .filter_map(|row| row["reason"].as_str().map(String::from))
        .collect();
    says(&reasons, &["Gadget/web: no kind Gadget in", "custom resource definition"]);
    assert!(rows.iter().any(|row| row["pointer"] == "/spec/replicas"));
}

fn helmfile(helm: &str) {
    let bed = Bed::idle(helm);
    let good = bed.project.read("helmfile.yaml");
    bed.project.write("helmfile.yaml", "releases: [{name: web, chrt: x}]\n");
    says(&unknown(&bed, &[]), &["helmfile cannot tell its releases", "helmfile build"]);
    bed.project.remove("helmfile.yaml");
    bed.project.write(
        "helmfile.yaml.gotmpl",
        &format!("# {{{{ exec \"sleep\" (list \"60\") }}}}\n{good}"),
    );
    let start = Instant::now();
    says(&unknown(&bed, &["--helmfile-timeout", "1s"]), &["no answer within 1 s"]);
    assert!(start.elapsed() < Duration::from_secs(20));
    let marker = bed.project.path("").display().to_string();
    let left =
        Command::new("pgrep").args(["-f", &format!("sleep 60 {marker}")]).output();
    assert!(left.unwrap().stdout.is_empty());
}

/// A check with a program of that text for helmfile.
fn with_helmfile(bed: &Bed, text: &str, patience: &str) -> Command {
    let path = bed.project.path("../own-helmfile").display().to_string();
    program::write(&path, &format!("#!/bin/sh\n{text}\n"));
    let mut check = binary("helmfire-drift");
    check.args(["check", "--only", "drift", "--helmfile-timeout", patience]);
    let mut check = bed.project.command(check);
    check.env("HELMFIRE_HELMFILE", path);
    check
}

fn deaf(helm: &str) {
    let bed = Bed::idle(helm);
    let start = Instant::now();
    let text = "trap '' TERM; while :; do sleep 1; done";
    let output = with_helmfile(&bed, text, "1s").output().unwrap();
    assert!(start.elapsed() < Duration::from_secs(30));
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("gave no answer within 1 s"), "{text}");
    assert_eq!(output.status.code(), Some(1));
}

/// Nothing is told that was not found out.
fn signal(helm: &str) {
    let bed = Bed::idle(helm);
    let mut check = with_helmfile(&bed, "touch begun; exec sleep 60", "60s");
    let child = check.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(30);
    while !bed.project.path("begun").exists() {
        assert!(Instant::now() < end, "helmfile is not asked");
        thread::sleep(Duration::from_millis(20));
    }
    let kill = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.signal(), Some(15), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
}

/// In a directory and in a list; what the others declare is checked.
fn one_of_several(helm: &str) {
    let bed = Bed::new(helm);
    let good = bed.project.read("helmfile.yaml");
    bed.project.remove("helmfile.yaml");
    let in_sub = good.replace("./web", "../web").replace("[values.", "[../values.");
    let other = in_sub.replace("name: web", "name: other");
    let bad = "releases: [{name: {{ requiredEnv \"NOT_THERE\" }}, chart: x}]\n";
    let mut sync = Command::new(tool("helmfile"));
    for directory in ["helmfile.d", "sub"] {
        bed.project.write(&format!("{directory}/a.yaml"), &in_sub);
        bed.project.write(&format!("{directory}/c.yaml"), &other);
    }
    sync.args(["-q", "-f", "sub/c.yaml", "sync", "--take-ownership"]);
    assert!(bed.project.command(sync).output().unwrap().status.success());
    bed.shell("kubectl scale deploy web --replicas=5");
    for directory in ["helmfile.d", "sub"] {
        bed.project.write(&format!("{directory}/b.yaml.gotmpl"), bad);
    }
    let values = "environments: {default: {values: [{a: 1}]}}\n---\n";
    let own = good.replace("name: web", "name: third");
    for (name, list) in [
        ("list.yaml", "[sub/a.yaml, {path: sub/b.yaml.gotmpl}, sub/c.yaml]"),
        ("glob.yaml", "['sub/b.*', 'sub/*.yaml']"),
    ] {
        bed.project.write(name, &format!("{values}helmfiles: {list}\n{own}"));
    }
    let top = "helmfiles: [nested/helmfile.yaml, sub/missing.yaml]\n";
    bed.project.write("top.yaml", &format!("{top}{own}"));
    let below = "helmfiles: [../sub/b.yaml.gotmpl, ../sub/c.yaml]\n";
    bed.project.write("nested/helmfile.yaml", &format!("{below}{in_sub}"));
    let (rows, code) = bed.drift(&["-f", "top.yaml"]);
    let told = |row: &Value| {
        format!("{} {} {}", row["class"], row["release"], row["helmfile"])
    };
    let mut all: Vec<String> = rows.iter().map(told).collect();
    all.sort();
    let expected = [
        "\"drift\" \"other\" \"sub/c.yaml\"",
        "\"drift\" \"web\" \"nested/helmfile.yaml\"",
        "\"pending\" \"third\" \"top.yaml\"",
        "\"unknown\" \"\" \"sub/b.yaml.gotmpl\"",
        "\"unknown\" \"\" \"sub/missing.yaml\"",
    ];
    assert_eq!((all, code), (expected.map(String::from).into(), 1), "{rows:#?}");
    for (args, path, all) in [
        (&["-f", "helmfile.d"][..], "helmfile.d/b.yaml.gotmpl", 0),
        (&["-f", "list.yaml"], "sub/b.yaml.gotmpl", 1),
        (&["-f", "glob.yaml"], "sub/b.yaml.gotmpl", 1),
    ] {
        let (rows, code) = bed.drift(args);
        let of = |class: &str| -> Vec<String> {
            let rows = rows.iter().filter(|row| row["class"] == class);
            rows.map(|row| format!("{} {}", row["release"], row["pointer"])).collect()
        };
        let scaled = |name: &str| format!("\"{name}\" \"/spec/replicas\"");
        let mut drift = of("drift");
        drift.sort();
        assert_eq!(drift, [scaled("other"), scaled("web")], "{rows:#?}");
        let unknown: Vec<&Value> =
            rows.iter().filter(|row| row["class"] == "unknown").collect();
        assert_eq!((unknown.len(), code), (1, 1), "{rows:#?}");
        assert_eq!(unknown[0]["helmfile"], path);
        says(&[unknown[0]["reason"].to_string()], &["NOT_THERE", "helmfile build"]);
        // Not deployed yet, but declared by the helmfile that names the others.
        assert_eq!(of("pending").len(), all, "{rows:#?}");
    }
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

/// It refuses dry runs, too, so the fields are compared one by one.
fn webhook(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell("kubectl patch cm web -p '{\"data\":{\"color\":\"red\"}}'");
    bed.project.write(
        "hook.yaml",
        &format!(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\n\
             metadata: {{name: {ns}}}\nwebhooks:\n- name: a.example.com\n  sideEffects: None\n  \
             admissionReviewVersions: [v1]\n  timeoutSeconds: 1\n  \
             clientConfig: {{url: 'https://127.0.0.1:1/'}}\n  \
             namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {ns}}}}}\n  \
             rules: [{{apiGroups: [''], apiVersions: [v1], resources: [configmaps], operations: [UPDATE]}}]\n",
            ns = bed.namespace
        ),
    );
    bed.shell("kubectl apply -f hook.yaml");
    // Until the server has heard of it.
    let end = Instant::now() + Duration::from_secs(30);
    let is_refused = || {
        let output = bed.check(&["--only", "drift"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let told = text.contains("compared field by field") && text.contains("webhook");
        assert!(text.contains("data.color: live \"red\", desired \"blue\""), "{text}");
        assert_eq!(output.status.code(), Some(2), "{text}");
        told
    };
    while !is_refused() {
        assert!(Instant::now() < end, "the webhook is not asked");
        thread::sleep(Duration::from_millis(200));
    }
    bed.shell("kubectl delete -f hook.yaml");
}

fn busy(helm: &str) {
    let bed = Bed::idle(helm);
    fake(&bed, |number, line| match number {
        0 => http("429 Too Many Requests\r\nRetry-After: 1", "{}"),
        _ if line.contains("secrets") => {
            http("200 OK", "{\"items\":[],\"metadata\":{}}")
        }
        _ => http("200 OK", "{}"),
    });
    let (rows, code) = bed.drift(&[]);
    assert_eq!((rows.len(), code), (1, 0), "{rows:#?}");
    assert_eq!(rows[0]["reason"], "it is not deployed yet");
    let bed = Bed::idle(helm);
    fake(&bed, |_, _| {
        http("500 Internal Server Error", "{\"message\":\"out of order\"}")
    });
    says(
        &unknown(&bed, &[]),
        &["the server answered 500: out of order", "try again later"],
    );
    // What it said last is told, not that the time is over.
    for (status, code) in [
        ("429 Too Many Requests\r\nRetry-After: 1", "429"),
        ("503 Service Unavailable", "503"),
    ] {
        let bed = Bed::idle(helm);
        fake(&bed, move |_, _| http(status, "{\"message\":\"too many\"}"));
        let reasons = unknown(&bed, &["--timeout", "2s"]);
        says(&reasons, &[&format!("the server answered {code}: too many")]);
    }
    for body in ["[]", "null", "{}"] {
        let bed = Bed::idle(helm);
        fake(&bed, move |_, _| http("200 OK", body));
        says(&unknown(&bed, &[]), &["an answer that cannot be read: it is no list"]);
    }
    let bed = Bed::idle(helm);
    fake(&bed, |_, _| String::new());
    says(&unknown(&bed, &[]), &["the cluster cannot be reached"]);
}

fn slow(helm: &str) {
    let bed = Bed::idle(helm);
    fake(&bed, |_, _| {
        thread::sleep(Duration::from_secs(20));
        http("200 OK", "{}")
    });
    says(&unknown(&bed, &["--timeout", "1s"]), &["no answer within 1 s", "--timeout"]);
}
