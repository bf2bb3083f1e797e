//! The plugins of the real helm, as helmfile looks for them: by the file
//! plugin.yaml in the directories of `HELM_PLUGINS` (helmfile 1.8.0,
//! `GetPluginVersion`).

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::process::{Command, Stdio};

use helmfire_helmfile::child;
use serde::Deserialize;

/// A plugin that is installed.
#[derive(Clone, Debug, Deserialize)]
pub struct Plugin {
    pub name: String,
    #[serde(default)]
    pub version: String,
}

/// The plugin called `name` of this helm.
pub fn find(name: &str, helm: &OsStr) -> Option<Plugin> {
    env::split_paths(&directories(helm))
        .filter_map(|dir| fs::read_dir(dir).ok())
        .flat_map(Iterator::flatten)
        .filter_map(|entry| fs::read_to_string(entry.path().join("plugin.yaml")).ok())
        .filter_map(|text| serde_yaml::from_str::<Plugin>(&text).ok())
        .find(|plugin| plugin.name == name)
}

/// `$HELM_PLUGINS`, else what helm itself would use.
fn directories(helm: &OsStr) -> OsString {
    if let Some(set) = env::var_os("HELM_PLUGINS").filter(|set| !set.is_empty()) {
        return set;
    }
    let mut command = Command::new(helm);
    command.args(["env", "HELM_PLUGINS"]).stdin(Stdio::null());
    match child::output(&mut command) {
        Ok(output) => String::from_utf8_lossy(&output.stdout).trim().to_string().into(),
        Err(_) => OsString::new(),
    }
}
