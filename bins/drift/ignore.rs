//! `ignore`: rows of `check --json` → rules of `[[ignore]]`.
//!
//! By the editing code of helmfire-subst: under the lock, all or nothing, every other
//! byte of the file stays. A rule is as narrow as its row: one release, one object, one
//! place, and items of lists by their names: at an index another item may stand later.
//! Refuses rows that are none, and to touch the rule of what is ignored already.

use std::collections::HashSet;
use std::fs;
use std::io::{self, BufRead, Write};
use std::time::Duration;

use anyhow::{Context, anyhow};
use helmfire_cli::{Exit, Locked, Talk, Usage, count};
use helmfire_rules::file::{
    Draft, DraftValue, Edit, Store, StoreError, edit, find_or_new, read,
};
use helmfire_rules::ignore::Date;
use helmfire_rules::{Fault, RuleKind};
use serde::Deserialize;
use similar::TextDiff;

use crate::check::{now, today};
use crate::cli::IgnoreArgs;

/// How long another writer is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// What of a row makes a rule.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    v: u8,
    class: String,
    #[serde(default)]
    release: String,
    #[serde(default)]
    namespace: String,
    api_version: Option<String>,
    kind: Option<String>,
    name: Option<String>,
    pointer: Option<String>,
    jq: Option<String>,
    ignored_by: Option<String>,
}

/// Writes the rules.
pub fn ignore(args: &IgnoreArgs, talk: &Talk) -> anyhow::Result<Exit> {
    let until = args.until.as_deref().map(day).transpose()?;
    if let Some(day) = until.filter(|day| *day < today(now())) {
        return Err(Usage(format!("--until {day} is over, name a day to come")).into());
    }
    let (drafts, doubts) = drafts(io::stdin().lock(), args, until)?;
    for doubt in doubts {
        talk.warn(&doubt);
    }
    if drafts.is_empty() {
        let none = "there are no differences on standard input that count";
        talk.note(&format!("{none}, nothing to ignore"));
        return Ok(Exit::Done);
    }
    let path = find_or_new(args.file.as_deref())?;
    let store = (!args.dry_run).then(|| lock(&path)).transpose()?;
    let found = match fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error).context(path.display().to_string()),
    };
    let text = found.clone().unwrap_or_default();
    let before = read(&path, &text)?.ignores.len();
    let number = drafts.len();
    let edits: Vec<Edit> = drafts.into_iter().map(Edit::Put).collect();
    let new = edit(&text, &edits)?;
    let added = read(&path, &new)?.ignores.len().saturating_sub(before);
    if let Some(store) = store {
        store.write(&new)?;
        let rules = count(number, "rule");
        let news = if added == number {
            String::new()
        } else {
            format!(", {added} of them new")
        };
        talk.note(&format!("{rules} in {}{news}", path.display()));
        return Ok(Exit::Done);
    }
    let name = path.display().to_string();
    let old = if found.is_some() { name.as_str() } else { "/dev/null" };
    let diff = TextDiff::from_lines(&text, &new);
    let diff = diff.unified_diff().header(old, &name).to_string();
    io::stdout().lock().write_all(diff.as_bytes())?;
    Ok(Exit::Done)
}

fn day(text: &str) -> Result<Date, Usage> {
    Date::parse(text)
        .ok_or_else(|| Usage(format!("'{text}' is no day, write 2026-12-31")))
}

fn lock(path: &std::path::Path) -> anyhow::Result<Store> {
    Store::lock(path, PATIENCE).map_err(|error| match error {
        StoreError::Busy { .. } => Locked(error.to_string()).into(),
        error => error.into(),
    })
}

/// The rules for the rows that are differences, each once, and what they ignore that
/// may not be meant.
fn drafts(
    input: impl BufRead,
    args: &IgnoreArgs,
    until: Option<Date>,
) -> anyhow::Result<(Vec<Draft>, Vec<String>)> {
    let (mut drafts, mut doubts, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (number, line) in (1..).zip(input.lines()) {
        let line = line.context("standard input")?;
        if line.trim().is_empty() {
            continue;
        }
        let place = || format!("stdin:{number}");
        let row: Row = serde_json::from_str(&line).map_err(|error| {
            anyhow!(
                "{}:{}: not a row of check --json: {error}",
                place(),
                error.column()
            )
        })?;
        // What a rule ignores already keeps that rule, with its reason and its day.
        let is_difference = ["drift", "pending"].contains(&row.class.as_str());
        if !is_difference || row.ignored_by.is_some() {
            continue;
        }
        let doubt = doubt(&row);
        let draft = draft(row, args, until).with_context(place)?;
        if seen.insert(draft.key().clone()) {
            drafts.push(draft);
            doubts.extend(doubt.map(|doubt| format!("{}: {doubt}", place())));
        }
    }
    Ok((drafts, doubts))
}

/// What the rule of a row ignores beside what the row tells.
fn doubt(row: &Row) -> Option<String> {
    let (pointer, name) = (row.pointer.as_deref()?, row.name.as_deref()?);
    let is_index =
        |token: &str| !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit());
    if pointer.is_empty() {
        Some(format!("the rule ignores all of {name}, also when it is there again"))
    } else if row.jq.is_none() && pointer.split('/').any(is_index) {
        Some(format!(
            "the rule counts: it ignores whatever stands at {pointer} of {name}"
        ))
    } else {
        None
    }
}

fn draft(row: Row, args: &IgnoreArgs, until: Option<Date>) -> anyhow::Result<Draft> {
    if row.v != 1 {
        return Err(anyhow!("v is {}, this helmfire reads rows with \"v\":1", row.v));
    }
    let need = |value: Option<String>, what: &str| {
        value.ok_or_else(|| anyhow!("the row has no {what}"))
    };
    let api_version = row.api_version.unwrap_or_default();
    let group = api_version.split_once('/').map_or("", |(group, _)| group).to_string();
    let exact = |text: &str| regex_escaped(text);
    let mut target = vec![("kind", exact(&need(row.kind, "kind")?))];
    if !group.is_empty() {
        target.insert(0, ("group", exact(&group)));
    }
    target.push(("name", exact(&need(row.name, "name")?)));
    let mut release = vec![("name", row.release)];
    if !row.namespace.is_empty() {
        release.push(("namespace", row.namespace));
    }
    let pointer = need(row.pointer, "pointer")?;
    let place = match row.jq {
        Some(jq) => ("jqPathExpressions", vec![jq].into()),
        None => ("paths", vec![pointer].into()),
    };
    let mut entries: Vec<(&'static str, DraftValue)> = vec![
        ("release", DraftValue::Table(release)),
        ("target", DraftValue::Table(target)),
        place,
    ];
    entries.extend(args.reason.clone().map(|reason| ("reason", reason.into())));
    entries.extend(until.map(|until| ("until", until.into())));
    Draft::new(RuleKind::Ignore, entries).map_err(|faults| {
        let all: Vec<String> = faults.iter().map(Fault::to_string).collect();
        anyhow!(all.join("; "))
    })
}

/// A regular expression for `text` alone.
fn regex_escaped(text: &str) -> String {
    let special = |c: char| "\\.+*?()|[]{}^$#&-~".contains(c);
    text.chars().fold(String::new(), |mut escaped, c| {
        // What names of objects may hold needs no escape.
        if special(c) && c != '-' {
            escaped.push('\\');
        }
        escaped.push(c);
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(rows: &str) -> anyhow::Result<String> {
        let args = IgnoreArgs {
            file: None,
            reason: Some("HPA".into()),
            until: None,
            dry_run: false,
        };
        let (drafts, _) = drafts(rows.as_bytes(), &args, Date::parse("2026-12-31"))?;
        let edits: Vec<Edit> = drafts.into_iter().map(Edit::Put).collect();
        Ok(edit("version = 1\n", &edits)?)
    }

    #[test]
    fn a_rule_is_as_narrow_as_its_row() {
        let row = r#"{"v":1,"class":"drift","release":"web","namespace":"shop","apiVersion":"apps/v1","kind":"Deployment","name":"web.a","pointer":"/spec/replicas","live":5}"#;
        let rows = format!("{row}\n\n{row}\n{{\"v\":1,\"class\":\"summary\"}}\n");
        let expected = "version = 1\n\n[[ignore]]\n\
            release = { name = \"web\", namespace = \"shop\" }\n\
            target = { group = \"apps\", kind = \"Deployment\", name = 'web\\.a' }\n\
            paths = [\"/spec/replicas\"]\nreason = \"HPA\"\nuntil = 2026-12-31\n";
        assert_eq!(rules(&rows).unwrap(), expected);
    }

    #[test]
    fn what_is_ignored_already_keeps_its_rule() {
        let row = r#"{"v":1,"class":"drift","kind":"K","name":"web","pointer":"/a","ignoredBy":"helmfire.toml:3"}"#;
        assert_eq!(rules(row).unwrap(), "version = 1\n");
    }

    #[test]
    fn items_are_ignored_by_name() {
        let row = r#"{"v":1,"class":"drift","release":"web","kind":"Deployment","name":"web","pointer":"/spec/containers/0","jq":".spec.containers[] | select(.name == \"side\")"}"#;
        let text = rules(row).unwrap();
        let expected =
            "jqPathExpressions = ['.spec.containers[] | select(.name == \"side\")']\n";
        assert!(text.contains(expected) && !text.contains("paths"), "{text}");
        let doubt = |pointer: &str| {
            let row = format!(
                r#"{{"v":1,"class":"drift","kind":"K","name":"web","pointer":"{pointer}"}}"#
            );
            super::doubt(&serde_json::from_str(&row).unwrap())
        };
        assert_eq!(doubt("/spec/replicas"), None);
        assert!(doubt("").unwrap().contains("all of web"));
        assert!(doubt("/spec/ports/0/port").unwrap().contains("the rule counts"));
    }

    #[test]
    fn what_is_no_row_is_named_by_its_place() {
        let error = rules("\n{\"v\":1").unwrap_err().to_string();
        assert!(error.starts_with("stdin:2:"), "{error}");
        let error = rules(r#"{"v":1,"class":"drift"}"#).unwrap_err();
        assert_eq!(format!("{error:#}"), "stdin:1: the row has no kind");
    }
}
