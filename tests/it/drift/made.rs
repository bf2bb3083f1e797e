//! What people make by hand: the whole of an object is theirs then, with all that the
//! server filled in, and only what they put beside the chart is told.

use libtest_mimic::Trial;
use serde_json::Value;

use super::bed::Bed;
use super::with_both;
use crate::support::tool;

type Test = (&'static str, fn(&str));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 6] = [
        ("an_object_made_anew_is_as_it_was", anew),
        ("a_part_that_is_added_is_one_addition", part),
        ("a_port_that_was_away_for_a_while", port),
        ("what_is_a_default_elsewhere", elsewhere),
        ("an_autoscaler_through_another_version", version),
        ("by_whom_the_server_forgot", ancient),
    ];
    let trial = |(name, test): Test| with_both(&format!("made::{name}"), test);
    tests.into_iter().flat_map(trial).collect()
}

/// `Kind place`, of additions and of all else.
fn told(bed: &Bed, compare: &str) -> Vec<String> {
    let (rows, _) = bed.drift(&["--compare", compare]);
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or("?").to_string();
    let told = |row: &Value| {
        format!("{} {} {}", text(row, "type"), text(row, "kind"), text(row, "pointer"))
    };
    rows.iter().map(told).collect()
}

const ALL: &str = r"
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: all}
spec:
  selector: {matchLabels: {a: all}}
  template:
    metadata: {labels: {a: all}}
    spec:
      containers: [{name: a, image: a, livenessProbe: {httpGet: {port: 80}}}]
      volumes: [{name: c, configMap: {name: c}}]
---
apiVersion: batch/v1
kind: Job
metadata: {name: all}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: all}
spec:
  schedule: '0 0 * * *'
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all}
spec: {podSelector: {}, egress: [{ports: [{port: 80}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: all}
spec: {type: NodePort, ports: [{port: 80}]}
";

fn anew(helm: &str) {
    let bed = Bed::with_gadget(helm);
    bed.project.write("web/templates/all.yaml", ALL);
    let path = "crd.yaml";
    let crd = bed.project.read(path);
    let spec = "spec: {type: object, x-kubernetes-preserve-unknown-fields: true";
    let level = format!("{spec}, properties: {{level: {{type: integer, default: 7}}}}");
    assert!(crd.contains(spec));
    bed.project.write(path, &crd.replace(spec, &level));
    bed.kubectl(&["apply", "-f", path]);
    bed.sync();
    let helm = tool(helm);
    bed.shell(&format!(
        "{h} get manifest web -n NS > all.yaml; kubectl delete --wait -f all.yaml; \
         kubectl create -f all.yaml; kubectl label gadgets.NS.example.com web x=y",
        h = helm.display()
    ));
    let gadget = "addition Gadget /metadata/labels/x";
    assert_eq!(told(&bed, "server"), [gadget]);
    // What a custom resource has by itself only the server knows.
    assert_eq!(told(&bed, "client"), [gadget, "addition Gadget /spec/level"]);
}

fn part(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell(
        "kubectl patch deploy web -p '{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"web\",\
         \"readinessProbe\":{\"tcpSocket\":{\"port\":8080}}}]}}}}'; \
         kubectl patch cm web -p '{\"data\":{\"protocol\":\"TCP\"}}'",
    );
    let place = "/spec/template/spec/containers/0/readinessProbe";
    let expected = [
        "addition ConfigMap /data/protocol".to_string(),
        format!("addition Deployment {place}"),
    ];
    for compare in ["server", "client"] {
        assert_eq!(told(&bed, compare), expected, "{compare}");
    }
}

/// Who makes a port anew owns the number that the server gives it.
fn port(helm: &str) {
    let bed = Bed::idle(helm);
    bed.project.write(
        "web/templates/port.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: port}\n\
         spec: {type: NodePort, ports: [{port: 80, targetPort: 80}]}\n",
    );
    bed.sync();
    let put = |place: &str, number: u16| {
        bed.shell(&format!(
            "kubectl patch svc port --type=json -p \
             '[{{\"op\":\"add\",\"path\":\"/spec/ports/0/{place}\",\"value\":{number}}}]'"
        ));
    };
    put("port", 81);
    put("port", 80);
    assert_eq!(told(&bed, "server"), [""; 0]);
    assert_eq!(told(&bed, "client"), [""; 0]);
    // And who only gives it another number, that. The server gives out none of these.
    let number = if helm == "helm3" { 30010 } else { 30011 };
    bed.kubectl(&["delete", "svc", "port"]);
    bed.sync();
    bed.shell(&format!(
        "kubectl get svc port -o json | sed 's/\"nodePort\": [0-9]*/\"nodePort\": {number}/' | \
         kubectl replace -f -"
    ));
    assert_eq!(told(&bed, "server"), ["addition Service /spec/ports/0/nodePort"]);
}

/// Fields that are as the server makes them somewhere, but not there.
fn elsewhere(helm: &str) {
    let bed = Bed::idle(helm);
    bed.project.write("web/templates/all.yaml", ALL);
    bed.sync();
    bed.shell(
        "kubectl patch deploy web --type=json -p '[\
         {\"op\":\"replace\",\"path\":\"/spec/strategy/rollingUpdate/maxUnavailable\",\"value\":1},\
         {\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/imagePullPolicy\",\"value\":\"Always\"}]'; \
         kubectl patch ds all --type=json -p '[\
         {\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/livenessProbe/timeoutSeconds\",\"value\":10}]'; \
         kubectl patch svc all --type=json -p '[\
         {\"op\":\"replace\",\"path\":\"/spec/ports/0/nodePort\",\"value\":32700}]' || \
         kubectl patch svc all --type=json -p '[\
         {\"op\":\"replace\",\"path\":\"/spec/ports/0/nodePort\",\"value\":32701}]'",
    );
    let expected = [
        "addition DaemonSet /spec/template/spec/containers/0/livenessProbe/timeoutSeconds",
        "addition Deployment /spec/strategy/rollingUpdate/maxUnavailable",
        "addition Deployment /spec/template/spec/containers/0/imagePullPolicy",
        "addition Service /spec/ports/0/nodePort",
    ];
    for compare in ["server", "client"] {
        assert_eq!(told(&bed, compare), expected, "{compare}");
    }
}

/// kubectl writes through the second version what the chart has through the first,
/// which has no field for it.
fn version(helm: &str) {
    let bed = Bed::new(helm);
    bed.project.write(
        "web/templates/old.yaml",
        "apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: old}\n\
         spec: {maxReplicas: 5, targetCPUUtilizationPercentage: 80, \
         scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}\n",
    );
    bed.sync();
    let metric = "{\"type\":\"Resource\",\"resource\":{\"name\":\"memory\",\"target\":\
        {\"type\":\"Utilization\",\"averageUtilization\":70}}}";
    bed.shell(&format!(
        "kubectl patch hpa old --type=json -p '[{{\"op\":\"add\",\"path\":\"/spec/metrics/-\",\"value\":{metric}}}]'; \
         kubectl patch hpa old --type=merge -p '{{\"spec\":{{\"behavior\":{{\"scaleDown\":{{\"stabilizationWindowSeconds\":9}}}}}}}}'",
    ));
    let place = "addition HorizontalPodAutoscaler /metadata/annotations/autoscaling.alpha.kubernetes.io~1";
    let expected = ["behavior", "metrics"].map(|name| format!("{place}{name}"));
    for compare in ["server", "client"] {
        assert_eq!(told(&bed, compare), expected, "{compare}");
    }
}

/// Of more than ten managers the server folds the oldest into one without a name.
fn ancient(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell(
        "kubectl label cm web by=hand; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do \
         kubectl annotate cm web n$i=x --field-manager=controller-$i; sleep 1; done; \
         kubectl get cm web -o yaml --show-managed-fields | grep -q ancient-changes",
    );
    let (rows, code) = bed.drift(&[]);
    let label = rows.iter().find(|row| row["pointer"] == "/metadata/labels/by");
    assert_eq!(label.expect("it is told")["manager"], "ancient-changes", "{rows:#?}");
    assert_eq!(code, 2);
}
