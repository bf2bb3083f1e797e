//! What `helmfile build` prints: the state of each helmfile, with the names of its
//! files in it (helmfile 1.8.0, `pkg/app` `PrintState`).
//!
//! Only what names files or decides what is rendered has a field; a release keeps
//! all it says as [`Release::entry`]. Refuses to read a helmfile by itself.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_yaml::{Mapping, Value};

use crate::id::Id;

/// One helmfile.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct State {
    /// The file, absolute.
    #[serde(skip)]
    pub source: PathBuf,
    filepath: String,
    /// Files that it begins with.
    pub bases: Vec<String>,
    /// The default values of every environment.
    pub values: Vec<Value>,
    /// The environments by name.
    pub environments: BTreeMap<String, Environment>,
    /// Nested helmfiles, globs expanded.
    pub helmfiles: Vec<Nested>,
    /// Which programs are used.
    pub helm_binary: String,
    /// The same.
    pub kustomize_binary: String,
    /// Settings of all releases.
    pub helm_defaults: Value,
    /// Given on the command line.
    pub kube_context: String,
    /// Given on the command line.
    pub namespace: String,
    /// Given on the command line.
    pub chart: String,
    /// The chart repositories.
    pub repositories: Vec<Value>,
    /// What charts may ask about the cluster.
    pub api_versions: Value,
    /// The same.
    pub kube_version: Value,
    /// Hooks of the file as a whole.
    pub hooks: Vec<Hook>,
    /// Where the versions of charts are pinned.
    pub lock_file: String,
    /// The releases that are selected, those with a condition that fails among them.
    #[serde(rename = "releases")]
    entries: Vec<Value>,
    /// The values of the environment.
    #[serde(rename = "renderedvalues")]
    pub rendered_values: Value,
    /// The releases.
    #[serde(skip)]
    pub releases: Vec<Release>,
}

/// An environment.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Environment {
    /// Files and values.
    pub values: Vec<Value>,
    /// Files.
    pub secrets: Vec<Value>,
    /// Where its releases go.
    pub kube_context: String,
}

/// A nested helmfile.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Nested {
    /// Its path.
    pub path: String,
    /// Files and values for it.
    pub values: Vec<Value>,
}

/// A hook.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Hook {
    /// When it runs.
    pub events: Vec<String>,
    /// A program.
    pub command: String,
    /// Its arguments.
    pub args: Vec<Value>,
    /// Manifests that are applied instead.
    pub kubectl_apply: BTreeMap<String, String>,
}

/// A release.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Release {
    name: String,
    namespace: String,
    kube_context: String,
    /// Its chart as the file names it.
    pub chart: String,
    installed: Option<bool>,
    condition: String,
    /// For values and secrets.
    pub values_path_prefix: String,
    /// Files and values.
    pub values: Vec<Value>,
    /// Files.
    pub secrets: Vec<Value>,
    /// Single values, some from files.
    pub set: Vec<SetValue>,
    /// Files and patches.
    pub json_patches: Vec<Value>,
    /// Files and patches.
    pub strategic_merge_patches: Vec<Value>,
    /// Files and transformers.
    pub transformers: Vec<Value>,
    /// Charts that are added to its chart.
    pub dependencies: Vec<Dependency>,
    /// Its hooks.
    pub hooks: Vec<Hook>,
    /// Its post-renderer.
    pub post_renderer: String,
    /// And its arguments.
    pub post_renderer_args: Vec<Value>,
    /// Its labels, those of helmfile among them.
    pub labels: BTreeMap<String, String>,
    /// All of it.
    #[serde(skip)]
    pub entry: Mapping,
    /// What it is called.
    #[serde(skip)]
    pub id: Id,
    /// Whether its condition holds.
    #[serde(skip)]
    pub enabled: bool,
}

/// A single value.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SetValue {
    /// The file that holds it.
    pub file: String,
}

/// A chart added.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Dependency {
    /// Its chart.
    pub chart: String,
}

impl Release {
    fn writes(&self) -> bool {
        let patches = self.json_patches.len()
            + self.strategic_merge_patches.len()
            + self.transformers.len()
            + self.dependencies.len();
        patches > 0 || !self.secrets.is_empty() || self.chart.contains("://")
    }

    /// Whether it is wanted in the cluster.
    pub fn is_installed(&self) -> bool {
        self.installed.unwrap_or(true)
    }
}

impl State {
    /// Whether helmfile may leave files behind when it only reads: by hooks for
    /// `prepare`, by decrypting, by patching charts and by pulling them.
    pub fn writes(&self) -> bool {
        let hooks = self.releases.iter().flat_map(|it| &it.hooks).chain(&self.hooks);
        let is_oci = |it: &Value| it.get("oci").and_then(Value::as_bool) == Some(true);
        hooks.into_iter().any(|it| it.events.iter().any(|event| event == "prepare"))
            || self.environments.values().any(|it| !it.secrets.is_empty())
            || self.repositories.iter().any(is_oci)
            || self.releases.iter().any(Release::writes)
    }

    /// Whether helmfile read it from its stdin.
    pub(crate) fn is_of_stdin(&self) -> bool {
        self.filepath == "-"
    }

    /// The directory that its paths begin in.
    pub fn directory(&self) -> &Path {
        self.source.parent().unwrap_or(Path::new("/"))
    }
}

/// Reads all that helmfile printed for an environment, in its order: nested
/// helmfiles come before those that name them.
pub fn read(printed: &str, environment: &str) -> Result<Vec<State>, String> {
    let sources = printed.lines().filter_map(|line| line.strip_prefix("#  Source: "));
    let mut sources = sources.map(PathBuf::from);
    let mut states = Vec::new();
    for document in serde_yaml::Deserializer::from_str(printed) {
        let state =
            Option::<State>::deserialize(document).map_err(|e| e.to_string())?;
        let Some(mut state) = state else { continue };
        let source = sources.next().ok_or("a helmfile without its source")?;
        // Of a directory of helmfiles the source is wrong and the path is absolute.
        let named = Path::new(&state.filepath);
        state.source = real(if named.is_absolute() { named.into() } else { source });
        state.releases = releases(&state, environment)?;
        states.push(state);
    }
    Ok(states)
}

/// `path` in the real directory: helmfile, as Go does, goes by `$PWD`, where
/// symbolic links may be.
fn real(path: PathBuf) -> PathBuf {
    let directory = path.parent().and_then(|it| fs::canonicalize(it).ok());
    let place = directory.zip(path.file_name()).map(|(dir, name)| dir.join(name));
    place.unwrap_or(path)
}

fn releases(state: &State, environment: &str) -> Result<Vec<Release>, String> {
    let environment = state.environments.get(environment);
    let context = environment.map_or("", |it| it.kube_context.as_str());
    let default = state.helm_defaults.get("kubeContext").and_then(Value::as_str);
    // helmfile 1.8.0, `kubeConnectionFlags` in `pkg/state`.
    let contexts = [&state.kube_context, context, default.unwrap_or_default()];
    let context = contexts.into_iter().find(|it| !it.is_empty()).unwrap_or_default();
    let release = |entry: &Value| {
        let mut release: Release =
            serde_yaml::from_value(entry.clone()).map_err(|error| error.to_string())?;
        release.entry = entry.as_mapping().cloned().unwrap_or_default();
        release.enabled = holds(&release.condition, &state.rendered_values);
        let or = |first: &String, second: &str| {
            if first.is_empty() { second.into() } else { first.clone() }
        };
        release.id = Id {
            name: release.name.clone(),
            namespace: or(&state.namespace, &release.namespace),
            context: or(&release.kube_context, context),
        };
        Ok(release)
    };
    state.entries.iter().map(release).collect()
}

/// Whether a condition, the path of a value, holds.
fn holds(condition: &str, values: &Value) -> bool {
    if condition.is_empty() {
        return true;
    }
    let value = condition.split('.').try_fold(values, |value, key| value.get(key));
    value.and_then(Value::as_bool).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "
---
#  Source: /p/sub/a.yaml

filepath: a.yaml
releases:
  - chart: ../x
    name: a
    condition: db.enabled
---
#  Source: /p/helmfile.yaml

filepath: helmfile.yaml
namespace: forced
kubeContext: here
helmfiles:
  - path: sub/a.yaml
releases:
  - chart: ./x
    name: b
    namespace: shop
    kubeContext: there
    installed: false
renderedvalues:
  db: {enabled: true}
";

    #[test]
    fn states_are_read() {
        let states = read(PRINTED, "default").unwrap();
        assert_eq!(states[0].directory(), Path::new("/p/sub"));
        assert!(!states[0].releases[0].enabled, "its values are not there");
        let release = &states[1].releases[0];
        assert_eq!(release.id.to_string(), "there/forced/b");
        assert!(!release.is_installed() && release.enabled);
        assert_eq!(states[1].helmfiles[0].path, "sub/a.yaml");
    }

    #[test]
    fn conditions_are_paths_of_values() {
        let values = serde_yaml::from_str("{a: {b: true, c: 'true'}}").unwrap();
        assert!(holds("", &values) && holds("a.b", &values));
        assert!(!holds("a.c", &values) && !holds("x.b", &values));
    }

    #[test]
    fn directories_of_helmfiles_have_absolute_paths() {
        let printed = "---\n#  Source: /p/p/helmfile.d/a.yaml\n\nfilepath: /p/helmfile.d/a.yaml\n";
        assert_eq!(
            read(printed, "default").unwrap()[0].source,
            Path::new("/p/helmfile.d/a.yaml")
        );
    }
}
