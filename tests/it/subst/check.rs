//! `helmfire-subst check`

use std::fs;

use super::{Project, TWO};
use crate::support::trials;

trials!(
    check_is_silent_about_a_good_file,
    check_reports_every_fault,
    check_knows_ignore_rules,
    check_looks_at_charts
);

fn check_is_silent_about_a_good_file() {
    let project = Project::with(TWO);
    project.chart("charts/db");
    assert_eq!(
        project.said(&["check"]),
        "helmfire-subst: helmfire.toml is good: 1 image rule, 0 field rules, 1 chart rule, 0 ignore rules\n"
    );
    assert_eq!(project.said(&["check", "-q"]), "");
    assert_eq!(
        Project::new().said(&["check"]),
        "helmfire-subst: there is no helmfire.toml here or above, so there are no rules\n"
    );
}

fn check_reports_every_fault() {
    let text = "version = 1\n\n[[image]]\nform = \"a\"\nto = \"b\"\n\n\
                [[image]]\nfrom = \"Nginx\"\nto = \"b\"\n\n[[chrat]]\n";
    let project = Project::with(text);
    let (code, out, said) = project.run(&["check", "--quiet"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert_eq!(
        said,
        "\
helmfire-subst: [[image]] needs 'from' or 'regex' (helmfire.toml:3:1)
helmfire-subst: unknown key 'form' in [[image]] (helmfire.toml:4:1), did you mean 'from'?
helmfire-subst: 'Nginx' is not an image reference: the repository name must be lower case (helmfire.toml:8:8), did you mean 'nginx'?
helmfire-subst: unknown key 'chrat' in the file (helmfire.toml:11:3), did you mean 'chart'?
"
    );
}

fn check_knows_ignore_rules() {
    let rule = "[[ignore]]\npreset = \"hpa-replicas\"\n";
    assert_eq!(
        Project::with(rule).said(&["check"]),
        "helmfire-subst: helmfire.toml is good: 0 image rules, 0 field rules, 0 chart rules, 1 ignore rule\n"
    );
    let text =
        format!("{rule}[[ignore]]\njqPathExpressions = [\".a | keys\"]\nkind = \"\"\n");
    let (code, _, said) = Project::with(&text).run(&["check"]);
    assert_eq!(code, 1);
    assert_eq!(
        said,
        "\
helmfire-subst: 'keys' cannot stand here in a jq expression (helmfire.toml:4:28), supported are .a.b, .\"a.b\", .[\"k\"], [n], [], a '?' behind any of them, and [] | select(.name == \"x\")
helmfire-subst: 'kind' in [[ignore]] is empty (helmfire.toml:5:8)
"
    );
}

fn check_looks_at_charts() {
    let text = format!("{TWO}\n[[chart]]\nfrom = \"a/b\"\nto = \"charts/db\"\n");
    let project = Project::with(&text);
    project.chart("charts/db");
    project.said(&["check"]);
    fs::remove_file(project.path().join("charts/db/Chart.yaml")).unwrap();
    let (code, _, said) = project.run(&["check"]);
    assert_eq!(code, 1);
    assert_eq!(
        said,
        "\
helmfire-subst: ./charts/db is not a chart: Chart.yaml: No such file or directory (os error 2) (helmfire.toml:10)
helmfire-subst: charts/db is not a chart: Chart.yaml: No such file or directory (os error 2) (helmfire.toml:15)
"
    );
}
