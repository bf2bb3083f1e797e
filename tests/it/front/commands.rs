//! Who carries out a command, and with which arguments.

use std::fs;
use std::path::Path;

use super::{CHART, Front, IMAGE, failed, outcome, shim};
use crate::program;
use crate::support::trials;

trials!(
    helmfile_gets_what_was_typed,
    without_rules_it_is_helmfile,
    rules_with_faults_stop_it,
    exit_codes_are_helmfiles,
    other_programs_are_run,
    a_slip_gets_a_suggestion,
    a_newer_helmfile_may_know_more,
    helmfile_must_be_there,
    companions_must_be_there,
    companions_are_run,
    help_is_the_right_programs,
    a_space_in_the_path_is_no_trouble,
);

fn helmfile_gets_what_was_typed() {
    let front = Front::new().rules(IMAGE);
    let (b, shim) = ("--helm-binary", shim());
    for (typed, noted) in [
        ("sync", format!("{b} {shim} sync")),
        ("-e prod -f x sync", format!("-e prod -f x {b} {shim} sync")),
        (
            "-eprod --summary none sync --set a=b -l x=y -v --args --dry-run",
            format!("-eprod {b} {shim} sync --set a=b -l x=y --args --dry-run"),
        ),
        ("-q --no-color template", format!("-q --no-color {b} {shim} template")),
        ("--color=never diff", format!("--no-color {b} {shim} diff")),
        ("-b /x/helm apply", format!("{b} {shim} apply")),
        ("apply --helm-binary=/x/helm -i", format!("{b} {shim} apply -i")),
        ("apply -- -v --summary", format!("{b} {shim} apply -- -v --summary")),
    ] {
        let words: Vec<&str> = typed.split(' ').collect();
        let (code, out, _) = front.run(&words);
        assert_eq!((code, out.as_str()), (0, "to stdout\n"), "{typed}");
        assert_eq!(front.noted(), noted, "{typed}");
        let file = front.project().join("helmfire.toml");
        assert_eq!(front.variable("HELMFIRE_FILE").as_deref(), file.to_str());
        let run = front.variable("HELMFIRE_RUN").unwrap();
        assert!(front.variable("HELMFIRE_REPORT").unwrap().starts_with(&run));
        assert_eq!(front.variable("HELMFILE_CACHE_HOME"), None, "no chart rules");
    }
    assert!(front.leftovers().is_empty());
}

fn without_rules_it_is_helmfile() {
    let fields = "[[field]]\nkind = \"A\"\npath = \"spec.image\"\n";
    for (rules, command) in [
        ("", "sync"),
        (fields, "sync"),
        (IMAGE, "destroy"),
        (IMAGE, "lint"),
        (CHART, "repos"),
        (CHART, "list --output x"),
        (CHART, "cache info"),
        (CHART, "sync --help"),
    ] {
        let front = Front::new().rules(rules);
        front.answer("--help", "");
        // `list` and `--help` are answered without a note.
        let words = format!("-b /x/helm -v {command}");
        let words: Vec<&str> = words.split(' ').collect();
        let (code, ..) = front.run(&words);
        assert_eq!(code, 0, "{rules}{command}");
        if !command.contains("list") && !command.contains("help") {
            assert_eq!(front.noted(), format!("-b /x/helm {command}"));
            assert_eq!(front.variable("HELMFIRE_RUN"), None);
        }
    }
    let front = Front::new();
    assert_eq!(front.run(&["sync"]), (0, "to stdout\n".into(), "to stderr\n".into()));
}

fn rules_with_faults_stop_it() {
    let front = Front::new().rules("[[image]]\nfrom = \"a\"\n");
    let (code, out, said) = front.run(&["template"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(said.contains("helmfire.toml:1:"), "{said}");
    assert_eq!(front.noted(), "");
    let mut front = Front::new();
    front.set("HELMFIRE_FILE", "/nowhere/helmfire.toml");
    let (code, _, said) = front.run(&["template"]);
    assert!(code == 1 && said.contains("HELMFIRE_FILE names it"), "{said}");
}

fn exit_codes_are_helmfiles() {
    let front = Front::new().rules(IMAGE);
    for code in [1, 2, 3, 130, 143] {
        front.answer("code", &code.to_string());
        let (ended, out, _) = front.run(&["sync"]);
        assert_eq!((ended, out.as_str()), (code, "to stdout\n"));
    }
}

fn other_programs_are_run() {
    let front = Front::new();
    front.program("helmfire-foo", "#!/bin/sh\necho foo \"$@\"\nexit 7\n");
    front.program("helmfire-sync", "#!/bin/sh\necho never\n");
    let ran = |words: &str| (7, format!("foo{words}\n"), String::new());
    assert_eq!(front.run(&["foo", "-abc", "--dry-run"]), ran(" -abc --dry-run"));
    assert_eq!(front.run(&["-q", "foo"]), ran(" -q"));
    assert_eq!(front.run(&["help", "foo", "bar"]), ran(" bar --help"));
    assert_eq!(front.run(&["sync"]).1, "to stdout\n");

    // Ours, beside the program.
    let (code, _, said) = front.run(&["image", "nginx", "other"]);
    assert_eq!(code, 0, "{said}");
    for list in
        [&["list", "images"][..], &["subst", "list"], &["list", "--json", "images"]]
    {
        let (code, out, said) = front.run(list);
        assert!(code == 0 && out.contains("nginx"), "{list:?}: {out}{said}");
    }
    let (code, ..) = front.run(&["remove", "image", "nginx"]);
    assert_eq!((code, front.run(&["list", "images"]).1.as_str()), (0, ""));
    assert_eq!(front.noted(), "sync");
}

fn a_slip_gets_a_suggestion() {
    let front = Front::new();
    let suggestion = |name: &str, near: &str| {
        failed(64, &format!("there is no command '{name}', did you mean '{near}'?"))
    };
    assert_eq!(front.run(&["-e", "x", "snyc"]), suggestion("snyc", "sync"));
    front.program("helmfire-frobnicate", "#!/bin/sh\n");
    assert_eq!(front.run(&["frobnicat"]), suggestion("frobnicat", "frobnicate"));
    let said = "there is no command 'xyzzy', see 'helmfire --help'";
    assert_eq!(front.run(&["xyzzy"]), failed(64, said));
    let said = "a command is needed (see 'helmfire --help')";
    assert_eq!(front.run(&["-e", "prod"]), failed(64, said));
    assert_eq!(front.noted(), "");
}

fn a_newer_helmfile_may_know_more() {
    let front = Front::new().rules(IMAGE);
    let help = "Usage:\n  helmfile [command]\n\nAvailable Commands:\n  brandnew  Does it\n\nFlags:\n  flagged  x\n";
    front.answer("--help", help);
    assert_eq!(front.run(&["brandnew", "--x"]).0, 0);
    assert_eq!(front.noted(), format!("--helm-binary {} brandnew --x", shim()));
    assert_eq!(front.run(&["flagged"]).0, 64);
}

fn helmfile_must_be_there() {
    let mut front = Front::empty();
    let said = "helmfile is not on PATH, install it (https://helmfile.readthedocs.io) or \
                name it in HELMFIRE_HELMFILE";
    assert_eq!(front.run(&["sync"]), failed(1, said));
    front.set("HELMFIRE_HELMFILE", "/nowhere/helmfile");
    let said = "HELMFIRE_HELMFILE names '/nowhere/helmfile', which is no program";
    assert_eq!(front.run(&["sync"]), failed(1, said));
    let other = front.path("other");
    program::write(&other, "#!/bin/sh\necho \"$@\"\n");
    front.set("HELMFIRE_HELMFILE", other.to_str().unwrap());
    assert_eq!(front.run(&["sync"]), (0, "sync\n".into(), String::new()));
}

fn companions_must_be_there() {
    let front = Front::new().rules(IMAGE);
    for (flags, flag, program) in [
        (&["--watch"][..], "--watch", "helmfire-watch"),
        (&["--daemon", "--watch"], "--daemon", "helmfire-daemon"),
        (
            &["--drift-detect", "--drift-interval", "30s"],
            "--drift-detect",
            "helmfire-daemon",
        ),
    ] {
        let words = [&["-e", "x", "apply"], flags].concat();
        let said = format!("{flag} needs {program}, which is not installed");
        assert_eq!(front.run_alone(&words), failed(1, &said));
    }
    assert_eq!(front.run(&["sync", "--drift-auto-heal"]).0, 64);
    assert_eq!(front.run(&["sync", "--watch", "--dry-run"]).0, 64);
    assert_eq!(front.noted(), "");
}

fn companions_are_run() {
    let front = Front::new();
    front.program("helmfire-watch", "#!/bin/sh\necho watch \"$@\"\n");
    let words = ["-e", "x", "sync", "--watch", "--wait"];
    assert_eq!(front.run_alone(&words).1, "watch -- -e x sync --wait\n");
    let (code, _, said) = front.run_alone(&["sync", "--watch", "--drift-detect"]);
    assert!(code == 1 && said.contains("needs helmfire-daemon"), "{said}");
}

fn help_is_the_right_programs() {
    let front = Front::new();
    front.answer("--help", "helmfile's help\n");
    for (words, expected) in [
        (&["--help"][..], "Usage: helmfire [FLAGS] COMMAND [FLAGS]"),
        (&["-h"], "Usage: helmfire [FLAGS] COMMAND [FLAGS]"),
        (&["help"], "Usage: helmfire [FLAGS] COMMAND [FLAGS]"),
        (&["help", "sync"], "Usage: helmfire sync"),
        (&["help", "doctor"], "--json"),
        (&["doctor", "--help"], "--json"),
        (&["help", "template"], "helmfile's help"),
        (&["template", "--help"], "helmfile's help"),
        (&["help", "image"], "Usage: helmfire-subst image"),
        (&["help", "subst"], "Usage: helmfire-subst"),
        (&["--version"], "helmfire 0."),
        (&["version"], "helmfile 1.8.0\nhelm 3.22.0\n"),
    ] {
        let (code, out, said) = front.run(words);
        assert!(code == 0 && out.contains(expected), "{words:?}: {out}{said}");
    }
    assert_eq!(front.run(&["help", "xyzzy"]).0, 64);
}

fn a_space_in_the_path_is_no_trouble() {
    let mut front = Front::new().rules(IMAGE);
    let spaced = front.path("with space");
    fs::create_dir(&spaced).unwrap();
    let copy = spaced.join("helmfire");
    program::copy(env!("CARGO_BIN_EXE_helmfire"), &copy);
    let shim = spaced.join("helmfire-helm");
    program::write(&shim, "#!/bin/sh\n");
    let run = |front: &Front| outcome(&mut front.command_of(&copy, &["sync"]));
    let (code, _, said) = run(&front);
    assert!(code == 0 && said.contains("a link to it is used"), "{said}");
    let noted = front.noted();
    let link = noted.split(' ').nth(1).unwrap();
    assert!(link.ends_with("/helmfire-helm") && noted.ends_with(" sync"), "{noted}");
    assert!(Path::new(link).starts_with(front.path("tmp")), "{link}");

    let temporary = front.path("a b");
    fs::create_dir(&temporary).unwrap();
    front.set("TMPDIR", temporary.to_str().unwrap());
    let (code, _, said) = run(&front);
    assert!(code == 1 && said.contains("install helmfire-helm elsewhere"), "{said}");
}
