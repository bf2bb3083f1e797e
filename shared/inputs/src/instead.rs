//! A helmfile that is not as the user's file is, for a question about part of it.
//!
//! Nothing is written beside the user's files: helmfile reads it from its stdin, in the
//! directory of the file. Refuses to change what it holds.

use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What helmfile reads from its stdin, where the file would stand.
#[derive(Clone, Debug)]
pub struct Instead {
    /// The file.
    pub file: PathBuf,
    /// A helmfile.
    pub text: String,
}

impl Instead {
    /// Lets a command that has the flags for it read the text.
    pub fn put(&self, command: &mut Command) -> io::Result<()> {
        let mut file = tempfile::tempfile()?;
        file.write_all(self.text.as_bytes())?;
        file.rewind()?;
        let directory = self.file.parent().unwrap_or(Path::new("/"));
        command.current_dir(directory).stdin(file);
        Ok(())
    }
}
