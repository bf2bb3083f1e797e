//! Dependencies of a local chart that stands in for a remote one.

use std::fs;

use crate::program;
use crate::services::packages::served_chart;

use super::site::{Site, copy, succeed};

/// A real helm that writes down how it is called.
fn record(site: &Site) {
    let helm = site.path("bin/helm");
    let real = helm.canonicalize().unwrap();
    fs::remove_file(&helm).unwrap();
    let calls = site.path("calls");
    let script = format!(
        "#!/bin/sh\necho \"$*\" >>'{}'\nexec '{}' \"$@\"\n",
        calls.display(),
        real.display()
    );
    program::write(&helm, &script);
}

/// The local chart gets a dependency from the repository, and a local
/// one that has one of its own.
fn with_dependencies(site: &Site) {
    let chart = "apiVersion: v2\nname: web\nversion: 9.9.9\ndependencies:\n\
                 - {name: cache, version: '>=0.1.0', repository: 'REPO'}\n\
                 - {name: lib, version: 1.x, repository: 'file://../lib', condition: lib.on}\n";
    site.write("local/Chart.yaml", chart);
    for (name, dependency) in [("lib", "base"), ("base", "")] {
        copy(&served_chart("local-web"), &site.project().join(name));
        let mut text = format!("apiVersion: v2\nname: {name}\nversion: 1.2.3\n");
        if !dependency.is_empty() {
            text += &format!(
                "dependencies: [{{name: {dependency}, version: 1.2.3, repository: \
                 'file://../{dependency}'}}]\n"
            );
        }
        site.write(&format!("{name}/Chart.yaml"), &text);
    }
}

fn listing(site: &Site) -> String {
    let mut command = std::process::Command::new("sh");
    let script = "cd local && find . ../lib ../base -type f | sort | xargs cksum";
    succeed(&site.run(command.args(["-c", script])))
}

/// Twenty releases at once use one chart with dependencies: they are built once,
/// whole, and not in the user's directory.
pub fn twenty_releases_build_once(helm: &str) {
    let release = |n| format!("- {{name: r{n}, namespace: NS, chart: acme/web}}\n");
    let releases = (1..=20).map(release).collect::<Vec<_>>().concat();
    let helmfile =
        format!("repositories: [{{name: acme, url: REPO}}]\nreleases:\n{releases}");
    let site = Site::new(helm, &format!("twenty-{helm}"), &helmfile);
    with_dependencies(&site);
    record(&site);
    site.write("helmfire.toml", "[[chart]]\nfrom = 'acme/web'\nto = 'local'\n");
    let before = listing(&site);
    let text = succeed(&site.helmfile(&["template"]));
    for chart in ["web-9.9.9", "cache-0.3.0", "lib-1.2.3", "base-1.2.3"] {
        assert_eq!(text.matches(&format!("from: {chart}")).count(), 20, "{chart}");
    }
    let calls = fs::read_to_string(site.path("calls")).unwrap();
    let builds = calls.lines().filter(|line| line.starts_with("dependency")).count();
    assert_eq!(builds, 1, "{calls}");
    assert_eq!(listing(&site), before);
    // A change in a dependency of a dependency is seen.
    site.write("base/values.yaml", "message: changed\nreplicas: 1\n");
    let text = succeed(&site.helmfile(&["template", "-l", "name=r1"]));
    assert!(text.contains("message: \"changed\""), "{text}");
    // Conditions still hold.
    let off = ["template", "-l", "name=r1", "--set", "lib.on=false"];
    let text = succeed(&site.helmfile(&off));
    assert!(!text.contains("from: lib") && text.contains("from: cache"), "{text}");
}

/// With patches helmfile takes the dependencies apart; the result is the same.
pub fn patched_charts_keep_their_dependencies(helm: &str) {
    let patch = "  jsonPatches:\n  - target: {version: v1, kind: ConfigMap, name: one-web}\n    \
                 patch: [{op: add, path: /data/patched, value: 'yes'}]\n";
    let extra = "  dependencies: [{chart: acme/db, version: 1.0.0}]\n";
    let helmfile = format!(
        "repositories: [{{name: acme, url: REPO}}]\nreleases:\n- name: one\n  namespace: NS\n  \
         chart: acme/web\n  version: 0.1.0\n  set: [{{name: lib.on, value: false}}]\n{patch}{extra}"
    );
    let site = Site::new(helm, &format!("taken-apart-{helm}"), &helmfile);
    with_dependencies(&site);
    site.write("helmfire.toml", "[[chart]]\nfrom = 'acme/web'\nto = 'local'\n");
    let text = succeed(&site.helmfile(&["template"]));
    for chart in ["web-9.9.9", "cache-0.3.0", "db-1.0.0"] {
        assert!(text.contains(&format!("from: {chart}")), "{chart}: {text}");
    }
    assert!(text.contains("patched: \"yes\""), "{text}");
    assert!(!text.contains("from: lib"), "{text}");
}
