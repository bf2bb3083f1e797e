//! What helm-diff printed for one release.
//!
//! Which format that is shows in the text, for an older helm-diff takes a format
//! it does not know for `diff` without a word. Debug lines and warnings may stand
//! before and between.

use crate::entry::Entry;
use crate::key::{self, Key};
use crate::object::{Change, ObjectChange};
use crate::plain;

/// The objects in it, and what became of the rest.
#[derive(Debug, Default)]
pub(crate) struct Body {
    pub(crate) changes: Vec<ObjectChange>,
    /// Whether there is JSON in it that ends too early or is something else.
    pub(crate) is_broken: bool,
    /// Whether there is something else in it that says something.
    pub(crate) is_strange: bool,
}

const HEADERS: [(&str, Change); 9] = [
    (" has been added:", Change::Add),
    (" has been removed:", Change::Remove),
    (" has changed:", Change::Modify),
    (" changed ownership:", Change::Ownership),
    (EMPTY, Change::Modify),
    (" to be added.", Change::Add),
    (" to be removed.", Change::Remove),
    (" to be changed.", Change::Modify),
    (" to change ownership.", Change::Ownership),
];
const EMPTY: &str = " has changed, but diff is empty after suppression.";
const SUPPRESSED: &str = "+ Changes suppressed on sensitive content of type ";

impl Body {
    pub(crate) fn read(text: &str) -> Self {
        let mut body = Self::default();
        // Where the lines of the last object begin, while they go on.
        let mut open = None;
        let mut rest = text;
        while !rest.is_empty() {
            let at = text.len() - rest.len();
            if begins_array(rest) {
                body.close(text, open.take(), at);
                let Some(after) = body.read_array(rest) else { return body };
                rest = after;
                continue;
            }
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            let line = line.trim_end_matches('\r');
            rest = after;
            if let Some(change) = header(line) {
                body.close(text, open.take(), at);
                body.changes.push(change);
                open = Some(text.len() - rest.len());
            } else if open.is_none() || !is_inside(line) {
                body.close(text, open.take(), at);
                body.is_strange |= !is_talk(line);
            }
        }
        body.close(text, open, text.len());
        body
    }

    /// Whether there is a diff, if only the beginning of one.
    pub(crate) fn has_diff(&self) -> bool {
        self.is_broken || !self.changes.is_empty()
    }

    /// What stands behind the array, if it is one of objects.
    fn read_array<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let reader = serde_json::Deserializer::from_str(text);
        let mut arrays = reader.into_iter::<Vec<Entry>>();
        let Some(Ok(entries)) = arrays.next() else {
            self.is_broken = true;
            return None;
        };
        self.changes.extend(entries.into_iter().map(Entry::into_change));
        text.get(arrays.byte_offset()..)
    }

    /// Gives the last object its lines.
    fn close(&mut self, text: &str, begin: Option<usize>, end: usize) {
        let lines = begin.and_then(|begin| text.get(begin..end)).map(str::trim_end);
        let Some(lines) = lines.filter(|lines| !lines.is_empty()) else { return };
        if let Some(change) = self.changes.last_mut() {
            change.suppressed |= lines.lines().any(|line| line.starts_with(SUPPRESSED));
            change.text = Some(plain::lines(lines));
        }
    }
}

/// `[` at the end of a line or before a `{`, but not `[debug] …`.
fn begins_array(text: &str) -> bool {
    let Some(inside) = text.strip_prefix('[') else { return false };
    let first = inside.trim_start_matches([' ', '\t', '\r', '\n']).chars().next();
    matches!(first, None | Some('{' | ']'))
}

fn header(line: &str) -> Option<ObjectChange> {
    if is_inside(line) {
        return None;
    }
    let ends = |&(end, change)| line.strip_suffix(end).map(|key| (key, end, change));
    let (key, end, change) = HEADERS.iter().find_map(ends)?;
    let key = Key::parse(key)?;
    let is_alone = key::is_cluster_wide(key.api, key.kind);
    Some(ObjectChange {
        api_version: key.api.to_owned(),
        kind: key.kind.to_owned(),
        namespace: if is_alone { "" } else { key.namespace }.to_owned(),
        name: key.name.to_owned(),
        change,
        suppressed: end == EMPTY,
        fields: Vec::new(),
        text: None,
    })
}

/// Whether the line is one of an object's: kept, added, removed, left out.
fn is_inside(line: &str) -> bool {
    line.is_empty() || line.starts_with([' ', '+', '-']) || line == "..."
}

/// What helm-diff says besides.
fn is_talk(line: &str) -> bool {
    const BEGINS: [&str; 2] = ["Executing ", "Plan: 0 to add, 0 to change, 0 to dest"];
    line.trim().is_empty() || BEGINS.iter().any(|begin| line.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(body: &Body) -> Vec<&str> {
        body.changes.iter().map(|change| &*change.name).collect()
    }

    #[test]
    fn debug_lines_before_and_warnings_between() {
        let body = Body::read(
            "Executing helm version\n[debug] plugin\n[\n{\"name\": \"a\", \
             \"changeType\": \"ADD\"}\n]\nWarning: odd\n[]\n[{\"name\": \"b\", \
             \"changeType\": \"REMOVE\"}]\n",
        );
        assert_eq!(names(&body), ["a", "b"]);
        assert!(body.is_strange && !body.is_broken);
    }

    #[test]
    fn nothing_is_not_strange() {
        for text in ["", "\n", "[]\n", "[\n]\n", "Executing helm version\n[]\n\n"] {
            let body = Body::read(text);
            assert!(body.changes.is_empty() && !body.is_broken, "{text}");
            assert!(!body.is_strange, "{text}");
        }
    }

    #[test]
    fn json_of_another_shape_is_broken() {
        for text in ["[", "[{", "[{}]", "[{\"name\": 1}]", "[{\"name\": \"a\"}"] {
            assert!(Body::read(text).is_broken, "{text}");
        }
        let deep = "[{\"x\":".to_owned() + &"[".repeat(100_000);
        assert!(Body::read(&deep).is_broken);
        assert!(Body::read(&"[\n".repeat(1000)).is_strange);
    }

    #[test]
    fn headers_within_an_object_are_its_lines() {
        let body = Body::read(
            "a, web, Deployment (apps) has changed:\n  x: |\n    b, db, Pod (v1) has \
             changed:\n\n+ c, db, Pod (v1) has been added:\n...\n  y: \x07\r\na, db, \
             Secret (v1) has changed:\n+ Changes suppressed on sensitive content of \
             type Secret\nPlan: 1 to add\n",
        );
        assert_eq!(names(&body), ["web", "db"]);
        let text = body.changes[0].text.as_deref().unwrap();
        assert!(text.starts_with("  x: |\n") && text.ends_with("...\n  y: \u{fffd}"));
        assert!(!body.changes[0].suppressed && body.changes[1].suppressed);
    }

    #[test]
    fn simple_lines_have_no_text() {
        let body = Body::read(
            "a, b, Pod (v1) to be added.\na, c, Pod (v1) to be removed.\na, d, Pod \
             (v1) to change ownership.\na, e, Pod (v1) has changed, but diff is empty \
             after suppression.\nPlan: 1 to add, 0 to change, 1 to destroy, 1 to \
             change ownership.\n",
        );
        let found: Vec<_> =
            body.changes.iter().map(|one| (one.change, one.suppressed)).collect();
        let expected = [
            (Change::Add, false),
            (Change::Remove, false),
            (Change::Ownership, false),
            (Change::Modify, true),
        ];
        assert_eq!(found, expected);
        assert!(body.changes.iter().all(|change| change.text.is_none()));
    }
}
