//! `version`.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::process::Command;
use std::time::Duration;

use helmfire_cli::Exit;

use crate::helm::{self, Hooks};
use crate::{capture, programs};
use helmfire_helmfile::passed::Passed;

/// How long a program may take to tell its version.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Prints our version, helmfile's and helm's; `-` for one that cannot be told.
pub fn print(passed: &Passed) -> anyhow::Result<Exit> {
    let helmfile = programs::helmfile().ok();
    let helm = helmfile
        .as_deref()
        .and_then(|path| helm::real(passed, path, Hooks::Never).ok());
    let helm = helm.and_then(|helm| of_helm(&helm.binary));
    let helmfile = helmfile.and_then(|path| of_helmfile(path.as_ref()));
    let or_none = |version: Option<String>| version.unwrap_or_else(|| "-".into());
    let text = format!(
        "helmfire {}\nhelmfile {}\nhelm {}\n",
        env!("CARGO_PKG_VERSION"),
        or_none(helmfile),
        or_none(helm)
    );
    io::stdout().write_all(text.as_bytes())?;
    Ok(Exit::Done)
}

/// `1.8.0`; helmfile prints `helmfile version 1.8.0`.
pub fn of_helmfile(helmfile: &OsStr) -> Option<String> {
    let printed = printed(Command::new(helmfile).arg("--version"))?;
    printed.split_whitespace().last().map(|word| word.trim_start_matches('v').into())
}

/// `3.22.0`; helm prints `v3.22.0+g1234567`.
pub fn of_helm(helm: &OsStr) -> Option<String> {
    let printed = printed(Command::new(helm).args(["version", "--short"]))?;
    let version = printed.lines().last()?.trim().trim_start_matches('v');
    Some(version.split('+').next().unwrap_or(version).into())
}

fn printed(command: &mut Command) -> Option<String> {
    let captured = capture::within(PATIENCE, command).ok()?;
    captured
        .status
        .success()
        .then_some(captured.stdout)
        .filter(|text| !text.trim().is_empty())
}
