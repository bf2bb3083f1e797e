//! The files of a chart in memory: what is hashed is what is written.
//!
//! Charts are small, helm itself keeps them in memory. Directories without a
//! file in them are left out, as helm leaves them out.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::StageError;
use crate::error::failed;

/// One file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) bytes: Vec<u8>,
    pub(crate) executable: bool,
}

/// Files by their path, relative to the chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Content(BTreeMap<PathBuf, File>);

impl Content {
    /// All regular files below `dir`, without any rules: for copies that this
    /// crate, or helm, has written.
    pub(crate) fn read(dir: &Path) -> Result<Self, StageError> {
        let mut content = Self::default();
        let mut left = vec![PathBuf::new()];
        while let Some(name) = left.pop() {
            let path = dir.join(&name);
            for entry in fs::read_dir(&path).map_err(failed("reading", &path))? {
                let entry = entry.map_err(failed("reading", &path))?;
                let kind = entry.file_type().map_err(failed("reading", &path))?;
                let name = name.join(entry.file_name());
                if kind.is_dir() {
                    left.push(name);
                } else if kind.is_file() {
                    let file = File::read(&entry.path())?;
                    content.insert(name, file);
                }
            }
        }
        Ok(content)
    }

    /// Writes all files into the directory `dir`, which exists.
    pub(crate) fn write(&self, dir: &Path) -> Result<(), StageError> {
        for (name, file) in &self.0 {
            let path = dir.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(failed("creating", parent))?;
            }
            let mode = if file.executable { 0o777 } else { 0o666 };
            let mut options = OpenOptions::new();
            options.write(true).create_new(true).mode(mode);
            options
                .open(&path)
                .and_then(|mut to| to.write_all(&file.bytes))
                .map_err(failed("writing", &path))?;
        }
        Ok(())
    }

    pub(crate) fn insert(&mut self, name: impl Into<PathBuf>, file: File) {
        self.0.insert(name.into(), file);
    }

    pub(crate) fn remove(&mut self, name: &str) -> Option<File> {
        self.0.remove(Path::new(name))
    }

    pub(crate) fn get(&self, name: impl AsRef<Path>) -> Option<&[u8]> {
        self.0.get(name.as_ref()).map(|file| file.bytes.as_slice())
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Vec<u8>> {
        self.0.get_mut(Path::new(name)).map(|file| &mut file.bytes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &Path> {
        self.0.keys().map(PathBuf::as_path)
    }

    /// Takes out what lies below the directory `dir`, now named from there on.
    pub(crate) fn take_below(&mut self, dir: &Path) -> Self {
        let is_below = |name: &PathBuf| name.starts_with(dir) && name != dir;
        let (inside, outside) = std::mem::take(&mut self.0)
            .into_iter()
            .partition(|(name, _)| is_below(name));
        self.0 = outside;
        let inside: BTreeMap<PathBuf, File> = inside;
        let relative = |name: PathBuf| {
            name.strip_prefix(dir).map(PathBuf::from).unwrap_or(name.clone())
        };
        Self(inside.into_iter().map(|(name, file)| (relative(name), file)).collect())
    }

    /// Puts `other` below the directory `dir`.
    pub(crate) fn put_below(&mut self, dir: &Path, other: Self) {
        self.0.extend(other.0.into_iter().map(|(name, file)| (dir.join(name), file)));
    }

    /// Adds names, executable bits and bytes to `hash`, so that no two contents
    /// add the same.
    pub(crate) fn hash(&self, hash: &mut Sha256) {
        let mut part = |bytes: &[u8]| {
            hash.update(bytes.len().to_be_bytes());
            hash.update(bytes);
        };
        part(&self.0.len().to_be_bytes());
        for (name, file) in &self.0 {
            part(name.as_os_str().as_bytes());
            part(&[u8::from(file.executable)]);
            part(&file.bytes);
        }
    }
}

impl File {
    pub(crate) fn read(path: &Path) -> Result<Self, StageError> {
        let bytes = fs::read(path).map_err(failed("reading", path))?;
        let metadata = fs::metadata(path).map_err(failed("reading", path))?;
        Ok(Self { bytes, executable: metadata.permissions().mode() & 0o111 != 0 })
    }

    pub(crate) fn of(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), executable: false }
    }
}

/// Creates a directory, and those above it, for this user alone.
pub(crate) fn create_private(dir: &Path) -> Result<(), StageError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(dir).map_err(failed("creating", dir))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_part_out_and_puts_it_in() {
        let mut content = Content::default();
        for name in ["charts/a/x", "charts/ab", "charts/a/b/y"] {
            content.insert(name, File::of(name));
        }
        let whole = content.clone();
        let part = content.take_below(Path::new("charts/a"));
        assert_eq!(
            part.names().collect::<Vec<_>>(),
            [Path::new("b/y"), Path::new("x")]
        );
        content.put_below(Path::new("charts/a"), part);
        assert_eq!(content, whole);
    }

    #[test]
    fn hashes_every_part() {
        let digest = |name: &str, bytes: &str, executable| {
            let mut content = Content::default();
            content.insert(name, File { bytes: bytes.into(), executable });
            let mut hash = Sha256::new();
            content.hash(&mut hash);
            hash.finalize()
        };
        let one = digest("a", "bc", false);
        assert_eq!(one, digest("a", "bc", false));
        for other in
            [digest("a", "bc", true), digest("ab", "c", false), digest("a", "b", false)]
        {
            assert_ne!(one, other);
        }
    }
}
