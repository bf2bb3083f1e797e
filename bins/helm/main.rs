//! `helmfire-helm`: a stand-in for helm that swaps charts and sets the
//! post-renderer.
//!
//! A call goes through these stages: [`Call`] (what is asked), `choice` (which
//! rule is about it), `plan` (what is to be done), and here it is done or
//! explained. Refuses to understand more of helm than where its charts stand.

#![allow(rustdoc::broken_intra_doc_links, reason = "help texts name [[tables]]")]

mod chartify;
mod choice;
mod cli;
mod explain;
mod journal;
mod lint;
mod mark;
mod origin;
mod output_dir;
mod perform;
mod plan;
mod pull;
mod renderer;
mod session;
mod swap;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use helmfire_cli::{Exit, Output, Talk};
use helmfire_helmfile::call::{Call, Command};
use helmfire_helmfile::helm::Helm;

use cli::Args;
use session::Session;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    match arguments.first().and_then(|first| first.to_str()) {
        Some("--explain" | "--help" | "-h" | "--version") => {
            helmfire_cli::run(|args: &Args, talk: &Talk| explain(args, talk))
        }
        _ => helmfire_cli::run_as_is("helmfire-helm", |talk| run(arguments, talk)),
    }
}

/// Does what was asked for. Returns only if something is left to say: the usual
/// end is that this process becomes helm.
fn run(arguments: Vec<OsString>, talk: &Talk) -> anyhow::Result<Exit> {
    let call = Call::read(arguments);
    if call.command == Command::Other {
        return Err(perform::become_helm(&Helm::find()?, &call.arguments, &[]));
    }
    let mut session = Session::open(talk)?;
    let planned = plan::plan(&call, &session);
    let done = planned.and_then(|plan| perform::perform(plan, &call, &mut session));
    if let Err(error) = &done {
        // The error itself is what must be told, whether this can be written or not.
        let _ = session.journal.error(&call, &format!("{error:#}"));
    }
    done
}

fn explain(args: &Args, talk: &Talk) -> anyhow::Result<Exit> {
    let quiet =
        Talk::new("helmfire-helm", &Output { quiet: true, ..Output::default() });
    let call = Call::read(args.arguments.clone());
    let session = Session::open(&quiet)?.that_only_looks();
    let plan = plan::plan(&call, &session)?;
    explain::print(&plan, &session, args.json, talk)?;
    Ok(Exit::Done)
}
