//! `--helm-plugin`: the plugin directory for Helm 4.

use std::env;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use helmfire_cli::{Exit, Talk};
use helmfire_helmfile::plugin;

/// Writes the plugin and prints the line for the shell.
pub fn install(dir: &Path, talk: &Talk) -> anyhow::Result<Exit> {
    let binary = env::current_exe().context("the path of this program")?;
    let dir = plugin::write(dir, &binary)?;
    writeln!(io::stdout(), "{}", plugin::shell_line(&dir))?;
    talk.note(&format!(
        "wrote {}/{}, set HELM_PLUGINS as printed for Helm 4 only",
        dir.display(),
        plugin::NAME
    ));
    Ok(Exit::Done)
}
