//! That the services do what the tests rely on, with both helms: packages of
//! two versions, a password asked for, a certificate refused until it is
//! trusted, and nothing left behind.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output};

use super::packages::{Packages, served_chart};
use super::registry::{Access, Registry};
use super::repository::Repository;
use super::{PASSWORD, USER};
use crate::bed::HELMS;
use crate::support::{Need, root, tool, trial_needing};

pub fn trials() -> Vec<libtest_mimic::Trial> {
    let [helm3, helm4, registry] = ["helm3", "helm4", "registry"].map(Need::Tool);
    let needs = [helm3, helm4, registry, Need::Program("openssl")];
    let tests: [(&str, fn()); 5] = [
        ("repository_serves_all_versions", repository_serves_all_versions),
        ("repository_asks_for_a_password", repository_asks_for_a_password),
        ("registry_serves_all_versions", registry_serves_all_versions),
        ("registry_asks_for_a_password", registry_asks_for_a_password),
        ("registry_has_a_certificate", registry_has_a_certificate),
    ];
    tests
        .map(|(name, test)| trial_needing(&needs, &format!("services::{name}"), test))
        .into()
}

fn helm(helm: &str, home: &Path, args: &[&str]) -> Output {
    let plugins = root().join("tests/data/diff-plugin");
    Command::new(tool(helm))
        .args(args)
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .env("PATH", "/usr/bin:/bin")
        .env("HELM_PLUGINS", plugins)
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn repository_serves_all_versions() {
    for major in HELMS {
        let repository = Repository::open(Packages::recorded());
        let home = tempfile::tempdir().unwrap();
        let helm = |args: &[&str]| stdout(&helm(major, home.path(), args));
        helm(&["repo", "add", "acme", &repository.url()]);
        let show = |version| helm(&["show", "chart", "acme/web", "--version", version]);
        assert!(show("0.1.0").contains("version: 0.1.0"));
        assert!(show(">0.1.0").contains("version: 0.2.0"));
        repository.publish(&served_chart("local-web"), None);
        helm(&["repo", "update"]);
        assert!(show(">0.1.0").contains("version: 9.9.9"));
        assert!(repository.requests().contains(&"/web-0.2.0.tgz".into()));
        let address = repository.host();
        drop(repository);
        TcpStream::connect(address).unwrap_err();
    }
}

fn repository_asks_for_a_password() {
    let repository = Repository::with_password(Packages::recorded());
    for major in HELMS {
        let home = tempfile::tempdir().unwrap();
        let helm = |args: &[&str]| helm(major, home.path(), args);
        let add = ["repo", "add", "acme", &repository.url()];
        let refused = helm(&add);
        assert!(String::from_utf8_lossy(&refused.stderr).contains("401"));
        let login = ["--username", USER, "--password", PASSWORD];
        stdout(&helm(&[&add[..], &login].concat()));
        assert!(stdout(&helm(&["show", "chart", "acme/db"])).contains("name: db"));
    }
}

fn registry_serves_all_versions() {
    let registry = Registry::start(Access::Plain);
    registry.push_all(&Packages::recorded());
    let chart = format!("oci://{}/charts/web", registry.host());
    for major in HELMS {
        let home = tempfile::tempdir().unwrap();
        for version in ["0.1.0", "0.2.0"] {
            let show = ["show", "chart", &chart, "--plain-http", "--version", version];
            let text = stdout(&helm(major, home.path(), &show));
            assert!(text.contains(&format!("version: {version}")));
        }
    }
    let address = registry.host().to_string();
    drop(registry);
    TcpStream::connect(address).unwrap_err();
}

fn registry_asks_for_a_password() {
    let registry = Registry::start(Access::Password);
    registry.push_all(&Packages::recorded());
    let chart = format!("oci://{}/charts/web", registry.host());
    for major in HELMS {
        let home = tempfile::tempdir().unwrap();
        let helm = |args: &[&str]| helm(major, home.path(), args);
        let show = ["show", "chart", &chart, "--plain-http"];
        assert!(!helm(&show).status.success());
        let login = ["registry", "login", registry.host(), "--plain-http"];
        let who = ["--username", USER, "--password", PASSWORD];
        stdout(&helm(&[&login[..], &who].concat()));
        assert!(stdout(&helm(&show)).contains("version: 0.2.0"));
    }
}

fn registry_has_a_certificate() {
    let registry = Registry::start(Access::Tls);
    registry.push_all(&Packages::recorded());
    let chart = format!("oci://{}/charts/web", registry.host());
    let certificate = registry.certificate().display().to_string();
    for major in HELMS {
        let home = tempfile::tempdir().unwrap();
        let helm = |args: &[&str]| helm(major, home.path(), args);
        let show = ["show", "chart", &chart];
        assert!(!helm(&show).status.success());
        let trusted = [&show[..], &["--ca-file", &certificate]].concat();
        assert!(stdout(&helm(&trusted)).contains("version: 0.2.0"));
    }
}
