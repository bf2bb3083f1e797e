//! How bad it is in one number, 0 to 100.
//!
//! A release's score is the sum over its drift that counts, 2 for each low one, 10
//! for each medium, 40 for each high, and at most 100. The fleet's is that of its
//! worst release: an average would hide the one that is broken among fifty that are
//! well. Pending changes do not count: they are somebody's intention. Refuses to
//! measure by the length of anything.

use crate::Severity;

/// The score of a release with drift of these severities.
pub fn release(severities: impl IntoIterator<Item = Severity>) -> u8 {
    let sum = severities.into_iter().map(weight).fold(0, u8::saturating_add);
    sum.min(100)
}

/// The score of all releases.
pub fn fleet(releases: impl IntoIterator<Item = u8>) -> u8 {
    releases.into_iter().max().unwrap_or(0)
}

fn weight(severity: Severity) -> u8 {
    match severity {
        Severity::Low => 2,
        Severity::Medium => 10,
        Severity::High => 40,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_within_a_hundred() {
        assert_eq!(release([]), 0);
        assert_eq!(release([Severity::Low, Severity::Medium, Severity::High]), 52);
        assert_eq!(release([Severity::High; 3]), 100);
        assert_eq!(release([Severity::High; 300]), 100);
        assert_eq!((fleet([]), fleet([3, 40, 2])), (0, 40));
    }
}
