//! `helmfire`: helmfile with substitutions switched on, and the way to the
//! other programs.
//!
//! Never parses a helmfile and never changes what helmfile prints.

mod capture;
mod cli;
mod companions;
mod completion;
mod directory;
mod dispatch;
mod divide;
mod doctor;
mod dry_run;
mod helm;
mod help;
mod mention;
mod overlay;
mod plugins;
mod report;
mod run;
mod stand_in;
mod summary;
mod tally;
mod unapplied;
mod version;

use std::env;
use std::process::ExitCode;

use anyhow::Context;
use clap::CommandFactory;
use helmfire_cli::{Exit, Talk, Usage};

use cli::{Args, Command};
use dispatch::{Action, Machine, dispatch};
use divide::{divide, valued};
use helmfire_helmfile::line::Line;
use helmfire_helmfile::passed::Passed;
use helmfire_helmfile::programs;

fn main() -> ExitCode {
    let command = Args::command();
    let line = Line::read(env::args_os().skip(1), &valued(&command));
    let machine = Machine {
        has_program: &|name| programs::ours(name).is_some(),
        helmfile_knows: &programs::helmfile_knows,
        programs: &programs::names_of_ours,
    };
    let action = dispatch(&line, &machine);
    let (words, passed) = match &action {
        Action::Own => divide(&line, &command, true),
        Action::Helmfile => divide(&line, &command, false),
        // Its flags are its own affair.
        _ => (vec![command.get_name().into()], Passed::default()),
    };
    helmfire_cli::run_from(words, |args: &Args, talk| {
        program(action, line.name.as_deref(), &passed, args, talk)
    })
}

fn program(
    action: Action,
    name: Option<&str>,
    passed: &Passed,
    args: &Args,
    talk: &Talk,
) -> anyhow::Result<Exit> {
    match action {
        Action::Own => own(passed, args),
        Action::Complete(words) => completion::candidates(words),
        Action::Helmfile => {
            let name = name.unwrap_or_default();
            match &args.command {
                Some(Command::Sync(deploy) | Command::Apply(deploy)) => {
                    if let Some(missing) = companions::run(deploy, name, passed)? {
                        return Err(missing);
                    }
                    if deploy.dry_run {
                        return dry_run::run(passed, args, talk);
                    }
                    run::run(name, passed, args, talk)
                }
                _ => run::run(name, passed, args, talk),
            }
        }
        Action::Program { name, arguments } => {
            let program = programs::ours(&name).with_context(|| {
                format!("{name} is neither beside helmfire nor on PATH, install it")
            })?;
            Err(programs::become_program(&program, arguments).into())
        }
        Action::Unknown { name, near } => {
            let hint = match near {
                Some(near) => format!("did you mean '{near}'?"),
                None => "see 'helmfire --help'".into(),
            };
            Err(Usage(format!("there is no command '{name}', {hint}")).into())
        }
    }
}

fn own(passed: &Passed, args: &Args) -> anyhow::Result<Exit> {
    match &args.command {
        Some(Command::Doctor(doctor)) => doctor::run(doctor, passed),
        Some(Command::Completion(completion)) => completion::print(completion.shell),
        Some(Command::Version) => version::print(passed),
        Some(Command::Help(help)) => help::show(&help.name),
        _ => Err(Usage("a command is needed (see 'helmfire --help')".into()).into()),
    }
}
