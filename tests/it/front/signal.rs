//! Signals reach helmfile, and nothing is left behind.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::{Front, IMAGE};
use crate::support::trials;

trials!(a_signal_reaches_helmfile);

const WAITING: &str = r#"#!/bin/sh
here=$(dirname "$0")
trap 'echo told >"$here/told"; exit 143' TERM
echo $$ >"$here/pid"
while :; do sleep 0.05; done
"#;

fn a_signal_reaches_helmfile() {
    let front = Front::new().rules(IMAGE);
    front.program("helmfile", WAITING);
    let mut child = front.command(&["sync"]).stdout(Stdio::null()).spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(30);
    while !front.bin().join("pid").exists() {
        assert!(Instant::now() < end, "helmfile was not started");
        thread::sleep(Duration::from_millis(10));
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert!(front.bin().join("told").exists());
    let helmfile = fs::read_to_string(front.bin().join("pid")).unwrap();
    let alive = Command::new("kill").args(["-0", helmfile.trim()]).output().unwrap();
    assert!(!alive.status.success(), "helmfile lives on");
    assert!(front.leftovers().is_empty(), "{:?}", front.leftovers());
}
