//! What is said on stderr, and how much of it. Data never goes through here.

use std::env;
use std::io::{self, IsTerminal, Write};

use clap::{ArgAction, Args, ValueEnum};

use crate::secret::without_passwords;

/// The options that every binary has.
#[derive(Args, Clone, Debug, Default)]
pub struct Output {
    /// Say more on stderr
    #[arg(short, long, action = ArgAction::Count, global = true, help_heading = "Output")]
    pub verbose: u8,
    /// Say nothing on stderr but errors
    #[arg(
        short,
        long,
        global = true,
        conflicts_with = "verbose",
        help_heading = "Output"
    )]
    pub quiet: bool,
    /// Whether to use colour; auto is colour on a terminal unless NO_COLOR is set
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        global = true,
        help_heading = "Output"
    )]
    pub color: Colour,
}

impl AsRef<Self> for Output {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// The values of `--color`.
#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Colour {
    /// Whether to colour what goes to `stream`.
    pub fn applies_to(self, stream: &impl IsTerminal) -> bool {
        let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => stream.is_terminal() && !set("NO_COLOR"),
        }
    }
}

/// The voice of one binary on stderr.
#[derive(Clone, Debug)]
pub struct Talk {
    name: String,
    level: i8,
    coloured: bool,
}

impl Talk {
    /// For the binary `name`, as loud as `output` asks.
    pub fn new(name: &str, output: &Output) -> Self {
        let level = if output.quiet {
            -1
        } else {
            i8::try_from(output.verbose).unwrap_or(i8::MAX)
        };
        let coloured = output.color.applies_to(&io::stderr());
        Self { name: name.into(), level, coloured }
    }

    pub(crate) fn plain(name: &str) -> Self {
        Self::new(name, &Output::default())
    }

    /// Something went wrong; always said.
    pub fn error(&self, message: &str) {
        self.say("31", message);
    }

    /// Something the user should know although the run goes on.
    pub fn warn(&self, message: &str) {
        if self.level >= 0 {
            self.say("33", message);
        }
    }

    /// What was done.
    pub fn note(&self, message: &str) {
        if self.level >= 0 {
            self.say("32", message);
        }
    }

    /// How it was done, with `-v`.
    pub fn detail(&self, message: &str) {
        if self.level >= 1 {
            self.say("2", message);
        }
    }

    /// One line in one write, so that lines of several processes stay whole.
    fn say(&self, colour: &str, message: &str) {
        let message = one_line(&without_passwords(message));
        let line = if self.coloured {
            format!("\x1b[1;{colour}m{}:\x1b[0m {message}\n", self.name)
        } else {
            format!("{}: {message}\n", self.name)
        };
        // There is nobody left to tell if stderr is closed.
        let _ = io::stderr().write_all(line.as_bytes());
    }
}

/// `1 chart`, `2 charts`
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

/// Messages quote what they found in files; a control character in there must
/// neither break the line nor reach the terminal.
fn one_line(message: &str) -> String {
    message
        .chars()
        .flat_map(|c| {
            let escape = c.is_control();
            let escaped = escape.then(|| c.escape_default()).into_iter().flatten();
            escaped.chain((!escape).then_some(c))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_stays_on_its_line() {
        assert_eq!(one_line("a\nb\u{1b}[31m \u{e9}"), "a\\nb\\u{1b}[31m \u{e9}");
    }
}
