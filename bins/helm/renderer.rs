//! `helmfire-postrender` as the post-renderer of one call.
//!
//! Helm 3 takes an executable, Helm 4 a plugin. A post-renderer that is there
//! already is kept and runs behind ours.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use anyhow::Context;
use helmfire_cli::count;
use helmfire_helmfile::call::{Call, Command, Edit};
use helmfire_helmfile::helm::{self, Major};
use helmfire_helmfile::home;
use helmfire_helmfile::plugin::{self, NAME};

use crate::plan::{Act, Plan};
use crate::session::Session;

/// Adds it to `call`.
pub fn add(
    call: &Call,
    session: &Session<'_>,
    plan: &mut Plan,
    edit: &mut Edit,
) -> anyhow::Result<()> {
    let rules = count(session.rules.images.iter().len(), "image rule");
    let filter = program()?;
    let major = session.helm.major()?;
    let theirs = call.value("post-renderer").filter(|name| !is_ours(name));
    if major == Major::Three
        && call.command == Command::Template
        && call.value("output-dir").is_some()
    {
        plan.reasons.push(format!(
            "{NAME} rewrites the files, {rules}: Helm 3 does not post-render them"
        ));
        plan.act = Act::FilterFiles { filter };
        return Ok(());
    }
    let further = match (theirs, major) {
        (None, _) => Vec::new(),
        (Some(theirs), Major::Three) => vec![theirs.into()],
        (Some(theirs), Major::Four) => match plugin::command(theirs)? {
            Some(command) => command,
            // helm itself says best that there is no such plugin.
            None => return Ok(()),
        },
    };
    let name = match major {
        Major::Three => filter.clone().into_os_string(),
        Major::Four => {
            plan.environment.push(("HELM_PLUGINS", plugins(&filter, session)?));
            NAME.into()
        }
    };
    plan.reasons.push(format!("{NAME} as the post-renderer: {rules}"));
    if call.value("post-renderer").is_some_and(is_ours) {
        return Ok(());
    }
    let arguments: Vec<OsString> =
        call.values("post-renderer-args").map(OsString::from).collect();
    edit.remove(call, "post-renderer");
    edit.remove(call, "post-renderer-args");
    edit.add("--post-renderer");
    edit.add(name);
    if let Some(theirs) = theirs {
        plan.reasons.push(format!("then {theirs}, which was set already"));
        for word in
            [OsString::from("--then")].into_iter().chain(further).chain(arguments)
        {
            let mut flag = OsString::from("--post-renderer-args=");
            flag.push(word);
            edit.add(flag);
        }
    }
    Ok(())
}

fn is_ours(name: &str) -> bool {
    Path::new(name).file_name() == Some(OsStr::new(NAME))
}

/// The filter: beside this program, else on `PATH`.
fn program() -> anyhow::Result<PathBuf> {
    let beside = env::current_exe().ok().map(|own| own.with_file_name(NAME));
    beside
        .filter(|path| path.is_file())
        .or_else(|| helm::candidates(OsStr::new(NAME)).next())
        .with_context(|| {
            format!(
                "{NAME} is not installed beside helmfire-helm nor on PATH, install it"
            )
        })
}

/// `HELM_PLUGINS` with our plugin before the user's.
fn plugins(filter: &Path, session: &Session<'_>) -> anyhow::Result<OsString> {
    let home = home::cache().context(
        "there is no directory for the plugin of Helm 4, set HELMFIRE_CACHE_HOME or HOME",
    )?;
    let dir = plugin::place(&home, filter);
    if !session.only_looks() {
        plugin::ensure(&dir, filter)?;
    }
    Ok(plugin::search_path(&dir))
}
