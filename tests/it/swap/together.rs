//! Everything that a helmfile may have, at once: helmfile.d, environments, needs
//! across three releases, post-renderers, dependencies, a helm of its own.

use std::fs;

use crate::program;
use crate::support::binary;

use super::company::post_renderer;
use super::site::{Site, cluster, rendered, succeed};

const FIRST: &str = "environments:
  default: {values: [{word: plain}]}
  prod: {values: [{word: production}]}
---
helmBinary: BIN/other-helm
repositories: [{name: acme, url: REPO}]
helmDefaults: {postRenderer: mark, postRendererArgs: [all]}
releases:
- name: three
  namespace: NS
  chart: acme/web
  version: 0.1.0
  needs: [NS/two]
  values: [{message: '{{ .Values.word }}'}]
- {name: two, namespace: NS, chart: acme/db, version: 1.0.0, needs: [NS/one]}
- {name: one, namespace: NS, chart: acme/web, version: 0.1.0, postRenderer: mark, postRendererArgs: [one]}
";

const RULES: &str = "[[chart]]
from = 'acme/web'
to = 'local'
[[image]]
from = 'nginx:1'
to = 'nginx:dev'
";

/// The three releases, and a dependency of the local chart.
fn site(helm: &str) -> Site {
    let site = Site::new(helm, &format!("together-{helm}"), "");
    fs::remove_file(site.project().join("helmfile.yaml")).unwrap();
    site.write("helmfile.d/00-first.yaml.gotmpl", FIRST);
    let second = "environments: {prod: {}}\n---\nhelmBinary: BIN/other-helm\n\
                  releases: [{name: four, namespace: NS, chart: ../local}]\n";
    site.write("helmfile.d/10-second.yaml", second);
    let chart = "apiVersion: v2\nname: web\nversion: 9.9.9\ndependencies:\n\
                 - {name: cache, version: '>=0.1.0', repository: 'REPO'}\n";
    site.write("local/Chart.yaml", chart);
    let pod = "\napiVersion: v1\nkind: Pod\nmetadata: {name: '{{ .Release.Name }}'}\n\
               spec: {containers: [{name: a, image: 'nginx:1'}]}\n";
    site.write("local/templates/pod.yaml", pod);
    post_renderer(&site, helm, "mark");
    fs::create_dir_all(site.path("plugins")).unwrap();
    let (path, calls) = (site.path("bin/other-helm"), site.path("calls"));
    let real = site.path("bin/helm").canonicalize().unwrap();
    let script = format!(
        "#!/bin/sh\necho \"$*\" >>'{}'\nexec '{}' \"$@\"\n",
        calls.display(),
        real.display()
    );
    program::write(&path, &script);
    site.write("helmfire.toml", RULES);
    site.use_cluster();
    site
}

fn run(site: &Site, helm: &str, args: &[&str]) -> std::process::Output {
    let mut command = binary("helmfire");
    let plugins = crate::support::root().join("tests/data/diff-plugin");
    let mut path = plugins.into_os_string();
    if helm == "helm4" {
        path.push(":");
        path.push(site.path("plugins"));
    }
    command.env("HELM_PLUGINS", path);
    site.run(command.args(["-e", "prod", "--sequential-helmfiles"]).args(args))
}

pub fn everything_works_at_once(helm: &str) {
    let site = site(helm);
    let text = succeed(&run(&site, helm, &["template"]));
    let found = rendered(&text);
    for (release, from) in
        [("three", "web-9.9.9"), ("two", "db-1.0.0"), ("one", "web-9.9.9")]
    {
        assert_eq!(found[release], from, "{text}");
    }
    assert!(text.contains("from: cache-0.3.0"), "{text}");
    assert_eq!(text.matches("nginx:dev").count(), 3, "{text}");
    assert!(text.contains("message: mark all") && text.contains("message: mark one"));
    succeed(&run(&site, helm, &["lint"]));
    let diff = run(&site, helm, &["diff", "--detailed-exitcode"]);
    assert_eq!(diff.status.code(), Some(2), "{diff:?}");
    fs::remove_file(site.path("calls")).unwrap();
    let sync = run(&site, helm, &["sync"]);
    let said = String::from_utf8_lossy(&sync.stderr).into_owned();
    assert!(
        said.contains("3 images replaced in 3 releases, 1 chart swapped in 2"),
        "{said}"
    );
    succeed(&sync);
    // In the order of needs, through the helm that the helmfile names.
    let calls = fs::read_to_string(site.path("calls")).unwrap();
    let upgrades = calls.lines().filter(|line| line.starts_with("upgrade"));
    let order: Vec<&str> = upgrades
        .filter_map(|line| {
            line.split(' ').find(|word| ["one", "two", "three", "four"].contains(word))
        })
        .collect();
    assert_eq!(order, ["one", "two", "three", "four"], "{calls}");
    let pods = ["-n", &site.namespace(), "get", "pods", "-o", "jsonpath={..image}"];
    assert_eq!(cluster().kubectl(&pods).matches("nginx:dev").count(), 3);
    let again = run(&site, helm, &["diff", "--detailed-exitcode"]);
    assert!(again.status.success(), "{again:?}");
    succeed(&run(&site, helm, &["destroy"]));
}
