//! The history as one reads it: `helmfire-drift history`.
//!
//! From the oldest event to the newest, with how long drift lasted. Refuses to believe
//! what stands in the file: control characters are shown as such.

use std::collections::BTreeMap;

use helmfire_inputs::Id;
use serde_json::Value;

use super::{Event, What};
use crate::place::visible;
use crate::report::{both, json_line, value};
use crate::time;

/// The events since a time, of one release if one is named: by its name, or by
/// `namespace/name` or `context/namespace/name`.
pub fn timeline<'e>(
    events: &'e [Event],
    since: Option<u64>,
    release: Option<&str>,
) -> Vec<&'e Event> {
    let is_since = |event: &Event| {
        since.is_none_or(|since| time::parse(&event.time).is_some_and(|it| it >= since))
    };
    let is_of = |event: &Event| {
        release.is_none_or(|name| {
            let id = event.id();
            let short = Id { context: String::new(), ..id.clone() };
            [id.name.clone(), short.to_string(), id.to_string()]
                .iter()
                .any(|it| it == name)
        })
    };
    events.iter().filter(|event| is_since(event) && is_of(event)).collect()
}

/// As JSON lines, as in the journal.
pub fn json(events: &[&Event]) -> String {
    let mut text = String::new();
    for event in events {
        json_line(&mut text, event);
    }
    text
}

/// For people.
pub fn text(events: &[&Event]) -> String {
    let mut since: BTreeMap<Id, u64> = BTreeMap::new();
    let mut before: BTreeMap<Id, &[Value]> = BTreeMap::new();
    let mut text = String::new();
    for event in events {
        let id = event.id();
        let at = time::parse(&event.time);
        let mut said = match event.event {
            What::FirstSeen => "drifted",
            What::Changed => "drifted further or otherwise",
            What::Gone => "no longer drifted",
            What::Unknown => "unknown",
            What::KnownAgain => "known again",
        }
        .to_string();
        match (event.event, at) {
            (What::FirstSeen, Some(at)) => drop(since.insert(id.clone(), at)),
            (What::Gone, Some(at)) => {
                let begin = since.remove(&id);
                if let Some(length) = begin.and_then(|begin| at.checked_sub(begin)) {
                    said.push_str(&format!(", after {}", time::length(length)));
                }
            }
            _ => {}
        }
        let name = match event.helmfile.as_str() {
            "" => id.to_string(),
            helmfile => helmfile.into(),
        };
        let line = format!("{}  {name}: {said}", event.time);
        text.push_str(&visible(&line));
        text.push('\n');
        let known = match event.event {
            What::FirstSeen => before.insert(id, event.rows()).and(None),
            What::Changed => before.insert(id, event.rows()),
            What::Gone => before.remove(&id).and(None),
            What::Unknown | What::KnownAgain => None,
        };
        match known {
            Some(known) => text.push_str(&change(known, event.rows())),
            None => event.rows().iter().for_each(|row| put(&mut text, "", row)),
        }
    }
    text
}

fn put(text: &mut String, what: &str, row: &Value) {
    text.push_str(&format!("    {what}{}\n", of_row(row)));
}

/// What is new in the second rows, and what of the first is no longer so.
fn change(old: &[Value], new: &[Value]) -> String {
    let place = |row: &Value| {
        // An item is the same wherever it stands in its list.
        let is_named = row.get("jq").is_some_and(|it| !it.is_null());
        let at = if is_named { "jq" } else { "pointer" };
        ["apiVersion", "kind", "objectNamespace", "name", at]
            .map(|key| row.get(key).cloned())
    };
    let is_same = |one: &Value, other: &Value| {
        place(one) == place(other) && one.get("live") == other.get("live")
    };
    let mut text = String::new();
    for row in new.iter().filter(|row| !old.iter().any(|it| is_same(it, row))) {
        put(&mut text, "new: ", row);
    }
    for row in old.iter().filter(|row| !new.iter().any(|it| place(it) == place(row))) {
        put(&mut text, "no longer: ", row);
    }
    let same = new.iter().filter(|row| old.iter().any(|it| is_same(it, row))).count();
    if same > 0 {
        text.push_str(&format!("    {same} as before\n"));
    }
    text
}

/// `high Deployment/web /spec/replicas: live 5, desired 2 · kubectl`
fn of_row(row: &Value) -> String {
    let part =
        |key: &str| visible(row.get(key).and_then(Value::as_str).unwrap_or_default());
    if part("class") == "unknown" {
        return part("reason");
    }
    let side = |key: &str| match row.get(key) {
        None | Some(Value::Null) => "nothing".to_string(),
        Some(side) => value(side),
    };
    let object = format!("{} {}/{}", part("severity"), part("kind"), part("name"));
    let mut line = match part("type").as_str() {
        "deletion" if part("pointer") == "/metadata/deletionTimestamp" => {
            format!("{object} is being deleted since {}", side("live"))
        }
        "deletion" => format!("{object} is gone"),
        "addition" => format!("{object} {}: added, {}", part("pointer"), side("live")),
        _ => {
            let (live, desired) = match (row.get("live"), row.get("desired")) {
                (Some(live), Some(desired))
                    if !live.is_null() && !desired.is_null() =>
                {
                    both(live, desired)
                }
                _ => (side("live"), side("desired")),
            };
            format!("{object} {}: live {live}, desired {desired}", part("pointer"))
        }
    };
    let manager = part("manager");
    if !manager.is_empty() {
        line.push_str(&format!(" · {manager}"));
    }
    line
}
