//! Traps of YAML, each with the bytes that must come out.

mod anchors;
mod fields;
mod rules;
mod scalars;
mod streams;

use libtest_mimic::Trial;

use crate::filter::Filter;
use crate::support::trial_needing;

/// Replaces one image by another.
const ONE: &str = "[[image]]\nfrom = \"nginx:1\"\nto = \"m.test/web:2\"\n";

/// One input and what becomes of it.
struct Trap {
    name: &'static str,
    rules: &'static str,
    input: &'static [u8],
    expected: Expected,
}

enum Expected {
    Output(&'static [u8]),
    /// What is said beside the output.
    Warning(&'static [u8], &'static str),
    /// What is written before the error, and the error.
    Error(&'static [u8], &'static str),
}

impl Trap {
    const fn with(mut self, rules: &'static str) -> Self {
        self.rules = rules;
        self
    }

    fn run(&self) {
        let Self { rules, input, expected, .. } = self;
        let outcome = Filter::new(rules).run(input);
        let (stdout, stderr, code) = match expected {
            Expected::Output(output) => (output, String::new(), 0),
            Expected::Warning(output, said) => (output, line(said), 0),
            Expected::Error(output, said) => (output, line(said), 1),
        };
        let show = |bytes: &[u8]| bytes.escape_ascii().to_string();
        assert_eq!(show(&outcome.stdout), show(stdout));
        assert_eq!((outcome.stderr, outcome.code), (stderr, Some(code)));
    }
}

fn line(said: &str) -> String {
    format!("helmfire-postrender: {said}\n")
}

const fn changes(
    name: &'static str,
    input: &'static [u8],
    output: &'static [u8],
) -> Trap {
    Trap { name, rules: ONE, input, expected: Expected::Output(output) }
}

const fn stays(name: &'static str, input: &'static [u8]) -> Trap {
    changes(name, input, input)
}

const fn warns(
    name: &'static str,
    input: &'static [u8],
    output: &'static [u8],
    said: &'static str,
) -> Trap {
    Trap { name, rules: ONE, input, expected: Expected::Warning(output, said) }
}

const fn fails(
    name: &'static str,
    input: &'static [u8],
    before: &'static [u8],
    said: &'static str,
) -> Trap {
    Trap { name, rules: ONE, input, expected: Expected::Error(before, said) }
}

pub fn trials() -> Vec<Trial> {
    let groups = [
        ("anchors", anchors::TRAPS),
        ("fields", fields::TRAPS),
        ("rules", rules::TRAPS),
        ("scalars", scalars::TRAPS),
        ("streams", streams::TRAPS),
    ];
    let trials = groups.iter().flat_map(|(group, traps)| {
        traps.iter().map(move |trap| {
            let name = format!("traps::{group}::{}", trap.name);
            trial_needing(&[], &name, || trap.run())
        })
    });
    trials.collect()
}
