//! Which file holds the rules.

use std::env;
use std::io;
use std::path::{Path, PathBuf};

/// The name that is looked for.
pub const FILE_NAME: &str = "helmfire.toml";
/// The environment variable that names the file.
pub const FILE_VARIABLE: &str = "HELMFIRE_FILE";

/// Why the file could not be found.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// A file was named that does not exist. An error, not "no rules": a typing
    /// mistake would silently deploy the images that should be replaced.
    #[error("{} does not exist, but {by} names it; correct the name or run 'helmfire-subst image FROM TO' to create it", path.display())]
    Missing {
        /// The file named.
        path: PathBuf,
        /// `--file` or `HELMFIRE_FILE`.
        by: &'static str,
    },
    /// A file was named that cannot be looked at.
    #[error("{}: {reason}, and {by} names it", path.display())]
    Unusable {
        /// The file named.
        path: PathBuf,
        /// `--file` or `HELMFIRE_FILE`.
        by: &'static str,
        /// The system's reason.
        reason: io::Error,
    },
    /// What was found under the name is no file: a directory, a pipe, a link to
    /// nothing. To pass it over would silently deploy the images that should be
    /// replaced.
    #[error("{} is not a file, remove it or name the rules with --file", .0.display())]
    NotAFile(PathBuf),
    /// The working directory cannot be told.
    #[error("the working directory cannot be told")]
    WorkingDirectory(#[from] io::Error),
}

/// The file to use: `named`, else `$HELMFIRE_FILE`, else the nearest
/// `helmfire.toml` from the working directory upwards, up to the directory that
/// holds `.git`; outside a repository only the working directory.
pub fn find(named: Option<&Path>) -> Result<Option<PathBuf>, FindError> {
    match given(named) {
        Some((path, by)) => match path.metadata() {
            Ok(_) => Ok(Some(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(FindError::Missing { path, by })
            }
            Err(reason) => Err(FindError::Unusable { path, by, reason }),
        },
        None => match search(&env::current_dir()?) {
            Some(path) if !path.is_file() => Err(FindError::NotAFile(path)),
            found => Ok(found),
        },
    }
}

/// As [`find`], from the directory `dir` upwards, and from the working directory
/// only if that finds none.
pub fn find_near(dir: &Path) -> Result<Option<PathBuf>, FindError> {
    match search(dir).filter(|_| given(None).is_none()) {
        Some(path) if !path.is_file() => Err(FindError::NotAFile(path)),
        None => find(None),
        found => Ok(found),
    }
}

/// As [`find`], for a program that writes: the file need not exist, and where
/// none is found it is `helmfire.toml` in the working directory.
pub fn find_or_new(named: Option<&Path>) -> Result<PathBuf, FindError> {
    if let Some((path, _)) = given(named) {
        return Ok(path);
    }
    let here = env::current_dir()?;
    Ok(search(&here).unwrap_or_else(|| here.join(FILE_NAME)))
}

/// The file that was named, and by what.
fn given(named: Option<&Path>) -> Option<(PathBuf, &'static str)> {
    let variable = || env::var_os(FILE_VARIABLE).filter(|value| !value.is_empty());
    match named {
        Some(path) => Some((path.into(), "--file")),
        None => variable().map(|path| (path.into(), FILE_VARIABLE)),
    }
}

fn search(from: &Path) -> Option<PathBuf> {
    let root = from.ancestors().find(|dir| dir.join(".git").exists()).unwrap_or(from);
    from.ancestors()
        .take_while(|dir| dir.starts_with(root))
        .map(|dir| dir.join(FILE_NAME))
        .find(|path| path.symlink_metadata().is_ok())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn stops_at_the_repository() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("repo/a/b");
        fs::create_dir_all(&deep).unwrap();
        fs::write(dir.path().join(FILE_NAME), "").unwrap();
        assert_eq!(search(&deep), None, "outside a repository nothing above is read");
        fs::write(dir.path().join("repo/.git"), "gitdir: elsewhere").unwrap();
        assert_eq!(search(&deep), None, "a file beyond the repository is not ours");
        let own = dir.path().join("repo").join(FILE_NAME);
        fs::write(&own, "").unwrap();
        assert_eq!(search(&deep), Some(own));
    }
}
