//! `list`.

use std::io::{self, BufWriter, Write};

use helmfire_cli::{Colour, Exit, Table, Talk};
use helmfire_rules::{RuleKind, Rules};

use crate::cli::{ListArguments, What};
use crate::row::{Row, rows};
use crate::target::Target;

pub fn list(
    target: Option<&Target>,
    arguments: &ListArguments,
    colour: Colour,
    talk: &Talk,
) -> anyhow::Result<Exit> {
    let rules = if let Some(target) = target {
        target.rules()?
    } else {
        talk.note("there is no helmfire.toml here or above, so there are no rules");
        Rules::default()
    };
    let rows: Vec<Row> = rows(&rules)
        .into_iter()
        .filter(|(key, _)| What::includes(arguments.what, key.kind))
        .map(|(_, row)| row)
        .collect();
    let coloured = colour.applies_to(&io::stdout());
    let mut out = BufWriter::new(io::stdout().lock());
    if arguments.json {
        for row in &rows {
            serde_json::to_writer(&mut out, row)?;
            out.write_all(b"\n")?;
        }
    } else {
        table(&rows).write(&mut out, coloured)?;
    }
    out.flush()?;
    Ok(Exit::Done)
}

impl What {
    /// Whether rules of this kind are meant; without a choice all substitutions
    /// are, but not what other programs write.
    pub fn includes(what: Option<Self>, kind: RuleKind) -> bool {
        match what {
            None => kind != RuleKind::Ignore,
            Some(Self::Images) => kind == RuleKind::Image,
            Some(Self::Charts) => kind == RuleKind::Chart,
        }
    }
}

fn table(rows: &[Row]) -> Table<6> {
    let mut table = Table::new(["TYPE", "FROM", "TO", "DIGEST", "LIMITS", "LINE"]);
    for row in rows {
        table.push([
            RuleKind::from(row.kind_of_rule).name().into(),
            row.subject(),
            row.to.clone(),
            row.digest.clone().unwrap_or_default(),
            row.limits(),
            row.line.map(|line| line.to_string()).unwrap_or_default(),
        ]);
    }
    table
}
