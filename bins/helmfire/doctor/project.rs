//! The releases of the project: do the rules fit them, and does something of
//! theirs stand in the way?

use std::io;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

use super::{Answer, Found};
use crate::helm::WITHOUT_HOOKS;
use crate::summary::shortened;
use crate::unapplied::is_for;
use crate::{capture, version};
use helmfire_helmfile::list::Release;
use helmfire_helmfile::passed::Passed;
use helmfire_helmfile::question::same_releases;

/// What helmfile says where there is no helmfile.yaml (helmfile 1.8.0).
const NO_FILE: &str = "no state file found";

pub fn check(
    passed: &Passed,
    found: &mut Found,
    answer: &mut Answer,
) -> io::Result<()> {
    let Some(helmfile) = found.helmfile.clone() else { return Ok(()) };
    let list = ["list", "--output", "json", "--skip-charts"];
    let printed = match ask(&helmfile, passed, &list) {
        Ok(printed) => printed,
        Err(reason) if reason.contains(NO_FILE) => {
            let finding = "there is no helmfile.yaml here";
            let remedy =
                "go where it is or name it with -f to have its releases checked";
            return answer.warning("releases", finding, remedy);
        }
        Err(reason) => {
            let finding = format!("helmfile cannot list them: {reason}");
            return answer.problem("releases", finding, "run 'helmfile list'");
        }
    };
    let releases: Vec<Release> = serde_json::from_str(&printed).unwrap_or_default();
    let wanted = releases.iter().filter(|release| release.is_wanted()).count();
    answer.ok(
        "releases",
        format!("{} listed, {wanted} of them to be installed", releases.len()),
    )?;
    found.releases = releases.into_iter().filter(Release::is_wanted).collect();
    unused_rules(found, answer)?;
    match ask(&helmfile, passed, &["build"]) {
        Ok(state) => post_renderers(&state, answer),
        Err(reason) => {
            let finding = format!("whether releases have one is not known: {reason}");
            answer.warning(
                "postRenderer",
                finding,
                "run 'helmfile build' and look for postRenderer",
            )
        }
    }
}

fn ask(helmfile: &Path, passed: &Passed, question: &[&str]) -> Result<String, String> {
    let mut command = Command::new(helmfile);
    command
        .args(same_releases(passed))
        .args(question)
        .env(WITHOUT_HOOKS.0, WITHOUT_HOOKS.1);
    let answer =
        capture::within(version::PATIENCE, &mut command).map_err(|e| e.to_string())?;
    if answer.status.success() { Ok(answer.stdout) } else { Err(answer.reason()) }
}

fn unused_rules(found: &Found, answer: &mut Answer) -> io::Result<()> {
    let Some(rules) = &found.rules else { return Ok(()) };
    let path = rules.path.as_deref().unwrap_or(Path::new(""));
    let absolute = std::path::absolute(path)?;
    let dir = absolute.parent().unwrap_or(Path::new(""));
    for rule in &rules.charts {
        if !found.releases.iter().any(|release| is_for(rule, dir, release)) {
            let place = format!("{}:{}", shortened(path), rule.line);
            let finding =
                format!("no release listed is for the rule of {} ({place})", rule.from);
            let remedy = "compare it with 'helmfile list', or remove it";
            answer.warning("chart", finding, remedy)?;
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct State {
    #[serde(default)]
    releases: Vec<Built>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Built {
    name: String,
    post_renderer: Option<String>,
}

/// A release's own post-renderer outweighs `--post-renderer` (helmfile 1.8.0,
/// `appendPostRenderFlags`); helmfire-helm puts ours before it.
fn post_renderers(state: &str, answer: &mut Answer) -> io::Result<()> {
    let mut own = Vec::new();
    for document in serde_yaml::Deserializer::from_str(state) {
        let Ok(Some(state)) = Option::<State>::deserialize(document) else { continue };
        let built = state.releases.into_iter();
        own.extend(built.filter_map(|release| {
            let renderer =
                release.post_renderer.filter(|r| !r.contains("helmfire-postrender"))?;
            Some(format!("{} ({renderer})", release.name))
        }));
    }
    if own.is_empty() {
        return answer.ok("postRenderer", "no release has one of its own");
    }
    let finding = format!("releases have one of their own: {}", own.join(", "));
    let remedy = "run them by helmfire, which runs both; 'helmfile --post-renderer \
                  helmfire-postrender' would do nothing for them";
    answer.warning("postRenderer", finding, remedy)
}
