//! Working copies that chartify makes of charts.
//!
//! helmfile patches a chart (`jsonPatches`, `dependencies`, …) through its library
//! chartify: it copies or pulls the chart to `TMP/chartifyN/[CONTEXT/][NS/]NAME`,
//! has helm render that, patches the result, and gives helm the copy. No call
//! names the original then, so it is recognised by its content (helmfile 1.8.0,
//! chartify 0.28.2).

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use helmfire_helmfile::alias;
use helmfire_helmfile::cache::{self, Place, without_tag};
use helmfire_helmfile::call::{Call, Command};
use helmfire_rules::ChartRule;
use tempfile::TempDir;

use crate::journal::Whom;
use crate::origin::Origin;
use crate::plan::{Act, Plan, untold};
use crate::session::{Found, Session};

/// The directory below a working copy into which chartify has helm render it.
const RENDERED: &str = "helmx.1.rendered";

/// For whom chartify has `dir` pulled or prepared: the names below its
/// temporary directory. Below those of the release a chart that was pulled or
/// unpacked has its own.
pub fn whom(dir: &Path) -> Option<Whom> {
    let top = env::var_os("CHARTIFY_TEMPDIR").filter(|dir| !dir.is_empty());
    let below: PathBuf = if let Some(top) = top {
        dir.strip_prefix(top).ok()?.into()
    } else {
        let all: Vec<&str> =
            dir.iter().map(|name| name.to_str().unwrap_or("")).collect();
        let top = all.iter().rposition(|name| is_temporary(name))?;
        all[top + 1..].iter().collect()
    };
    let mut names: Vec<String> =
        below.iter().map(|name| name.to_string_lossy().into_owned()).collect();
    if names.len() > 2 && names.last() == chart_name(dir).as_ref() {
        names.pop();
    }
    Some(Whom { release: Some(names.pop()?), namespace: names.pop(), is_one: true })
}

fn chart_name(dir: &Path) -> Option<String> {
    let text = fs::read_to_string(dir.join("Chart.yaml")).ok()?;
    let mut names = text.lines().filter_map(|line| line.strip_prefix("name:"));
    names.next().map(|name| name.trim().trim_matches(['"', '\'']).to_string())
}

fn is_temporary(name: &str) -> bool {
    name.strip_prefix("chartify").is_some_and(|rest| {
        !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit())
    })
}

/// The working copy that `call` is about, if chartify makes it, and for whom it
/// is.
pub fn working_copy(call: &Call) -> Option<(PathBuf, Whom)> {
    let dir = PathBuf::from(call.arguments.get(*call.charts().first()?)?);
    match call.command {
        Command::Template => {
            let output = Path::new(call.value("output-dir")?);
            (output == dir.join(RENDERED)).then(|| {
                let namespace = call.namespace().map(str::to_string);
                (dir, Whom { release: call.release(), namespace, is_one: true })
            })
        }
        Command::Dependency => whom(&dir).map(|whom| (dir, whom)),
        _ => None,
    }
}

/// A call on a working copy of chartify: what it is a copy of is replaced before
/// chartify patches it.
pub fn plan(
    call: &Call,
    session: &Session<'_>,
    dir: PathBuf,
    whom: &Whom,
) -> anyhow::Result<Plan> {
    let mut plan = Plan { arguments: call.arguments.clone(), ..Plan::default() };
    let Some((rule, original)) = original(session, &dir, whom)? else {
        return Ok(plan);
    };
    let origin = Origin::of(&rule.from, None);
    let found = match session.find(call, &origin, whom.clone())? {
        Found::Nothing => return Ok(plan),
        Found::Untold(rule) => anyhow::bail!(untold(&rule, call, session)),
        Found::Swap(found) => found,
    };
    let staged = found.staged.clone();
    plan.reasons.push(format!("{} gets the content of the local chart", dir.display()));
    plan.act = Act::Replace { dir, original, staged };
    plan.take(*found, session);
    Ok(plan)
}

/// A chart on this machine that a working copy may be a copy of.
pub struct Original {
    pub dir: PathBuf,
    /// Where an archive was unpacked for the comparison; removed with this.
    _unpacked: Option<TempDir>,
}

impl From<PathBuf> for Original {
    fn from(dir: PathBuf) -> Self {
        Self { dir, _unpacked: None }
    }
}

/// The rule about the working copy `dir`, and the chart that it is a copy of.
///
/// It may be a copy of the substitute already: chartify writes the dependencies
/// of the original into it again after it has had them fetched.
pub fn original(
    session: &Session<'_>,
    dir: &Path,
    whom: &Whom,
) -> anyhow::Result<Option<(ChartRule, Original)>> {
    for rule in session.rules_for(whom) {
        for original in originals(session, rule, whom)? {
            if helmfire_charts::is_copy_of(dir, &original.dir)? {
                return Ok(Some((rule.clone(), original)));
            }
        }
    }
    for rule in session.rules_for(whom) {
        // One that cannot be used is no business of a release that does not use it.
        let Ok(swap) = session.swap(rule, whom.clone()) else { continue };
        let staged = swap.staged.path;
        if staged.exists() && helmfire_charts::is_copy_of(dir, &staged)? {
            let original = originals(session, rule, whom)?.into_iter().next();
            return Ok(Some((rule.clone(), original.unwrap_or(staged.into()))));
        }
    }
    Ok(None)
}

/// The charts on this machine that `rule` is about: a directory, or what
/// helmfile has cached: an archive, or an OCI chart in each version.
fn originals(
    session: &Session<'_>,
    rule: &ChartRule,
    whom: &Whom,
) -> anyhow::Result<Vec<Original>> {
    let is_chart = |dir: &PathBuf| dir.join("Chart.yaml").is_file();
    let named = session.rules.chart_directory(&rule.from);
    if !rule.from.contains("://") && is_chart(&named) {
        return Ok(vec![named.into()]);
    }
    let Some((known, mut dir)) = Place::of(&rule.from).zip(cache::directory()) else {
        return Ok(Vec::new());
    };
    if !known.is_shared() {
        dir.extend(&whom.namespace);
        dir.extend(&whom.release);
    }
    let place = dir.join(known.path());
    let aliases = alias::places_of(without_tag(&rule.from));
    let aliases = aliases.into_iter().map(|place| dir.join(place));
    if place.is_file() {
        let unpacked = tempfile::tempdir()?;
        helmfire_charts::unpack_into(&place, unpacked.path())?;
        let dir = unpacked.path().into();
        return Ok(vec![Original { dir, _unpacked: Some(unpacked) }]);
    }
    let children = |dir: &PathBuf| -> Vec<PathBuf> {
        let entries = fs::read_dir(dir).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    // OCI charts have a directory for each version, those of git have none.
    let versions: Vec<PathBuf> = children(&place).into_iter().chain(aliases).collect();
    let deeper: Vec<PathBuf> = versions.iter().flat_map(children).collect();
    let all = [place].into_iter().chain(versions).chain(deeper);
    let charts = all.filter(is_chart);
    Ok(charts.map(Original::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_below_the_temporary_directory_are_read() {
        let whom = |dir: &str| {
            let whom = whom(Path::new(dir))?;
            Some((whom.release?, whom.namespace))
        };
        let pair = |release: &str, ns: Option<&str>| {
            Some((release.to_string(), ns.map(str::to_string)))
        };
        assert_eq!(whom("/tmp/chartify12/shop/web"), pair("web", Some("shop")));
        assert_eq!(whom("/tmp/chartify12/web"), pair("web", None));
        assert_eq!(whom("/tmp/chartify12/ctx/shop/web"), pair("web", Some("shop")));
        assert_eq!(whom("/home/me/chartify-demo/web"), None);
        assert_eq!(whom("/home/me/charts/web"), None);
    }
}
