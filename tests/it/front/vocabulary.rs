//! Our tables of helmfile's words against what helmfile prints.

use std::collections::BTreeSet;
use std::process::Command;

use helmfire_helmfile::vocabulary::{GLOBAL, HELMFILE, LETTERS, VALUED};
use libtest_mimic::Trial;

use crate::support::{Need, tool, trial_needing};

/// What we carry out ourselves.
const OURS: [&str; 4] = ["completion", "doctor", "help", "version"];

pub fn trials() -> Vec<Trial> {
    let needs = [Need::Tool("helmfile")];
    vec![trial_needing(&needs, "front::vocabulary::tables_are_helmfiles", compare)]
}

fn help(words: &[&str]) -> String {
    let output = Command::new(tool("helmfile"))
        .args(words)
        .arg("--help")
        .env("HELMFILE_UPGRADE_NOTICE_DISABLED", "1")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn commands(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Available Commands:").skip(1);
    let names = lines.take_while(|line| !line.is_empty());
    names.map(|line| line.split_whitespace().next().unwrap().into()).collect()
}

/// Letter, name, and whether it takes a value: `  -e, --environment string   …`.
fn flags(help: &str) -> Vec<(Option<u8>, String, bool)> {
    let flag = |line: &str| {
        let line = line.trim_start();
        let (letter, long) = match line.split_once(", --") {
            Some((letter, long)) if letter.len() == 2 => {
                (Some(letter.as_bytes()[1]), long)
            }
            _ => (None, line.strip_prefix("--")?),
        };
        // The meaning stands two spaces or more behind.
        let spelled = long.split("  ").next().unwrap();
        let (name, value) = match spelled.split_once(' ') {
            // Its text has a word in backquotes, which is shown as if it were one.
            Some((name, _)) if name == "show-secrets" => (name, false),
            Some((name, _)) => (name, true),
            None => (spelled, false),
        };
        Some((letter, name.to_string(), value))
    };
    help.lines().filter_map(flag).collect()
}

fn compare() {
    let root = help(&[]);
    let known: BTreeSet<String> = commands(&root).into_iter().collect();
    let ours = HELMFILE.iter().chain(&OURS).map(ToString::to_string).collect();
    assert_eq!(known, ours);

    let mut all = flags(&root);
    let named: BTreeSet<&str> = all.iter().map(|(_, name, _)| name.as_str()).collect();
    assert_eq!(named, GLOBAL.into_iter().collect());
    for command in HELMFILE {
        let text = help(&[command]);
        all.extend(flags(&text));
        for sub in commands(&text) {
            all.extend(flags(&help(&[command, &sub])));
        }
    }
    let mut valued = BTreeSet::new();
    for (letter, name, takes_value) in &all {
        if *takes_value {
            valued.insert(name.as_str());
        } else {
            assert!(!VALUED.contains(&name.as_str()), "--{name} takes no value");
        }
        // -v is ours; -o is one of two names, each with a value.
        if let Some(letter) = letter.filter(|letter| !b"vo".contains(letter)) {
            assert!(LETTERS.contains(&(letter, name.as_str())), "-{}", letter as char);
        }
    }
    // Of `helmfile doctor`, whose name is ours.
    valued.extend(
        VALUED.iter().filter(|n| n.starts_with("llm-") || **n == "diff-output"),
    );
    assert_eq!(valued, VALUED.into_iter().collect());
}
