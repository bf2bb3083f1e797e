//! What a change deploys, and what not.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;

use super::session::{Session, deployed_trio, names, statuses, trio};
use super::{Test, deploying, rendering};
use crate::releases::project::Project;
use crate::services::packages::Packages;
use crate::services::repository::Repository;
use crate::support::binary;

const RENDERING: [Test; 6] = [
    ("templates_are_asked_again", templates),
    ("rules_run_what_they_may_change", rules),
    ("selectors_of_nested_helmfiles_are_respected", nested),
    ("a_file_of_a_directory_is_run_by_itself", of_directory),
    ("flags_of_helmfile_are_passed_on", flags),
    ("one_watch_at_a_time", one_at_a_time),
];
const DEPLOYING: [Test; 4] = [
    ("the_front_end_starts_it", front_end),
    ("exactly_what_changed_is_deployed", exactly),
    ("built_dependencies_do_not_count", built),
    ("a_lock_that_helm_makes_is_no_change", locked),
];

pub fn trials() -> Vec<Trial> {
    let mut trials = rendering("change", &RENDERING);
    trials.extend(deploying("change", &DEPLOYING));
    trials
}

const TEMPLATE: [&str; 5] = ["--initial", "skip", "--", "-q", "template"];

fn exactly(helm: &str) {
    let project = deployed_trio(helm);
    let mut session = Session::begin(&project, &[]);
    session.ran(&["a", "b", "c"]);
    project.write("values/b.yaml", "value: 2\n");
    let event = session.until("b", |event| event["event"] == "run-finished");
    assert_eq!(names(&event), ["b".to_string()].into());
    let result = &event["releases"][0];
    assert_eq!((&result["success"], &result["revision"]), (&true.into(), &2.into()));
    project.write("charts/x/templates/more.yaml", "# {{ .Release.Name }}\n");
    session.ran(&["a", "b"]);
    session.rests(Duration::from_secs(1));
    assert_eq!(session.stop(), Some(143));
    assert_eq!(statuses(&project), ["a deployed", "b deployed", "c deployed"]);
    // What changes meanwhile is caught up with, and nothing else.
    project.write("values/c.yaml", "value: 3\n");
    let mut session = Session::begin(&project, &["--initial", "skip"]);
    session.ran(&["c"]);
    session.rests(Duration::from_secs(1));
}

/// With rules, so that helmfire-helm takes part.
fn front_end(helm: &str) {
    let project = deployed_trio(helm);
    project.write("mine/Chart.yaml", "apiVersion: v2\nname: mine\nversion: 1.0.0\n");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-mine\n\
               data:\n  v: {{ .Values.value | quote }}\n";
    project.write("mine/templates/config.yaml", map);
    project.write("helmfire.toml", "[[chart]]\nfrom = \"./charts/w\"\nto = \"mine\"\n");
    let mut command = project.command(binary("helmfire"));
    let errors = fs::File::create(project.path("../errors")).unwrap();
    let mut child = command.args(["sync", "--watch"]).stderr(errors).spawn().unwrap();
    let holds = |wanted: &str| {
        let end = Instant::now() + Duration::from_secs(60);
        while !project.values_of_cluster().iter().any(|it| it.contains(wanted)) {
            let said = fs::read_to_string(project.path("../errors")).unwrap();
            assert!(Instant::now() < end, "{wanted} is not deployed: {said}");
            thread::sleep(Duration::from_millis(50));
        }
    };
    holds("\"c-mine\" {\"v\":\"1\"}");
    project.write("values/c.yaml", "value: 2\n");
    holds("\"c-mine\" {\"v\":\"2\"}");
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(143));
}

/// Under Helm 3 the archive of a dependency is another one after each run.
fn built(helm: &str) {
    let project = deployed_trio(helm);
    let depends =
        "dependencies:\n- {name: w, version: 0.1.0, repository: file://../w}\n";
    project
        .write("charts/x/Chart.yaml", &(project.read("charts/x/Chart.yaml") + depends));
    let mut session = Session::begin(&project, &[]);
    session.ran(&["a", "b", "c"]);
    assert!(project.path("charts/x/charts/w-0.1.0.tgz").exists());
    session.rests(Duration::from_secs(3));
    project.write("charts/w/values.yaml", "default: two\n");
    session.ran(&["a", "b", "c"]);
    session.rests(Duration::from_secs(3));
    // Nor are they told as a reason.
    let changes = session.events.iter().filter(|event| event["event"] == "change");
    let files: Vec<String> = changes.map(|event| event["files"].to_string()).collect();
    assert!(
        files.iter().all(|it| !it.contains("tgz") && !it.contains("lock")),
        "{files:?}"
    );
}

/// A dependency from a repository: helm writes which version it took.
fn locked(helm: &str) {
    let project = deployed_trio(helm);
    let repository = Repository::open(Packages::new());
    repository.publish(&project.path("charts/w"), None);
    let depends = format!(
        "dependencies:\n- {{name: w, version: 0.1.0, repository: \"{}\"}}\n",
        repository.url()
    );
    project.write(
        "charts/x/Chart.yaml",
        &(project.read("charts/x/Chart.yaml") + &depends),
    );
    let text = project.read("helmfile.yaml");
    let known =
        format!("repositories: [{{name: own, url: \"{}\"}}]\n", repository.url());
    project.write("helmfile.yaml", &(known + &text));
    let mut session = Session::begin(&project, &[]);
    session.ran(&["a", "b", "c"]);
    assert!(project.path("charts/x/Chart.lock").exists());
    session.rests(Duration::from_secs(3));
    // It counts from then on.
    project.remove("charts/x/Chart.lock");
    session.ran(&["a", "b"]);
    session.rests(Duration::from_secs(3));
}

fn templates(helm: &str) {
    let project = trio(helm);
    let text = project.read("helmfile.yaml");
    project.remove("helmfile.yaml");
    project
        .write("data/note.txt", "one\n")
        .write("_helpers.tpl", "{{ define \"t\" }}one{{ end }}\n");
    project.write(
        "values/c.yaml.gotmpl",
        "note: {{ readFile (printf \"../data/%s.txt\" \"note\") | quote }}\n",
    );
    let text = text.replace("values/c.yaml", "values/c.yaml.gotmpl");
    project.write(
        "helmfile.yaml.gotmpl",
        &text.replace(
            "[values/b.yaml]",
            "[values/b.yaml, {tag: {{ include \"t\" . }}}]",
        ),
    );
    let mut session = Session::start(&project, &TEMPLATE);
    project.write("data/note.txt", "two\n");
    session.ran(&["c"]);
    project.write("_helpers.tpl", "{{ define \"t\" }}two{{ end }}\n");
    session.ran(&["b"]);
    let text = project.read("helmfile.yaml.gotmpl");
    project.write(
        "helmfile.yaml.gotmpl",
        &format!("{text}- {{name: d, namespace: shop, chart: ./charts/w}}\n"),
    );
    session.ran(&["d"]);
    session.rests(Duration::from_secs(1));
}

fn rules(helm: &str) {
    let project = trio(helm);
    let mut session = Session::start(&project, &TEMPLATE);
    let mut subst = project.command(binary("helmfire-subst"));
    subst.args(["chart", "./charts/x", "mine", "--release", "a"]);
    project.write("mine/Chart.yaml", "apiVersion: v2\nname: mine\nversion: 1.0.0\n");
    project.write("mine/values.yaml", "default: mine\n");
    assert!(subst.status().unwrap().success());
    session.ran(&["a"]);
    project.write("mine/values.yaml", "default: other\n");
    session.ran(&["a"]);
    project.write("charts/x/values.yaml", "default: two\n");
    session.ran(&["b"]);
    project.remove("helmfire.toml");
    session.ran(&["a"]);
}

fn nested(helm: &str) {
    let project = Project::new(helm);
    project
        .chart("x")
        .write("values/top.yaml", "v: 1\n")
        .write("sub/one.yaml", "v: 1\n");
    let release = |name: &str, values: &str, up: &str| {
        format!(
            "releases:\n- {{name: {name}, namespace: shop, chart: {up}/charts/x, values: [{values}]}}\n"
        )
    };
    project
        .write("sub/empty.yaml", &release("always", "[]", "..").replace("[[]]", "[]"))
        .write("sub/plain.yaml", &release("one", "one.yaml", ".."))
        .write(
            "helmfile.yaml",
            &format!(
                "helmfiles:\n- path: sub/plain.yaml\n- path: sub/empty.yaml\n  selectors: []\n{}",
                release("top", "values/top.yaml", ".")
            ),
        );
    let mut session = Session::start(&project, &TEMPLATE);
    // The nested helmfile is run by itself.
    project.write("sub/one.yaml", "v: 2\n");
    session.ran(&["one"]);
    // This one cannot be had alone.
    project.write("values/top.yaml", "v: 2\n");
    let event = session.until("refused", |event| event["event"] == "refused");
    assert_eq!(event["release"], "top");
    assert!(event["message"].as_str().unwrap().contains("always"), "{event}");
    session.rests(Duration::from_secs(2));
}

fn of_directory(helm: &str) {
    let project = Project::new(helm);
    let release = |name: &str, up: &str| {
        format!(
            "releases:\n- {{name: {name}, namespace: shop, chart: {up}/charts/x, \
             labels: {{pick: \"yes\"}}, values: [{up}/{name}.yaml]}}\n"
        )
    };
    project.chart("x").write("one.yaml", "v: 1\n").write("two.yaml", "v: 1\n");
    project.write("helmfile.d/1.yaml", &release("one", ".."));
    project.write(
        "helmfile.d/2.yaml",
        &format!(
            "helmfiles:\n- path: ../sub/helmfile.yaml\n  selectors: [pick=yes]\n{}",
            release("three", "..")
        ),
    );
    project.write("three.yaml", "v: 1\n");
    project.write("sub/helmfile.yaml", &release("two", ".."));
    let mut session = Session::start(&project, &TEMPLATE);
    project.write("one.yaml", "v: 2\n");
    session.ran(&["one"]);
    project.write("two.yaml", "v: 2\n");
    session.ran(&["two"]);
    // It stands beside the selectors, which are named.
    project.write("three.yaml", "v: 2\n");
    let event = session.until("refused", |event| event["event"] == "refused");
    assert_eq!(event["release"], "three");
    let message = event["message"].as_str().unwrap();
    assert!(message.ends_with("(see selectors in helmfile.d/2.yaml)"), "{message}");
}

fn flags(helm: &str) {
    let project = trio(helm);
    let log = "#!/bin/sh\necho \"$*\" >>../calls\nexec ../bin/helm \"$@\"\n";
    project.write("recorder", log);
    let recorder = project.path("recorder").display().to_string();
    // As `helmfire sync --watch` passes them on.
    let args = [
        "--initial",
        "skip",
        "-b",
        &recorder,
        "--",
        "--selector",
        "name!=c",
        "template",
        "-q",
        "--set",
        "extra=1",
    ];
    let mut session = Session::start(&project, &args);
    project.write("charts/w/values.yaml", "default: two\n");
    session.rests(Duration::from_secs(2));
    project.write("values/a.yaml", "value: 2\n");
    session.ran(&["a"]);
    let calls = fs::read_to_string(project.path("../calls")).unwrap();
    let template: Vec<&str> =
        calls.lines().filter(|line| line.starts_with("template")).collect();
    assert_eq!(template.len(), 1, "{calls}");
    assert!(
        template[0].starts_with("template a charts/x")
            && template[0].contains("extra=1")
    );
}

fn one_at_a_time(helm: &str) {
    let project = trio(helm);
    let session = Session::start(&project, &TEMPLATE);
    let mut second = project.command(binary("helmfire-watch"));
    let output =
        second.args(["-f", "helmfile.yaml", "--", "template"]).output().unwrap();
    assert_eq!(output.status.code(), Some(75), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains(&format!("process {} is at", session.pid())), "{said}");
    let mut other =
        project.command(Command::new(binary("helmfire-watch").get_program()));
    let output = other.args(["--", "destroy"]).output().unwrap();
    assert_eq!(output.status.code(), Some(64), "{output:?}");
}
