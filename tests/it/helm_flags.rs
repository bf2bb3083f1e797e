//! helm's own help as an oracle: which of its flags are followed by a value.

use std::ffi::OsString;
use std::process::Command;

use helmfire_helmfile::call::Call;

use crate::bed::HELMS;
use crate::support::{Need, tool, trial_needing};

pub fn trials() -> Vec<libtest_mimic::Trial> {
    HELMS
        .map(|helm| {
            let name = format!("helm_flags::every_flag_is_known_of_{helm}");
            trial_needing(&[Need::Tool(helm)], &name, move || every_flag_is_known(helm))
        })
        .into()
}

/// The commands that take a chart.
const COMMANDS: [&str; 10] = [
    "upgrade",
    "install",
    "template",
    "lint",
    "show chart",
    "show values",
    "pull",
    "dependency build",
    "dependency update",
    "repo add",
];

/// The types of pflag that take a value, as the help names them.
const TYPES: [&str; 12] = [
    "duration",
    "float32",
    "int",
    "string",
    "stringArray",
    "stringToString",
    "strings",
    "uint",
    "format",
    "postRendererArgsSlice",
    "postRendererString",
    "postRendererArgs",
];

/// A flag of a help page: its names, and whether a value follows.
struct Flag {
    names: Vec<String>,
    valued: bool,
}

fn flags(helm: &str, command: &str) -> Vec<Flag> {
    let mut call = Command::new(tool(helm));
    call.args(command.split(' ')).arg("--help").env("HOME", "/nonexistent");
    let text = String::from_utf8(call.output().unwrap().stdout).unwrap();
    let lines = text.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    lines
        .map(|line| {
            let mut words = line.split_whitespace().peekable();
            let mut names = Vec::new();
            while let Some(name) = words.next_if(|word| word.starts_with('-')) {
                names.push(name.trim_end_matches(',').to_string());
            }
            // `string[="client"]`: the value may be left out, so none follows.
            let valued = words.next().is_some_and(|word| TYPES.contains(&word));
            // A word that is both a type and the begin of a sentence.
            let prose = line.contains("object updates occur in the server");
            Flag { names, valued: valued && !prose }
        })
        .collect()
}

fn every_flag_is_known(helm: &str) {
    let mut seen = 0;
    for command in COMMANDS {
        let words: Vec<&str> = command.split(' ').collect();
        for flag in flags(helm, command) {
            for name in flag.names {
                seen += 1;
                let line = words.iter().copied().chain([name.as_str(), "x", "y"]);
                let call = Call::read(line.map(OsString::from).collect());
                let expected = if flag.valued { 1 } else { 2 };
                let found = call.positionals().len();
                assert_eq!(found, expected, "{helm} {command} {name}");
            }
        }
    }
    assert!(seen > 200, "only {seen} flags seen");
}
