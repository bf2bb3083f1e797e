//! examples/rules.toml shows every feature, so it has to be right.

use std::fs;
use std::path::Path;

use helmfire_rules::ignore::Preset;
use helmfire_rules::{FieldForm, Limits, Pattern, Rules};

#[test]
fn the_example_is_good_and_complete() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/rules.toml");
    let rules = Rules::load_from(&path).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let keys = ["version", "from", "regex", "to", "digest", "group", "chart-roots"];
    let of_ignore = ["paths", "target", "jqPathExpressions", "managedFieldsManagers"];
    let of_both = ["preset", "reason", "until", "release", "name", "kind"];
    for key in [&keys[..], &of_ignore, &of_both].concat() {
        assert!(text.contains(&format!("\n{key}")), "{key} is not shown");
    }
    let images: Vec<_> = rules.images.iter().collect();
    let shown =
        |wanted: fn(&Pattern) -> bool| images.iter().any(|r| wanted(&r.pattern));
    assert!(shown(|p| matches!(p, Pattern::Exact { tag: Some(_), .. })));
    assert!(shown(|p| matches!(p, Pattern::Exact { digest: Some(_), .. })));
    assert!(shown(|p| matches!(p, Pattern::Repository(_))));
    assert!(shown(|p| matches!(p, Pattern::Prefix(_))));
    assert!(shown(|p| matches!(p, Pattern::Regex(_))));
    for (number, name) in Limits::NAMES.iter().enumerate() {
        let set = images.iter().any(|rule| rule.limits.all()[number].is_some());
        assert!(set, "no image rule is limited by {name}");
    }
    for form in [FieldForm::Reference, FieldForm::AfterEquals, FieldForm::EmbeddedYaml]
    {
        assert!(rules.fields.iter().any(|rule| rule.form == form), "{form:?}");
    }
    assert!(Preset::NAMES.iter().all(|name| text.contains(name)));
    assert_eq!(rules.ignores.len(), 4);
    assert!(!rules.charts.is_empty() && !rules.chart_roots.is_empty());
}
