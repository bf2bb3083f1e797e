//! What a check asks of the server: one list per storage namespace, one request pair
//! per object, and not too much at once.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use libtest_mimic::Trial;
use serde_json::json;

use super::bed::Bed;
use super::server::{fake, http};
use super::with_both;

const OBJECTS: usize = 30;

pub fn trials() -> Vec<Trial> {
    with_both("cost::requests_are_few_and_bounded", requests)
}

/// Requests by what they are, those in flight, and the most that were.
#[derive(Default)]
struct Counts {
    kinds: BTreeMap<&'static str, usize>,
    flying: usize,
    most: usize,
}

fn requests(helm: &str) {
    for (flags, limit) in [(&[][..], 8), (&["--concurrency", "2"][..], 2)] {
        let bed = Bed::idle(helm);
        let counts = Arc::new(Mutex::new(Counts::default()));
        let (own, namespace) = (Arc::clone(&counts), bed.namespace.clone());
        fake(&bed, move |_, line| {
            let kind = match line {
                line if line.contains("labelSelector") => "list",
                line if line.starts_with("PATCH") => "apply",
                line if line.contains("/configmaps/") => "get",
                _ => "discovery",
            };
            {
                let mut counts = own.lock().unwrap();
                *counts.kinds.entry(kind).or_default() += 1;
                counts.flying += 1;
                counts.most = counts.most.max(counts.flying);
            }
            thread::sleep(Duration::from_millis(20));
            own.lock().unwrap().flying -= 1;
            let path = line.split([' ', '?']).nth(1).unwrap_or_default();
            let name = path.split('/').next_back().unwrap_or_default();
            let body = match kind {
                "list" => json!({"metadata": {}, "items": [stored(&namespace)]}),
                "discovery" => json!({"resources": [
                    {"name": "configmaps", "kind": "ConfigMap", "namespaced": true}]}),
                _ => json!({"kind": "ConfigMap", "metadata": {"name": name}}),
            };
            http("200 OK", &body.to_string())
        });
        let (rows, code) = bed.drift(flags);
        assert!(rows.is_empty() && code == 0, "{rows:#?}");
        let counts = counts.lock().unwrap();
        let expected =
            [("apply", OBJECTS), ("discovery", 1), ("get", OBJECTS), ("list", 1)];
        assert_eq!(counts.kinds, BTreeMap::from(expected));
        assert!((2..=limit).contains(&counts.most), "{} in flight", counts.most);
    }
}

/// A release as Helm stores it, not even packed.
fn stored(namespace: &str) -> serde_json::Value {
    let object =
        |n| format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c{n}\n");
    let manifest: String = (0..OBJECTS).map(object).collect();
    let release = json!({"info": {"status": "deployed"}, "manifest": manifest});
    let data = BASE64_STANDARD.encode(BASE64_STANDARD.encode(release.to_string()));
    json!({"metadata": {"name": "sh.helm.release.v1.web.v1", "namespace": namespace,
        "labels": {"name": "web", "version": "1"}}, "data": {"release": data}})
}
