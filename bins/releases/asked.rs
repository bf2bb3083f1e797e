//! The files that are asked about: of the command line or standard input, in the
//! spellings of git and of people. A file need not exist: a deleted one is a change,
//! too. Refuses to look at what is in them.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, IsTerminal, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use helmfire_cli::Usage;
use helmfire_inputs::path::join;

use crate::cli::Args;

/// The files of the command line or of standard input, absolute.
pub fn read(args: &Args) -> anyhow::Result<Vec<PathBuf>> {
    let here = env::current_dir()?;
    let top = here.ancestors().find(|dir| dir.join(".git").exists());
    let named =
        if args.files.is_empty() { from_stdin(args.null)? } else { args.files.clone() };
    let mut files: Vec<PathBuf> =
        named.iter().flat_map(|file| meant(file, &here, top)).collect();
    files.sort();
    files.dedup();
    Ok(files)
}

fn from_stdin(null: bool) -> anyhow::Result<Vec<PathBuf>> {
    let mut stdin = io::stdin().lock();
    if stdin.is_terminal() {
        let what = "name the files that changed, or pipe their names in";
        return Err(Usage(format!("{what} (see 'helmfire-releases --help')")).into());
    }
    let mut bytes = Vec::new();
    stdin.read_to_end(&mut bytes)?;
    let end = if null { 0 } else { b'\n' };
    let names = bytes
        .split(|byte| *byte == end)
        .map(|name| if null { name } else { name.strip_suffix(b"\r").unwrap_or(name) });
    let names = names.filter(|name| !name.is_empty());
    Ok(names.map(|name| PathBuf::from(OsStr::from_bytes(name))).collect())
}

/// Where `file` is: from the working directory, else from the top of the
/// repository, as `git diff --name-only` prints it; a file that is gone may have
/// been in either.
fn meant(file: &Path, here: &Path, top: Option<&Path>) -> Vec<PathBuf> {
    let mut places = vec![join(here, file)];
    places.extend(top.map(|top| join(top, file)));
    places.dedup();
    let there = places.iter().find(|place| place.symlink_metadata().is_ok()).cloned();
    let mut places = there.map_or(places, |place| vec![place]);
    // helmfile may name it by another way than one came by.
    let others: Vec<PathBuf> =
        places.iter().filter_map(|place| resolved(place)).collect();
    places.extend(others);
    places.sort();
    places.dedup();
    places
}

/// With the symbolic links of its directory resolved.
fn resolved(path: &Path) -> Option<PathBuf> {
    let directory = fs::canonicalize(path.parent()?).ok()?;
    Some(directory.join(path.file_name()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_git_begin_at_the_top() {
        let dir = tempfile::tempdir().unwrap();
        let top = fs::canonicalize(dir.path()).unwrap();
        let here = top.join("deploy");
        fs::create_dir_all(&here).unwrap();
        fs::write(top.join("a"), "").unwrap();
        fs::write(here.join("b"), "").unwrap();
        let meant = |file: &str| meant(Path::new(file), &here, Some(&top));
        assert_eq!(meant("a"), [top.join("a")]);
        assert_eq!(meant("b"), [here.join("b")]);
        assert_eq!(meant("deploy/b"), [here.join("b")]);
        assert_eq!(meant("gone"), [here.join("gone"), top.join("gone")]);
    }
}
