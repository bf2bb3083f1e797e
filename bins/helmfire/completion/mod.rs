//! `completion` and what its scripts ask: how may this command line go on?
//!
//! The scripts know nothing, so that they are small in each shell and never out
//! of date. helmfile is asked in its turn for what is its own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{self, Write};
use std::iter;
use std::process::Command;
use std::time::Duration;

use clap::CommandFactory;
use helmfire_cli::Exit;

use crate::cli::{Args, Shell};
use crate::dispatch::{OWN, SUBST};
use crate::divide::{divide, valued};
use crate::{capture, programs};
use helmfire_helmfile::line::{Line, words};
use helmfire_helmfile::vocabulary::HELMFILE;

/// Longer than this nobody waits for a completion.
const PATIENCE: Duration = Duration::from_secs(3);

/// The line that stands for the names of files.
const FILES: &str = ":files";

/// Prints the script for a shell.
pub fn print(shell: Shell) -> anyhow::Result<Exit> {
    let script = match shell {
        Shell::Bash => include_str!("helmfire.bash"),
        Shell::Zsh => include_str!("_helmfire"),
        Shell::Fish => include_str!("helmfire.fish"),
    };
    io::stdout().write_all(script.as_bytes())?;
    Ok(Exit::Done)
}

/// Prints how the last of `typed` may go on: a word, a tab and what it means on
/// each line.
pub fn candidates(mut typed: Vec<OsString>) -> anyhow::Result<Exit> {
    let partial = typed.pop().unwrap_or_default();
    let partial = partial.to_string_lossy();
    let command = Args::command();
    let line = Line::read(typed, &valued(&command));
    let mut found = Found::default();
    offer(&line, &partial, &command, &mut found);
    let mut text = String::new();
    for (word, meaning) in &found.words {
        if word.starts_with(partial.as_ref()) {
            text += &format!("{word}\t{meaning}\n");
        }
    }
    if found.files {
        text += &format!("{FILES}\n");
    }
    io::stdout().write_all(text.as_bytes())?;
    Ok(Exit::Done)
}

/// Words with what they mean, and whether a file may stand there as well.
#[derive(Default)]
struct Found {
    words: BTreeMap<String, String>,
    files: bool,
}

impl Found {
    fn add(&mut self, word: &str, meaning: &str) {
        let meaning = meaning.lines().next().unwrap_or_default();
        self.words.entry(word.into()).or_insert_with(|| meaning.into());
    }

    fn add_names(&mut self, names: &[&str]) {
        for name in names {
            self.add(name, "");
        }
    }

    /// The flags of `command` that are written out.
    fn add_flags(&mut self, command: &clap::Command) {
        for arg in command.get_arguments() {
            if let Some(long) = arg.get_long() {
                let meaning =
                    arg.get_help().map(ToString::to_string).unwrap_or_default();
                self.add(&format!("--{long}"), &meaning);
            }
        }
    }

    /// What helmfile offers, in cobra's words: lines, then `:` and a number whose
    /// bit 4 says that files do not fit.
    fn add_helmfiles(&mut self, words: &[OsString], partial: &str) {
        let Ok(helmfile) = programs::helmfile() else { return };
        let mut command = Command::new(helmfile);
        command.arg("__complete").args(words).arg(partial);
        let Ok(answer) = capture::within(PATIENCE, &mut command) else { return };
        for line in answer.stdout.lines() {
            if let Some(directive) = line.strip_prefix(':') {
                self.files |= directive.parse().is_ok_and(|bits: u32| bits & 4 == 0);
            } else {
                let (word, meaning) = line.split_once('\t').unwrap_or((line, ""));
                self.add(word, meaning);
            }
        }
    }
}

fn offer(line: &Line, partial: &str, command: &clap::Command, found: &mut Found) {
    let name = line.name.as_deref();
    let sub = name.and_then(|name| command.find_subcommand(name));
    let flags = partial.starts_with('-');
    match name {
        Some("completion") => {
            found.add_names(&["bash", "zsh", "fish"]);
        }
        Some("version") => {}
        None | Some("help" | "doctor") => {
            if flags {
                iter::once(command).chain(sub).for_each(|c| found.add_flags(c));
            } else if name != Some("doctor") {
                add_commands(command, found);
            }
            let (_, passed) = divide(line, command, name.is_some());
            let globals = words(passed.all());
            found.add_helmfiles(&globals, partial);
            if name == Some("doctor") && !flags {
                found.words.clear();
            }
        }
        Some("remove") if line.rest.is_empty() => {
            found.add_names(&["chart", "image"]);
        }
        Some(name) if SUBST.contains(&name) => found.files = true,
        Some(name) if HELMFILE.contains(&name) || sub.is_some() => {
            let (_, passed) = divide(line, command, false);
            if flags {
                iter::once(command).chain(sub).for_each(|c| found.add_flags(c));
            }
            if name == "list" && line.rest.is_empty() {
                found.add("charts", "the chart rules");
                found.add("images", "the image rules");
            }
            found.add_helmfiles(&passed.words(name), partial);
        }
        Some(name) => {
            if programs::ours(&format!("helmfire-{name}")).is_some() {
                found.files = true;
            } else {
                found.add_helmfiles(&[name.into()], partial);
            }
        }
    }
}

fn add_commands(command: &clap::Command, found: &mut Found) {
    for sub in command.get_subcommands() {
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        found.add(sub.get_name(), &about);
    }
    for name in programs::names_of_ours() {
        found.add(&name, &format!("helmfire-{name}"));
    }
    found.add_names(&OWN);
    found.add_names(&HELMFILE);
}
