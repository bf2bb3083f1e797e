//! The fingerprint of a release but for the content of its files: what its entry
//! says, and what of its helmfile concerns it.

use std::path::Path;

use helmfire_rules::Rules;
use serde_yaml::{Mapping, Value};

use crate::path::{is_path, is_template};
use crate::state::{Release, State};
use crate::substitute;
use helmfire_state::{Key, Print};

/// Keys that say when or where from, not what; `chartPath` is a place that
/// helmfile chose. Labels count only if helmfile passes them on.
const WITHOUT_EFFECT: [&str; 6] =
    ["chartPath", "condition", "installed", "labels", "missingFileHandler", "needs"];
/// Keys whose texts are files, which count by their content.
const WITH_FILES: [&str; 6] = [
    "values",
    "valuesTemplate",
    "secrets",
    "jsonPatches",
    "strategicMergePatches",
    "transformers",
];

/// All that goes into it.
pub(super) struct Entry<'a> {
    pub(super) state: &'a State,
    pub(super) release: &'a Release,
    /// The same with the content of its values, rendered.
    pub(super) embedded: Option<&'a Release>,
    pub(super) rules: &'a Rules,
    /// Its chart, absolute if it is a path.
    pub(super) chart: &'a str,
}

impl Entry<'_> {
    pub(super) fn print(&self, key: &Key) -> Print {
        let mut ink = key.ink();
        if !self.release.is_installed() || !self.release.enabled {
            ink.put("not installed");
            return ink.dry();
        }
        ink.put_value(&Value::Mapping(self.effective()));
        let state = self.state;
        for value in [&state.helm_defaults, &state.api_versions, &state.kube_version] {
            ink.put_value(value);
        }
        ink.put(&state.chart);
        ink.put(&state.helm_binary);
        ink.put(&state.kustomize_binary);
        ink.put(format!("{:?}", state.hooks));
        let added = self.release.dependencies.iter().map(|it| it.chart.as_str());
        for chart in std::iter::once(self.release.chart.as_str()).chain(added) {
            if let Some(repository) = self.repository(chart) {
                ink.put_value(repository);
            }
        }
        for value in self.rendered() {
            ink.put_value(value);
        }
        if self.depends_on_values() {
            ink.put_value(&state.rendered_values);
        }
        substitute::put(self.rules, &self.release.id, self.chart, &mut ink);
        ink.dry()
    }

    /// What templates made of values. Files that helm gets as they are count by their
    /// content alone, which may be newer.
    fn rendered(&self) -> Vec<&Value> {
        let Some(embedded) = self.embedded else { return Vec::new() };
        let is_template = |value: &Value| {
            value
                .as_str()
                .is_some_and(|text| is_path(text) && is_template(Path::new(text)))
        };
        if self.embeds_files() {
            return embedded.values.iter().collect();
        }
        let both = self.release.values.iter().zip(&embedded.values);
        both.filter(|(plain, _)| is_template(plain)).map(|(_, value)| value).collect()
    }

    /// Whether it cannot be told which of the values came from which file, because
    /// some files are missing or several match a pattern.
    pub(super) fn embeds_files(&self) -> bool {
        let number = self.release.values.len();
        self.embedded.is_some_and(|embedded| embedded.values.len() != number)
    }

    fn effective(&self) -> Mapping {
        let synced = |from: &dyn Fn(&str) -> Option<bool>| from("syncReleaseLabels");
        let own = |key: &str| self.release.entry.get(key)?.as_bool();
        let default = |key: &str| self.state.helm_defaults.get(key)?.as_bool();
        let labels = synced(&own).or(synced(&default)).unwrap_or(false);
        let mut effective = Mapping::new();
        for (key, value) in &self.release.entry {
            let name = key.as_str().unwrap_or_default();
            if WITHOUT_EFFECT.contains(&name) && !(labels && name == "labels") {
                continue;
            }
            let value = match value {
                Value::Sequence(items) if WITH_FILES.contains(&name) => {
                    let inline = items.iter().filter(|item| !item.is_string());
                    Value::Sequence(inline.cloned().collect())
                }
                other => other.clone(),
            };
            effective.insert(key.clone(), value);
        }
        effective
    }

    /// The repository that a chart comes from.
    fn repository(&self, chart: &str) -> Option<&Value> {
        let (alias, _) = chart.split_once('/')?;
        let named = |it: &&Value| it.get("name").and_then(Value::as_str) == Some(alias);
        self.state.repositories.iter().find(named)
    }

    /// Whether templates that helmfile renders only later use the values of the
    /// environment: patches, and values that it could not show.
    fn depends_on_values(&self) -> bool {
        let release = self.release;
        let values = if self.embedded.is_some() { &[][..] } else { &release.values };
        let later = [
            &release.json_patches,
            &release.strategic_merge_patches,
            &release.transformers,
        ];
        let files = later.into_iter().flatten().chain(values).chain(&release.secrets);
        files
            .filter_map(Value::as_str)
            .any(|text| is_path(text) && is_template(Path::new(text)))
    }
}
