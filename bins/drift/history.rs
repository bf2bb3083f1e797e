//! `history`: what earlier checks saw come and go.

use std::io::{self, Write};
use std::time::Duration;

use helmfire_cli::{Exit, Talk, Usage, count};
use helmfire_findings::history::{json, text, timeline};
use helmfire_state::Home;

use crate::check::now;
use crate::cli::HistoryArgs;
use crate::memory::{Memory, Subject};

/// Prints the time line.
pub fn history(args: &HistoryArgs, talk: &Talk) -> anyhow::Result<Exit> {
    let since = args.since.as_deref().map(|text| moment(text, now())).transpose()?;
    let home = Home::open()?;
    let subject = Subject::new(&args.subject.passed(), args.cluster);
    let (events, lost) = Memory::open(subject.directory(&home)?).events()?;
    if lost > 0 {
        talk.warn(&format!("{lost} lines of the history cannot be read"));
    }
    if events.is_empty() {
        talk.note(&format!(
            "nothing was seen yet of {subject}, run helmfire-drift check"
        ));
    }
    let mut shown = timeline(&events, since, args.release.as_deref());
    let namespace = args.namespace.as_deref();
    shown.retain(|it| namespace.is_none_or(|namespace| it.namespace == namespace));
    if shown.is_empty() && !events.is_empty() {
        let all = count(events.len(), "event");
        talk.note(&format!("none of {all} of {subject} is as asked for"));
    }
    let printed = if args.json { json(&shown) } else { text(&shown) };
    let mut out = io::stdout().lock();
    out.write_all(printed.as_bytes())?;
    out.flush()?;
    Ok(Exit::Done)
}

/// A time, or how long ago, in seconds since 1970.
fn moment(text: &str, now: u64) -> Result<u64, Usage> {
    let ago = humantime::parse_duration(text).map(|ago: Duration| ago.as_secs());
    if let Ok(ago) = ago {
        return Ok(now.saturating_sub(ago));
    }
    let time = humantime::parse_rfc3339_weak(text).ok();
    let since = time.and_then(|it| it.duration_since(std::time::UNIX_EPOCH).ok());
    since.map(|it| it.as_secs()).ok_or_else(|| {
        Usage(format!("'{text}' is no time, write 2h, 7d or 2026-11-26T08:00:00Z"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_how_long_ago() {
        assert_eq!(moment("2h", 10_000).unwrap(), 2800);
        assert_eq!(moment("1970-01-01T00:01:00Z", 10_000).unwrap(), 60);
        assert!(moment("yesterday", 0).is_err());
    }
}
