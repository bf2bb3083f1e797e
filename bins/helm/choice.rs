//! Which rule is about a chart.

use helmfire_rules::{ChartRule, Place, Rules, Verdict};

use crate::origin::Origin;

/// What the rules say of one chart in one call.
#[derive(Clone, Copy, Debug)]
pub enum Choice<'r> {
    /// No rule is about it.
    Nothing,
    /// This rule is.
    Rule(&'r ChartRule),
    /// This rule may be, but its limits need what the call does not tell.
    Untold(&'r ChartRule),
}

/// The rule for the chart of `origin` in `release` and `namespace`, which may
/// not be known. Of several the one that names it most exactly wins, then the one
/// with more limits, then the first.
pub fn choose<'r>(
    rules: &'r Rules,
    origin: &Origin,
    release: Option<&str>,
    namespace: Option<&str>,
) -> Choice<'r> {
    let place = Place { release, namespace, ..Place::default() };
    let mut fitting: Vec<(usize, &ChartRule)> = rules
        .charts
        .iter()
        .map(|rule| (origin.fit(rule, rules), rule))
        .filter(|(fit, _)| *fit > 0)
        .collect();
    let best = fitting.iter().map(|(fit, _)| *fit).max().unwrap_or_default();
    fitting.retain(|(fit, _)| *fit == best);
    fitting.sort_by_key(|(_, rule)| usize::MAX - rule.limits.count());
    for (_, rule) in fitting {
        match rule.limits.judge(&place) {
            Verdict::Holds => return Choice::Rule(rule),
            Verdict::Unknown => return Choice::Untold(rule),
            Verdict::Fails => {}
        }
    }
    Choice::Nothing
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn line(text: &str, chart: &str, release: Option<&str>) -> String {
        let rules =
            helmfire_rules::file::read(Path::new("helmfire.toml"), text).unwrap();
        match choose(&rules, &Origin::of(chart, None), release, Some("shop")) {
            Choice::Nothing => "none".into(),
            Choice::Rule(rule) => rule.line.to_string(),
            Choice::Untold(rule) => format!("{}?", rule.line),
        }
    }

    const RULES: &str = "[[chart]]
from = 'acme/web'
to = 'a'
[[chart]]
from = 'acme/web'
to = 'b'
release = 'one'
[[chart]]
from = 'oci://h/web'
to = 'c'
namespace = 'other'
";

    #[test]
    fn limits_make_a_rule_win_or_fall_out() {
        assert_eq!(line(RULES, "acme/web", Some("one")), "5");
        assert_eq!(line(RULES, "acme/web", Some("two")), "2");
        assert_eq!(line(RULES, "acme/web", None), "5?");
        assert_eq!(line(RULES, "acme/webapp", Some("one")), "none");
        assert_eq!(line(RULES, "oci://h/web:1.2", Some("one")), "none");
    }
}
