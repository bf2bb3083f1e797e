//! Which chart of a registry stands behind a repository's name.
//!
//! A repository with `oci: true` is an alias: helmfile pulls `oci://…/web` and
//! keeps it under `ALIAS/web`, and later calls name only that (helmfile 1.8.0).
//! Only the pull tells both, so they are written down, in helmfire's own cache.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::home;

/// Notes that the directory `place` of helmfile's cache holds `reference`.
pub fn remember(place: &Path, reference: &str) -> io::Result<()> {
    let (Some(dir), Some(name)) = (directory(), name_of(place)) else { return Ok(()) };
    fs::create_dir_all(&dir)?;
    let draft = dir.join(format!(".{}", std::process::id()));
    fs::write(&draft, reference)?;
    fs::rename(draft, dir.join(name))
}

/// What `path`, in helmfile's cache, was pulled as.
pub fn recall(path: &Path) -> Option<String> {
    let dir = directory()?;
    let places = path.ancestors().filter(|place| place.components().count() > 1);
    places.filter_map(name_of).find_map(|name| fs::read_to_string(dir.join(name)).ok())
}

/// The directories of helmfile's cache that hold `reference` under other names.
pub fn places_of(reference: &str) -> Vec<PathBuf> {
    let entries = directory().and_then(|dir| fs::read_dir(dir).ok());
    let holds = |path: &PathBuf| fs::read_to_string(path).is_ok_and(|r| r == reference);
    let paths = entries.into_iter().flatten().flatten().map(|entry| entry.path());
    let names = paths.filter(holds).filter_map(|path| {
        let name = path.file_name()?.to_str()?;
        (!name.starts_with('.')).then(|| name.replace("%2F", "/").replace("%25", "%"))
    });
    names.map(PathBuf::from).collect()
}

fn directory() -> Option<PathBuf> {
    home::cache().map(|home| home.join("aliases"))
}

fn name_of(place: &Path) -> Option<String> {
    let text = place.to_str().filter(|text| !text.is_empty())?;
    Some(text.replace('%', "%25").replace('/', "%2F"))
}
