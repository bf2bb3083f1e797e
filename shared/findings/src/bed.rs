//! What tests are made of: findings of every sort.

use helmfire_compare::{Owner, Pointer};
use helmfire_inputs::{Id, Key};
use serde_json::{Value, json};

use crate::{
    Class, Finding, Object, Redactor, Release, ReleaseReport, Report, Unknown,
};

/// An object of a kind, in the group that the kind has.
pub(crate) fn object(kind: &str, name: &str) -> Object {
    let api_version = match kind {
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" => "apps/v1",
        "Job" | "CronJob" => "batch/v1",
        "Ingress" | "NetworkPolicy" => "networking.k8s.io/v1",
        "HTTPRoute" | "Gateway" => "gateway.networking.k8s.io/v1",
        "Role" | "ClusterRole" | "RoleBinding" | "ClusterRoleBinding" => {
            "rbac.authorization.k8s.io/v1"
        }
        "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration" => {
            "admissionregistration.k8s.io/v1"
        }
        "CustomResourceDefinition" => "apiextensions.k8s.io/v1",
        "HorizontalPodAutoscaler" => "autoscaling/v2",
        "Prometheus" => "monitoring.coreos.com/v1",
        _ => "v1",
    };
    Object {
        api_version: api_version.into(),
        kind: kind.into(),
        namespace: "shop".into(),
        name: name.into(),
    }
}

/// Drift at `place`.
pub(crate) fn changed(
    object: &Object,
    place: &str,
    live: Value,
    desired: Value,
) -> Finding {
    let pointer = Pointer::parse(place).unwrap();
    let names = vec![None; pointer.tokens().len()];
    Finding {
        class: Class::Drift,
        object: object.clone(),
        pointer,
        names,
        live: Some(live),
        desired: Some(desired),
        is_addition: false,
        is_by_field: false,
        owner: None,
        ignored_by: None,
        reason: None,
    }
}

/// A pending change at `place`.
pub(crate) fn pending(
    object: &Object,
    place: &str,
    live: Value,
    desired: Value,
) -> Finding {
    Finding { class: Class::Pending, ..changed(object, place, live, desired) }
}

/// What somebody put at `place`.
pub(crate) fn added(object: &Object, place: &str, live: Value) -> Finding {
    let changed = changed(object, place, live, Value::Null);
    Finding { desired: None, is_addition: true, ..changed }
}

/// An object that is no longer there.
pub(crate) fn gone(object: &Object) -> Finding {
    Finding { live: None, ..changed(object, "", Value::Null, json!({})) }
}

/// The same with the names of list items at the given tokens.
pub(crate) fn named(mut finding: Finding, names: &[(usize, &str)]) -> Finding {
    for (index, name) in names {
        finding.names[*index] = Some((*name).to_string());
    }
    finding
}

/// The same, written by `manager` at `time`.
pub(crate) fn by(
    finding: Finding,
    manager: &str,
    subresource: Option<&str>,
    time: &str,
) -> Finding {
    let owner = Owner {
        manager: manager.into(),
        subresource: subresource.map(str::to_string),
        operation: "Update".into(),
        time: Some(time.into()),
    };
    Finding { owner: Some(owner), ..finding }
}

/// What must not show, whatever is told of [`report`].
pub(crate) const PLANTED: [&str; 12] = [
    "swordfish",
    "c3dvcmRmaXNo",
    "hunter-two",
    "aHVudGVyLXR3bw",
    "MIIEplanted",
    "eyJhbGciOiJIUzI1NiJ9",
    "4eC39HqLyjWDarjtT1zdp7dc",
    "open sesame",
    "b3BlbiBzZXNhbWU",
    "ghp_plantedplanted",
    "s3cr3t-arg",
    "last-applied-secret",
];

/// 2026-11-26T08:00:00Z
pub(crate) const NOW: u64 = 1_795_680_000;

/// A report of five releases, with secrets of every sort in every place.
pub(crate) fn report() -> Report {
    let releases = vec![clean(), web(), api(), db(), ignored()];
    Report { releases, time: NOW, seconds: 1.5 }
}

/// The redactor of all tests.
pub(crate) fn redactor() -> Redactor {
    Redactor::new(Key::new([7; 32]))
}

/// A release of the shop.
pub(crate) fn release(name: &str) -> Release {
    let id = Id { name: name.into(), namespace: "shop".into(), context: "prod".into() };
    Release { id, helmfile: "helmfile.yaml".into() }
}

fn clean() -> ReleaseReport {
    let note = "compared field by field: dry run is forbidden".to_string();
    ReleaseReport::new(&release("cache"), &[], &[], &[note], &redactor())
}

/// Drift of every type.
fn web() -> ReleaseReport {
    let web = object("Deployment", "web");
    let config = object("ConfigMap", "web");
    let secret = object("Secret", "db");
    let pod = "/spec/template/spec/containers/0";
    let env = format!("{pod}/env/3/value");
    let replicas = changed(&web, "/spec/replicas", json!(0), json!(2));
    let image = changed(
        &web,
        &format!("{pod}/image"),
        json!("r.example.com/web:hotfix"),
        json!("r.example.com/web:1.4.0"),
    );
    let password = changed(&web, &env, json!("swordfish"), json!("hunter-two"));
    let level = changed(&web, &env, json!("debug"), json!("info"));
    let address = changed(
        &web,
        &env,
        json!("postgres://app:swordfish@db/shop"),
        json!("postgres://app:hunter-two@db/shop"),
    );
    let debug =
        added(&web, &format!("{pod}/env/4"), json!({"name": "DEBUG", "value": "true"}));
    let args = changed(
        &web,
        &format!("{pod}/args"),
        json!(["--token", "s3cr3t-arg", "--v=4"]),
        json!(["--v=2"]),
    );
    let applied = changed(
        &web,
        "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration",
        json!("{\"data\": \"last-applied-secret\"}"),
        json!("{}"),
    );
    let label = Finding {
        live: None,
        ..changed(&web, "/metadata/labels/tier", json!(null), json!("front"))
    };
    let file = changed(
        &config,
        "/data/app.yaml",
        json!(
            "log: debug\npassword: open sesame\nport: 80\nname: web\nid: 1\nend: x\n"
        ),
        json!("log: info\npassword: swordfish\nport: 80\nname: web\nid: 1\nend: x\n"),
    );
    let key = added(
        &config,
        "/data/key.pem",
        json!("-----BEGIN PRIVATE KEY-----\nMIIEplanted\n-----END PRIVATE KEY-----\n"),
    );
    let data = changed(
        &secret,
        "/data/password",
        json!("c3dvcmRmaXNo"),
        json!("aHVudGVyLXR3bw=="),
    );
    let hidden = Finding {
        ignored_by: Some("helmfire.toml:12, HPA".into()),
        ..changed(&web, "/spec/paused", json!(true), json!(false))
    };
    let named_env = |finding, name| named(finding, &[(4, "web"), (6, name)]);
    let findings = [
        by(replicas, "kubectl", Some("scale"), "2026-11-26T07:48:00Z"),
        by(named(image, &[(4, "web")]), "kubectl-edit", None, "2026-11-26T05:00:00Z"),
        by(
            named_env(password, "DB_PASSWORD"),
            "kubectl-edit",
            None,
            "2026-11-24T08:00:00Z",
        ),
        named_env(level, "LOG_LEVEL"),
        named_env(address, "DATABASE_URL"),
        by(named_env(debug, "DEBUG"), "kubectl-edit", None, "2026-11-26T05:00:00Z"),
        named(args, &[(4, "web")]),
        applied,
        label,
        by(file, "kubectl-patch", None, "2026-11-26T07:59:30Z"),
        key,
        data,
        by(hidden, "kubectl-edit", None, "2026-11-26T05:00:00Z"),
        gone(&object("Service", "web")),
    ];
    ReleaseReport::new(&release("web"), &findings, &[], &[], &redactor())
}

/// Pending changes and drift.
fn api() -> ReleaseReport {
    let api = object("Deployment", "api");
    let token = json!("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl");
    let other = Object { namespace: "other".into(), ..object("ConfigMap", "api") };
    let new = Finding {
        class: Class::Pending,
        desired: Some(json!({"kind": "Secret", "data": {"a": "b3BlbiBzZXNhbWU="}})),
        ..gone(&object("Secret", "api"))
    };
    let old = Finding {
        class: Class::Pending,
        desired: None,
        reason: Some("it was deployed with password=swordfish".into()),
        ..gone(&object("ConfigMap", "old"))
    };
    let findings = [
        pending(&api, "/spec/replicas", json!(2), json!(3)),
        new,
        old,
        changed(&other, "/data/greeting", token, json!("hello\u{1b}[31m")),
        changed(&other, "/data/hook", json!("ghp_plantedplanted"), json!("x")),
    ];
    let note = "the server said: token 4eC39HqLyjWDarjtT1zdp7dc is old".to_string();
    ReleaseReport::new(&release("api"), &findings, &[], &[note], &redactor())
}

fn db() -> ReleaseReport {
    let unknown = Unknown {
        object: Some(object("Secret", "db")),
        what: Class::Drift,
        reason: "Get \"https://me:swordfish@10.0.0.1\": connection refused".into(),
        remedy: Some("check the kube context prod".into()),
    };
    ReleaseReport::new(&release("db"), &[], &[unknown], &[], &redactor())
}

fn ignored() -> ReleaseReport {
    let finding =
        changed(&object("Deployment", "hpa"), "/spec/replicas", json!(5), json!(2));
    let finding = Finding { ignored_by: Some("helmfire.toml:3".into()), ..finding };
    let release =
        Release { helmfile: "git::https://me:swordfish@h/x".into(), ..release("hpa") };
    ReleaseReport::new(&release, &[finding], &[], &[], &redactor())
}

/// Whether `text` is what it was, and shows nothing that was planted. With
/// `HELMFIRE_GOLDEN` set it is written to `path` within the sources first.
pub(crate) fn golden(path: &str, text: &str, expected: &str) {
    shows_nothing(text);
    if std::env::var_os("HELMFIRE_GOLDEN").is_some() {
        let path =
            std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path);
        std::fs::write(path, text).unwrap();
    } else {
        assert_eq!(text, expected);
    }
}

/// No planted secret is in `text`.
pub(crate) fn shows_nothing(text: &str) {
    for planted in PLANTED {
        assert!(!text.contains(planted), "{planted} in {text}");
    }
}
