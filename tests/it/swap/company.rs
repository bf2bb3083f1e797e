//! What else a helmfile may have set: post-renderers, signed charts, a helm of
//! its own, passwords and certificates.

use std::fs;

use crate::program;
use crate::services::packages::Packages;
use crate::services::registry::{Access, Registry};
use crate::services::repository::Repository;
use crate::services::{PASSWORD, USER};
use crate::support::root;

use super::site::{Site, cluster, rendered, succeed};

const IMAGE: &str = "[[image]]\nfrom = \"nginx:1\"\nto = \"nginx:dev\"\n";

/// Makes `name` a post-renderer that writes `# name ARGUMENTS` under all.
pub fn post_renderer(site: &Site, helm: &str, name: &str) {
    let script = format!("#!/bin/sh\nsed \"s/message: .*/message: {name} $*/\"\n");
    let dir = if helm == "helm3" {
        site.path("bin")
    } else {
        let dir = site.path("plugins").join(name);
        fs::create_dir_all(&dir).unwrap();
        let manifest = format!(
            "apiVersion: v1\ntype: postrenderer/v1\nname: {name}\nversion: 0.1.0\nruntime: \
             subprocess\nruntimeConfig:\n  platformCommand:\n    - command: \
             ${{HELM_PLUGIN_DIR}}/{name}\n"
        );
        fs::write(dir.join("plugin.yaml"), manifest).unwrap();
        dir
    };
    let path = dir.join(name);
    program::write(&path, &script);
}

pub fn post_renderers_are_kept(helm: &str) {
    let helmfile = "helmDefaults:
  postRenderer: ours
  postRendererArgs: [default]
releases:
- {name: one, chart: ./local}
- {name: two, chart: ./local, postRenderer: theirs, postRendererArgs: [release, x y]}
";
    let site = Site::new(helm, "renderers", helmfile);
    post_renderer(&site, helm, "ours");
    post_renderer(&site, helm, "theirs");
    let pod = "\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: '{{ .Release.Name }}'}\n\
               spec: {containers: [{name: a, image: 'nginx:1'}]}\n";
    site.write("local/templates/pod.yaml", pod);
    site.write("helmfire.toml", IMAGE);
    let plugins = site.path("plugins");
    fs::create_dir_all(&plugins).unwrap();
    let template = |command: &mut std::process::Command| {
        if helm == "helm4" {
            command.env("HELM_PLUGINS", &plugins);
        }
        succeed(&site.run(command))
    };
    let mut plain = std::process::Command::new(site.path("bin/helmfile"));
    let before = template(plain.arg("template"));
    let stand_in = crate::support::binary("helmfire-helm");
    let mut command = std::process::Command::new(site.path("bin/helmfile"));
    command.arg("--helm-binary").arg(stand_in.get_program());
    let after = template(command.arg("template"));
    assert_eq!(before.matches("nginx:1").count(), 2, "{before}");
    assert!(before.contains("message: ours default"), "{before}");
    assert!(before.contains("message: theirs release x y"), "{before}");
    assert_eq!(after, before.replace("nginx:1", "nginx:dev"));
}

/// Limited rules work, because the stand-in tells the post-renderer for whom.
pub fn image_rules_know_the_release(helm: &str) {
    let helmfile = "releases:
- {name: one, chart: ./local, namespace: first}
- {name: two, chart: ./local, namespace: second}
";
    let site = Site::new(helm, "limits", helmfile);
    let pod = "\napiVersion: v1\nkind: Pod\nmetadata: {name: '{{ .Release.Name }}'}\n\
               spec: {containers: [{name: a, image: 'nginx:1'}]}\n";
    site.write("local/templates/pod.yaml", pod);
    for limit in ["release = \"one\"", "namespace = \"fir*\""] {
        site.write("helmfire.toml", &format!("{IMAGE}{limit}\n"));
        let text = succeed(&site.helmfile(&["template"]));
        assert_eq!(text.matches("nginx:dev").count(), 1, "{limit}: {text}");
        assert_eq!(text.matches("nginx:1").count(), 1, "{limit}: {text}");
    }
    // Files, too, which Helm 3 writes before a post-renderer sees them.
    succeed(&site.helmfile(&["template", "--output-dir", "out"]));
    let grep = |word: &str| {
        let mut command = std::process::Command::new("grep");
        let output = site.run(command.args(["-rc", word, "out", "--include=pod.yaml"]));
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().filter(|line| line.ends_with(":1")).count()
    };
    assert_eq!((grep("nginx:dev"), grep("nginx:1")), (1, 1));
}

/// A directory cannot be verified; a chart that is not swapped still is.
pub fn signed_charts_are_still_verified(helm: &str) {
    let helmfile = "repositories:
- {name: acme, url: REPO, verify: true, keyring: pubring.gpg}
releases:
- {name: one, namespace: NS, chart: acme/signed, version: 0.1.0, verify: true, keyring: pubring.gpg}
- {name: two, namespace: NS, chart: acme/signed, version: 0.1.0, verify: true, keyring: pubring.gpg}
- name: oci
  namespace: NS
  chart: oci://OCI/charts/signed
  version: 0.1.0
  plainHttp: true
  verify: true
  keyring: pubring.gpg
";
    let site = Site::new(helm, &format!("signed-{helm}"), helmfile);
    let key = root().join("tests/data/helmfile/signed/pubring.gpg");
    fs::copy(key, site.project().join("pubring.gpg")).unwrap();
    site.write(
        "helmfire.toml",
        "[[chart]]\nfrom = 'acme/signed'\nto = 'local'\nrelease = 'one'\n\
         [[chart]]\nfrom = 'oci://OCI/charts/signed'\nto = 'local'\n",
    );
    site.use_cluster();
    for args in [&["sync"][..], &["apply"], &["lint", "-l", "name=oci"]] {
        succeed(&site.helmfile(args));
    }
    let report = site.report();
    let releases: Vec<_> = report
        .iter()
        .filter(|line| line["type"] == "swap" && line["command"] == "upgrade")
        .map(|line| line["release"].as_str().unwrap())
        .collect();
    assert!(releases.contains(&"one") && releases.contains(&"oci"), "{releases:?}");
    assert!(!releases.contains(&"two"), "{releases:?}");
    // With another key the untouched one fails.
    site.write("pubring.gpg", "");
    let output = site.helmfile(&["sync", "-l", "name=two"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    succeed(&site.helmfile(&["sync", "-l", "name=one"]));
    succeed(&site.helmfile(&["destroy"]));
}

/// Releases that share a chart have it pulled once, for nobody in particular.
pub fn a_shared_chart_is_swapped_by_namespace(helm: &str) {
    let helmfile = "repositories:
- {name: acme, url: REPO}
releases:
- {name: one, namespace: NS, chart: acme/web, version: 0.1.0}
- {name: NS, namespace: default, chart: acme/web, version: 0.1.0}
";
    let namespace = format!("shared-{helm}");
    for limit in [namespace.as_str(), "default"] {
        let site = Site::new(helm, &namespace, helmfile);
        let rule = "[[chart]]\nfrom = 'acme/web'\nto = 'local'\nnamespace = ";
        site.write("helmfire.toml", &format!("{rule}'{limit}'\n"));
        site.use_cluster();
        succeed(&site.helmfile(&["sync"]));
        let version = |namespace: &str, name: &str| {
            let data = "jsonpath={.data.from}";
            let args = ["-n", namespace, "get", "cm", name, "-o", data];
            cluster().kubectl(&args)
        };
        let (local, remote) = ("web-9.9.9", "web-0.1.0");
        let expected =
            if limit == "default" { (remote, local) } else { (local, remote) };
        let found = (
            version(&namespace, "one-web"),
            version("default", &format!("{namespace}-web")),
        );
        assert_eq!((&*found.0, &*found.1), expected, "{limit}");
        succeed(&site.helmfile(&["destroy"]));
    }
}

pub fn passwords_and_certificates_still_count(helm: &str) {
    let repository = Repository::with_password(Packages::recorded());
    let registry = Registry::start(Access::Tls);
    registry.push_all(&Packages::recorded());
    let helmfile = format!(
        "repositories:
- {{name: safe, url: '{}', username: {USER}, password: {PASSWORD}}}
- {{name: tls, url: {}/charts, oci: true, caFile: '{}'}}
releases:
- {{name: one, namespace: a, chart: safe/web, version: 0.1.0}}
- {{name: two, namespace: b, chart: safe/web, version: 0.1.0}}
- {{name: three, namespace: a, chart: tls/web, version: 0.1.0}}
- {{name: four, namespace: b, chart: tls/web, version: 0.1.0}}
",
        repository.url(),
        registry.host(),
        registry.certificate().display()
    );
    let site = Site::new(helm, "safe", &helmfile);
    site.write(
        "helmfire.toml",
        "[[chart]]\nfrom = 'safe/web'\nto = 'local'\nnamespace = 'a'\n\
         [[chart]]\nfrom = 'tls/web'\nto = 'local'\nnamespace = 'a'\n",
    );
    let (one, two, three, four) = ("one", "two", "three", "four");
    let found = rendered(&succeed(&site.helmfile(&["template"])));
    assert_eq!((&*found[one], &*found[three]), ("web-9.9.9", "web-9.9.9"));
    assert_eq!((&*found[two], &*found[four]), ("web-0.1.0", "web-0.1.0"));
    let report = fs::read_to_string(site.path("report.jsonl")).unwrap();
    assert!(!report.contains(PASSWORD), "{report}");
}
