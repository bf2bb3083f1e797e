//! Kinds of objects: under which path a cluster serves them.
//!
//! Asked once per API version. One that is not served is remembered as such: a custom
//! resource definition that is gone takes all its objects with it.

use std::sync::Arc;

use serde_json::Value;

use crate::cluster::segment;
use crate::{Cluster, Fault};

/// A kind that the cluster serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// `deployments`
    pub plural: String,
    /// Whether its objects are in namespaces.
    pub namespaced: bool,
}

/// The kinds of one API version by name.
pub(crate) type Served = Vec<(String, Kind)>;

impl Cluster {
    /// Looks up a kind.
    pub async fn kind(&self, api_version: &str, kind: &str) -> Result<Kind, Fault> {
        let cell = {
            let mut served = self.served.lock().await;
            Arc::clone(served.entry(api_version.into()).or_default())
        };
        let served = cell.get_or_try_init(|| self.serves(api_version)).await?;
        let found = served.iter().find(|(name, _)| name == kind);
        found.map(|(_, kind)| kind.clone()).ok_or_else(|| Fault::UnknownKind {
            api_version: api_version.into(),
            kind: kind.into(),
        })
    }

    async fn serves(&self, api_version: &str) -> Result<Served, Fault> {
        match self.get(&root(api_version)).await {
            Ok(answer) => Ok(read(&answer.value)),
            Err(Fault::NotFound(_)) => Ok(Vec::new()),
            Err(fault) => Err(fault),
        }
    }
}

/// Where an API version is served.
pub(crate) fn root(api_version: &str) -> String {
    match api_version.split_once('/') {
        Some((group, version)) => {
            format!("/apis/{}/{}", segment(group), segment(version))
        }
        None => format!("/api/{}", segment(api_version)),
    }
}

/// The kinds of an `APIResourceList`, subresources left out.
fn read(list: &Value) -> Served {
    let resources = list.get("resources").and_then(Value::as_array);
    let text = |value: &Value, key: &str| Some(value.get(key)?.as_str()?.to_string());
    let kinds = resources.into_iter().flatten().filter_map(|resource| {
        let plural = text(resource, "name").filter(|name| !name.contains('/'))?;
        let namespaced = resource.get("namespaced")?.as_bool()?;
        Some((text(resource, "kind")?, Kind { plural, namespaced }))
    });
    kinds.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn kinds_are_read_without_subresources() {
        let list = json!({"resources": [
            {"name": "deployments", "kind": "Deployment", "namespaced": true},
            {"name": "deployments/scale", "kind": "Scale", "namespaced": true},
            {"name": "broken"},
        ]});
        let kind = Kind { plural: "deployments".into(), namespaced: true };
        assert_eq!(read(&list), [("Deployment".to_string(), kind)]);
        assert_eq!(root("v1"), "/api/v1");
        assert_eq!(root("apps/v1"), "/apis/apps/v1");
    }
}
