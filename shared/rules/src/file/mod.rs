//! `helmfire.toml`: finding it, reading it, editing it.

mod amend;
mod document;
mod draft;
mod edit;
mod find;
mod ignore;
mod layout;
mod lines;
mod literal;
mod read;
mod store;

use std::path::{Path, PathBuf};

use crate::{ChartRule, Faults, FieldRule, IgnoreRule, ImageRules};

pub use draft::{Draft, DraftValue};
pub use edit::{Edit, EditError, edit};
pub use find::{FILE_NAME, FILE_VARIABLE, FindError, find, find_near, find_or_new};
pub use read::read;
pub use store::{Store, StoreError};

/// The content of one rules file.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// The file, or `None` if there is none.
    pub path: Option<PathBuf>,
    /// `[[image]]`
    pub images: ImageRules,
    /// `[[field]]`
    pub fields: Vec<FieldRule>,
    /// `[[chart]]`
    pub charts: Vec<ChartRule>,
    /// `[[ignore]]`
    pub ignores: Vec<IgnoreRule>,
    /// `[security] chart-roots`, absolute; empty if not set.
    pub chart_roots: Vec<PathBuf>,
}

/// Why the rules could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file could not be found.
    #[error(transparent)]
    Find(#[from] FindError),
    /// The file could not be read.
    #[error("{}: {reason}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        reason: std::io::Error,
    },
    /// The file is wrong.
    #[error(transparent)]
    Faults(#[from] Faults),
}

impl Rules {
    /// Finds and reads the file: `named`, else `$HELMFIRE_FILE`, else the
    /// nearest above the working directory. Without a file there are no rules.
    pub fn load(named: Option<&Path>) -> Result<Self, LoadError> {
        match find(named)? {
            Some(path) => Self::load_from(&path),
            None => Ok(Self::default()),
        }
    }

    /// Finds and reads the file for what lies in `dir`, see [`find_near`].
    pub fn load_near(dir: &Path) -> Result<Self, LoadError> {
        match find_near(dir)? {
            Some(path) => Self::load_from(&path),
            None => Ok(Self::default()),
        }
    }

    /// Reads the file at `path`.
    pub fn load_from(path: &Path) -> Result<Self, LoadError> {
        let text = std::fs::read_to_string(path)
            .map_err(|reason| LoadError::Io { path: path.into(), reason })?;
        Ok(read(path, &text)?)
    }

    /// The directory that the `to` of a chart rule names; it is relative to the
    /// file.
    pub fn chart_directory(&self, to: &str) -> PathBuf {
        let file = self.path.as_deref().unwrap_or(Path::new(""));
        file.parent().unwrap_or(Path::new("")).join(to)
    }
}
