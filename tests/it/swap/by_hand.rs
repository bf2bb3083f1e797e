//! `helmfire-helm` typed instead of helm, and what it refuses.

use std::fs;
use std::process::Output;

use crate::program;
use crate::services::packages::served_chart;
use crate::support::binary;

use super::site::{Site, copy, rendered, services, succeed};

const RULE: &str = "[[chart]]\nfrom = \"acme/web\"\nto = \"local\"\n";

fn site(helm: &str, rules: &str) -> Site {
    let site = Site::new(helm, "hand", "releases: []\n");
    site.write("helmfire.toml", rules);
    site
}

fn failure(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn every_command_takes_the_local_chart(helm: &str) {
    let site = site(helm, RULE);
    let add = ["repo", "add", "acme", &services().repository.url()];
    succeed(&site.helm(&add));
    let output = site.helm(&["template", "one", "acme/web", "--version", "0.1.0"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(said, "helmfire-helm: acme/web -> local for one (helmfire.toml:2)\n");
    assert_eq!(rendered(&succeed(&output))["one"], "web-9.9.9");
    let verified = ["template", "one", "acme/web", "--verify", "--keyring", "none"];
    assert_eq!(rendered(&succeed(&site.helm(&verified)))["one"], "web-9.9.9");
    assert!(succeed(&site.helm(&["show", "chart", "acme/web"])).contains("9.9.9"));
    succeed(&site.helm(&["lint", "acme/web"]));
    succeed(&site.helm(&["pull", "acme/web", "--untar", "--untardir", "got"]));
    let pulled = fs::read_to_string(site.project().join("got/web/Chart.yaml")).unwrap();
    assert!(pulled.contains("version: 9.9.9"));
    let again = site.helm(&["pull", "acme/web", "--untar", "--untardir", "got"]);
    assert!(failure(&again).contains("already exists"), "{again:?}");
    succeed(&site.helm(&["pull", "acme/web", "-d", "got"]));
    assert!(site.project().join("got/web-9.9.9.tgz").exists());
    let repository = format!("--repo={}", services().repository.url());
    let with_repo = ["template", "one", "web", &repository];
    assert_eq!(rendered(&succeed(&site.helm(&with_repo)))["one"], "web-0.2.0");
    let url = format!("[[chart]]\nfrom = \"{}/web\"\nto = 'local'\n", "REPO");
    site.write("helmfire.toml", &url);
    assert_eq!(rendered(&succeed(&site.helm(&with_repo)))["one"], "web-9.9.9");
}

pub fn what_is_not_named_is_left_alone(helm: &str) {
    let site = site(helm, "");
    for args in [
        &["version", "--short"][..],
        &["template", "one", "local"],
        &["template", "one", "no/such"],
        &["nonsense"],
        &["lint", "local"],
        &["--help"][..0],
    ] {
        let (ours, theirs) = (site.helm(args), {
            let helm = site.path("bin/helm");
            site.run(std::process::Command::new(helm).args(args))
        });
        assert_eq!(ours, theirs, "{args:?}");
    }
}

/// A rule that cannot be used must not fall back to the remote chart.
pub fn a_chart_that_cannot_be_used_is_an_error(helm: &str) {
    let site = site(helm, RULE);
    let template = ["template", "one", "acme/web"];
    fs::remove_file(site.project().join("local/Chart.yaml")).unwrap();
    let error = failure(&site.helm(&template));
    assert!(error.contains("rule helmfire.toml:2") && error.contains("Chart.yaml"));
    fs::remove_dir_all(site.project().join("local")).unwrap();
    let error = failure(&site.helm(&template));
    assert!(error.contains("helmfire.toml:2") && error.lines().count() == 1, "{error}");
    // chart-roots hold when the chart is used, links resolved.
    copy(&served_chart("local-web"), &site.path("elsewhere"));
    std::os::unix::fs::symlink("../elsewhere", site.project().join("local")).unwrap();
    assert_eq!(rendered(&succeed(&site.helm(&template)))["one"], "web-9.9.9");
    site.write("helmfire.toml", &format!("{RULE}[security]\nchart-roots = ['.']\n"));
    let error = failure(&site.helm(&template));
    assert!(error.contains("outside chart-roots"), "{error}");
    let types: Vec<_> = site.report().iter().map(|it| it["type"].clone()).collect();
    assert_eq!(types.iter().filter(|it| *it == "error").count(), 3, "{types:?}");
}

/// A limit on releases cannot be judged where helm is not told the release.
pub fn what_cannot_be_told_is_said(helm: &str) {
    let site = site(helm, &format!("{RULE}release = \"one\"\n"));
    succeed(&site.helm(&["repo", "add", "acme", &services().repository.url()]));
    let error = failure(&site.helm(&["lint", "acme/web"]));
    assert!(error.contains("does not tell for which release"), "{error}");
    let show = site.helm(&["show", "chart", "acme/web"]);
    let said = String::from_utf8_lossy(&show.stderr).into_owned();
    assert!(said.contains("so this is the remote chart"), "{said}");
    assert!(succeed(&show).contains("0.2.0"));
    // The namespace is helm's to know.
    site.write("helmfire.toml", &format!("{RULE}namespace = \"default\"\n"));
    let one = ["template", "one", "acme/web"];
    assert_eq!(rendered(&succeed(&site.helm(&one)))["one"], "web-9.9.9");
    let other = ["template", "one", "acme/web", "-n", "other"];
    assert_eq!(rendered(&succeed(&site.helm(&other)))["one"], "web-0.2.0");
}

pub fn explain_runs_nothing(helm: &str) {
    let site = site(helm, &format!("{RULE}[[image]]\nfrom = \"nginx\"\nto = \"x\"\n"));
    let call =
        ["--explain", "--", "upgrade", "one", "acme/web", "--verify", "-n", "a b"];
    let text = succeed(&site.helm(&call));
    for part in [
        "# chart acme/web -> ",
        "(helmfire.toml:2)",
        "# dropped --verify",
        "helmfire-postrender as the post-renderer",
        " upgrade --post-renderer ",
        "-n 'a b'",
        "HELMFIRE_RELEASE=one",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let command = text.lines().last().unwrap();
    assert!(!command.starts_with('#'), "{text}");
    let json = succeed(&site.helm(&[&["--explain", "--json"], &call[1..]].concat()));
    let line: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(line["v"], 1);
    assert_eq!(line["command"][1], "upgrade");
    assert!(site.report().is_empty());
    // Not even a copy of the chart was made.
    assert!(!site.path("home/.cache/helmfire/charts").exists());
}

/// A rule for a release that uses another chart is not for nothing there.
pub fn a_rule_for_this_release_must_fit(helm: &str) {
    let rule = "[[chart]]\nfrom = \"acme/wep\"\nto = \"local\"\nrelease = \"one\"\n";
    let site = site(helm, rule);
    let error = failure(&site.helm(&["template", "one", "local"]));
    assert!(error.contains("is for release one") && error.contains("helmfire.toml:2"));
    succeed(&site.helm(&["template", "two", "local"]));
    let limited = "[[chart]]\nfrom = './local'\nto = 'local'\nnamespace = 'a'\n";
    site.write("helmfire.toml", limited);
    let call = ["--explain", "--", "template", "one", "local", "-n", "b"];
    let text = succeed(&site.helm(&call));
    assert!(
        text.contains("# the rule helmfire.toml:2 is limited to namespace=a"),
        "{text}"
    );
}

/// helmfile works with it there, but cannot patch charts.
pub fn a_space_in_its_path_is_said(helm: &str) {
    let site = site(helm, "");
    let dir = site.path("a place");
    fs::create_dir(&dir).unwrap();
    let moved = dir.join("helmfire-helm");
    program::copy(binary("helmfire-helm").get_program(), &moved);
    let helmfile = "releases: [{name: one, chart: ./local}]\n";
    site.write("helmfile.yaml", helmfile);
    let mut command = std::process::Command::new(site.path("bin/helmfile"));
    let output = site.run(command.arg("--helm-binary").arg(&moved).arg("template"));
    assert_eq!(rendered(&succeed(&output))["one"], "web-9.9.9");
    let report = site.report();
    let said =
        |line: &&serde_json::Value| line["message"].to_string().contains("has a space");
    assert!(report.iter().find(said).is_some_and(|line| line["type"] == "warning"));
}

/// A call that would come back to us for ever is refused.
pub fn it_does_not_call_itself(helm: &str) {
    let site = site(helm, "");
    let own = binary("helmfire-helm").get_program().to_owned();
    let copied = site.path("copied");
    program::copy(&own, &copied);
    for path in [std::path::PathBuf::from(&own), copied] {
        let mut command = binary("helmfire-helm");
        let output = site.run(command.arg("version").env("HELMFIRE_HELM", path));
        assert!(failure(&output).contains("itself"), "{output:?}");
    }
    let script = format!("#!/bin/sh\nexec {} \"$@\"\n", own.to_string_lossy());
    let path = site.path("script");
    program::write(&path, &script);
    let mut command = binary("helmfire-helm");
    let output = site.run(command.arg("version").env("HELMFIRE_HELM", path));
    assert!(failure(&output).contains("calls helmfire-helm again"), "{output:?}");
    // As `helm` on PATH it finds the next one.
    let first = site.path("first");
    fs::create_dir(&first).unwrap();
    std::os::unix::fs::symlink(own, first.join("helm")).unwrap();
    let path = format!("{}:{}", first.display(), site.path("bin").display());
    let mut command = std::process::Command::new(first.join("helm"));
    let output = site.run(command.args(["version", "--short"]).env("PATH", path));
    let major = if helm == "helm3" { "v3." } else { "v4." };
    assert!(succeed(&output).starts_with(major));
}
