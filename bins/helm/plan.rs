//! What is to be done for one call.
//!
//! Reads files and stages charts, but leaves helm and its directories alone:
//! that is for `perform`, or for nobody, if the plan is
//! only to be explained.

use std::borrow::Cow;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::bail;
use helmfire_helmfile::call::{Call, Command, Edit};
use helmfire_rules::ChartRule;

use crate::chartify::Original;
use crate::journal::Whom;
use crate::origin::Origin;
use crate::pull;
use crate::session::{Found, Session, Swap};
use crate::{chartify, lint, renderer, swap};

/// What is to be done.
#[derive(Default)]
pub struct Plan {
    /// The arguments for helm.
    pub arguments: Vec<OsString>,
    /// What its environment has beside ours.
    pub environment: Vec<(&'static str, OsString)>,
    /// Why, for people.
    pub reasons: Vec<String>,
    /// The charts that are swapped.
    pub swaps: Vec<Swap>,
    /// Said although the call goes on.
    pub warnings: Vec<String>,
    /// A place in helmfile's cache, and the chart that is pulled there.
    pub alias: Option<(PathBuf, String)>,
    /// The call renders for this release.
    pub renders: Option<Whom>,
    /// How it is done.
    pub act: Act,
}

/// How a call is answered.
#[derive(Default)]
pub enum Act {
    /// This process becomes helm.
    #[default]
    Helm,
    /// There is nothing left to do.
    Nothing,
    /// The staged chart is copied into a directory; `note` says of which chart
    /// it stands in the place.
    Copy { into: PathBuf, note: Option<String>, marked: bool },
    /// helm pulls the chart, and a note says which it is.
    PullWithNote { into: PathBuf, note: String },
    /// The content of the working copy `dir` is replaced, then this process becomes
    /// helm.
    Replace { dir: PathBuf, top: PathBuf, original: Original, rendered: bool },
    /// helm runs; if it fails, that is a warning only.
    Tolerate { warning: String },
    /// helm runs, and the files that it writes go through the post-renderer.
    FilterFiles { filter: PathBuf },
}

/// Plans `call`.
pub fn plan(call: &Call, session: &Session<'_>) -> anyhow::Result<Plan> {
    let mut plan = Plan::default();
    let mut edit = Edit::default();
    if let Some((dir, whom)) = chartify::working_copy(call) {
        return chartify::plan(call, session, dir, &whom);
    }
    match call.command {
        Command::RepoAdd => return Ok(repository(call, session, plan)),
        Command::Pull => pull::plan(call, session, &mut plan)?,
        Command::Dependency => dependency(call, session, &mut plan, &mut edit)?,
        _ => {
            for &at in call.charts() {
                used(call, session, &mut plan, &mut edit, at)?;
            }
        }
    }
    if call.command.renders() {
        plan.warnings.extend(space_in_path());
        rendered(call, session, &mut plan, &mut edit)?;
    }
    if plan.arguments.is_empty() {
        plan.arguments = edit.apply(call);
    }
    Ok(plan)
}

/// A chart that the call renders, checks or shows.
fn used(
    call: &Call,
    session: &Session<'_>,
    plan: &mut Plan,
    edit: &mut Edit,
    at: usize,
) -> anyhow::Result<()> {
    let chart = call.arguments[at].to_string_lossy();
    let origin = Origin::of(&chart, call.value("repo"));
    let whom = Whom {
        release: call.release().or_else(|| lint::release(call)),
        namespace: call.namespace().map(str::to_string),
        is_one: call.command != Command::Show,
    };
    match session.find(call, &origin, whom.clone())? {
        Found::Nothing => unswapped(call, session, plan, &origin, &whom)?,
        Found::Swap(found) => {
            let changes = swap::put(call, at, &found, edit);
            plan.take(*found, session);
            plan.reasons.extend(changes);
        }
        // helmfile asks so for the version of a chart; the chart itself is
        // swapped where it is used.
        Found::Untold(rule) if call.command == Command::Show => {
            plan.warnings
                .push(untold(&rule, call, session) + ", so this is the remote chart");
        }
        Found::Untold(rule) => match lint::from_list(session, call, &rule) {
            Some(false) => {}
            Some(true) => {
                let namespace = call.namespace().map(str::to_string);
                let whom = Whom { release: None, namespace, is_one: true };
                let found = session.swap(&rule, whom)?;
                plan.reasons.extend(swap::put(call, at, &found, edit));
                plan.take(found, session);
            }
            None => bail!(
                "{}: limit it by namespace or to nothing, or run helmfire, which knows the releases",
                untold(&rule, call, session)
            ),
        },
    }
    Ok(())
}

/// A chart that no rule is about: an error if one seems to be, or else the
/// remote chart would be used without a word.
fn unswapped(
    call: &Call,
    session: &Session<'_>,
    plan: &mut Plan,
    origin: &Origin,
    whom: &Whom,
) -> anyhow::Result<()> {
    let Some(&at) = call.charts().first() else { return Ok(()) };
    let chart = call.arguments[at].to_string_lossy();
    for rule in &session.rules.charts {
        let place = session.place_of(rule);
        if origin.fit(rule, &session.rules) > 0 {
            let limits = &rule.limits;
            plan.reasons.push(format!("the rule {place} is limited to {limits}"));
        } else if origin.may_be(rule) {
            bail!(
                "whether {chart} is {} is not known, name it in the rule as helmfile.yaml \
                 does, or run helmfire ({place})",
                rule.from
            );
        } else if call.command.renders()
            && chartify::whom(Path::new(&*chart)).is_none()
            && session.is_for_just(rule, whom)
        {
            bail!(
                "the rule for {} is for release {}, which uses {chart} ({place})",
                rule.from,
                whom.release.as_deref().unwrap_or_default()
            );
        }
    }
    if !session.rules.charts.is_empty() {
        plan.reasons.push(format!("no chart rule applies to {chart}"));
    }
    Ok(())
}

pub fn untold(rule: &ChartRule, call: &Call, session: &Session<'_>) -> String {
    format!(
        "helm {} does not tell for which release, and the rule for {} is limited ({})",
        call.words.join(" "),
        rule.from,
        session.place_of(rule)
    )
}

/// The dependencies of a local chart that is swapped need not be built: those of
/// the substitute are, in its private copy.
fn dependency(
    call: &Call,
    session: &Session<'_>,
    plan: &mut Plan,
    edit: &mut Edit,
) -> anyhow::Result<()> {
    let Some(&at) = call.charts().first() else { return Ok(()) };
    let origin = Origin::of(&call.arguments[at].to_string_lossy(), None);
    if let Found::Swap(found) = session.find(call, &origin, Whom::default())? {
        if call.words.ends_with(&["list"]) {
            plan.reasons.extend(swap::put(call, at, &found, edit));
        } else {
            plan.reasons.push("the private copy has its dependencies".into());
            plan.act = Act::Nothing;
        }
        plan.take(*found, session);
    }
    Ok(())
}

/// Without its repository a chart that is swapped can be used all the same.
fn repository(call: &Call, session: &Session<'_>, mut plan: Plan) -> Plan {
    plan.arguments.clone_from(&call.arguments);
    let Some(name) = call.repository() else { return plan };
    let named = session.rules.charts.iter().find(|rule| {
        rule.from.strip_prefix(&name).is_some_and(|rest| rest.starts_with('/'))
    });
    if let Some(rule) = named.filter(|_| env::var_os("HELMFIRE_RUN").is_some()) {
        let warning = format!(
            "repository {name} cannot be reached; {} is substituted all the same ({})",
            rule.from,
            session.place_of(rule)
        );
        plan.act = Act::Tolerate { warning };
    }
    plan
}

/// What the post-renderer needs.
fn rendered(
    call: &Call,
    session: &Session<'_>,
    plan: &mut Plan,
    edit: &mut Edit,
) -> anyhow::Result<()> {
    let swapped = plan.swaps.first().map(|swap| swap.rule.from.clone());
    let named = call.charts().first().map(|&at| call.arguments[at].to_string_lossy());
    let chart = swapped.or_else(|| named.map(Cow::into_owned));
    let limited =
        session.rules.images.iter().any(|rule| rule.limits.namespace.is_some());
    let namespace = match call.namespace() {
        None if limited => session.ask_namespace(call)?,
        named => named.map(str::to_string),
    };
    let known = namespace.clone();
    plan.renders = Some(Whom { release: call.release(), namespace, is_one: true });
    if session.rules.images.is_empty() {
        return Ok(());
    }
    let told = [
        ("HELMFIRE_FILE", session.rules.path.as_ref().map(OsString::from)),
        ("HELMFIRE_RELEASE", call.release().map(OsString::from)),
        ("HELMFIRE_NAMESPACE", known.map(OsString::from)),
        ("HELMFIRE_CHART", chart.map(OsString::from)),
    ];
    plan.environment
        .extend(told.into_iter().filter_map(|(name, value)| Some((name, value?))));
    renderer::add(call, session, plan, edit)
}

/// helmfile cannot patch a chart with a helm in such a place: chartify splits
/// its path at spaces (chartify 0.28.2, `runBytes`).
fn space_in_path() -> Option<String> {
    let own = env::current_exe().ok()?;
    own.to_string_lossy().contains(' ').then(|| {
        format!(
            "{} has a space in its path, helmfile cannot patch charts with it; install it elsewhere",
            own.display()
        )
    })
}

impl Plan {
    /// Notes a chart that is swapped.
    pub fn take(&mut self, swap: Swap, session: &Session<'_>) {
        self.reasons.push(format!(
            "chart {} -> {} ({}), through a private copy with its dependencies",
            swap.rule.from,
            swap.directory.display(),
            session.place_of(&swap.rule)
        ));
        self.swaps.push(swap);
    }
}
