//! What a chart may spell otherwise than the server keeps it is no drift; what the
//! server keeps otherwise than the chart has it is, also in its order.

use std::process::Command;

use libtest_mimic::Trial;
use serde_json::Value;

use super::bed::Bed;
use super::with_both;
use crate::support::tool;

type Test = (&'static str, fn(&str));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 4] = [
        ("the_charts_own_ways", ways),
        ("fields_that_the_server_does_not_know", undeclared),
        ("what_stands_in_another_order", order),
        ("what_stands_in_a_whole", within),
    ];
    let trial = |(name, test): Test| with_both(&format!("spelled::{name}"), test);
    tests.into_iter().flat_map(trial).collect()
}

fn places(bed: &Bed, compare: &str) -> Vec<String> {
    let (rows, _) = bed.drift(&["--compare", compare]);
    let place = |row: &Value| {
        let text = |key: &str| row[key].as_str().unwrap_or("?").to_string();
        format!("{} {}", text("kind"), text("pointer"))
    };
    rows.iter().map(place).collect()
}

/// Deployed twice, for Helm 3 patches what it made the first time.
fn ways(helm: &str) {
    let bed = Bed::idle(helm);
    bed.project.write(
        "web/templates/ways.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ways, creationTimestamp: null, generation: 3, \
         labels: {app.kubernetes.io/managed-by: chartmaker}, annotations: {deployment.kubernetes.io/revision: '4'}}\n\
         data: {greeting: !!binary aGVsbG8=, empty: , text: x}\nbinaryData:\n  b: |\n    aGVs\n    bG8=\n\
         ---\napiVersion: v1\nkind: Secret\nmetadata: {name: ways}\ndata: {password: , user: dTE=}\n\
         ---\napiVersion: v1\nkind: Service\nmetadata: {name: ways}\n\
         spec: {clusterIP: '', type: '', ports: [{port: 80, targetPort: 0, nodePort: 0}]}\n\
         ---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: ways}\n\
         roleRef: {apiGroup: '', kind: Role, name: x}\n\
         ---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: ways}\n\
         addressType: IPv4\nendpoints: [{addresses: [10.1.2.3]}]\nports: [{port: 80}]\n",
    );
    bed.sync();
    bed.sync();
    for compare in ["server", "client"] {
        assert_eq!(places(&bed, compare), Vec::<String>::new(), "{compare}");
    }
}

/// Helm 3 deploys them; Helm 4, which applies on the server, cannot.
fn undeclared(helm: &str) {
    if helm == "helm4" {
        return;
    }
    let bed = Bed::idle(helm);
    bed.project.write(
        "web/templates/odd.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: odd}\nspec:\n  replica: 3\n  anchors: {a: 1}\n  \
         selector: {matchLabels: {app: odd}}\n  template:\n    metadata: {labels: {app: odd}}\n    \
         spec: {containers: [{name: odd, image: 'odd:1', resource: {limits: {cpu: 1}}}]}\n",
    );
    bed.sync();
    assert_eq!(places(&bed, "server"), Vec::<String>::new());
    bed.shell("kubectl set image deploy odd odd=odd:2");
    let image = "Deployment /spec/template/spec/containers/0/image";
    assert_eq!(places(&bed, "server"), [image]);
}

fn order(helm: &str) {
    let bed = Bed::with_gadget(helm);
    bed.project.write(
        "web/templates/order.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: order}\nspec:\n  selector: {matchLabels: {app: order}}\n  \
         template:\n    metadata: {labels: {app: order}}\n    spec:\n      \
         initContainers: [{name: first, image: 'a:1'}, {name: second, image: 'b:1'}]\n      \
         containers: [{name: a, image: 'a:1', env: [{name: HOST, value: h}, {name: URL, value: 'http://$(HOST)/'}]}]\n\
         ---\napiVersion: {{ .Values.group }}/v1\nkind: Gadget\nmetadata: {name: order}\n\
         spec: {steps: [{name: build}, {name: push}, {name: deploy}]}\n",
    );
    bed.sync();
    let pod = "/spec/template/spec";
    // One in front of them leaves the others in their order.
    bed.shell("kubectl set env deploy order -c a DEBUG=1");
    for compare in ["server", "client"] {
        let found = places(&bed, compare);
        assert!(found.len() == 1 && found[0].contains("/env/"), "{compare}: {found:?}");
    }
    bed.shell("kubectl set env deploy order -c a DEBUG-");
    let replace = |object: &str, pointer: &str, path: &str| {
        let mut get = Command::new(tool("kubectl"));
        get.args(["-n", &bed.namespace, "get", object, "order", "-o", "json"]);
        let live = bed.project.command(get).output().unwrap().stdout;
        let mut live: Value = serde_json::from_slice(&live).unwrap();
        live.pointer_mut(pointer).unwrap().as_array_mut().unwrap().reverse();
        bed.project.write(path, &live.to_string());
        bed.kubectl(&["replace", "-f", path]);
    };
    replace("deploy", &format!("{pod}/initContainers"), "a.json");
    replace("deploy", &format!("{pod}/containers/0/env"), "a.json");
    replace(&format!("gadgets.{}.example.com", bed.namespace), "/spec/steps", "b.json");
    let expected = [
        format!("Deployment {pod}/containers/0/env"),
        format!("Deployment {pod}/initContainers"),
        "Gadget /spec/steps".to_string(),
    ];
    for compare in ["server", "client"] {
        assert_eq!(places(&bed, compare), expected, "{compare}");
    }
}

/// Added in a part that the API has only as a whole.
fn within(helm: &str) {
    let bed = Bed::with_gadget(helm);
    bed.project.write(
        "web/templates/within.yaml",
        "apiVersion: {{ .Values.group }}/v1\nkind: Gadget\nmetadata: {name: within}\n\
         spec: {endpoints: [{port: http, interval: 30s}], big: 9007199254740993, none: {}}\n",
    );
    bed.sync();
    assert_eq!(places(&bed, "client"), Vec::<String>::new());
    bed.shell(
        "kubectl patch svc web --type=merge -p '{\"spec\":{\"selector\":{\"no\":\"pods\"}}}'; \
         kubectl patch netpol web --type=json -p '[\
         {\"op\":\"add\",\"path\":\"/spec/ingress/0/from/0/podSelector\",\"value\":{}},\
         {\"op\":\"add\",\"path\":\"/spec/ingress/0/ports/0/endPort\",\"value\":65535}]'; \
         kubectl patch gadgets.NS.example.com within --type=json -p '[\
         {\"op\":\"add\",\"path\":\"/spec/endpoints/0/basicAuth\",\"value\":{\"user\":{\"key\":\"y\"}}},\
         {\"op\":\"remove\",\"path\":\"/spec/none\"},\
         {\"op\":\"replace\",\"path\":\"/spec/big\",\"value\":9007199254740992}]'; \
         kubectl patch cm web --type=merge -p '{\"metadata\":{\"ownerReferences\":[\
         {\"apiVersion\":\"v1\",\"kind\":\"Node\",\"name\":\"gone\",\"uid\":\"1\"}]}}'",
    );
    let mut expected = [
        "ConfigMap /metadata/ownerReferences/0",
        "Gadget /spec/big",
        "Gadget /spec/endpoints/0/basicAuth",
        "Gadget /spec/none",
        "NetworkPolicy /spec/ingress/0/from/0/podSelector",
        "NetworkPolicy /spec/ingress/0/ports/0/endPort",
        "Service /spec/selector/no",
    ];
    expected.sort_unstable();
    for compare in ["server", "client"] {
        let mut found = places(&bed, compare);
        found.sort();
        assert_eq!(found, expected, "{compare}");
    }
}
