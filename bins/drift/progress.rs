//! How far a check is, on a terminal: `checked 31/50`. Silent in a pipe and with `-q`.

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};

/// One line that is drawn over and over.
pub struct Progress {
    shows: bool,
    drawn: Cell<bool>,
}

impl Progress {
    pub fn new(quiet: bool) -> Self {
        let shows = io::stderr().is_terminal() && !quiet;
        Self { shows, drawn: Cell::new(false) }
    }

    /// `done` of `all` releases.
    pub fn show(&self, done: usize, all: usize) {
        if self.shows {
            self.drawn.set(true);
            // There is nobody left to tell if stderr is closed.
            let _ = write!(io::stderr(), "\r\x1b[Kchecked {done}/{all}");
        }
    }

    /// Takes it away.
    pub fn clear(&self) {
        if self.drawn.take() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
