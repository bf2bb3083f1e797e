//! A copy of a staged chart for somebody who wants one of their own, as `helm
//! pull --untar` would leave it.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::content::Content;
use crate::error::failed;
use crate::{StageError, Staged};

/// Copies `staged` into the directory `into` under its name, and returns where
/// it is. Nobody sees half of it there.
pub fn copy_into(staged: &Staged, into: &Path) -> Result<PathBuf, StageError> {
    let target = into.join(&staged.name);
    if target.symlink_metadata().is_ok() {
        return Err(StageError::Exists(target));
    }
    fs::create_dir_all(into).map_err(failed("creating", into))?;
    let temporary = tempfile::Builder::new()
        .prefix(".helmfire-")
        .permissions(Permissions::from_mode(0o777))
        .tempdir_in(into)
        .map_err(failed("creating a directory in", into))?;
    Content::read(&staged.path)?.write(temporary.path())?;
    match fs::rename(temporary.path(), &target) {
        Ok(()) => {
            let _ = temporary.keep();
            Ok(target)
        }
        // Somebody else was faster.
        Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {
            Err(StageError::Exists(target))
        }
        Err(error) => Err(failed("creating", &target)(error)),
    }
}
