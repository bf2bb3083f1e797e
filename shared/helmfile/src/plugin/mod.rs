//! The post-renderer as a plugin of Helm 4.
//!
//! Helm 3 takes an executable for `--post-renderer`, Helm 4 the name of a plugin
//! of type `postrenderer/v1` in a directory of `HELM_PLUGINS` (helm 4.3.1,
//! `pkg/postrenderer`). Both accept the bare word `helmfire-postrender`.
//!
//! Refuses to write where Helm 3 looks for plugins: a manifest of this kind
//! there makes every plugin of Helm 3 fail with `unknown field "apiVersion"`.

mod foreign;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

pub use foreign::{ForeignError, command};

/// The name of the plugin and of the binary.
pub const NAME: &str = "helmfire-postrender";

/// Why the plugin was not written.
#[derive(Debug, thiserror::Error)]
pub enum PluginError {
    /// Helm 3 reads that directory too.
    #[error("{} is Helm's own plugin directory, where this plugin would stop every plugin of Helm 3 from loading, choose a directory of its own", .0.display())]
    HelmsOwn(PathBuf),
    /// Another plugin stands there.
    #[error("{} holds the plugin '{other}', and Helm 3 may read it too, choose a directory of its own", dir.display())]
    Shared {
        /// The directory asked for.
        dir: PathBuf,
        /// The plugin found there.
        other: String,
    },
    /// `HELM_PLUGINS` separates directories by colons.
    #[error("{} has a ':' in its name, which HELM_PLUGINS cannot hold, choose another directory", .0.display())]
    Colon(PathBuf),
    /// The file system did not allow it.
    #[error("{}: {reason}", path.display())]
    Io {
        /// The path in question.
        path: PathBuf,
        /// The system's reason.
        reason: io::Error,
    },
}

/// Whether this process was started by Helm 4 as its post-renderer. The mere
/// presence of the variable would not do: below `helm diff` of Helm 3 it names
/// that plugin.
pub fn started_by_helm4() -> bool {
    env::var_os("HELM_PLUGIN_NAME").is_some_and(|name| name == NAME)
}

/// Writes the plugin `NAME` into `dir`, its command a link to `binary`. Returns
/// `dir`, absolute.
pub fn write(dir: &Path, binary: &Path) -> Result<PathBuf, PluginError> {
    let at = |path: &Path| {
        let path = path.to_path_buf();
        move |reason| PluginError::Io { path, reason }
    };
    let wanted = std::path::absolute(dir).map_err(at(dir))?;
    refuse_helms_own(&wanted)?;
    fs::create_dir_all(&wanted).map_err(at(&wanted))?;
    let dir = fs::canonicalize(&wanted).map_err(at(&wanted))?;
    refuse_helms_own(&dir)?;
    refuse_others(&dir)?;
    if dir.to_string_lossy().contains(':') {
        return Err(PluginError::Colon(dir));
    }
    let plugin = dir.join(NAME);
    let bin = plugin.join("bin");
    fs::create_dir_all(&bin).map_err(at(&bin))?;
    let link = bin.join(NAME);
    match fs::remove_file(&link) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(at(&link)(error));
        }
        _ => symlink(binary, &link).map_err(at(&link))?,
    }
    let manifest = plugin.join("plugin.yaml");
    fs::write(&manifest, manifest_text()).map_err(at(&manifest))?;
    Ok(dir)
}

/// The directory below `home` for the plugin whose command is `binary`, which
/// no other binary shares.
pub fn place(home: &Path, binary: &Path) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    (binary, manifest_text()).hash(&mut hasher);
    home.join("helm4-plugins").join(format!("{:016x}", hasher.finish()))
}

/// Writes the plugin into `dir`, a [`place`], unless it is there. Several
/// processes may do so at once; nobody sees half of it.
pub fn ensure(dir: &Path, binary: &Path) -> Result<(), PluginError> {
    if dir.join(NAME).join("plugin.yaml").exists() {
        return Ok(());
    }
    let draft = dir.with_extension(std::process::id().to_string());
    write(&draft, binary)?;
    match fs::rename(&draft, dir) {
        Err(_) if dir.join(NAME).join("plugin.yaml").exists() => {
            // Another process was faster. What is left over harms nobody.
            let _ = fs::remove_dir_all(&draft);
            Ok(())
        }
        renamed => {
            renamed.map_err(|reason| PluginError::Io { path: dir.into(), reason })
        }
    }
}

/// The value of `HELM_PLUGINS` with which Helm 4 finds the plugin in `dir` and
/// all that it would find without.
pub fn search_path(dir: &Path) -> OsString {
    let rest = directories();
    let all = [dir.to_path_buf()].into_iter().chain(rest);
    let joined = all.map(PathBuf::into_os_string).collect::<Vec<_>>();
    joined.join(":".as_ref())
}

/// Where helm looks for plugins in this environment.
pub(crate) fn directories() -> Vec<PathBuf> {
    match env::var_os("HELM_PLUGINS").filter(|value| !value.is_empty()) {
        Some(set) => env::split_paths(&set).collect(),
        None => helms_own().into_iter().take(1).collect(),
    }
}

/// The shell line that makes Helm 4 find the plugin in `dir`. It keeps the
/// directories that Helm would read without it.
pub fn shell_line(dir: &Path) -> String {
    let quote = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let dir = quote(&dir.to_string_lossy());
    match helms_own().first() {
        Some(own) => {
            let special = ['\\', '"', '$', '`'];
            let own = own.to_string_lossy();
            let own: String = own
                .chars()
                .flat_map(|c| {
                    special.contains(&c).then_some('\\').into_iter().chain([c])
                })
                .collect();
            format!("export HELM_PLUGINS={dir}:\"${{HELM_PLUGINS:-{own}}}\"")
        }
        None => format!("export HELM_PLUGINS={dir}${{HELM_PLUGINS:+:$HELM_PLUGINS}}"),
    }
}

fn manifest_text() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "apiVersion: v1
type: postrenderer/v1
name: {NAME}
version: {version}
runtime: subprocess
runtimeConfig:
  platformCommand:
    - command: ${{HELM_PLUGIN_DIR}}/bin/{NAME}
"
    )
}

/// Where helm keeps plugins if `HELM_PLUGINS` is not set (helm 3.22 and 4.3,
/// `pkg/helmpath`): the one it uses first, then those it might.
fn helms_own() -> Vec<PathBuf> {
    let var =
        |name: &str| env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let home = var("HOME");
    let default = if cfg!(target_os = "macos") { "Library" } else { ".local/share" };
    [
        var("HELM_DATA_HOME").map(|data| data.join("plugins")),
        var("XDG_DATA_HOME").map(|data| data.join("helm/plugins")),
        home.map(|home| home.join(default).join("helm/plugins")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn refuse_helms_own(dir: &Path) -> Result<(), PluginError> {
    let own = helms_own()
        .into_iter()
        .any(|own| own == dir || fs::canonicalize(own).is_ok_and(|own| own == dir));
    if own { Err(PluginError::HelmsOwn(dir.into())) } else { Ok(()) }
}

fn refuse_others(dir: &Path) -> Result<(), PluginError> {
    let entries = fs::read_dir(dir)
        .map_err(|reason| PluginError::Io { path: dir.into(), reason })?;
    for entry in entries.flatten() {
        let other = entry.file_name();
        if other != NAME && entry.path().join("plugin.yaml").exists() {
            let other = other.to_string_lossy().into_owned();
            return Err(PluginError::Shared { dir: dir.into(), other });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_a_plugin_twice_alike() {
        let dir = tempfile::tempdir().unwrap();
        let binary = dir.path().join("binary");
        for _ in 0..2 {
            let written = write(&dir.path().join("a b"), &binary).unwrap();
            let plugin = written.join(NAME);
            assert_eq!(fs::read_link(plugin.join("bin").join(NAME)).unwrap(), binary);
            let text = fs::read_to_string(plugin.join("plugin.yaml")).unwrap();
            assert!(text.contains("type: postrenderer/v1\n"), "{text}");
        }
    }

    #[test]
    fn several_may_ensure_it_at_once() {
        let home = tempfile::tempdir().unwrap();
        let binary = home.path().join("binary");
        let dir = place(home.path(), &binary);
        assert_ne!(dir, place(home.path(), Path::new("/other")));
        for _ in 0..2 {
            ensure(&dir, &binary).unwrap();
            assert_eq!(
                fs::read_link(dir.join(NAME).join("bin").join(NAME)).unwrap(),
                binary
            );
        }
        assert_eq!(fs::read_dir(home.path().join("helm4-plugins")).unwrap().count(), 1);
        assert!(
            search_path(&dir).to_string_lossy().starts_with(&*dir.to_string_lossy())
        );
    }

    #[test]
    fn refuses_a_directory_with_other_plugins() {
        let dir = tempfile::tempdir().unwrap();
        let other = dir.path().join("diff");
        fs::create_dir(&other).unwrap();
        fs::write(other.join("plugin.yaml"), "name: diff\n").unwrap();
        let error = write(dir.path(), Path::new("/bin/true")).unwrap_err();
        assert!(matches!(error, PluginError::Shared { .. }), "{error}");
    }
}
