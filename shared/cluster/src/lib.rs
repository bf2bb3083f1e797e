//! What helmfire asks of a cluster: which releases Helm stores there, what an object
//! is like, and what the server would make of a manifest.
//!
//! ```text
//! kubeconfig → Access → Cluster ─┬ stored releases (Secrets or ConfigMaps)
//!                                └ live object, dry run of an apply
//! ```
//!
//! The kube crate brings the ways to log in and the connections; what is asked is
//! plain HTTP and JSON, for objects of any kind are asked about. Asks under a limit of
//! requests in flight, each with a time limit. Refuses to change anything: the only
//! request that is no GET is a dry run.

#![warn(unreachable_pub)]

mod access;
mod cluster;
mod credential;
mod fault;
mod kind;
mod object;
mod patch;
mod release;
mod storage;

use std::future::Future;
use std::io;
use std::time::Instant;

pub use access::{Access, current_context};
pub use cluster::{Cluster, Gate};
pub use fault::Fault;
pub use kind::Kind;
pub use object::{Object, Probe, objects};
pub use release::{Packed, Release, Status};
pub use storage::{Driver, Stored};

/// Runs `work` to its end, all of it on this thread: it waits for the network, not
/// for the processor.
pub fn run<T>(work: impl Future<Output = T>) -> io::Result<T> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    Ok(builder.enable_all().build()?.block_on(work))
}

/// What `work` comes to, or nothing if it has not come to it at `deadline`.
pub async fn by<T>(deadline: Instant, work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout_at(deadline.into(), work).await.ok()
}
