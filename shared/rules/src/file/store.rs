//! Changing a rules file so that nobody ever sees half of it and no change of
//! another writer is lost.
//!
//! A lock beside the file, a temporary file in the same directory, rename. The
//! lock is not the file itself: rename gives the file a new inode, and a lock on
//! the old one would hold nobody back. Keeps mode, owner and symbolic link of
//! the file, not its hard links, access control lists or extended attributes.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::NamedTempFile;

/// How long to sleep between two tries to get the lock: short, because a writer
/// holds it for a few milliseconds only.
const POLL: Duration = Duration::from_millis(5);
const LOCK_SUFFIX: &str = ".lock";
const TEMPORARY_SUFFIX: &str = ".tmp";
/// The random part of a temporary file's name; it holds no dot.
const TEMPORARY_RANDOM: usize = 6;

/// The right to change one file, until it is dropped.
#[derive(Debug)]
pub struct Store {
    /// The file itself, not a link to it.
    target: PathBuf,
    lock_path: PathBuf,
    /// Closed, and so unlocked, after `drop` has removed the name.
    _lock: File,
}

/// Why a file cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another writer did not finish in time.
    #[error("another program is changing {} and holds {}; try again, or wait longer with --wait SECONDS", path.display(), lock.display())]
    Busy {
        /// The file.
        path: PathBuf,
        /// The lock file.
        lock: PathBuf,
    },
    /// It must not be changed.
    #[error("{} is write-protected, allow writing with 'chmod u+w' first", .0.display())]
    Protected(PathBuf),
    /// Something else than a file has that name.
    #[error("{} is not a regular file, name another with --file", .0.display())]
    NotAFile(PathBuf),
    /// A symbolic link leads nowhere.
    #[error("{} is a symbolic link to nothing, create what it names or remove it", .0.display())]
    Dangling(PathBuf),
    /// The system refused.
    #[error("{doing} {}: {reason}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// With what.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
}

impl Store {
    /// Locks the file at `path`, which need not exist, waiting up to `wait` for
    /// others to finish.
    pub fn lock(path: &Path, wait: Duration) -> Result<Self, StoreError> {
        let target = resolve(path)?;
        refuse_protected(path, &target)?;
        let lock_path = sibling(&target, LOCK_SUFFIX);
        let until = Instant::now() + wait;
        loop {
            if let Some(lock) = try_lock(&lock_path)? {
                let store = Self { target, lock_path, _lock: lock };
                store.remove_left_temporaries();
                return Ok(store);
            }
            if Instant::now() >= until {
                return Err(StoreError::Busy { path: path.into(), lock: lock_path });
            }
            thread::sleep(POLL);
        }
    }

    /// The text of the file, `None` if there is none.
    pub fn read(&self) -> Result<Option<String>, StoreError> {
        match fs::read_to_string(&self.target) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("reading", &self.target)(error)),
        }
    }

    /// Puts `text` in place of what is there. It is on the disk, or the old file
    /// is untouched.
    pub fn write(&self, text: &str) -> Result<(), StoreError> {
        let failed = failed("writing", &self.target);
        let mut temporary = self.temporary().map_err(failed)?;
        // Through the file: the wrapper's errors name its path once more.
        temporary.as_file_mut().write_all(text.as_bytes()).map_err(failed)?;
        temporary.as_file().sync_all().map_err(failed)?;
        temporary.persist(&self.target).map_err(|e| failed(e.error))?;
        // Not every file system can do this, and the new file is in place: after
        // a power cut there may be the old one, but a whole one.
        let _ = File::open(parent(&self.target)).and_then(|dir| dir.sync_all());
        Ok(())
    }

    fn temporary(&self) -> io::Result<NamedTempFile> {
        let old = match fs::metadata(&self.target) {
            Ok(old) => Some(old),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        // A new file gets what any program would give it: 0666 less the umask.
        let mode = if old.is_some() { 0o600 } else { 0o666 };
        let temporary = tempfile::Builder::new()
            .prefix(&sibling_name(&self.target, "."))
            .suffix(TEMPORARY_SUFFIX)
            .rand_bytes(TEMPORARY_RANDOM)
            .permissions(Permissions::from_mode(mode))
            .tempfile_in(parent(&self.target))?;
        if let Some(old) = old {
            // Only root can give files away; to others the mode is all there is.
            let _ = fchown(temporary.as_file(), Some(old.uid()), Some(old.gid()));
            temporary.as_file().set_permissions(old.permissions())?;
        }
        Ok(temporary)
    }

    /// What writers left behind that were killed. Nobody but the holder of the
    /// lock makes such files, so all of them are left ones.
    fn remove_left_temporaries(&self) {
        let prefix = sibling_name(&self.target, ".");
        let Ok(entries) = fs::read_dir(parent(&self.target)) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let random = name
                .to_str()
                .and_then(|name| name.strip_prefix(prefix.to_str()?))
                .and_then(|name| name.strip_suffix(TEMPORARY_SUFFIX));
            if random.is_some_and(is_random_part) {
                // Whoever writes next tries again.
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // A lock file that stays is ugly but harmless.
        let _ = fs::remove_file(&self.lock_path);
    }
}

/// Locks the lock file, `None` if another has it.
fn try_lock(path: &Path) -> Result<Option<File>, StoreError> {
    let failed = failed("locking", path);
    if path.is_symlink() {
        return Err(StoreError::NotAFile(path.into()));
    }
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    let lock = match options.open(path) {
        Ok(lock) => lock,
        // Left behind by a killed writer of another user: to lock it, reading it
        // is enough.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            File::open(path).map_err(|_| failed(error))?
        }
        Err(error) => return Err(failed(error)),
    };
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    // Who had it before has removed the name; then this is a lock on nothing.
    let ours = lock.metadata().map_err(failed)?;
    let named = fs::symlink_metadata(path);
    let same =
        named.is_ok_and(|named| (named.dev(), named.ino()) == (ours.dev(), ours.ino()));
    Ok(same.then_some(lock))
}

/// The file itself where `path` is a symbolic link: its directory gets the
/// temporary file, and the link stays.
fn resolve(path: &Path) -> Result<PathBuf, StoreError> {
    match fs::canonicalize(path) {
        Ok(target) if target.is_file() => Ok(target),
        Ok(_) => Err(StoreError::NotAFile(path.into())),
        Err(_) if path.is_symlink() => Err(StoreError::Dangling(path.into())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let name = path.file_name();
            let name = name.ok_or_else(|| StoreError::NotAFile(path.into()))?;
            let dir = parent(path);
            Ok(fs::canonicalize(dir).map_err(failed("opening", dir))?.join(name))
        }
        Err(error) => Err(failed("opening", path)(error)),
    }
}

/// Rename would replace it whatever its mode, and root may write to anything:
/// both have to be asked for.
fn refuse_protected(path: &Path, target: &Path) -> Result<(), StoreError> {
    let protected = match fs::metadata(target) {
        Ok(metadata) => metadata.permissions().readonly(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("opening", path)(error)),
    };
    if protected || OpenOptions::new().write(true).open(target).is_err() {
        return Err(StoreError::Protected(path.into()));
    }
    Ok(())
}

fn failed<'p>(
    doing: &'static str,
    path: &'p Path,
) -> impl Fn(io::Error) -> StoreError + Copy + 'p {
    move |reason| StoreError::Io { doing, path: path.into(), reason }
}

/// The directory of `path`, `.` for a bare name.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(dir) if dir != Path::new("") => dir,
        _ => Path::new("."),
    }
}

fn sibling(path: &Path, suffix: &str) -> PathBuf {
    path.with_file_name(sibling_name(path, suffix))
}

/// `.NAME` and `suffix`.
fn sibling_name(path: &Path, suffix: &str) -> OsString {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or(OsStr::new("")));
    name.push(suffix);
    name
}

/// The file `a.toml.b` has temporary files that begin like those of `a.toml`.
fn is_random_part(text: &str) -> bool {
    text.len() == TEMPORARY_RANDOM && text.bytes().all(|b| b.is_ascii_alphanumeric())
}
