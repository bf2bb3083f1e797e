//! The helmfile that a command line means, and what is asked about it: its states
//! by `helmfile build`, and once more with the content of all values where some are
//! templates. Refuses to read a helmfile by itself, and to add a repository where
//! the user's helm looks.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use helmfire_helmfile::line::Piece;
use helmfire_helmfile::passed::Passed;
use helmfire_helmfile::question::{AskError, ask, ask_within, same_releases};
use helmfire_helmfile::run::Leash;
use helmfire_rules::Rules;
use helmfire_rules::file::LoadError;
use tempfile::TempDir;

use crate::instead::Instead;
use crate::path::{is_path, is_template, join};
use crate::state::{self, State};

/// What helmfile told of itself.
#[derive(Debug)]
pub struct Told {
    /// The state of each helmfile.
    pub states: Vec<State>,
    /// The same with the content of all values, if templates are among them.
    pub embedded: Option<Vec<State>>,
}

impl Told {
    /// Whether the next time both questions may be asked at the same time: there
    /// are two, and helmfile only reads for an answer. What hooks, secrets, patched
    /// and pulled charts leave behind while helmfile reads, two would write at once.
    pub fn bears_haste(&self) -> bool {
        self.embedded.is_some() && !self.states.iter().any(State::writes)
    }
}

/// The rules for a run: those nearest to the helmfile, into whose directory
/// helmfile changes and which helmfire-helm alone would find.
pub fn rules(passed: &Passed) -> Result<Rules, LoadError> {
    match directory(passed) {
        Some(dir) => Rules::load_near(&dir),
        None => Rules::load(None),
    }
}

/// The helmfile or directory that was named.
pub(crate) fn named(passed: &Passed) -> Option<OsString> {
    let named = passed.value("file").map(OsStr::to_os_string);
    named.or_else(|| env::var_os("HELMFILE_FILE_PATH")).filter(|it| !it.is_empty())
}

/// The directory of the helmfile that was named; none for a remote one and for
/// standard input.
fn directory(passed: &Passed) -> Option<PathBuf> {
    let path = std::path::absolute(named(passed)?).ok()?;
    let dir = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
    dir.filter(|_| path.exists()).map(Path::to_path_buf)
}

/// What tells one helmfile from another on this machine: its directory if it has
/// the name that helmfile looks for, else its path.
pub fn identity(passed: &Passed) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    let path = join(&here, named(passed).map(PathBuf::from).unwrap_or_default());
    let path = fs::canonicalize(&path).unwrap_or(path);
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let usual = ["helmfile.yaml", "helmfile.yaml.gotmpl", "helmfile.d"];
    match path.parent() {
        Some(parent) if usual.contains(&name) => parent.into(),
        _ => path,
    }
}

/// The environment of a command line.
pub fn environment(passed: &Passed) -> String {
    let named = passed.value("environment").map(OsStr::to_os_string);
    let named = named.or_else(|| env::var_os("HELMFILE_ENVIRONMENT"));
    let name = named.map(|name| name.to_string_lossy().into_owned());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| "default".into())
}

/// The files with state values of a command line, absolute: helmfile reads them
/// from the directory of the one helmfile, or from here if there are several
/// (helmfile 1.8.0).
pub fn state_values(passed: &Passed) -> Vec<PathBuf> {
    let here = env::current_dir().unwrap_or_default();
    let file = named(passed).map(|file| join(&here, file)).filter(|it| it.is_file());
    let origin = file.and_then(|file| file.parent().map(Path::to_path_buf));
    let origin = origin.unwrap_or(here);
    passed.values("state-values-file").map(|file| join(&origin, file)).collect()
}

/// The states, or why there are none.
pub type Answer = Result<Vec<State>, AskError>;

/// Asks helmfile about its files.
#[derive(Debug)]
pub struct Project {
    helmfile: PathBuf,
    passed: Passed,
    environment: String,
    /// Repositories of our own, where helmfile's are not known to helm yet.
    repositories: Option<TempDir>,
    /// Whether to ask both questions at the same time.
    hasty: bool,
    /// How long an answer is waited for, and what else ends the question.
    leash: Option<(Leash, Duration)>,
    /// What is asked about in the place of the file.
    pub(crate) instead: Option<Instead>,
}

impl Project {
    /// The project that the flags mean.
    pub fn new(helmfile: PathBuf, passed: Passed) -> Self {
        let environment = environment(&passed);
        Self {
            helmfile,
            passed,
            environment,
            repositories: None,
            hasty: false,
            leash: None,
            instead: None,
        }
    }

    /// The same question about another file, or about what is read `instead` of it.
    pub(crate) fn about(&self, file: &Path, instead: Option<Instead>) -> Self {
        let name = if instead.is_some() { OsStr::new("-") } else { file.as_os_str() };
        let mut passed = self.passed.without(&["file"]);
        passed.before.push(Piece::valued("file", name));
        let mut other = Self::new(self.helmfile.clone(), passed);
        other.leash.clone_from(&self.leash);
        other.instead = instead;
        other
    }

    /// The command line that it means.
    pub fn passed(&self) -> &Passed {
        &self.passed
    }

    /// What is read instead of the file.
    pub fn instead(&self) -> Option<&Instead> {
        self.instead.as_ref()
    }

    /// The states that were printed before helmfile failed.
    pub(crate) fn printed(&self, error: &AskError) -> Vec<State> {
        let AskError::NoAnswer(answer) = error else { return Vec::new() };
        self.read(&answer.printed).unwrap_or_default()
    }

    /// Whether both questions may be asked at the same time, as the last answer
    /// told ([`Told::bears_haste`]).
    #[must_use]
    pub fn hasty(mut self, hasty: bool) -> Self {
        self.hasty = hasty;
        self
    }

    /// Ends a question that takes longer than `patience`, or when all on the leash are.
    #[must_use]
    pub fn within(mut self, leash: Leash, patience: Duration) -> Self {
        self.leash = Some((leash, patience));
        self
    }

    /// Lets no question go on beyond `deadline`.
    pub(crate) fn until(&mut self, deadline: Instant) {
        if let Some((_, patience)) = &mut self.leash {
            let rest = deadline.saturating_duration_since(Instant::now());
            *patience = rest.min(*patience);
        }
    }

    /// Asks for the state of the files, without the content of values.
    pub fn states(&mut self) -> Answer {
        match self.build(&[]) {
            Err(error) if misses_repository(&error) => {
                self.add_repositories()?;
                self.build(&[])
            }
            states => states,
        }
    }

    /// Asks for the state of the files. Hooks for the event `prepare` run and charts
    /// are pulled, as with `helmfile build`.
    pub fn ask(&mut self) -> Result<Told, AskError> {
        let (states, other) = self.build_both();
        let states = match states {
            Err(error) if misses_repository(&error) => {
                self.add_repositories()?;
                self.build(&[])?
            }
            states => states?,
        };
        // A missing file that a lenient handler lets pass is an error here
        // (helmfile 1.8.0); then the content of the templates has to do.
        let embedded = if has_templates(&states) {
            let other = other.unwrap_or_else(|| self.build_embedded());
            other.ok().filter(|other| is_same(&states, other))
        } else {
            None
        };
        let told = Told { states, embedded };
        self.hasty = told.bears_haste();
        Ok(told)
    }

    /// The first answer, and with haste the second.
    fn build_both(&self) -> (Answer, Option<Answer>) {
        if !self.hasty {
            return (self.build(&[]), None);
        }
        thread::scope(|scope| {
            let other = scope.spawn(|| self.build_embedded());
            let states = self.build(&[]);
            (states, other.join().ok())
        })
    }

    fn build_embedded(&self) -> Answer {
        self.build(&["--embed-values"])
    }

    fn build(&self, more: &[&str]) -> Answer {
        let printed = self.put(self.command("build").args(more))?;
        self.read(&printed).map_err(|reason| AskError::Form {
            program: "helmfile build",
            form: "its state",
            reason,
        })
    }

    fn read(&self, printed: &str) -> Result<Vec<State>, String> {
        let mut states = state::read(printed, &self.environment)?;
        let instead = self.instead.as_ref().zip(states.last_mut());
        if let Some((instead, last)) = instead.filter(|(_, last)| last.is_of_stdin()) {
            last.source.clone_from(&instead.file);
        }
        Ok(states)
    }

    fn put(&self, question: &mut Command) -> Result<String, AskError> {
        question.stdin(Stdio::null());
        if let Some(instead) = &self.instead {
            let start = |reason| AskError::Start { program: "-".into(), reason };
            instead.put(question).map_err(start)?;
        }
        match &self.leash {
            Some((leash, patience)) => ask_within(question, leash, *patience),
            None => ask(question),
        }
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(&self.helmfile);
        // In parallel, helmfiles with nested ones race for the working directory
        // (helmfile 1.8.0).
        command.args(same_releases(&self.passed));
        command.args(["--sequential-helmfiles", "--no-color", name]);
        if let Some(own) = &self.repositories {
            command.env("HELM_REPOSITORY_CONFIG", own.path().join("repositories.yaml"));
            command.env("HELM_REPOSITORY_CACHE", own.path().join("cache"));
        }
        command
    }

    /// `helmfile build` adds no repository, but needs those of charts that it
    /// patches (helmfile 1.8.0). They are added where the user's helm does not look.
    fn add_repositories(&mut self) -> Result<(), AskError> {
        let own = tempfile::tempdir().map_err(|reason| AskError::Start {
            program: "helmfile repos".into(),
            reason,
        })?;
        let before = self.repositories.replace(own);
        let added = self.put(&mut self.command("repos"));
        if added.is_err() {
            self.repositories = before;
        }
        added.map(drop)
    }
}

/// Whether helm does not know a repository: `Error: repo acme not found`.
fn misses_repository(error: &AskError) -> bool {
    let AskError::NoAnswer(answer) = error else { return false };
    let mut lines = answer.talk.lines();
    lines.any(|line| line.contains("repo ") && line.contains(" not found"))
        || answer.talk.contains("no repositories to show")
}

/// Whether helmfile renders values of a release before helm gets them.
fn has_templates(states: &[State]) -> bool {
    let releases = states.iter().flat_map(|state| &state.releases);
    let values = releases.flat_map(|release| &release.values);
    let mut texts = values.filter_map(|value| value.as_str());
    texts.any(|text| is_path(text) && is_template(Path::new(text)))
}

fn is_same(states: &[State], others: &[State]) -> bool {
    let ids = |states: &[State]| -> Vec<_> {
        let all = states.iter().flat_map(|state| &state.releases);
        all.map(|release| release.id.clone()).collect()
    };
    states.len() == others.len() && ids(states) == ids(others)
}
