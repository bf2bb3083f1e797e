//! Rewriting in one call, and the rules of these tests.
#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

use std::io::{self, Read};
use std::path::Path;

use helmfire_manifest::{Event, Mode, OnError, Rewriter, StreamError, Told};
use helmfire_rules::{Rules, file};

/// One exact rule, and one by name whose result YAML would read as a number.
pub const RULES: &str = "[[image]]\nfrom = \"nginx:1\"\nto = \"m.test/web:2\"\n\
    [[image]]\nfrom = \"redis\"\nto = \"1e3\"\n";

pub const NO_MATCH: &str = "[[image]]\nfrom = \"nobody.test/\"\nto = \"m.test/\"\n";

pub fn rules(text: &str) -> Rules {
    file::read(Path::new("helmfire.toml"), text).unwrap()
}

/// What `image` becomes by [`RULES`], written down anew.
pub fn replaced(image: &str) -> Option<String> {
    let image = image.trim_end_matches('\n');
    let name = image.strip_prefix("docker.io/").unwrap_or(image);
    match name.strip_prefix("library/").unwrap_or(name) {
        "nginx:1" => Some("m.test/web:2".into()),
        "redis" => Some("1e3".into()),
        "redis:7" => Some("1e3:7".into()),
        _ => None,
    }
}

/// The output up to the end or the error, and what was told.
#[derive(Debug, PartialEq)]
pub struct Outcome {
    pub output: Vec<u8>,
    pub events: Vec<Event>,
    pub result: Result<bool, String>,
}

pub fn run(rules: &Rules, on_error: OnError, input: &mut dyn Read) -> Outcome {
    let mut rewriter = Rewriter::new(rules, Told::default(), Mode::Rewrite, on_error);
    let (mut output, mut events) = (Vec::new(), Vec::new());
    let result = rewriter.rewrite(input, &mut output, &mut |event| events.push(event));
    let result = result.map_err(|error: StreamError| error.to_string());
    Outcome { output, events, result }
}

pub fn rewrite(rules: &Rules, text: &str) -> Result<String, String> {
    let outcome = run(rules, OnError::Stop, &mut text.as_bytes());
    outcome.result.map(|_| String::from_utf8(outcome.output).unwrap())
}

/// Gives its bytes in pieces that end at these offsets.
pub struct Pieces<'a> {
    bytes: &'a [u8],
    ends: Vec<usize>,
    at: usize,
}

impl<'a> Pieces<'a> {
    pub fn new(bytes: &'a [u8], ends: impl IntoIterator<Item = usize>) -> Self {
        let mut ends: Vec<usize> = ends.into_iter().collect();
        ends.push(bytes.len());
        Self { bytes, ends, at: 0 }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let next = self.ends.iter().find(|end| **end > self.at);
        let end = next.map_or(self.bytes.len(), |end| self.bytes.len().min(*end));
        let length = buffer.len().min(end - self.at);
        buffer[..length].copy_from_slice(&self.bytes[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}
