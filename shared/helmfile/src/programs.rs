//! Where programs are: ours beside this one or on PATH, others on PATH.
//!
//! Ours come first from the directory of this program, so that two versions that are
//! installed are not mixed. Starts none but to become it.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Why there is no helmfile.
#[derive(Debug, thiserror::Error)]
pub enum HelmfileError {
    /// There is none.
    #[error(
        "helmfile is not on PATH, install it (https://helmfile.readthedocs.io) or name it in \
         HELMFIRE_HELMFILE"
    )]
    Absent,
    /// What was named is none.
    #[error("HELMFIRE_HELMFILE names '{}', which is no program", .0.display())]
    NoProgram(PathBuf),
}

/// The stand-in for helm.
pub const SHIM: &str = "helmfire-helm";

/// One of our programs, or a user's own `helmfire-NAME`.
pub fn ours(name: &str) -> Option<PathBuf> {
    let beside =
        env::current_exe().ok().and_then(|exe| exe.parent().map(|d| d.join(name)));
    beside.filter(|path| is_program(path)).or_else(|| on_path(name))
}

/// The first program of this name on PATH, absolute.
pub fn on_path(name: &str) -> Option<PathBuf> {
    on_path_but(name, |_| false)
}

/// The first program of this name on PATH that is not passed over.
pub fn on_path_but(name: &str, passed_over: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|dir| dir.join(name))
        .find(|path| is_program(path) && !passed_over(path))
        .and_then(|path| std::path::absolute(path).ok())
}

/// helmfile itself: `$HELMFIRE_HELMFILE`, else the first on PATH.
pub fn helmfile() -> Result<PathBuf, HelmfileError> {
    let Some(named) = env::var_os("HELMFIRE_HELMFILE").filter(|v| !v.is_empty()) else {
        return on_path("helmfile").ok_or(HelmfileError::Absent);
    };
    let path = PathBuf::from(&named);
    let found = if path.components().count() > 1 {
        is_program(&path).then(|| std::path::absolute(&path).ok()).flatten()
    } else {
        named.to_str().and_then(on_path)
    };
    found.ok_or(HelmfileError::NoProgram(path))
}

/// Becomes `program`; returns only if that fails, with a line that says so.
pub fn become_program(program: &Path, arguments: Vec<OsString>) -> io::Error {
    let error = Command::new(program).args(arguments).exec();
    io::Error::new(error.kind(), format!("{}: {error}", program.display()))
}

/// Whether `path` is an executable file.
pub fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// The names of all programs `helmfire-NAME`, without `helmfire-`.
pub fn names_of_ours() -> Vec<String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let own = env::current_exe().ok().and_then(|exe| exe.parent().map(PathBuf::from));
    env::split_paths(&path)
        .chain(own)
        .filter_map(|dir| fs::read_dir(dir).ok())
        .flat_map(Iterator::flatten)
        .filter(|entry| is_program(&entry.path()))
        .filter_map(|entry| {
            entry.file_name().to_str()?.strip_prefix("helmfire-").map(String::from)
        })
        .collect()
}

/// Whether the helmfile that is installed has this command.
pub fn helmfile_knows(command: &str) -> bool {
    let help = |helmfile| Command::new(helmfile).arg("--help").output().ok();
    let Some(output) = helmfile().ok().and_then(help) else { return false };
    let text = String::from_utf8_lossy(&output.stdout);
    let commands = text.lines().skip_while(|line| *line != "Available Commands:");
    commands
        .take_while(|line| !line.is_empty())
        .any(|line| line.split_whitespace().next() == Some(command))
}
