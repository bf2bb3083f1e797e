//! Why a chart cannot be staged: one line each, with what to do where the
//! system's own reason does not say it.

use std::io;
use std::path::{Path, PathBuf};

/// Why a chart cannot be staged or copied.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
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
    /// A fifo, socket or device, which helm cannot load either.
    #[error("{} is neither a file nor a directory, remove it or name it in .helmignore", .0.display())]
    Special(PathBuf),
    /// A symbolic link leads nowhere.
    #[error("{} is a symbolic link to nothing, create what it names or remove it", .0.display())]
    Dangling(PathBuf),
    /// A symbolic link leads to a directory around itself.
    #[error("{} leads back to {}, remove this symbolic link or name it in .helmignore", path.display(), target.display())]
    Loop {
        /// The link, or what was reached through one.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// A link or a dependency leads to where charts must not come from.
    #[error("{} leads to {}, which is outside chart-roots, add its directory to [security] chart-roots or copy it into the chart", path.display(), target.display())]
    OutsideRoots {
        /// The link, or the chart that has the dependency.
        path: PathBuf,
        /// Where it leads, links resolved.
        target: PathBuf,
    },
    /// `.helmignore` has a line that helm refuses.
    #[error("{}:{line}: {reason}", path.display())]
    Ignore {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A file that describes a chart cannot be used.
    #[error("{}: {reason}", path.display())]
    Chart {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Charts depend on each other.
    #[error("{0} is a circle of file:// dependencies, remove one of them")]
    Cycle(String),
    /// A dependency cannot be had.
    #[error("dependency '{name}' of {}: {reason}", chart.display())]
    Dependency {
        /// The chart that wants it.
        chart: PathBuf,
        /// Its name.
        name: String,
        /// What is in the way.
        reason: String,
    },
    /// The archive of a dependency cannot be unpacked.
    #[error("{}: {reason}", path.display())]
    Archive {
        /// The archive.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// helm could not fetch dependencies.
    #[error("fetching {names} for {}: {reason}", chart.display())]
    Fetch {
        /// The chart that wants them.
        chart: PathBuf,
        /// Their names.
        names: String,
        /// What helm says.
        reason: String,
    },
    /// There is something where the chart should go. As `helm pull` has it.
    #[error("a file or directory with the name {} already exists", .0.display())]
    Exists(PathBuf),
}

pub(crate) fn failed<'p>(
    doing: &'static str,
    path: &'p Path,
) -> impl Fn(io::Error) -> StageError + Copy + 'p {
    move |reason| StageError::Io { doing, path: path.into(), reason }
}
