//! `help NAME`.

use std::ffi::OsString;

use anyhow::Context;
use clap::CommandFactory;
use helmfire_cli::{Exit, Usage};

use crate::cli::Args;
use crate::dispatch::SUBST;
use helmfire_helmfile::programs;
use helmfire_helmfile::vocabulary::HELMFILE;

/// Shows the help of whoever carries out the command.
pub fn show(names: &[String]) -> anyhow::Result<Exit> {
    let mut command = Args::command();
    command.build();
    let Some(name) = names.first() else {
        command.print_long_help()?;
        return Ok(Exit::Done);
    };
    if SUBST.contains(&name.as_str()) {
        return Err(of_program("helmfire-subst", names)?);
    }
    if let Some(own) = command.find_subcommand_mut(name)
        && !is_only_helmfiles(name)
    {
        own.print_long_help()?;
        return Ok(Exit::Done);
    }
    let program = format!("helmfire-{name}");
    if !HELMFILE.contains(&name.as_str()) && programs::ours(&program).is_some() {
        return Err(of_program(&program, &names[1..])?);
    }
    if HELMFILE.contains(&name.as_str()) || programs::helmfile_knows(name) {
        let helmfile = programs::helmfile()?;
        return Err(programs::become_program(&helmfile, with_help(names)).into());
    }
    Err(Usage(format!("there is no command '{name}', see 'helmfire --help'")).into())
}

/// helmfire adds nothing to these.
fn is_only_helmfiles(name: &str) -> bool {
    HELMFILE.contains(&name) && !matches!(name, "sync" | "apply" | "list")
}

fn of_program(program: &str, names: &[String]) -> anyhow::Result<anyhow::Error> {
    let path = programs::ours(program)
        .with_context(|| format!("{program} is neither beside helmfire nor on PATH"))?;
    Ok(programs::become_program(&path, with_help(names)).into())
}

fn with_help(names: &[String]) -> Vec<OsString> {
    names.iter().map(OsString::from).chain(["--help".into()]).collect()
}
