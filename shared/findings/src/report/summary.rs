//! The report in one line: for a status bar, a subject, a chat.

use std::collections::BTreeMap;

use super::{ReleaseReport, Report};
use crate::place::visible;

/// How many releases are named before the rest is counted.
const NAMED: usize = 5;

/// `50 releases: 47 clean, 2 drifted (web, api), 1 unknown (db); score 40`
pub fn summary(report: &Report) -> String {
    let numbers = report.summary();
    let mut parts = Vec::new();
    let all = report.worst_first();
    let mut part = |count: usize, what: &str, is: fn(&ReleaseReport) -> bool| {
        if count > 0 {
            let them = all.iter().filter(|it| is(it)).map(|it| called(report, it));
            parts.push(format!("{count} {what} ({})", list(&them.collect::<Vec<_>>())));
        }
    };
    part(numbers.drifted, "drifted", ReleaseReport::is_drifted);
    part(numbers.pending, "pending", ReleaseReport::is_pending);
    part(numbers.unknown, "unknown", ReleaseReport::is_unknown);
    if numbers.clean > 0 || parts.is_empty() {
        parts.insert(0, format!("{} clean", numbers.clean));
    }
    let plural = if numbers.checked == 1 { "" } else { "s" };
    let mut line = format!(
        "{} release{plural}: {}; score {}",
        numbers.checked,
        parts.join(", "),
        numbers.score
    );
    if numbers.ignored > 0 {
        line.push_str(&format!(", {} ignored", numbers.ignored));
    }
    line
}

/// The first names, and how many more there are.
pub(super) fn list(names: &[String]) -> String {
    match names.len().checked_sub(NAMED) {
        None | Some(0) => names.join(", "),
        Some(more) => format!("{} and {more} more", names[..NAMED].join(", ")),
    }
}

/// Its name; with namespace and context if another one has the same.
fn called(report: &Report, release: &ReleaseReport) -> String {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for release in &report.releases {
        *names.entry(release.name()).or_default() += 1;
    }
    let name = release.name();
    if names.get(name) == Some(&1) {
        visible(name)
    } else {
        visible(&release.id().to_string())
    }
}
