//! `--explain`: a plan as text that a shell would run, or as JSON.

use std::ffi::OsString;
use std::io::{self, Write};

use helmfire_cli::{Talk, without_passwords};
use serde::Serialize;

use crate::plan::{Act, Plan};
use crate::session::Session;

#[derive(Serialize)]
struct Line<'a> {
    v: u8,
    command: Vec<String>,
    environment: serde_json::Map<String, serde_json::Value>,
    reasons: &'a [String],
}

/// Prints `plan` on stdout.
pub fn print(
    plan: &Plan,
    session: &Session<'_>,
    json: bool,
    talk: &Talk,
) -> anyhow::Result<()> {
    let mut reasons = plan.reasons.clone();
    let origin = if session.helm.named { "HELMFIRE_HELM" } else { "PATH" };
    reasons.push(format!("helm is {}, by {origin}", session.helm.path.display()));
    reasons.push(match &session.rules.path {
        Some(path) => format!("the rules are in {}", path.display()),
        None => {
            "there is no helmfire.toml here or above, so nothing is substituted".into()
        }
    });
    plan.warnings.iter().for_each(|warning| talk.warn(warning));
    let command = without_password(command(plan, session));
    let text =
        |text: &OsString| without_passwords(&text.to_string_lossy()).into_owned();
    for reason in &mut reasons {
        *reason = without_passwords(reason).into_owned();
    }
    let mut out = io::stdout().lock();
    if json {
        let environment = plan.environment.iter();
        let environment = environment
            .map(|(name, value)| ((*name).into(), text(value).into()))
            .collect();
        let command = command.iter().map(text).collect();
        let line = Line { v: 1, command, environment, reasons: &reasons };
        serde_json::to_writer(&mut out, &line)?;
        writeln!(out)?;
        return Ok(());
    }
    for reason in &reasons {
        writeln!(out, "# {}", reason.replace(char::is_control, "?"))?;
    }
    let mut words: Vec<String> = plan
        .environment
        .iter()
        .map(|(name, value)| format!("{name}={}", quoted(&text(value))))
        .collect();
    words.extend(command.iter().map(|word| quoted(&text(word))));
    writeln!(out, "{}", words.join(" "))?;
    Ok(())
}

/// What would be run, or `true` where helm is not called at all.
fn command(plan: &Plan, session: &Session<'_>) -> Vec<OsString> {
    match plan.act {
        Act::Nothing | Act::Copy { .. } => vec!["true".into()],
        _ => {
            let program = session.helm.path.clone().into_os_string();
            [program].into_iter().chain(plan.arguments.iter().cloned()).collect()
        }
    }
}

/// The password that a registry or repository is given is for helm alone.
fn without_password(mut words: Vec<OsString>) -> Vec<OsString> {
    let mut is_value = false;
    for word in &mut words {
        let text = word.to_string_lossy();
        let joined = text.starts_with("--password=");
        let next = text == "--password";
        if is_value {
            *word = "***".into();
        } else if joined {
            *word = "--password=***".into();
        }
        is_value = next;
    }
    words
}

/// `word` as a shell reads it back.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./-_".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.into()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        let words = ["pull", "--password", "x", "--password=y", "--password-stdin"];
        let shown = without_password(words.map(OsString::from).to_vec());
        let expected =
            ["pull", "--password", "***", "--password=***", "--password-stdin"];
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_shell_reads_back_what_is_printed() {
        assert_eq!(quoted("--set=a=b"), "--set=a=b");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
