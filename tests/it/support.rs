//! What the test modules share: registering tests, scratch directories, the
//! binaries, and what may be absent on a machine.

use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Trial;

/// Something a test cannot do without and a machine may not have.
#[derive(Clone, Copy, Debug)]
pub enum Need {
    /// The real manifests beside the project.
    Corpus,
    /// A tool built by `make tools`.
    Tool(&'static str),
    /// A program of the system.
    Program(&'static str),
    /// The real helm-diff, as a plugin of whoever runs the tests.
    HelmDiff,
    /// Limits of its own, which a user namespace has.
    UserNamespace,
}

impl Need {
    /// Why the test cannot run here, if it cannot.
    fn absence(self) -> Option<String> {
        let (path, what) = match self {
            Self::UserNamespace => {
                let mut unshare = Command::new("unshare");
                unshare.args(["--user", "--map-root-user", "true"]);
                let works = unshare.output().is_ok_and(|it| it.status.success());
                return (!works).then(|| "there are no user namespaces".into());
            }
            Self::HelmDiff => {
                let why = "`helm diff` does not work here, a double stands in for it";
                return crate::drift::helm_diff().is_none().then(|| why.into());
            }
            Self::Corpus => (corpus(), "../shared/corpus is absent".to_string()),
            Self::Tool(name) => {
                (tool(name), format!("{name} is not built, run make tools"))
            }
            Self::Program(name) => (on_path(name), format!("{name} is not installed")),
        };
        (!path.exists()).then_some(what)
    }
}

/// A test that needs nothing but the project.
pub fn trial(name: &str, test: fn()) -> Trial {
    trial_needing(&[], name, test)
}

/// A test that is ignored, with the reason printed, where a need is absent.
pub fn trial_needing(
    needs: &[Need],
    name: &str,
    test: impl FnOnce() + Send + 'static,
) -> Trial {
    let name = name.strip_prefix("it::").unwrap_or(name);
    let absent = needs.iter().find_map(|need| need.absence());
    let ignored = absent.is_some();
    Trial::test(name, move || {
        test();
        Ok(())
    })
    .with_kind(absent.map(|why| format!("skipped: {why}")).unwrap_or_default())
    .with_ignored_flag(ignored)
}

/// Lists the tests of a module: `trials!(first, second)`.
macro_rules! trials {
    ($($test:ident),* $(,)?) => {
        pub fn trials() -> Vec<libtest_mimic::Trial> {
            vec![$($crate::support::trial(
                concat!(module_path!(), "::", stringify!($test)),
                $test,
            )),*]
        }
    };
}
pub(crate) use trials;

/// The top of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Real manifests and oracle tables, not part of the project.
pub fn corpus() -> PathBuf {
    root().join("../shared/corpus")
}

/// A tool as `make tools` builds it.
pub fn tool(name: &str) -> PathBuf {
    root().join(".tools/bin").join(name)
}

/// A program of the system, or a path where nothing is.
fn on_path(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut found = std::env::split_paths(&path).map(|dir| dir.join(name));
    found.find(|file| file.exists()).unwrap_or_else(|| name.into())
}

/// One of our binaries, with an environment that no setting of the user reaches.
pub fn binary(name: &str) -> Command {
    let path = match name {
        "helmfire" => env!("CARGO_BIN_EXE_helmfire"),
        "helmfire-drift" => env!("CARGO_BIN_EXE_helmfire-drift"),
        "helmfire-helm" => env!("CARGO_BIN_EXE_helmfire-helm"),
        "helmfire-postrender" => env!("CARGO_BIN_EXE_helmfire-postrender"),
        "helmfire-releases" => env!("CARGO_BIN_EXE_helmfire-releases"),
        "helmfire-watch" => env!("CARGO_BIN_EXE_helmfire-watch"),
        "helmfire-subst" => env!("CARGO_BIN_EXE_helmfire-subst"),
        other => panic!("no binary {other}"),
    };
    let mut command = Command::new(path);
    for name in
        ["HELMFIRE_FILE", "HELMFIRE_RELEASE", "HELMFIRE_NAMESPACE", "HELMFIRE_REPORT"]
    {
        command.env_remove(name);
    }
    command.env_remove("HELM_PLUGIN_NAME").env_remove("NO_COLOR");
    command
}
