//! Something that does not work for now. The same message is not told at each
//! attempt: an editor that saves every second would fill the screen with it.

use super::Time;

/// After what time the same message is worth being told again.
const AGAIN: Time = Time::from_secs(300);

#[derive(Debug, Default)]
pub(super) struct Trouble {
    told: Option<(String, Time)>,
}

impl Trouble {
    pub fn persists(&self) -> bool {
        self.told.is_some()
    }

    /// It does not work because of `message`. Whether to say so.
    pub fn begin(&mut self, message: &str, now: Time) -> bool {
        let known = self.told.as_ref().is_some_and(|(told, at)| {
            told == message && now < at.saturating_add(AGAIN)
        });
        if !known {
            self.told = Some((message.into(), now));
        }
        !known
    }

    /// It works. Whether that is news.
    pub fn end(&mut self) -> bool {
        self.told.take().is_some()
    }
}
