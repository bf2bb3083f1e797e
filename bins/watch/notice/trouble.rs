//! Why a directory is not watched, in words that help.
//!
//! Linux has two limits, which many programs share and neither of whose errors
//! says so: "no space left on device" and "too many open files".

use std::fmt;
use std::fs::{self, File};
use std::path::PathBuf;

use notify::{Error, ErrorKind};
use rustix::io::Errno;

/// Something that is not watched; it has to be polled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// A limit of inotify is reached.
    Limit {
        /// As sysctl names it.
        name: &'static str,
        /// What it is now.
        value: Option<u64>,
    },
    /// One directory cannot be watched, for this reason.
    Directory(PathBuf, String),
    /// Nothing can be watched, for this reason.
    Everything(String),
}

const WATCHES: &str = "fs.inotify.max_user_watches";
const INSTANCES: &str = "fs.inotify.max_user_instances";

impl Trouble {
    /// From the error at the start of a watcher.
    pub(super) fn at_start(error: &Error) -> Self {
        if errno(error) == Some(Errno::MFILE) && may_open_files() {
            return Self::limit(INSTANCES);
        }
        Self::limit_of(error).unwrap_or_else(|| Self::Everything(reason(error)))
    }

    /// From the error of one directory.
    pub(super) fn about(directory: PathBuf, error: &Error) -> Self {
        let limit = Self::limit_of(error);
        limit.unwrap_or_else(|| Self::Directory(directory, reason(error)))
    }

    fn limit_of(error: &Error) -> Option<Self> {
        let full = matches!(error.kind, ErrorKind::MaxFilesWatch)
            || errno(error) == Some(Errno::NOSPC);
        full.then(|| Self::limit(WATCHES))
    }

    fn limit(name: &'static str) -> Self {
        let path = format!("/proc/sys/{}", name.replace('.', "/"));
        let text = fs::read_to_string(path).ok();
        Self::Limit { name, value: text.and_then(|text| text.trim().parse().ok()) }
    }
}

/// If not, it is the process that has too many. A watcher needs three.
fn may_open_files() -> bool {
    let files = (0..3).map(|_| File::open("/dev/null"));
    files.collect::<Result<Vec<_>, _>>().is_ok()
}

fn errno(error: &Error) -> Option<Errno> {
    match &error.kind {
        ErrorKind::Io(error) => Errno::from_io_error(error),
        _ => None,
    }
}

/// Without the paths, which notify would print as a list.
fn reason(error: &Error) -> String {
    match &error.kind {
        ErrorKind::Io(error) => error.to_string(),
        ErrorKind::PathNotFound => "no such directory".into(),
        _ => error.to_string(),
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limit { name, value: Some(value) } => write!(
                f,
                "the limit {name} of {value} is reached; files are looked at \
                 every 2 s instead; to raise it: sysctl {name}={}",
                value.saturating_mul(4)
            ),
            Self::Limit { name, value: None } => {
                write!(f, "the limit {name} is reached; raise it with sysctl")
            }
            Self::Directory(directory, reason) => {
                write!(f, "cannot watch {}: {reason}", directory.display())
            }
            Self::Everything(reason) => write!(f, "cannot watch: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn io(errno: Errno) -> Error {
        Error::io(errno.into())
    }

    fn is_limit(trouble: &Trouble, wanted: &str) -> bool {
        matches!(trouble, Trouble::Limit { name, .. } if *name == wanted)
    }

    #[test]
    fn tells_the_two_limits_apart() {
        let about = |error| Trouble::about("/d".into(), &error);
        assert!(is_limit(&about(Error::new(ErrorKind::MaxFilesWatch)), WATCHES));
        assert!(is_limit(&about(io(Errno::NOSPC)), WATCHES));
        assert!(is_limit(&Trouble::at_start(&io(Errno::MFILE)), INSTANCES));
        let denied = about(io(Errno::ACCESS)).to_string();
        assert!(denied.starts_with("cannot watch /d: Permission denied"), "{denied}");
    }

    #[test]
    fn names_what_raises_a_limit() {
        let trouble = Trouble::Limit { name: INSTANCES, value: Some(128) };
        let text = trouble.to_string();
        assert!(text.contains("of 128 is reached"), "{text}");
        assert!(text.ends_with("sysctl fs.inotify.max_user_instances=512"), "{text}");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn reads_the_present_value() {
        let limit = Trouble::limit(WATCHES);
        assert!(matches!(limit, Trouble::Limit { value: Some(1..), .. }), "{limit}");
    }
}
