//! Somebody else's post-renderer of Helm 4, and how to run it without helm.
//!
//! Helm 4 takes one plugin only; to run a second one behind ours, its command
//! is read from its `plugin.yaml` as helm does (helm 4.3.1,
//! `internal/plugin/subprocess_commands.go`).

use std::env::consts;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::directories;

/// Why a plugin cannot be run behind ours.
#[derive(Debug, thiserror::Error)]
pub enum ForeignError {
    /// It is no program.
    #[error("{}: a plugin of runtime '{runtime}' cannot follow helmfire-postrender, only a subprocess can", path.display())]
    Runtime {
        /// Its manifest.
        path: PathBuf,
        /// What runs it.
        runtime: String,
    },
    /// It has no command for this machine.
    #[error("{}: there is no command for {}/{}", .0.display(), os(), arch())]
    Platform(PathBuf),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    name: String,
    r#type: Option<String>,
    #[serde(default)]
    runtime: String,
    #[serde(default)]
    runtime_config: RuntimeConfig,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct RuntimeConfig {
    platform_command: Vec<PlatformCommand>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlatformCommand {
    #[serde(default)]
    os: String,
    #[serde(default)]
    arch: String,
    command: String,
    #[serde(default)]
    args: Vec<String>,
}

/// The command of the post-renderer plugin `name`, with the variables that helm
/// would set for it; `None` if there is no such plugin.
pub fn command(name: &str) -> Result<Option<Vec<OsString>>, ForeignError> {
    for dir in directories() {
        let mut plugins: Vec<PathBuf> = fs::read_dir(dir)
            .into_iter()
            .flatten()
            .flatten()
            .map(|e| e.path())
            .collect();
        plugins.sort();
        for plugin in plugins {
            let path = plugin.join("plugin.yaml");
            let Ok(text) = fs::read_to_string(&path) else { continue };
            let Ok(manifest) = serde_yaml::from_str::<Manifest>(&text) else {
                continue;
            };
            let renders = manifest.r#type.as_deref() == Some("postrenderer/v1");
            if manifest.name == name && renders {
                return of_manifest(&manifest, &plugin, path).map(Some);
            }
        }
    }
    Ok(None)
}

fn of_manifest(
    manifest: &Manifest,
    plugin: &Path,
    path: PathBuf,
) -> Result<Vec<OsString>, ForeignError> {
    if manifest.runtime != "subprocess" {
        let runtime = manifest.runtime.clone();
        return Err(ForeignError::Runtime { path, runtime });
    }
    // The most exact one, as helm chooses.
    let fits = |command: &&PlatformCommand| {
        let os = command.os.is_empty() || command.os.eq_ignore_ascii_case(os());
        os && (command.arch.is_empty() || command.arch.eq_ignore_ascii_case(arch()))
    };
    let exactness =
        |command: &&PlatformCommand| (!command.os.is_empty(), !command.arch.is_empty());
    let fitting = manifest.runtime_config.platform_command.iter().rev().filter(fits);
    // The first of several alike.
    let command = fitting.max_by_key(exactness);
    let command = command.ok_or(ForeignError::Platform(path))?;
    let dir = plugin.to_string_lossy();
    let expand = |text: &str| {
        text.replace("${HELM_PLUGIN_DIR}", &dir).replace("$HELM_PLUGIN_DIR", &dir)
    };
    let name = &manifest.name;
    let mut words: Vec<String> =
        ["env".into(), format!("HELM_PLUGIN_NAME={name}")].into();
    words.push(format!("HELM_PLUGIN_DIR={dir}"));
    // Split first: a directory's name may hold a space.
    words
        .extend(command.command.split(' ').filter(|word| !word.is_empty()).map(expand));
    words.extend(command.args.iter().map(|argument| expand(argument)));
    Ok(words.into_iter().map(OsString::from).collect())
}

/// As Go calls this system.
fn os() -> &'static str {
    if consts::OS == "macos" { "darwin" } else { consts::OS }
}

/// As Go calls this processor.
fn arch() -> &'static str {
    match consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(platforms: &str) -> Result<String, ForeignError> {
        let text = format!(
            "name: x\ntype: postrenderer/v1\nruntime: subprocess\nruntimeConfig:\n  \
             platformCommand:\n{platforms}"
        );
        let manifest = serde_yaml::from_str(&text).unwrap();
        let words = of_manifest(&manifest, Path::new("/p q/x"), "plugin.yaml".into())?;
        Ok(words.join("|".as_ref()).into_string().unwrap())
    }

    #[test]
    fn the_command_is_that_of_helm() {
        let any = "  - command: ${HELM_PLUGIN_DIR}/run now\n    args: [a b]\n";
        let start = "env|HELM_PLUGIN_NAME=x|HELM_PLUGIN_DIR=/p q/x|";
        assert_eq!(words(any).unwrap(), format!("{start}/p q/x/run|now|a b"));
        let own = format!("  - os: {}\n    command: mine\n", os());
        assert_eq!(words(&format!("{any}{own}")).unwrap(), format!("{start}mine"));
        assert!(words("  - os: plan9\n    command: theirs\n").is_err());
    }
}
