//! The private cache of a run with chart rules.

use std::fs;
use std::path::Path;

use super::{Front, IMAGE};
use crate::support::trials;

trials!(
    a_named_chart_is_not_in_the_runs_cache,
    what_was_fetched_is_kept,
    without_chart_rules_the_cache_is_the_users,
);

const RULE: &str = "[[chart]]\nfrom = \"oci://h/web\"\nto = \"./web\"\n";

/// Fetches a chart as helmfile would, and fakes the swap of one that a rule names.
const FETCHING: &str = r#"#!/bin/sh
case "$*" in *list*) exit ;; esac
cd "$HELMFILE_CACHE_HOME" || exit
find . -name Chart.yaml >"$(dirname "$0")/seen"
mkdir -p oci__h/new/1.0.0/new oci__h/web/1.0.0/web
touch oci__h/new/1.0.0/new/Chart.yaml oci__h/web/1.0.0/web/Chart.yaml
exit "$(cat "$(dirname "$0")/code")"
"#;

fn cached(front: &Front, path: &str) -> bool {
    front.path("home/.cache/helmfile").join(path).exists()
}

fn with_cache() -> Front {
    let front = Front::new().rules(RULE);
    let cache = front.path("home/.cache/helmfile");
    for chart in ["oci__h/web/0.1.0/web", "oci__h/db/0.1.0/db"] {
        fs::create_dir_all(cache.join(chart)).unwrap();
        fs::write(cache.join(chart).join("Chart.yaml"), "").unwrap();
    }
    front.program("helmfile", FETCHING);
    front
}

fn a_named_chart_is_not_in_the_runs_cache() {
    let front = with_cache();
    let (code, _, said) = front.run(&["sync"]);
    assert_eq!(code, 0, "{said}");
    let seen = fs::read_to_string(front.bin().join("seen")).unwrap();
    assert_eq!(seen, "./oci__h/db/0.1.0/db/Chart.yaml\n");
    assert!(cached(&front, "oci__h/web/0.1.0/web/Chart.yaml"), "it stays where it was");
    assert!(front.leftovers().is_empty());
}

fn what_was_fetched_is_kept() {
    for (code, kept) in [("0", true), ("1", false)] {
        let front = with_cache();
        front.answer("code", code);
        front.run(&["sync"]);
        assert_eq!(cached(&front, "oci__h/new/1.0.0/new/Chart.yaml"), kept);
        assert!(!cached(&front, "oci__h/web/1.0.0"), "never a swapped one");
    }
}

fn without_chart_rules_the_cache_is_the_users() {
    let mut front = Front::new().rules(IMAGE);
    front.set("HELMFILE_CACHE_HOME", "/my/cache");
    front.run(&["sync"]);
    assert_eq!(front.variable("HELMFILE_CACHE_HOME").as_deref(), Some("/my/cache"));
    let mut front = Front::new().rules(RULE);
    let users = front.path("mine");
    fs::create_dir_all(users.join("oci__h/db")).unwrap();
    front.set("HELMFILE_CACHE_HOME", users.to_str().unwrap());
    front.run(&["sync"]);
    let home = front.variable("HELMFILE_CACHE_HOME").unwrap();
    let run = front.variable("HELMFIRE_RUN").unwrap();
    assert_eq!(Path::new(&home), Path::new(&run).join("cache"));
    let listed = fs::read_to_string(front.bin().join("cache")).unwrap();
    assert!(listed.contains("db"), "{listed}");
}
