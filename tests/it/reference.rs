//! Image references against the tables of the distribution project, and against
//! `oci-spec` as a second implementation.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use helmfire_rules::Reference;
use libtest_mimic::Trial;
use oci_spec::distribution::Reference as Other;
use serde_json::Value;

use crate::support::{Need, corpus, root, trial, trial_needing};

pub fn trials() -> Vec<Trial> {
    let corpus = |name: &str, test: fn()| {
        trial_needing(&[Need::Corpus], &format!("reference::{name}"), test)
    };
    vec![
        trial("reference::own_table", own_table),
        corpus("oracle_names", oracle_names),
        corpus("oracle_normalised_forms", oracle_normalised_forms),
        corpus("oracle_parts", oracle_parts),
        corpus("oci_spec_differs_only_where_known", oci_spec_differs_only_where_known),
    ]
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// One of the lists of the oracle, which must have this many cases.
fn oracle(list: &str, count: usize) -> Vec<Value> {
    let all = json(&corpus().join("reference_oracle_cases.json"));
    let cases = all[list].as_array().unwrap().clone();
    assert_eq!(cases.len(), count, "{list}");
    cases
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn own_table() {
    for case in json(&root().join("tests/data/references.json")).as_array().unwrap() {
        let input = text(&case["input"]);
        let found = Reference::parse(input);
        if case["error"] == true {
            assert!(found.is_err(), "{input}");
            continue;
        }
        let found = found.unwrap();
        assert_eq!(found.repository(), text(&case["repository"]), "{input}");
        assert_eq!(found.tag(), case["tag"].as_str(), "{input}");
        assert_eq!(found.digest(), case["digest"].as_str(), "{input}");
    }
}

/// What is a name and what not, and its host and path.
fn oracle_names() {
    for case in oracle("valid", 35) {
        assert!(Reference::parse(text(&case)).is_ok(), "{case}");
    }
    for case in oracle("invalid", 27) {
        assert!(Reference::parse(text(&case)).is_err(), "{case}");
    }
    for case in oracle("info", 32) {
        let reference = Reference::parse(text(&case[0])).unwrap();
        assert_eq!(reference.registry(), text(&case[1]), "{case}");
        let whole = format!("{}/{}", text(&case[1]), text(&case[2]));
        assert_eq!(reference.repository(), whole, "{case}");
    }
}

/// `any` is `ParseAnyReference`, which besides names takes identifiers of local
/// images; those are no references to us, a rule never matches one. `dref` is
/// `ParseDockerRef`, which adds `latest` and drops the tag beside a digest.
fn oracle_normalised_forms() {
    for case in oracle("any", 14) {
        let (input, expected) = (text(&case[0]), text(&case[1]));
        match Reference::parse(input) {
            Ok(reference) => assert_eq!(reference.to_string(), expected, "{input}"),
            Err(error) => {
                assert!(expected.starts_with("sha256:"), "{input}: {error}");
            }
        }
    }
    for case in oracle("dref", 11) {
        let (input, expected) = (text(&case[0]), text(&case[1]));
        let reference = Reference::parse(input).unwrap();
        let rest = match (reference.tag(), reference.digest()) {
            (_, Some(digest)) => format!("@{digest}"),
            (tag, None) => format!(":{}", tag.unwrap_or("latest")),
        };
        assert_eq!(reference.repository() + &rest, expected, "{input}");
    }
}

/// `parse` is `Parse`, which does not normalise: its `repository` is the name as
/// written, and its `domain` is any first part of a path. What it refuses must
/// be refused; what it accepts is a name after normalisation too.
fn oracle_parts() {
    for case in oracle("parse", 48) {
        let input = text(&case["input"]);
        let found = Reference::parse(input);
        if case.get("err").is_some() {
            assert!(found.is_err(), "{case}");
            continue;
        }
        let found = found.unwrap();
        assert_eq!(found.name(), text(&case["repository"]), "{case}");
        assert_eq!(found.tag(), case["tag"].as_str(), "{case}");
        assert_eq!(found.digest(), case["digest"].as_str(), "{case}");
        if let Some(domain) = case["domain"].as_str()
            && domain.contains(['.', ':'])
        {
            assert_eq!(found.registry(), domain, "{case}");
        }
    }
}

/// Everything both read must be read alike, but for these reasons; each reason
/// must occur, so that none outlives its cause.
fn oci_spec_differs_only_where_known() {
    let mut inputs: Vec<String> = Vec::new();
    for (list, count) in [("valid", 35), ("invalid", 27)] {
        inputs.extend(oracle(list, count).iter().map(|case| text(case).to_string()));
    }
    for (list, count) in [("info", 32), ("any", 14), ("dref", 11)] {
        let cases = oracle(list, count);
        inputs.extend(cases.iter().map(|case| text(&case[0]).to_string()));
    }
    let parse = oracle("parse", 48);
    inputs.extend(parse.iter().map(|case| text(&case["input"]).to_string()));
    let own = json(&root().join("tests/data/references.json"));
    let own = own.as_array().unwrap().iter();
    inputs.extend(own.map(|case| text(&case["input"]).to_string()));

    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for input in &inputs {
        if ours(input) != theirs(input) {
            *found.entry(reason(input)).or_default() += 1;
        }
    }
    let reasons: Vec<&str> = found.keys().copied().collect();
    assert_eq!(
        reasons,
        [
            "an IPv6 host is no host to oci-spec",
            "an identifier of a local image is a name to oci-spec",
            "capital letters do not make a host to oci-spec",
            "sha512 is a digest to oci-spec",
            "tags may hold any letter to oci-spec",
        ]
    );
}

/// Repository, tag and digest.
type Parts = Option<(String, Option<String>, Option<String>)>;

fn ours(input: &str) -> Parts {
    let reference = Reference::parse(input).ok()?;
    // The other one adds this, so that it cannot be told from a tag written.
    let latest = reference.digest().is_none().then_some("latest");
    Some((
        reference.repository(),
        reference.tag().or(latest).map(ToString::to_string),
        reference.digest().map(ToString::to_string),
    ))
}

fn theirs(input: &str) -> Parts {
    let reference = Other::try_from(input).ok()?;
    Some((
        format!("{}/{}", reference.registry(), reference.repository()),
        reference.tag().map(ToString::to_string),
        reference.digest().map(ToString::to_string),
    ))
}

fn reason(input: &str) -> &'static str {
    let host = input.split('/').next().unwrap_or_default();
    let hex =
        |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if input.starts_with('[') {
        "an IPv6 host is no host to oci-spec"
    } else if host.bytes().any(|b| b.is_ascii_uppercase()) {
        "capital letters do not make a host to oci-spec"
    } else if hex(input.strip_prefix("sha256:").unwrap_or(input)) {
        "an identifier of a local image is a name to oci-spec"
    } else if input.contains("@sha512:") {
        "sha512 is a digest to oci-spec"
    } else if !input.is_ascii() {
        "tags may hold any letter to oci-spec"
    } else {
        panic!(
            "no known reason: {input} is {:?}, not {:?}",
            ours(input),
            theirs(input)
        );
    }
}
