//! What goes wrong makes something unknown, with a reason and a remedy, and never
//! clean; everything else is still checked.

use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use serde_json::Value;

use super::bed::{Bed, says, unknown};
use super::server::{fake, http, impersonate, kubeconfig, server};
use super::with_both;

type Test = (&'static str, fn(&str));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 10] = [
        ("nobody_answers", nobody),
        ("a_token_that_is_not_known", token),
        ("a_context_that_is_not_there", context),
        ("an_account_that_may_only_read", reader),
        ("an_account_that_may_not_see_the_storage", stranger),
        ("a_kind_that_is_gone", kind),
        ("a_webhook_that_does_not_answer", webhook),
        ("a_policy_that_denies", policy),
        ("a_server_that_is_busy", busy),
        ("a_server_that_is_slow", slow),
    ];
    let trials = tests.into_iter();
    trials.flat_map(|(name, test)| with_both(&format!("fault::{name}"), test)).collect()
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
        // Whatever else is known is told.
        assert!(text.contains("data.color: live \"red\", desired \"blue\""), "{text}");
        let is_told = text
            .contains("UNKNOWN drift: ConfigMap/web: only compared field by field")
            && text.contains("failed calling webhook")
            && text.contains("to do: mend the webhook; --compare client");
        assert_eq!(output.status.code(), Some(if is_told { 1 } else { 2 }), "{text}");
        is_told
    };
    while !is_refused() {
        assert!(Instant::now() < end, "the webhook is not asked");
        thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(bed.drift(&["--compare", "client"]).1, 2);
    bed.shell("kubectl delete -f hook.yaml");
}

/// Each field is compared, and it is no matter of rights.
fn policy(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell("kubectl patch cm web -p '{\"data\":{\"color\":\"red\"}}'");
    let meta = format!("metadata: {{name: {}}}", bed.namespace);
    bed.project.write(
        "policy.yaml",
        &format!(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\n{meta}\n\
             spec:\n  matchConstraints: {{resourceRules: [{{apiGroups: [''], apiVersions: [v1], \
             operations: [UPDATE], resources: [configmaps]}}]}}\n  \
             validations: [{{expression: 'false', reason: Forbidden, message: hands off}}]\n---\n\
             apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\n{meta}\n\
             spec:\n  policyName: {ns}\n  validationActions: [Deny]\n  matchResources: \
             {{namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {ns}}}}}}}\n",
            ns = bed.namespace
        ),
    );
    bed.shell("kubectl apply -f policy.yaml");
    let end = Instant::now() + Duration::from_secs(30);
    let is_refused = || {
        let output = bed.check(&["--only", "drift"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains("data.color: live \"red\", desired \"blue\""), "{text}");
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(!text.contains("rights"), "{text}");
        text.contains("note: ConfigMap/web was compared field by field")
            && text.contains("hands off")
    };
    while !is_refused() {
        assert!(Instant::now() < end, "the policy is not in force");
        thread::sleep(Duration::from_millis(200));
    }
    bed.shell("kubectl delete -f policy.yaml");
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
