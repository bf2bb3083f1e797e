//! Where one document ends and the next begins.
//!
//! A line that begins with `---` is a boundary. YAML wants a blank or the end
//! of the line behind it; Helm 3 also cuts at `---apiVersion: v1`
//! (`releaseutil.SplitManifests`, helm 3.22), so text glued to the dashes is
//! the beginning of the next document. `----` is text for both.

use memchr::memmem;

/// A reusable search for boundaries.
#[derive(Debug)]
pub(crate) struct Boundaries {
    finder: memmem::Finder<'static>,
}

/// Where the first document of a buffer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Boundary {
    /// Before this offset; there the next one begins with its `---`.
    At(usize),
    /// Not before this offset, from which the search may go on.
    NotBefore(usize),
}

const MARKER: &[u8] = b"---";
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

impl Boundaries {
    pub(crate) fn new() -> Self {
        Self { finder: memmem::Finder::new(b"\n---") }
    }

    /// Looks for the end of the document that begins at offset 0, from `from`
    /// on. `complete` says that no byte will follow.
    pub(crate) fn find(&self, buffer: &[u8], from: usize, complete: bool) -> Boundary {
        let mut from = from;
        while let Some(found) = self.finder.find(&buffer[from..]) {
            let newline = from + found;
            let marker = newline + 1;
            match buffer.get(marker + MARKER.len()) {
                None if !complete => return Boundary::NotBefore(newline),
                Some(b'-') => {}
                _ if ends_in_directive(&buffer[..newline]) => {}
                _ => return Boundary::At(marker),
            }
            from = newline + 1;
        }
        // The marker may have begun in the last bytes of the buffer.
        Boundary::NotBefore(buffer.len().saturating_sub(MARKER.len()).max(from))
    }
}

/// `%YAML` and `%TAG` lines belong to the document behind the marker that
/// follows them.
fn ends_in_directive(head: &[u8]) -> bool {
    let mut lines = head.rsplit(|b| *b == b'\n');
    lines
        .find(|line| !matches!(line.trim_ascii_start().first(), None | Some(b'#')))
        .is_some_and(|line| line.starts_with(b"%"))
}

/// Length of the dashes before content that is glued to them, else 0. YAML
/// would read `---kind` as text.
fn glued_marker(document: &[u8]) -> usize {
    let glued = document.starts_with(MARKER)
        && document.get(MARKER.len()).is_some_and(|b| !b" \t\r\n-".contains(b));
    if glued { MARKER.len() } else { 0 }
}

/// Length of what stands before the content and is not for the parser: dashes
/// glued to it, or a marker and comments before a byte order mark. Helm puts
/// `---` and `# Source:` before templates, some of which begin with such a mark,
/// and its decoder takes one at the beginning of any line.
pub(crate) fn preamble(document: &[u8]) -> usize {
    let glued = glued_marker(document);
    if glued > 0 {
        return glued;
    }
    let mut offset = 0;
    for line in document.split_inclusive(|b| *b == b'\n') {
        if line.starts_with(BYTE_ORDER_MARK) {
            return offset + BYTE_ORDER_MARK.len();
        }
        let rest = line.strip_prefix(MARKER).filter(|_| offset == 0).unwrap_or(line);
        if !matches!(rest.trim_ascii().first(), None | Some(b'#')) {
            break;
        }
        offset += line.len();
    }
    0
}

/// Whether a document is nothing but its marker, white space and comments.
pub(crate) fn is_blank(document: &[u8]) -> bool {
    let body = document.strip_prefix(MARKER).unwrap_or(document);
    body.split(|b| *b == b'\n').all(|line| {
        matches!(line.trim_ascii_start().first(), None | Some(b'#')) || line == b"..."
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        let boundaries = Boundaries::new();
        let mut rest = text;
        let mut parts = Vec::new();
        while let Boundary::At(end) = boundaries.find(rest.as_bytes(), 0, true) {
            parts.push(&rest[..end]);
            rest = &rest[end..];
        }
        parts.push(rest);
        parts
    }

    #[test]
    fn cuts_at_markers_only() {
        assert_eq!(split("a\n---\nb\n--- # c\nd"), ["a\n", "---\nb\n", "--- # c\nd"]);
        assert_eq!(split("a\r\n---\r\nb"), ["a\r\n", "---\r\nb"]);
        assert_eq!(split("a\n ---\n----\n"), ["a\n ---\n----\n"]);
        assert_eq!(split("a\n---"), ["a\n", "---"]);
        assert_eq!(split("a\n---kind: b\n"), ["a\n", "---kind: b\n"]);
    }

    #[test]
    fn directives_stay_with_their_document() {
        assert_eq!(split("%YAML 1.1\n# c\n\n---\na\n"), ["%YAML 1.1\n# c\n\n---\na\n"]);
        assert_eq!(split("a\n...\n%YAML 1.1\n---\nb\n").len(), 1);
    }

    #[test]
    fn what_the_parser_must_not_see_is_left_out() {
        for (document, length) in [
            ("---kind: a\n", 3),
            ("---\nkind: a\n", 0),
            ("---\n# Source: a\n\u{feff}kind: a\n", 19),
            ("\u{feff}kind: a\n", 3),
            ("%YAML 1.1\n---\n\u{feff}kind: a\n", 0),
            ("kind: a\n\u{feff}", 0),
        ] {
            assert_eq!(preamble(document.as_bytes()), length, "{document:?}");
        }
    }

    #[test]
    fn an_unfinished_marker_waits_for_more() {
        let boundaries = Boundaries::new();
        for text in ["a: b\n---", "a: b\n--", "a: b\n", "a: b"] {
            let Boundary::NotBefore(from) = boundaries.find(text.as_bytes(), 0, false)
            else {
                panic!("{text:?} is not decided yet");
            };
            assert!(from <= 4, "{text:?}");
        }
    }
}
