//! Requests to the API server and nothing else: the floor of what a check can cost, and
//! a fleet of releases that helm would take half an hour to deploy.
//!
//! The benchmark starts itself for it, for a process is what is compared.

use std::error::Error;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::{StreamExt, TryStreamExt, stream};
use http::{Method, Request};
use http_body_util::BodyExt;
use kube::Client;
use kube::client::Body;
use serde_json::{Value, json};

use super::{OBJECTS, RELEASES};

/// The argument that stands for this.
pub const BARE: &str = "--bare";

/// With `NAMESPACE RELEASES OBJECTS` a fleet, else dry runs of what the chart deployed.
pub fn run(args: &[String]) -> Result<(), Box<dyn Error>> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build()?.block_on(async {
        let client = Client::try_default().await?;
        match args {
            [namespace, releases, objects] => {
                fleet(&client, namespace, releases.parse()?, objects.parse()?).await
            }
            _ => dry_runs(&client).await,
        }
    })
}

async fn dry_runs(client: &Client) -> Result<(), Box<dyn Error>> {
    let paths = (0..RELEASES).flat_map(|n| {
        [
            format!("/api/v1/namespaces/bench/services/r{n}"),
            format!("/api/v1/namespaces/bench/configmaps/r{n}"),
            format!("/apis/apps/v1/namespaces/bench/deployments/r{n}"),
        ]
    });
    let requests = paths.map(|path| {
        let (version, kind) = match path.rsplit('/').nth(1) {
            Some("services") => ("v1", "Service"),
            Some("configmaps") => ("v1", "ConfigMap"),
            _ => ("apps/v1", "Deployment"),
        };
        let name = path.rsplit('/').next().unwrap_or_default().to_string();
        let object = json!({"apiVersion": version, "kind": kind,
            "metadata": {"name": name, "annotations": {"bare": "1"}}});
        let query = "fieldManager=bare&force=true&dryRun=All";
        apply(client, format!("{path}?{query}"), object)
    });
    let done =
        stream::iter(requests).buffer_unordered(8).try_collect::<Vec<_>>().await?;
    assert_eq!(done.len(), OBJECTS);
    Ok(())
}

/// Objects and what Helm would store of them.
async fn fleet(
    client: &Client,
    namespace: &str,
    releases: usize,
    objects: usize,
) -> Result<(), Box<dyn Error>> {
    let place = format!("/api/v1/namespaces/{namespace}");
    let query = "fieldManager=helm&force=true";
    let space = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
    apply(client, format!("{place}?{query}"), space).await?;
    let all = (0..releases).flat_map(|n| {
        let names = (0..objects).map(move |m| format!("r{n}-{m}"));
        let configs: Vec<Value> = names.map(|name| config(&name)).collect();
        let text = configs
            .iter()
            .fold(String::new(), |text, it| text + &format!("---\n{it}\n"));
        let mut all: Vec<(String, Value)> = configs
            .into_iter()
            .map(|it| {
                let name = it["metadata"]["name"].as_str().unwrap_or_default();
                (format!("{place}/configmaps/{name}?{query}"), it)
            })
            .collect();
        let stored = format!("sh.helm.release.v1.r{n}.v1");
        all.push((
            format!("{place}/secrets/{stored}?{query}"),
            storage(&stored, n, &text),
        ));
        all
    });
    let requests = all.map(|(path, object)| apply(client, path, object));
    stream::iter(requests).buffer_unordered(16).try_collect::<Vec<_>>().await?;
    Ok(())
}

fn config(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name},
        "data": {"a": "b", "text": "some words, as a configuration has them\n".repeat(10)}})
}

fn storage(stored: &str, n: usize, manifest: &str) -> Value {
    let release =
        json!({"info": {"status": "deployed"}, "manifest": manifest}).to_string();
    let data = BASE64_STANDARD.encode(BASE64_STANDARD.encode(release));
    json!({"apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1",
        "metadata": {"name": stored, "labels": {"owner": "helm", "name": format!("r{n}"),
            "status": "deployed", "version": "1"}},
        "data": {"release": data}})
}

async fn apply(
    client: &Client,
    path: String,
    object: Value,
) -> Result<(), Box<dyn Error>> {
    let request = Request::builder()
        .method(Method::PATCH)
        .uri(path)
        .header("content-type", "application/apply-patch+yaml")
        .body(Body::from(object.to_string().into_bytes()))?;
    let response = client.send(request).await?;
    let status = response.status();
    let body = response.into_body().collect().await?.to_bytes();
    if !status.is_success() {
        return Err(String::from_utf8_lossy(&body).into_owned().into());
    }
    Ok(())
}
