//! A chart rule that was for a release of the run and did nothing.

use super::{CHART, Front};
use crate::support::trials;

trials!(
    the_remote_chart_is_never_used_in_silence,
    a_swap_is_enough,
    other_releases_are_no_matter,
    a_path_that_ends_alike_is_meant,
    failures_come_first,
);

const LIST: &str = r#"[{"name":"db","namespace":"n","enabled":true,"installed":true,"labels":"","chart":"acme/pg","version":""},
{"name":"off","namespace":"n","enabled":false,"installed":true,"labels":"","chart":"acme/pg","version":""}]"#;

const RENDER: &str = "{\"type\":\"render\",\"release\":\"db\"}\n";

const SAID: &str = "helmfire: release db got acme/pg itself, the rule was not applied \
                    (helmfire.toml:2), see 'helmfire-helm --explain'\n";

fn listing(list: &str, report: &str) -> Front {
    let front = Front::new().rules(CHART);
    front.answer("list", list);
    front.answer("report", report);
    front
}

fn the_remote_chart_is_never_used_in_silence() {
    let (code, out, said) = listing(LIST, RENDER).run(&["sync"]);
    assert_eq!((code, out.as_str()), (1, "to stdout\n"));
    let summary = "helmfire: nothing replaced\n";
    assert_eq!(said, format!("to stderr\n{SAID}{summary}"));
    let (code, _, said) = listing(LIST, "").run(&["-q", "lint"]);
    assert_eq!((code, said), (1, format!("to stderr\n{SAID}")));
    let (code, _, said) = listing(LIST, RENDER).run(&["--summary", "json", "sync"]);
    assert!(code == 1 && said.contains("\"errors\":[\"release db got"), "{said}");
}

fn a_swap_is_enough() {
    for release in [r#","release":"db""#, ""] {
        let swap = format!(r#"{{"type":"swap","chart":"acme/pg","rule":2{release}}}"#);
        let (code, _, said) =
            listing(LIST, &format!("{RENDER}{swap}\n")).run(&["sync"]);
        assert_eq!(
            (code, said.as_str()),
            (0, "to stderr\nhelmfire: 1 chart swapped\n")
        );
    }
}

fn other_releases_are_no_matter() {
    let other = LIST.replace("acme/pg", "acme/other");
    for list in [other.as_str(), "[]", ""] {
        let (code, _, said) = listing(list, RENDER).run(&["sync", "-l", "name=db"]);
        assert_eq!(code, 0, "{said}");
        assert!(said.ends_with("rule helmfire.toml:2 matched nothing\n"), "{said}");
    }
    // Nothing was rendered: nothing was deployed.
    assert_eq!(listing(LIST, "").run(&["destroy"]).0, 0);
    let limited = format!("{CHART}release = \"db\"\n");
    let (code, _, said) = listing(&other, RENDER).rules(&limited).run(&["sync"]);
    assert!(code == 1 && said.contains("uses acme/other, not acme/pg"), "{said}");
}

fn a_path_that_ends_alike_is_meant() {
    let rule = CHART.replace("acme/pg", "./charts/pg");
    let list = LIST.replace("acme/pg", "../charts/pg");
    let (code, _, said) = listing(&list, RENDER).rules(&rule).run(&["sync"]);
    assert_eq!(code, 1);
    assert!(said.contains("no release got what the rule is for"), "{said}");
}

fn failures_come_first() {
    let front = listing(LIST, RENDER);
    front.answer("code", "3");
    let (code, _, said) = front.run(&["sync"]);
    assert!(code == 3 && !said.contains("itself"), "{said}");
    let (code, _, said) = listing("no json", RENDER).run(&["sync"]);
    assert_eq!(code, 1);
    assert!(
        said.contains("whether all chart rules were applied is not known"),
        "{said}"
    );
}
