//! The ways in which files are saved, and what must not be taken for a save.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::thread;
use std::time::Duration;

use libtest_mimic::Trial;

use super::session::{Session, trio};
use super::{Test, rendering};
use crate::releases::project::Project;

const ALL: [Test; 12] = [
    ("editors", editors),
    ("half_a_file_is_not_taken", half_a_file),
    ("a_comment_runs_nothing", a_comment),
    ("reading_is_no_change", reading),
    ("a_config_map_swaps_its_data", a_config_map),
    ("a_directory_is_made_anew", a_directory),
    ("a_file_becomes_a_directory", a_file_becomes_a_directory),
    ("a_missing_file_appears", a_missing_file),
    ("a_storm_is_one_run", a_storm),
    ("polling_alone_sees_everything", polling),
    ("names_on_standard_input_are_hints", standard_input),
    ("git_is_waited_for", git),
];

pub fn trials() -> Vec<Trial> {
    rendering("save", &ALL)
}

const TEMPLATE: [&str; 5] = ["--initial", "skip", "--", "-q", "template"];

fn shell(project: &Project, script: &str) {
    let mut shell = Command::new("sh");
    let output = project.command(shell_of(&mut shell, script)).output().unwrap();
    assert!(output.status.success(), "{script}: {output:?}");
}

fn shell_of(shell: &mut Command, script: &str) -> Command {
    shell.args(["-e", "-c", script]);
    std::mem::replace(shell, Command::new("true"))
}

/// How vim, VS Code, emacs, sed and others save.
fn editors(helm: &str) {
    let project = trio(helm);
    let mut session = Session::start(&project, &TEMPLATE);
    for (number, script) in [
        // vim with backup: rename away, write anew, remove the backup.
        "touch values/4913; rm values/4913; mv values/a.yaml values/a.yaml~; \
         echo 'value: N' >values/a.yaml; rm values/a.yaml~",
        // A temporary file beside it, renamed over.
        "echo 'value: N' >values/.a.yaml.tmp; mv values/.a.yaml.tmp values/a.yaml",
        // In place.
        "echo 'value: N' >values/a.yaml",
        "sed -i 's/value: .*/value: N/' values/a.yaml",
        "echo 'value: N' >/tmp/$$.helmfire; cp /tmp/$$.helmfire values/a.yaml; rm /tmp/$$.helmfire",
        // With a lock beside it, as emacs does.
        "ln -s me values/.#a.yaml; echo 'value: N' >values/a.yaml; rm values/.#a.yaml",
        // Removed first.
        "rm values/a.yaml; sleep 0.2; echo 'value: N' >values/a.yaml",
    ]
    .iter()
    .enumerate()
    {
        shell(&project, &script.replace('N', &(number + 10).to_string()));
        session.ran(&["a"]);
    }
    session.rests(Duration::from_secs(1));
    assert_eq!(session.runs(), 7);
}

fn half_a_file(helm: &str) {
    let project = trio(helm);
    let mut session = Session::start(&project, &TEMPLATE);
    shell(
        &project,
        "printf 'value: [1,' >values/a.yaml; sleep 0.3; printf ' 2]\\n' >>values/a.yaml",
    );
    session.ran(&["a"]);
    session.rests(Duration::from_secs(1));
}

fn a_comment(helm: &str) {
    let project = trio(helm);
    let mut session = Session::start(&project, &TEMPLATE);
    project.write("values/a.yaml", "# new\nvalue:   1 # one\n");
    let text = project.read("helmfile.yaml");
    project.write("helmfile.yaml", &format!("# new\n{text}"));
    project.write("README.md", "unrelated\n");
    session.rests(Duration::from_secs(3));
}

fn reading(helm: &str) {
    let project = trio(helm);
    let mut session = Session::start(&project, &TEMPLATE);
    shell(&project, "for n in 1 2 3 4 5 6 7 8 9; do grep -r value . >/dev/null; done");
    session.rests(Duration::from_secs(2));
    // Written anew, but the same.
    shell(
        &project,
        "for n in 1 2 3; do cat values/a.yaml >x; cat x >values/a.yaml; done; rm x",
    );
    session.rests(Duration::from_secs(2));
}

fn a_config_map(helm: &str) {
    let project = trio(helm);
    for (name, value) in [("..one", "1"), ("..two", "2")] {
        project.write(&format!("values/{name}/a.yaml"), &format!("value: {value}\n"));
    }
    project.remove("values/a.yaml");
    symlink("..one", project.path("values/..data")).unwrap();
    symlink("..data/a.yaml", project.path("values/a.yaml")).unwrap();
    let mut session = Session::start(&project, &TEMPLATE);
    symlink("..two", project.path("values/..next")).unwrap();
    fs::rename(project.path("values/..next"), project.path("values/..data")).unwrap();
    session.ran(&["a"]);
    session.rests(Duration::from_secs(1));
}

fn a_directory(helm: &str) {
    let project = trio(helm);
    let mut session = Session::start(&project, &TEMPLATE);
    shell(
        &project,
        "mv values gone; sleep 2; mkdir values; cp gone/* values; echo 'value: 2' >values/b.yaml",
    );
    session.until("an error", |event| {
        event["event"] == "error" || event["event"] == "run-finished"
    });
    session.until("b", |event| {
        event["event"] == "run-finished" && event["success"] == true
    });
    project.write("values/c.yaml", "value: 3\n");
    session.ran(&["c"]);
    shell(
        &project,
        "mkdir -p charts/x/templates/new/deep; echo '# x: {{ .Release.Name }}' >charts/x/templates/new/deep/x.yaml",
    );
    session.ran(&["a", "b"]);
}

fn a_file_becomes_a_directory(helm: &str) {
    let project = trio(helm);
    let mut session = Session::start(&project, &TEMPLATE);
    shell(
        &project,
        "rm values/a.yaml; mkdir values/a.yaml; sleep 3; rmdir values/a.yaml; echo 'value: 5' >values/a.yaml",
    );
    session.until("a", |event| {
        event["event"] == "run-finished" && event["success"] == true
    });
    project.write("values/b.yaml", "value: 6\n");
    session.ran(&["b"]);
}

fn a_missing_file(helm: &str) {
    let project = trio(helm);
    let text = project.read("helmfile.yaml");
    let lenient = text.replace("{name: b,", "{name: b, missingFileHandler: Warn,");
    project
        .write("helmfile.yaml", &lenient.replace("values/b.yaml", "later/deep/b.yaml"));
    let mut session = Session::start(&project, &TEMPLATE);
    project.write("later/deep/b.yaml", "value: 2\n");
    session.ran(&["b"]);
    shell(&project, "rm -r later");
    session.ran(&["b"]);
    project.write("later/deep/b.yaml", "value: 3\n");
    session.ran(&["b"]);
}

fn a_storm(helm: &str) {
    let project = trio(helm);
    let mut session = Session::start(&project, &TEMPLATE);
    for number in 0..5_000 {
        project.write(&format!("other/{}.txt", number % 1_000), &number.to_string());
        project.write("values/a.yaml", &format!("value: {number}\n"));
    }
    session.ran(&["a"]);
    session.rests(Duration::from_secs(1));
    let runs = session.runs();
    assert!(runs <= 3, "{runs} runs");
    assert_eq!(session.stop(), Some(143));
}

fn polling(helm: &str) {
    let project = trio(helm);
    // Nothing is noticed by itself, as on NFS.
    let args = ["--stdin", "--poll", "1s", "--initial", "skip", "--", "-q", "template"];
    let mut session = Session::start(&project, &args);
    project.write("values/a.yaml", "value: 2\n");
    session.ran(&["a"]);
    project.write("charts/w/values.yaml", "default: two\n");
    session.ran(&["c"]);
    session.rests(Duration::from_secs(2));
}

fn standard_input(helm: &str) {
    let project = trio(helm);
    let args = ["--stdin", "--initial", "skip", "--", "-q", "template"];
    let mut session = Session::start(&project, &args);
    project.write("values/a.yaml", "value: 2\n");
    session.rests(Duration::from_secs(1));
    session.say("values/a.yaml\n");
    session.ran(&["a"]);
    session.say("values/a.yaml\n");
    session.rests(Duration::from_secs(1));
    // What is left to do at the end is done.
    project.write("values/b.yaml", "value: 2\n");
    session.say("values/b.yaml\n");
    session.close();
    session.ran(&["b"]);
    assert_eq!(session.wait().code(), Some(0));
}

fn git(helm: &str) {
    let project = trio(helm);
    shell(&project, "git init -q .");
    let mut session = Session::start(&project, &TEMPLATE);
    project.write(".git/index.lock", "");
    project.write("values/a.yaml", "value: 2\n");
    session.rests(Duration::from_secs(2));
    project.write("values/b.yaml", "value: 2\n");
    project.remove(".git/index.lock");
    session.ran(&["a", "b"]);
    thread::sleep(Duration::from_millis(10));
    session.rests(Duration::from_secs(1));
}
