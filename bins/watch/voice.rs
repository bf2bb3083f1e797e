//! What one sees: lines of talk, a status line on a terminal, events for programs.
//!
//! A reader that has gone or a full disk is told once and stops no deployment; the end
//! of `--json`'s reader is the caller's to act on.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use helmfire_cli::{Talk, count};
use helmfire_state::Journal;

use crate::cli::Args;
use crate::event::{Event, Line};
use crate::hook::Hook;
use crate::outcome::without_colours;

/// How large the journal may become before it is begun anew.
const JOURNAL: u64 = 4 << 20;

/// Says what happens, in every way that was asked for.
pub struct Voice<'t> {
    talk: &'t Talk,
    journal: Journal,
    hook: Option<Hook>,
    json: bool,
    bell: bool,
    coloured: bool,
    status: Option<Status>,
}

/// The last line of the terminal.
#[derive(Default)]
struct Status {
    watching: String,
    running: Option<(String, Instant)>,
    is_drawn: bool,
}

impl<'t> Voice<'t> {
    pub fn new(args: &Args, talk: &'t Talk, directory: &Path) -> anyhow::Result<Self> {
        let journal = Journal::open(&directory.join("events.jsonl"), JOURNAL)?;
        // What helmfile says with -v would run into it.
        let has_status = io::stderr().is_terminal()
            && !args.output.quiet
            && args.output.verbose == 0;
        Ok(Self {
            talk,
            journal,
            hook: args.on_event.as_deref().map(Hook::start),
            json: args.json,
            bell: args.bell,
            coloured: args.output.color.applies_to(&io::stderr()),
            status: has_status.then(Status::default),
        })
    }

    /// Tells programs; whether the reader of standard output is still there.
    pub fn event(&mut self, event: &Event) -> anyhow::Result<bool> {
        let line = Line::now(event);
        if let Err(error) = self.journal.append(&line) {
            self.warn(&format!("{error:#}, events are not kept"));
        }
        let mut text = serde_json::to_string(&line)?;
        text.push('\n');
        if self.hook.as_mut().is_some_and(|hook| hook.send(text.clone())) {
            self.warn("--on-event does not keep up, some events do not reach it");
        }
        if self.json {
            let mut out = io::stdout().lock();
            let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
            match written {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                    self.json = false;
                    return Ok(false);
                }
                written => written?,
            }
        }
        Ok(true)
    }

    pub fn error(&mut self, message: &str) {
        self.above(|talk| talk.error(message));
    }

    pub fn warn(&mut self, message: &str) {
        self.above(|talk| talk.warn(message));
    }

    pub fn note(&mut self, message: &str) {
        self.above(|talk| talk.note(message));
    }

    pub fn detail(&mut self, message: &str) {
        self.above(|talk| talk.detail(message));
    }

    /// What helmfile said, as it said it.
    pub fn quote(&mut self, text: &[u8]) {
        let mut text = String::from_utf8_lossy(text).into_owned();
        // helmfile colours its tables wherever they go.
        if !self.coloured {
            text = without_colours(&text);
        }
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        // There is nobody left to tell if stderr is closed.
        self.above(|_| drop(io::stderr().write_all(text.as_bytes())));
    }

    /// A run has begun or ended.
    pub fn running(&mut self, what: Option<String>) {
        if what.is_none() && self.bell {
            let _ = io::stderr().write_all(b"\x07");
        }
        if let Some(status) = &mut self.status {
            status.running = what.map(|what| (what, Instant::now()));
            status.draw();
        }
    }

    /// What is watched.
    pub fn watching(&mut self, files: usize, releases: usize) {
        if let Some(status) = &mut self.status {
            status.watching = format!(
                "watching {}, {}",
                count(files, "file"),
                count(releases, "release")
            );
            status.draw();
        }
    }

    /// How long until the status line has to be drawn anew.
    pub fn tick(&self) -> Option<Duration> {
        let running = self.status.as_ref()?.running.as_ref();
        running.map(|_| Duration::from_secs(1))
    }

    /// Draws the status line anew.
    pub fn draw(&mut self) {
        self.status.iter_mut().for_each(Status::draw);
    }

    /// Nothing more is said; the last event is given a moment to arrive.
    pub fn end(mut self) {
        self.status.iter_mut().for_each(Status::clear);
        if let Some(hook) = self.hook.take() {
            hook.finish();
        }
    }

    fn above(&mut self, say: impl FnOnce(&Talk)) {
        self.status.iter_mut().for_each(Status::clear);
        say(self.talk);
        self.status.iter_mut().for_each(Status::draw);
    }
}

impl Status {
    fn clear(&mut self) {
        if self.is_drawn {
            let _ = io::stderr().write_all(b"\r\x1b[K");
            self.is_drawn = false;
        }
    }

    fn draw(&mut self) {
        if self.watching.is_empty() && self.running.is_none() {
            return;
        }
        let mut parts = vec![self.watching.clone()];
        if let Some((what, since)) = &self.running {
            parts.push(format!("{what} {} s", since.elapsed().as_secs()));
        }
        parts.retain(|part| !part.is_empty());
        // A line that wraps could not be taken back.
        let line: String = parts.join(" \u{b7} ").chars().take(width()).collect();
        let _ = io::stderr().write_all(format!("\r\x1b[K{line}").as_bytes());
        self.is_drawn = true;
    }
}

fn width() -> usize {
    let size = rustix::termios::tcgetwinsize(io::stderr());
    // A terminal that nobody has told its size has none.
    let columns = size.map_or(0, |size| usize::from(size.ws_col));
    if columns == 0 { 79 } else { (columns - 1).max(20) }
}
