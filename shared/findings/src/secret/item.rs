//! Items that say in one field what they are and have the value in another:
//! `{name: password, v: …}`.
//!
//! If the name is one of a credential, all texts beside it are secrets but those that
//! are known to describe or to refer. Items of lists that only have names, such as
//! containers and volumes, are not meant. Refuses to look deeper than one item.

use std::ops::Range;

use super::name::{Naming, judge, words};
use super::pair::is_harmless;
use super::vocabulary::DESCRIBING;

/// Fields that say what an item is.
pub(super) const NAMES: [&str; 5] = ["name", "key", "id", "variable", "envVar"];

/// Lists whose items have names that say nothing of what stands beside them.
const LISTS: [&str; 32] = [
    "backendRefs",
    "conditions",
    "containers",
    "contexts",
    "dependencies",
    "dnsNames",
    "envFrom",
    "ephemeralContainers",
    "finalizers",
    "hosts",
    "imagePullSecrets",
    "images",
    "initContainers",
    "jobs",
    "managedFields",
    "matchExpressions",
    "ownerReferences",
    "parentRefs",
    "ports",
    "resources",
    "rules",
    "servicePorts",
    "services",
    "sources",
    "steps",
    "subjects",
    "tasks",
    "tolerations",
    "volumeClaimTemplates",
    "volumeDevices",
    "volumeMounts",
    "volumes",
];

/// The last words of fields that describe or refer only beside the name of an item.
const REFERRING: &[&str] = &[
    "action",
    "apigroup",
    "apiversion",
    "capacity",
    "category",
    "cluster",
    "color",
    "concurrency",
    "display",
    "domain",
    "domains",
    "effect",
    "email",
    "env",
    "field",
    "from",
    "group",
    "groups",
    "header",
    "help",
    "hostnames",
    "hosts",
    "icon",
    "id",
    "image",
    "in",
    "key",
    "label",
    "language",
    "level",
    "locale",
    "location",
    "message",
    "order",
    "owner",
    "pattern",
    "phase",
    "property",
    "protocol",
    "reason",
    "role",
    "schedule",
    "source",
    "state",
    "status",
    "storage",
    "subject",
    "summary",
    "tags",
    "target",
    "time",
    "title",
    "uid",
    "unit",
    "usage",
    "var",
    "variable",
    "visibility",
    "weight",
    "zone",
];

/// Whether a field is the value and nothing else: a text, a number or what is below.
pub(super) fn is_value(field: &str) -> bool {
    ["value", "val", "v"].contains(&field)
}

/// Whether a text in that field may be the value of its item.
pub(super) fn may_be_value(field: &str) -> bool {
    let words = words(field);
    let last = words.last().map_or("", String::as_str);
    let describes =
        |word: &str| DESCRIBING.contains(&word) || REFERRING.contains(&word);
    judge(field) != Naming::Described && !describes(last) && !describes(&words.concat())
}

/// Whether the names of items say what stands beside them, in a list below this key.
pub(super) fn has_values(list: &str) -> bool {
    !LISTS.contains(&list)
}

/// The values of items in `text`, YAML or JSON that may be broken.
pub(super) fn find(text: &str, found: &mut Vec<Range<usize>>) {
    let mut reader = Reader { items: Vec::new(), list: "", found };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        reader.line(at, line.trim_end());
        at += line.len();
    }
    reader.close(0);
    in_braces(text, found);
}

/// An item of a list in lines.
struct Item<'t> {
    /// Where its keys begin in a line.
    column: usize,
    /// The key of its list.
    list: &'t str,
    naming: Naming,
    values: Vec<Range<usize>>,
    /// The last value goes on in lines that are indented more.
    is_open: bool,
}

struct Reader<'t, 'f> {
    items: Vec<Item<'t>>,
    /// The last key with nothing beside it.
    list: &'t str,
    found: &'f mut Vec<Range<usize>>,
}

impl<'t> Reader<'t, '_> {
    fn line(&mut self, at: usize, line: &'t str) {
        let text = line.trim_start_matches([' ', '-']);
        if text.is_empty() || text.starts_with('#') {
            return;
        }
        let column = line.len() - text.len();
        let begin = line.len() - line.trim_start_matches(' ').len();
        let is_item = line[begin..column].starts_with("- ");
        // A dash of the list above ends the item, too.
        let before = if is_item { begin + 1 } else { column };
        let list = self.items.iter().find(|it| it.column > before).map(|it| it.list);
        self.close(before);
        if is_item {
            // The next item of the same list.
            let list = list.unwrap_or(self.list);
            let (naming, values) = (Naming::Plain, Vec::new());
            self.items.push(Item { column, list, naming, values, is_open: false });
        }
        let pair = field(text);
        if let Some((key, "")) = pair {
            self.list = key;
        }
        let Some(item) = self.items.last_mut() else { return };
        if item.column != column {
            if let (true, Some(value)) = (item.is_open, item.values.last_mut()) {
                value.start =
                    if value.start == value.end { at + column } else { value.start };
                value.end = at + line.len();
            }
            return;
        }
        item.is_open = false;
        let Some((key, value)) = pair else { return };
        if NAMES.contains(&key) {
            item.naming = item.naming.max(judge(unquoted(value)));
        } else if may_be_value(key) && !value.starts_with(['{', '[', '&', '*']) {
            item.is_open = value.starts_with(['|', '>']);
            let end = at + line.len();
            let text = unquoted(value);
            let start = line.rfind(text).map_or(end, |it| at + it);
            match item.is_open {
                true => item.values.push(end..end),
                false if is_harmless(text, Naming::Password) => {}
                false => item.values.push(start..start + text.len()),
            }
        }
    }

    /// Ends the items whose keys stand behind `column`.
    fn close(&mut self, column: usize) {
        while let Some(item) = self.items.pop_if(|it| it.column > column) {
            if item.naming >= Naming::Credential && has_values(item.list) {
                self.found.extend(item.values);
            }
        }
        if column == 0 {
            let rest = std::mem::take(&mut self.items);
            for item in rest {
                if item.naming >= Naming::Credential && has_values(item.list) {
                    self.found.extend(item.values);
                }
            }
        }
    }
}

/// `key: value`, `"key": value`.
fn field(text: &str) -> Option<(&str, &str)> {
    let (key, value) = text.split_once(':')?;
    let is_pair = value.is_empty() || value.starts_with(' ');
    is_pair.then(|| (unquoted(key), value.trim()))
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

/// Items between braces: `{name: password, v: …}`, `{"key": "token", "val": "…"}`.
fn in_braces(text: &str, found: &mut Vec<Range<usize>>) {
    let mut begin = None;
    for (at, sign) in text.char_indices() {
        match (sign, begin) {
            ('{', _) => begin = Some(at + 1),
            ('}', Some(start)) => {
                begin = None;
                in_item(&text[start..at], start, found);
            }
            _ => {}
        }
    }
}

fn in_item(text: &str, at: usize, found: &mut Vec<Range<usize>>) {
    let mut naming = Naming::Plain;
    let mut values = Vec::new();
    let mut start = 0;
    for part in text.split_inclusive([',', '\n']) {
        let body = part.trim_end_matches([',', '\n', ' ', '\r']);
        if let Some((key, value)) = body.split_once(':') {
            let (key, value) = (unquoted(key.trim_matches('\\')), unquoted(value));
            let value = value.trim_matches(['\\', '"', '\'', ' ']);
            if NAMES.contains(&key.trim_end_matches('\\')) {
                naming = naming.max(judge(value));
            } else if may_be_value(key.trim_end_matches('\\'))
                && !is_harmless(value, Naming::Password)
            {
                let end = start + body.trim_end_matches(['"', '\'', '\\', ' ']).len();
                values.push(at + end - value.len()..at + end);
            }
        }
        start += part.len();
    }
    if naming >= Naming::Credential {
        found.extend(values);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        find(text, &mut found);
        found.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn values_beside_names() {
        for (text, expected) in [
            ("- name: password\n  v: abc\n- name: level\n  v: x", &["abc"] as &[&str]),
            ("a:\n  - key: apiToken\n    val: 'a b'\n    type: text\n", &["a b"]),
            ("- content: abc\n  name: DB_PASSWORD\n", &["abc"]),
            (
                "- id: db-password\n  text: |\n    abc\n    def\n  k: |\n",
                &["abc\n    def", ""],
            ),
            ("x:\n- a:\n  - name: token\n    v: abc\n  v: d\n- v: e", &["abc"]),
            ("[{name: password, v: abc}, {name: level, v: x}]", &["abc"]),
            ("{\"val\": \"abc\", \"key\": \"apiToken\"}", &["abc"]),
            ("{\\\"key\\\": \\\"apiToken\\\", \\\"val\\\": \\\"abc\\\"}", &["abc"]),
            ("[\n{\n\"name\": \"token\",\n\"v\": \"abc\"\n}\n]", &["abc"]),
        ] {
            assert_eq!(secrets(text), expected, "{text}");
        }
    }

    #[test]
    fn what_only_describes() {
        for text in [
            "- name: token\n  mountPath: /x\n  subPath: y\n  readOnly: true\n",
            "containers:\n- name: token-refresher\n  command: x\n- name: auth-token\n  tty: x\n",
            "- name: DB_PASSWORD\n  valueFrom:\n    secretKeyRef:\n      name: s\n      key: k\n",
            "- name: password\n  type: string\n  description: of the user\n",
            "name: password\nv: abc\n",
            "- name: level\n  v: x\n",
            "{kind: Secret, name: db-password, namespace: shop}",
            "{name: password, v: $(DB_PASSWORD)}",
            "- name: secret-service\n  host: h\n  backend: web\n  timeout: 5s\n",
            "log {level} of {name}",
        ] {
            assert_eq!(secrets(text), [""; 0], "{text}");
        }
    }
}
