//! The stream itself: bytes in, bytes out, one document in memory at a time.

use std::io::{self, IoSlice, Read, Write};

use crate::boundary::{Boundaries, Boundary};
use crate::rewriter::Rewriter;
use crate::row::Event;
use crate::scalar::Edit;

/// Small enough to stay in a core's own cache.
const CHUNK: usize = 128 * 1024;

/// Why a stream could not be rewritten to its end.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The input could not be read.
    #[error("reading: {0}")]
    Read(#[source] io::Error),
    /// The output could not be written.
    #[error("writing: {0}")]
    Write(#[source] io::Error),
    /// A document could hold a match but cannot be read.
    #[error("document {number}{object}: {what} (line {line}, column {column})")]
    Document {
        /// Its number, from 1.
        number: usize,
        /// Kind and name in brackets with a leading blank, as far as known.
        object: String,
        /// The line of the stream, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong with it.
        what: String,
    },
}

impl Rewriter<'_> {
    /// Copies `input` to `output` with all images replaced. Writes whole
    /// documents only: on an error all before the faulty one are written.
    /// Returns whether anything but white space was read.
    pub fn rewrite(
        &mut self,
        input: &mut dyn Read,
        output: &mut dyn Write,
        observe: &mut dyn FnMut(Event),
    ) -> Result<bool, StreamError> {
        self.begin_stream();
        let boundaries = Boundaries::new();
        let mut buffer = Buffer::default();
        let mut any = false;
        loop {
            let complete = buffer.fill(input).map_err(StreamError::Read)? == 0;
            let filled = buffer.filled();
            any = any || !filled.trim_ascii_start().is_empty();
            if self.is_idle() {
                output.write_all(filled).map_err(StreamError::Write)?;
                buffer.consume(filled.len());
            } else {
                let done = self.documents_of(
                    &boundaries,
                    &mut buffer,
                    complete,
                    output,
                    observe,
                )?;
                buffer.consume(done);
            }
            if complete {
                output.flush().map_err(StreamError::Write)?;
                return Ok(any);
            }
        }
    }

    /// Writes all whole documents of the buffer; returns how many bytes these were.
    fn documents_of(
        &mut self,
        boundaries: &Boundaries,
        buffer: &mut Buffer,
        complete: bool,
        output: &mut dyn Write,
        observe: &mut dyn FnMut(Event),
    ) -> Result<usize, StreamError> {
        let filled = &buffer.bytes[buffer.begin..buffer.end];
        let mut searched = std::mem::take(&mut buffer.searched);
        let mut edits = Vec::new();
        let mut start = 0;
        let mut outcome = Ok(());
        while start < filled.len() {
            let rest = &filled[start..];
            let end = match boundaries.find(rest, searched, complete) {
                Boundary::At(end) => end,
                Boundary::NotBefore(_) if complete => rest.len(),
                Boundary::NotBefore(from) => {
                    buffer.searched = from;
                    break;
                }
            };
            searched = 0;
            match self.document(&rest[..end], observe) {
                Ok(own) => {
                    edits.extend(own.into_iter().map(|edit| edit.shifted(start)));
                }
                Err(error) => {
                    outcome = Err(error);
                    break;
                }
            }
            start += end;
        }
        write(&filled[..start], &edits, output).map_err(StreamError::Write)?;
        outcome.map(|()| start)
    }
}

/// Writes `bytes` with `edits`, which are sorted and do not overlap, in as few
/// calls as the system allows.
fn write(bytes: &[u8], edits: &[Edit], output: &mut dyn Write) -> io::Result<()> {
    let mut pieces = Vec::with_capacity(2 * edits.len() + 1);
    let mut copied = 0;
    for edit in edits {
        pieces.push(IoSlice::new(&bytes[copied..edit.range.start]));
        pieces.push(IoSlice::new(edit.text.as_bytes()));
        copied = edit.range.end;
    }
    pieces.push(IoSlice::new(&bytes[copied..]));
    let mut pieces = pieces.as_mut_slice();
    // What is empty at the beginning would look like a full output.
    IoSlice::advance_slices(&mut pieces, 0);
    while !pieces.is_empty() {
        match output.write_vectored(pieces) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut pieces, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Bytes read and not yet written; grows to the largest document.
#[derive(Default)]
struct Buffer {
    bytes: Vec<u8>,
    begin: usize,
    end: usize,
    /// How far beyond `begin` no boundary was found.
    searched: usize,
}

impl Buffer {
    fn filled(&self) -> &[u8] {
        &self.bytes[self.begin..self.end]
    }

    fn consume(&mut self, bytes: usize) {
        self.begin += bytes;
    }

    /// Reads once; 0 is the end of the input.
    fn fill(&mut self, input: &mut dyn Read) -> io::Result<usize> {
        if self.begin > 0 {
            self.bytes.copy_within(self.begin..self.end, 0);
            self.end -= self.begin;
            self.begin = 0;
        }
        if self.bytes.len() - self.end < CHUNK {
            let larger = (self.end + CHUNK).max(self.bytes.len() * 3 / 2);
            self.bytes.resize(larger, 0);
        }
        let end = self.end + CHUNK;
        loop {
            match input.read(&mut self.bytes[self.end..end]) {
                Ok(read) => {
                    self.end += read;
                    return Ok(read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}
