//! All releases, live: clusters are connected to, Helm's storage is listed once per
//! namespace, and the releases are checked, several at a time.
//!
//! What fails for one cluster or namespace makes its releases unknown and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream;
use helmfire_cluster::{Access, Cluster, Driver, Fault, Gate, Release, Status, Stored};
use helmfire_inputs::Id;

use crate::declared::Declared;
use crate::found::Found;
use crate::helm::Helm;
use crate::live::{self, Manner, Sight};
use crate::unknown::Unknown;

/// How to survey.
pub struct Survey<'s> {
    pub kubeconfig: Option<PathBuf>,
    pub source: Source,
    pub concurrency: usize,
    pub patience: Duration,
    /// When what is not done is given up.
    pub deadline: Instant,
    pub manner: &'s Manner,
    /// Told how many releases are done.
    pub progress: &'s dyn Fn(usize, usize),
}

/// Where it is told what was deployed last.
pub enum Source {
    /// Helm's storage in the cluster.
    Storage(Driver),
    /// Helm, for a storage elsewhere.
    Helm(Helm),
}

impl Source {
    /// The storage that `$HELM_DRIVER` names, `None` if only Helm can read it.
    pub fn of_environment() -> Option<Self> {
        match env::var("HELM_DRIVER").unwrap_or_default().as_str() {
            "" | "secret" | "secrets" => Some(Self::Storage(Driver::Secret)),
            "configmap" | "configmaps" => Some(Self::Storage(Driver::ConfigMap)),
            _ => None,
        }
    }
}

/// A release and what was found live.
pub struct Surveyed {
    pub declared: Declared,
    pub presence: Presence,
}

/// Whether a release is there.
pub enum Presence {
    /// It is, and this was found.
    Found(Found),
    /// It was never deployed, or was removed.
    Absent,
    /// It was removed, and Helm keeps its history.
    Uninstalled,
}

/// What Helm stores in one namespace.
type Storage = Result<BTreeMap<(String, String), Stored>, Fault>;

impl Survey<'_> {
    /// Checks the releases that are `declared`, in their order.
    pub async fn declared(&self, declared: Vec<Declared>) -> Vec<Surveyed> {
        let gate = Gate::new(self.concurrency);
        let contexts: BTreeSet<String> =
            declared.iter().map(|it| it.id.context.clone()).collect();
        let connections = contexts.iter().map(|name| self.connect(name, &gate));
        let clusters: BTreeMap<_, _> =
            contexts.iter().cloned().zip(join_all(connections).await).collect();
        let driver = match &self.source {
            Source::Storage(driver) => *driver,
            Source::Helm(helm) => return self.told(helm, declared, &clusters).await,
        };
        let places: BTreeSet<(String, String)> = declared
            .iter()
            .filter_map(|it| {
                let cluster = clusters.get(&it.id.context)?.as_ref().ok()?;
                Some((it.id.context.clone(), namespace(&it.id, cluster)))
            })
            .collect();
        let lists =
            places.iter().map(async |(context, namespace)| match &clusters[context] {
                Ok(cluster) => {
                    self.in_time(cluster.stored(driver, Some(namespace), "")).await
                }
                Err(fault) => Err(fault.clone()),
            });
        let lists = join_all(lists).await;
        let storage: BTreeMap<_, Storage> = places.into_iter().zip(lists).collect();
        self.all(declared, async |it: &Declared| {
            let cluster = match &clusters[&it.id.context] {
                Ok(cluster) => cluster,
                Err(fault) => return unknown(fault),
            };
            let namespace = namespace(&it.id, cluster);
            match &storage[&(it.id.context.clone(), namespace.clone())] {
                Err(fault) => unknown(fault),
                Ok(stored) => {
                    match stored.get(&(namespace.clone(), it.id.name.clone())) {
                        Some(stored) => self.look(cluster, &it.id, stored).await,
                        None => self.absent(cluster, driver, &namespace, it).await,
                    }
                }
            }
        })
        .await
    }

    /// Checks all releases in the cluster of `context` that Helm stores in `namespace`
    /// (that of the context if it is empty), or in all, with the labels of `selector`.
    pub async fn cluster(
        &self,
        context: &str,
        namespace: Option<&str>,
        selector: &str,
    ) -> Result<Vec<Surveyed>, Fault> {
        let gate = Gate::new(self.concurrency);
        let cluster = self.connect(context, &gate).await?;
        let namespace = namespace.map(|it| match it {
            "" => cluster.default_namespace(),
            named => named,
        });
        let from_cluster = |id: Id| {
            let helmfile = PathBuf::new();
            Declared { id, helmfile, is_wanted: true }
        };
        let driver = match &self.source {
            Source::Storage(driver) => *driver,
            Source::Helm(helm) => {
                let ids = helm.releases(context, namespace, selector);
                let ids = ids.map_err(|error| Fault::Access(error.to_string()))?;
                let declared = ids.into_iter().map(from_cluster).collect();
                let clusters = BTreeMap::from([(context.to_string(), Ok(cluster))]);
                return Ok(self.told(helm, declared, &clusters).await);
            }
        };
        let stored = self.in_time(cluster.stored(driver, namespace, selector)).await?;
        if let Some(name) = namespace.filter(|_| stored.is_empty())
            && matches!(cluster.has_namespace(name).await, Ok(false))
        {
            return Err(Fault::NotFound(format!("there is no namespace {name}")));
        }
        let declared = stored.keys().map(|(namespace, name)| {
            let (name, namespace) = (name.clone(), namespace.clone());
            from_cluster(Id { name, namespace, context: context.into() })
        });
        let surveyed = self.all(declared.collect(), async |it: &Declared| {
            let stored = &stored[&(it.id.namespace.clone(), it.id.name.clone())];
            self.look(&cluster, &it.id, stored).await
        });
        Ok(surveyed.await)
    }

    async fn look(&self, cluster: &Cluster, id: &Id, stored: &Stored) -> Presence {
        let namespace = stored.namespace.as_str();
        let sight = Sight { cluster, id, namespace, manner: self.manner };
        let found = live::check(sight, stored.release(), Some(stored));
        Presence::Found(found.await)
    }

    /// A release that Helm's storage has not, or has no revision in force of.
    async fn absent(
        &self,
        cluster: &Cluster,
        driver: Driver,
        namespace: &str,
        declared: &Declared,
    ) -> Presence {
        if !declared.is_wanted {
            return Presence::Absent;
        }
        match cluster.kept(driver, namespace, &declared.id.name).await {
            Ok(None) => absent(cluster, namespace).await,
            Ok(Some((_, status))) if status == "uninstalled" => Presence::Uninstalled,
            Ok(Some((revision, status))) => {
                let reason = format!(
                    "no revision of it is in force: its last, {revision}, is {status}"
                );
                let remedy = "deploy it again, or roll it back with helm rollback";
                let unknown = vec![Unknown::of_release(reason, remedy)];
                Presence::Found(Found { unknown, ..Found::default() })
            }
            Err(fault) => unknown(&fault),
        }
    }

    /// As Helm tells what was deployed.
    async fn told(
        &self,
        helm: &Helm,
        declared: Vec<Declared>,
        clusters: &BTreeMap<String, Result<Cluster, Fault>>,
    ) -> Vec<Surveyed> {
        self.all(declared, async |it: &Declared| {
            let cluster = match &clusters[&it.id.context] {
                Ok(cluster) => cluster,
                Err(fault) => return unknown(fault),
            };
            let namespace = namespace(&it.id, cluster);
            let release = match helm.release(&it.id) {
                Ok(Some(Release { status: Status::Uninstalled(name), .. }))
                    if name == "uninstalled" =>
                {
                    return if it.is_wanted {
                        Presence::Uninstalled
                    } else {
                        Presence::Absent
                    };
                }
                Ok(Some(release)) => Ok(release),
                Ok(None) if !it.is_wanted => return Presence::Absent,
                Ok(None) => return absent(cluster, &namespace).await,
                Err(error) => Err(error.to_string()),
            };
            let (id, namespace) = (&it.id, namespace.as_str());
            let sight = Sight { cluster, id, namespace, manner: self.manner };
            Presence::Found(live::check(sight, release, None).await)
        })
        .await
    }

    async fn connect(&self, context: &str, gate: &Gate) -> Result<Cluster, Fault> {
        let context = Some(context.to_string()).filter(|name| !name.is_empty());
        let access = Access { kubeconfig: self.kubeconfig.clone(), context };
        self.in_time(Cluster::connect(&access, gate.clone(), self.patience)).await
    }

    async fn in_time<T>(
        &self,
        asking: impl Future<Output = Result<T, Fault>>,
    ) -> Result<T, Fault> {
        helmfire_cluster::by(self.deadline, asking).await.unwrap_or(Err(Fault::Late))
    }

    async fn all(
        &self,
        declared: Vec<Declared>,
        look: impl AsyncFn(&Declared) -> Presence,
    ) -> Vec<Surveyed> {
        let total = declared.len();
        let looks = declared.into_iter().enumerate().map(async |(index, declared)| {
            let presence = helmfire_cluster::by(self.deadline, look(&declared)).await;
            let presence = presence.unwrap_or_else(|| unknown(&Fault::Late));
            (index, Surveyed { declared, presence })
        });
        let mut looks = stream::iter(looks).buffer_unordered(self.concurrency);
        let mut done = Vec::with_capacity(total);
        while let Some(surveyed) = looks.next().await {
            done.push(surveyed);
            (self.progress)(done.len(), total);
        }
        done.sort_by_key(|(index, _)| *index);
        done.into_iter().map(|(_, surveyed)| surveyed).collect()
    }
}

/// Of a release that names none Helm's own, else that of the context.
fn namespace(id: &Id, cluster: &Cluster) -> String {
    let named = Some(id.namespace.clone()).into_iter();
    let mut named = named.chain(env::var("HELM_NAMESPACE")).filter(|it| !it.is_empty());
    named.next().unwrap_or_else(|| cluster.default_namespace().into())
}

fn unknown(fault: &Fault) -> Presence {
    let unknown = vec![Unknown::of_fault(None, fault)];
    Presence::Found(Found { unknown, ..Found::default() })
}

/// A release that is not stored was not deployed, or went with its namespace.
async fn absent(cluster: &Cluster, namespace: &str) -> Presence {
    match cluster.has_namespace(namespace).await {
        // Who may read the storage need not be allowed to look at namespaces.
        Ok(true) | Err(Fault::Forbidden(_)) => Presence::Absent,
        Ok(false) => {
            let reason = format!("its namespace {namespace} is not there");
            let unknown =
                vec![Unknown::of_release(reason, "deploy it, or create the namespace")];
            Presence::Found(Found { unknown, is_gone: true, ..Found::default() })
        }
        Err(fault) => unknown(&fault),
    }
}
