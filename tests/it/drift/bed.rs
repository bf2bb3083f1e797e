//! A release of a chart that has something of everything, in a namespace of its own.

use std::process::{Command, Output};

use serde_json::Value;

use crate::releases::project::Project;
use crate::support::{binary, tool};
use crate::watch::session::on_cluster;

const CHART: &str = "apiVersion: v2\nname: web\nversion: 0.1.0\n";

const VALUES: &str =
    "replicas: 2\nimage: web:1.0.0\nlevel: info\ncolor: blue\npassword: hunter2\n";

const WORKLOAD: &str = r#"
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web, tier: front}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
    spec:
      serviceAccountName: web
      containers:
      - name: web
        image: {{ .Values.image }}
        args: [--port=8080, --verbose]
        env:
        - {name: LOG_LEVEL, value: {{ .Values.level }}}
        - {name: REGION, value: north}
        - {name: DB_PASSWORD, value: {{ .Values.password }}}
        ports:
        - {name: http, containerPort: 8080}
        - {containerPort: 9090}
        resources:
          limits: {cpu: 1000m, memory: 0.5Gi}
        volumeMounts:
        - {name: config, mountPath: /etc/web}
      volumes:
      - name: config
        configMap: {name: web, defaultMode: 0644}
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: store
spec:
  replicas: 1
  serviceName: store
  selector: {matchLabels: {app: store}}
  template:
    metadata:
      labels: {app: store}
    spec:
      containers:
      - {name: store, image: "store:2"}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      resources: {requests: {storage: 1Gi}}
"#;

const OTHERS: &str = r#"
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports:
  - {name: http, port: 80, targetPort: http}
  - {name: metrics, port: 9090}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  color: {{ .Values.color }}
  greeting: hello
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: kept
  annotations: {helm.sh/resource-policy: keep}
data:
  note: stays
---
apiVersion: v1
kind: Secret
metadata:
  name: web
stringData:
  password: {{ .Values.password }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 1
  maxReplicas: 6
  metrics:
  - type: Resource
    resource: {name: cpu, target: {type: Utilization, averageUtilization: 80}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: web
spec:
  podSelector: {matchLabels: {app: web}}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {zone: edge}}}]
    ports: [{port: 8080}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: system:{{ .Release.Namespace }}-reader
rules:
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch]
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: hooked
  annotations:
    helm.sh/hook: post-install
    helm.sh/hook-delete-policy: hook-succeeded
data:
  step: run
{{- with .Values.group }}
---
apiVersion: {{ . }}/v1
kind: Gadget
metadata:
  name: web
spec:
  size: 3
  mode: {{ $.Values.color }}
{{- end }}
"#;

/// A deployed release.
pub struct Bed {
    pub project: Project,
    pub namespace: String,
}

impl Bed {
    /// Deploys it.
    pub fn new(helm: &str) -> Self {
        let bed = Self::idle(helm);
        bed.sync();
        bed
    }

    /// The same with a custom resource, of a group that is the namespace's own.
    pub fn with_gadget(helm: &str) -> Self {
        let bed = Self::idle(helm);
        let group = format!("{}.example.com", bed.namespace);
        let crd = GADGET.replace("GROUP", &group);
        bed.project.write("crd.yaml", &crd);
        bed.kubectl(&["apply", "-f", "crd.yaml"]);
        bed.kubectl(&["wait", "--for=condition=Established", "-f", "crd.yaml"]);
        let values = bed.project.read("values.yaml");
        bed.project.write("values.yaml", &format!("{values}group: {group}\n"));
        bed.sync();
        bed
    }

    /// The project, nothing deployed.
    pub fn idle(helm: &str) -> Self {
        let project = Project::new(helm);
        let namespace = on_cluster(&project).replace("watch", "drift");
        project.write("web/Chart.yaml", CHART).write("values.yaml", VALUES);
        project.write("web/templates/workload.yaml", WORKLOAD);
        project.write("web/templates/others.yaml", OTHERS);
        let helmfile = format!(
            "releases:\n- {{name: web, namespace: {namespace}, chart: ./web, values: [values.yaml]}}\n"
        );
        project.write("helmfile.yaml", &helmfile);
        Self { project, namespace }
    }

    /// `helmfile sync`
    pub fn sync(&self) {
        let mut helmfile = Command::new(tool("helmfile"));
        helmfile.args(["-q", "sync"]);
        let output = self.project.command(helmfile).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Replaces a text in the values.
    pub fn replace_value(&self, from: &str, to: &str) {
        let values = self.project.read("values.yaml");
        assert!(values.contains(from), "{values}");
        self.project.write("values.yaml", &values.replace(from, to));
    }

    /// kubectl in the namespace; it must succeed.
    pub fn kubectl(&self, args: &[&str]) {
        let mut kubectl = Command::new(tool("kubectl"));
        kubectl.args(["-n", &self.namespace]).args(args);
        let output = self.project.command(kubectl).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// A line of shell with `kubectl` in the namespace, and `NS` for its name.
    pub fn shell(&self, line: &str) {
        let kubectl = format!("{} -n {}", tool("kubectl").display(), self.namespace);
        let line = line.replace("kubectl", &kubectl).replace("NS", &self.namespace);
        let mut shell = Command::new("sh");
        shell.args(["-ec", &line]);
        let output = self.project.command(shell).output().unwrap();
        assert!(
            output.status.success(),
            "{line}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    /// `helmfire-drift check` with these flags.
    pub fn check(&self, args: &[&str]) -> Output {
        let mut program = binary("helmfire-drift");
        program.arg("check").args(args);
        self.project.command(program).output().unwrap()
    }

    /// The rows of a check for drift, but for the last, and the exit code.
    pub fn drift(&self, args: &[&str]) -> (Vec<Value>, i32) {
        let mut all = vec!["--only", "drift", "--json"];
        all.extend(args);
        rows(&self.check(&all))
    }
}

/// The rows of an output, but for the summary, and the exit code.
pub fn rows(output: &Output) -> (Vec<Value>, i32) {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let mut rows: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = rows.pop();
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(last.unwrap_or_default()["class"], "summary", "{text}{talk}");
    (rows, output.status.code().unwrap())
}

const GADGET: &str = r"
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: gadgets.GROUP
spec:
  group: GROUP
  scope: Namespaced
  names: {kind: Gadget, plural: gadgets, singular: gadget}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, x-kubernetes-preserve-unknown-fields: true}
";

/// The reasons of the rows of class unknown, which there must be, with exit code 1.
pub fn unknown(bed: &Bed, args: &[&str]) -> Vec<String> {
    let (rows, code) = bed.drift(args);
    assert_eq!(code, 1, "{rows:#?}");
    let unknown = rows.iter().filter(|row| row["class"] == "unknown");
    unknown.map(|row| row["reason"].as_str().unwrap().to_string()).collect()
}

/// Each of `words` stands in one of the reasons.
pub fn says(reasons: &[String], words: &[&str]) {
    for word in words {
        assert!(reasons.iter().any(|it| it.contains(word)), "{word}: {reasons:#?}");
    }
}
