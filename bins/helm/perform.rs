//! Doing what was planned.

use std::convert::Infallible;
use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::Context;
use helmfire_cli::Exit;
use helmfire_helmfile::call::Call;
use helmfire_helmfile::helm::{self, Helm};
use helmfire_helmfile::{alias, child};

use crate::plan::{Act, Plan};
use crate::session::Session;
use crate::{mark, origin, output_dir};

/// How deep calls may nest that go through a script, before it is taken for one
/// that calls us.
const DEPTH: u32 = 8;
const DEPTH_VARIABLE: &str = "HELMFIRE_DEPTH";

/// Does what `plan` says. Returns only if this process does not become helm.
pub fn perform(
    plan: Plan,
    call: &Call,
    session: &mut Session<'_>,
) -> anyhow::Result<Exit> {
    for warning in &plan.warnings {
        session.journal.warning(call, warning)?;
    }
    for swap in &plan.swaps {
        let place = session.place_of(&swap.rule);
        session.journal.swap(call, &swap.whom, &swap.rule, &swap.directory, &place)?;
    }
    if let Some((place, reference)) = &plan.alias {
        // Not known later, the chart is asked for again or said to be unknown.
        let _ = alias::remember(place, reference);
    }
    if let Some(whom) = &plan.renders {
        session.journal.render(call, whom)?;
    }
    let helm = &session.helm;
    match plan.act {
        Act::Helm => Err(become_helm(helm, &plan.arguments, &plan.environment)),
        Act::Nothing => Ok(Exit::Done),
        Act::Copy { into, note, marked } => {
            let swap = plan.swaps.first().context("nothing to copy")?;
            helmfire_charts::copy_into(&swap.staged, &into)?;
            if marked {
                mark::write(&into, &swap.staged.path, swap, false)
                    .with_context(|| into.display().to_string())?;
            }
            if let Some(chart) = note {
                origin::write_note(&into, &chart)
                    .with_context(|| into.display().to_string())?;
            }
            Ok(Exit::Done)
        }
        Act::PullWithNote { into, note } => {
            let status = child::run(&mut command(helm, &plan.arguments, &[])?)
                .with_context(|| helm.path.display().to_string())?;
            if status.success() {
                fs::create_dir_all(&into)
                    .and_then(|()| origin::write_note(&into, &note))
                    .with_context(|| into.display().to_string())?;
            }
            Ok(Exit::Child(child::exit_code(status)))
        }
        Act::Replace { dir, top, original, rendered } => {
            let swap = plan.swaps.first().context("nothing to put in its place")?;
            mark::write(&top, &original.dir, swap, rendered)
                .with_context(|| top.display().to_string())?;
            helmfire_charts::replace_content(&dir, &original.dir, &swap.staged)?;
            // Nothing is dropped behind the next line.
            drop(original);
            Err(become_helm(helm, &plan.arguments, &plan.environment))
        }
        Act::Tolerate { warning } => {
            let status = child::run(&mut command(helm, &plan.arguments, &[])?)
                .with_context(|| helm.path.display().to_string())?;
            if let code @ (130 | 143) = child::exit_code(status) {
                return Ok(Exit::Child(code));
            }
            if !status.success() {
                session.journal.warning(call, &warning)?;
            }
            Ok(Exit::Done)
        }
        Act::FilterFiles { filter } => {
            let mut command = command(helm, &plan.arguments, &plan.environment)?;
            output_dir::run(&mut command, &filter, &plan.environment)
        }
    }
}

/// Replaces this process by helm: same process, same streams, same signals.
/// Returns why it could not.
pub fn become_helm(
    helm: &Helm,
    arguments: &[OsString],
    environment: &[(&'static str, OsString)],
) -> anyhow::Error {
    let replaced = || -> anyhow::Result<Infallible> {
        let error = command(helm, arguments, environment)?.exec();
        Err(anyhow::Error::new(error).context(helm.path.display().to_string()))
    };
    match replaced() {
        Ok(never) => match never {},
        Err(error) => error,
    }
}

fn command(
    helm: &Helm,
    arguments: &[OsString],
    environment: &[(&'static str, OsString)],
) -> anyhow::Result<Command> {
    let mut command = Command::new(&helm.path);
    command.args(arguments).envs(environment.iter().cloned());
    if helm::is_script(&helm.path) {
        let depth = std::env::var(DEPTH_VARIABLE).ok().and_then(|d| d.parse().ok());
        let depth: u32 = depth.unwrap_or(0);
        anyhow::ensure!(
            depth < DEPTH,
            "{} calls helmfire-helm again, name the real helm with HELMFIRE_HELM",
            helm.path.display()
        );
        command.env(DEPTH_VARIABLE, (depth + 1).to_string());
    }
    Ok(command)
}
