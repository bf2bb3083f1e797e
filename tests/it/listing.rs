//! What `helmfire-postrender` tells about a run: list, check, strict, report.

use std::fs;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::filter::Filter;
use crate::postrender::{INPUT, OUTPUT, RULES, fails, filter};
use crate::support::trials;

trials!(
    lists,
    lists_as_json,
    checks,
    strict_names_unused_rules,
    verbosity,
    reports,
    reports_of_eight_processes_stay_whole,
);

fn lists() {
    let table = "\
KIND        NAMESPACE  NAME  PATH           IMAGE    REPLACEMENT   RULE
Deployment  shop       web   image          nginx:1  m.test/web:2  helmfire.toml:2
Job         -          once  spec[0].image  redis:7  -             -
";
    assert_eq!(filter().args(["--list"]).run(INPUT).done(), table);
    let without_rules = Filter::new("").args(["--list"]).run("image: nginx:1\n");
    assert!(without_rules.done().contains("nginx:1"), "lists what it finds");
}

fn lists_as_json() {
    let listed = filter().args(["--list", "--json"]).run(INPUT).done();
    let rows: Vec<Value> =
        listed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected = [
        json!({
            "v": 1, "document": 1, "kind": "Deployment", "namespace": "shop",
            "name": "web", "path": "image", "image": "nginx:1",
            "replacement": "m.test/web:2", "rule": 2,
        }),
        json!({
            "v": 1, "document": 2, "kind": "Job", "name": "once",
            "path": "spec[0].image", "image": "redis:7",
        }),
    ];
    assert_eq!(rows, expected);
    assert!(listed.starts_with("{\"v\":1,\"document\":1,"), "{listed}");
}

fn checks() {
    let check = |input: &str| {
        let outcome = filter().args(["--check"]).run(input);
        assert_eq!((outcome.text(), outcome.stderr.as_str()), ("", ""));
        outcome.code
    };
    assert_eq!(check(INPUT), Some(2));
    assert_eq!(check(OUTPUT), Some(0), "what is replaced is not replaced again");
    assert_eq!(check(""), Some(0));
}

fn strict_names_unused_rules() {
    let strict = || filter().args(["--strict"]);
    let strict_run = strict();
    let outcome = strict_run.run(INPUT);
    assert_eq!(outcome.text(), OUTPUT, "the output is complete all the same");
    let file = strict_run.path("helmfire.toml");
    let said = format!(
        "a rule matched no image ({}:6), and --strict forbids that",
        file.display()
    );
    fails(&outcome, 1, &said);
    let used = INPUT.replace("kind: Job", "kind: Deployment");
    assert_eq!(strict().run(used).code, Some(0));
    let unused = strict().run("a: b\n");
    assert_eq!((unused.text(), unused.code), ("a: b\n", Some(1)));
    assert_eq!(Filter::new("").args(["--strict"]).run(INPUT).done(), INPUT);
}

fn verbosity() {
    let said = filter().args(["-v"]).run("kind: Pod\nimage: nginx:1\n").stderr;
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with("helmfire-postrender: 2 image rules from "), "{said}");
    assert_eq!(
        lines[1..],
        ["helmfire-postrender: nginx:1 -> m.test/web:2 in Pod without name at image \
          (stdin, helmfire.toml:2)"]
    );
}

fn reports() {
    let filter = filter()
        .args(["--report", "r"])
        .variable("HELMFIRE_RELEASE", "shop")
        .variable("HELMFIRE_REPORT", "unused");
    filter.run(INPUT).done();
    filter.run(INPUT).done();
    let line = json!({
        "v": 1, "type": "replacement", "release": "shop", "document": 1,
        "kind": "Deployment", "namespace": "shop", "name": "web", "path": "image",
        "image": "nginx:1", "replacement": "m.test/web:2", "rule": 2,
    });
    let report = filter.read("r");
    let lines: Vec<Value> =
        report.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines, [line.clone(), line], "it is appended to");
    assert!(!filter.path("unused").exists());
    let impossible = Filter::new(RULES).args(["--report", "no/dir"]).run(INPUT);
    fails(&impossible, 1, "report file no/dir: No such file or directory (os error 2)");
    assert_eq!(impossible.text(), "");
}

fn reports_of_eight_processes_stay_whole() {
    let filter = filter().variable("HELMFIRE_REPORT", "r");
    let input = "kind: Deployment\nmetadata: {name: web}\nimage: nginx:1\n---\n";
    fs::write(filter.path("in"), input.repeat(500)).unwrap();
    let run = |_| {
        let mut command = filter.command();
        command.arg("in").stdout(Stdio::null()).spawn().unwrap()
    };
    for mut child in (0..8).map(run).collect::<Vec<_>>() {
        assert!(child.wait().unwrap().success());
    }
    let report = filter.read("r");
    let whole = |line: &&str| serde_json::from_str::<Value>(line).is_ok();
    assert_eq!(report.lines().filter(whole).count(), 8 * 500);
    assert_eq!(report.lines().count(), 8 * 500);
}
