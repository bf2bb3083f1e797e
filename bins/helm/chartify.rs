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
use crate::mark;
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

/// The directory that chartify has made for a release: the working copy `dir`
/// itself, or the one in which it has unpacked it.
fn top<'d>(dir: &'d Path, whom: &Whom) -> &'d Path {
    let names = [whom.namespace.as_deref(), whom.release.as_deref()];
    let own: PathBuf = names.into_iter().flatten().collect();
    if dir.ends_with(own) { dir } else { dir.parent().unwrap_or(dir) }
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
    let top = top(&dir, whom).to_path_buf();
    let above = || mark::read(dir.parent()?, whom);
    let marked = mark::read(&top, whom).or_else(above);
    let (swap, original) = if let Some(marked) = marked {
        if marked.rendered {
            return Ok(plan);
        }
        (marked.swap, marked.original.into())
    } else {
        let Some((rule, original)) = original(session, &dir, &top, whom)? else {
            return Ok(plan);
        };
        let origin = Origin::of(&rule.from, None);
        match session.find(call, &origin, whom.clone())? {
            Found::Nothing => return Ok(plan),
            Found::Untold(rule) => anyhow::bail!(untold(&rule, call, session)),
            Found::Swap(found) => (*found, original),
        }
    };
    plan.reasons.push(format!("{} gets the content of the local chart", dir.display()));
    let rendered = call.command == Command::Template;
    plan.act = Act::Replace { dir, top, original, rendered };
    plan.take(swap, session);
    Ok(plan)
}

/// A chart on this machine that a working copy may be a copy of.
pub struct Original {
    pub dir: PathBuf,
    /// Where an archive was unpacked for the comparison; removed with this.
    unpacked: Option<TempDir>,
}

impl Original {
    fn unpack(archive: &Path) -> anyhow::Result<Self> {
        let unpacked = tempfile::tempdir()?;
        helmfire_charts::unpack_into(archive, unpacked.path())?;
        let dir = unpacked.path().into();
        Ok(Self { dir, unpacked: Some(unpacked) })
    }

    fn was_packed(&self) -> bool {
        self.unpacked.is_some()
    }
}

impl From<PathBuf> for Original {
    fn from(dir: PathBuf) -> Self {
        Self { dir, unpacked: None }
    }
}

/// The rule about the working copy `dir` in `top`, and the chart that it is an
/// unchanged copy of.
fn original(
    session: &Session<'_>,
    dir: &Path,
    top: &Path,
    whom: &Whom,
) -> anyhow::Result<Option<(ChartRule, Original)>> {
    for rule in session.rules_for(whom) {
        for original in originals(session, rule, whom)? {
            // What was unpacked came out of an archive, what was copied did not.
            let alike = original.was_packed() == (dir != top);
            if alike && helmfire_charts::is_copy_of(dir, &original.dir)? {
                return Ok(Some((rule.clone(), original)));
            }
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
    if !rule.from.contains("://") && named.is_file() {
        return Ok(vec![Original::unpack(&named)?]);
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
        return Ok(vec![Original::unpack(&place)?]);
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
