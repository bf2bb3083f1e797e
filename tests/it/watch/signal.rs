//! Signals: nothing is left behind, and no release is left pending.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::Duration;

use libtest_mimic::Trial;

use super::session::{Session, deployed_trio, statuses, trio};
use super::{Test, deploying, rendering};
use crate::releases::project::Project;

const RENDERING: [Test; 6] = [
    ("at_rest_it_ends_at_once", at_rest),
    ("a_hangup_reads_everything_again", hangup),
    ("changes_during_a_run_wait", queue),
    ("a_change_may_restart_a_run", restart),
    ("a_question_leaves_nothing_behind", asking),
    ("whoever_insists_is_told_how_to_kill", insist),
];
const DEPLOYING: [Test; 2] = [
    ("an_interrupt_leaves_nothing_behind", interrupt),
    ("a_killed_watch_catches_up", killed),
];

pub fn trials() -> Vec<Trial> {
    let mut trials = rendering("signal", &RENDERING);
    trials.extend(deploying("signal", &DEPLOYING));
    trials
}

const TEMPLATE: [&str; 5] = ["--initial", "skip", "--", "-q", "template"];

fn at_rest(helm: &str) {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let project = trio(helm);
        let mut session = Session::start(&project, &TEMPLATE);
        session.rests(Duration::from_millis(700));
        session.send(signal);
        assert_eq!(session.wait().code(), Some(code));
    }
}

fn hangup(helm: &str) {
    let project = trio(helm);
    // What a file on a path that nobody watches says.
    let outside = project.path("../outside.txt").display().to_string();
    fs::write(&outside, "one\n").unwrap();
    let text = project.read("helmfile.yaml");
    project.remove("helmfile.yaml");
    let read = format!(
        "[{{note: {{{{ readFile (printf \"%s\" \"{outside}x\" | trimSuffix \"x\") | quote }}}}}}]"
    );
    project.write("helmfile.yaml.gotmpl", &text.replace("[values/b.yaml]", &read));
    let mut session = Session::start(&project, &TEMPLATE);
    fs::write(&outside, "two\n").unwrap();
    session.rests(Duration::from_secs(1));
    session.send("-HUP");
    session.ran(&["b"]);
}

/// A hook makes each run of `a` take three seconds.
fn slow(project: &Project) {
    let hook = "hooks: [{events: [cleanup], command: sh, args: [-c, 'touch ../running; sleep 3']}], ";
    let text = project.read("helmfile.yaml");
    project.write(
        "helmfile.yaml",
        &text.replace("{name: a, ", &format!("{{name: a, {hook}")),
    );
}

fn queue(helm: &str) {
    let project = trio(helm);
    slow(&project);
    let mut session = Session::start(&project, &TEMPLATE);
    project.write("values/a.yaml", "value: 2\n");
    session.until("a", |event| event["event"] == "run-started");
    for number in 0..4 {
        project.write("values/b.yaml", &format!("value: {}\n", number + 10));
        project.write("values/c.yaml", &format!("value: {}\n", number + 10));
        thread::sleep(Duration::from_millis(300));
    }
    session.ran(&["a"]);
    session.ran(&["b", "c"]);
    session.rests(Duration::from_secs(1));
}

fn restart(helm: &str) {
    let project = trio(helm);
    slow(&project);
    let mut args = vec!["--on-busy", "restart"];
    args.extend(TEMPLATE);
    let mut session = Session::start(&project, &args);
    project.write("values/a.yaml", "value: 2\n");
    session.until("a", |event| event["event"] == "run-started");
    thread::sleep(Duration::from_millis(1500));
    project.write("values/a.yaml", "value: 3\n");
    let event = session.until("its end", |event| event["event"] == "run-finished");
    assert_eq!(event["success"], false, "{event:#}");
    assert_eq!(event["releases"][0]["error"], "interrupted", "{event:#}");
    session.ran(&["a"]);
    session.rests(Duration::from_secs(1));
}

/// helmfile is being asked, not run, and a template of it takes its time.
fn asking(helm: &str) {
    let project = trio(helm);
    let text = project.read("helmfile.yaml");
    project.remove("helmfile.yaml");
    let slow =
        "{{ exec \"sh\" (list \"-c\" \"touch ../asked; sleep 31.41; echo '#'\") }}\n";
    project.write("helmfile.yaml.gotmpl", &format!("{slow}{text}"));
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let mut session = Session::begin(&project, &TEMPLATE);
        while !project.path("../asked").exists() {
            thread::sleep(Duration::from_millis(10));
        }
        session.send(signal);
        assert_eq!(session.wait().code(), Some(code));
        let left = Command::new("pgrep").args(["-f", "sleep 31.41"]).output().unwrap();
        assert!(left.stdout.is_empty(), "{}", String::from_utf8_lossy(&left.stdout));
        fs::remove_file(project.path("../asked")).unwrap();
    }
}

fn insist(helm: &str) {
    let project = trio(helm);
    let deaf = "trap : INT TERM; touch ../running; sleep 1; sleep 1; sleep 1; sleep 1";
    let hook =
        format!("hooks: [{{events: [cleanup], command: sh, args: [-c, '{deaf}']}}], ");
    let text = project.read("helmfile.yaml");
    project.write(
        "helmfile.yaml",
        &text.replace("{name: a, ", &format!("{{name: a, {hook}")),
    );
    let mut session = Session::start(&project, &TEMPLATE);
    project.write("values/a.yaml", "value: 2\n");
    while !project.path("../running").exists() {
        thread::sleep(Duration::from_millis(10));
    }
    for _ in 0..3 {
        session.send("-INT");
        thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(session.wait().code(), Some(130));
    let said = fs::read_to_string(project.path("../errors")).unwrap();
    assert!(said.contains("if it hangs, kill -KILL -- -"), "{said}");
}

fn interrupt(helm: &str) {
    let project = deployed_trio(helm);
    let hook = "hooks: [{events: [presync], command: sh, args: [-c, 'touch ../running; sleep 2']}], ";
    let text = project.read("helmfile.yaml");
    project.write(
        "helmfile.yaml",
        &text.replace("{name: a, ", &format!("{{name: a, {hook}")),
    );
    let mut session = Session::begin(&project, &[]);
    while !project.path("../running").exists() {
        thread::sleep(Duration::from_millis(10));
    }
    session.send("-INT");
    assert_eq!(session.wait().code(), Some(130));
    let marker = project.path("..").canonicalize().unwrap().display().to_string();
    let left = Command::new("pgrep").args(["-af", &marker]).output().unwrap();
    assert!(left.stdout.is_empty(), "{}", String::from_utf8_lossy(&left.stdout));
    let pending = statuses(&project);
    assert!(pending.iter().all(|it| !it.contains("pending")), "{pending:?}");
}

/// Killed at several moments of a run; the next watch makes up for it.
fn killed(helm: &str) {
    let project = deployed_trio(helm);
    let mut session = Session::begin(&project, &[]);
    session.ran(&["a", "b", "c"]);
    for (number, delay) in [100, 500, 700, 900, 1100].into_iter().enumerate() {
        project.write("values/a.yaml", &format!("value: {}\n", number + 10));
        project.write("charts/w/values.yaml", &format!("default: {number}\n"));
        thread::sleep(Duration::from_millis(delay));
        session.send("-KILL");
        session.wait();
        // helmfile has a process group of its own and goes on to its end.
        wait_for_helmfile(&project);
        let pending = statuses(&project);
        assert!(pending.iter().all(|it| !it.contains("pending")), "{pending:?}");
        project.write("values/b.yaml", &format!("value: {}\n", number + 10));
        session = Session::begin(&project, &["--initial", "skip"]);
        let names = session.run();
        assert!(names.contains("b"), "{names:?}");
        session.rests(Duration::from_millis(1500));
    }
    drop(session);
    let expected = project.values_of_cluster();
    assert!(expected.iter().any(|it| it.contains("value\\\":14")), "{expected:?}");
}

fn wait_for_helmfile(project: &Project) {
    let marker = project.path("../bin/helm").display().to_string();
    for _ in 0..500 {
        let left = Command::new("pgrep").args(["-f", &marker]).output().unwrap();
        let helmfile = running_in(&project.path("").canonicalize().unwrap());
        if left.stdout.is_empty() && !helmfile {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("helmfile does not end");
}

/// Whether a process has this working directory.
fn running_in(directory: &std::path::Path) -> bool {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut places =
        processes.filter_map(|it| fs::read_link(it.path().join("cwd")).ok());
    places.any(|place| place == directory)
}
