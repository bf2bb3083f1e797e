//! Helm's own storage: what was deployed last, as Helm keeps it in the cluster
//! (Helm 3.22 and 4.3, `pkg/storage/driver`: Secrets, or objects of kind `ConfigMap` if
//! `HELM_DRIVER=configmap`).
//!
//! One list per namespace, of what is not superseded: with a history of ten revisions
//! that is a tenth of it. A release is decoded only when it is looked at. Refuses to
//! guess what is in a storage that it cannot read.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::Read;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::read::GzDecoder;
use serde_json::Value;

use crate::cluster::segment;
use crate::release::{Packed, Release};
use crate::{Cluster, Fault};

/// So many releases in one answer of the server.
const PAGE: usize = 100;

/// The largest release that is unpacked, in bytes. A Secret holds 1 MiB, so this is
/// far beyond what Helm can write and no bomb.
const LARGEST: u64 = 256 * 1024 * 1024;

/// Where Helm keeps releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Driver {
    /// `secret`, the default.
    Secret,
    /// `configmap`
    ConfigMap,
}

/// A release as it lies in the storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Its revision.
    pub revision: u64,
    /// The object that holds it: `sh.helm.release.v1.web.v3`.
    pub object: String,
    /// Those before it down to the last that was deployed, the newest first; none if it
    /// was deployed itself.
    pub before: Vec<Self>,
    /// Whether its last operation succeeded.
    pub is_deployed: bool,
    driver: Driver,
    data: Option<String>,
}

impl Cluster {
    /// The last revision of each release of a namespace, or of all, with those since the
    /// last that was deployed; `selector` is one of labels, added to Helm's own. By
    /// namespace and name.
    pub async fn stored(
        &self,
        driver: Driver,
        namespace: Option<&str>,
        selector: &str,
    ) -> Result<BTreeMap<(String, String), Stored>, Fault> {
        let plural = driver.plural();
        let own = "owner=helm,status notin (superseded,uninstalled)";
        let all =
            if selector.is_empty() { own.into() } else { format!("{own},{selector}") };
        let place = format!("{}&limit={PAGE}", driver.list(namespace, &all));
        let mut last: BTreeMap<(String, String), Stored> = BTreeMap::new();
        let mut next = String::new();
        loop {
            let path = match next.as_str() {
                "" => place.clone(),
                next => format!("{place}&continue={}", segment(next)),
            };
            let mut page = self.get(&path).await?.value;
            let more = page.pointer("/metadata/continue").and_then(Value::as_str);
            next = more.unwrap_or_default().into();
            let Some(Value::Array(items)) = page.get_mut("items").map(Value::take)
            else {
                return Err(Fault::Form(format!("it is no list of {plural}")));
            };
            for stored in items.into_iter().filter_map(|item| Stored::new(item, driver))
            {
                let key = (stored.namespace.clone(), stored.name.clone());
                let stored = match last.remove(&key) {
                    Some(other) => stored.with(other),
                    None => stored,
                };
                last.insert(key, stored);
            }
            if next.is_empty() {
                return Ok(last);
            }
        }
    }

    /// What became of a release that [`Self::stored`] does not have: the last revision
    /// that Helm keeps, and what it calls it, `uninstalled` or `superseded`.
    pub async fn kept(
        &self,
        driver: Driver,
        namespace: &str,
        name: &str,
    ) -> Result<Option<(u64, String)>, Fault> {
        let place = driver.list(Some(namespace), &format!("owner=helm,name={name}"));
        let found = self.get(&place).await?.value;
        let items = found.get("items").and_then(Value::as_array);
        let revision = |item: &Value| {
            let label = |name| item.pointer("/metadata/labels")?.get(name)?.as_str();
            Some((label("version")?.parse().ok()?, label("status")?.to_string()))
        };
        Ok(items.into_iter().flatten().filter_map(revision).max())
    }
}

impl Driver {
    fn plural(self) -> &'static str {
        match self {
            Self::Secret => "secrets",
            Self::ConfigMap => "configmaps",
        }
    }

    /// Where the objects with these labels are, in one namespace or in all.
    fn list(self, namespace: Option<&str>, labels: &str) -> String {
        let place = namespace
            .map(|it| format!("/namespaces/{}", segment(it)))
            .unwrap_or_default();
        format!("/api/v1{place}/{}?labelSelector={}", self.plural(), segment(labels))
    }
}

impl Stored {
    fn new(mut item: Value, driver: Driver) -> Option<Self> {
        let text = |pointer: &str| Some(item.pointer(pointer)?.as_str()?.to_string());
        let (name, namespace) =
            (text("/metadata/labels/name")?, text("/metadata/namespace")?);
        let revision = text("/metadata/labels/version")?.parse().ok()?;
        let object = text("/metadata/name")?;
        let is_deployed =
            text("/metadata/labels/status").is_some_and(|it| it == "deployed");
        let data = match item["data"]["release"].take() {
            Value::String(data) => Some(data),
            _ => None,
        };
        let before = Vec::new();
        Some(Self {
            name,
            namespace,
            revision,
            object,
            before,
            is_deployed,
            driver,
            data,
        })
    }

    /// The newer of two revisions, with all that are known before it.
    fn with(mut self, mut other: Self) -> Self {
        let mut all: Vec<Self> = self.before.drain(..).collect();
        all.append(&mut other.before);
        let (mut newer, older) =
            if self.revision > other.revision { (self, other) } else { (other, self) };
        all.push(older);
        all.sort_by_key(|it| Reverse(it.revision));
        let deployed = all.iter().position(|it| it.is_deployed);
        all.truncate(deployed.map_or(all.len(), |at| at + 1));
        newer.before = if newer.is_deployed { Vec::new() } else { all };
        newer
    }

    /// Unpacks it; the error says in one line what is wrong with it.
    pub fn release(&self) -> Result<Release, String> {
        let wrong = |what: &str| {
            format!("{} in namespace {} {what}", self.object, self.namespace)
        };
        let data = self.data.as_ref().ok_or_else(|| wrong("holds no release"))?;
        let json = unpacked(data, self.driver).map_err(|what| wrong(&what))?;
        let packed: Packed = serde_json::from_slice(&json)
            .map_err(|error| wrong(&format!("holds no release: {error}")))?;
        Ok(packed.release())
    }
}

/// JSON, perhaps in gzip, in Base64, and in Base64 once more in a Secret.
fn unpacked(data: &str, driver: Driver) -> Result<Vec<u8>, String> {
    let decode = |bytes: &[u8]| {
        let decoded = BASE64_STANDARD.decode(bytes);
        decoded.map_err(|error| format!("is not in Base64: {error}"))
    };
    let mut bytes = decode(data.as_bytes())?;
    if driver == Driver::Secret {
        bytes = decode(&bytes)?;
    }
    if !bytes.starts_with(&[0x1f, 0x8b, 0x08]) {
        return Ok(bytes);
    }
    let mut json = Vec::new();
    let mut unpacked = GzDecoder::new(bytes.as_slice()).take(LARGEST + 1);
    unpacked.read_to_end(&mut json).map_err(|error| format!("is not gzip: {error}"))?;
    if json.len() as u64 > LARGEST {
        return Err(format!("is larger than {} MiB", LARGEST >> 20));
    }
    Ok(json)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use serde_json::json;

    use super::*;
    use crate::Status;

    fn stored(data: &str, driver: Driver) -> Stored {
        let item = json!({"metadata": {"name": "sh.helm.release.v1.web.v3",
            "namespace": "shop", "labels": {"name": "web", "version": "3", "status": "deployed"}},
            "data": {"release": data}});
        Stored::new(item, driver).unwrap()
    }

    #[test]
    fn releases_are_unpacked() {
        let json =
            json!({"info": {"status": "deployed"}, "manifest": "a: 1", "hooks": null})
                .to_string();
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(json.as_bytes()).unwrap();
        let once = BASE64_STANDARD.encode(packed.finish().unwrap());
        let (status, manifest) = (Status::Deployed, "a: 1".into());
        let release = Release { status, manifest, is_lost: false };
        assert_eq!(stored(&once, Driver::ConfigMap).release(), Ok(release.clone()));
        let twice = BASE64_STANDARD.encode(&once);
        assert_eq!(stored(&twice, Driver::Secret).release(), Ok(release.clone()));
        let plain = BASE64_STANDARD.encode(json);
        assert_eq!(stored(&plain, Driver::ConfigMap).release(), Ok(release));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (data, what) in [
            ("%", "is not in Base64: "),
            (&BASE64_STANDARD.encode([0x1f, 0x8b, 0x08, 0]), "is not gzip: "),
            (&BASE64_STANDARD.encode("{}"), "holds no release: "),
        ] {
            let error = stored(data, Driver::ConfigMap).release().unwrap_err();
            let start = format!("sh.helm.release.v1.web.v3 in namespace shop {what}");
            assert!(error.starts_with(&start), "{error}");
        }
    }

    #[test]
    fn what_was_deployed_before() {
        let revision = |revision: u64, is_deployed: bool| Stored {
            revision,
            is_deployed,
            ..stored("", Driver::Secret)
        };
        // As the server sorts them.
        let all = [(1, true), (10, false), (2, true), (9, false)];
        let all = all.map(|(number, is)| revision(number, is)).into_iter();
        let last = all.reduce(Stored::with).unwrap();
        let before: Vec<u64> = last.before.iter().map(|it| it.revision).collect();
        assert_eq!((last.revision, before), (10, vec![9, 2]));
        let last = revision(3, true).with(revision(2, true));
        assert_eq!((last.revision, last.before), (3, Vec::new()));
    }
}
