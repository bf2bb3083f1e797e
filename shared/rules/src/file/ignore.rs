//! The rules of `[[ignore]]` in a file.
//!
//! Reads the spelling of Flux (`paths`, `target`) and that of Argo CD
//! (`jsonPointers`, `group`, …). A rule that names neither a place nor a manager
//! is a fault: to ignore whole objects is said, not forgotten.

use std::collections::HashMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};
use wildmatch::WildMatch;

use super::document::{Reading, Section};
use super::read::{checked_glob, limits, regex_fault, report_duplicate};
use crate::ignore::{
    Clause, Criterion, Date, IgnorePath, Preset, Selector, SyntaxError, Target,
    Together,
};
use crate::{IgnoreRule, Limits, nearest};

const IGNORE: &str = "[[ignore]]";
const TARGET: &str = "'target'";
const RELEASE: &str = "'release'";

/// Where and by whom: a rule needs one of them or a preset.
const PLACES: [&str; 4] =
    ["paths", "jsonPointers", "jqPathExpressions", "managedFieldsManagers"];
/// The objects as Argo CD names them.
const OBJECTS: [&str; 4] = ["group", "kind", "name", "namespace"];
const CRITERIA: [&str; 5] = ["group", "version", "kind", "name", "namespace"];
const SELECTORS: [&str; 2] = ["annotationSelector", "labelSelector"];

/// Reads all of them; `root` is the whole file.
pub(super) fn ignores<'t>(
    reading: &mut Reading<'t>,
    root: &DeTable<'t>,
) -> Vec<IgnoreRule> {
    let mut keys = PLACES.to_vec();
    keys.push("target");
    keys.extend(OBJECTS);
    keys.extend(["release", "preset", "reason", "until"]);
    let heads = heads(root);
    let mut rules = Vec::new();
    let mut seen = HashMap::new();
    for (span, table) in reading.tables(IGNORE, root.get("ignore")) {
        let section = reading.section(IGNORE, span, table, &keys);
        report_scattered(reading, &section, &heads);
        if let Some(rule) = ignore(reading, &section) {
            let same = "the same as";
            report_duplicate(reading, &section, &mut seen, rule.key(), rule.line, same);
            rules.push(rule);
        }
    }
    rules
}

/// Where the tables of the file begin.
fn heads(root: &DeTable<'_>) -> Vec<usize> {
    let mut heads = Vec::new();
    for value in root.values() {
        match value.get_ref() {
            DeValue::Array(items) => heads.extend(items.iter().map(|i| i.span().start)),
            _ => heads.push(value.span().start),
        }
    }
    heads
}

/// TOML allows `[ignore.target]` behind other tables; whoever reads or edits the
/// file from top to bottom would take it for a part of those.
fn report_scattered<'t>(
    reading: &mut Reading<'t>,
    section: &Section<'_, 't>,
    heads: &[usize],
) {
    for key in ["target", "release"] {
        let Some(value) = section.value(key) else { continue };
        let between = section.span.start + 1..value.span().start;
        if heads.iter().any(|head| between.contains(head)) {
            let what = format!("'{key}' stands far from its {IGNORE}");
            let hint = "write it directly below";
            reading.hinted(&value.span(), what, Some(hint.into()));
        }
    }
}

fn ignore<'t>(
    reading: &mut Reading<'t>,
    section: &Section<'_, 't>,
) -> Option<IgnoreRule> {
    let before = reading.faults.len();
    let limits = release(reading, section);
    let reason = section.text(reading, "reason").map(|(text, _)| text.to_string());
    let until = until(reading, section);
    let (preset, clauses) = if section.value("preset").is_some() {
        let others = PLACES.into_iter().chain(["target"]).chain(OBJECTS);
        exclude(reading, section, "preset", others, "make two rules of it");
        let preset = preset(reading, section)?;
        (Some(preset), preset.clauses())
    } else {
        (None, vec![clause(reading, section)])
    };
    let line = section.line_of(reading, &[&["preset"], &PLACES[..]].concat());
    (reading.faults.len() == before).then_some(IgnoreRule {
        clauses,
        limits,
        preset,
        reason,
        until,
        line,
    })
}

/// Reports each of `others` that stands beside `key`.
fn exclude<'t>(
    reading: &mut Reading<'t>,
    section: &Section<'_, 't>,
    key: &str,
    others: impl IntoIterator<Item = &'static str>,
    hint: &str,
) {
    for other in others {
        if let Some(value) = section.value(other) {
            let what = format!("'{key}' and '{other}' exclude each other");
            reading.hinted(&value.span(), what, Some(hint.into()));
        }
    }
}

fn preset<'t>(reading: &mut Reading<'t>, section: &Section<'_, 't>) -> Option<Preset> {
    let (name, span) = section.text(reading, "preset")?;
    let preset = Preset::from_name(name);
    if preset.is_none() {
        let hint = match nearest(name, Preset::NAMES) {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("there are: {}", Preset::NAMES.join(", ")),
        };
        reading.hinted(&span, format!("preset '{name}' is not known"), Some(hint));
    }
    preset
}

/// `release = "shop-*"`, or a table with globs of its name and namespace.
fn release<'t>(reading: &mut Reading<'t>, section: &Section<'_, 't>) -> Limits {
    let Some(value) = section.value("release") else { return Limits::default() };
    let Some(table) = value.get_ref().as_table() else {
        return limits(reading, section, &["release"]);
    };
    let own = reading.section(RELEASE, value.span(), table, &["name", "namespace"]);
    if own.value("name").or(own.value("namespace")).is_none() {
        reading.fault(&value.span(), "'release' needs 'name' or 'namespace'");
    }
    let mut limits = Limits::default();
    for (limit, key) in [("release", "name"), ("namespace", "namespace")] {
        if let Some((glob, span)) = own.text(reading, key)
            && checked_glob(reading, glob, &span)
        {
            limits.set(limit, glob);
        }
    }
    limits
}

/// A date without a time, or the same as a text.
fn until<'t>(reading: &mut Reading<'t>, section: &Section<'_, 't>) -> Option<Date> {
    let value = section.value("until")?;
    let date = match value.get_ref() {
        DeValue::Datetime(at) if at.time.is_none() => {
            at.date.and_then(|date| Date::new(date.year, date.month, date.day))
        }
        DeValue::String(text) => Date::parse(text),
        _ => None,
    };
    if date.is_none() {
        let hint = Some("write until = 2026-12-31".into());
        reading.hinted(&value.span(), "'until' must be a day", hint);
    }
    date
}

fn clause<'t>(reading: &mut Reading<'t>, section: &Section<'_, 't>) -> Clause {
    if PLACES.into_iter().all(|key| section.value(key).is_none()) {
        reading.hinted(
            &section.span,
            format!("[[ignore]] needs 'preset' or one of {}", PLACES.join(", ")),
            Some("write paths = [\"\"] to ignore whole objects".into()),
        );
    }
    let mut paths = Vec::new();
    for key in ["paths", "jsonPointers"] {
        paths.extend(read_paths(reading, section, key, IgnorePath::from_pointer));
    }
    paths.extend(read_paths(
        reading,
        section,
        "jqPathExpressions",
        IgnorePath::from_jq,
    ));
    let managers = texts(reading, section, "managedFieldsManagers");
    for (_, span) in managers.iter().filter(|(name, _)| name.is_empty()) {
        reading.fault(span, "a field manager has no empty name");
    }
    let managers = managers.iter().map(|(name, _)| WildMatch::new(name)).collect();
    let together = match section.value("paths") {
        Some(_) => Together::Both,
        None => Together::Either,
    };
    let target = target(reading, section);
    Clause { target, field: None, paths, managers, together }
}

fn read_paths<'t>(
    reading: &mut Reading<'t>,
    section: &Section<'_, 't>,
    key: &str,
    parse: impl Fn(&str) -> Result<IgnorePath, SyntaxError>,
) -> Vec<IgnorePath> {
    let mut paths = Vec::new();
    for (text, span) in texts(reading, section, key) {
        match parse(text) {
            Ok(path) => paths.push(path),
            Err(error) => reading.within(&span, text, error),
        }
    }
    paths
}

/// The texts of a list.
fn texts<'r, 't>(
    reading: &mut Reading<'t>,
    section: &Section<'r, 't>,
    key: &str,
) -> Vec<(&'r str, Range<usize>)> {
    let Some(value) = section.value(key) else { return Vec::new() };
    let Some(items) = value.get_ref().as_array() else {
        let kind = value.get_ref().type_str();
        let text = value.get_ref().as_str().unwrap_or("…");
        reading.hinted(
            &value.span(),
            format!("'{key}' in {IGNORE} must be a list of strings, not {kind}"),
            Some(format!("write {key} = ['{text}']")),
        );
        return Vec::new();
    };
    if items.is_empty() {
        let what = format!("'{key}' in {IGNORE} is an empty list");
        reading.hinted(&value.span(), what, Some("leave it out".into()));
    }
    let mut texts = Vec::new();
    for item in items {
        match item.get_ref().as_str() {
            Some(text) => texts.push((text, item.span())),
            None => reading.fault(&item.span(), format!("'{key}' holds only strings")),
        }
    }
    texts
}

/// The objects in either spelling, or all of them.
fn target<'t>(reading: &mut Reading<'t>, section: &Section<'_, 't>) -> Target {
    let Some(value) = section.value("target") else {
        return named_target(reading, section);
    };
    let hint = "write it in target, as a regular expression";
    exclude(reading, section, "target", OBJECTS, hint);
    let Some(table) = value.get_ref().as_table() else {
        let what = format!("'target' in {IGNORE} must be a table");
        let hint = Some("write target = { kind = \"…\" }".into());
        reading.hinted(&value.span(), what, hint);
        return Target::default();
    };
    let keys = [&CRITERIA[..], &SELECTORS].concat();
    let own = reading.section(TARGET, value.span(), table, &keys);
    let [group, version, kind, name, namespace] = CRITERIA.map(|key| {
        let (text, span) = own.text(reading, key)?;
        match Criterion::from_regex(text) {
            Ok(criterion) => Some(criterion),
            Err(error) => {
                regex_fault(reading, &span, &error);
                None
            }
        }
    });
    let [annotations, labels] = SELECTORS.map(|key| {
        let (text, span) = own.text(reading, key)?;
        match Selector::parse(text) {
            Ok(selector) => Some(selector),
            Err(error) => {
                reading.within(&span, text, error);
                None
            }
        }
    });
    Target { group, version, kind, name, namespace, annotations, labels }
}

/// The objects as Argo CD names them: globs, then exact names.
fn named_target<'t>(reading: &mut Reading<'t>, section: &Section<'_, 't>) -> Target {
    // The core group has no name, so an empty text is one.
    let core = section.value("group").is_some_and(|v| v.get_ref().as_str() == Some(""));
    let group = if core {
        Some(Criterion::Exact(String::new()))
    } else {
        glob(reading, section, "group")
    };
    let kind = glob(reading, section, "kind");
    let [name, namespace] = ["name", "namespace"].map(|key| {
        let (text, _) = section.text(reading, key)?;
        Some(Criterion::Exact(text.into()))
    });
    Target { group, kind, name, namespace, ..Target::default() }
}

fn glob<'t>(
    reading: &mut Reading<'t>,
    section: &Section<'_, 't>,
    key: &str,
) -> Option<Criterion> {
    let (text, span) = section.text(reading, key)?;
    checked_glob(reading, text, &span).then(|| Criterion::Glob(WildMatch::new(text)))
}
