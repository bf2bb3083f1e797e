//! `remove` and `clear`.

use anyhow::bail;
use helmfire_cli::{Exit, Talk};
use helmfire_rules::file::Draft;
use helmfire_rules::{RuleKey, nearest};

use crate::change;
use crate::cli::{ClearArguments, Remove, What};
use crate::draft;
use crate::row::Row;
use crate::target::Target;

pub fn remove(
    target: Option<&Target>,
    what: &Remove,
    talk: &Talk,
) -> anyhow::Result<Exit> {
    let (draft, write) = match what {
        Remove::Image(image) => (draft::image_to_remove(image)?, &image.write),
        Remove::Chart(chart) => (draft::chart_to_remove(chart)?, &chart.write),
    };
    let Some(target) = target else {
        bail!("there is no helmfire.toml here or above, name the file with --file");
    };
    change::remove(target, write, talk, |rows| pick(&draft, rows, target))
}

pub fn clear(
    target: Option<&Target>,
    arguments: &ClearArguments,
    talk: &Talk,
) -> anyhow::Result<Exit> {
    let Some(target) = target else {
        talk.note("there is no helmfire.toml here or above, nothing to remove");
        return Ok(Exit::Done);
    };
    change::remove(target, &arguments.write, talk, |rows| {
        let keys = rows.iter().map(|(key, _)| key);
        let all: Vec<_> = keys
            .filter(|key| What::includes(arguments.what, key.kind))
            .cloned()
            .collect();
        if all.is_empty() {
            talk.note(&format!("{target} has no such rules, nothing to remove"));
        }
        Ok(all)
    })
}

/// The rules that are like `draft`: without limits all with its `from`, with
/// limits the one that has them.
fn pick(
    draft: &Draft,
    rows: &[(RuleKey, Row)],
    target: &Target,
) -> anyhow::Result<Vec<RuleKey>> {
    let wanted = draft.key();
    let limited = wanted.limits.iter().any(Option::is_some);
    let same_from: Vec<&(RuleKey, Row)> = rows
        .iter()
        .filter(|(key, _)| key.kind == wanted.kind && key.from == wanted.from)
        .collect();
    let picked: Vec<RuleKey> = same_from
        .iter()
        .filter(|(key, _)| !limited || key == wanted)
        .map(|(key, _)| key.clone())
        .collect();
    if !picked.is_empty() {
        return Ok(picked);
    }
    let kind = wanted.kind.name();
    let from = draft.value("from").or(draft.value("regex")).unwrap_or_default();
    if let Some((_, row)) = same_from.first() {
        let place = target.line(row.line.unwrap_or_default());
        bail!(
            "no rule for {kind} {from} has these limits ({target}), there is: {row} ({place})"
        );
    }
    let froms = rows
        .iter()
        .filter(|(key, _)| key.kind == wanted.kind)
        .filter_map(|(_, row)| row.from.as_deref().or(row.regex.as_deref()));
    match nearest(from, froms) {
        Some(near) => {
            bail!("no rule for {kind} {from} ({target}), did you mean '{near}'?")
        }
        None => bail!(
            "no rule for {kind} {from} ({target}), see 'helmfire-subst list {kind}s'"
        ),
    }
}
