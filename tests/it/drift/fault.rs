//! What goes wrong makes something unknown, with a reason and a remedy, and never
//! clean; everything else is still checked.

use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use serde_json::Value;

use super::bed::Bed;
use super::server::{fake, http, kubeconfig, server};
use super::with_both;
use crate::support::tool;

type Test = (&'static str, fn(&str));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 13] = [
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
    kubeconfig(bed, |text| {
        let name = format!("{}-{rules}", bed.namespace);
        let at = text.find("{token: ").unwrap();
        let end = at + text[at..].find('}').unwrap();
        format!("{}, as: {name}{}", &text[..end], &text[end..])
    });
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
    let output = bed.check(&["--only", "drift"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("compared field by field"), "{text}");
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
}

fn slow(helm: &str) {
    let bed = Bed::idle(helm);
    fake(&bed, |_, _| {
        thread::sleep(Duration::from_secs(20));
        http("200 OK", "{}")
    });
    says(&unknown(&bed, &["--timeout", "1s"]), &["no answer within 1 s", "--timeout"]);
}
