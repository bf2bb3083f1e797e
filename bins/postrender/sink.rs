//! Where manifests go: standard output, a further command, or nowhere.

use std::fs::File;
use std::io::{self, IoSlice, Write};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};

use anyhow::Context;

use crate::cli::Args;
use crate::pipe;

const MARKER: &[u8] = b"---";

/// An output that keeps documents of different inputs apart.
pub struct Sink {
    target: Target,
    /// The last byte written, if any was.
    last: Option<u8>,
    /// A further input begins, and something was written before it.
    begins: bool,
}

enum Target {
    Nowhere,
    Stdout(File),
    /// A further post-renderer, and its name for messages.
    Command(Child, String),
}

impl Sink {
    /// Opens what the arguments ask for.
    pub fn open(args: &Args) -> anyhow::Result<Self> {
        let target = if args.list || args.check {
            Target::Nowhere
        } else if let [program, rest @ ..] = args.then.as_slice() {
            let child = Command::new(program)
                .args(rest)
                .stdin(Stdio::piped())
                .spawn()
                .with_context(|| format!("--then {program}"))?;
            Target::Command(child, program.clone())
        } else {
            // Not io::stdout(): that one writes line by line.
            let stdout = io::stdout().as_fd().try_clone_to_owned().context("stdout")?;
            pipe::widen(&stdout);
            Target::Stdout(File::from(stdout))
        };
        Ok(Self { target, last: None, begins: false })
    }

    /// Says that what follows comes from a further input.
    pub fn begin_input(&mut self) {
        self.begins = self.last.is_some();
    }

    /// Writes a line that holds no object.
    pub fn write_comment(&mut self, text: &str) -> io::Result<()> {
        self.write_all(format!("# {text}\n").as_bytes())
    }

    /// Closes the output. A further command is waited for and its exit code
    /// returned; one ended by a signal has 128 and the signal's number.
    pub fn finish(self) -> anyhow::Result<Option<u8>> {
        let Target::Command(mut child, name) = self.target else { return Ok(None) };
        drop(child.stdin.take());
        let status = child.wait().with_context(|| format!("--then {name}"))?;
        let code = status.code().or(status.signal().map(|signal| 128 + signal));
        Ok(Some(code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
    }

    /// Stops a further command before it sees the end of its input.
    pub fn abandon(&mut self) {
        if let Target::Command(child, _) = &mut self.target {
            // It may have ended by itself; then there is nothing to stop.
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Puts what belongs between the documents of two inputs before `next`.
    fn separate(&mut self, next: &[u8]) -> io::Result<()> {
        let mut between = String::new();
        if self.last != Some(b'\n') {
            between.push('\n');
        }
        if next.starts_with(b"%") {
            // A directive may only follow the explicit end of a document.
            between.push_str("...\n");
        } else if !next.starts_with(MARKER) {
            between.push_str("---\n");
        }
        self.write_all(between.as_bytes())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let Some(first) = pieces.iter().find(|piece| !piece.is_empty()) else {
            return Ok(0);
        };
        if std::mem::take(&mut self.begins) {
            self.separate(first)?;
        }
        let all = pieces.iter().map(|piece| piece.len()).sum();
        let written = match &mut self.target {
            Target::Nowhere => all,
            Target::Stdout(file) => file.write_vectored(pieces)?,
            Target::Command(child, _) => match &mut child.stdin {
                Some(stdin) => match stdin.write_vectored(pieces) {
                    // It has seen enough; its exit code will tell.
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => all,
                    written => written?,
                },
                None => all,
            },
        };
        let mut rest = written;
        for piece in pieces {
            let taken = rest.min(piece.len());
            self.last = piece[..taken].last().copied().or(self.last);
            rest -= taken;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
