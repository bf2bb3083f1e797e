//! `--dry-run` of sync and apply.

use std::fs;

use super::{Front, IMAGE, shim};
use crate::support::trials;

trials!(with_helm_diff_it_is_diff, without_it_is_template, in_helms_own_directory);

const HELP: &str = "Flags:\n      --set stringArray   x\n      --context int   y\n\
                    Global Flags:\n  -e, --environment string   z\n  -l, --selector x\n";

fn with_plugin(front: &mut Front, dir: &str) {
    let plugin = front.path(dir).join("diff");
    fs::create_dir_all(&plugin).unwrap();
    let text = "name: \"diff\"\nversion: \"3.15.11\"\n";
    fs::write(plugin.join("plugin.yaml"), text).unwrap();
}

fn with_helm_diff_it_is_diff() {
    let mut front = Front::new().rules(IMAGE);
    with_plugin(&mut front, "plugins");
    let plugins = front.path("plugins");
    front.set("HELM_PLUGINS", format!("/nowhere:{}", plugins.display()));
    front.answer("--help", HELP);
    let typed =
        ["-e", "x", "sync", "--dry-run", "--wait", "--timeout", "5", "-l", "a=b"];
    let (code, _, said) = front.run(&typed);
    let dropped = "helmfire: helmfile diff does not know --timeout, --wait, left out\n";
    assert_eq!((code, said), (0, format!("{dropped}to stderr\n")));
    assert_eq!(front.noted(), format!("-e x --helm-binary {} diff -l a=b", shim()));
}

fn without_it_is_template() {
    let front = Front::new().rules(IMAGE);
    front.answer("--help", HELP);
    let (code, _, said) = front.run(&["apply", "--dry-run", "--set", "a=b"]);
    assert!(code == 0 && said.contains("helm-diff is not installed"), "{said}");
    assert_eq!(front.noted(), format!("--helm-binary {} template --set a=b", shim()));
    // Without rules, too.
    let front = Front::new();
    front.answer("--help", HELP);
    front.run(&["apply", "--dry-run"]);
    assert_eq!(front.noted(), "template");
}

fn in_helms_own_directory() {
    let mut front = Front::new();
    with_plugin(&mut front, "own");
    let own = front.path("own");
    front.program("helm", &format!("#!/bin/sh\necho {}\n", own.display()));
    front.answer("--help", HELP);
    front.run(&["sync", "--dry-run"]);
    assert_eq!(front.noted(), "diff");
}
