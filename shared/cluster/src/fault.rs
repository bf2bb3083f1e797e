//! Why the cluster did not answer, and what to do about it.
//!
//! Kept apart by what the caller does next: some faults are about one object, others
//! about all. Messages are the server's own; who shows them hides secrets.

use std::error::Error;
use std::time::Duration;

use serde_json::Value;

/// Of the layers of the client (kube 5.0, hyper 1.0).
const LAYERS: [&str; 3] =
    ["ServiceError: ", "client error (Connect): ", "HyperError: "];

/// What went wrong with one question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The kubeconfig, the context or the credentials cannot be used.
    #[error("{0}")]
    Access(String),
    /// The program that gives the credentials does not.
    #[error("{0}")]
    Credential(String),
    /// Nobody answers.
    #[error("the cluster cannot be reached: {0}")]
    Unreachable(String),
    /// It takes too long.
    #[error("no answer within {}", Self::told(*.0))]
    Slow(Duration),
    /// The time for all questions together is over.
    #[error("the check took too long")]
    Late,
    /// 401: who asks is not known, or no longer.
    #[error("not logged in: {0}")]
    Unauthorized(String),
    /// 403: who asks may not.
    #[error("{0}")]
    Forbidden(String),
    /// 404.
    #[error("{0}")]
    NotFound(String),
    /// The cluster does not know this kind of object.
    #[error("no kind {kind} in {api_version}")]
    UnknownKind {
        /// `demo.example.com/v1`
        api_version: String,
        /// `Gadget`
        kind: String,
    },
    /// The server or a policy refuses the object: 400, 405, 409, 415, 422.
    #[error("{0}")]
    Rejected(String),
    /// A webhook refuses the object, or fails.
    #[error("{0}")]
    Webhook(String),
    /// 429, 5xx: the server is in trouble, also after several tries.
    #[error("the server answered {code}: {message}")]
    Server {
        /// The HTTP status.
        code: u16,
        /// What it says.
        message: String,
    },
    /// The answer is none.
    #[error("an answer that cannot be read: {0}")]
    Form(String),
}

impl Fault {
    /// From an answer that is no success.
    pub(crate) fn of_status(code: u16, body: &[u8]) -> Self {
        let status = serde_json::from_slice::<Value>(body).ok();
        let message = status.as_ref().and_then(|it| it.get("message")?.as_str());
        let plain = || {
            let text = String::from_utf8_lossy(&body[..body.len().min(300)]);
            text.lines().next().unwrap_or_default().to_string()
        };
        let message = message.map_or_else(plain, str::to_string);
        match code {
            401 => Self::Unauthorized(message),
            // Which code a webhook denies with is its own affair.
            _ if is_of_webhook(&message) => Self::Webhook(message),
            403 if is_of_policy(&message) => Self::Rejected(message),
            403 => Self::Forbidden(message),
            // Plain text for a version of an API that is not served.
            404 if status.is_some() || message.starts_with("404 page not found") => {
                Self::NotFound(message)
            }
            400 | 405 | 406 | 409 | 413 | 415 | 422 => Self::Rejected(message),
            // A fault of the object's, not of the server.
            500 if is_of_object(&message) => Self::Rejected(message),
            code => Self::Server { code, message },
        }
    }

    /// From an error of the client.
    pub(crate) fn of_client(error: &kube::Error) -> Self {
        match error {
            kube::Error::Auth(_) => Self::Access(chain(error)),
            // Which layer it was tells nobody anything.
            error => Self::Unreachable(
                LAYERS.iter().fold(chain(error), |text, it| text.replace(it, "")),
            ),
        }
    }

    /// The same with the address of the server that nobody reached.
    pub(crate) fn at(self, server: &str) -> Self {
        match self {
            Self::Unreachable(reason) => {
                Self::Unreachable(format!("{server}: {reason}"))
            }
            other => other,
        }
    }

    /// Whether everything else asked of this cluster will fail alike.
    pub fn is_general(&self) -> bool {
        matches!(
            self,
            Self::Access(_)
                | Self::Credential(_)
                | Self::Unreachable(_)
                | Self::Unauthorized(_)
        )
    }

    /// How often it may be asked again, for it may be answered a moment later.
    pub(crate) fn tries(&self) -> u32 {
        match self {
            // Of a connection that broke, not of a server that is away.
            Self::Unreachable(_) => 2,
            Self::Server { code: 429 | 502 | 503 | 504, .. } => 4,
            _ => 0,
        }
    }

    /// `3 s`, `0.05 s`
    pub(crate) fn told(time: Duration) -> String {
        let seconds = time.as_secs_f32();
        let parts = if seconds < 1.0 { 1000.0 } else { 10.0 };
        format!("{} s", (seconds * parts).round() / parts)
    }

    /// What to do.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Access(_) => {
                "check --kubeconfig, --kube-context and the credentials there"
            }
            Self::Credential(_) => {
                "run kubectl version in this context to see what the plugin says"
            }
            Self::Unreachable(_) => {
                "check the network and the server in the kubeconfig"
            }
            Self::Slow(_) => "try again, or allow more with --timeout",
            Self::Late => {
                "allow more with --limit, or check fewer at a time with --selector"
            }
            Self::Unauthorized(_) => "log in again",
            Self::Forbidden(_) => "ask for the rights, or name another context",
            Self::NotFound(_) => "deploy it",
            Self::UnknownKind { api_version, .. } if is_own_api(api_version) => {
                "deploy it in a version of the API that this cluster serves"
            }
            // Helm installs what is in a chart's `crds` once (3.22, 4.3).
            Self::UnknownKind { .. } => {
                "install the custom resource definition again; one of a chart's crds directory with kubectl apply, for Helm will not"
            }
            Self::Rejected(_) => {
                "leave out --compare server, to compare each field by itself"
            }
            Self::Webhook(_) => {
                "mend the webhook; --compare client compares each field and asks none"
            }
            Self::Server { code: 429, .. } => {
                "try again later, or with a lower --concurrency"
            }
            Self::Server { code: 300..400, .. } => {
                "check the server in the kubeconfig: something else answers there"
            }
            Self::Server { .. } => "try again later",
            Self::Form(_) => "check that this is a Kubernetes API server",
        }
    }
}

/// Whether the API is one of Kubernetes itself.
fn is_own_api(api_version: &str) -> bool {
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    !group.contains('.') || group.ends_with(".k8s.io")
}

/// Lists that have a key twice, and fields that a type has not (kube-apiserver 1.36).
fn is_of_object(message: &str) -> bool {
    let words = ["duplicate entries for key", "field not declared in schema"];
    words.iter().any(|words| message.contains(words))
}

/// One that fails, or denies; of one that cannot be asked for a dry run the server says
/// so without asking it (kube-apiserver 1.36).
fn is_of_webhook(message: &str) -> bool {
    message.contains("failed calling webhook")
        || message.contains("admission webhook")
            && message.contains("denied the request")
}

/// What the server forbids for other reasons than the rights of who asks, of which it
/// says that the user cannot do something: policies, quotas (kube-apiserver 1.36).
fn is_of_policy(message: &str) -> bool {
    message.contains(" is forbidden: ") && !message.contains(" cannot ")
}

/// An error with its causes, each said once and by its first line: what follows may
/// be an excerpt of a kubeconfig.
pub(crate) fn chain(error: &dyn Error) -> String {
    let line = |error: &dyn Error| {
        error.to_string().lines().next().unwrap_or_default().to_string()
    };
    let mut text = line(error);
    let mut cause = error.source();
    while let Some(error) = cause {
        let next = line(error);
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_own_words_by_what_follows() {
        let body =
            br#"{"kind":"Status","message":"services \"a\" not found","code":404}"#;
        let not_found = Fault::NotFound("services \"a\" not found".into());
        assert_eq!(Fault::of_status(404, body), not_found);
        let plain = Fault::of_status(503, b"busy\nmore");
        assert_eq!(plain, Fault::Server { code: 503, message: "busy".into() });
        let webhook = br#"{"message":"Internal error: failed calling webhook \"x\""}"#;
        assert!(matches!(Fault::of_status(500, webhook), Fault::Webhook(_)));
        let denied = br#"{"message":"admission webhook \"x\" denied the request: no"}"#;
        assert!(matches!(Fault::of_status(403, denied), Fault::Webhook(_)));
        let dry = br#"{"message":"admission webhook \"x\" does not support dry run"}"#;
        assert!(matches!(Fault::of_status(400, dry), Fault::Rejected(_)));
        let quota = br#"{"message":"pods \"a\" is forbidden: exceeded quota: q"}"#;
        assert!(matches!(Fault::of_status(403, quota), Fault::Rejected(_)));
        let rights = br#"{"message":"pods \"a\" is forbidden: User \"b\" cannot patch resource \"pods\""}"#;
        assert!(matches!(Fault::of_status(403, rights), Fault::Forbidden(_)));
        assert!(matches!(Fault::of_status(422, b""), Fault::Rejected(_)));
    }
}
