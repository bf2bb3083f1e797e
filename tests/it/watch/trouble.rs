//! What goes wrong: broken files, failing releases, runs that write their inputs.

use std::fs;
use std::process::Command;
use std::time::Duration;

use libtest_mimic::Trial;

use super::session::{Session, deployed_trio, trio};
use super::{Test, deploying, rendering};
use crate::releases::project::Project;
use crate::support::{Need, binary, trial_needing};

const RENDERING: [Test; 10] = [
    ("nothing_to_watch_is_said", nothing),
    ("a_broken_helmfile_is_mended", a_broken_helmfile),
    ("it_may_be_broken_at_the_start", broken_at_the_start),
    ("a_run_that_writes_its_inputs_ends", writes_its_inputs),
    ("a_hook_that_writes_while_helmfile_reads_is_no_change", prepare_hook),
    ("a_removed_release_is_reported", removed),
    ("every_event_goes_to_a_command", on_event),
    ("a_command_that_hangs_is_ended", hanging_command),
    ("the_user_may_save_during_each_run", saves_during_runs),
    ("its_own_state_is_no_input", own_state),
];
const DEPLOYING: [Test; 2] =
    [("a_failed_release_stays_due", failed), ("it_is_tried_again_by_itself", again)];

pub fn trials() -> Vec<Trial> {
    let mut trials = rendering("trouble", &RENDERING);
    let needs = [Need::Tool("helm3"), Need::Tool("helmfile"), Need::UserNamespace];
    let name = "watch::trouble::without_inotify_it_polls";
    trials.push(trial_needing(&needs, name, without_inotify));
    trials.extend(deploying("trouble", &DEPLOYING));
    trials
}

const TEMPLATE: [&str; 5] = ["--initial", "skip", "--", "-q", "template"];

fn a_broken_helmfile(helm: &str) {
    let project = trio(helm);
    let mut session = Session::start(&project, &TEMPLATE);
    let text = project.read("helmfile.yaml");
    project.write("helmfile.yaml", "releases: [\n");
    let event = session.until("an error", |event| event["event"] == "error");
    assert!(
        event["message"].as_str().unwrap().contains("failed to read helmfile.yaml")
    );
    project.write("values/a.yaml", "value: 2\n");
    session.rests(Duration::from_secs(2));
    project.write("helmfile.yaml", &text);
    session.until("mended", |event| event["event"] == "mended");
    session.ran(&["a"]);
}

fn broken_at_the_start(helm: &str) {
    let project = trio(helm);
    let text = project.read("helmfile.yaml");
    project.write("helmfile.yaml", "releases: [\n");
    let mut session = Session::begin(&project, &["--", "-q", "template"]);
    session.until("an error", |event| event["event"] == "error");
    project.write("helmfile.yaml", &text);
    session.ran(&["a", "b", "c"]);
}

fn writes_its_inputs(helm: &str) {
    let project = trio(helm);
    let hook = "hooks: [{events: [cleanup], command: sh, args: [-c, 'date +%s%N | sed \"s/^/value: /\" >values/a.yaml']}], ";
    let text = project.read("helmfile.yaml");
    project.write(
        "helmfile.yaml",
        &text.replace("{name: a, ", &format!("{{name: a, {hook}")),
    );
    let mut session = Session::begin(&project, &["--", "-q", "template"]);
    session.ran(&["a", "b", "c"]);
    session.ran(&["a"]);
    let event = session.until("self-writing", |event| event["event"] == "self-writing");
    assert!(event["file"].as_str().unwrap().ends_with("values/a.yaml"), "{event}");
    session.rests(Duration::from_secs(8));
    let runs = session.runs();
    assert!(runs <= 3, "{runs} runs");
    // Not given up for ever.
    project.write("values/b.yaml", "value: 2\n");
    session.until("b", |event| event["event"] == "run-finished");
}

fn prepare_hook(helm: &str) {
    let project = trio(helm);
    let text = project.read("helmfile.yaml");
    project.remove("helmfile.yaml");
    let hook = "hooks: [{events: [prepare], command: sh, args: [-c, 'date +%s%N >hook.log']}], ";
    project.write(
        "helmfile.yaml.gotmpl",
        &text.replace("{name: a, ", &format!("{{name: a, {hook}")).replace(
            "[values/b.yaml]",
            "[{note: {{ readFile \"note.txt\" | quote }}}]",
        ),
    );
    project.write("note.txt", "one\n");
    let mut session = Session::start(&project, &TEMPLATE);
    session.rests(Duration::from_secs(4));
    project.write("note.txt", "two\n");
    session.ran(&["b"]);
    session.rests(Duration::from_secs(4));
}

fn removed(helm: &str) {
    let project = trio(helm);
    let mut session = Session::begin(&project, &["--", "-q", "template"]);
    session.ran(&["a", "b", "c"]);
    let text = project.read("helmfile.yaml");
    let without: Vec<&str> =
        text.lines().filter(|line| !line.contains("name: b")).collect();
    project.write("helmfile.yaml", &(without.join("\n") + "\n"));
    let event = session.until("removed", |event| event["event"] == "removed");
    assert_eq!(event["release"], "b");
    session.rests(Duration::from_secs(2));
}

fn on_event(helm: &str) {
    let project = trio(helm);
    let command = format!("cat >>{}", project.path("../seen").display());
    let mut args = vec!["--on-event", &command];
    args.extend(TEMPLATE);
    let mut session = Session::start(&project, &args);
    project.write("values/a.yaml", "value: 2\n");
    session.ran(&["a"]);
    assert_eq!(session.stop(), Some(143));
    let seen = fs::read_to_string(project.path("../seen")).unwrap();
    let lines: Vec<serde_json::Value> =
        seen.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.first().unwrap()["event"], "started");
    assert_eq!(lines.last().unwrap()["event"], "stopped");
    assert_eq!(lines.last().unwrap()["code"], 143);
    let journal = find(&project.path("../state"), "events.jsonl");
    assert_eq!(fs::read_to_string(journal).unwrap(), seen);
}

fn hanging_command(helm: &str) {
    let project = trio(helm);
    let mut args = vec!["--on-event", "exec sleep 1234"];
    args.extend(TEMPLATE);
    let mut session = Session::start(&project, &args);
    project.write("values/a.yaml", "value: 2\n");
    session.ran(&["a"]);
    assert_eq!(session.stop(), Some(143));
    let left = Command::new("pgrep").args(["-f", "sleep 1234"]).output().unwrap();
    assert!(left.stdout.is_empty(), "{left:?}");
}

/// What looks like a run that writes its inputs must not lose the last save.
fn saves_during_runs(helm: &str) {
    let project = trio(helm);
    let mut session = Session::start(&project, &TEMPLATE);
    project.write("values/a.yaml", "value: 2\n");
    for number in 3..6 {
        session.until("a", |event| event["event"] == "run-started");
        std::thread::sleep(Duration::from_millis(100));
        project.write("values/a.yaml", &format!("value: {number}\n"));
    }
    // No hook could have written it: each save is deployed, and without delay.
    for _ in 0..2 {
        let end = |event: &serde_json::Value| event["event"] == "run-finished";
        session.until_within(Duration::from_secs(20), "the end of a run", end);
    }
    session.rests(Duration::from_secs(2));
    let loops = |event: &&serde_json::Value| event["event"] == "self-writing";
    assert_eq!(session.events.iter().filter(loops).count(), 0, "{:#?}", session.events);
}

/// Nothing to watch, and a mistyped environment.
fn nothing(helm: &str) {
    let project = Project::new(helm);
    let watch = |project: &Project| {
        let mut command = project.command(binary("helmfire-watch"));
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = watch(&project);
    assert_eq!((code, said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("there is no helmfile.yaml"), "{said}");
    let project = trio(helm);
    let mut session = Session::begin(&project, &["-e", "prod", "--", "template"]);
    let event = session.until("error", |event| event["event"] == "error");
    assert_eq!(event["message"], "no helmfile knows the environment prod");
    session.rests(Duration::from_secs(1));
    let text = project.read("helmfile.yaml");
    let known = format!("environments: {{prod: {{}}}}\n---\n{text}");
    project.write("helmfile.yaml", &known);
    session.ran(&["a", "b", "c"]);
}

/// In a namespace in which no more than three directories can be watched.
fn without_inotify() {
    let project = trio("helm3");
    let script = format!(
        "echo 3 >/proc/sys/user/max_inotify_watches && exec {} \"$@\"",
        binary("helmfire-watch").get_program().display()
    );
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "sh", "-c", &script, "sh"]);
    let mut session = Session::run_by(&project, command, &TEMPLATE);
    session.until("watching", |event| event["event"] == "watching");
    project.write("values/a.yaml", "value: 2\n");
    session.ran(&["a"]);
    project.write("charts/w/values.yaml", "default: two\n");
    session.ran(&["c"]);
    let said = fs::read_to_string(project.path("../errors")).unwrap();
    assert!(said.contains("limit fs.inotify.max_user_watches"), "{said}");
    assert_eq!(said.matches("2 s instead").count(), 1, "{said}");
}

/// A state directory within the project.
fn own_state(helm: &str) {
    let project = trio(helm);
    let text = project.read("helmfile.yaml");
    project.remove("helmfile.yaml");
    project.write("note.txt", "one\n");
    let read = "[{note: {{ readFile \"note.txt\" | quote }}}]";
    project.write("helmfile.yaml.gotmpl", &text.replace("[values/b.yaml]", read));
    fs::create_dir(project.path("state")).unwrap();
    std::os::unix::fs::symlink(project.path("state"), project.path("../state"))
        .unwrap();
    let mut session = Session::start(&project, &TEMPLATE);
    session.rests(Duration::from_secs(2));
    let events = session.events.len();
    project.write("note.txt", "two\n");
    session.ran(&["b"]);
    session.rests(Duration::from_secs(3));
    assert!(session.events.len() < events + 8, "{:#?}", session.events);
}

fn find(directory: &std::path::Path, name: &str) -> std::path::PathBuf {
    let entries = fs::read_dir(directory).unwrap().flatten().map(|entry| entry.path());
    entries.map(|path| path.join(name)).find(|path| path.exists()).unwrap()
}

fn failed(helm: &str) {
    let project = deployed_trio(helm);
    let mut session = Session::begin(&project, &[]);
    session.ran(&["a", "b", "c"]);
    let good = project.read("charts/w/templates/config.yaml");
    project.write("charts/w/templates/config.yaml", "kind: [\n");
    let event = session.until("a failure", |event| event["event"] == "run-finished");
    assert_eq!(event["success"], false);
    assert!(
        event["releases"][0]["error"].as_str().unwrap().contains("config.yaml"),
        "{event:#}"
    );
    // The same again makes no other run, another change does.
    session.rests(Duration::from_secs(2));
    project.write("values/a.yaml", "value: 2\n");
    let event = session.until("both", |event| event["event"] == "run-finished");
    let names = super::session::names(&event);
    assert_eq!(names, ["a".to_string(), "c".to_string()].into());
    // Even as it was, it is deployed: how far the failed run came is not known.
    project.write("charts/w/templates/config.yaml", &good);
    session.ran(&["c"]);
}

fn again(helm: &str) {
    let project = deployed_trio(helm);
    let kubeconfig = project.path("../kubeconfig");
    let good = fs::read_to_string(&kubeconfig).unwrap();
    fs::write(&kubeconfig, good.replace("https://127.0.0.1:", "https://127.0.0.1:1"))
        .unwrap();
    let mut session = Session::begin(&project, &["--retry-interval", "2s"]);
    let event = session.until("a failure", |event| event["event"] == "run-finished");
    assert_eq!(event["success"], false);
    fs::write(&kubeconfig, good).unwrap();
    let success = |event: &serde_json::Value| {
        event["event"] == "run-finished" && event["success"] == true
    };
    session.until("success", success);
    session.rests(Duration::from_secs(3));
}
