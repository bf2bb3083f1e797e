//! kustomize as an oracle: the same exact-name rules, the same images wherever
//! kustomize looks for them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Trial;

use crate::corpus;
use crate::filter::Filter;
use crate::oracle::{self, Node};
use crate::support::{Need, tool, trial_needing};

/// Where the filter replaces an image and kustomize does not: the kind, or
/// nothing for any, a part of the path, and the reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("", "ephemeralContainers", "kustomize does not know them (measured)"),
    ("", "annotations", "kustomize knows no annotations"),
    ("Cluster", "spec.imageName", "a custom resource"),
    ("ConfigMap", "data.image", "not a list of containers, kustomize wants one"),
    ("Kafka", "", "a custom resource"),
    ("KafkaConnect", "spec.image", "a custom resource"),
    ("Prometheus", "", "a custom resource"),
    ("Provider", "spec.package", "a custom resource"),
    ("Workflow", "", "a custom resource whose images are not in containers"),
    ("postgresql", "spec.dockerImage", "a custom resource"),
];

/// kustomize fails on a container whose `image` is a mapping.
const NOT_FOR_KUSTOMIZE: &str = "odd.yaml";

/// Real manifests of releases, for where they are at hand.
const REAL: &[&str] = &[
    "argo-cd-argoproj/manifests/namespace-install.yaml",
    "gatekeeper-open-policy-agent/deploy/gatekeeper.yaml",
    "ingress-nginx-kubernetes/deploy/static/provider/cloud/deploy.yaml",
];

/// Every image of an object, by its path.
type Images = BTreeMap<String, String>;

pub fn trials() -> Vec<Trial> {
    vec![
        trial_needing(
            &[Need::Tool("kubectl")],
            concat!(module_path!(), "::own_manifests_agree"),
            own,
        ),
        trial_needing(
            &[Need::Tool("kubectl"), Need::Corpus],
            concat!(module_path!(), "::real_manifests_agree"),
            real,
        ),
    ]
}

fn own() {
    let mut files: Vec<PathBuf> = fs::read_dir(corpus::own_data())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with(NOT_FOR_KUSTOMIZE))
        .collect();
    files.sort();
    let used = agree(&files);
    for exception in EXCEPTIONS {
        assert!(used.contains(exception), "{exception:?} is not needed");
    }
}

fn real() {
    let dir = tempfile::tempdir().unwrap();
    corpus::unpack(dir.path());
    for file in REAL {
        agree(&[dir.path().join(file)]);
    }
}

/// Compares the two on `files`; returns the exceptions that were needed.
fn agree(files: &[PathBuf]) -> BTreeSet<(&'static str, &'static str, &'static str)> {
    let dir = tempfile::tempdir().unwrap();
    let mut documents = Vec::new();
    let mut resources = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let text = fs::read_to_string(file).unwrap();
        documents.extend(oracle::parse(&text).unwrap());
        let name = format!("{number}.yaml");
        fs::write(dir.path().join(&name), &text).unwrap();
        resources.push(name);
    }
    let names: BTreeSet<String> = images_of(&documents)
        .into_values()
        .flat_map(Images::into_values)
        .filter_map(|image| name_of(&image))
        .collect();
    assert!(!names.is_empty());
    let theirs = images_of(&kustomize(dir.path(), &resources, &names));
    let ours = images_of(&filter(files, &names));
    let mut used = BTreeSet::new();
    let objects =
        |all: &BTreeMap<String, Images>| all.keys().cloned().collect::<Vec<_>>();
    assert_eq!(objects(&ours), objects(&theirs));
    for (object, images) in &ours {
        for (path, image) in images {
            if theirs[object].get(path) == Some(image) {
                continue;
            }
            let kind = object.split(' ').nth(1).unwrap_or_default();
            let exception = EXCEPTIONS.iter().find(|(of, part, _)| {
                (of.is_empty() || *of == kind) && path.contains(part)
            });
            let Some(exception) = exception else {
                panic!("{object} {path}: {image}, kustomize: {:?}", theirs[object]);
            };
            used.insert(*exception);
        }
    }
    used
}

/// The name of an image as both tools compare it: without tag and digest.
fn name_of(image: &str) -> Option<String> {
    let name = image.split('@').next()?;
    let colon = name.rfind(':').filter(|at| !name[*at..].contains('/'));
    let name = &name[..colon.unwrap_or(name.len())];
    let is_name = |c: char| c.is_ascii_lowercase() || "0123456789./-:_".contains(c);
    (!name.is_empty() && name.chars().all(is_name) && name.parse::<f64>().is_err())
        .then(|| name.into())
}

fn kustomize(dir: &Path, resources: &[String], names: &BTreeSet<String>) -> Vec<Node> {
    let mut text = String::from("resources:\n");
    for resource in resources {
        writeln!(text, "- {resource}").unwrap();
    }
    text.push_str("images:\n");
    for (number, name) in names.iter().enumerate() {
        writeln!(text, "- name: {name}\n  newName: replaced.test/{number}").unwrap();
    }
    fs::write(dir.join("kustomization.yaml"), text).unwrap();
    let output = Command::new(tool("kubectl")).arg("kustomize").arg(dir).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    oracle::parse(&String::from_utf8(output.stdout).unwrap()).unwrap()
}

fn filter(files: &[PathBuf], names: &BTreeSet<String>) -> Vec<Node> {
    let mut rules = String::new();
    for (number, name) in names.iter().enumerate() {
        writeln!(
            rules,
            "[[image]]\nfrom = \"{name}\"\nto = \"replaced.test/{number}\""
        )
        .unwrap();
    }
    let filter = Filter::new(&rules);
    files
        .iter()
        .flat_map(|file| oracle::parse(&filter.run(fs::read(file).unwrap()).done()))
        .flatten()
        .collect()
}

/// The images of each object, lists taken apart as kustomize does.
fn images_of(documents: &[Node]) -> BTreeMap<String, Images> {
    let known = corpus::known();
    let mut all = BTreeMap::new();
    for document in documents {
        let objects = match document.get("items") {
            Some(Node::Sequence(items)) => items.clone(),
            _ => vec![document.clone()],
        };
        for object in objects.iter().filter(|object| object.get("kind").is_some()) {
            let word = |keys: &[&str]| object.word(keys).to_string();
            let name = [&["apiVersion"][..], &["kind"], &["metadata", "namespace"]];
            let name = name.map(word).join(" ") + " " + &word(&["metadata", "name"]);
            let places = oracle::images(std::slice::from_ref(object), &known);
            let images = places.into_iter().map(|place| {
                // kustomize resolves what is merged.
                let path = place.path.to_string().replace(".<<", "");
                (path, place.text)
            });
            all.insert(name, images.collect());
        }
    }
    all
}
