//! The report in one line: for a status bar, a subject, a chat.

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
    let mut line = format!("{} release{plural}: {}", numbers.checked, parts.join(", "));
    // None is no score of what is not known.
    if numbers.drifted > 0 || numbers.unknown == 0 {
        line.push_str(&format!("; score {}", numbers.score));
    }
    if numbers.ignored > 0 {
        line.push_str(&format!(", {} ignored", numbers.ignored));
    }
    match numbers.by_field {
        0 => {}
        1 => line.push_str(", 1 object compared field by field"),
        number => line.push_str(&format!(", {number} objects compared field by field")),
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

/// Its name; with its namespace if another one has the same, and with its context if
/// that is not enough.
fn called(report: &Report, release: &ReleaseReport) -> String {
    let is_alone = |is_like: &dyn Fn(&ReleaseReport) -> bool| {
        report.releases.iter().filter(|it| is_like(it)).count() == 1
    };
    let (name, namespace) = (release.name(), &release.id().namespace);
    if is_alone(&|it| it.name() == name) {
        visible(name)
    } else if is_alone(&|it| it.name() == name && it.id().namespace == *namespace) {
        visible(&format!("{namespace}/{name}"))
    } else {
        visible(&release.id().to_string())
    }
}
