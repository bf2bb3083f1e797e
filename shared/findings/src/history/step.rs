//! From one check to the next: what is new.
//!
//! A release that is not in the report stays as it is: it may not have been selected. A
//! helmfile that could not tell its releases, and is not in the report, can again.
//! Refuses to look at what is pending and at what is ignored.

use helmfire_inputs::Print;

use super::{Event, Known, State, What};
use crate::{Class, ReleaseReport, Report, Row, time};

/// What is known after `report`, and what has happened since `previous`; `now` in
/// seconds since 1970.
pub fn step(previous: &State, report: &Report, now: u64) -> (State, Vec<Event>) {
    let mut state = previous.clone();
    let mut events = Vec::new();
    for release in &report.releases {
        let known = state.get(release).cloned().unwrap_or_else(|| Known::of(release));
        state.put(after(known, release, now, &mut events));
    }
    // A helmfile that tells its releases again is in no report.
    let is_told =
        |known: &Known| report.releases.iter().any(|release| known.is(release));
    let is_over = |known: &&Known| !known.helmfile.is_empty() && !is_told(known);
    for known in previous.releases.iter().filter(is_over) {
        events.push(Event::new(now, known, What::KnownAgain, None, [].into_iter()));
        state.put(Known { unknown_since: None, ..known.clone() });
    }
    (state, events)
}

fn after(
    mut known: Known,
    release: &ReleaseReport,
    now: u64,
    events: &mut Vec<Event>,
) -> Known {
    let mut tell = |what: What, print: Option<Print>, class: Option<Class>| {
        let is_told = |row: &&Row| Some(row.class) == class && row.counts();
        let rows = release.rows().iter().filter(is_told);
        events.push(Event::new(now, &Known::of(release), what, print, rows));
    };
    if release.is_drift_unknown() {
        if known.unknown_since.is_none() {
            known.unknown_since = Some(time::text(now));
            tell(What::Unknown, known.fingerprint, Some(Class::Unknown));
        }
        // What is seen all the same is new; what is not seen may still be there.
        if let (None, Some(print)) = (known.fingerprint, release.fingerprint()) {
            known.first_seen = Some(time::text(now));
            known.fingerprint = Some(print);
            tell(What::FirstSeen, Some(print), Some(Class::Drift));
        }
        return known;
    }
    if known.unknown_since.take().is_some() {
        tell(What::KnownAgain, known.fingerprint, None);
    }
    match (known.fingerprint, release.fingerprint()) {
        (None, Some(print)) => {
            known.first_seen = Some(time::text(now));
            tell(What::FirstSeen, Some(print), Some(Class::Drift));
        }
        (Some(before), Some(print)) if before != print => {
            tell(What::Changed, Some(print), Some(Class::Drift));
        }
        (Some(before), None) => {
            known.first_seen = None;
            tell(What::Gone, Some(before), None);
        }
        _ => {}
    }
    known.fingerprint = release.fingerprint();
    known
}
