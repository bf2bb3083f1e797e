//! What is said when helmfile has ended.

use std::fs;

use super::{Front, IMAGE};
use crate::support::trials;

trials!(
    one_line_tells_it,
    verbose_tells_each,
    json_is_for_programs,
    nothing_rendered_nothing_said,
    warnings_are_passed_on,
    the_users_report_gets_the_lines,
);

const RULES: &str = "\
[[image]]
from = \"nginx\"
to = \"x\"
[[image]]
from = \"redis\"
to = \"y\"
";

const REPORT: &str = r#"{"v":1,"type":"render","release":"web","chart":"./web","command":"diff upgrade"}
{"v":1,"type":"replacement","release":"web","document":1,"kind":"Deployment","name":"web","path":"spec.image","image":"nginx:1","replacement":"x:1","rule":2}
{"v":1,"type":"replacement","release":"web","document":1,"kind":"Deployment","name":"web","path":"spec.image","image":"nginx:1","replacement":"x:1","rule":2}
{"v":1,"type":"replacement","release":"db","document":1,"kind":"Deployment","name":"db","path":"spec.image","image":"nginx:1","replacement":"x:1","rule":2}
"#;

const SUMMARY: &str =
    "helmfire: 2 images replaced in 2 releases; rule helmfire.toml:5 matched nothing\n";

fn reporting(report: &str) -> Front {
    let front = Front::new().rules(RULES);
    front.answer("report", report);
    front
}

fn one_line_tells_it() {
    let front = reporting(REPORT);
    let said = format!("to stderr\n{SUMMARY}");
    assert_eq!(front.run(&["apply"]), (0, "to stdout\n".into(), said));
    for quiet in ["-q", "--quiet", "--summary=none", "--log-level=error"] {
        assert_eq!(front.run(&["apply", quiet]).2, "to stderr\n", "{quiet}");
    }
    front.answer("code", "1");
    let (code, _, said) = front.run(&["apply"]);
    assert!(code == 1 && said.ends_with(SUMMARY), "{said}");
    assert!(front.run(&["--color=always", "apply"]).2.contains("\x1b["));
    assert!(!front.run(&["--no-color", "apply"]).2.contains("\x1b["));
}

fn verbose_tells_each() {
    let front = reporting(REPORT);
    for verbose in [&["-v"][..], &["--debug"], &["--log-level", "debug"]] {
        let (_, _, said) = front.run(&[verbose, &["apply"]].concat());
        let line = "helmfire: nginx:1 -> x:1 in Deployment db at spec.image (release db, \
                    helmfire.toml:2)\n";
        assert!(said.contains(line), "{said}");
        assert_eq!(said.matches(" -> ").count(), 2);
    }
}

fn json_is_for_programs() {
    let front = reporting(REPORT);
    for words in
        [&["--summary", "json", "apply"][..], &["-q", "apply", "--summary=json"]]
    {
        let (_, out, said) = front.run(words);
        assert_eq!(out, "to stdout\n");
        let line = said.strip_prefix("to stderr\n").unwrap();
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        let file = front.project().join("helmfire.toml");
        let expected = serde_json::json!({
            "v": 1, "images": 2, "releases": 2, "charts": 0,
            "unused": [{"file": file, "line": 5}], "warnings": [], "errors": [],
        });
        assert_eq!(json, expected);
    }
}

fn nothing_rendered_nothing_said() {
    let front = reporting("");
    for format in ["text", "json", "none"] {
        assert_eq!(front.run(&["apply", "--summary", format]).2, "to stderr\n");
    }
    let front = Front::new().rules(IMAGE);
    front.answer(
        "report",
        r#"{"v":1,"type":"render","release":"web","command":"upgrade"}"#,
    );
    let said =
        "to stderr\nhelmfire: nothing replaced; rule helmfire.toml:2 matched nothing\n";
    assert_eq!(front.run(&["sync"]).2, said);
}

fn warnings_are_passed_on() {
    let report = r#"{"v":1,"type":"warning","release":"web","message":"one"}
{"v":1,"type":"warning","release":"db","message":"one"}
{"v":1,"type":"error","release":"db","message":"two"}
not json
"#;
    let said = "to stderr\nhelmfire: one\nhelmfire: two\n";
    assert_eq!(reporting(report).run(&["sync"]).2, said);
    assert_eq!(reporting(report).run(&["-q", "sync"]).2, "to stderr\nhelmfire: two\n");
}

fn the_users_report_gets_the_lines() {
    let mut front = reporting(REPORT);
    let report = front.path("report.jsonl");
    fs::write(&report, "before\n").unwrap();
    front.set("HELMFIRE_REPORT", report.to_str().unwrap());
    front.run(&["sync"]);
    assert_ne!(front.variable("HELMFIRE_REPORT").as_deref(), report.to_str());
    assert_eq!(fs::read_to_string(&report).unwrap(), format!("before\n{REPORT}"));
}
