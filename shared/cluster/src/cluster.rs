//! A cluster that is being asked: requests, their limit in flight and in time.
//!
//! A request that the server is too busy for (429, 502, 503, 504), or whose connection
//! breaks, is made again a few times, when the server says if it does (`Retry-After`,
//! RFC 9110); what it said last is what is told. The kube crate would go on until the
//! time is over and tell nothing but that. Refuses anything that would change something.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use http::{Method, Request, header};
use http_body_util::BodyExt;
use kube::Client;
use serde_json::Value;
use tokio::sync::{Mutex, OnceCell, Semaphore};
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::kind::Served;
use crate::{Access, Fault};

/// Before a second try; before each further one three times as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Limits how many requests are in flight, whatever the cluster.
#[derive(Clone, Debug)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    /// At most `concurrency` at a time, at least one.
    pub fn new(concurrency: usize) -> Self {
        Self(Arc::new(Semaphore::new(concurrency.clamp(1, Semaphore::MAX_PERMITS))))
    }
}

/// One cluster.
pub struct Cluster {
    client: Client,
    /// Its address.
    server: String,
    gate: Gate,
    patience: Duration,
    /// What it serves, by API version, as far as it was asked.
    pub(crate) served: Mutex<HashMap<String, Arc<OnceCell<Served>>>>,
}

/// An answer that is a success: its code, and the object.
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) value: Value,
}

/// The type of a body, and the body.
type Body = (&'static str, Vec<u8>);

/// An answer that is none, and after what time the server wants to be asked again.
type Refusal = (Fault, Option<Duration>);

impl Cluster {
    /// Logs in; `patience` is the time that each request may take.
    pub async fn connect(
        access: &Access,
        gate: Gate,
        patience: Duration,
    ) -> Result<Self, Fault> {
        let (client, server) = access.client(patience).await?;
        Ok(Self { client, server, gate, patience, served: Mutex::default() })
    }

    /// The namespace of the context, for what names none.
    pub fn default_namespace(&self) -> &str {
        self.client.default_namespace()
    }

    /// Whether a namespace is there.
    pub async fn has_namespace(&self, name: &str) -> Result<bool, Fault> {
        match self.get(&format!("/api/v1/namespaces/{}", segment(name))).await {
            Ok(_) => Ok(true),
            Err(Fault::NotFound(_)) => Ok(false),
            Err(fault) => Err(fault),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Answer, Fault> {
        self.ask(Method::GET, path, None).await
    }

    /// A change that is not carried out, in a form of patches.
    pub(crate) async fn dry_run(
        &self,
        path: &str,
        form: &'static str,
        change: &Value,
    ) -> Result<Answer, Fault> {
        let body = change.to_string().into_bytes();
        self.ask(Method::PATCH, path, Some((form, body))).await
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<Body>,
    ) -> Result<Answer, Fault> {
        // The gate is never closed.
        let _permit = self.gate.0.acquire().await;
        let deadline = Instant::now() + self.patience;
        let mut last = Fault::Slow(self.patience);
        for tries in 0.. {
            let sent = self.send(method.clone(), path, body.clone());
            let (fault, after) = match timeout_at(deadline, sent).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(refusal)) => refusal,
                Err(_) => return Err(last),
            };
            let pause = after.unwrap_or(FIRST_PAUSE * 3_u32.pow(tries));
            let again = Instant::now() + pause;
            if tries >= fault.tries() || again >= deadline {
                return Err(fault);
            }
            sleep_until(again).await;
            last = fault;
        }
        Err(last)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Body>,
    ) -> Result<Answer, Refusal> {
        let request = Request::builder().method(method).uri(path);
        let request = request.header(header::ACCEPT, "application/json");
        // A question that says what its empty body is gets 415 (kube-apiserver 1.36).
        let request = match &body {
            Some((form, _)) => request.header(header::CONTENT_TYPE, *form),
            None => request,
        };
        let request = request
            .body(body.map(|(_, bytes)| bytes).unwrap_or_default().into())
            .map_err(|error| (Fault::Form(error.to_string()), None))?;
        let response = self.client.send(request).await;
        let unanswered =
            |error: &kube::Error| (Fault::of_client(error).at(&self.server), None);
        let response = response.map_err(|error| unanswered(&error))?;
        let after = response.headers().get(header::RETRY_AFTER);
        let after = after.and_then(|it| it.to_str().ok()?.trim().parse().ok());
        let code = response.status().as_u16();
        let is_success = response.status().is_success();
        let bytes = response.into_body().collect().await;
        let bytes = bytes.map_err(|error| unanswered(&error))?.to_bytes();
        if !is_success {
            return Err((
                Fault::of_status(code, &bytes),
                after.map(Duration::from_secs),
            ));
        }
        let value = serde_json::from_slice(&bytes);
        let value = value.map_err(|error| (Fault::Form(error.to_string()), None))?;
        Ok(Answer { code, value })
    }
}

/// A word as a segment of a path (RFC 3986, unreserved characters and `:`, which
/// names of roles have).
pub(crate) fn segment(word: &str) -> String {
    word.bytes().fold(String::new(), |text, byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' => {
            text + &char::from(byte).to_string()
        }
        byte => text + &format!("%{byte:02X}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_its_segment() {
        assert_eq!(segment("system:a-b.c"), "system:a-b.c");
        assert_eq!(segment("../x?y#z%"), "..%2Fx%3Fy%23z%25");
    }
}
