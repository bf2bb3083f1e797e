//! Charts that helmfile patches are known by their content alone; these look
//! alike, or follow each other.

use std::fs;

use crate::services::packages::served_chart;

use super::site::{Site, copy, rendered, succeed};

/// A release of `chart`, patched.
fn patched(name: &str, chart: &str, object: &str) -> String {
    format!(
        "- name: {name}\n  namespace: NS\n  chart: {chart}\n  jsonPatches:\n  - target: {{version: \
         v1, kind: ConfigMap, name: {object}}}\n    patch: [{{op: add, path: /data/patched, value: \
         'yes'}}]\n"
    )
}

fn site(helm: &str, releases: &str, rules: &[(&str, &str)]) -> Site {
    let site = Site::new(helm, "twins", &format!("releases:\n{releases}"));
    fs::create_dir(site.project().join("charts")).unwrap();
    copy(&served_chart("web"), &site.project().join("charts"));
    copy(&served_chart("cache"), &site.project().join("charts"));
    let rule = |(from, to): &(&str, &str)| {
        format!("[[chart]]\nfrom = '{from}'\nto = '{to}'\n")
    };
    site.write("helmfire.toml", &rules.iter().map(rule).collect::<Vec<_>>().concat());
    site
}

/// The charts differ in what they call themselves, not in their files.
pub fn another_chart_with_the_same_files_is_left_alone(helm: &str) {
    let releases = patched("two", "./charts/cache", "two-cache");
    let site = site(helm, &releases, &[("./charts/web", "local")]);
    let files = |name: &str| site.project().join("charts").join(name);
    for name in ["templates/config.yaml", "values.yaml"] {
        fs::copy(files("web").join(name), files("cache").join(name)).unwrap();
    }
    let found = rendered(&succeed(&site.helmfile(&["template"])));
    assert_eq!(found["two"], "cache-0.3.0 patched");
}

/// A substitute is not substituted once more.
pub fn rules_are_not_chained(helm: &str) {
    let releases = patched("one", "./charts/web", "one-cache");
    let rules = [("./charts/web", "charts/cache"), ("./charts/cache", "charts/web")];
    let site = site(helm, &releases, &rules);
    let found = rendered(&succeed(&site.helmfile(&["template"])));
    assert_eq!(found["one"], "cache-0.3.0 patched");
}

/// An archive beside the helmfile is a chart like any other.
pub fn an_archive_is_swapped(helm: &str) {
    let archive = "./web-0.1.0.tgz";
    let plain = format!("- {{name: two, namespace: NS, chart: {archive}}}\n");
    let releases = patched("one", archive, "one-web") + &plain;
    let site = site(helm, &releases, &[(archive, "local")]);
    succeed(&site.helm(&["package", "charts/web"]));
    let found = rendered(&succeed(&site.helmfire(&["template"])));
    assert_eq!((&*found["one"], &*found["two"]), ("web-9.9.9 patched", "web-9.9.9"));
}
