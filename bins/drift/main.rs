//! `helmfire-drift`: what changed in the cluster behind git's back, and what git has
//! that the cluster has not.
//!
//! Two questions that are never mixed up: drift is asked of the cluster, pending of
//! helm-diff. What could not be checked is unknown and never clean. Refuses to change
//! anything in the cluster.

mod added;
mod check;
mod cli;
mod declared;
mod doubtful;
mod found;
mod helm;
mod history;
mod ignore;
mod ignoring;
mod interval;
mod live;
mod mark;
mod memory;
mod outcome;
mod pass;
mod pending;
mod people;
mod progress;
mod scene;
mod signals;
mod survey;
mod unknown;

use std::process::ExitCode;

use helmfire_cli::{Exit, Talk};

use cli::{Args, Command};

fn main() -> ExitCode {
    helmfire_cli::run(program)
}

fn program(args: &Args, talk: &Talk) -> anyhow::Result<Exit> {
    match &args.command {
        Command::Check(check) => check::check(check, &args.output, talk),
        Command::History(history) => history::history(history, talk),
        Command::Ignore(ignore) => ignore::ignore(ignore, talk),
    }
}
