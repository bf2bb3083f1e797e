//! The one `main` of all binaries.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::panic;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches};

use crate::exit::code_of;
use crate::{Exit, Output, Talk};

/// Parses the command line, runs the program, and turns whatever happens into
/// an exit code and at most one line on stderr.
///
/// A closed pipe on stdout is no error: the reader has seen enough.
pub fn run<A>(program: impl FnOnce(&A, &Talk) -> anyhow::Result<Exit>) -> ExitCode
where
    A: CommandFactory + FromArgMatches + AsRef<Output>,
{
    run_from(env::args_os().collect(), program)
}

/// As [`run`], for a command line of which only `words` are this program's; the
/// first is its name.
pub fn run_from<A>(
    words: Vec<OsString>,
    program: impl FnOnce(&A, &Talk) -> anyhow::Result<Exit>,
) -> ExitCode
where
    A: CommandFactory + FromArgMatches + AsRef<Output>,
{
    let command = A::command();
    let name = command.get_name().to_string();
    report_panics_in_one_line(name.clone());
    let matches = command.try_get_matches_from(words);
    let parsed = matches.and_then(|mut m| A::from_arg_matches_mut(&mut m));
    let args = match parsed {
        Ok(args) => args,
        Err(error) => return answer(&name, &error),
    };
    let talk = Talk::new(&name, args.as_ref());
    end(program(&args, &talk), &talk)
}

/// As [`run`], for the program `name` whose command line is another program's
/// and none of ours.
pub fn run_as_is(
    name: &str,
    program: impl FnOnce(&Talk) -> anyhow::Result<Exit>,
) -> ExitCode {
    report_panics_in_one_line(name.to_string());
    let talk = Talk::plain(name);
    end(program(&talk), &talk)
}

fn end(done: anyhow::Result<Exit>, talk: &Talk) -> ExitCode {
    match done {
        Ok(exit) => exit.into(),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            talk.error(&format!("{error:#}"));
            ExitCode::from(code_of(&error))
        }
    }
}

/// Help and version on stdout; anything else is one line and exit code 64,
/// where clap itself would use 2, our "difference".
fn answer(name: &str, error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // A closed pipe while printing help is no error either.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    Talk::plain(name).error(&one_line(name, error));
    ExitCode::from(64)
}

/// clap's message without its layout: the first paragraph and the suggestion.
fn one_line(name: &str, error: &clap::Error) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return format!("a command is needed (see '{name} --help')");
    }
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let paragraph: Vec<&str> = text
        .lines()
        .take_while(|line| !line.trim().is_empty())
        .map(str::trim)
        .collect();
    let mut line = paragraph.join(" ");
    let suggestions = [
        ContextKind::SuggestedArg,
        ContextKind::SuggestedSubcommand,
        ContextKind::SuggestedValue,
    ];
    for kind in suggestions {
        let near = match error.get(kind) {
            Some(ContextValue::String(near)) => Some(near),
            Some(ContextValue::Strings(all)) => all.first(),
            _ => None,
        };
        if let Some(near) = near {
            line = format!("{line}, did you mean '{near}'?");
        }
    }
    format!("{line} (see '{name} --help')")
}

/// Whether the reader of our output has gone: no error, it has seen enough.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    })
}

/// A panic is a mistake of ours; the user gets one line of it, no backtrace.
fn report_panics_in_one_line(name: String) {
    panic::set_hook(Box::new(move |info| {
        let payload = info.payload();
        let what = payload
            .downcast_ref::<&str>()
            .copied()
            .or(payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("unknown")
            .replace('\n', " ");
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(
            io::stderr(),
            "{name}: internal error: {what} ({place}), please report it"
        );
        #[expect(
            clippy::exit,
            reason = "unwinding would print more and abort with 134"
        )]
        std::process::exit(1);
    }));
}
