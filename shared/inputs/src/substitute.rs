//! What the rules of helmfire.toml may change in one release: its chart's directory,
//! and the images of what it renders.
//!
//! Rules that cannot be about a release are left out of its fingerprint, so that an
//! edit of them touches it not. Applies no rule.

use std::path::{Path, PathBuf};

use helmfire_rules::{ChartRule, Limits, Place, Rules, Verdict};

use crate::id::Id;
use crate::sameness::{Sameness, sameness};
use helmfire_state::Ink;

/// Whether rules with `limits` may be for objects of the release.
fn may_hold(limits: &Limits, id: &Id) -> bool {
    // What the objects are is not known here, only whose they are.
    let limits = Limits {
        release: limits.release.clone(),
        namespace: limits.namespace.clone(),
        ..Limits::default()
    };
    let namespace = Some(id.namespace.as_str()).filter(|name| !name.is_empty());
    let place = Place { release: Some(&id.name), namespace, ..Place::default() };
    limits.judge(&place) != Verdict::Fails
}

/// The rules that may swap `chart`, which is absolute if it is a path.
fn chart_rules<'r>(
    rules: &'r Rules,
    id: &'r Id,
    chart: &'r str,
) -> impl Iterator<Item = &'r ChartRule> {
    let directory = rules.path.as_deref().and_then(Path::parent);
    let directory = directory.unwrap_or(Path::new(""));
    rules.charts.iter().filter(move |rule| {
        may_hold(&rule.limits, id)
            && sameness(&rule.from, chart, directory) != Sameness::Other
    })
}

/// The directories that may stand in for the chart of a release.
pub(crate) fn directories(rules: &Rules, id: &Id, chart: &str) -> Vec<PathBuf> {
    chart_rules(rules, id, chart).map(|rule| rules.chart_directory(&rule.to)).collect()
}

/// Adds what the rules may do to a release. Where a rule stands does not count.
pub(crate) fn put(rules: &Rules, id: &Id, chart: &str, ink: &mut Ink) {
    for rule in chart_rules(rules, id, chart) {
        ink.put(format!("chart {} {} {:?}", rule.from, rule.to, rule.key().limits));
    }
    let mut applying = 0;
    for rule in rules.images.iter().filter(|rule| may_hold(&rule.limits, id)) {
        let limits = rule.key().limits;
        let kind = rule.pattern.names_repository();
        ink.put(format!("image {kind} {} {} {:?}", rule.from, rule.to, rule.digest));
        ink.put(format!("{limits:?}"));
        applying += 1;
    }
    // Fields say only where images stand.
    for field in rules.fields.iter().filter(|_| applying > 0) {
        ink.put(format!(
            "field {} {:?} {:?} {:?}",
            field.kind, field.group, field.path, field.form
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use helmfire_state::{Key, Print};

    fn print(text: &str, name: &str) -> Print {
        let rules =
            helmfire_rules::file::read("/p/helmfire.toml".as_ref(), text).unwrap();
        let mut ink = Key::new([0; 32]).ink();
        let id = Id { name: name.into(), namespace: "shop".into(), ..Id::default() };
        put(&rules, &id, "/p/charts/web", &mut ink);
        ink.dry()
    }

    #[test]
    fn only_rules_that_may_apply_count() {
        let image = "[[image]]\nfrom = \"nginx\"\nto = \"x/nginx\"\n";
        let none = print("", "web");
        assert_ne!(print(image, "web"), none);
        assert_ne!(print(&format!("{image}kind = \"Job\"\n"), "web"), none);
        assert_eq!(print(&format!("{image}release = \"db\"\n"), "web"), none);
        assert_eq!(print(&format!("# more\n\n{image}"), "web"), print(image, "web"));
        let chart = "[[chart]]\nfrom = \"./charts/web\"\nto = \"./mine\"\n";
        assert_ne!(print(chart, "web"), none);
        let other = chart.replace("/web", "/db");
        assert_eq!(print(&other, "web"), none);
    }
}
