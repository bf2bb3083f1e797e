//! The timer, the cron line and the Makefile target of contrib, tried.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

use libtest_mimic::Trial;

use super::bed::Bed;
use super::server::as_user;
use super::with_both;
use crate::support::{Need, binary, root, trial_needing};

pub fn trials() -> Vec<Trial> {
    let mut trials = with_both("contrib::cron", cron);
    trials.extend(with_both("contrib::make", make));
    trials.extend(with_both("contrib::service", service));
    trials.extend(with_both("contrib::rights", rights));
    let systemd = [Need::Program("systemd-analyze")];
    trials.push(trial_needing(&systemd, "drift::contrib::units_are_right", units));
    trials
}

fn read(name: &str) -> String {
    fs::read_to_string(root().join("contrib").join(name)).unwrap()
}

/// Runs `line` as sh would, in the project, with our programs on PATH.
fn shell(bed: &Bed, line: &str) -> Output {
    let mut shell = Command::new("sh");
    shell.args(["-c", line]);
    bed.project.command(shell).env("DEPLOY", ".").output().unwrap()
}

/// Of a crontab the command, in which `\%` is `%`; drift only, for helm-diff is absent.
fn cron(helm: &str) {
    let text = read("cron/helmfire-drift");
    let line = text.lines().find(|line| line.starts_with("*/15 ")).unwrap();
    let command = line.splitn(6, ' ').nth(5).unwrap().replace("\\%", "%");
    let command = command.replace("--quiet", "--quiet --only drift");
    let bed = Bed::new(helm);
    let output = shell(&bed, &command);
    assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    bed.shell("kubectl scale deploy web --replicas=5");
    let output = shell(&bed, &command);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("replicas: live 5, desired 2"), "{output:?}");
    // No mail while another one is at work.
    let mut check = binary("helmfire-drift");
    check.args(["check", "--only", "drift", "--interval", "1m"]);
    let mut check = bed.project.command(check);
    let mut check = check.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut reader = BufReader::new(check.stdout.take().unwrap());
    reader.read_line(&mut line).unwrap();
    let output = shell(&bed, &command);
    check.kill().unwrap();
    check.wait().unwrap();
    assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
}

fn make(helm: &str) {
    let bed = Bed::new(helm);
    let file = root().join("contrib/make/drift.mk");
    let own = format!("include {}\nall:\n\t@echo all of it\n", file.display());
    bed.project.write("Makefile", &own);
    let output = shell(&bed, "make");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "all of it\n", "{output:?}");
    let line = "make drift DRIFT_FLAGS='--only drift --summary'";
    let text = String::from_utf8(shell(&bed, line).stdout).unwrap();
    assert!(text.contains("1 clean"), "{text}");
    bed.shell("kubectl scale deploy web --replicas=5");
    let output = shell(&bed, "make drift");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("replicas: live 5, desired 2"), "{output:?}");
    assert_eq!(
        output.status.code(),
        Some(2),
        "make's own code for a target that failed"
    );
}

/// The command of the unit, with the exit codes that it takes for success.
fn service(helm: &str) {
    let text = read("systemd/helmfire-drift.service");
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)).unwrap();
        line.trim_start_matches('=').to_string()
    };
    let command = value("ExecStart").replace("/usr/local/bin/", "");
    let success: Vec<i32> =
        value("SuccessExitStatus").split(' ').map(|it| it.parse().unwrap()).collect();
    assert_eq!(success, [2, 75]);
    let bed = Bed::new(helm);
    bed.shell("kubectl delete svc web");
    let output = shell(&bed, &format!("{command} --only drift"));
    assert!(success.contains(&output.status.code().unwrap()), "{output:?}");
}

/// The service account of the sample may do what it needs to.
fn rights(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell("kubectl scale deploy web --replicas=5");
    let text = read("rbac/helmfire-drift.yaml");
    let own = text.replace("helmfire-drift", &format!("{}-drift", bed.namespace));
    let own = own
        .replace("namespace: helmfire\n", &format!("namespace: {}\n", bed.namespace));
    let own =
        own.replace("namespace: helmfire}", &format!("namespace: {}}}", bed.namespace));
    bed.project.write("rbac.yaml", &own);
    bed.shell("kubectl apply -f rbac.yaml");
    let user = format!("system:serviceaccount:{0}:{0}-drift", bed.namespace);
    let is_by_field = || {
        let (found, code) = as_user(&bed, &user, || bed.drift(&[]));
        assert_eq!((found.len(), code), (1, 2), "{found:#?}");
        found[0]["byField"] == true
    };
    assert!(!is_by_field());
    bed.shell("kubectl delete clusterrolebinding NS-drift-try");
    assert!(is_by_field());
}

fn units() {
    let directory = tempfile::tempdir().unwrap();
    for unit in ["helmfire-drift.service", "helmfire-drift.timer"] {
        // The program need not be installed where this runs.
        let text = read(&format!("systemd/{unit}"));
        let text = text.replace("/usr/local/bin/helmfire-drift", "/bin/true");
        fs::write(directory.path().join(unit), text).unwrap();
    }
    let mut verify = Command::new("systemd-analyze");
    verify.args([
        "verify",
        "--man=no",
        "helmfire-drift.timer",
        "helmfire-drift.service",
    ]);
    let output = verify.current_dir(directory.path()).output().unwrap();
    let talk = String::from_utf8_lossy(&output.stderr);
    let own: Vec<&str> =
        talk.lines().filter(|line| line.contains("helmfire-drift")).collect();
    assert!(own.is_empty(), "{talk}");
    assert!(output.status.success(), "{talk}");
}
