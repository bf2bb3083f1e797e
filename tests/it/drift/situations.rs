//! What somebody does to the cluster, and the rows that tell it.
//!
//! `type severity Kind/name pointer live desired manager`; `-` for what there is not.
//! The same for both majors of Helm. What is not in the table is not to be in the
//! report: each situation compares all rows.

use libtest_mimic::Trial;
use serde_json::Value;

use super::bed::Bed;
use super::with_both;

struct Situation {
    name: &'static str,
    /// What is done, as a line of shell.
    done: &'static str,
    rows: &'static [&'static str],
}

const fn situation(
    name: &'static str,
    done: &'static str,
    rows: &'static [&'static str],
) -> Situation {
    Situation { name, done, rows }
}

const CONTAINER: &str = "/spec/template/spec/containers/0";

#[rustfmt::skip]
const SITUATIONS: [Situation; 36] = [
    situation("nothing", "true", &[]),
    situation("scaled", "kubectl scale deploy web --replicas=5",
        &["resource medium Deployment/web /spec/replicas 5 2 kubectl"]),
    situation("scaled_to_none", "kubectl scale deploy web --replicas=0",
        &["resource high Deployment/web /spec/replicas 0 2 -"]),
    situation("image", "kubectl set image deploy web web=web:9.9.9",
        &["image high Deployment/web C/image \"web:9.9.9\" \"web:1.0.0\" kubectl-set"]),
    situation("label_edited", "kubectl label --overwrite deploy web tier=back",
        &["configuration low Deployment/web /metadata/labels/tier \"back\" \"front\" kubectl-label"]),
    situation("label_removed", "kubectl label deploy web tier-",
        &["configuration low Deployment/web /metadata/labels/tier - \"front\" -"]),
    situation("label_added", "kubectl label deploy web own=x",
        &["addition low Deployment/web /metadata/labels/own \"x\" - kubectl-label"]),
    situation("limit", "kubectl set resources deploy web --limits=cpu=2",
        &["resource medium Deployment/web C/resources/limits/cpu \"2\" \"1\" kubectl-set"]),
    situation("env_edited", "kubectl set env deploy web LOG_LEVEL=trace",
        &["configuration medium Deployment/web C/env/0/value \"trace\" \"info\" kubectl-set"]),
    situation("env_added", "kubectl set env deploy web EXTRA=1",
        &["addition low Deployment/web C/env/3 {\"name\":\"EXTRA\",\"value\":\"1\"} - kubectl-set"]),
    situation("env_removed", "kubectl set env deploy web REGION-",
        &["configuration medium Deployment/web C/env/1 - {\"name\":\"REGION\",\"value\":\"north\"} -"]),
    situation("args", "kubectl patch deploy web --type=json -p '[{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/0/args/0\",\"value\":\"--debug\"}]'",
        &["configuration medium Deployment/web C/args [\"--debug\",\"--port=8080\",\"--verbose\"] [\"--port=8080\",\"--verbose\"] kubectl-patch"]),
    situation("sidecar", "kubectl patch deploy web --type=json -p '[{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/-\",\"value\":{\"name\":\"side\",\"image\":\"side:1\"}}]'",
        &["addition low Deployment/web /spec/template/spec/containers/1 {\"image\":\"side:1\" - kubectl-patch"]),
    situation("restarted", "kubectl rollout restart deploy web",
        &["addition low Deployment/web /spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt \"20 - kubectl-rollout"]),
    situation("service_deleted", "kubectl delete svc web",
        &["deletion high Service/web - - {\"apiVersion\":\"v1\" -"]),
    situation("config_deleted", "kubectl delete cm web",
        &["deletion medium ConfigMap/web - - {\"apiVersion\":\"v1\" -"]),
    situation("kept_deleted", "kubectl delete cm kept",
        &["deletion medium ConfigMap/kept - - {\"apiVersion\":\"v1\" -"]),
    situation("config_edited", "kubectl patch cm web -p '{\"data\":{\"color\":\"green\"}}'",
        &["configuration medium ConfigMap/web /data/color \"green\" \"blue\" kubectl-patch"]),
    situation("config_added", "kubectl patch cm web -p '{\"data\":{\"size\":\"big\"}}'",
        &["addition low ConfigMap/web /data/size \"big\" - kubectl-patch"]),
    situation("secret", "kubectl patch secret web -p '{\"stringData\":{\"password\":\"hunter3\"}}'",
        &["configuration high Secret/web /data/password \"<secret \"<secret kubectl-patch"]),
    situation("port", "kubectl patch svc web --type=json -p '[{\"op\":\"replace\",\"path\":\"/spec/ports/0/port\",\"value\":81}]'",
        &["configuration medium Service/web /spec/ports/0/port 81 80 kubectl-patch"]),
    situation("exposed", "kubectl patch svc web -p '{\"spec\":{\"type\":\"LoadBalancer\"}}'",
        &["addition low Service/web /spec/type \"LoadBalancer\" - kubectl-patch"]),
    situation("account", "kubectl set serviceaccount deploy web other",
        &["configuration medium Deployment/web /spec/template/spec/serviceAccountName \"other\" \"web\" kubectl-set"]),
    situation("policy", "kubectl patch netpol web --type=json -p '[{\"op\":\"remove\",\"path\":\"/spec/ingress/0/from\"}]'",
        &["configuration medium NetworkPolicy/web /spec/ingress/0/from - [{\"namespaceSelector\" kubectl-patch"]),
    situation("autoscaler", "kubectl patch hpa web -p '{\"spec\":{\"maxReplicas\":20}}'",
        &["resource medium HorizontalPodAutoscaler/web /spec/maxReplicas 20 6 kubectl-patch"]),
    situation("role", "kubectl patch clusterrole system:NS-reader --type=json -p '[{\"op\":\"add\",\"path\":\"/rules/0/verbs/-\",\"value\":\"delete\"}]'",
        &["configuration high ClusterRole/system:NS-reader /rules/0/verbs [\"get\",\"list\",\"watch\",\"delete\"] [\"get\",\"list\",\"watch\"] kubectl-patch"]),
    situation("statefulset", "kubectl scale sts store --replicas=4",
        &["resource medium StatefulSet/store /spec/replicas 4 1 kubectl"]),
    situation("autoscaled", "kubectl patch deploy web --subresource=scale --type=merge -p '{\"spec\":{\"replicas\":5}}' --field-manager=kube-controller-manager",
        &["resource medium Deployment/web /spec/replicas 5 2 kube-controller-manager"]),
    situation("privileged", "kubectl patch deploy web --type=json -p '[{\"op\":\"add\",\"path\":\"/spec/template/spec/containers/0/securityContext\",\"value\":{\"privileged\":true}}]'",
        &["addition high Deployment/web C/securityContext {\"privileged\":true} - kubectl-patch"]),
    situation("volume_mode", "kubectl patch deploy web --type=json -p '[{\"op\":\"replace\",\"path\":\"/spec/template/spec/volumes/0/configMap/defaultMode\",\"value\":256}]'",
        &["configuration medium Deployment/web /spec/template/spec/volumes/0/configMap/defaultMode 256 420 kubectl-patch"]),
    situation("container_port", "kubectl patch deploy web --type=json -p '[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/ports/0/containerPort\",\"value\":8081}]'",
        &["configuration medium Deployment/web C/ports/0/containerPort 8081 8080 kubectl-patch"]),
    situation("nameless_port", "kubectl patch deploy web --type=json -p '[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/ports/1/containerPort\",\"value\":9091}]'",
        &["addition low Deployment/web C/ports/1 {\"containerPort\":9091 - kubectl-patch",
          "configuration medium Deployment/web C/ports/2 - {\"containerPort\":9090 -"]),
    situation("being_deleted", "kubectl patch cm web -p '{\"metadata\":{\"finalizers\":[\"x.example.com/y\"]}}'; kubectl delete cm web --wait=false",
        &["addition low ConfigMap/web /metadata/finalizers/0 \"x.example.com/y\" - kubectl-patch",
          "deletion medium ConfigMap/web /metadata/deletionTimestamp \"20 - -"]),
    situation("applied_whole", "kubectl get cm web -o yaml | sed 's/blue/green/' | kubectl apply --server-side --force-conflicts -f -",
        &["configuration medium ConfigMap/web /data/color \"green\" \"blue\" kubectl"]),
    situation("muted", "kubectl annotate cm web helmfire.dev/drift=disabled --field-manager=evil",
        &["addition medium ConfigMap/web /metadata/annotations/helmfire.dev~1drift \"disabled\" - evil"]),
    situation("several", "kubectl scale deploy web --replicas=5; kubectl delete svc web; kubectl label deploy web own=x",
        &["addition low Deployment/web /metadata/labels/own \"x\" - kubectl-label",
          "deletion high Service/web - - {\"apiVersion\":\"v1\" -",
          "resource medium Deployment/web /spec/replicas 5 2 kubectl"]),
];

/// With a custom resource.
#[rustfmt::skip]
const OF_GADGETS: [Situation; 2] = [
    situation("custom_edited", "kubectl patch gadgets.NS.example.com web --type=merge -p '{\"spec\":{\"size\":99,\"extra\":1}}'",
        &["addition low Gadget/web /spec/extra 1 - kubectl-patch",
          "configuration medium Gadget/web /spec/size 99 3 kubectl-patch"]),
    situation("custom_deleted", "kubectl delete gadgets.NS.example.com web",
        &["deletion medium Gadget/web - - {\"apiVersion\":\"NS.example.com/v1\" -"]),
];

pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for situation in &SITUATIONS {
        let name = format!("situation::{}", situation.name);
        trials.extend(with_both(&name, |helm| happens(&Bed::new(helm), situation)));
    }
    for situation in &OF_GADGETS {
        let name = format!("situation::{}", situation.name);
        let test = |helm: &str| happens(&Bed::with_gadget(helm), situation);
        trials.extend(with_both(&name, test));
    }
    trials
}

fn happens(bed: &Bed, situation: &Situation) {
    bed.shell(situation.done);
    let (rows, code) = bed.drift(&[]);
    let mut shown: Vec<String> = rows.iter().map(shown).collect();
    shown.sort();
    let expected: Vec<String> = situation
        .rows
        .iter()
        .map(|row| {
            row.replace("NS", &bed.namespace).replace("C/", &format!("{CONTAINER}/"))
        })
        .collect();
    assert_eq!(shown.len(), expected.len(), "{shown:#?}");
    for (row, expected) in shown.iter().zip(&expected) {
        assert!(is_like(row, expected), "{row}\n{expected}");
    }
    assert_eq!(code, if rows.is_empty() { 0 } else { 2 });
}

/// Word by word; a long value is told by its beginning.
fn is_like(row: &str, expected: &str) -> bool {
    let (row, expected): (Vec<_>, Vec<_>) =
        (row.split(' ').collect(), expected.split(' ').collect());
    row.len() == expected.len()
        && row.iter().zip(&expected).all(|(word, start)| word.starts_with(start))
}

fn shown(row: &Value) -> String {
    assert_eq!(
        (&row["class"], &row["release"]),
        (&"drift".into(), &"web".into()),
        "{row}"
    );
    let text = |key: &str| row[key].as_str().filter(|it| !it.is_empty()).unwrap_or("-");
    let side = |key: &str| match &row[key] {
        Value::Null => "-".to_string(),
        value => value.to_string().replace(' ', ""),
    };
    format!(
        "{} {} {}/{} {} {} {} {}",
        text("type"),
        text("severity"),
        text("kind"),
        text("name"),
        text("pointer"),
        side("live"),
        side("desired"),
        text("manager"),
    )
}
