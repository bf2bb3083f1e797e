//! A day of the calendar, as much of it as the end of a rule needs.

use std::fmt;

/// A day, ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// The last day that can be written.
    pub const LAST: Self = Self { year: 9999, month: 12, day: 31 };

    /// The day, if the calendar has it; years have four digits.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4)
            && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u8::from(leap),
            _ => return None,
        };
        let known = year <= 9999 && (1..=days).contains(&day);
        known.then_some(Self { year, month, day })
    }

    /// Reads `2026-12-31`.
    pub fn parse(text: &str) -> Option<Self> {
        let parts = [text.get(..4)?, text.get(5..7)?, text.get(8..)?];
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        let [year, month, day] = parts;
        let separated = text.get(4..5)? == "-" && text.get(7..8)? == "-";
        if !separated || day.len() != 2 || !parts.into_iter().all(digits) {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }
}

/// `2026-12-31`
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints_and_nothing_else() {
        for text in ["2026-12-31", "2024-02-29", "2000-02-29", "0001-01-01"] {
            assert_eq!(Date::parse(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "2026",
            "2026-1-1",
            "2026-02-29",
            "1900-02-29",
            "2026-04-31",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "2026-01-011",
            "2026/01/01",
            "+026-01-01",
            "2026-12-é",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_ordered_by_time() {
        let texts = ["2025-12-31", "2026-01-31", "2026-02-01", "2026-02-02"];
        let days = texts.map(|text| Date::parse(text).unwrap());
        assert!(days.is_sorted_by(|a, b| a < b));
    }
}
