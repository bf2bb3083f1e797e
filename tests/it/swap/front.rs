//! `helmfire` in charge of a whole run: what only it can do.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::program;
use crate::services::packages::{Packages, served_chart};
use crate::services::registry::{Access, Registry};
use crate::services::repository::Repository;
use crate::support::binary;

use super::site::{Site, cluster, copy, rendered, succeed};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Neither repository nor registry answers, and nothing is cached.
pub fn everything_substituted_needs_no_network(helm: &str) {
    let repository = Repository::open(Packages::recorded());
    let registry = Registry::start(Access::Plain);
    let (url, host) = (repository.url(), registry.host().to_string());
    drop((repository, registry));
    let patch = "  jsonPatches:\n  - target: {version: v1, kind: ConfigMap, name: four-web}\n    \
                 patch: [{op: add, path: /data/patched, value: 'yes'}]\n";
    let helmfile = format!(
        "repositories:
- {{name: acme, url: '{url}'}}
- {{name: reg, url: '{host}/charts', oci: true, plainHttp: true}}
releases:
- {{name: one, namespace: NS, chart: acme/web, version: 0.1.0}}
- {{name: two, namespace: NS, chart: 'oci://{host}/charts/web', version: 0.1.0, plainHttp: true}}
- {{name: three, namespace: NS, chart: reg/web, version: '>=0.1.0'}}
- name: four
  namespace: NS
  chart: oci://{host}/charts/web
  version: 0.1.0
  plainHttp: true
{patch}- {{name: five, namespace: NS, chart: '{url}/web-0.1.0.tgz'}}
"
    );
    let site = Site::new(helm, &format!("offline-{helm}"), &helmfile);
    let rule = |from: &String| format!("[[chart]]\nfrom = '{from}'\nto = 'local'\n");
    let rules = [
        "acme/web".to_string(),
        format!("oci://{host}/charts/web"),
        "reg/web".into(),
        format!("{url}/web-0.1.0.tgz"),
    ]
    .each_ref()
    .map(rule)
    .concat();
    site.write("helmfire.toml", &rules);
    for time in ["first", "second"] {
        let found = rendered(&succeed(&site.helmfire(&["template"])));
        let versions: Vec<&str> = found.values().map(String::as_str).collect();
        let local = "web-9.9.9";
        let expected = [local, "web-9.9.9 patched", local, local, local];
        assert_eq!(versions, expected, "{time}: {found:?}");
    }
    // Nothing of it is kept for a run without helmfire.
    let plain = site.plain(&["template"]);
    assert_eq!(plain.status.code(), Some(1), "{plain:?}");
    assert!(site.cached_versions().is_empty());
}

/// What is not substituted comes from, and goes to, the user's own cache.
pub fn the_users_cache_is_used_for_the_rest(helm: &str) {
    let helmfile = "releases:
- {name: one, namespace: NS, chart: 'oci://OCI/charts/web', version: 0.1.0, plainHttp: true}
- {name: two, namespace: NS, chart: 'oci://OCI/charts/db', version: 1.0.0, plainHttp: true}
";
    let site = Site::new(helm, "rest", helmfile);
    site.write(
        "helmfire.toml",
        "[[chart]]\nfrom = 'oci://OCI/charts/web'\nto = 'local'\n",
    );
    let found = rendered(&succeed(&site.helmfire(&["template"])));
    assert_eq!((&*found["one"], &*found["two"]), ("web-9.9.9", "db-1.0.0"));
    assert_eq!(site.cached_versions(), ["version: 1.0.0"]);
    // The second time the registry need not be asked.
    let line = site.plain(&["template", "-l", "name=two", "--log-level", "debug"]);
    assert!(!said(&line).contains("Pulling "), "{}", said(&line));
    assert_eq!(rendered(&succeed(&line))["two"], "db-1.0.0");
}

/// A rule that should have been applied and was not is an error, whatever
/// helmfile made of the run.
pub fn a_rule_that_was_not_applied_is_an_error(helm: &str) {
    let helmfile = "repositories: [{name: acme, url: REPO}]
releases:
- {name: one, namespace: NS, chart: acme/web, version: 0.1.0}
";
    let site = Site::new(helm, "unapplied", helmfile);
    // The release is there, but its chart is another.
    site.write(
        "helmfire.toml",
        "[[chart]]\nfrom = 'acme/wep'\nto = 'local'\nrelease = 'one'\n",
    );
    let output = site.helmfire(&["template"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(said(&output).contains("helmfire.toml:2"), "{output:?}");
    // A rule about nothing here is only mentioned.
    site.write("helmfire.toml", "[[chart]]\nfrom = 'acme/db'\nto = 'local'\n");
    let output = site.helmfire(&["template"]);
    assert!(said(&output).contains("helmfire.toml:2 matched nothing"), "{output:?}");
    assert_eq!(rendered(&succeed(&output))["one"], "web-0.1.0");
}

/// What plain helmfile has cached under an alias: only a new pull tells which
/// chart it is.
pub fn an_alias_in_the_cache_is_recognised(helm: &str) {
    let helmfile =
        "repositories: [{name: reg, url: OCI/charts, oci: true, plainHttp: true}]
releases:
- {name: one, namespace: NS, chart: reg/web, version: 0.1.0}
- {name: two, namespace: NS, chart: reg/db, version: 1.0.0}
";
    let site = Site::new(helm, "alias", helmfile);
    assert_eq!(rendered(&succeed(&site.plain(&["template"])))["one"], "web-0.1.0");
    site.write(
        "helmfire.toml",
        "[[chart]]\nfrom = 'oci://OCI/charts/web'\nto = 'local'\n",
    );
    // The stand-in alone cannot know, and does not guess.
    let alone = site.helmfile(&["template"]);
    assert_eq!(alone.status.code(), Some(1), "{alone:?}");
    assert!(said(&alone).contains("is not known, name it in the rule"), "{alone:?}");
    let found = rendered(&succeed(&site.helmfire(&["template"])));
    assert_eq!((&*found["one"], &*found["two"]), ("web-9.9.9", "db-1.0.0"));
}

/// The rules are those beside the helmfile, wherever one stands.
pub fn the_rules_of_a_named_helmfile_count(helm: &str) {
    let site = Site::new(helm, "named", "releases: []\n");
    site.write("envs/prod/helmfile.yaml", "releases: [{name: one, chart: ./web}]\n");
    let web = site.project().join("envs/prod/web");
    copy(&served_chart("web"), &web);
    let rule = |to: &str| format!("[[chart]]\nfrom = './web'\nto = '{to}'\n");
    site.write("envs/prod/helmfire.toml", &rule("../../local"));
    site.write("helmfire.toml", &rule("nowhere"));
    let args = ["-f", "envs/prod/helmfile.yaml", "template"];
    let found = rendered(&succeed(&site.helmfire(&args)));
    assert_eq!(found["one"], "web-9.9.9");
}

/// helm lint is not told the release, but the front end knows it.
pub fn lint_knows_the_releases(helm: &str) {
    let helmfile = "repositories: [{name: acme, url: REPO}]
releases:
- {name: one, namespace: first, chart: acme/web, version: 0.1.0}
- {name: two, namespace: second, chart: acme/web, version: 0.1.0}
- {name: three, namespace: second, chart: ./local}
";
    let site = Site::new(helm, "lint", helmfile);
    site.write(
        "helmfire.toml",
        "[[chart]]\nfrom = 'acme/web'\nto = 'local'\nrelease = 'one'\n",
    );
    let output = site.helmfire(&["lint"]);
    assert!(said(&output).contains("1 chart swapped"), "{output:?}");
    let text = succeed(&output);
    let linted: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("==> Linting ")).collect();
    let staged = linted.iter().filter(|dir| dir.contains("/helmfire/charts/")).count();
    assert_eq!((linted.len(), staged), (3, 1), "{text}");
}

/// `helmBinary:` in helmfile.yaml is still the helm that is called.
pub fn the_helm_of_the_helmfile_is_called(helm: &str) {
    let helmfile = "helmBinary: BIN/other-helm
repositories: [{name: acme, url: REPO}]
releases:
- {name: one, namespace: NS, chart: acme/web, version: 0.1.0}
";
    let site = Site::new(helm, "binary", helmfile);
    site.write("helmfire.toml", "[[chart]]\nfrom = 'acme/web'\nto = 'local'\n");
    let (path, calls) = (site.path("bin/other-helm"), site.path("calls"));
    let real = site.path("bin/helm").canonicalize().unwrap();
    fs::remove_file(site.path("bin/helm")).unwrap();
    let script = format!(
        "#!/bin/sh\necho \"$*\" >>'{}'\nexec '{}' \"$@\"\n",
        calls.display(),
        real.display()
    );
    program::write(&path, &script);
    let found = rendered(&succeed(&site.helmfire(&["template"])));
    assert_eq!(found["one"], "web-9.9.9");
    assert!(fs::read_to_string(calls).unwrap().contains("template one "));
}

/// Environments choose the release that is substituted.
pub fn environments_are_helmfiles_business(helm: &str) {
    let helmfile = "environments:\n  default: {}\n  prod: {}\n---\n\
                    repositories: [{name: acme, url: REPO}]\nreleases:\n\
                    - name: '{{ .Environment.Name }}'\n  namespace: NS\n  chart: acme/web\n  \
                    version: '{{ if eq .Environment.Name \"prod\" }}0.2.0{{ else }}0.1.0{{ end }}'\n";
    let site = Site::new(helm, "envs", "");
    fs::remove_file(site.project().join("helmfile.yaml")).unwrap();
    site.write("helmfile.yaml.gotmpl", helmfile);
    site.write(
        "helmfire.toml",
        "[[chart]]\nfrom = 'acme/web'\nto = 'local'\nrelease = 'default'\n",
    );
    let found = rendered(&succeed(&site.helmfire(&["template"])));
    assert_eq!(found["default"], "web-9.9.9");
    let found = rendered(&succeed(&site.helmfire(&["-e", "prod", "template"])));
    assert_eq!(found["prod"], "web-0.2.0");
}

/// Every file of helmfile.d, and files in directories below, find the same rules.
pub fn all_files_find_the_rules(helm: &str) {
    let site = Site::new(helm, "files", "");
    fs::remove_file(site.project().join("helmfile.yaml")).unwrap();
    let release = |name: &str, more: &str| {
        format!(
            "repositories: [{{name: acme, url: REPO}}]\nreleases:\n- {{name: {name}, namespace: \
             NS, chart: acme/web, version: 0.1.0}}\n{more}"
        )
    };
    let sub = "helmfiles:\n- path: ../sub/helmfile.yaml\n  selectors: [name=four]\n";
    site.write("helmfile.d/00-a.yaml", &release("one", ""));
    site.write("helmfile.d/10-b.yaml.gotmpl", &release("two", sub));
    let more = "- {name: four, namespace: NS, chart: acme/web, version: 0.2.0}\n";
    site.write("sub/helmfile.yaml", &release("three", more));
    site.write("helmfire.toml", "[[chart]]\nfrom = 'acme/web'\nto = 'local'\n");
    fs::remove_dir(site.project().join(".git")).unwrap();
    let output = site.helmfire(&["template", "--sequential-helmfiles"]);
    let found = rendered(&succeed(&output));
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    assert_eq!(names, ["four", "one", "two"]);
    assert!(found.values().all(|it| it == "web-9.9.9"), "{found:?}");
}

/// Ctrl-C reaches everyone, leaves nobody behind, and no release hangs in the
/// middle that helmfile alone would not have left there.
pub fn an_interrupt_leaves_nothing_behind(helm: &str) {
    let namespace = format!("interrupted-{helm}");
    let helmfile = "releases:
- {name: one, namespace: NS, chart: ./slow}
";
    let site = Site::new(helm, &namespace, helmfile);
    // A hook that never ends: there is no node to run it.
    let job = "apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: never\n  annotations: \
               {helm.sh/hook: pre-install}\nspec:\n  template:\n    spec:\n      restartPolicy: \
               Never\n      containers: [{name: a, image: a}]\n";
    site.write("slow/Chart.yaml", "apiVersion: v2\nname: slow\nversion: 1.0.0\n");
    site.write("slow/templates/job.yaml", job);
    site.write("helmfire.toml", "[[chart]]\nfrom = './slow'\nto = 'slow'\n");
    site.use_cluster();
    let mut plain = Command::new(site.path("bin/helmfile"));
    let alone = interrupted(&site, plain.arg("sync"), &namespace);
    cluster().kubectl(&["delete", "namespace", &namespace, "--wait=false"]);
    let again = format!("{namespace}-again");
    fs::write(site.project().join("namespace"), &again).unwrap();
    site.write("helmfile.yaml", helmfile);
    let ours = interrupted(&site, binary("helmfire").arg("sync"), &again);
    assert_eq!(ours.0, alone.0, "exit code");
    let pending = |status: &str| status.starts_with("pending");
    assert!(!pending(&ours.1) || pending(&alone.1), "{alone:?} {ours:?}");
}

/// Interrupts `command` as a terminal does while its hook runs; the exit code and
/// the release's status when all is quiet.
fn interrupted(
    site: &Site,
    command: &mut Command,
    namespace: &str,
) -> (Option<i32>, String) {
    site.prepare(command);
    command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let group = format!("-{}", child.id());
    let jobs = ["-n", namespace, "get", "jobs", "-o", "name"];
    wait(|| cluster().kubectl(&jobs).contains("never"));
    let kill = |signal: &str, whom: &str| {
        Command::new("kill").args([signal, "--", whom]).status().unwrap().success()
    };
    assert!(kill("-INT", &group));
    let code = child.wait().unwrap().code();
    // helm may still be putting things in order; then nobody of the group is left.
    wait(|| !kill("-0", &group));
    let secrets = ["-n", namespace, "get", "secrets", "-l", "owner=helm", "-o"];
    let status = r"jsonpath={.items[*].metadata.labels.status}";
    (code, cluster().kubectl(&[&secrets[..], &[status]].concat()))
}

fn wait(mut done: impl FnMut() -> bool) {
    let give_up = Instant::now() + Duration::from_secs(60);
    while !done() {
        assert!(Instant::now() < give_up, "it takes too long");
        sleep(Duration::from_millis(100));
    }
}
