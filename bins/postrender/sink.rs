//! Where manifests go: standard output, a further command, or nowhere.

use std::fs::File;
use std::io::{self, Write};
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

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.target {
            Target::Nowhere => Ok(()),
            Target::Stdout(file) => file.write_all(bytes),
            Target::Command(child, _) => match child.stdin.as_mut() {
                Some(stdin) => match stdin.write_all(bytes) {
                    // It has seen enough; its exit code will tell.
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                    written => written,
                },
                None => Ok(()),
            },
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(last) = bytes.last() else { return Ok(0) };
        if std::mem::take(&mut self.begins) {
            if self.last != Some(b'\n') {
                self.put(b"\n")?;
            }
            if bytes.starts_with(b"%") {
                // A directive may only follow the explicit end of a document.
                self.put(b"...\n")?;
            } else if !bytes.starts_with(MARKER) {
                self.put(b"---\n")?;
            }
        }
        self.last = Some(*last);
        self.put(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
