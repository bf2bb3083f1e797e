//! The report as JSON lines: a row for each finding, also those that do not count,
//! and a last one with the numbers. Refuses to leave anything out.

use serde::Serialize;

use super::Report;
use crate::place::is_unseen;

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
/// What a terminal would obey is escaped: lines are looked at, too.
pub(crate) fn put(text: &mut String, row: &impl Serialize) {
    if let Ok(line) = serde_json::to_string(row) {
        for c in line.chars() {
            if is_unseen(c) {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    text.push_str(&format!("\\u{unit:04x}"));
                }
            } else {
                text.push(c);
            }
        }
        text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_can_be_looked_at_and_read_back() {
        let value = "a\u{9b}31m\u{202e}b\u{2028}\u{1b}\n\u{e9}\u{e0041}";
        let mut text = String::new();
        put(&mut text, &value);
        let shown = "\"a\\u009b31m\\u202eb\\u2028\\u001b\\n\u{e9}\\udb40\\udc41\"\n";
        assert_eq!(text, shown);
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), value);
    }
}
