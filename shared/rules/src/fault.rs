//! What is wrong with a rules file, and where.

use std::fmt;
use std::path::{Path, PathBuf};

/// A place in a text; both count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Position {
    /// The position of the byte at `offset`.
    pub fn of(text: &str, offset: usize) -> Self {
        let end = (0..=offset.min(text.len())).rfind(|o| text.is_char_boundary(*o));
        let before = &text[..end.unwrap_or(0)];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        Self { line, column: before[start..].chars().count() + 1 }
    }
}

/// One fault: what, where, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where it starts.
    pub position: Position,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Fault {
    /// The fault in one line: `what (path:line:column), hint`.
    pub fn display(&self, path: &Path) -> String {
        let Position { line, column } = self.position;
        let place = format!("{} ({}:{line}:{column})", self.what, path.display());
        match &self.hint {
            Some(hint) => format!("{place}, {hint}"),
            None => place,
        }
    }
}

/// The fault without its place: `what, hint`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.hint {
            Some(hint) => write!(f, "{}, {hint}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

/// The faults of one file, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Faults {
    /// The file.
    pub path: PathBuf,
    /// Its faults from top to bottom.
    pub faults: Vec<Fault>,
}

impl std::error::Error for Faults {}

/// The first fault, and how many more there are.
impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(first) = self.faults.first() {
            f.write_str(&first.display(&self.path))?;
        }
        match self.faults.len() {
            0 | 1 => Ok(()),
            2 => f.write_str("; one more fault is shown by 'helmfire-subst check'"),
            n => {
                write!(f, "; {} more faults are shown by 'helmfire-subst check'", n - 1)
            }
        }
    }
}
