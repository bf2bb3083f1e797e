//! `helmfire-postrender`: manifests in, manifests out, images replaced.
//!
//! Reads no cluster and no registry, and never writes to its inputs.

mod cli;
mod input;
mod journal;
mod pipe;
mod plugin;
mod report;
mod sink;

use std::process::ExitCode;

use anyhow::Context;
use helmfire_cli::{Exit, Talk};
use helmfire_manifest::{Event, Mode, OnError, Rewriter, StreamError, Told};
use helmfire_rules::Rules;

use cli::Args;
use input::Input;
use journal::Journal;
use report::Report;
use sink::Sink;

fn main() -> ExitCode {
    helmfire_cli::run(program)
}

fn program(args: &Args, talk: &Talk) -> anyhow::Result<Exit> {
    if let Some(dir) = &args.helm_plugin {
        return plugin::install(dir, talk);
    }
    let mut report = Report::open(args)?;
    let outcome = filter(args, talk, &mut report);
    if let Err(error) = &outcome
        && !helmfire_cli::is_closed_pipe(error)
    {
        // The error itself is what must be told, whether this can be written or not.
        let _ = report.error(&format!("{error:#}"));
    }
    outcome
}

fn filter(args: &Args, talk: &Talk, report: &mut Report) -> anyhow::Result<Exit> {
    let rules = Rules::load(args.file.as_deref())?;
    say_which_rules(&rules, talk);
    let known = |text: &'_ Option<String>| text.clone().filter(|t| !t.is_empty());
    let (release, namespace) = (known(&args.release), known(&args.namespace));
    let told = Told { release: release.as_deref(), namespace: namespace.as_deref() };
    let mode = if args.list { Mode::List } else { Mode::Rewrite };
    let on_error = match args.on_error {
        cli::OnError::Stop => OnError::Stop,
        cli::OnError::Pass => OnError::Pass,
    };
    let mut journal = Journal::new(args, &rules, talk, report);
    let mut rewriter = Rewriter::new(&rules, told, mode, on_error);
    let mut sink = Sink::open(args)?;
    let outcome = rewrite_all(args, &mut rewriter, &mut sink, &mut journal);
    if let Err(error) = outcome {
        // Before the sink closes: a further command must not take this for all.
        sink.abandon();
        return Err(error);
    }
    journal.untold(&rewriter)?;
    let changed = journal.finish()?;
    if let Err(error) = check_unused(args, &rewriter, &rules) {
        sink.abandon();
        return Err(error);
    }
    let child = sink.finish()?;
    match child {
        Some(code) if code != 0 => Ok(Exit::Child(code)),
        _ if args.check && changed => Ok(Exit::Difference),
        _ => Ok(Exit::Done),
    }
}

fn rewrite_all(
    args: &Args,
    rewriter: &mut Rewriter<'_>,
    sink: &mut Sink,
    journal: &mut Journal<'_>,
) -> anyhow::Result<()> {
    let mut any = false;
    for mut input in Input::all(&args.inputs)? {
        sink.begin_input();
        let mut reader = input.open()?;
        let read = rewriter.rewrite(&mut *reader, sink, &mut |event: Event| {
            journal.take(&input.name, event);
        });
        journal.failure()?;
        match read {
            Ok(read) => any = any || read,
            Err(error) => return Err(located(error, &input.name)),
        }
    }
    if !any && helmfire_helmfile::plugin::started_by_helm4() {
        sink.write_comment("helmfire-postrender: the chart rendered nothing")?;
    }
    Ok(())
}

/// The error with the place in the form that editors understand.
fn located(error: StreamError, input: &str) -> anyhow::Error {
    match error {
        StreamError::Document { number, object, line, column, what } => {
            anyhow::anyhow!(
                "document {number}{object}: {what} ({input}:{line}:{column}), \
             mend it or copy it with --on-error=pass"
            )
        }
        StreamError::Read(error) => {
            anyhow::Error::new(error).context(input.to_string())
        }
        StreamError::Write(error) => {
            anyhow::Error::new(error).context("standard output")
        }
    }
}

fn say_which_rules(rules: &Rules, talk: &Talk) {
    match &rules.path {
        Some(path) => talk.detail(&format!(
            "{} image rules from {}",
            rules.images.iter().len(),
            path.display()
        )),
        None => talk.detail("no helmfire.toml found, nothing is replaced"),
    }
}

fn check_unused(
    args: &Args,
    rewriter: &Rewriter<'_>,
    rules: &Rules,
) -> anyhow::Result<()> {
    let unused = rewriter.unused_rules();
    if !args.strict || unused.is_empty() {
        return Ok(());
    }
    let file = rules.path.as_deref().context("rules without a file")?;
    let places: Vec<String> =
        unused.iter().map(|line| format!("{}:{line}", file.display())).collect();
    let rule = if unused.len() == 1 { "a rule" } else { "rules" };
    anyhow::bail!(
        "{rule} matched no image ({}), and --strict forbids that",
        places.join(", ")
    )
}
