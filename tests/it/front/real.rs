//! The real helmfile and both helms, without a cluster.

use libtest_mimic::Trial;

use super::{Front, outcome};
use crate::bed::{HELMS, RULES, expected, images, replaced};
use crate::support::{Need, trial_needing};

pub fn trials() -> Vec<Trial> {
    let needs = ["helm3", "helm4", "helmfile"].map(Need::Tool);
    let tests: [(&str, fn()); 5] = [
        ("images_are_replaced", images_are_replaced),
        (
            "without_rules_the_output_is_helmfiles",
            without_rules_the_output_is_helmfiles,
        ),
        ("exit_codes_are_helmfiles", exit_codes_are_helmfiles),
        ("a_chart_is_swapped", a_chart_is_swapped),
        ("a_dry_run_changes_nothing", a_dry_run_changes_nothing),
    ];
    tests
        .map(|(name, test)| {
            trial_needing(&needs, &format!("front::real::{name}"), test)
        })
        .into()
}

fn helmfile(front: &Front, words: &[&str]) -> super::Outcome {
    outcome(&mut front.command_of(&front.bin().join("helmfile"), words))
}

fn images_are_replaced() {
    for helm in HELMS {
        let front = Front::real(helm);
        let before = images(&helmfile(&front, &["template"]).1);
        assert!(before.len() > 5, "{before:?}");
        front.write("helmfire.toml", RULES);
        let (code, out, said) = front.run(&["template"]);
        assert_eq!(code, 0, "{said}");
        assert_eq!(images(&out), expected(&before), "{helm}");
        let changed = before.iter().filter(|image| replaced(image) != **image).count();
        let summary = format!("helmfire: {changed} images replaced in 5 releases\n");
        assert!(said.ends_with(&summary), "{summary}{said}");
        assert!(front.leftovers().is_empty(), "{:?}", front.leftovers());
    }
}

fn without_rules_the_output_is_helmfiles() {
    for helm in HELMS {
        let front = Front::real(helm).rules("version = 1\n");
        for words in [
            &["template"][..],
            &["list"],
            &["build"],
            &["--sequential-helmfiles", "lint"],
        ] {
            let (code, out, _) = front.run(words);
            let (plain_code, plain, _) = helmfile(&front, words);
            assert_eq!((code, out), (plain_code, plain), "{helm} {words:?}");
        }
    }
}

fn exit_codes_are_helmfiles() {
    let front = Front::real("helm3").rules(RULES);
    let compare = |words: &[&str], expected: i32| {
        let (code, _, said) = front.run(words);
        let (plain_code, _, plain) = helmfile(&front, words);
        assert_eq!((code, plain_code), (expected, expected), "{words:?}");
        assert_eq!(said.lines().next(), plain.lines().next(), "{words:?}");
    };
    compare(&["template", "-l", "name=none"], 3);
    compare(&["template", "--nonsense"], 3);
    compare(&["-e", "nowhere", "template"], 3);
    compare(&["-f", "nowhere.yaml", "template"], 1);
    compare(&["sync", "-l", "name=web"], 1);
    // With a question before the run, too.
    front.write("other.yaml", "# helmBinary\n");
    compare(&["-e", "nowhere", "template"], 3);
}

const LOCAL: &str = "\
[[chart]]
from = \"./charts/web\"
to = \"./mine\"
release = \"web\"
";

fn a_chart_is_swapped() {
    for helm in HELMS {
        let front = Front::real(helm).rules(LOCAL);
        front.write("mine/Chart.yaml", "apiVersion: v2\nname: mine\nversion: 9.9.9\n");
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: mine\n";
        front.write("mine/templates/map.yaml", map);
        let (code, out, said) = front.run(&["template"]);
        assert_eq!(code, 0, "{said}");
        assert!(out.contains("# Source: mine/templates/map.yaml"), "{out}");
        assert!(!out.contains("# Source: web/"), "{out}");
        assert!(out.contains("# Source: db/"), "{out}");
        assert!(said.ends_with("helmfire: 1 chart swapped\n"), "{said}");
        let (code, _, said) = front.run(&["-l", "name=db", "template"]);
        let unused =
            "helmfire: nothing replaced; rule helmfire.toml:2 matched nothing\n";
        assert!(code == 0 && said.ends_with(unused), "{said}");
        // The rule's chart is not the release's.
        front.write("helmfire.toml", &LOCAL.replace("charts/web", "charts/other"));
        let (code, _, said) = front.run(&["template"]);
        assert!(code == 1 && said.contains("(helmfire.toml:2)"), "{said}");
        assert!(front.leftovers().is_empty(), "{:?}", front.leftovers());
    }
}

fn a_dry_run_changes_nothing() {
    let front = Front::real("helm3").rules(RULES);
    let words = ["sync", "--dry-run", "--wait", "-l", "name=web"];
    let (code, out, said) = front.run(&words);
    assert_eq!(code, 0, "{said}");
    assert!(images(&out).contains(&"localhost:5000/nginx:dev".to_string()), "{out}");
    assert!(said.contains("helm-diff is not installed"), "{said}");
    assert!(said.contains("does not know --wait, left out"), "{said}");
}
