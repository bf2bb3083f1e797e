//! `helmfire-subst chart`

use std::fs;

use predicates::prelude::*;

use super::{Project, failed, outcome};
use crate::support::trials;

trials!(
    chart_is_written_relative_to_the_file,
    chart_must_be_a_chart,
    chart_must_lie_below_chart_roots
);

fn chart_is_written_relative_to_the_file() {
    let project = Project::with("version = 1\n");
    project.chart("charts/db");
    project.chart("elsewhere/db");
    assert_eq!(
        project.said(&["chart", "bitnami/postgresql", "charts/db/", "--release", "db"]),
        "helmfire-subst: chart bitnami/postgresql -> ./charts/db [release=db] (helmfire.toml:4)\n"
    );
    // From another directory, where the file has another name.
    let below = project.path().join("charts");
    let (code, _, said) = outcome(
        project
            .command(&["chart", "a/b", "db", "--file", "../helmfire.toml"])
            .current_dir(&below),
    );
    assert_eq!(
        (code, said.as_str()),
        (0, "helmfire-subst: chart a/b -> ./charts/db (../helmfire.toml:9)\n")
    );
    // Not below the file: in full.
    project.said(&["chart", "c/d", "elsewhere/db", "--file", "charts/own.toml"]);
    let full = project.path().canonicalize().unwrap().join("elsewhere/db");
    let own = fs::read_to_string(project.path().join("charts/own.toml")).unwrap();
    assert_eq!(
        own,
        format!(
            "version = 1\n\n[[chart]]\nfrom = \"c/d\"\nto = \"{}\"\n",
            full.display()
        )
    );
    // A link keeps its name.
    std::os::unix::fs::symlink("elsewhere/db", project.path().join("link")).unwrap();
    project.said(&["chart", "e/f", "link"]);
    assert!(project.text().ends_with("from = \"e/f\"\nto = \"./link\"\n"));
}

fn chart_must_be_a_chart() {
    let project = Project::with("version = 1\n");
    let table = [
        (
            "Chart.yaml",
            "apiVersion: v3\nname: a\nversion: 1.2.3\n",
            "Chart.yaml: apiVersion 'v3' is not v1 or v2",
        ),
        (
            "Chart.yaml",
            "apiVersion: v2\nversion: 1.2.3\n",
            "Chart.yaml: name is missing",
        ),
        (
            "Chart.yaml",
            "apiVersion: v2\nname: a/b\nversion: 1.2.3\n",
            "Chart.yaml: name 'a/b' is not a chart name",
        ),
        ("Chart.yaml", "apiVersion: v2\nname: a\n", "Chart.yaml: version is missing"),
        ("README.md", "", "Chart.yaml: No such file or directory (os error 2)"),
    ];
    for (number, (name, text, reason)) in table.into_iter().enumerate() {
        let directory = format!("chart{number}");
        project.write(&format!("{directory}/{name}"), text);
        assert_eq!(
            project.run(&["chart", "a/b", &directory]),
            failed(1, &format!("{directory} is not a chart: {reason}"))
        );
    }
    assert_eq!(
        project.run(&["chart", "a/b", "nowhere"]),
        failed(
            1,
            "nowhere: No such file or directory (os error 2), name an existing chart directory"
        )
    );
    project.write("chart9/Chart.yaml", "apiVersion: v2\nname: a\nversion: '1.2'\n");
    project
        .command(&["chart", "a/b", "chart9"])
        .assert()
        .code(1)
        .stderr(predicate::str::contains("version '1.2' is not a semantic version"));
    assert_eq!(project.text(), "version = 1\n");
}

fn chart_must_lie_below_chart_roots() {
    let project = Project::with("[security]\nchart-roots = [\"./charts\"]\n");
    project.chart("charts/db");
    project.chart("other/db");
    std::os::unix::fs::symlink("../other/db", project.path().join("charts/out"))
        .unwrap();
    let real = project.path().canonicalize().unwrap().join("other/db");
    for directory in ["other/db", "charts/out"] {
        assert_eq!(
            project.run(&["chart", "a/b", directory]),
            failed(
                1,
                &format!(
                    "{} is outside chart-roots, add its directory to [security] chart-roots \
                     or move the chart",
                    real.display()
                )
            )
        );
    }
    project.said(&["chart", "a/b", "charts/db"]);
}
