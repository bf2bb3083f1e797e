//! `import`: rows on standard input, all of them or none.

use std::collections::HashMap;
use std::io::{self, BufRead};

use anyhow::{Context, anyhow, bail};
use helmfire_cli::{Exit, Talk};
use helmfire_rules::file::Draft;
use helmfire_rules::{RuleKind, Rules, chart};

use crate::change;
use crate::cli::WriteArguments;
use crate::draft::{entries_of, in_one_line};
use crate::opinion;
use crate::row::{Row, VERSION};
use crate::target::Target;

pub fn import(
    target: impl FnOnce() -> anyhow::Result<Target>,
    write: &WriteArguments,
    talk: &Talk,
) -> anyhow::Result<Exit> {
    let drafts = read(io::stdin().lock())?;
    if drafts.is_empty() {
        talk.note("there are no rows on standard input, nothing to import");
        return Ok(Exit::Done);
    }
    for (_, draft) in &drafts {
        opinion::warn_of_doubts(draft, talk);
    }
    change::put(&target()?, write, talk, |rules| {
        for (line, draft) in &drafts {
            check_chart(draft, rules).with_context(|| place(*line))?;
        }
        Ok(drafts.into_iter().map(|(_, draft)| draft).collect())
    })
}

/// The rows with their lines; blank lines are skipped.
fn read(input: impl BufRead) -> anyhow::Result<Vec<(usize, Draft)>> {
    let mut drafts: Vec<(usize, Draft)> = Vec::new();
    let mut seen = HashMap::new();
    for (number, line) in (1..).zip(input.lines()) {
        let line = line.context("standard input")?;
        if line.trim().is_empty() {
            continue;
        }
        let draft = draft(&line, number)?;
        if let Some(first) = seen.insert(draft.key().clone(), number) {
            bail!(
                "the same rule as in line {first} (stdin:{number}), leave one of the two out"
            );
        }
        drafts.push((number, draft));
    }
    Ok(drafts)
}

fn place(line: usize) -> String {
    format!("stdin:{line}")
}

fn draft(line: &str, number: usize) -> anyhow::Result<Draft> {
    let row: Row = serde_json::from_str(line).map_err(|error| {
        anyhow!("{}:{}: {}", place(number), error.column(), without_place(&error))
    })?;
    checked(row).with_context(|| place(number))
}

fn checked(row: Row) -> anyhow::Result<Draft> {
    if row.v != VERSION {
        bail!("v is {}, this helmfire reads rows with \"v\":{VERSION}", row.v);
    }
    let mut entries = Vec::new();
    entries.extend(row.from.map(|from| ("from", from)));
    entries.extend(row.regex.map(|regex| ("regex", regex)));
    entries.push(("to", row.to));
    entries.extend(row.digest.map(|digest| ("digest", digest)));
    entries.extend(entries_of([
        &row.release,
        &row.namespace,
        &row.kind,
        &row.name,
        &row.container,
    ]));
    Draft::new(row.kind_of_rule.into(), entries)
        .map_err(|faults| anyhow!(in_one_line(&faults)))
}

/// `serde_json` counts lines of the text it is given, which is always one.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_string()
}

fn check_chart(draft: &Draft, rules: &Rules) -> anyhow::Result<()> {
    if draft.key().kind == RuleKind::Chart {
        let to = draft.value("to").unwrap_or_default();
        chart::check(&rules.chart_directory(to), &rules.chart_roots)?;
    }
    Ok(())
}
