//! `--interval`: check again and again.
//!
//! From one beginning to the next it is the interval, and a little more, so that many
//! that were started together do not all ask at once. A check that takes longer is not
//! overlapped: the next begins when it has ended. A line per check; the whole report
//! when it is not what it was.

use std::thread;
use std::time::{Duration, Instant};

use helmfire_cli::Exit;
use helmfire_findings::{ReleaseReport, Report};

use crate::check::Check;

/// Checks until a signal ends it, or an error.
pub fn repeat(check: &Check<'_>, interval: Duration) -> anyhow::Result<Exit> {
    let mut before: Option<Vec<String>> = None;
    loop {
        let start = Instant::now();
        let report = check.look()?;
        let gist = gist(&report);
        if before.as_ref() == Some(&gist) {
            check.print_line(&report)?;
        } else {
            check.print_anew(&report)?;
        }
        before = Some(gist);
        thread::sleep(pause(interval, start.elapsed(), noise()));
    }
}

/// What makes a report another one: what was found, not when and how fast.
fn gist(report: &Report) -> Vec<String> {
    let rows = report.releases.iter().flat_map(ReleaseReport::rows);
    rows.map(|row| serde_json::to_string(row).unwrap_or_default()).collect()
}

/// How long to wait after a check that took `elapsed`; `noise` is between 0 and 1.
fn pause(interval: Duration, elapsed: Duration, noise: f64) -> Duration {
    (interval + interval.mul_f64(noise / 10.0)).saturating_sub(elapsed)
}

/// Something between 0 and 1 that differs between processes and moments.
fn noise() -> f64 {
    use std::hash::{BuildHasher, RandomState};
    let bits = RandomState::new().hash_one(Instant::now()) >> 32;
    f64::from(u32::try_from(bits).unwrap_or_default()) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_is_an_interval_after_the_last() {
        let seconds = Duration::from_secs;
        assert_eq!(pause(seconds(60), seconds(20), 0.0), seconds(40));
        assert_eq!(pause(seconds(60), seconds(20), 1.0), seconds(46));
        assert_eq!(pause(seconds(60), seconds(90), 0.5), Duration::ZERO);
        assert!((0..100).all(|_| (0.0..=1.0).contains(&noise())));
    }
}
