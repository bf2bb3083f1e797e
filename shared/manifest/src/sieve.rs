//! Which documents are worth parsing: a cheap superset of those that change.
//!
//! Image names occur in prose, so the search is for the key. A hit counts if a
//! value follows that some rule could replace, or if that cannot be seen without
//! a parser (escapes, anchors, the next line). Parsing costs a hundred times
//! what this does; on real manifests a few per cent of the bytes remain.

use helmfire_rules::{FieldRule, ImageRules, Step};
use memchr::{memchr, memmem};

use crate::boundary::preamble;
use crate::places::{OTHER_MARKS, is_known_key};

/// The search for one set of rules.
#[derive(Debug)]
pub(crate) struct Sieve<'r> {
    images: &'r ImageRules,
    /// Keep every document with an image, whatever the rules.
    all: bool,
    key: memmem::Finder<'static>,
    /// Bytes that alone make a document worth parsing.
    marks: Vec<memmem::Finder<'r>>,
    escapes: [memmem::Finder<'static>; 3],
    kind: memmem::Finder<'static>,
}

/// The kind of an object in block style.
const KIND: &[u8] = b"\nkind:";

/// Part of every key in the table of image fields but for those with a mark.
const KEY_PART: &str = "mage";

/// How far around a hit is looked: more than any key or indentation takes.
const NEAR: usize = 256;
/// Registry, path, tag and digest at their longest, with room to spare.
const LONGEST_REFERENCE: usize = 1024;

/// The beginnings of an escaped letter of "image" in a double-quoted key.
const ESCAPES: [&str; 3] = ["\\x6", "\\u006", "\\U0000006"];

impl<'r> Sieve<'r> {
    /// A sieve for `images` and `fields`; `all` keeps every image.
    pub(crate) fn new(
        images: &'r ImageRules,
        fields: &'r [FieldRule],
        all: bool,
    ) -> Self {
        let marks = OTHER_MARKS.iter().copied().chain(fields.iter().map(mark_of));
        Self {
            images,
            all,
            key: memmem::Finder::new(KEY_PART),
            marks: marks.map(memmem::Finder::new).collect(),
            escapes: ESCAPES.map(memmem::Finder::new),
            kind: memmem::Finder::new(KIND),
        }
    }

    /// Whether `document` may hold an image that a rule replaces.
    pub(crate) fn keeps(&self, document: &[u8]) -> bool {
        let document = &document[preamble(document)..];
        let hit = self.key.find_iter(document).any(|at| self.hit_counts(document, at));
        let marked = || self.marks.iter().any(|mark| mark.find(document).is_some());
        (hit || marked() || self.has_escaped_key(document)) && !self.is_schema(document)
    }

    fn has_escaped_key(&self, document: &[u8]) -> bool {
        memchr(b'\\', document).is_some_and(|first| {
            self.escapes.iter().any(|escape| escape.find(&document[first..]).is_some())
        })
    }

    /// Whether the document is a `CustomResourceDefinition`, which holds no images
    /// but is large and full of keys of that name.
    fn is_schema(&self, document: &[u8]) -> bool {
        let first = document.starts_with(&KIND[1..]).then_some(KIND.len() - 1);
        let others = self.kind.find_iter(document).map(|at| at + KIND.len());
        let mut kinds = first.into_iter().chain(others).map(|value| {
            let rest = &document[value..];
            rest[..memchr(b'\n', rest).unwrap_or(rest.len())].trim_ascii()
        });
        kinds.next() == Some(b"CustomResourceDefinition")
            && kinds.next().is_none()
            // Behind this line another document may begin without a marker.
            && memmem::find(document, b"\n...").is_none()
    }

    /// Whether the key part found at `at` belongs to an image field.
    fn hit_counts(&self, document: &[u8], at: usize) -> bool {
        // Never far from the hit: a word of a megabyte holds many of them.
        let before = &document[at.saturating_sub(NEAR)..at];
        let behind = &document[at..document.len().min(at + NEAR)];
        let head = before.iter().rev().take_while(|b| is_key_byte(**b)).count();
        let tail = behind.iter().take_while(|b| is_key_byte(**b)).count();
        let (start, end) = (at - head, at + tail);
        let Ok(key) = std::str::from_utf8(&document[start..end]) else { return false };
        if !is_known_key(key) {
            return false;
        }
        let before = &document[start.saturating_sub(NEAR)..start];
        let quoted = matches!(document.get(end), Some(b'"' | b'\''));
        let behind = &document[end + usize::from(quoted)..];
        match trim_blanks(behind) {
            [b':', value @ ..] => {
                let separated = value.first().is_none_or(u8::is_ascii_whitespace);
                (separated || quoted) && self.value_counts(trim_blanks(value))
            }
            // `? image` or a colon on the next line.
            [] | [b'\r' | b'\n' | b'#', ..] => quoted || begins_line(before),
            // The rest of the key is escaped.
            [b'\\', ..] => true,
            // `{a: &k image, *k: nginx}`
            [b',' | b'}' | b']', ..] => is_decorated(before),
            _ => false,
        }
    }

    fn value_counts(&self, value: &[u8]) -> bool {
        match value {
            []
            | [
                b'\r' | b'\n' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'{' | b'[',
                ..,
            ] => true,
            [quote @ (b'"' | b'\''), rest @ ..] => {
                let near = &rest[..rest.len().min(LONGEST_REFERENCE)];
                let line = &near[..memchr(b'\n', near).unwrap_or(near.len())];
                match memchr(*quote, line) {
                    Some(end) if !line[..end].contains(&b'\\') => {
                        self.text_counts(&line[..end])
                    }
                    // Longer than any image, if it is not escaped or goes on.
                    None if line.len() == LONGEST_REFERENCE => line.contains(&b'\\'),
                    _ => true,
                }
            }
            plain => {
                let near = &plain[..plain.len().min(LONGEST_REFERENCE)];
                let length = near.iter().take_while(|b| is_reference_byte(**b)).count();
                self.text_counts(&near[..length])
            }
        }
    }

    fn text_counts(&self, value: &[u8]) -> bool {
        self.all
            || std::str::from_utf8(value)
                .is_ok_and(|text| self.images.could_match(text))
    }
}

/// What must stand in a document in which `field` applies: its last key.
fn mark_of(field: &FieldRule) -> &str {
    let keys = field.path.steps().iter().rev();
    let mut keys = keys.filter_map(|step| match step {
        Step::Key(key) => Some(key.as_str()),
        Step::AnyKey | Step::Items => None,
    });
    keys.next().unwrap_or(&field.kind)
}

/// Whether nothing but punctuation of a key stands before the key in its line.
fn begins_line(before: &[u8]) -> bool {
    let line =
        before.iter().rposition(|b| *b == b'\n').map_or(before, |at| &before[at + 1..]);
    match line.trim_ascii_end() {
        [] | [.., b'?' | b'{' | b',' | b'[' | b'-'] => true,
        trimmed => is_decorated(trimmed),
    }
}

/// Whether an anchor or a tag stands before what follows.
fn is_decorated(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    let word = before.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
    word.starts_with(b"&") || word.starts_with(b"!")
}

fn trim_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    &text[blanks..]
}

fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-./".contains(&byte)
}

fn is_reference_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-/:@+".contains(&byte)
}

#[cfg(test)]
mod tests {
    use helmfire_rules::{ImageRule, Limits, Pattern};

    use super::*;

    fn keeps(document: &str) -> bool {
        let rule = ImageRule {
            pattern: Pattern::from_text("nginx:1").unwrap(),
            from: "nginx:1".into(),
            to: "x".into(),
            digest: None,
            limits: Limits::default(),
            line: 1,
        };
        let images = ImageRules::new(vec![rule]);
        Sieve::new(&images, &[], false).keeps(document.as_bytes())
    }

    #[test]
    fn keeps_what_could_match() {
        for document in [
            "image: nginx:1",
            "  - image:\tnginx:1 # c\n",
            "{\"image\":\"nginx:1\"}",
            "{image: nginx:1, a: b}",
            "{'image' : 'nginx:1'}",
            "{\"image\"\n: nginx:1}",
            "image:\n  nginx:1",
            "image: |-\n  nginx:1",
            "image: &a nginx:1",
            "image: *a",
            "image: !!str nginx:1",
            "image: \"ngin\\x78:1\"",
            "image:\n  reference: nginx:1",
            "? image\n: nginx:1",
            "- ? image # c\n  : nginx:1",
            "a: &k image\n*k : nginx:1",
            "{a: &k image, *k : nginx:1}",
            "\"image\\x4eame\": nginx:1",
            "---image: nginx:1",
            "kind: CustomResourceDefinition\n...\nimage: nginx:1",
            "\"im\\u0061ge\": nginx:1",
            "imageName: nginx:1",
            "image: docker.io/library/nginx:1",
        ] {
            assert!(keeps(document), "{document:?}");
        }
    }

    #[test]
    fn lets_through_what_cannot() {
        for document in [
            "kind: Deployment\nname: nginx:1",
            "image: nginx:2",
            "image: 'nginx:2'",
            "imagePullPolicy: nginx:1",
            "images: nginx:1",
            "pause-image: nginx:1",
            "text: the image nginx:1 is",
            "text: every image\nnginx:1",
            "image: {{ .Values.image }}",
            "kind: CustomResourceDefinition\nspec:\n  image:\n    description: x\n",
        ] {
            let kept = keeps(document);
            assert_eq!(kept, document.contains("{{"), "{document:?}");
        }
    }
}
