//! The recordings of the real tools, each with what is known after it.
//!
//! `expected.txt` has a paragraph per output that was seen: in which cases, under
//! which Helm; exit code, stdout, stderr; then the releases that were asked about
//! with their verdicts, written out as below.

#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::unwrap_used, reason = "only tests use it")]

use std::fs;
use std::path::PathBuf;

use helmfire_diff::{Answer, Asked, Change, ObjectChange, Output, Verdict};

/// A run of helmfile, and what is to be read from it.
pub struct Recording {
    /// The cases in which it was seen, a line each.
    pub cases: String,
    pub exit: u8,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub asked: Vec<Asked>,
    pub expected: String,
}

impl Recording {
    pub fn output(&self) -> Output<'_> {
        Output { stdout: &self.stdout, stderr: &self.stderr, exit: self.exit }
    }
}

pub fn asked(name: &str, namespace: &str) -> Asked {
    Asked { name: name.to_owned(), namespace: namespace.to_owned() }
}

fn data(name: &str) -> Vec<u8> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if name == "-" {
        Vec::new()
    } else {
        read(&root.join("../../tests/data/drift").join(name))
    }
}

fn read(path: &PathBuf) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All recordings.
pub fn recordings() -> Vec<Recording> {
    let text = String::from_utf8(data("expected.txt")).unwrap();
    text.split("\n\n")
        .map(str::trim_end)
        .filter(|part| !part.is_empty())
        .map(recording)
        .collect()
}

/// The one that was seen in `case`, such as `02-scale threeway helm3`.
pub fn recording_of(case: &str) -> Recording {
    let (name, helm) = case.rsplit_once(' ').unwrap();
    let is_it = |line: &str| {
        line.strip_prefix("# ")
            .and_then(|line| line.strip_prefix(name))
            .is_some_and(|helms| helms.split(' ').any(|word| word == helm))
    };
    let mut all = recordings().into_iter();
    all.find(|one| one.cases.lines().any(is_it)).unwrap_or_else(|| panic!("no {case}"))
}

fn recording(part: &str) -> Recording {
    let (cases, rest) = part.split_once("\nrun ").unwrap();
    let (run, expected) = rest.split_once('\n').unwrap();
    let run: Vec<_> = run.split(' ').collect();
    let is_release = |line: &&str| line.starts_with("  ") && !line.starts_with("   ");
    let asked = expected.lines().filter(is_release).map(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        asked(words[0], words[1].trim_start_matches('-'))
    });
    Recording {
        cases: cases.to_owned(),
        exit: run[0].parse().unwrap(),
        stdout: data(run[1]),
        stderr: data(run[2]),
        asked: asked.collect(),
        expected: expected.trim_end().to_owned(),
    }
}

/// An answer as `expected.txt` writes it.
pub fn write(asked: &[Asked], answer: &Answer) -> String {
    let mut lines = Vec::new();
    for (at, (one, verdict)) in asked.iter().zip(&answer.verdicts).enumerate() {
        let namespace = if one.namespace.is_empty() { "-" } else { &one.namespace };
        let (word, objects): (_, &[ObjectChange]) = match verdict {
            Verdict::InSync => ("same", &[]),
            Verdict::Differs(objects) => ("differs", objects),
            Verdict::Removal => ("removal", &[]),
            Verdict::Unknown { .. } if answer.rerun.contains(&at) => {
                ("unknown, rerun", &[])
            }
            Verdict::Unknown { .. } => ("unknown", &[]),
        };
        lines.push(format!("  {} {namespace} {word}", one.name));
        for object in objects {
            write_object(object, &mut lines);
        }
    }
    lines.join("\n")
}

fn write_object(object: &ObjectChange, lines: &mut Vec<String>) {
    let sign = match object.change {
        Change::Add => '+',
        Change::Remove => '-',
        Change::Modify => '~',
        Change::Ownership => '=',
    };
    let ObjectChange { api_version, kind, namespace, name, .. } = object;
    let suppressed = if object.suppressed { "suppressed " } else { "" };
    let text =
        object.text.as_ref().map(|text| format!(" in {} lines", text.lines().count()));
    let text = text.unwrap_or_default();
    lines.push(format!(
        "    {sign} {suppressed}{api_version} {kind} {namespace}/{name}{text}"
    ));
    for field in &object.fields {
        let token = |token: &String| {
            format!("/{}", token.replace('~', "~0").replace('/', "~1"))
        };
        let pointer: String = field.tokens.iter().map(token).collect();
        let value = |value: &Option<_>| {
            value.as_ref().map_or("none".to_owned(), ToString::to_string)
        };
        let (old, new) = (value(&field.old), value(&field.new));
        lines.push(format!("      {pointer} {old} -> {new}"));
    }
}

/// Fails unless `text` can be printed in a line as it is.
pub fn assert_is_a_line(text: &str) {
    assert!(!text.is_empty() && text.chars().count() <= 300, "{text:?}");
    assert!(!text.contains(char::is_control), "{text:?}");
}
