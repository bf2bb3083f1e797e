//! The census of image fields in the schemas of custom resources: what the
//! filter's own table must know, and what it leaves out on purpose.

use std::collections::BTreeSet;
use std::fs;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use crate::filter::Filter;
use crate::support::{Need, corpus, trial_needing};

/// Last keys of paths that hold something else than an image to run.
const OTHER_KEYS: &[(&str, &str)] = &[
    ("backingImage", "the name of a BackingImage object of Longhorn"),
    ("containerImage", "the history of upgrades, written by a controller"),
    ("diskImageName", "the disk of a virtual machine"),
    ("imageURL", "the address of a picture, or of a disk of a virtual machine"),
    ("languageExtensionCustomImageName", "the name of an Azure resource"),
    ("languageExtensionImageName", "one of an enumeration of Azure"),
    ("osImageURL", "the address of a disk"),
    ("targetImage", "the history of upgrades, written by a controller"),
    ("vmImage", "the disk of a virtual machine"),
];

/// Groups in which a key holds something else than elsewhere.
const OTHER_GROUPS: &[(&str, &str, &str)] = &[
    ("argocd-image-updater.argoproj.io", "imageName", "a pattern to look for"),
    ("infrastructure.cluster.x-k8s.io", "imageName", "the disk of a virtual machine"),
    ("notebooks.cnrm.cloud.google.com", "imageName", "the disk of a virtual machine"),
    ("oncall.grafana.crossplane.io", "imageUrl", "the address of a picture"),
    ("oncall.grafana.m.crossplane.io", "imageUrl", "the address of a picture"),
    ("sagemaker.services.k8s.aws", "imageName", "the name of a SageMaker image"),
    ("web.azure.com", "imageName", "belongs to a registry named beside it"),
];

pub fn trials() -> Vec<Trial> {
    vec![trial_needing(
        &[Need::Corpus],
        concat!(module_path!(), "::every_field_is_known_or_explained"),
        every_field_is_known_or_explained,
    )]
}

/// The fields that are to be replaced: group, kind in lower case, path.
pub fn known() -> Vec<(String, String, String)> {
    let fields = fields();
    fields.into_iter().filter(|field| reason_against(field).is_none()).collect()
}

/// All fields whose key is not `image`.
fn fields() -> Vec<(String, String, String)> {
    let text = fs::read(corpus().join("crd_image_paths.json")).unwrap();
    let census: Value = serde_json::from_slice(&text).unwrap();
    let mut fields = Vec::new();
    for (object, paths) in census["special"].as_object().unwrap() {
        let (group, kind) = object.split_once('/').unwrap();
        for path in paths.as_array().unwrap() {
            let path = path.as_str().unwrap();
            if last_key(path) != "image" {
                fields.push((group.into(), kind.into(), path.into()));
            }
        }
    }
    fields
}

fn last_key(path: &str) -> &str {
    path.rsplit('.').next().unwrap()
}

fn reason_against((group, _, path): &(String, String, String)) -> Option<&'static str> {
    let key = last_key(path);
    let by_key = OTHER_KEYS.iter().find(|(own, _)| *own == key).map(|(_, why)| *why);
    by_key.or_else(|| {
        let mut others = OTHER_GROUPS.iter();
        others.find(|(of, own, _)| of == group && *own == key).map(|(_, _, why)| *why)
    })
}

fn every_field_is_known_or_explained() {
    let fields = fields();
    let input: String = fields.iter().map(|field| object(field) + "\n---\n").collect();
    let rules = "[[image]]\nfrom = \"census.test/\"\nto = \"found.test/\"\n";
    let listed = Filter::new(rules).args(["--list", "--json"]).run(input).done();
    let replaced: BTreeSet<usize> = listed
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|row| row["replacement"] == "found.test/a:1")
        .map(|row| usize::try_from(row["document"].as_u64().unwrap()).unwrap() - 1)
        .collect();
    for (number, field) in fields.iter().enumerate() {
        let left_out = reason_against(field);
        assert_eq!(replaced.contains(&number), left_out.is_none(), "{field:?}");
    }
    let unused = |key: &str| !fields.iter().any(|(_, _, path)| last_key(path) == key);
    for (key, _) in OTHER_KEYS {
        assert!(!unused(key), "{key} is explained but not in the census");
    }
}

/// An object with an image in this field, as one line of JSON.
fn object((group, kind, path): &(String, String, String)) -> String {
    let mut value = json!("census.test/a:1");
    for step in path.rsplit('.') {
        let name = step.trim_end_matches("[]").trim_end_matches("{}");
        if step.ends_with("[]") {
            value = json!([value]);
        } else if step.ends_with("{}") {
            value = json!({ "any": value });
        }
        value = json!({ name: value });
    }
    value["apiVersion"] = format!("{group}/v1").into();
    value["kind"] = kind.as_str().into();
    value.to_string()
}
