//! Times: RFC 3339 as the API writes it, and how long ago that is.
//!
//! The time is passed in, so that a report of the same findings is the same text.
//! Refuses to look at a clock.

use std::time::{Duration, UNIX_EPOCH};

/// Seconds since 1970 of `2026-11-26T08:11:21Z`.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let time = humantime::parse_rfc3339(text).ok()?;
    Some(time.duration_since(UNIX_EPOCH).ok()?.as_secs())
}

/// `2026-11-26T08:11:21Z`; the last second that has such a form for later ones.
pub(crate) fn text(seconds: u64) -> String {
    const LAST: u64 = 253_402_300_799;
    let time = UNIX_EPOCH + Duration::from_secs(seconds.min(LAST));
    humantime::format_rfc3339_seconds(time).to_string()
}

/// `12 min`
pub(crate) fn length(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// `12 min ago`; the clock of a server may be ahead of ours.
pub(crate) fn ago(then: u64, now: u64) -> String {
    match now.checked_sub(then) {
        None | Some(0) => "just now".into(),
        Some(seconds) => format!("{} ago", length(seconds)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let time = "2026-11-26T08:11:21Z";
        assert_eq!(parse(time).map(text).as_deref(), Some(time));
        assert_eq!(parse("2026-11-26"), None);
        assert_eq!(text(u64::MAX), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn how_long_ago() {
        for (seconds, expected) in [
            (0, "just now"),
            (59, "59 s ago"),
            (60, "1 min ago"),
            (3599, "59 min ago"),
            (3600, "1 h ago"),
            (172_799, "47 h ago"),
            (172_800, "2 d ago"),
        ] {
            assert_eq!(ago(1_000_000, 1_000_000 + seconds), expected);
        }
        assert_eq!(ago(2, 1), "just now");
    }
}
