//! `helmfire-postrender` on a bad day: full disks, odd files, odd variables.

use std::fs::{self, File};
use std::process::{Command, Output, Stdio};

use crate::support::{binary, trials};

trials!(
    a_list_that_cannot_be_written_is_an_error,
    an_empty_variable_is_as_good_as_none,
    what_is_no_rules_file_is_not_passed_over,
    strict_fails_before_a_further_command_takes_all,
    a_long_line_takes_no_time_to_speak_of,
);

const RULES: &str = "[[image]]\nfrom = \"nginx:1\"\nto = \"m.test/web:2\"\n";
const MANIFEST: &str = "kind: Pod\nimage: nginx:1\n";

/// Runs the filter over `MANIFEST` in a directory with `RULES`.
fn run(dir: &tempfile::TempDir, change: impl FnOnce(&mut Command)) -> Output {
    fs::write(dir.path().join("m.yaml"), MANIFEST).unwrap();
    let mut command = binary("helmfire-postrender");
    command.current_dir(dir.path()).stdin(Stdio::null());
    change(&mut command);
    command.output().unwrap()
}

fn project() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("helmfire.toml"), RULES).unwrap();
    dir
}

fn a_list_that_cannot_be_written_is_an_error() {
    for arguments in
        [&["--list", "m.yaml"][..], &["--list", "--json", "m.yaml"], &["m.yaml"]]
    {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let dir = project();
        fs::write(dir.path().join("m.yaml"), MANIFEST).unwrap();
        let status = binary("helmfire-postrender")
            .current_dir(dir.path())
            .args(arguments)
            .stdout(full)
            .stderr(Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(1), "{arguments:?}");
    }
}

fn an_empty_variable_is_as_good_as_none() {
    let output = run(&project(), |command| {
        for name in ["REPORT", "RELEASE", "NAMESPACE", "FILE"] {
            command.env(format!("HELMFIRE_{name}"), "");
        }
        command.arg("m.yaml");
    });
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "kind: Pod\nimage: m.test/web:2\n"
    );
}

fn what_is_no_rules_file_is_not_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("helmfire.toml")).unwrap();
    let output = run(&dir, |command| {
        command.arg("m.yaml");
    });
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("helmfire.toml is not a file"), "{stderr}");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
}

fn strict_fails_before_a_further_command_takes_all() {
    let dir = project();
    fs::write(dir.path().join("helmfire.toml"), RULES.replace("nginx", "redis"))
        .unwrap();
    let output = run(&dir, |command| {
        command.args(["--strict", "m.yaml", "--then", "sh", "-c"]);
        command.arg("read line; while read line; do :; done; echo all >taken");
    });
    assert_eq!(output.status.code(), Some(1));
    assert!(!dir.path().join("taken").exists());
}

/// Each would take minutes if the search looked at the line again at every hit.
fn a_long_line_takes_no_time_to_speak_of() {
    let dir = project();
    let items = r#"{"kind":"Pod","image":"redis:7"},"#.repeat(200_000);
    let texts = [
        format!("a: {}\nimage: nginx:1\n", "mage".repeat(500_000)),
        format!("a: {}\nimage: nginx:1\n", "image.".repeat(500_000)),
        format!("{{\"kind\":\"List\",\"items\":[{items}{{\"image\":\"nginx:1\"}}]}}\n"),
    ];
    for text in texts {
        fs::write(dir.path().join("long.yaml"), &text).unwrap();
        let output = run(&dir, |command| {
            command.arg("long.yaml");
        });
        assert_eq!(
            output.stdout.len(),
            text.len() + "m.test/web:2".len() - "nginx:1".len()
        );
    }
}
