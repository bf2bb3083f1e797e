//! A command line of helmfile, taken apart at its flags.
//!
//! clap does not read it: most of the flags are helmfile's, and what is unknown
//! here must reach helmfile as it was written. All that has to be known of a
//! flag is whether it takes a value, for a value is neither flag nor command.

use std::ffi::{OsStr, OsString};
use std::iter;
use std::os::unix::ffi::OsStrExt;

use crate::vocabulary::{GLOBAL, LETTERS, VALUED};

/// One flag with its value, or one word that is no flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The long name, without dashes; an unknown letter stands for itself.
    pub flag: Option<String>,
    /// What was given to it.
    pub value: Option<OsString>,
    /// As it was written.
    pub words: Vec<OsString>,
}

impl Piece {
    fn word(word: OsString) -> Self {
        Self { flag: None, value: None, words: vec![word] }
    }

    /// A flag without a value.
    pub fn flag(name: &str) -> Self {
        let words = vec![format!("--{name}").into()];
        Self { flag: Some(name.into()), value: None, words }
    }

    /// A flag with a value.
    pub fn valued(name: &str, value: impl Into<OsString>) -> Self {
        let value = value.into();
        let words = vec![format!("--{name}").into(), value.clone()];
        Self { flag: Some(name.into()), value: Some(value), words }
    }

    /// Whether it is the flag `name`.
    pub fn is(&self, name: &str) -> bool {
        self.flag.as_deref() == Some(name)
    }

    /// Whether it is one of helmfile's global flags.
    pub fn is_global(&self) -> bool {
        self.flag.as_deref().is_some_and(|flag| GLOBAL.contains(&flag))
    }

    /// A switch that is on: `--debug` and `--debug=true`, not `--debug=false`.
    pub fn is_on(&self) -> bool {
        let value = self.value.as_deref().and_then(OsStr::to_str);
        !matches!(value, Some("false" | "0" | "f" | "F" | "FALSE" | "False"))
    }
}

/// The words of `pieces`, in their order.
pub fn words<'p>(pieces: impl IntoIterator<Item = &'p Piece>) -> Vec<OsString> {
    pieces.into_iter().flat_map(|piece| piece.words.iter().cloned()).collect()
}

/// A command line up to the name of the command, and what is behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Flags before the name.
    pub before: Vec<Piece>,
    /// The name of the command.
    pub name: Option<String>,
    /// Untouched: if the command is another program's, so are these.
    pub rest: Vec<OsString>,
}

impl Line {
    /// Finds the name: the first word that is no flag and no value of one.
    /// `valued` are the flags of ours that take a value.
    pub fn read(words: impl IntoIterator<Item = OsString>, valued: &[String]) -> Self {
        let mut words = words.into_iter();
        let mut before = Vec::new();
        while let Some(word) = words.next() {
            if is_flag(&word) {
                take(word, &mut words, valued, &mut before);
            } else {
                let name = Some(word.to_string_lossy().into_owned());
                return Self { before, name, rest: words.collect() };
            }
        }
        Self { before, name: None, rest: Vec::new() }
    }
}

/// Takes `words` apart; what stands behind `--` is no flag.
pub fn pieces(
    words: impl IntoIterator<Item = OsString>,
    valued: &[String],
) -> Vec<Piece> {
    let mut words = words.into_iter();
    let mut pieces = Vec::new();
    while let Some(word) = words.next() {
        if word == "--" {
            pieces.extend(iter::once(word).chain(words.by_ref()).map(Piece::word));
        } else if is_flag(&word) {
            take(word, &mut words, valued, &mut pieces);
        } else {
            pieces.push(Piece::word(word));
        }
    }
    pieces
}

/// A single dash is a word: helmfile's `-f -` is standard input.
fn is_flag(word: &OsStr) -> bool {
    word.as_bytes().len() > 1 && word.as_bytes().starts_with(b"-") && word != "--"
}

/// As pflag has it: `--flag=value`, `--flag value`, `-fvalue`, `-f=value`,
/// `-f value`, and letters in a row, of which only the last may take a value.
fn take(
    word: OsString,
    more: &mut impl Iterator<Item = OsString>,
    valued: &[String],
    pieces: &mut Vec<Piece>,
) {
    let takes_value = |flag: &str| {
        VALUED.contains(&flag) || valued.iter().any(|own| own.as_str() == flag)
    };
    let os = |bytes: &[u8]| OsStr::from_bytes(bytes).to_os_string();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if let Some(flag) = word.as_bytes().strip_prefix(b"--") {
        let mut halves = flag.splitn(2, |byte| *byte == b'=');
        let flag = text(halves.next().unwrap_or_default());
        let mut value = halves.next().map(os);
        let mut words = vec![word];
        if value.is_none() && takes_value(&flag) {
            value = more.next();
            words.extend(value.clone());
        }
        pieces.push(Piece { flag: Some(flag), value, words });
        return;
    }
    let letters = &word.as_bytes()[1..];
    for (index, letter) in letters.iter().enumerate() {
        let flag = match LETTERS.iter().find(|(known, _)| known == letter) {
            Some((_, flag)) => (*flag).to_string(),
            None => text(&letters[index..=index]),
        };
        let rest = &letters[index + 1..];
        let spelled = |tail: &[u8]| os(&[b"-", &letters[index..=index], tail].concat());
        let flag_takes_value = takes_value(&flag);
        let (value, words, last) = match rest {
            [b'=', value @ ..] => (Some(os(value)), vec![spelled(rest)], true),
            [] if flag_takes_value => {
                let value = more.next();
                let words = iter::once(spelled(rest)).chain(value.clone());
                (value, words.collect(), true)
            }
            value if flag_takes_value => (Some(os(value)), vec![spelled(rest)], true),
            _ => (None, vec![spelled(&[])], false),
        };
        pieces.push(Piece { flag: Some(flag), value, words });
        if last {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Line {
        Line::read(words.iter().map(OsString::from), &["summary".into()])
    }

    fn flags(pieces: &[Piece]) -> Vec<(&str, Option<&str>)> {
        let text: fn(&Piece) -> Option<&str> =
            |piece| piece.value.as_deref().and_then(OsStr::to_str);
        pieces.iter().map(|p| (p.flag.as_deref().unwrap_or(""), text(p))).collect()
    }

    #[test]
    fn the_name_is_no_value_of_a_flag() {
        for words in [
            &["-e", "prod", "sync", "-e", "x"][..],
            &["-eprod", "sync", "-e", "x"],
            &["-e=prod", "sync", "-e", "x"],
            &["--environment=prod", "sync", "-e", "x"],
            &["--environment", "prod", "sync", "-e", "x"],
        ] {
            let line = read(words);
            assert_eq!(line.name.as_deref(), Some("sync"), "{words:?}");
            assert_eq!(flags(&line.before), [("environment", Some("prod"))]);
            assert_eq!(line.rest, ["-e", "x"]);
        }
        let line = read(&["-ivf", "-", "--summary", "json", "--debug", "diff"]);
        assert_eq!(line.name.as_deref(), Some("diff"));
        let expected = [
            ("interactive", None),
            ("verbose", None),
            ("file", Some("-")),
            ("summary", Some("json")),
            ("debug", None),
        ];
        assert_eq!(flags(&line.before), expected);
        assert_eq!(words(&line.before[..3]), ["-i", "-v", "-f", "-"]);
        assert_eq!(read(&["-e", "prod"]).name, None);
    }

    #[test]
    fn a_value_that_looks_like_a_flag_is_a_value() {
        let words = ["--args", "--dry-run", "-n", "--", "--", "--dry-run"];
        let pieces = pieces(words.map(OsString::from), &[]);
        let expected = [("args", Some("--dry-run")), ("namespace", Some("--"))];
        assert_eq!(flags(&pieces[..2]), expected);
        assert_eq!(flags(&pieces[2..]), [("", None), ("", None)]);
    }
}
