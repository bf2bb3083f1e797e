//! Completion, as a shell asks for it.

use std::process::Command;

use libtest_mimic::Trial;

use super::Front;
use crate::support::{Need, trial, trial_needing};

pub fn trials() -> Vec<Trial> {
    let needs = [Need::Tool("helmfile"), Need::Tool("helm3")];
    vec![
        trial(
            "front::completion::own_words_need_no_helmfile",
            own_words_need_no_helmfile,
        ),
        trial("front::completion::scripts_are_printed", scripts_are_printed),
        trial_needing(&needs, "front::completion::bash_knows_both", bash_knows_both),
    ]
}

/// What bash would offer for `typed`, of which the last word is begun.
fn offered(front: &Front, typed: &[&str]) -> Vec<String> {
    let script = r#"PATH="$(dirname "$1"):$PATH"; shift
        source <(helmfire completion bash)
        COMP_WORDS=(helmfire "$@"); COMP_CWORD=$#; _helmfire 2>&1
        (( ${#COMPREPLY[@]} )) && printf '%s\n' "${COMPREPLY[@]}""#;
    let mut command = front.command_of("bash".as_ref(), &["-c", script, "bash"]);
    command.arg(env!("CARGO_BIN_EXE_helmfire")).args(typed);
    let output = command.output().unwrap();
    assert!(output.stderr.is_empty(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(String::from).collect()
}

fn own_words_need_no_helmfile() {
    let front = Front::empty();
    front.program("helmfire-mine", "#!/bin/sh\n");
    for (typed, expected) in [
        (&["sy"][..], &["sync"][..]),
        (&["mi"], &["mine"]),
        (&["completion", "z"], &["zsh"]),
        (&["remove", ""], &["chart", "image"]),
        (&["list", "i"], &["images"]),
        (&["doctor", "--j"], &["--json"]),
        (&["sync", "--dry"], &["--dry-run"]),
        (&["--summ"], &["--summary"]),
        (&["-e", "prod", "templ"], &["template"]),
        (&["help", "doc"], &["doctor"]),
    ] {
        assert_eq!(offered(&front, typed), expected, "{typed:?}");
    }
    let (code, out, _) = front.run(&["__complete", "image", "a", ""]);
    assert_eq!((code, out.as_str()), (0, ":files\n"));
}

fn scripts_are_printed() {
    let front = Front::empty();
    for shell in ["bash", "zsh", "fish"] {
        let (code, out, _) = front.run(&["completion", shell]);
        assert!(code == 0 && out.contains("__complete"), "{out}");
        let known = Command::new(shell).arg("--version").output().is_ok();
        if known {
            let mut check = front.command_of(shell.as_ref(), &["-n", "/dev/stdin"]);
            let script = front.path("script");
            std::fs::write(&script, out).unwrap();
            let checked = check.stdin(std::fs::File::open(script).unwrap()).output();
            assert!(checked.unwrap().stderr.is_empty(), "{shell}");
        }
    }
    assert_eq!(front.run(&["completion", "tcsh"]).0, 64);
}

fn bash_knows_both() {
    let front = Front::real("helm3");
    for (typed, expected) in [
        (&["sync", "--wait"][..], &["--wait", "--wait-for-jobs"][..]),
        (&["-e", "x", "--sel"], &["--selector"]),
        (&["sync", "-v", "--dry-run", "--take"], &["--take-ownership"]),
        (&["write"], &["write-values"]),
        (&["doctor", "--kube-c"], &["--kube-context"]),
    ] {
        assert_eq!(offered(&front, typed), expected, "{typed:?}");
    }
}
