//! A helmfile that hangs, is broken or deaf, and one of several.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use serde_json::Value;

use super::bed::{Bed, says, unknown};
use super::with_both;
use crate::program;
use crate::support::{binary, tool};

type Test = (&'static str, fn(&str));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 4] = [
        ("a_helmfile_that_hangs_or_is_broken", helmfile),
        ("a_helmfile_that_ignores_term", deaf),
        ("a_signal_while_helmfile_works", signal),
        ("one_helmfile_of_several", one_of_several),
    ];
    let trials = tests.into_iter();
    trials
        .flat_map(|(name, test)| with_both(&format!("rendering::{name}"), test))
        .collect()
}

fn helmfile(helm: &str) {
    let bed = Bed::idle(helm);
    let good = bed.project.read("helmfile.yaml");
    bed.project.write("helmfile.yaml", "releases: [{name: web, chrt: x}]\n");
    says(&unknown(&bed, &[]), &["helmfile cannot tell its releases", "helmfile build"]);
    bed.project.remove("helmfile.yaml");
    bed.project.write(
        "helmfile.yaml.gotmpl",
        &format!("# {{{{ exec \"sleep\" (list \"60\") }}}}\n{good}"),
    );
    let start = Instant::now();
    says(&unknown(&bed, &["--helmfile-timeout", "1s"]), &["no answer within 1 s"]);
    assert!(start.elapsed() < Duration::from_secs(20));
    let marker = bed.project.path("").display().to_string();
    let left =
        Command::new("pgrep").args(["-f", &format!("sleep 60 {marker}")]).output();
    assert!(left.unwrap().stdout.is_empty());
}

/// A check with a program of that text for helmfile.
fn with_helmfile(bed: &Bed, text: &str, patience: &str) -> Command {
    let path = bed.project.path("../own-helmfile").display().to_string();
    program::write(&path, &format!("#!/bin/sh\n{text}\n"));
    let mut check = binary("helmfire-drift");
    check.args(["check", "--only", "drift", "--helmfile-timeout", patience]);
    let mut check = bed.project.command(check);
    check.env("HELMFIRE_HELMFILE", path);
    check
}

fn deaf(helm: &str) {
    let bed = Bed::idle(helm);
    let start = Instant::now();
    let text = "trap '' TERM; while :; do sleep 1; done";
    let output = with_helmfile(&bed, text, "1s").output().unwrap();
    assert!(start.elapsed() < Duration::from_secs(30));
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("gave no answer within 1 s"), "{text}");
    assert_eq!(output.status.code(), Some(1));
}

/// Nothing is told that was not found out.
fn signal(helm: &str) {
    let bed = Bed::idle(helm);
    let mut check = with_helmfile(&bed, "touch begun; exec sleep 60", "60s");
    let child = check.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(30);
    while !bed.project.path("begun").exists() {
        assert!(Instant::now() < end, "helmfile is not asked");
        thread::sleep(Duration::from_millis(20));
    }
    let kill = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.signal(), Some(15), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
}

/// In a directory and in a list; what the others declare is checked.
fn one_of_several(helm: &str) {
    let bed = Bed::new(helm);
    let good = bed.project.read("helmfile.yaml");
    bed.project.remove("helmfile.yaml");
    let in_sub = good.replace("./web", "../web").replace("[values.", "[../values.");
    let other = in_sub.replace("name: web", "name: other");
    let bad = "releases: [{name: {{ requiredEnv \"NOT_THERE\" }}, chart: x}]\n";
    let mut sync = Command::new(tool("helmfile"));
    for directory in ["helmfile.d", "sub"] {
        bed.project.write(&format!("{directory}/a.yaml"), &in_sub);
        bed.project.write(&format!("{directory}/c.yaml"), &other);
    }
    sync.args(["-q", "-f", "sub/c.yaml", "sync", "--take-ownership"]);
    assert!(bed.project.command(sync).output().unwrap().status.success());
    bed.shell("kubectl scale deploy web --replicas=5");
    for directory in ["helmfile.d", "sub"] {
        bed.project.write(&format!("{directory}/b.yaml.gotmpl"), bad);
    }
    let values = "environments: {default: {values: [{a: 1}]}}\n---\n";
    let own = good.replace("name: web", "name: third");
    for (name, list) in [
        ("list.yaml", "[sub/a.yaml, {path: sub/b.yaml.gotmpl}, sub/c.yaml]"),
        ("glob.yaml", "['sub/b.*', 'sub/*.yaml']"),
    ] {
        bed.project.write(name, &format!("{values}helmfiles: {list}\n{own}"));
    }
    let top = "helmfiles: [nested/helmfile.yaml, sub/missing.yaml]\n";
    bed.project.write("top.yaml", &format!("{top}{own}"));
    let below = "helmfiles: [../sub/b.yaml.gotmpl, ../sub/c.yaml]\n";
    bed.project.write("nested/helmfile.yaml", &format!("{below}{in_sub}"));
    let (rows, code) = bed.drift(&["-f", "top.yaml"]);
    let told = |row: &Value| {
        format!("{} {} {}", row["class"], row["release"], row["helmfile"])
    };
    let mut all: Vec<String> = rows.iter().map(told).collect();
    all.sort();
    let expected = [
        "\"drift\" \"other\" \"sub/c.yaml\"",
        "\"drift\" \"web\" \"nested/helmfile.yaml\"",
        "\"pending\" \"third\" \"top.yaml\"",
        "\"unknown\" \"\" \"sub/b.yaml.gotmpl\"",
        "\"unknown\" \"\" \"sub/missing.yaml\"",
    ];
    assert_eq!((all, code), (expected.map(String::from).into(), 1), "{rows:#?}");
    for (args, path, all) in [
        (&["-f", "helmfile.d"][..], "helmfile.d/b.yaml.gotmpl", 0),
        (&["-f", "list.yaml"], "sub/b.yaml.gotmpl", 1),
        (&["-f", "glob.yaml"], "sub/b.yaml.gotmpl", 1),
    ] {
        let (rows, code) = bed.drift(args);
        let of = |class: &str| -> Vec<String> {
            let rows = rows.iter().filter(|row| row["class"] == class);
            rows.map(|row| format!("{} {}", row["release"], row["pointer"])).collect()
        };
        let scaled = |name: &str| format!("\"{name}\" \"/spec/replicas\"");
        let mut drift = of("drift");
        drift.sort();
        assert_eq!(drift, [scaled("other"), scaled("web")], "{rows:#?}");
        let unknown: Vec<&Value> =
            rows.iter().filter(|row| row["class"] == "unknown").collect();
        assert_eq!((unknown.len(), code), (1, 1), "{rows:#?}");
        assert_eq!(unknown[0]["helmfile"], path);
        says(&[unknown[0]["reason"].to_string()], &["NOT_THERE", "helmfile build"]);
        // Not deployed yet, but declared by the helmfile that names the others.
        assert_eq!(of("pending").len(), all, "{rows:#?}");
    }
}
