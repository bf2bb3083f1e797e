//! One program of a kind for a helmfile and an environment at a time: two watches
//! would deploy against each other. The system lets go of the lock whenever the process ends, so none can
//! be left behind, and there is no way to force it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use anyhow::Context;
use helmfire_cli::Locked;

/// Held until it is dropped, or the process ends however it does.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock `name` in `directory` for the work on `what`; the error names
    /// who has it.
    pub fn take(directory: &Path, name: &str, what: &str) -> anyhow::Result<Self> {
        let path = directory.join(format!("{name}.lock"));
        let place = || path.display().to_string();
        let mut options = OpenOptions::new();
        let file =
            options.create(true).truncate(false).read(true).write(true).open(&path);
        let mut file = file.with_context(place)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                let holder = holder.trim();
                let message =
                    format!("process {holder} is at {what} already, end it first");
                return Err(Locked(message).into());
            }
            Err(TryLockError::Error(error)) => return Err(error).with_context(place),
        }
        file.set_len(0).and_then(|()| file.rewind()).with_context(place)?;
        writeln!(file, "{}", std::process::id()).with_context(place)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_holder() {
        let dir = tempfile::tempdir().unwrap();
        let lock = Lock::take(dir.path(), "watch", "x").unwrap();
        let error = Lock::take(dir.path(), "watch", "x").unwrap_err();
        let pid = std::process::id();
        assert_eq!(
            error.to_string(),
            format!("process {pid} is at x already, end it first")
        );
        assert!(error.is::<Locked>());
        drop(lock);
        Lock::take(dir.path(), "watch", "x").unwrap();
    }
}
