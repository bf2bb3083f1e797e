//! The real helm: where it is, and which major version it has.
//!
//! Refuses to take one of our own stand-ins for it: that would call itself for
//! ever.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{child, home};

/// The stand-in for helm.
pub const STAND_IN: &str = "helmfire-helm";
/// The environment variable that names the real helm.
pub const VARIABLE: &str = "HELMFIRE_HELM";

/// Why there is no helm to call.
#[derive(Debug, thiserror::Error)]
pub enum HelmError {
    /// No helm anywhere.
    #[error("helm is not on PATH, install it or name it with HELMFIRE_HELM")]
    Absent,
    /// The one that was named is not there.
    #[error("{}: {reason}, and HELMFIRE_HELM names it", path.display())]
    Unusable {
        /// As named.
        path: PathBuf,
        /// Why it cannot be used.
        reason: io::Error,
    },
    /// The one that was named is the stand-in.
    #[error("HELMFIRE_HELM names helmfire-helm itself ({}), name the real helm", .0.display())]
    Itself(PathBuf),
    /// It did not tell its version.
    #[error("{} does not tell its version: {reason}", path.display())]
    Version {
        /// The helm asked.
        path: PathBuf,
        /// What it said.
        reason: String,
    },
}

/// The major versions that exist for helmfile 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Major {
    /// Helm 3: a post-renderer is an executable.
    Three,
    /// Helm 4: a post-renderer is a plugin.
    Four,
}

/// The real helm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Helm {
    /// Its path.
    pub path: PathBuf,
    /// Whether `$HELMFIRE_HELM` named it, rather than `PATH`.
    pub named: bool,
}

impl Helm {
    /// `$HELMFIRE_HELM`, else the first `helm` on `PATH` that is not the
    /// stand-in.
    pub fn find() -> Result<Self, HelmError> {
        let own = env::current_exe().and_then(fs::canonicalize).ok();
        let named = env::var_os(VARIABLE).filter(|name| !name.is_empty());
        match named {
            Some(name) => Self::named(&name, own.as_deref()),
            None => Self::on_path(own.as_deref()),
        }
    }

    fn named(name: &OsStr, own: Option<&Path>) -> Result<Self, HelmError> {
        let path = if name.as_encoded_bytes().contains(&b'/') {
            PathBuf::from(name)
        } else {
            candidates(name).next().ok_or_else(|| missing(Path::new(name)))?
        };
        match fs::canonicalize(&path) {
            Ok(real) if is_stand_in(&real, own) => Err(HelmError::Itself(path)),
            Ok(real) if !is_executable(&real) => {
                let reason = io::Error::from(io::ErrorKind::PermissionDenied);
                Err(HelmError::Unusable { path, reason })
            }
            Ok(_) => Ok(Self { path, named: true }),
            Err(reason) => Err(HelmError::Unusable { path, reason }),
        }
    }

    fn on_path(own: Option<&Path>) -> Result<Self, HelmError> {
        let real = |path: &PathBuf| {
            fs::canonicalize(path).is_ok_and(|real| !is_stand_in(&real, own))
        };
        let path =
            candidates(OsStr::new("helm")).find(real).ok_or(HelmError::Absent)?;
        Ok(Self { path, named: false })
    }

    /// Its major version. What was learnt is kept in helmfire's cache, for the
    /// program takes a moment to answer; a script is asked each time, since it
    /// may choose another helm in another directory.
    pub fn major(&self) -> Result<Major, HelmError> {
        let note = self.note();
        let known = note.as_ref().and_then(|note| fs::read_to_string(note).ok());
        if let Some(major) = known.as_deref().and_then(major_of) {
            return Ok(major);
        }
        let version = self.version()?;
        let fault =
            |reason: String| HelmError::Version { path: self.path.clone(), reason };
        let major = major_of(&version).ok_or_else(|| {
            fault(format!("'{version}' is neither Helm 3 nor Helm 4"))
        })?;
        if let Some(note) = note {
            // Without the note the next call asks again.
            let _ = write_note(&note, &version);
        }
        Ok(major)
    }

    /// What `version --short` prints: `v3.22.0+g1234567`.
    pub fn version(&self) -> Result<String, HelmError> {
        let fault =
            |reason: String| HelmError::Version { path: self.path.clone(), reason };
        let mut command = Command::new(&self.path);
        command.args(["version", "--short"]).stdin(Stdio::null());
        let output = child::output(&mut command).map_err(|e| fault(e.to_string()))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_string();
        if output.status.success() {
            Ok(text(&output.stdout))
        } else {
            Err(fault(text(&output.stderr)))
        }
    }

    /// The file that holds the version of exactly this program.
    fn note(&self) -> Option<PathBuf> {
        let real = fs::canonicalize(&self.path).ok()?;
        if is_script(&real) {
            return None;
        }
        let data = fs::metadata(&real).ok()?;
        let (changed, size) = (data.mtime_nsec() ^ data.mtime(), data.size());
        let name = format!("{:x}-{:x}-{changed:x}-{size:x}", data.dev(), data.ino());
        Some(home::cache()?.join("helm").join(name))
    }
}

/// Whether the program is text that another one interprets, so that what it
/// does may depend on where it is started.
pub fn is_script(path: &Path) -> bool {
    let mut start = [0; 2];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start == *b"#!"
}

fn missing(path: &Path) -> HelmError {
    let reason = io::Error::from(io::ErrorKind::NotFound);
    HelmError::Unusable { path: path.into(), reason }
}

/// Whether `real` is the stand-in, under whatever name: another copy of it
/// would call this one, and so on for ever.
fn is_stand_in(real: &Path, own: Option<&Path>) -> bool {
    let size = |path: &Path| path.metadata().map(|data| data.len()).ok();
    real.file_name() == Some(OsStr::new(STAND_IN))
        || own.is_some_and(|own| own == real || size(own) == size(real))
}

/// The executables called `name` in the order of `PATH`.
pub fn candidates(name: &OsStr) -> impl Iterator<Item = PathBuf> {
    let path: OsString = env::var_os("PATH").unwrap_or_default();
    let all: Vec<PathBuf> = env::split_paths(&path).map(|dir| dir.join(name)).collect();
    all.into_iter().filter(|path| is_executable(path))
}

fn is_executable(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

fn major_of(version: &str) -> Option<Major> {
    match version.trim().trim_start_matches('v').split('.').next()? {
        "3" => Some(Major::Three),
        "4" => Some(Major::Four),
        _ => None,
    }
}

fn write_note(note: &Path, version: &str) -> io::Result<()> {
    let dir = note.parent().unwrap_or(Path::new(""));
    fs::create_dir_all(dir)?;
    // Renamed into place, for several may learn it at once.
    let draft = note.with_extension(std::process::id().to_string());
    fs::write(&draft, version)?;
    fs::rename(&draft, note)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majors_are_read() {
        assert_eq!(major_of("v3.22.0+g1234567"), Some(Major::Three));
        assert_eq!(major_of("v4.3.1\n"), Some(Major::Four));
        assert_eq!(major_of("v2.17.0"), None);
        assert_eq!(major_of("WARNING"), None);
    }

    #[test]
    fn the_stand_in_is_no_helm() {
        assert!(is_stand_in(Path::new("/a/helmfire-helm"), None));
        let own = env::current_exe().unwrap();
        let copy = tempfile::tempdir().unwrap().keep().join("helm");
        fs::copy(&own, &copy).unwrap();
        assert!(is_stand_in(&copy, Some(&own)));
        assert!(!is_stand_in(Path::new("/bin/sh"), Some(&own)));
    }
}
