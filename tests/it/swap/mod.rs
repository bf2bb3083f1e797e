//! Charts swapped in real deployments: for every way in which helmfile hands a
//! chart to helm, exactly the releases that a rule names get the local one.

mod by_hand;
mod cases;
mod company;
mod dependencies;
mod front;
pub mod site;
mod together;
mod twins;

use std::collections::BTreeMap;

use libtest_mimic::Trial;

use crate::bed::HELMS;
use crate::services::cluster::NEEDS;
use crate::services::packages::served_chart;
use crate::support::{Need, trial_needing};
use cases::{CASES, Case};
use site::{Site, cluster, copy, rendered, succeed};

/// A test under one of the two helms.
type Test = fn(&str);

pub fn trials() -> Vec<Trial> {
    let tools = ["helm3", "helm4", "helmfile", "kustomize", "registry"].map(Need::Tool);
    let programs = [Need::Program("git"), Need::Program("openssl")];
    let needs = [&tools[..], &NEEDS, &programs].concat();
    let mut trials = Vec::new();
    for case in &CASES {
        for helm in HELMS {
            let name = format!("swap::{}::{helm}", case.name);
            trials.push(trial_needing(&needs, &name, move || swapped(case, helm)));
        }
    }
    let others: [(&str, Test); 29] = [
        (
            "every_command_takes_the_local_chart",
            by_hand::every_command_takes_the_local_chart,
        ),
        ("what_is_not_named_is_left_alone", by_hand::what_is_not_named_is_left_alone),
        (
            "a_chart_that_cannot_be_used_is_an_error",
            by_hand::a_chart_that_cannot_be_used_is_an_error,
        ),
        ("what_cannot_be_told_is_said", by_hand::what_cannot_be_told_is_said),
        ("explain_runs_nothing", by_hand::explain_runs_nothing),
        ("a_space_in_its_path_is_said", by_hand::a_space_in_its_path_is_said),
        ("it_does_not_call_itself", by_hand::it_does_not_call_itself),
        ("post_renderers_are_kept", company::post_renderers_are_kept),
        ("image_rules_know_the_release", company::image_rules_know_the_release),
        ("signed_charts_are_still_verified", company::signed_charts_are_still_verified),
        (
            "a_shared_chart_is_swapped_by_namespace",
            company::a_shared_chart_is_swapped_by_namespace,
        ),
        (
            "passwords_and_certificates_still_count",
            company::passwords_and_certificates_still_count,
        ),
        ("twenty_releases_build_once", dependencies::twenty_releases_build_once),
        (
            "patched_charts_keep_their_dependencies",
            dependencies::patched_charts_keep_their_dependencies,
        ),
        (
            "everything_substituted_needs_no_network",
            front::everything_substituted_needs_no_network,
        ),
        (
            "the_users_cache_is_used_for_the_rest",
            front::the_users_cache_is_used_for_the_rest,
        ),
        (
            "a_rule_that_was_not_applied_is_an_error",
            front::a_rule_that_was_not_applied_is_an_error,
        ),
        (
            "the_helm_of_the_helmfile_is_called",
            front::the_helm_of_the_helmfile_is_called,
        ),
        (
            "environments_are_helmfiles_business",
            front::environments_are_helmfiles_business,
        ),
        ("a_rule_for_this_release_must_fit", by_hand::a_rule_for_this_release_must_fit),
        (
            "an_alias_in_the_cache_is_recognised",
            front::an_alias_in_the_cache_is_recognised,
        ),
        (
            "the_rules_of_a_named_helmfile_count",
            front::the_rules_of_a_named_helmfile_count,
        ),
        (
            "another_chart_with_the_same_files_is_left_alone",
            twins::another_chart_with_the_same_files_is_left_alone,
        ),
        ("rules_are_not_chained", twins::rules_are_not_chained),
        ("an_archive_is_swapped", twins::an_archive_is_swapped),
        ("everything_works_at_once", together::everything_works_at_once),
        ("lint_knows_the_releases", front::lint_knows_the_releases),
        ("all_files_find_the_rules", front::all_files_find_the_rules),
        (
            "an_interrupt_leaves_nothing_behind",
            front::an_interrupt_leaves_nothing_behind,
        ),
    ];
    for (name, test) in others {
        for helm in HELMS {
            let name = format!("swap::{name}::{helm}");
            trials.push(trial_needing(&needs, &name, move || test(helm)));
        }
    }
    trials
}

/// A project for `case` with the rule, in the namespace `namespace`.
fn site(case: &Case, helm: &str, limits: &str) -> Site {
    let namespace = format!("{}-{helm}", case.name.replace('_', "-"));
    let site = Site::new(helm, &namespace, case.helmfile);
    let sub = "repositories: [{name: acme, url: REPO}]\nreleases:
- {name: one, namespace: NS, chart: acme/web, version: 0.1.0, values: [{message: uno}]}
- {name: two, namespace: NS, chart: acme/web, version: 0.1.0, values: [{message: due}]}
";
    site.write("sub/helmfile.yaml", sub);
    std::fs::create_dir(site.project().join("charts")).unwrap();
    copy(&served_chart("web"), &site.project().join("charts"));
    let rule = format!("[[chart]]\nfrom = \"{}\"\nto = \"local\"\n{limits}", case.from);
    site.write("helmfire.toml", &rule);
    site
}

fn releases(one: &str, two: &str) -> BTreeMap<String, String> {
    [("one", one), ("two", two)].map(|(name, it)| (name.into(), it.into())).into()
}

/// Everything that helmfile does with a chart, for a rule that is limited to one
/// of two releases and for one that is not.
fn swapped(case: &Case, helm: &str) {
    let limited = site(case, helm, "release = \"one\"\n");
    let both = site(case, helm, "");
    let exact = releases(case.local, case.remote);
    let all = releases(case.local, case.local);
    // Cold, and again with what the first run left in helmfile's cache.
    // One chart after the other: helm writes a repository's index in place while
    // another helm, of helmfile's, reads it.
    let template = ["template", "--concurrency", "1"];
    for time in ["cold", "warm"] {
        let template = |site: &Site| rendered(&succeed(&site.helmfile(&template)));
        assert_eq!(template(&limited), exact, "template, {time}");
        assert_eq!(template(&both), all, "template, {time}");
    }
    let swaps = limited.report();
    let swaps: Vec<_> = swaps.iter().filter(|line| line["type"] == "swap").collect();
    assert!(swaps.iter().all(|line| line["release"] != "two"), "{swaps:?}");
    assert!(!limited.cached_versions().contains(&"version: 9.9.9".into()));
    assert!(!both.cached_versions().contains(&"version: 9.9.9".into()));
    assert_eq!(linted(&limited), ["one"], "lint");
    assert_eq!(linted(&both), ["one", "two"], "lint");
    deployed(&limited, &both, &exact, &all);
    // Nothing of it may stay behind for those who run helmfile without.
    std::fs::remove_file(limited.project().join("helmfire.toml")).unwrap();
    let plain = rendered(&succeed(&limited.plain(&template)));
    assert_eq!(plain["two"], case.remote);
    assert_ne!(plain["one"], case.local);
}

/// The releases for which `helmfile lint` looks at the local chart.
fn linted(site: &Site) -> Vec<String> {
    let before = site.report().len();
    succeed(&site.helmfile(&["lint", "--concurrency", "1"]));
    let report = site.report();
    let swaps = report[before..].iter().filter(|line| line["type"] == "swap");
    let mut releases: Vec<String> =
        swaps.filter_map(|line| line["release"].as_str().map(str::to_string)).collect();
    releases.sort();
    releases.dedup();
    releases
}

fn deployed(
    limited: &Site,
    both: &Site,
    exact: &BTreeMap<String, String>,
    all: &BTreeMap<String, String>,
) {
    for site in [limited, both] {
        site.use_cluster();
    }
    let namespace = limited.namespace();
    succeed(&limited.helmfile(&["sync", "--concurrency", "1"]));
    assert_eq!(&in_cluster(&namespace), exact, "sync");
    // A release is as git has it: no difference.
    let diff = limited.helmfile(&["diff", "--detailed-exitcode", "--concurrency", "1"]);
    assert!(diff.status.success(), "{diff:?}");
    let diff = both.helmfile(&["diff", "--detailed-exitcode", "--concurrency", "1"]);
    assert_eq!(diff.status.code(), Some(2), "{diff:?}");
    let text = String::from_utf8_lossy(&diff.stdout);
    let is_new =
        |line: &str| line.starts_with('+') && line.ends_with("from: web-9.9.9");
    assert!(text.lines().any(is_new), "{text}");
    succeed(&both.helmfile(&["apply", "--concurrency", "1"]));
    assert_eq!(&in_cluster(&namespace), all, "apply");
    succeed(&both.helmfile(&["destroy", "--concurrency", "1"]));
}

fn in_cluster(namespace: &str) -> BTreeMap<String, String> {
    let list = cluster().kubectl(&["-n", namespace, "get", "cm", "-o", "yaml"]);
    let list: serde_yaml::Value = serde_yaml::from_str(&list).unwrap();
    let items = list["items"].as_sequence().unwrap();
    let documents: Vec<String> =
        items.iter().map(|item| serde_yaml::to_string(item).unwrap()).collect();
    let mut all = rendered(&documents.join("---\n"));
    all.retain(|name, _| name == "one" || name == "two");
    all
}
