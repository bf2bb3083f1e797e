//! Asking whether a time has come, and remembering the next one that has not. So
//! what is waited for and what is decided can never disagree.

use super::Time;

#[derive(Debug)]
pub(super) struct Alarm {
    now: Time,
    next: Option<Time>,
}

impl Alarm {
    pub fn new(now: Time) -> Self {
        Self { now, next: None }
    }

    /// Whether it is `at` already.
    pub fn due(&mut self, at: Time) -> bool {
        let due = at <= self.now;
        if !due {
            self.next = Some(self.next.map_or(at, |next| next.min(at)));
        }
        due
    }

    /// The first of the times asked for that are still to come.
    pub fn next(&self) -> Option<Time> {
        self.next
    }
}
