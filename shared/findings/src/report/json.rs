//! The report as JSON lines: a row for each finding, also those that do not count,
//! and a last one with the numbers. Refuses to leave anything out.

use serde::Serialize;

use super::Report;

/// All rows, one a line.
pub fn json(report: &Report) -> String {
    let mut text = String::new();
    for row in report.worst_first().iter().flat_map(|release| release.rows()) {
        put(&mut text, row);
    }
    put(&mut text, &report.summary());
    text
}

/// Adds a line. What is a text, a number or a tree of these can always be written.
pub(crate) fn put(text: &mut String, row: &impl Serialize) {
    if let Ok(line) = serde_json::to_string(row) {
        text.push_str(&line);
        text.push('\n');
    }
}
