//! `check`.

use helmfire_cli::{Exit, Talk, count};
use helmfire_rules::file::LoadError;
use helmfire_rules::{ChartRule, Rules, chart};

use crate::target::Target;

pub fn check(target: Option<&Target>, talk: &Talk) -> anyhow::Result<Exit> {
    let Some(target) = target else {
        talk.note("there is no helmfire.toml here or above, so there are no rules");
        return Ok(Exit::Done);
    };
    let faults: Vec<String> = match Rules::load_from(target.path()) {
        Ok(rules) => {
            let faults = unusable_charts(&rules, target);
            if faults.is_empty() {
                talk.note(&format!("{target} is good: {}", counts(&rules)));
            }
            faults
        }
        Err(LoadError::Faults(faults)) => {
            faults.faults.iter().map(|fault| fault.display(target.path())).collect()
        }
        Err(error) => return Err(error.into()),
    };
    for fault in &faults {
        talk.error(fault);
    }
    Ok(if faults.is_empty() { Exit::Done } else { Exit::Trouble })
}

fn unusable_charts(rules: &Rules, target: &Target) -> Vec<String> {
    let faulty = |rule: &ChartRule| {
        let directory = rules.chart_directory(&rule.to);
        let error = chart::check(&directory, &rules.chart_roots).err()?;
        Some(format!("{error} ({})", target.line(rule.line)))
    };
    rules.charts.iter().filter_map(faulty).collect()
}

fn counts(rules: &Rules) -> String {
    [
        count(rules.images.iter().len(), "image rule"),
        count(rules.fields.len(), "field rule"),
        count(rules.charts.len(), "chart rule"),
        count(rules.ignores.len(), "ignore rule"),
    ]
    .join(", ")
}
