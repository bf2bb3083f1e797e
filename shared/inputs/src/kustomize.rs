//! What a kustomization is made of: the files and directories that its
//! `kustomization.yaml` names, and theirs.
//!
//! Every text in it that names something local counts, so that a new field of
//! kustomize needs nothing here. Refuses to understand what the fields mean.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_yaml::Value;

use crate::path::{is_path, join};

/// The names that kustomize looks for (kustomize 5.8).
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The directories and the files beyond `directory` that go into it.
pub(crate) fn beyond(directory: &Path) -> Vec<PathBuf> {
    let mut seen = BTreeSet::from([directory.to_path_buf()]);
    let mut waiting = vec![directory.to_path_buf()];
    let mut found = Vec::new();
    while let Some(place) = waiting.pop() {
        for path in named(&place) {
            if !path.starts_with(directory) && seen.insert(path.clone()) {
                found.push(path.clone());
                waiting.push(path);
            }
        }
    }
    found
}

fn named(directory: &Path) -> Vec<PathBuf> {
    let text = NAMES.iter().find_map(|name| fs::read(directory.join(name)).ok());
    let value = text.and_then(|text| serde_yaml::from_slice::<Value>(&text).ok());
    let mut texts = Vec::new();
    if let Some(value) = &value {
        collect(value, &mut texts);
    }
    let paths = texts.into_iter().filter(|text| is_path(text) && !text.contains('\n'));
    // A generator names `key=path`.
    let paths = paths.map(|text| text.rsplit('=').next().unwrap_or(text).to_string());
    paths.map(|text| join(directory, text)).filter(|path| path.exists()).collect()
}

pub(crate) fn collect<'v>(value: &'v Value, texts: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Sequence(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Mapping(map) => map.iter().for_each(|(_, value)| collect(value, texts)),
        Value::Tagged(tagged) => collect(&tagged.value, texts),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_are_followed() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(
            "over/kustomization.yaml",
            "resources: [../base, cm.yaml, https://h/x]\nconfigMapGenerator:\n- {name: a, \
             files: [k=../files/f.txt]}\n",
        );
        write("over/cm.yaml", "");
        write("files/f.txt", "");
        write("base/kustomization.yml", "resources: [../deep]\n");
        write("deep/kustomization.yaml", "resources: [../base]\n");
        let found = beyond(&dir.path().join("over"));
        let names: Vec<_> =
            found.iter().map(|path| path.strip_prefix(dir.path()).unwrap()).collect();
        assert_eq!(
            names,
            [Path::new("base"), Path::new("files/f.txt"), Path::new("deep")]
        );
    }
}
