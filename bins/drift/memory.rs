//! What a check remembers: the state of each release, which of them Helm had, and
//! events of what came and went. Under the state directory of the helmfile and environment, for each context
//! and set of flags apart. Holds no secret: what is kept has gone through the redactor.

use std::collections::BTreeSet;
use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use helmfire_cluster::current_context;
use helmfire_findings::Report;
use helmfire_findings::history::{Event, State, read, step};
use helmfire_helmfile::passed::Passed;
use helmfire_inputs::{Id, project};
use helmfire_state::{Home, HomeError, Journal, replace};
use serde::{Deserialize, Serialize};

/// How large the events may become before the file is begun anew, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// What is known of each release.
const STATE: &str = "drift.json";
/// Which releases Helm had.
const DEPLOYED: &str = "deployed.json";
/// What came and went.
const EVENTS: &str = "events.jsonl";

/// What is checked.
#[derive(Clone, Debug)]
pub struct Subject {
    /// A helmfile, or a word for the cluster.
    path: PathBuf,
    environment: String,
    /// The context, and the kubeconfig and Helm's storage as far as they were named.
    place: String,
}

impl Subject {
    /// What the flags mean.
    pub fn new(passed: &Passed, is_cluster: bool) -> Self {
        let named = |flag: &str| {
            let value = passed.value(flag).map(OsStr::to_string_lossy);
            value.unwrap_or_default().into_owned()
        };
        // What Helm has in another cluster or another storage tells nothing of this one.
        let variable = |name: &str| env::var(name).unwrap_or_default();
        let kubeconfig = match named("kubeconfig") {
            name if name.is_empty() => variable("KUBECONFIG"),
            name => name,
        };
        // However they are spelled.
        let paths =
            env::split_paths(&kubeconfig).filter(|it| !it.as_os_str().is_empty());
        let paths = paths.map(|path| fs::canonicalize(&path).unwrap_or(path));
        let paths: Vec<String> = paths.map(|it| it.display().to_string()).collect();
        let kubeconfig = paths.join(":");
        // The current one is no other than the same by its name.
        let file = Some(named("kubeconfig")).filter(|it| !it.is_empty());
        let context = match named("kube-context") {
            name if name.is_empty() => {
                let file = file.as_deref().map(Path::new);
                current_context(file).unwrap_or_default()
            }
            name => name,
        };
        let place = [context, kubeconfig, variable("HELM_DRIVER")];
        let place = place.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>();
        let (path, environment) = if is_cluster {
            ("cluster".into(), String::new())
        } else {
            (project::identity(passed), project::environment(passed))
        };
        Self { path, environment, place: place.join(" in ") }
    }

    /// Where it is remembered. Made if it is not there.
    pub fn directory(&self, home: &Home) -> Result<PathBuf, HomeError> {
        home.of(&self.path, &format!("drift {} {}", self.environment, self.place))
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if !self.environment.is_empty() {
            write!(f, " in environment {}", self.environment)?;
        }
        if !self.place.is_empty() {
            write!(f, " ({})", self.place)?;
        }
        Ok(())
    }
}

/// `deployed.json`
#[derive(Default, Serialize, Deserialize)]
struct Deployed {
    v: u8,
    releases: BTreeSet<Id>,
}

/// The files of one subject; nothing is remembered where there is no place for them.
#[derive(Debug, Default)]
pub struct Memory {
    directory: Option<PathBuf>,
}

impl Memory {
    /// In `directory`.
    pub fn open(directory: PathBuf) -> Self {
        Self { directory: Some(directory) }
    }

    fn file(&self, name: &str) -> Option<PathBuf> {
        self.directory.as_ref().map(|it| it.join(name))
    }

    /// The releases that Helm had when they were last looked for.
    pub fn deployed(&self) -> anyhow::Result<BTreeSet<Id>> {
        let Some(path) = self.file(DEPLOYED) else { return Ok(BTreeSet::new()) };
        let text = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(BTreeSet::new());
            }
            read => read.with_context(|| path.display().to_string())?,
        };
        let kept: Deployed = serde_json::from_slice(&text)
            .with_context(|| format!("{}, remove it", path.display()))?;
        Ok(kept.releases)
    }

    /// Keeps them.
    pub fn keep_deployed(&self, releases: BTreeSet<Id>) -> anyhow::Result<()> {
        let Some(path) = self.file(DEPLOYED) else { return Ok(()) };
        let text = serde_json::to_string(&Deployed { v: 1, releases })?;
        replace(&path, &text).with_context(|| path.display().to_string())
    }

    /// Keeps what `report` says, and appends what is new in it to the events; what is
    /// known then.
    pub fn remember(&self, report: &Report, now: u64) -> anyhow::Result<State> {
        let (Some(path), Some(events_file)) = (self.file(STATE), self.file(EVENTS))
        else {
            return Ok(State::default());
        };
        let (state, events) = step(&read_state(&path), report, now);
        let mut journal = Journal::open(&events_file, LARGEST)?;
        for event in &events {
            journal.append(event)?;
        }
        replace(&path, &serde_json::to_string(&state)?)
            .with_context(|| path.display().to_string())?;
        Ok(state)
    }

    /// The events, the oldest first, those of the file before among them, and how many
    /// lines are none.
    pub fn events(&self) -> io::Result<(Vec<Event>, usize)> {
        let Some(path) = self.file(EVENTS) else { return Ok((Vec::new(), 0)) };
        let mut older = path.clone().into_os_string();
        older.push(".1");
        let (mut events, mut lost) = (Vec::new(), 0);
        for path in [Path::new(&older), &path] {
            let text = match fs::read_to_string(path) {
                Ok(text) => text,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            let (more, lines) = read(&text);
            events.extend(more);
            lost += lines;
        }
        Ok((events, lost))
    }
}

/// One that is absent or broken is an empty one: then more is new, never less.
fn read_state(path: &Path) -> State {
    let text = fs::read(path).ok();
    text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default()
}
