//! Right after a deployment nothing has drifted, whatever the chart; and what
//! `kubectl diff` says of each object afterwards is what we say.

use std::collections::BTreeSet;
use std::process::Command;

use libtest_mimic::Trial;

use super::bed::{Bed, rows};
use super::with_both;
use crate::support::{root, tool};

pub fn trials() -> Vec<Trial> {
    let mut trials = with_both("fresh::a_created_chart", created);
    trials.extend(with_both("fresh::the_example", example));
    trials.extend(with_both("fresh::what_the_server_leaves_out", left_out));
    trials.extend(with_both("fresh::what_has_a_tag", tagged));
    trials.extend(with_both("fresh::what_is_written_as_a_whole", wholes));
    trials.extend(with_both("fresh::a_volume_mounted_twice", mounts));
    trials.extend(with_both("fresh::kubectl_agrees", agreement));
    trials
}

fn clean(bed: &Bed, releases: u64) {
    let output = bed.check(&["--only", "drift", "--json"]);
    let (rows, code) = rows(&output);
    assert!(rows.is_empty(), "{rows:#?}");
    assert_eq!(code, 0);
    let text = String::from_utf8(output.stdout).unwrap();
    let last: serde_json::Value =
        serde_json::from_str(text.lines().next_back().unwrap()).unwrap();
    assert_eq!(
        (&last["checked"], &last["clean"]),
        (&releases.into(), &releases.into())
    );
}

/// What `helm create` makes, with all that its values can switch on.
fn created(helm: &str) {
    let bed = Bed::idle(helm);
    let mut create = Command::new(tool(helm));
    create.args(["create", "web"]);
    std::fs::remove_dir_all(bed.project.path("web")).unwrap();
    assert!(bed.project.command(create).output().unwrap().status.success());
    bed.project.write(
        "values.yaml",
        "autoscaling: {enabled: true, targetMemoryUtilizationPercentage: 80}\n\
         ingress: {enabled: true}\nresources: {limits: {cpu: 0.5, memory: 1Gi}}\n\
         nodeSelector: {a: b}\ntolerations: [{key: x, operator: Exists}]\n",
    );
    bed.sync();
    clean(&bed, 1);
}

fn example(helm: &str) {
    let bed = Bed::idle(helm);
    let from = root().join("examples/shop/.");
    let to = bed.project.path("");
    assert!(Command::new("cp").arg("-R").arg(from).arg(to).status().unwrap().success());
    let text = bed.project.read("helmfile.yaml");
    let text =
        text.replace("namespace: shop", &format!("namespace: {}", bed.namespace));
    let text = text.replace("shop/db", &format!("{}/db", bed.namespace));
    let monitoring = format!("namespace: {}-m", bed.namespace);
    let text = text.replace("namespace: monitoring", &monitoring);
    bed.project.write("helmfile.yaml", &text);
    bed.sync();
    clean(&bed, 5);
}

/// Texts that look like numbers say so by a tag, too.
fn tagged(helm: &str) {
    let bed = Bed::with_gadget(helm);
    bed.project.write(
        "web/templates/tagged.yaml",
        "apiVersion: {{ .Values.group }}/v1\nkind: Gadget\nmetadata: {name: tagged}\n\
         spec: {a: !!str 123, b: !!str yes, c: 1.50, d: 12345678901234567890, e: 0x1F}\n",
    );
    bed.sync();
    for compare in ["server", "client"] {
        let (found, code) = bed.drift(&["--compare", compare]);
        assert_eq!((found.len(), code), (0, 0), "{found:#?}");
    }
}

/// Also compared field by field: null, empty and zero, which the server does not store.
fn left_out(helm: &str) {
    let bed = Bed::idle(helm);
    bed.project.write(
        "web/templates/odd.yaml",
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: odd, labels: null}\nspec:\n  \
         revisionHistoryLimit: null\n  selector: {matchLabels: {app: odd}}\n  template:\n    \
         metadata: {labels: {app: odd}, annotations: {}}\n    spec:\n      hostNetwork: false\n      \
         nodeSelector:\n      containers:\n      - name: odd\n        image: odd:1\n        \
         imagePullPolicy:\n        args: []\n        env: [{name: A, value: \"\"}]\n        \
         readinessProbe: {initialDelaySeconds: 0, tcpSocket: {port: 80}}\n",
    );
    bed.sync();
    clean(&bed, 1);
    let (found, code) = bed.drift(&["--compare", "client"]);
    assert_eq!((found.len(), code), (0, 0), "{found:#?}");
    // The dry run of a changed DaemonSet counts a generation further.
    bed.shell("kubectl set image ds odd odd=odd:2");
    let (found, code) = bed.drift(&[]);
    assert_eq!((found.len(), code), (1, 2), "{found:#?}");
}

fn pointers(bed: &Bed, compare: &str) -> BTreeSet<String> {
    let (found, _) = bed.drift(&["--compare", compare]);
    let place = |row: &serde_json::Value| {
        format!(
            "{} {}",
            row["kind"].as_str().unwrap(),
            row["pointer"].as_str().unwrap()
        )
    };
    found.iter().map(place).collect()
}

/// Lists and maps that have one owner: a right that somebody grants is seen by those,
/// too, who may not ask for a dry run. What the chart writes is none of it.
fn wholes(helm: &str) {
    let bed = Bed::idle(helm);
    bed.project.write(
        "web/templates/wholes.yaml",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: 'wholes-{{ .Release.Namespace }}', namespace: odd}\n\
         rules: [{apiGroups: [''], resources: [pods], verbs: [get]}]\n\
         ---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: wholes}\n\
         roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: x}\n\
         subjects: [{kind: User, name: ann, apiGroup: rbac.authorization.k8s.io}]\n\
         ---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: wholes}\nspec: {podSelector: {}}\n\
         ---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: wholes}\ndata: {empty: ''}\n\
         ---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: wholes}\nimagePullSecrets: [{name: a}]\n\
         ---\napiVersion: v1\nkind: ReplicationController\nmetadata: {name: wholes}\nspec:\n  selector: {app: wholes}\n  \
         template:\n    metadata: {labels: {app: wholes}}\n    spec:\n      nodeSelector: {}\n      tolerations: []\n      \
         containers: [{name: a, image: 'a:1', env: [{name: A, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]}]\n",
    );
    bed.sync();
    clean(&bed, 1);
    assert_eq!(pointers(&bed, "client"), BTreeSet::new());
    bed.shell(
        "kubectl patch rolebinding wholes --type=json -p '[{\"op\":\"add\",\"path\":\"/subjects/-\",\"value\":\
         {\"kind\":\"User\",\"name\":\"mallory\",\"apiGroup\":\"rbac.authorization.k8s.io\"}}]'; \
         kubectl patch netpol wholes --type=merge -p '{\"spec\":{\"podSelector\":{\"matchLabels\":{\"a\":\"b\"}}}}'; \
         kubectl patch cm wholes --type=merge -p '{\"data\":{\"empty\":null}}'; \
         kubectl patch sa wholes -p '{\"imagePullSecrets\":[{\"name\":\"b\"}]}'; \
         kubectl patch rc wholes -p '{\"spec\":{\"template\":{\"spec\":{\"nodeSelector\":{\"a\":\"b\"},\
         \"tolerations\":[{\"key\":\"a\",\"operator\":\"Exists\"}]}}}}'",
    );
    // The server leaves out what is empty, so the whole is what differs.
    let wholes = [
        "ReplicationController /spec/template/spec/nodeSelector",
        "ReplicationController /spec/template/spec/tolerations",
    ];
    let items = [
        "ReplicationController /spec/template/spec/nodeSelector/a",
        "ReplicationController /spec/template/spec/tolerations/0",
    ];
    let both = [
        "ConfigMap /data",
        "NetworkPolicy /spec/podSelector/matchLabels",
        "RoleBinding /subjects/1",
        "ServiceAccount /imagePullSecrets/0",
    ];
    for (compare, others) in [("server", wholes), ("client", items)] {
        let expected = both.into_iter().chain(others).map(String::from).collect();
        assert_eq!(pointers(&bed, compare), expected, "{compare}");
    }
}

/// The mount that is gone is told, not that another one should be it.
fn mounts(helm: &str) {
    let bed = Bed::idle(helm);
    bed.project.write(
        "web/templates/mounts.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mounts}\nspec:\n  \
         selector: {matchLabels: {app: mounts}}\n  template:\n    metadata: {labels: {app: mounts}}\n    \
         spec:\n      volumes: [{name: s, emptyDir: {}}, {name: e, emptyDir: {}}]\n      containers:\n      \
         - name: a\n        image: a:1\n        volumeMounts: [{name: s, mountPath: /a}, \
         {name: s, mountPath: /b, subPath: x}, {name: e, mountPath: /d}]\n",
    );
    bed.sync();
    bed.shell(
        "kubectl patch deploy mounts --type=json -p '[{\"op\":\"remove\",\"path\":\
         \"/spec/template/spec/containers/0/volumeMounts/1\"}]'",
    );
    for compare in ["server", "client"] {
        let (found, code) = bed.drift(&["--compare", compare]);
        assert_eq!((found.len(), code), (1, 2), "{found:#?}");
        assert!(found[0]["live"].is_null(), "{found:#?}");
        assert_eq!(found[0]["desired"]["mountPath"], "/b", "{found:#?}");
    }
}

fn agreement(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell(
        "kubectl scale deploy web --replicas=3; kubectl delete netpol web; \
         kubectl patch cm web -p '{\"data\":{\"color\":\"red\"}}'; \
         kubectl label sts store x=y; kubectl set env deploy web LOG_LEVEL=trace; \
         kubectl patch hpa web -p '{\"spec\":{\"minReplicas\":2}}'",
    );
    let (rows, _) = bed.drift(&[]);
    let name = |row: &serde_json::Value| {
        format!("{}.{}", row["kind"].as_str().unwrap(), row["name"].as_str().unwrap())
    };
    // kubectl knows nothing of additions.
    let ours: BTreeSet<String> =
        rows.iter().filter(|row| row["type"] != "addition").map(name).collect();
    assert_eq!(ours, differing(&bed, helm));
}

/// The objects that `kubectl diff` finds to differ, as `Kind.name`.
fn differing(bed: &Bed, helm: &str) -> BTreeSet<String> {
    let script = format!(
        "{} get manifest web -n {ns} | KUBECTL_EXTERNAL_DIFF='diff -rqN' {} diff --server-side \
         --force-conflicts --field-manager=helmfire-drift -n {ns} -f -",
        tool(helm).display(),
        tool("kubectl").display(),
        ns = bed.namespace
    );
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]);
    let output = bed.project.command(shell).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let file = |line: &str| {
        // `Files /tmp/LIVE-1/apps.v1.Deployment.ns.web and … differ`
        let path = line.split(' ').nth(1)?;
        let file = path.rsplit('/').next()?;
        let parts: Vec<&str> = file.split('.').collect();
        let kind = parts.iter().find(|it| it.starts_with(char::is_uppercase))?;
        Some(format!("{kind}.{}", parts.last()?))
    };
    text.lines().filter_map(file).collect()
}
