//! The report for a terminal: by release, by object, one line for each difference.
//!
//! Of clean releases only the number is told. What does not count is counted, and
//! shown to who asks for more. Refuses to print a value of several lines: only those
//! that differ are shown.

use super::paint::Paint;
use super::release::ReleaseReport;
use super::{Report, shown, summary};
use crate::place::visible;
use crate::{Class, Row, Severity, Type, time};

/// How many lines of a text that differ are shown.
const LINES: usize = 10;

/// The whole report.
pub fn text(report: &Report, coloured: bool, verbose: bool) -> String {
    let paint = Paint(coloured);
    let page = Page { now: report.time, paint, verbose, said: None };
    let mut text = String::new();
    let mut told: Vec<&ReleaseReport> = Vec::new();
    for release in report.worst_first() {
        let is_told = !release.is_clean()
            || verbose && (release.ignored() > 0 || !release.notes.is_empty());
        if is_told && !told.iter().any(|other| other.is_in_the_same_trouble(release)) {
            let page = Page { said: common_reason(release), ..page };
            page.release(release, &alike(report, release), &mut text);
            text.push('\n');
            told.push(release);
        }
    }
    text.push_str(&page.paint.bold(&summary::summary(report)));
    text.push('\n');
    text
}

/// The titles of the releases of which the same is unknown, and nothing else known:
/// one cause is told once.
fn alike(report: &Report, release: &ReleaseReport) -> Vec<String> {
    let all = report.worst_first().into_iter();
    let alike =
        all.filter(|it| it.id() == release.id() || it.is_in_the_same_trouble(release));
    alike.map(title).collect()
}

#[derive(Clone, Copy)]
struct Page<'r> {
    now: u64,
    paint: Paint,
    verbose: bool,
    /// The reason of all differences of the release, said once.
    said: Option<&'r str>,
}

/// The reason that several differences have in common, and no other has another.
fn common_reason(release: &ReleaseReport) -> Option<&str> {
    let differences = || release.rows.iter().filter(|row| row.class == Class::Drift);
    let mut reasons = differences().map(|row| row.reason.as_deref());
    let first = reasons.next()??;
    (differences().count() > 1 && reasons.all(|it| it == Some(first))).then_some(first)
}

impl Page<'_> {
    fn release(&self, release: &ReleaseReport, titles: &[String], text: &mut String) {
        let titles =
            if self.verbose { titles.join(", ") } else { summary::list(titles) };
        let titles = self.paint.bold(&titles);
        text.push_str(&format!("{titles}{}\n", state(release, self.now)));
        for row in &release.rows {
            if let Some((what, reason, remedy)) = &row.unknown {
                let what =
                    if *what == Class::Pending { "pending changes" } else { "drift" };
                let label = self.paint.alarm(&format!("UNKNOWN {what}"));
                text.push_str(&format!("  {label}: {}\n", visible(reason)));
                if let Some(remedy) = remedy {
                    text.push_str(&format!("    to do: {}\n", visible(remedy)));
                }
            }
        }
        if let Some(reason) = self.said {
            text.push_str(&format!("  {}:\n", visible(reason)));
        }
        let rows = release.rows.iter().filter(|row| {
            row.class != Class::Unknown && (row.counts() || self.verbose)
        });
        for object in objects(rows) {
            self.object(&object, &release.id().namespace, text);
        }
        for note in &release.notes {
            text.push_str(&self.paint.faint(&format!("  note: {}", visible(note))));
            text.push('\n');
        }
    }

    fn object(&self, rows: &[&Row], namespace: &str, text: &mut String) {
        let name = name(rows[0], namespace);
        let (whole, parts): (Vec<&Row>, Vec<&Row>) =
            rows.iter().partition(|row| row.is_whole());
        for row in whole {
            let said = format!("{name} {}", fate(row));
            text.push_str(&format!("  {}\n", self.line(row, &said)));
        }
        if parts.is_empty() {
            return;
        }
        text.push_str(&format!("  {name}\n"));
        for row in parts {
            let (live, desired) = (row.live.as_ref(), row.desired.as_ref());
            let lines = shown::as_lines(live, desired).map(|it| (it, "line"));
            let items = || shown::as_items(live, desired).map(|it| (it, "item"));
            let Some(((live, desired), part)) = lines.or_else(items) else {
                let said = format!("{}: {}", row.place, said(row));
                text.push_str(&format!("    {}\n", self.line(row, &said)));
                continue;
            };
            let differing = shown::differing(&live, &desired);
            let of_live = differing.iter().filter(|(is_live, _)| *is_live).count();
            let said = match of_live.max(differing.len() - of_live) {
                0 => "differs in its form only".to_string(),
                1 => format!("1 {part} differs"),
                count => format!("{count} {part}s differ"),
            };
            let said = format!("{}: {said}", row.place);
            text.push_str(&format!("    {}\n", self.line(row, &said)));
            self.lines(row, &differing, text);
        }
    }

    fn lines(&self, row: &Row, differing: &[(bool, String)], text: &mut String) {
        let (of_live, wanted) = match row.class {
            Class::Pending => ("deployed  |", "git wants |"),
            _ => ("live    |", "desired |"),
        };
        for (is_live, line) in differing.iter().take(LINES) {
            let shown = shown::cut(&visible(line), 0);
            let painted = if *is_live {
                self.paint.red(&format!("{of_live} {shown}"))
            } else {
                self.paint.green(&format!("{wanted} {shown}"))
            };
            text.push_str(&format!("            {painted}\n"));
        }
        if let Some(more @ 1..) = differing.len().checked_sub(LINES) {
            text.push_str(&format!("            … {more} more\n"));
        }
    }

    /// How bad, what, by whom and when, and why it does not count.
    fn line(&self, row: &Row, said: &str) -> String {
        let severity = row.severity.filter(|_| row.counts());
        let label = severity.map_or("ignored", Severity::name);
        let severity = severity.unwrap_or(Severity::Low);
        let label = self.paint.severity(severity, &format!("{label:7}"));
        let mut line = format!("{label} {said}");
        if let Some(manager) = &row.manager {
            let through = row.subresource.as_ref().map(|it| format!(" ({it})"));
            let mut who = format!(
                " · {}{}",
                visible(manager),
                visible(&through.unwrap_or_default())
            );
            if let Some(then) = row.since.as_deref().and_then(time::parse) {
                who.push_str(&format!(", {}", time::ago(then, self.now)));
            }
            line.push_str(&self.paint.faint(&who));
        }
        let reason = row.reason.as_deref();
        if let Some(reason) = reason.filter(|_| reason != self.said) {
            line.push_str(&format!(" ({})", visible(reason)));
        }
        if let Some(rule) = &row.ignored_by {
            line.push_str(&format!(" [{}]", visible(rule)));
        }
        line
    }
}

/// `shop/web (context prod, helmfile.yaml)`
pub(super) fn title(release: &ReleaseReport) -> String {
    let id = release.id();
    let mut name = String::new();
    if !id.namespace.is_empty() {
        name.push_str(&format!("{}/", id.namespace));
    }
    name.push_str(release.name());
    let mut where_from = Vec::new();
    if !id.context.is_empty() {
        where_from.push(format!("context {}", id.context));
    }
    if !release.helmfile.is_empty() && !id.name.is_empty() {
        where_from.push(release.helmfile.clone());
    }
    if !where_from.is_empty() {
        name.push_str(&format!(" ({})", where_from.join(", ")));
    }
    visible(&name)
}

/// `: drifted, pending; score 52, 1 ignored`; without drift there is no score.
fn state(release: &ReleaseReport, now: u64) -> String {
    let mut words = Vec::new();
    for (is, word) in [
        (release.is_drifted(), "drifted"),
        (release.is_pending(), "pending"),
        (release.is_unknown(), "unknown"),
        (release.is_clean(), "clean"),
    ] {
        words.extend(is.then_some(word));
    }
    let mut state = format!(": {}", words.join(", "));
    if release.is_drifted() {
        state.push_str(&format!("; score {}", release.score()));
        // Who and when is not known of all.
        if let Some(then) = release.first_seen.filter(|then| *then < now) {
            state.push_str(&format!(", first seen {}", time::ago(then, now)));
        }
    }
    if release.ignored() > 0 {
        state.push_str(&format!(", {} ignored", release.ignored()));
    }
    state
}

/// Rows by object, in the order in which the objects come first.
pub(super) fn objects<'r>(rows: impl Iterator<Item = &'r Row>) -> Vec<Vec<&'r Row>> {
    let mut objects: Vec<Vec<&Row>> = Vec::new();
    let is_same = |one: &Row, other: &Row| {
        one.kind == other.kind
            && one.name == other.name
            && one.object_namespace == other.object_namespace
            && one.api_version == other.api_version
    };
    for row in rows {
        match objects.iter_mut().find(|rows| is_same(rows[0], row)) {
            Some(rows) => rows.push(row),
            None => objects.push(vec![row]),
        }
    }
    objects
}

/// `Deployment/web`, with its namespace if that is not the release's.
pub(super) fn name(row: &Row, namespace: &str) -> String {
    let part = |part: &Option<String>| part.clone().unwrap_or_default();
    let mut name = format!("{}/{}", part(&row.kind), part(&row.name));
    if let Some(other) = row.object_namespace.as_deref().filter(|it| *it != namespace) {
        name.push_str(&format!(" in {other}"));
    }
    visible(&name)
}

/// What became or becomes of an object.
fn fate(row: &Row) -> &'static str {
    match (row.class, row.kind_of) {
        (Class::Pending, Some(Type::Addition)) => "is added by git",
        (Class::Pending, Some(Type::Deletion)) => "is removed by git",
        (_, Some(Type::Addition)) => "was added",
        (_, Some(Type::Deletion)) => "is gone",
        _ => "is another",
    }
}

/// What differs, what is live first.
fn said(row: &Row) -> String {
    let is_pending = row.class == Class::Pending;
    match (&row.live, &row.desired) {
        (Some(live), _) if row.kind_of == Some(Type::Addition) && !is_pending => {
            // Of a variable the name stands in the place already.
            let is_named = row.place.ends_with(']')
                && live
                    .as_object()
                    .is_some_and(|map| map.len() == 2 && map.contains_key("name"));
            let value = live.get("value").filter(|_| is_named).unwrap_or(live);
            format!("added, {}", shown::value(&shown::without_defaults(value)))
        }
        (Some(live), None) if row.kind_of == Some(Type::Deletion) && !is_pending => {
            format!("being deleted since {}", shown::value(live))
        }
        (Some(live), Some(desired)) if live == desired => {
            "differs in its form only".into()
        }
        (Some(live), Some(desired)) => {
            let (live, desired) = shown::both(live, desired);
            if is_pending {
                format!("git wants {desired}, deployed {live}")
            } else {
                format!("live {live}, desired {desired}")
            }
        }
        (None, Some(desired)) if is_pending => {
            format!("git wants {}, deployed nothing", shown::value(desired))
        }
        (None, Some(desired)) => format!("gone, desired {}", shown::value(desired)),
        (Some(live), None) if is_pending => {
            format!("git removes it, deployed {}", shown::value(live))
        }
        // An item of a list, or what stands in a map that is a whole.
        (Some(live), None) if row.place.ends_with(']') => {
            format!("added, {}", shown::value(live))
        }
        (Some(live), None) => format!("live {}, desired nothing", shown::value(live)),
        (None, None) => "differs".into(),
    }
}
