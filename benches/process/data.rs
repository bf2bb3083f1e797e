//! What is measured on: real manifests if they are there, else generated ones.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The rules of all measurements, sixteen of them.
pub const RULES: [(&str, &str); 16] = [
    ("quay.io/argoproj/argocd", "mirror.local/argocd"),
    ("ghcr.io/dexidp/dex", "mirror.local/dex"),
    ("public.ecr.aws/docker/library/redis", "mirror.local/redis"),
    ("public.ecr.aws/docker/library/haproxy", "mirror.local/haproxy"),
    ("quay.io/prometheus/node-exporter", "mirror.local/node-exporter"),
    ("quay.io/prometheus/alertmanager", "mirror.local/alertmanager"),
    ("quay.io/strimzi/operator", "mirror.local/strimzi"),
    ("ghcr.io/cloudnative-pg/cloudnative-pg", "mirror.local/cnpg"),
    ("registry.k8s.io/ingress-nginx/controller", "mirror.local/ingress"),
    ("openpolicyagent/gatekeeper", "mirror.local/gatekeeper"),
    ("cr.l5d.io/linkerd/proxy", "mirror.local/linkerd-proxy"),
    ("docker.io/rook/ceph", "mirror.local/ceph"),
    ("grafana/grafana", "mirror.local/grafana"),
    ("nginx", "mirror.local/nginx"),
    ("busybox", "mirror.local/busybox"),
    ("postgres", "mirror.local/postgres"),
];

/// The rules as `helmfire.toml`.
pub fn rules_text() -> String {
    let mut text = String::from("version = 1\n");
    for (from, to) in RULES {
        writeln!(text, "\n[[image]]\nfrom = \"{from}\"\nto = \"{to}\"")
            .expect("a string");
    }
    text
}

/// A stream of about 50 MB, and where it comes from.
pub fn stream(dir: &Path) -> (PathBuf, &'static str) {
    let path = dir.join("stream.yaml");
    if let Some(files) = corpus(dir) {
        let mut text = Vec::new();
        for file in files {
            let content = fs::read(file).expect("a readable file");
            // Templates and command output are no manifests.
            if !content.contains(&0) && std::str::from_utf8(&content).is_ok() {
                if !content.starts_with(b"---") {
                    text.extend_from_slice(b"---\n");
                }
                text.extend_from_slice(&content);
                if !text.ends_with(b"\n") {
                    text.push(b'\n');
                }
            }
        }
        fs::write(&path, text).expect("room for the stream");
        return (path, "real manifests");
    }
    fs::write(&path, generated(50_000_000)).expect("room for the stream");
    (path, "generated manifests")
}

/// A manifest of about 2 MB.
pub fn large(dir: &Path) -> PathBuf {
    let real = dir.join("corpus/argo-cd-argoproj/manifests/ha/install.yaml");
    let path = dir.join("large.yaml");
    match fs::read(real) {
        Ok(content) => fs::write(&path, content),
        Err(_) => fs::write(&path, generated(2_000_000)),
    }
    .expect("room for a manifest");
    path
}

/// A manifest of 1 KB with one image that is replaced.
pub fn small() -> String {
    let mut text = deployment(0);
    while text.len() < 1000 {
        text.push_str("# a comment that fills the kilobyte\n");
    }
    text
}

fn corpus(dir: &Path) -> Option<Vec<PathBuf>> {
    let archive =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/manifests.tar.xz");
    let target = dir.join("corpus");
    if !archive.exists() {
        return None;
    }
    fs::create_dir_all(&target).expect("a directory");
    let unpacked =
        Command::new("tar").arg("xJf").arg(&archive).arg("-C").arg(&target).status();
    if !unpacked.is_ok_and(|status| status.success()) {
        return None;
    }
    let mut files = Vec::new();
    collect(&target, &mut files);
    files.sort();
    Some(files)
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}

/// One workload to nine objects without an image, as in real charts.
fn generated(bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 4096);
    let mut number = 0;
    while text.len() < bytes {
        if number % 10 == 0 {
            text.push_str(&deployment(number));
        } else {
            let lines =
                "    a line of a dashboard or a script, with an image in prose\n"
                    .repeat(80);
            writeln!(
                text,
                "---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c{number}\ndata:\n  x: |\n{lines}"
            )
            .expect("a string");
        }
        number += 1;
    }
    text
}

fn deployment(number: usize) -> String {
    let (image, _) = RULES[number / 10 % RULES.len()];
    format!(
        "---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-{number}
spec:
  replicas: 2
  selector:
    matchLabels: {{app: web-{number}}}
  template:
    metadata:
      labels: {{app: web-{number}}}
    spec:
      containers:
        - name: web
          image: {image}:1.0 # the image
          imagePullPolicy: IfNotPresent
          args: [\"--serve\", \"--port=8080\"]
"
    )
}
