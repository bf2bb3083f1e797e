//! What `Chart.yaml`, `requirements.yaml` and the lock files say of a chart and
//! its dependencies, as leniently as helm reads them.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_yaml::Value;

use crate::StageError;
use crate::content::Content;

/// Name and version of a chart, and what it depends on.
#[derive(Clone, Debug)]
pub(crate) struct Metadata {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) dependencies: Vec<Dependency>,
}

/// One dependency; the fields that chartify keeps when it writes `Chart.yaml`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "kebab-case", default)]
pub(crate) struct Dependency {
    #[serde(deserialize_with = "text")]
    pub(crate) name: String,
    #[serde(deserialize_with = "text")]
    pub(crate) version: String,
    #[serde(deserialize_with = "text")]
    pub(crate) repository: String,
    #[serde(deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub(crate) alias: String,
    #[serde(deserialize_with = "text", skip_serializing_if = "String::is_empty")]
    pub(crate) condition: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) import_values: Option<Vec<Value>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ChartYaml {
    #[serde(deserialize_with = "text")]
    name: String,
    #[serde(deserialize_with = "text")]
    version: String,
    dependencies: Option<Vec<Dependency>>,
}

impl Metadata {
    /// Reads the metadata of the chart at `chart` from its files.
    pub(crate) fn read(content: &Content, chart: &Path) -> Result<Self, StageError> {
        let fault = |reason: &str| StageError::Chart {
            path: chart.join("Chart.yaml"),
            reason: reason.into(),
        };
        let yaml: ChartYaml = parse(content, chart, "Chart.yaml")?
            .ok_or_else(|| fault("missing or named in .helmignore"))?;
        if !is_directory_name(&yaml.name) {
            return Err(fault(&format!("'{}' is not a chart name", yaml.name)));
        }
        if yaml.version.is_empty() {
            return Err(fault("version is missing"));
        }
        // helm reads requirements.yaml whatever the apiVersion, and after
        // Chart.yaml.
        let requirements = parse::<ChartYaml>(content, chart, "requirements.yaml")?;
        let dependencies = requirements.and_then(|r| r.dependencies);
        Ok(Self {
            name: yaml.name,
            version: yaml.version,
            dependencies: dependencies.or(yaml.dependencies).unwrap_or_default(),
        })
    }
}

/// What the chart at `chart` depends on, as far as that can be read.
pub(crate) fn declared(chart: &Path) -> Vec<Dependency> {
    let read = |name: &str| {
        let text = fs::read(chart.join(name)).ok()?;
        serde_yaml::from_slice::<ChartYaml>(&text).ok()?.dependencies
    };
    read("requirements.yaml").or_else(|| read("Chart.yaml")).unwrap_or_default()
}

/// What the lock of a chart pins, in the order of its lines.
pub(crate) fn read_lock(
    content: &Content,
    chart: &Path,
) -> Result<Vec<Dependency>, StageError> {
    let old = parse::<ChartYaml>(content, chart, "requirements.lock")?;
    let lock = match old {
        Some(lock) => Some(lock),
        None => parse(content, chart, "Chart.lock")?,
    };
    Ok(lock.and_then(|lock| lock.dependencies).unwrap_or_default())
}

/// A file of the chart at `chart` as YAML, `None` if it has none.
pub(crate) fn parse<T: DeserializeOwned>(
    content: &Content,
    chart: &Path,
    name: &str,
) -> Result<Option<T>, StageError> {
    let Some(bytes) = content.get(name) else { return Ok(None) };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    serde_yaml::from_slice(bytes).map_err(|error| StageError::Chart {
        path: chart.join(name),
        reason: error.to_string(),
    })
}

/// A name becomes a directory.
pub(crate) fn is_directory_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

/// helm takes `version: 1.2` for a text, too.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(truth) => Ok(truth.to_string()),
        _ => Err(serde::de::Error::custom("expected a text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::File;

    fn read(files: &[(&str, &str)]) -> Result<Metadata, StageError> {
        let mut content = Content::default();
        for (name, text) in files {
            content.insert(name, File::of(*text));
        }
        Metadata::read(&content, Path::new("/web"))
    }

    #[test]
    fn reads_either_place_of_dependencies() {
        let yaml = "\u{feff}name: web\nversion: 1.0.0\ndependencies:\n- name: a\n  version: 1.2\n";
        let chart = read(&[("Chart.yaml", yaml)]).unwrap();
        assert_eq!(chart.dependencies[0].version, "1.2");
        let old = "dependencies: [{name: b, repository: 'file://../b'}]";
        let chart = read(&[("Chart.yaml", yaml), ("requirements.yaml", old)]).unwrap();
        assert_eq!(chart.dependencies.len(), 1);
        assert_eq!(chart.dependencies[0].name, "b");
    }

    #[test]
    fn refuses_names_that_are_paths() {
        for name in ["../x", "a/b", "", ".x"] {
            let yaml = format!("name: '{name}'\nversion: 1.0.0\n");
            let error = read(&[("Chart.yaml", &yaml)]).unwrap_err().to_string();
            assert!(error.starts_with("/web/Chart.yaml: "), "{error}");
        }
        assert!(read(&[]).is_err());
    }
}
