//! Whose a flag is: ours, helmfile's, or both.
//!
//! Which are ours is read off `cli`, so that a flag is named there alone. How
//! loud to be is asked for in helmfile's words, too, and these reach both.

use std::ffi::{OsStr, OsString};

use clap::Command;
use helmfire_helmfile::line::{Line, Piece, pieces};
use helmfire_helmfile::passed::Passed;

/// The flags of ours that take a value.
pub fn valued(command: &Command) -> Vec<String> {
    let subcommands = command.get_subcommands().flat_map(Command::get_arguments);
    command
        .get_arguments()
        .chain(subcommands)
        // Its value must be joined by '='.
        .filter(|arg| arg.get_action().takes_values() && !arg.is_require_equals_set())
        .filter_map(|arg| arg.get_long().map(String::from))
        .collect()
}

/// Divides a line into the words for our parser and those for helmfile. With
/// `own` the command itself is ours, and helmfile has only its global flags.
pub fn divide(line: &Line, command: &Command, own: bool) -> (Vec<OsString>, Passed) {
    let mut ours = Ours::new(command, line.name.as_deref());
    let mut passed = Passed::default();
    for piece in &line.before {
        if piece.is("help") || piece.is("version") {
            ours.words.extend(piece.words.iter().cloned());
        } else {
            passed.before.extend(ours.take(piece));
        }
    }
    let after = pieces(line.rest.iter().cloned(), &valued(command));
    let mut direct = Vec::new();
    for piece in after {
        match ours.take(&piece) {
            Some(rest) if own && (!rest.is_global() || rest.is("help")) => {
                direct.extend(rest.words);
            }
            rest => passed.after.extend(rest),
        }
    }
    let mut words = vec![command.get_name().into()];
    words.extend(ours.finish());
    if let Some(name) = &line.name
        && (own || command.find_subcommand(name).is_some())
    {
        words.push(name.into());
        words.append(&mut ours.local);
        words.extend(direct);
    }
    (words, passed)
}

/// What is ours so far.
struct Ours {
    root: Vec<String>,
    sub: Vec<String>,
    words: Vec<OsString>,
    /// Behind the name of the command.
    local: Vec<OsString>,
    verbose: usize,
    quiet: bool,
    level: Option<Level>,
    colour: Option<String>,
}

#[derive(Clone, Copy)]
enum Level {
    Verbose,
    Quiet,
}

impl Ours {
    fn new(command: &Command, name: Option<&str>) -> Self {
        let flags = |command: &Command| {
            command
                .get_arguments()
                .filter_map(|a| a.get_long().map(String::from))
                .collect()
        };
        let sub = name.and_then(|name| command.find_subcommand(name));
        Self {
            root: flags(command),
            sub: sub.map(flags).unwrap_or_default(),
            words: Vec::new(),
            local: Vec::new(),
            verbose: 0,
            quiet: false,
            level: None,
            colour: None,
        }
    }

    /// Takes what is ours; gives back what helmfile must have.
    fn take(&mut self, piece: &Piece) -> Option<Piece> {
        let value = piece.value.as_deref().and_then(OsStr::to_str);
        let Some(flag) = piece.flag.as_deref() else { return Some(piece.clone()) };
        match (flag, value) {
            ("verbose", _) => {
                self.verbose += 1;
                return None;
            }
            ("color", Some(when @ ("auto" | "always" | "never"))) => {
                self.colour = Some(when.into());
                return match when {
                    "always" => Some(Piece::flag("color")),
                    "never" => Some(Piece::flag("no-color")),
                    _ => None,
                };
            }
            ("quiet", _) => self.quiet |= piece.is_on(),
            ("color", _) if piece.is_on() => self.colour = Some("always".into()),
            ("no-color", _) if piece.is_on() => self.colour = Some("never".into()),
            ("debug", _) if piece.is_on() => self.level = Some(Level::Verbose),
            ("log-level", Some("debug")) => self.level = Some(Level::Verbose),
            ("log-level", Some("error" | "fatal" | "panic")) => {
                self.level = Some(Level::Quiet);
            }
            ("color", _) => {}
            (flag, _) if self.root.iter().any(|own| own == flag) => {
                self.words.extend(piece.words.iter().cloned());
                return None;
            }
            (flag, _) if self.sub.iter().any(|own| own == flag) => {
                self.local.extend(piece.words.iter().cloned());
                return None;
            }
            _ => {}
        }
        Some(piece.clone())
    }

    /// What is said outright outweighs helmfile's log level.
    fn finish(&mut self) -> Vec<OsString> {
        let mut words = std::mem::take(&mut self.words);
        match self.level {
            Some(Level::Verbose) if !self.quiet && self.verbose == 0 => {
                self.verbose = 1;
            }
            Some(Level::Quiet) if self.verbose == 0 => self.quiet = true,
            _ => {}
        }
        words.extend((0..self.verbose).map(|_| "--verbose".into()));
        words.extend(self.quiet.then(|| "--quiet".into()));
        words.extend(self.colour.take().map(|when| format!("--color={when}").into()));
        words
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::Args;

    fn divided(line: &str) -> (String, String) {
        let command = Args::command();
        let words = line.split_whitespace().map(OsString::from);
        let line = Line::read(words, &valued(&command));
        let name = line.name.clone().unwrap_or_default();
        let (ours, passed) = divide(&line, &command, name == "doctor");
        let text =
            |words: Vec<OsString>| words.join(" ".as_ref()).into_string().unwrap();
        (text(ours), text(passed.words(&name)))
    }

    #[test]
    fn each_gets_its_own_flags() {
        for (line, ours, helmfiles) in [
            ("-e x sync -l a=b", "helmfire sync", "-e x sync -l a=b"),
            (
                "-v diff --summary json",
                "helmfire --summary json --verbose diff",
                "diff",
            ),
            ("deps --summary=json", "helmfire --summary=json", "deps"),
            ("-q template", "helmfire --quiet template", "-q template"),
            ("sync --wait --dry-run", "helmfire sync --dry-run", "sync --wait"),
            ("diff --dry-run", "helmfire diff", "diff --dry-run"),
            (
                "sync --args --dry-run --drift-detect --drift-interval 3s",
                "helmfire sync --drift-detect --drift-interval 3s",
                "sync --args --dry-run",
            ),
            ("sync -- --dry-run -v", "helmfire sync", "sync -- --dry-run -v"),
            ("doctor -f x --json", "helmfire doctor --json", "doctor -f x"),
            ("doctor --jsno", "helmfire doctor --jsno", "doctor"),
            ("--help sync", "helmfire --help sync", "sync"),
            ("sync --help", "helmfire sync", "sync --help"),
        ] {
            assert_eq!(divided(line), (ours.into(), helmfiles.into()), "{line}");
        }
    }

    #[test]
    fn loudness_and_colour_hold_for_both() {
        for (line, ours, helmfiles) in [
            ("--log-level debug lint", "--verbose", "--log-level debug lint"),
            ("--debug lint", "--verbose", "--debug lint"),
            ("--debug=false lint", "", "--debug=false lint"),
            ("--log-level=error lint", "--quiet", "--log-level=error lint"),
            ("-v --log-level error lint", "--verbose", "--log-level error lint"),
            ("-q --log-level debug lint", "--quiet", "-q --log-level debug lint"),
            ("--no-color lint", "--color=never", "--no-color lint"),
            ("lint --color", "--color=always", "lint --color"),
            ("--color=never lint", "--color=never", "--no-color lint"),
            ("--color=auto lint", "--color=auto", "lint"),
        ] {
            let between = if ours.is_empty() { "" } else { " " };
            let ours = format!("helmfire {ours}{between}lint");
            assert_eq!(divided(line), (ours, helmfiles.into()), "{line}");
        }
    }
}
