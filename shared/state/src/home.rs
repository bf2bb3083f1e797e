//! Where helmfire remembers what it saw of a helmfile: the XDG state directory.
//!
//! Holds fingerprints and names of files, never content. Only the user may read it.

use std::env;
use std::fs::{self, DirBuilder};
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::print::{Key, random};

/// Why the state cannot be kept.
#[derive(Debug, thiserror::Error)]
#[error("{}: {reason}; name a directory for helmfire's state in HELMFIRE_STATE_HOME", path.display())]
pub struct HomeError {
    path: PathBuf,
    reason: io::Error,
}

/// The directory of all state.
#[derive(Clone, Debug)]
pub struct Home {
    directory: PathBuf,
    key: Key,
}

impl Home {
    /// `$HELMFIRE_STATE_HOME`, else `helmfire` in `$XDG_STATE_HOME`, else in
    /// `~/.local/state`. Made if it is not there.
    pub fn open() -> Result<Self, HomeError> {
        let set = |name: &str| {
            env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
        };
        let xdg = set("XDG_STATE_HOME").filter(|path| path.is_absolute());
        let xdg = xdg.or_else(|| set("HOME").map(|home| home.join(".local/state")));
        let directory = set("HELMFIRE_STATE_HOME")
            .or_else(|| xdg.map(|it| it.join("helmfire")))
            .unwrap_or_else(|| env::temp_dir().join("helmfire-state"));
        Self::at(directory)
    }

    fn at(directory: PathBuf) -> Result<Self, HomeError> {
        let path = directory.join("key");
        let opened = create(&directory).and_then(|()| key(&path));
        let key = opened.map_err(|reason| HomeError { path, reason })?;
        let directory = fs::canonicalize(&directory).unwrap_or(directory);
        Ok(Self { directory, key })
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The secret of the fingerprints.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The directory for what is known of one helmfile in one environment; `what`
    /// is `path` and `environment`.
    pub fn of(&self, path: &Path, environment: &str) -> Result<PathBuf, HomeError> {
        let mut ink = self.key.ink();
        ink.put(path.as_os_str().as_encoded_bytes());
        ink.put(environment);
        let name =
            path.file_name().and_then(|name| name.to_str()).unwrap_or("helmfile");
        let directory = self.directory.join(format!("{name}-{}", ink.dry()));
        create(&directory)
            .map_err(|reason| HomeError { path: directory.clone(), reason })?;
        Ok(directory)
    }
}

fn create(directory: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory)
}

/// Reads the key, or makes one; whoever is first wins.
fn key(path: &Path) -> io::Result<Key> {
    for _ in 0..2 {
        match fs::read(path) {
            Ok(bytes) => {
                let wrong =
                    || io::Error::other("this is no key of helmfire, remove it");
                return bytes.try_into().map(Key::new).map_err(|_| wrong());
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let bytes = random()?;
        // Mode 0600, and in place all at once.
        let mut draft = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(path))?;
        draft.write_all(&bytes)?;
        match draft.persist_noclobber(path) {
            Err(error) if error.error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(error.error);
            }
            _ => {}
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

/// Puts `text` in place of the file at `path`, all at once.
pub fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut draft = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(path))?;
    draft.write_all(text.as_bytes())?;
    draft.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_key_stays_and_is_the_users_alone() {
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path().join("a/b");
        let first = Home::at(at.clone()).unwrap();
        let second = Home::at(at.clone()).unwrap();
        assert_eq!(first.key.print(b"x"), second.key.print(b"x"));
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&at), mode(&at.join("key"))), (0o700, 0o600));
        assert_ne!(
            first.of(Path::new("/p"), "a").unwrap(),
            first.of(Path::new("/p"), "b").unwrap()
        );
        fs::write(at.join("key"), "short").unwrap();
        assert!(Home::at(at).unwrap_err().to_string().contains("no key of helmfire"));
    }
}
