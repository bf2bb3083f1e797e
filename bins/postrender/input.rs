//! Where manifests come from: files in order, or standard input.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::pipe;

/// One stream of manifests.
pub struct Input {
    /// As it is called in messages.
    pub name: String,
    path: Option<PathBuf>,
}

impl Input {
    /// The inputs for the paths given, all of them checked before any is read.
    pub fn all(paths: &[PathBuf]) -> anyhow::Result<Vec<Self>> {
        if paths.is_empty() {
            return Ok(vec![Self::standard()]);
        }
        paths.iter().map(|path| Self::at(path)).collect()
    }

    fn standard() -> Self {
        Self { name: "stdin".into(), path: None }
    }

    fn at(path: &Path) -> anyhow::Result<Self> {
        if path == Path::new("-") {
            return Ok(Self::standard());
        }
        let name = path.display().to_string();
        let metadata = path.metadata().context(name.clone())?;
        if metadata.is_dir() {
            anyhow::bail!("{name} is a directory, name the files in it");
        }
        Ok(Self { name, path: Some(path.into()) })
    }

    /// Opens the stream without a buffer in between; the rewriter has its own.
    pub fn open(&mut self) -> anyhow::Result<Box<dyn Read>> {
        let file = match &self.path {
            Some(path) => File::open(path),
            None => io::stdin().as_fd().try_clone_to_owned().map(File::from),
        };
        let file = file.context(self.name.clone())?;
        pipe::widen(&file);
        Ok(Box::new(file))
    }
}
