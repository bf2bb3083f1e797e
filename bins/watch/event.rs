//! What happens, as programs read it: one JSON object per event, the same on standard
//! output, in the journal and for `--on-event`.
//!
//! The manual page documents the fields; new ones may come, none may change. Secrets
//! may not be in them: values and what helmfile printed have no place here.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use helmfire_inputs::Id;
use serde::Serialize;

use crate::outcome::Fate;

/// A line of `--json`, of the journal and of `--on-event`.
#[derive(Debug, Serialize)]
pub struct Line<'e> {
    v: u8,
    time: String,
    #[serde(flatten)]
    event: &'e Event,
}

impl<'e> Line<'e> {
    /// The event as of now.
    pub fn now(event: &'e Event) -> Self {
        let time = humantime::format_rfc3339_millis(SystemTime::now()).to_string();
        Self { v: 1, time, event }
    }
}

/// What happened.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Event {
    /// The watch begins.
    Started { helmfile: PathBuf, environment: String, command: String, pid: u32 },
    /// What is watched, at the start and when it changes.
    Watching { files: usize, releases: usize },
    /// Files changed, and a run is to follow.
    Change { files: Vec<PathBuf> },
    /// helmfile runs.
    RunStarted { run: u64, whole: bool, releases: Vec<Due> },
    /// helmfile has ended.
    RunFinished {
        run: u64,
        success: bool,
        code: u8,
        duration: f64,
        releases: Vec<Result>,
    },
    /// Something is wrong; the watch goes on.
    Error { message: String },
    /// What was wrong is right again.
    Mended,
    /// A release is no longer declared; it stays in the cluster.
    Removed { release: String, namespace: String, kube_context: String },
    /// A release cannot be deployed without others.
    Refused {
        release: String,
        namespace: String,
        kube_context: String,
        message: String,
    },
    /// A run rewrites its own inputs, so no other follows.
    SelfWriting { file: PathBuf, releases: Vec<Due> },
    /// The watch ends.
    Stopped { code: u8 },
}

/// A release that is deployed, and because of which files.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Due {
    release: String,
    namespace: String,
    kube_context: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<PathBuf>,
}

impl Due {
    /// Of a release and its reasons.
    pub fn new(id: &Id, files: &[PathBuf]) -> Self {
        Self {
            release: id.name.clone(),
            namespace: id.namespace.clone(),
            kube_context: id.context.clone(),
            files: files.to_vec(),
        }
    }
}

/// What became of one release.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Result {
    pub release: String,
    pub namespace: String,
    pub kube_context: String,
    pub success: bool,
    /// Why not, in one line.
    pub error: Option<String>,
    /// In seconds, as helmfile rounds them.
    pub duration: Option<f64>,
    pub revision: Option<u32>,
}

impl Result {
    /// Of what helmfile said about a release.
    pub fn new(fate: &Fate, id: Option<&Id>) -> Self {
        Self {
            release: fate.name.clone(),
            namespace: fate.namespace.clone(),
            kube_context: id.map(|id| id.context.clone()).unwrap_or_default(),
            success: fate.success,
            error: fate.error.clone(),
            duration: fate.seconds,
            revision: fate.revision,
        }
    }
}

/// A few names for people: `web, api and 3 more`.
pub fn names<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let all: Vec<&str> = names.collect();
    match all.len() {
        0..=4 => all.join(", "),
        more => format!("{} and {} more", all[..3].join(", "), more - 3),
    }
}

/// A few files for people, from the working directory.
pub fn files(paths: &[PathBuf]) -> String {
    let short: Vec<String> = paths.iter().map(|path| shown(path)).collect();
    names(short.iter().map(String::as_str))
}

fn shown(path: &Path) -> String {
    helmfire_inputs::path::relative(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_have_stable_keys() {
        let id = Id { name: "web".into(), namespace: "shop".into(), ..Id::default() };
        let event = Event::RunStarted {
            run: 1,
            whole: false,
            releases: vec![Due::new(&id, &[])],
        };
        let json = serde_json::to_value(Line::now(&event)).unwrap();
        assert_eq!(json["event"], "run-started");
        assert_eq!(json["v"], 1);
        assert_eq!(json["releases"][0]["kubeContext"], "");
        let event = Event::Removed {
            release: String::new(),
            namespace: String::new(),
            kube_context: "c".into(),
        };
        assert_eq!(serde_json::to_value(&event).unwrap()["kubeContext"], "c");
    }

    #[test]
    fn many_names_are_cut_short() {
        assert_eq!(names(["a", "b"].into_iter()), "a, b");
        assert_eq!(names(["a", "b", "c", "d", "e"].into_iter()), "a, b, c and 2 more");
    }
}
