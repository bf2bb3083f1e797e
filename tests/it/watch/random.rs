//! Edits at random moments; at the end the cluster is what a fresh sync makes it.
//!
//! `HELMFIRE_TEST_SECONDS` says for how long; the default is short.

#![expect(clippy::print_stdout, reason = "a failure is looked into by its seed")]

use std::collections::BTreeSet;
use std::env;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;

use super::session::{Session, deployed_trio, names};
use super::{Test, deploying};

const ALL: [Test; 1] = [("the_cluster_equals_a_fresh_sync", random)];

pub fn trials() -> Vec<Trial> {
    deploying("random", &ALL)
}

/// A small generator, seeded with the time and printed, so that a failure can be
/// looked into.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

fn random(helm: &str) {
    let seconds = env::var("HELMFIRE_TEST_SECONDS").ok().and_then(|it| it.parse().ok());
    let time = Duration::from_secs(seconds.unwrap_or(30));
    let now =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let seed = u64::try_from(now.as_nanos()).unwrap_or(1) | 1;
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let project = deployed_trio(helm);
    let helmfile = project.read("helmfile.yaml");
    let mut session = Session::begin(&project, &[]);
    session.ran(&["a", "b", "c"]);
    let end = Instant::now() + time;
    let mut edits = 0;
    while Instant::now() < end {
        edits += 1;
        match dice.roll(12) {
            0..4 => {
                let name = ["a", "b", "c"][usize::try_from(dice.roll(3)).unwrap()];
                project.write(
                    &format!("values/{name}.yaml"),
                    &format!("value: {edits}\n"),
                );
            }
            4..6 => {
                project.write("charts/x/values.yaml", &format!("default: {edits}\n"));
            }
            6 => {
                project.write("charts/w/file.txt", &format!("{edits}\n"));
            }
            7 => {
                // Broken for a moment.
                project.write("helmfile.yaml", "releases: [\n");
                thread::sleep(Duration::from_millis(dice.roll(900)));
                project.write("helmfile.yaml", &helmfile);
            }
            8 => {
                let with = helmfile.replace(
                    "values: [values/b.yaml]",
                    &format!("values: [values/b.yaml, {{edit: {edits}}}]"),
                );
                project.write("helmfile.yaml", &with);
            }
            9 => {
                project.write(
                    "values/a.yaml",
                    &format!("# {edits}\n{}", project.read("values/a.yaml")),
                );
            }
            10 => {
                project.write("charts/w/templates/config.yaml", "kind: [\n");
                thread::sleep(Duration::from_millis(dice.roll(1500)));
                restore(&project);
            }
            _ => {
                project.write("values/.b.tmp", &format!("value: {edits}\n"));
                std::fs::rename(
                    project.path("values/.b.tmp"),
                    project.path("values/b.yaml"),
                )
                .unwrap();
            }
        }
        thread::sleep(Duration::from_millis(dice.roll(1500)));
    }
    restore(&project);
    let silence = Instant::now() + Duration::from_secs(60);
    // Until nothing runs any more.
    let mut quiet = Instant::now();
    let mut before = session.events.len();
    while quiet.elapsed() < Duration::from_secs(10) && Instant::now() < silence {
        session.runs();
        if session.events.len() != before {
            (before, quiet) = (session.events.len(), Instant::now());
        }
        thread::sleep(Duration::from_millis(50));
    }
    let runs = session.runs();
    for event in session.events.iter().filter(|it| it["event"] == "run-started") {
        if event["whole"] == false {
            for release in event["releases"].as_array().unwrap() {
                assert!(
                    release["files"].is_array(),
                    "no reason for {release} (seed {seed})"
                );
            }
            assert!(
                names(event)
                    .is_subset(&BTreeSet::from(["a", "b", "c"].map(String::from)))
            );
        }
    }
    drop(session);
    let watched = project.values_of_cluster();
    let mut sync = Command::new(project.path("../bin/helmfile"));
    sync.args(["-q", "sync"]);
    assert!(project.command(sync).output().unwrap().status.success());
    assert_eq!(
        watched,
        project.values_of_cluster(),
        "seed {seed}, {edits} edits, {runs} runs"
    );
    println!("{edits} edits, {runs} runs");
}

fn restore(project: &crate::releases::project::Project) {
    let good = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-{{ .Chart.Name }}\ndata:\n  \
                values: {{ .Values | toJson | quote }}\n  file: {{ .Files.Get \"file.txt\" | quote \
                }}\n";
    project.write("charts/w/templates/config.yaml", good);
}
