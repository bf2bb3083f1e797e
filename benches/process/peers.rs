//! The programs that are compared with, set up to do the same work.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::data::RULES;
use crate::timing::silent;

/// Our binary, as fast as it is shipped: static if that target is installed.
pub fn postrender_static() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = "x86_64-unknown-linux-musl";
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output().ok()?;
    let sysroot = String::from_utf8(sysroot.stdout).ok()?;
    if !Path::new(sysroot.trim()).join("lib/rustlib").join(target).exists() {
        return None;
    }
    let built = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(["build", "--release", "--locked", "--quiet", "--target", target])
        .args(["--bin", "helmfire-postrender"])
        .status();
    let directory =
        std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    let binary = directory.join(target).join("release/helmfire-postrender");
    (built.is_ok_and(|status| status.success()) && binary.exists()).then_some(binary)
}

/// A tool of `make tools`.
pub fn tool(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/bin").join(name);
    path.exists().then_some(path)
}

/// kustomize with the same rules over `manifest`, in a directory of its own.
pub fn kustomize(kubectl: &Path, dir: &Path, manifest: &Path) -> Command {
    let project = dir.join("kustomize");
    fs::create_dir_all(&project).expect("a directory");
    fs::copy(manifest, project.join("manifest.yaml")).expect("a copy");
    let mut text = String::from("resources: [manifest.yaml]\nimages:\n");
    for (from, to) in RULES {
        writeln!(text, "- name: {from}\n  newName: {to}").expect("a string");
    }
    fs::write(project.join("kustomization.yaml"), text).expect("a file");
    let mut command = silent(kubectl);
    command.arg("kustomize").arg(project);
    command
}

/// yq with the same rules over `manifest`.
pub fn yq(yq: &Path, manifest: &Path) -> Command {
    let mut expression = String::from(
        "(.. | select(tag == \"!!map\" and has(\"image\")) | .image | select(tag == \"!!str\")) |= (.",
    );
    for (from, to) in RULES {
        let pattern = from.replace('.', "\\.");
        write!(expression, " | sub(\"^{pattern}(:|@|$)\", \"{to}${{1}}\")")
            .expect("a string");
    }
    expression.push(')');
    let mut command = silent(yq);
    command.arg(expression).arg(manifest);
    command
}
