//! `helm pull` of a chart that is swapped: answered with a copy of the local
//! one.
//!
//! helmfile pulls OCI charts into its cache, charts that several releases share
//! into a temporary directory, and charts that it patches into another. What is
//! pulled into the user's own cache stays the real chart: the next run without
//! helmfire would deploy the substitute.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::bail;

use helmfire_helmfile::cache;
use helmfire_helmfile::call::Call;

use crate::chartify;
use crate::journal::Whom;
use crate::origin::{self, Origin};
use crate::plan::{Act, Plan, untold};
use crate::session::{Found, Session, Swap};

/// Where a pull puts its chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The directory that gets the chart's own directory, or its archive.
    pub dir: PathBuf,
    /// Whether it is unpacked.
    pub untar: bool,
    /// For whom, as far as the path tells.
    pub whom: Whom,
    /// Whose directory it is.
    pub owner: Owner,
}

/// Whose directory a chart is pulled into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The user's own helmfile cache, which outlives this run.
    UsersCache,
    /// A working copy of chartify, used by one release.
    Chartify,
    /// A directory of this run of helmfile, where releases may share a chart.
    Run,
    /// Some directory that the user named.
    User,
}

/// Plans `helm pull` and `helm fetch`.
pub fn plan(call: &Call, session: &Session<'_>, plan: &mut Plan) -> anyhow::Result<()> {
    for &at in call.charts() {
        let chart = call.arguments[at].to_string_lossy().into_owned();
        let to = destination(call, &chart);
        let origin = Origin::of(&chart, call.value("repo")).fetched_to(&to.dir);
        if session.rules.charts.iter().any(|rule| rule.from.starts_with("oci://")) {
            plan.alias = origin.alias();
        }
        // Of those that share a chart a path names only the first.
        let whom =
            if to.owner == Owner::Run { Whom::default() } else { to.whom.clone() };
        match session.find(call, &origin, whom)? {
            Found::Nothing => {}
            _ if to.owner == Owner::UsersCache => {
                plan.reasons.push(
                    "pulled as it is: the substitute has no place in helmfile's own cache, \
                     it is put in where the chart is used"
                        .into(),
                );
            }
            _ if call.charts().len() > 1 => {
                bail!("a chart among several is substituted, pull them one by one")
            }
            Found::Swap(found) => answer(plan, session, *found, to, &chart),
            Found::Untold(_) if to.owner == Owner::Run && to.untar => {
                plan.reasons.push(
                    "pulled as it is: the rule is limited, its chart is put in where it is used"
                        .into(),
                );
                plan.act = Act::PullWithNote { into: to.dir, note: chart };
            }
            Found::Untold(rule) => bail!(untold(&rule, call, session)),
        }
    }
    Ok(())
}

/// A pull answered from the local chart.
fn answer(
    plan: &mut Plan,
    session: &Session<'_>,
    found: Swap,
    to: Destination,
    chart: &str,
) {
    let staged = found.staged.clone();
    plan.take(found, session);
    if to.untar {
        plan.reasons
            .push(format!("copied into {} instead of pulled", to.dir.display()));
        let note = (to.owner == Owner::Run).then(|| chart.to_string());
        let marked = to.owner == Owner::Chartify;
        plan.act = Act::Copy { into: to.dir, note, marked };
        return;
    }
    plan.reasons.push("packed instead of pulled".into());
    let words =
        [OsStr::new("package"), staged.path.as_os_str(), OsStr::new("--destination")];
    plan.arguments =
        words.into_iter().chain([to.dir.as_os_str()]).map(Into::into).collect();
}

/// Where `call` puts the chart called `chart`.
pub fn destination(call: &Call, chart: &str) -> Destination {
    let named = Path::new(call.value("destination").unwrap_or("."));
    let untar = call.is_set("untar");
    // As helm has it: an unpacked chart goes below the destination (helm 3.22
    // and 4.3, pkg/action/pull.go).
    let dir = match call.value("untardir") {
        Some(below) if untar => named.join(below),
        _ => named.to_path_buf(),
    };
    let (owner, whom) = match chartify::whom(&dir) {
        Some(whom) if origin::is_scratch(&dir) => (Owner::Chartify, whom),
        _ => (owner(&dir), whom_of_fetch(&dir, chart)),
    };
    Destination { dir, untar, whom, owner }
}

fn owner(dir: &Path) -> Owner {
    let inside = |top: Option<PathBuf>| {
        top.filter(|top| !top.as_os_str().is_empty())
            .is_some_and(|top| dir.starts_with(&top) || lies_in(dir, &top))
    };
    let run = env::var_os("HELMFIRE_RUN").map(PathBuf::from);
    let is_cache = inside(cache::directory());
    // The run's own cache has links to entries of the user's.
    if is_cache && run.as_deref().is_some_and(|run| lies_in(dir, run)) {
        Owner::Run
    } else if is_cache {
        Owner::UsersCache
    } else if origin::is_scratch(dir) {
        Owner::Run
    } else {
        Owner::User
    }
}

/// Whether `dir`, links resolved as far as it exists, lies in `top`.
fn lies_in(dir: &Path, top: &Path) -> bool {
    let real = dir.ancestors().find_map(|dir| dir.canonicalize().ok());
    real.zip(top.canonicalize().ok()).is_some_and(|(dir, top)| dir.starts_with(top))
}

/// helmfile fetches to `DIR/[NS/]RELEASE/CHART/VERSION` (helmfile 1.8.0,
/// `DefaultFetchOutputDirTemplate`); the release is the first of those that share
/// the chart.
fn whom_of_fetch(dir: &Path, chart: &str) -> Whom {
    let above = dir.parent().filter(|above| above.ends_with(chart));
    let Some(above) = above else { return Whom::default() };
    let depth = Path::new(chart).components().count();
    let release = above.iter().rev().nth(depth);
    // The name above it may be a namespace, or not.
    let release = release.map(|name| name.to_string_lossy().into_owned());
    Whom { release, ..Whom::default() }
}
