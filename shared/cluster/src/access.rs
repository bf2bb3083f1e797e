//! How a cluster is reached: the user's kubeconfig, one of its contexts.
//!
//! The same files as kubectl and Helm read: those named, else `$KUBECONFIG`, else
//! `~/.kube/config`, and within a cluster its service account. Refuses to write any.

use std::env;
use std::path::{Path, PathBuf};
use std::time::Duration;

use kube::config::{KubeConfigOptions, Kubeconfig, KubeconfigError};
use kube::{Client, Config};

use crate::credential::put_credential;
use crate::fault::{Fault, chain};

/// Which cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Access {
    /// A kubeconfig; `$KUBECONFIG` and its files if none is named.
    pub kubeconfig: Option<PathBuf>,
    /// A context; the current one if none is named.
    pub context: Option<String>,
}

impl Access {
    /// Logs in, which may take so long, and gives the server's address, too. It is not
    /// asked for anything yet.
    pub(crate) async fn client(
        &self,
        patience: Duration,
    ) -> Result<(Client, String), Fault> {
        let mut config = self.config().await?;
        put_credential(&mut config.auth_info, patience).await?;
        // What is asked has a time limit of its own, within which it is asked again.
        config.read_timeout = None;
        config.default_retry = false;
        let server = config.cluster_url.to_string();
        let client = Client::try_from(config);
        let client = client.map_err(|error| Fault::Access(chain(&error)))?;
        Ok((client, server.trim_end_matches('/').into()))
    }

    async fn config(&self) -> Result<Config, Fault> {
        let context = self.context.clone().filter(|name| !name.is_empty());
        let options = KubeConfigOptions { context, ..KubeConfigOptions::default() };
        let named = self.kubeconfig.as_deref();
        if named.is_none() && options.context.is_none() && !has_kubeconfig() {
            let none = "there is no kubeconfig, and this is no Pod";
            return Config::incluster().map_err(|_| Fault::Access(none.into()));
        }
        let read = read(named).map_err(|error| Fault::Access(chain(&error)))?;
        let config = Config::from_custom_kubeconfig(read, &options).await;
        config.map_err(|error| self.fault(&error))
    }

    fn fault(&self, error: &KubeconfigError) -> Fault {
        match (error, &self.context) {
            (KubeconfigError::LoadContext(_), Some(name)) => {
                Fault::Access(format!("the kubeconfig has no context '{name}'"))
            }
            _ => Fault::Access(chain(error)),
        }
    }
}

/// The context that Helm uses if none is named: `$HELM_KUBECONTEXT`, else the current
/// one of the kubeconfig.
pub fn current_context(kubeconfig: Option<&Path>) -> Option<String> {
    let named = env::var("HELM_KUBECONTEXT").ok().filter(|it| !it.is_empty());
    named.or_else(|| read(kubeconfig).ok()?.current_context.filter(|it| !it.is_empty()))
}

/// The kubeconfig; of a list of files in `$KUBECONFIG` those that are there, as kubectl
/// 1.36 and Helm have it. The kube crate wants all of them.
fn read(named: Option<&Path>) -> Result<Kubeconfig, KubeconfigError> {
    if let Some(path) = named {
        return Kubeconfig::read_from(path);
    }
    let list = env::var_os("KUBECONFIG").unwrap_or_default();
    let files: Vec<PathBuf> =
        env::split_paths(&list).filter(|it| it.exists()).collect();
    if files.is_empty() {
        return Kubeconfig::read();
    }
    files.iter().try_fold(Kubeconfig::default(), |all, path| {
        all.merge(Kubeconfig::read_from(path)?)
    })
}

/// Whether the user has one: `$KUBECONFIG`, or the usual file.
fn has_kubeconfig() -> bool {
    let named = env::var_os("KUBECONFIG").is_some_and(|it| !it.is_empty());
    let home = env::var_os("HOME").map(PathBuf::from);
    named || home.is_some_and(|home| home.join(".kube/config").exists())
}
