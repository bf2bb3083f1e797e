//! `helm template --output-dir` of Helm 3, which writes its files before the
//! post-renderer runs and gives that nothing (helm 3.22, `pkg/action`): the files
//! go through `helmfire-postrender` afterwards, hooks among them.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context;
use helmfire_cli::Exit;
use helmfire_helmfile::child;

/// How helm says that it has written a file.
const WROTE: &str = "wrote ";

/// Runs `helm` and `filter` on every file that it writes.
pub fn run(
    helm: &mut Command,
    filter: &Path,
    environment: &[(&'static str, OsString)],
) -> anyhow::Result<Exit> {
    let output = child::output(helm.stdin(Stdio::inherit())).context("helm")?;
    io::stderr().write_all(&output.stderr)?;
    let text = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        // A file with several manifests is written, and said, several times.
        let mut files: Vec<&str> =
            text.lines().filter_map(|line| line.strip_prefix(WROTE)).collect();
        files.sort_unstable();
        files.dedup();
        for file in files {
            rewrite(Path::new(file), filter, environment)?;
        }
    }
    io::stdout().write_all(&output.stdout)?;
    Ok(Exit::Child(child::exit_code(output.status)))
}

fn rewrite(
    file: &Path,
    filter: &Path,
    environment: &[(&'static str, OsString)],
) -> anyhow::Result<()> {
    let name = file.display().to_string();
    let mut command = Command::new(filter);
    command.arg("--").arg(file).envs(environment.iter().cloned()).stdin(Stdio::null());
    let output = child::output(&mut command).with_context(|| name.clone())?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{name}: {}", said.trim());
    fs::write(file, output.stdout).context(name)
}
