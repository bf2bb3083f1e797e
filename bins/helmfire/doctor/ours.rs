//! Our own programs and the rules file.

use std::env;
use std::io;
use std::path::Path;

use helmfire_cli::count;
use helmfire_rules::file::LoadError;
use helmfire_rules::{Rules, chart};

use super::{Answer, Found};
use crate::directory::has_space;
use crate::summary::shortened;
use helmfire_helmfile::passed::Passed;
use helmfire_helmfile::programs::{self, SHIM};
use helmfire_inputs::project;

/// Our programs, and whether helmfire can do without.
const PROGRAMS: [(&str, bool); 3] =
    [(SHIM, false), ("helmfire-postrender", false), ("helmfire-subst", true)];

pub fn check(
    passed: &Passed,
    found: &mut Found,
    answer: &mut Answer,
) -> io::Result<()> {
    for (name, dispensable) in PROGRAMS {
        program(name, dispensable, answer)?;
    }
    if let Some(major) = found.major {
        let form = if major >= 4 {
            "a plugin of Helm 4 in a private directory of HELM_PLUGINS"
        } else {
            "an executable, as Helm 3 wants it"
        };
        answer.ok("post-renderer", form)?;
    }
    rules(passed, found, answer)
}

fn program(
    name: &'static str,
    dispensable: bool,
    answer: &mut Answer,
) -> io::Result<()> {
    let Some(path) = programs::ours(name) else {
        let finding = "it is neither beside helmfire nor on PATH";
        return if dispensable {
            answer.warning(name, finding, "install it")
        } else {
            answer.problem(name, finding, "install it")
        };
    };
    let finding = path.display().to_string();
    if name == SHIM && has_space(&path) {
        let finding =
            format!("{finding} has a space, and helmfile cannot patch charts by it");
        let remedy = if has_space(&env::temp_dir()) {
            return answer.problem(name, finding, "install it elsewhere");
        } else {
            "a link without one is used, better install it elsewhere"
        };
        return answer.warning(name, finding, remedy);
    }
    answer.ok(name, finding)
}

fn rules(passed: &Passed, found: &mut Found, answer: &mut Answer) -> io::Result<()> {
    match project::rules(passed) {
        Ok(Rules { path: None, .. }) => answer.ok(
            "rules",
            "there is no helmfire.toml here or above, nothing is substituted",
        ),
        Ok(rules) => {
            let file = shortened(rules.path.as_deref().unwrap_or(Path::new("")));
            let (images, charts) = (rules.images.iter().len(), rules.charts.len());
            let finding = format!(
                "{file} has {} and {}",
                count(images, "image rule"),
                count(charts, "chart rule")
            );
            answer.ok("rules", finding)?;
            for rule in &rules.charts {
                let directory = rules.chart_directory(&rule.to);
                let finding =
                    format!("{} -> {} ({file}:{})", rule.from, rule.to, rule.line);
                match chart::check(&directory, &rules.chart_roots) {
                    Ok(_) => answer.ok("chart", finding)?,
                    Err(error) => {
                        answer.problem("chart", finding, error.to_string())?;
                    }
                }
            }
            found.rules = Some(rules);
            Ok(())
        }
        Err(LoadError::Faults(faults)) => faults.faults.iter().try_for_each(|fault| {
            let file = shortened(&faults.path);
            let at = fault.position;
            let finding = format!("{} ({file}:{}:{})", fault.what, at.line, at.column);
            let remedy = fault.hint.clone().unwrap_or_else(|| "mend it".into());
            answer.problem("rules", finding, remedy)
        }),
        Err(error) => answer.problem("rules", error.to_string(), "mend it"),
    }
}
