//! `helmfire-subst`: edits and checks helmfire.toml.
//!
//! Knows no manifest and deploys nothing.

#![allow(rustdoc::broken_intra_doc_links, reason = "help texts name [[tables]]")]

mod change;
mod check;
mod cli;
mod draft;
mod import;
mod list;
mod opinion;
mod remove;
mod row;
mod target;

use std::process::ExitCode;

use helmfire_cli::{Exit, Talk};

use cli::{Args, Command};
use target::Target;

fn main() -> ExitCode {
    helmfire_cli::run(program)
}

fn program(args: &Args, talk: &Talk) -> anyhow::Result<Exit> {
    let named = args.file.as_deref();
    let to_write = || Target::to_write(named, talk);
    let existing = || Target::existing(named, talk);
    match &args.command {
        Command::Image(image) => {
            let draft = draft::image(image)?;
            opinion::warn_of_doubts(&draft, talk);
            change::put(&to_write()?, &image.write, talk, |_| Ok(vec![draft]))
        }
        Command::Chart(chart) => {
            change::put(&to_write()?, &chart.write, talk, |rules| {
                Ok(vec![draft::chart(chart, rules)?])
            })
        }
        Command::Import(write) => import::import(to_write, write, talk),
        Command::Remove(remove) => {
            remove::remove(existing()?.as_ref(), &remove.kind, talk)
        }
        Command::Clear(clear) => remove::clear(existing()?.as_ref(), clear, talk),
        Command::List(list) => {
            list::list(existing()?.as_ref(), list, args.output.color, talk)
        }
        Command::Check => check::check(existing()?.as_ref(), talk),
    }
}
