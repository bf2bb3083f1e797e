//! Where the helmfile of a run is, and so which rules are for it.

use std::env;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use helmfire_rules::Rules;
use helmfire_rules::file::LoadError;

use crate::divide::Passed;

/// The rules for the run: those nearest to the helmfile, into whose directory
/// helmfile changes and which helmfire-helm alone would find.
pub fn rules(passed: &Passed) -> Result<Rules, LoadError> {
    match directory(passed) {
        Some(dir) => Rules::load_near(&dir),
        None => Rules::load(None),
    }
}

/// The directory of the helmfile that was named; none for a remote one and for
/// standard input.
fn directory(passed: &Passed) -> Option<PathBuf> {
    let named = passed.value("file").map(OsStr::to_os_string);
    let file = named.or_else(|| env::var_os("HELMFILE_FILE_PATH"))?;
    let path = std::path::absolute(Path::new(&file)).ok()?;
    let dir = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
    dir.filter(|_| path.exists()).map(Path::to_path_buf)
}
