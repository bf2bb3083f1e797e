//! No planted secret in any byte of what is said or kept.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;

use super::bed::Bed;
use super::{plugin, with_both};
use crate::support::binary;

pub fn trials() -> Vec<Trial> {
    with_both("secrecy::no_secret_is_in_any_byte", |helm| {
        let bed = Bed::new(helm);
        plugin::double(&bed);
        keeps(&bed);
    })
    .into_iter()
    .chain(with_both("secrecy::a_refusal_quotes_no_secret", refusal))
    .chain(with_both("secrecy::a_policy_quotes_no_secret", policy))
    .collect()
}

/// The server refuses the dry run of another Job of that name, and quotes all of it.
fn refusal(helm: &str) {
    let bed = Bed::idle(helm);
    bed.project.write(
        "web/templates/job.yaml",
        "apiVersion: batch/v1\nkind: Job\nmetadata: {name: once}\nspec:\n  template:\n    spec:\n      \
         restartPolicy: Never\n      containers: [{name: a, image: 'a:1', \
         env: [{name: DB_PASSWORD, value: planted1}, {name: COLOR, value: planted2}]}]\n",
    );
    bed.sync();
    bed.shell(
        "kubectl get job once -o json >job.json; kubectl delete job once; \
         sed -i 's/a:1/a:2/; /uid\"/d; /resourceVersion/d' job.json; kubectl create -f job.json",
    );
    let said = all_said(&bed);
    assert!(said.contains("Invalid value"), "{said}");
    assert!(!said.contains("planted1"), "{said}");
}

/// A policy of the cluster refuses the dry run and quotes what it likes.
fn policy(helm: &str) {
    let bed = Bed::with_gadget(helm);
    bed.replace_value("hunter2", "planted1");
    bed.project.write(
        "web/templates/gadget.yaml",
        "apiVersion: {{ .Values.group }}/v1\nkind: Gadget\nmetadata: {name: more}\nspec: {apiToken: planted2, color: visible}\n",
    );
    bed.sync();
    bed.project.write(
        "policy.yaml",
        &format!(
            "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {{name: {ns}}}\nspec:\n  \
             matchConstraints:\n    namespaceSelector: {{matchLabels: {{kubernetes.io/metadata.name: {ns}}}}}\n    \
             resourceRules:\n    - {{apiGroups: ['', apps, {ns}.example.com], apiVersions: ['*'], operations: [UPDATE], \
             resources: [secrets, deployments, gadgets]}}\n  validations:\n  - expression: 'false'\n    messageExpression: >-\n      \
             object.kind == 'Secret' ? 'refused ' + string(object.data.password) :\n      \
             object.kind == 'Gadget' ? 'refused ' + (has(object.spec.apiToken) ? object.spec.apiToken + ' ' + object.spec.color : '') :\n      \
             'refused ' + object.spec.template.spec.containers[0].env[2].value\n\
             ---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {{name: {ns}}}\n\
             spec: {{policyName: {ns}, validationActions: [Deny]}}\n",
            ns = bed.namespace
        ),
    );
    bed.shell("kubectl apply -f policy.yaml");
    // Until the server has compiled it.
    let end = Instant::now() + Duration::from_secs(60);
    let mut said = all_said(&bed);
    while said.matches("refused").count() < 3 {
        assert!(Instant::now() < end, "the policy does not refuse: {said}");
        thread::sleep(Duration::from_secs(1));
        said = all_said(&bed);
    }
    bed.shell("kubectl delete -f policy.yaml");
    assert!(said.contains("visible"), "{said}");
    for planted in ["planted1", "planted2", "cGxhbnRlZDE"] {
        assert!(!said.contains(planted), "{planted}: {said}");
    }
}

/// What a check says in each form, its history, and what is kept.
fn all_said(bed: &Bed) -> String {
    let mut said = Vec::new();
    for form in
        [&["-v"][..], &["--compare", "server"], &["--compare", "server", "--json"]]
    {
        let output = bed.check(form);
        said.extend([output.stdout, output.stderr]);
    }
    let mut program = binary("helmfire-drift");
    program.args(["history"]);
    said.push(bed.project.command(program).output().unwrap().stdout);
    each_file(&bed.project.path("../state"), &mut |path| {
        said.push(fs::read(path).unwrap());
    });
    String::from_utf8_lossy(&said.concat()).into_owned()
}

/// Secrets of every sort, in every place, and everything that is written and said, with
/// the helm-diff of `bed`.
pub fn keeps(bed: &Bed) {
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
    bed.replace_value("hunter2", "s3cr3t-Pa55");
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
