//! Which file a command is about.

use std::env;
use std::fmt;
use std::path::{Path, PathBuf};

use helmfire_cli::Talk;
use helmfire_rules::Rules;
use helmfire_rules::file::{find, find_or_new};

/// The rules file of this run.
#[derive(Clone, Debug)]
pub struct Target {
    path: PathBuf,
}

impl Target {
    /// The file to change; it need not exist.
    pub fn to_write(named: Option<&Path>, talk: &Talk) -> anyhow::Result<Self> {
        Ok(Self::at(find_or_new(named)?, talk))
    }

    /// The file to read, `None` if there is none.
    pub fn existing(named: Option<&Path>, talk: &Talk) -> anyhow::Result<Option<Self>> {
        Ok(find(named)?.map(|path| Self::at(path, talk)))
    }

    fn at(path: PathBuf, talk: &Talk) -> Self {
        talk.detail(&format!("the rules are in {}", path.display()));
        Self { path: shortened(path) }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn rules(&self) -> anyhow::Result<Rules> {
        Ok(Rules::load_from(&self.path)?)
    }

    /// The place of a rule: `helmfire.toml:4`.
    pub fn line(&self, line: usize) -> String {
        format!("{self}:{line}")
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path.display().fmt(f)
    }
}

/// A path below the working directory is shown from there.
fn shortened(path: PathBuf) -> PathBuf {
    let short = env::current_dir()
        .ok()
        .and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf));
    short.unwrap_or(path)
}
