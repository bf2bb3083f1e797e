//! Real manifests, and the project's own: nothing changes that should not, and
//! everything that should.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use helmfire_manifest::{Mode, OnError, Rewriter, StreamError, Told};
use helmfire_rules::{Rules, file};
use libtest_mimic::Trial;
use oci_spec::distribution::Reference;

use crate::filter::Filter;
use crate::support::{Need, corpus, root, trial, trial_needing};
use crate::{census, oracle};

/// Files that yaml-rust2 and every other parser rejects.
const NOT_YAML: &[(&str, &str)] = &[
    ("tag-chart/templates/mutatingwebhooks.yaml", "a chart's template"),
    ("tag-chart/templates/shimservice.yaml", "a chart's template"),
    ("tag-chart/templates/validatingwebhook.yaml", "a chart's template"),
    ("multicluster/testdata/allow.golden", "what a command prints"),
    ("viz/edges/testdata/direct_edges.golden", "what a command prints"),
    ("viz/edges/testdata/linkerd_edges.golden", "what a command prints"),
    ("externalresources/testdata/check.rabbitmq.golden", "what a command prints"),
    ("testdata/inject_gettest_deployment.bad.golden", "what a command prints"),
    ("testdata/inject_tap_deployment.bad.golden", "what a command prints"),
    ("testdata/tap_busy_output_json.golden", "several JSON texts in a row"),
    ("testdata/tap_busy_output_jsonpath.golden", "what a command prints"),
];

/// YAML that yaml-rust2 wrongly rejects: a flow sequence ends to the left of where
/// its key begins, which kubectl and Helm accept.
const BEYOND_THE_ORACLE: &[&str] = &["security/spire/spire-quickstart.yaml"];

/// The fields of custom resources in `tests/data`, for where the census is not.
const KNOWN: &[(&str, &str, &str)] = &[
    ("acid.zalan.do", "postgresql", "spec.dockerImage"),
    ("kafka.strimzi.io", "kafka", "spec.kafka.brokerRackInitImage"),
    ("monitoring.coreos.com", "prometheus", "spec.baseImage"),
    ("monitoring.coreos.com", "prometheus", "spec.thanos.baseImage"),
    ("postgresql.cnpg.io", "cluster", "spec.imageName"),
];

/// Not in the census, for the key does not say that it holds an image.
const UNNAMED: (&str, &str, &str) = ("pkg.crossplane.io", "provider", "spec.package");

const NO_MATCH: &str = "[[image]]\nfrom = \"nobody.test/has/this\"\nto = \"x\"\n\
    [[image]]\nregex = '^nobody\\.test/(.*)$'\nto = \"$1\"\n";

pub type Known = Vec<(String, String, String)>;

struct Manifest {
    name: String,
    text: String,
    documents: Vec<oracle::Node>,
}

pub fn trials() -> Vec<Trial> {
    vec![
        trial(concat!(module_path!(), "::own_manifests_agree_with_the_oracle"), own),
        trial_needing(
            &[Need::Corpus],
            concat!(module_path!(), "::real_manifests_agree_with_the_oracle"),
            real,
        ),
    ]
}

fn own() {
    agree(&manifests(&own_data()), &known());
}

/// The fields of custom resources that `tests/data` holds.
pub fn known() -> Known {
    KNOWN.iter().chain([&UNNAMED]).map(owned).collect()
}

fn real() {
    let dir = tempfile::tempdir().unwrap();
    unpack(dir.path());
    let mut known = census::known();
    known.push(owned(&UNNAMED));
    agree(&manifests(dir.path()), &known);
}

fn is_beyond(name: &str) -> bool {
    BEYOND_THE_ORACLE.iter().any(|beyond| name.ends_with(beyond))
}

fn is_not_yaml(name: &str) -> bool {
    NOT_YAML.iter().any(|(not_yaml, _)| name.ends_with(not_yaml))
}

fn owned((group, kind, path): &(&str, &str, &str)) -> (String, String, String) {
    ((*group).into(), (*kind).into(), (*path).into())
}

/// The project's own manifests.
pub fn own_data() -> PathBuf {
    root().join("tests/data/manifests")
}

/// Puts the real manifests into `dir`.
pub fn unpack(dir: &Path) {
    let archive = corpus().join("manifests.tar.xz");
    let status =
        Command::new("tar").arg("-xJf").arg(archive).arg("-C").arg(dir).status();
    assert!(status.unwrap().success());
}

fn manifests(dir: &Path) -> Vec<Manifest> {
    let mut paths = Vec::new();
    let mut dirs = vec![dir.to_path_buf()];
    while let Some(next) = dirs.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { dirs.push(path) } else { paths.push(path) }
        }
    }
    paths.sort();
    assert!(!paths.is_empty());
    let read = |path: &PathBuf| {
        let name = path.strip_prefix(dir).unwrap().display().to_string();
        let text = fs::read_to_string(path).unwrap();
        match oracle::parse(&text) {
            Ok(documents) => {
                assert!(!is_not_yaml(&name), "{name} is YAML");
                Manifest { name, text, documents }
            }
            Err(_) if is_not_yaml(&name) || is_beyond(&name) => {
                Manifest { name, text, documents: vec![] }
            }
            Err(error) => panic!("{name}: {error}"),
        }
    };
    paths.iter().map(read).collect()
}

/// All checks of this module.
fn agree(manifests: &[Manifest], known: &Known) {
    let no_match = rules(NO_MATCH);
    let (table, text) = replace_everything(manifests, known);
    let all = rules(&text);
    let mut replaced = 0;
    for Manifest { name, text, documents } in manifests {
        let same = rewrite(&no_match, text).unwrap();
        assert!(same == text.as_bytes(), "{name} changed though no rule matches");
        if is_not_yaml(name) {
            // No line of theirs is an image field, so they are copied.
            assert!(rewrite(&all, text).unwrap() == text.as_bytes(), "{name} changed");
            continue;
        }
        if is_beyond(name) {
            rewrite(&all, text).unwrap();
            continue;
        }
        let new = String::from_utf8(rewrite(&all, text).unwrap()).unwrap();
        let new = oracle::parse(&new).unwrap_or_else(|error| panic!("{name}: {error}"));
        let changes = oracle::changes(documents, &new)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut expected = oracle::images(documents, known);
        expected.retain_mut(|place| {
            let new = key_of(&place.text).map(|key| table[&key].clone());
            new.is_some_and(|new| {
                place.text = new;
                true
            })
        });
        replaced += expected.len();
        for (expected, found) in expected.iter().zip(&changes) {
            assert_eq!(expected, found, "{name}");
        }
        assert_eq!(expected.len(), changes.len(), "{name}: {expected:?} {changes:?}");
    }
    assert!(replaced > manifests.len() / 10, "only {replaced} images were found");
    the_binary_agrees(manifests, &text, &all);
}

/// A rule for each image, in an order of its own, and what it becomes.
fn replace_everything(
    manifests: &[Manifest],
    known: &Known,
) -> (BTreeMap<String, String>, String) {
    let mut table = BTreeMap::new();
    for Manifest { documents, .. } in manifests {
        for place in oracle::images(documents, known) {
            if let Some(key) = key_of(&place.text) {
                let number = table.len();
                let new = format!("replaced.test:5000/image-{number}:{number}");
                table.entry(key).or_insert(new);
            }
        }
    }
    let mut text = String::new();
    for (from, to) in &table {
        writeln!(text, "[[image]]\nfrom = \"{from}\"\nto = \"{to}\"").unwrap();
    }
    (table, text)
}

/// The image in full, as another library than ours reads it: without a tag it
/// is `latest`.
fn key_of(text: &str) -> Option<String> {
    let reference: Reference = text.trim_end_matches('\n').parse().ok()?;
    let name = format!("{}/{}", reference.registry(), reference.repository());
    let tag = reference.tag().map(|tag| format!(":{tag}")).unwrap_or_default();
    let digest = reference.digest().map(|d| format!("@{d}")).unwrap_or_default();
    Some(name + &tag + &digest)
}

fn rules(text: &str) -> Rules {
    file::read(Path::new("helmfire.toml"), text).unwrap()
}

fn rewrite(rules: &Rules, text: &str) -> Result<Vec<u8>, StreamError> {
    let mut rewriter =
        Rewriter::new(rules, Told::default(), Mode::Rewrite, OnError::Stop);
    let mut output = Vec::with_capacity(text.len());
    rewriter.rewrite(&mut text.as_bytes(), &mut output, &mut |_| {})?;
    Ok(output)
}

/// All files as one stream through the binary.
fn the_binary_agrees(manifests: &[Manifest], text: &str, rules: &Rules) {
    let mut stream = String::new();
    let mut expected = Vec::new();
    for Manifest { name, text, .. } in manifests {
        // A directive must not follow a document that is not ended with `...`.
        if !is_not_yaml(name) && !text.starts_with('%') {
            let part = format!("{text}\n---\n");
            expected.extend(rewrite(rules, &part).unwrap());
            stream.push_str(&part);
        }
    }
    assert!(Filter::new(NO_MATCH).run(&stream).done() == stream);
    assert!(Filter::new(text).run(&stream).done().into_bytes() == expected);
}
