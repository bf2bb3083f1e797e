//! What is said and kept, and how often.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use serde_json::Value;

use super::bed::{Bed, rows};
use super::with_both;
use crate::support::binary;

type Test = (&'static str, fn(&str));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 4] = [
        ("where_nothing_can_be_kept_all_is_found", homeless),
        ("what_can_find_nothing_is_refused", senseless),
        ("history_tells_each_change_once", history),
        ("it_repeats_and_ends_with_a_signal", repeats),
    ];
    let trials = tests.into_iter();
    trials
        .flat_map(|(name, test)| with_both(&format!("report::{name}"), test))
        .collect()
}

/// The state directory is a file.
fn homeless(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell("kubectl scale deploy web --replicas=5");
    bed.project.write("file", "");
    let mut check = binary("helmfire-drift");
    check.args(["check", "--only", "drift", "--json"]);
    let mut check = bed.project.command(check);
    let output = check.env("HELMFIRE_STATE_HOME", "file/state").output().unwrap();
    let (found, code) = rows(&output);
    assert_eq!((found.len(), code), (1, 2), "{found:#?}");
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(
        talk.starts_with("helmfire-drift: what is found cannot be kept: ")
            && talk.contains("HELMFIRE_STATE_HOME")
            && talk.lines().count() == 1,
        "{talk}"
    );
}

fn senseless(helm: &str) {
    let bed = Bed::idle(helm);
    for args in [
        ["--cluster", "--only", "pending"],
        ["--cluster", "--fail-on", "pending"],
        ["--only=drift", "--fail-on", "pending"],
        ["--only=pending", "--fail-on", "drift"],
    ] {
        let output = bed.check(&args);
        let talk = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(64), "{args:?}: {talk}");
        assert!(talk.contains("leave out"), "{talk}");
    }
    let mut ignore = binary("helmfire-drift");
    ignore.args(["ignore", "--until", "2020-01-01"]);
    let output = bed.project.command(ignore).output().unwrap();
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(talk.contains("--until 2020-01-01 is over"), "{talk}");
    assert_eq!(output.status.code(), Some(64));
    let output = bed.check(&["--rules", "none.toml"]);
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(talk.contains("none.toml: ") && !talk.contains("subst"), "{talk}");
    assert_eq!(output.status.code(), Some(1));
}

fn history(helm: &str) {
    let bed = Bed::new(helm);
    let check = || bed.check(&["--only", "drift"]);
    let told = || {
        let mut program = binary("helmfire-drift");
        program.args(["history", "--json"]);
        let output = bed.project.command(program).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let event = |line: &str| {
            serde_json::from_str::<Value>(line).unwrap()["event"]
                .as_str()
                .unwrap()
                .to_string()
        };
        text.lines().map(event).collect::<Vec<_>>()
    };
    check();
    assert!(told().is_empty());
    bed.shell("kubectl scale deploy web --replicas=5");
    (0..3).for_each(|_| drop(check()));
    bed.shell("kubectl scale deploy web --replicas=6");
    check();
    bed.shell("kubectl scale deploy web --replicas=2");
    check();
    assert_eq!(told(), ["first-seen", "changed", "gone"]);
    let said = |args: &[&str]| {
        let mut program = binary("helmfire-drift");
        program.arg("history").args(args);
        bed.project.command(program).output().unwrap()
    };
    let text = String::from_utf8(said(&["-n", &bed.namespace]).stdout).unwrap();
    let replicas = "medium Deployment/web /spec/replicas: live 6, desired 2";
    assert!(text.contains(&format!("    new: {replicas}")), "{text}");
    for args in [["-n", "nowhere"], ["--release", "nosuch"]] {
        let output = said(&args);
        let talk = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.stdout.is_empty() && talk.contains("none of 3 events"),
            "{talk}"
        );
    }
    assert_eq!(said(&["-l", "name=web"]).status.code(), Some(64));
}

fn repeats(helm: &str) {
    let bed = Bed::new(helm);
    let mut program = binary("helmfire-drift");
    program.args(["check", "--only", "drift", "--interval", "1s", "--summary"]);
    let mut program = bed.project.command(program);
    let out = bed.project.path("../out");
    let file = fs::File::create(&out).unwrap();
    let mut child = program.stdout(file).stderr(Stdio::null()).spawn().unwrap();
    let lines = || fs::read_to_string(&out).unwrap().lines().count();
    let until = |number: usize| {
        let end = Instant::now() + Duration::from_secs(30);
        while lines() < number {
            assert!(Instant::now() < end, "{} lines", lines());
            thread::sleep(Duration::from_millis(20));
        }
    };
    until(2);
    // Another one of the same helmfile has to wait its turn.
    let second = bed.check(&["--only", "drift"]);
    assert_eq!(second.status.code(), Some(75), "{second:?}");
    let talk = String::from_utf8_lossy(&second.stderr);
    assert!(talk.contains(&format!("process {}", child.id())), "{talk}");
    bed.shell("kubectl scale deploy web --replicas=5");
    until(lines() + 2);
    let mut kill = Command::new("kill");
    assert!(kill.args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    let status = child.wait().unwrap();
    assert_eq!(status.signal(), Some(15));
    let text = fs::read_to_string(&out).unwrap();
    assert!(
        text.lines()
            .all(|line| line.starts_with("20") && line.contains("Z 1 release: "))
            && text.contains("Z 1 release: 1 clean")
            && text.ends_with("score 10\n"),
        "{text}"
    );
}
