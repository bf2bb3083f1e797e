//! What helmfile meets outside: one repository and one registry for all
//! projects, and as many API servers as projects are under way at once. All of
//! it starts when the first project wants it and ends with the last one.

use std::sync::Mutex;

use crate::services::cluster::Cluster;
use crate::services::packages::Packages;
use crate::services::registry::{Access, Registry};
use crate::services::repository::Repository;

pub struct World {
    pub repository: Repository,
    pub registry: Registry,
    idle: Mutex<Vec<Cluster>>,
}

impl World {
    pub fn start() -> Self {
        let packages = Packages::recorded();
        let registry = Registry::start(Access::Plain);
        registry.push_all(&packages);
        let idle = Mutex::default();
        Self { repository: Repository::open(packages), registry, idle }
    }

    /// Calls `work` with an API server that nobody else uses and that holds no
    /// release.
    pub fn with_cluster(&self, work: impl FnOnce(&Cluster)) {
        let idle = self.idle.lock().unwrap().pop();
        let cluster = idle.unwrap_or_else(Cluster::up);
        work(&cluster);
        wipe(&cluster);
        self.idle.lock().unwrap().push(cluster);
    }
}

/// Takes all releases away, and what they made. Namespaces stay: nothing in
/// such a cluster could end them.
pub fn wipe(cluster: &Cluster) {
    let own = "metadata.namespace!=kube-system";
    let delete = ["delete", "secrets,configmaps", "--all-namespaces", "--wait=false"];
    cluster.kubectl(&[&delete[..], &["--field-selector", own]].concat());
}
