//! The report as unified diffs, one for each object: from what is live to what
//! should be, as the cluster would have to change.
//!
//! A hunk stands for one place, and its line numbers count within the value there;
//! the place stands behind them. Refuses to be applied by `patch`.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::paint::Paint;
use super::text::{name, objects, title};
use super::{ReleaseReport, Report, shown, summary};
use crate::place::visible;
use crate::{Class, Row};

/// How many equal lines are shown around those that differ.
const CONTEXT: usize = 3;

/// All differences that count; with `verbose` those that do not as well.
pub fn diff(report: &Report, coloured: bool, verbose: bool) -> String {
    let paint = Paint(coloured);
    let mut text = String::new();
    for release in report.worst_first() {
        for class in [Class::Unknown, Class::Drift, Class::Pending] {
            let rows = release
                .rows()
                .iter()
                .filter(|row| row.class == class && (row.counts() || verbose));
            match class {
                Class::Unknown => {
                    rows.for_each(|row| unknown(release, row, paint, &mut text));
                }
                class => {
                    for rows in objects(rows) {
                        object(release, class, &rows, paint, &mut text);
                    }
                }
            }
        }
    }
    text.push_str(&format!("# {}\n", summary(report)));
    text
}

fn unknown(release: &ReleaseReport, row: &Row, paint: Paint, text: &mut String) {
    let reason = row.reason.as_deref().unwrap_or_default();
    let line = format!("# {}: {}", title(release), visible(reason));
    text.push_str(&paint.alarm(&line));
    text.push('\n');
}

fn object(
    release: &ReleaseReport,
    class: Class,
    rows: &[&Row],
    paint: Paint,
    text: &mut String,
) {
    let (from, to) = match class {
        Class::Pending => ("deployed", "git"),
        _ => ("live", "desired"),
    };
    let name = name(rows[0], &release.id().namespace);
    let title = title(release);
    text.push_str(&paint.bold(&format!("--- {from} {name}, release {title}")));
    text.push('\n');
    text.push_str(&paint.bold(&format!("+++ {to} {name}, release {title}")));
    text.push('\n');
    for row in rows {
        hunks(row, paint, text);
    }
}

fn hunks(row: &Row, paint: Paint, text: &mut String) {
    let (from, to) = (row.live.as_ref(), row.desired.as_ref());
    let is_text = shown::as_lines(from, to).is_some();
    let (from, to) = (lines(from, is_text), lines(to, is_text));
    let changes = TextDiff::from_lines(&from, &to);
    let mut place = if row.is_whole() {
        "/".into()
    } else {
        visible(row.pointer.as_deref().unwrap_or_default())
    };
    if let Some(rule) = &row.ignored_by {
        place.push_str(&format!(" ignored: {}", visible(rule)));
    }
    let groups = changes.grouped_ops(CONTEXT);
    if groups.is_empty() {
        // Both hidden, or nothing to show of either.
        text.push_str(&paint.cyan(&format!("@@ -0,0 +0,0 @@ {place}")));
        text.push('\n');
    }
    for group in groups {
        let (Some(first), Some(last)) = (group.first(), group.last()) else { continue };
        let old = span(first.old_range().start, last.old_range().end);
        let new = span(first.new_range().start, last.new_range().end);
        text.push_str(&paint.cyan(&format!("@@ -{old} +{new} @@ {place}")));
        text.push('\n');
        for change in group.iter().flat_map(|op| changes.iter_changes(op)) {
            let line = change.value().trim_end_matches(['\n', '\r']);
            let line = shown::cut(&visible(line), 0);
            let line = match change.tag() {
                ChangeTag::Delete => paint.red(&format!("-{line}")),
                ChangeTag::Insert => paint.green(&format!("+{line}")),
                ChangeTag::Equal => format!(" {line}"),
            };
            text.push_str(&line);
            text.push('\n');
        }
    }
}

/// `3,2`: the first line, counted from 1, and how many; `0,0` for none.
fn span(start: usize, end: usize) -> String {
    match end - start {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        count => format!("{},{count}", start + 1),
    }
}

/// A value as lines; nothing is no line.
fn lines(value: Option<&Value>, is_text: bool) -> String {
    let mut lines = match value {
        None => return String::new(),
        Some(Value::String(text)) if is_text => text.clone(),
        Some(value) => serde_json::to_string_pretty(value).unwrap_or_default(),
    };
    if !lines.ends_with('\n') {
        lines.push('\n');
    }
    lines
}
