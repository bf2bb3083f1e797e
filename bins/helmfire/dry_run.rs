//! `--dry-run`: helmfile has no such flag, but it has `diff`.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use helmfire_cli::{Exit, Talk};

use crate::cli::Args;
use crate::helm::{self, Hooks};
use crate::{plugins, programs, run};
use helmfire_helmfile::line::Piece;
use helmfire_helmfile::passed::Passed;
use helmfire_helmfile::question::ask;

/// Shows what sync or apply with these flags would change.
pub fn run(passed: &Passed, args: &Args, talk: &Talk) -> anyhow::Result<Exit> {
    let helmfile = programs::helmfile()?;
    let helm = match helm::real(passed, &helmfile, Hooks::May) {
        Ok(helm) => helm,
        Err(error) => return run::refused(error),
    };
    let command = if plugins::find("diff", &helm.binary).is_some() {
        "diff"
    } else {
        talk.note(
            "helm-diff is not installed, so this is all that would be deployed, not what \
             would change",
        );
        "template"
    };
    let (mut passed, dropped) = only_known(passed, &flags_of(command, &helmfile)?);
    if !dropped.is_empty() {
        let dropped = dropped.join(", ");
        talk.note(&format!("helmfile {command} does not know {dropped}, left out"));
    }
    if helm.by == "helmBinary" {
        // Asked once is enough.
        passed.before.push(Piece::valued("helm-binary", helm.binary));
    }
    run::run(command, &passed, args, talk)
}

/// The flags that `helmfile COMMAND --help` lists.
fn flags_of(command: &str, helmfile: &Path) -> anyhow::Result<BTreeSet<String>> {
    let help = ask(Command::new(helmfile).args([command, "--help"]))?;
    Ok(listed(&help))
}

/// The long names in a help text of cobra: the first `--NAME` of a line of flags.
fn listed(help: &str) -> BTreeSet<String> {
    let lines = help.lines().map(str::trim_start).filter(|line| line.starts_with('-'));
    lines
        .filter_map(|line| {
            let long = line.split_whitespace().find(|word| word.starts_with("--"))?;
            Some(long.trim_start_matches('-').to_string())
        })
        .collect()
}

fn only_known(passed: &Passed, known: &BTreeSet<String>) -> (Passed, Vec<String>) {
    let is_known =
        |piece: &Piece| piece.flag.as_ref().is_none_or(|f| known.contains(f));
    let dropped: BTreeSet<String> = passed
        .all()
        .filter(|piece| !is_known(piece))
        .filter_map(|piece| piece.flag.as_ref().map(|flag| format!("--{flag}")))
        .collect();
    let keep =
        |pieces: &[Piece]| pieces.iter().filter(|p| is_known(p)).cloned().collect();
    let kept = Passed { before: keep(&passed.before), after: keep(&passed.after) };
    (kept, dropped.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_that_the_command_does_not_know_go() {
        let help = "Usage:\n  helmfile diff [flags]\n\nFlags:\n      --args string   x --no\n\
                    Global Flags:\n  -e, --environment string  -- y\n";
        let known = listed(help);
        assert_eq!(known.iter().collect::<Vec<_>>(), ["args", "environment"]);
        let passed = Passed {
            before: vec![Piece::valued("environment", "e")],
            after: vec![Piece::flag("wait"), Piece::valued("args", "--wait")],
        };
        let (kept, dropped) = only_known(&passed, &known);
        assert_eq!(dropped, ["--wait"]);
        let words = kept.words("diff");
        assert_eq!(words, ["--environment", "e", "diff", "--args", "--wait"]);
    }
}
