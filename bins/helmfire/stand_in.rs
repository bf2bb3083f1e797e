//! Packages of local charts where helmfile keeps what it downloads.
//!
//! A chart with a URL is downloaded by helmfile itself, before any call of helm
//! (1.8.0, `pkg/remote`), so no swap could spare the download, which fails without
//! a network. A file that is there already is not downloaded. Only a rule without
//! limits is for every release with that URL; what cannot be packaged is left to
//! helmfire-helm to complain of.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context;
use helmfire_charts::Store;
use helmfire_cli::Talk;
use helmfire_helmfile::cache::Place;
use helmfire_helmfile::home;
use helmfire_rules::{ChartRule, Rules, chart};

use helmfire_helmfile::question::ask;

/// Puts a package for each chart rule with a URL into `cache`.
pub fn put(rules: &Rules, helm: &OsStr, cache: &Path, talk: &Talk) {
    let is_limited = |rule: &&ChartRule| {
        let others = rules.charts.iter().filter(|other| other.from == rule.from);
        others.map(|other| other.limits.count()).sum::<usize>() > 0
    };
    for rule in rules.charts.iter().filter(|rule| is_url(&rule.from)) {
        if !is_limited(&rule)
            && let Err(error) = package(rule, rules, helm, cache)
        {
            let from = &rule.from;
            talk.detail(&format!(
                "{from} is downloaded before it is swapped: {error:#}"
            ));
        }
    }
}

fn is_url(from: &str) -> bool {
    ["http://", "https://", "s3://"].iter().any(|scheme| from.starts_with(scheme))
}

fn package(
    rule: &ChartRule,
    rules: &Rules,
    helm: &OsStr,
    cache: &Path,
) -> anyhow::Result<()> {
    let place = Place::of(&rule.from).context("helmfile's name for it is not known")?;
    let place = cache.join(place.path());
    let directory = chart::check(&rules.chart_directory(&rule.to), &rules.chart_roots)?;
    let root = home::cache().context("there is no directory for copies of charts")?;
    let staged =
        Store::new(&root, helm.into(), rules.chart_roots.clone()).stage(&directory)?;
    let made = tempfile::tempdir_in(cache)?;
    let mut command = Command::new(helm);
    command.arg("package").arg(&staged.path).arg("--destination").arg(made.path());
    ask(&mut command)?;
    let package =
        fs::read_dir(made.path())?.next().context("helm packaged nothing")??;
    fs::create_dir_all(place.parent().unwrap_or(cache))?;
    Ok(fs::rename(package.path(), &place)?)
}
