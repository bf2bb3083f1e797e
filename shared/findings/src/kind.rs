//! What sort of difference a finding is.
//!
//! | type | what |
//! |---|---|
//! | `deletion` | an object that is gone or going, or that git no longer has |
//! | `addition` | what was put beside the chart; an object that git adds |
//! | `image` | the image of a container; `image` in a custom resource, if a text |
//! | `resource` | replicas, requests and limits, bounds of autoscalers |
//! | `configuration` | the rest |
//!
//! Refuses to say how bad it is; that is [`severity`](crate::severity).

use helmfire_compare::Pointer;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Class, Finding};

/// The sort of a difference.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Type {
    /// The image of a container.
    Image,
    /// How much of something there is.
    Resource,
    /// An object that is gone.
    Deletion,
    /// What the chart does not have.
    Addition,
    /// Anything else.
    Configuration,
}

impl Type {
    /// The type of a finding.
    pub fn of(finding: &Finding) -> Self {
        if finding.is_whole() {
            let (live, desired) = (&finding.live, &finding.desired);
            // What is new to the cluster: by hand, or because git wants it.
            let (new, old) = match finding.class {
                Class::Pending => (desired, live),
                _ => (live, desired),
            };
            match (new.is_some(), old.is_some()) {
                (false, _) => return Self::Deletion,
                (true, false) => return Self::Addition,
                (true, true) => {}
            }
        }
        if finding.is_dying() {
            Self::Deletion
        } else if finding.is_addition {
            Self::Addition
        } else if is_image(finding) {
            Self::Image
        } else if is_resource(finding) {
            Self::Resource
        } else {
            Self::Configuration
        }
    }
}

const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];

fn is_image(finding: &Finding) -> bool {
    if finding.pointer.last() != Some("image") {
        return false;
    }
    let is_text = || sides(finding).any(Value::is_string);
    is_image_place(&finding.pointer) || !finding.object.is_built_in() && is_text()
}

/// Whether a container's image stands there.
pub(crate) fn is_image_place(pointer: &Pointer) -> bool {
    match pointer.tokens() {
        [.., list, _, field] => field == "image" && CONTAINERS.contains(&list.as_str()),
        _ => false,
    }
}

fn is_resource(finding: &Finding) -> bool {
    const AMOUNTS: [&str; 4] =
        ["minReplicas", "maxReplicas", "minReplicaCount", "maxReplicaCount"];
    let tokens: Vec<&str> =
        finding.pointer.tokens().iter().map(String::as_str).collect();
    let is_amount = |key: &&str| ["limits", "requests"].contains(key);
    match tokens.as_slice() {
        ["spec", "replicas"] => true,
        ["spec", field] if AMOUNTS.contains(field) => true,
        [.., list, _, "resources"] if CONTAINERS.contains(list) => true,
        [.., "resources"] => sides(finding).any(|side| {
            ["limits", "requests"].iter().any(|key| side.get(key).is_some())
        }),
        tokens => {
            tokens.windows(2).any(|two| two[0] == "resources" && is_amount(&two[1]))
        }
    }
}

/// What there is of live and desired.
pub(crate) fn sides(finding: &Finding) -> impl Iterator<Item = &Value> {
    finding.live.iter().chain(&finding.desired)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::bed::{changed, gone, object};

    #[test]
    fn types_by_place() {
        let pods = "/spec/template/spec";
        for (kind, place, expected) in [
            ("Deployment", format!("{pods}/containers/0/image"), Type::Image),
            ("Deployment", format!("{pods}/initContainers/1/image"), Type::Image),
            (
                "CronJob",
                format!("/spec/jobTemplate{pods}/containers/0/image"),
                Type::Image,
            ),
            (
                "Deployment",
                format!("{pods}/containers/0/env/0/value"),
                Type::Configuration,
            ),
            (
                "Deployment",
                format!("{pods}/containers/0/resources/limits/cpu"),
                Type::Resource,
            ),
            ("Deployment", format!("{pods}/containers/0/resources"), Type::Resource),
            ("Deployment", "/spec/replicas".into(), Type::Resource),
            ("Deployment", "/spec/paused".into(), Type::Configuration),
            (
                "PersistentVolumeClaim",
                "/spec/resources/requests/storage".into(),
                Type::Resource,
            ),
            ("HorizontalPodAutoscaler", "/spec/maxReplicas".into(), Type::Resource),
            ("ConfigMap", "/data/image".into(), Type::Configuration),
            ("ConfigMap", "/data/replicas".into(), Type::Configuration),
            ("Role", "/rules/0/resources".into(), Type::Configuration),
            ("Prometheus", "/spec/image".into(), Type::Image),
            ("Prometheus", "/spec/resources/limits".into(), Type::Resource),
        ] {
            let finding = changed(&object(kind, "x"), &place, json!("a"), json!("b"));
            assert_eq!(Type::of(&finding), expected, "{kind} {place}");
        }
        let map = json!({"repository": "a"});
        let finding =
            changed(&object("Prometheus", "x"), "/spec/image", map.clone(), map);
        assert_eq!(Type::of(&finding), Type::Configuration);
    }

    #[test]
    fn types_of_whole_objects() {
        let web = object("Deployment", "web");
        assert_eq!(Type::of(&gone(&web)), Type::Deletion);
        let pending = |live: Option<Value>, desired: Option<Value>| Finding {
            class: Class::Pending,
            live,
            desired,
            ..gone(&web)
        };
        let there = Some(json!({"kind": "Deployment"}));
        assert_eq!(Type::of(&pending(None, there.clone())), Type::Addition);
        assert_eq!(Type::of(&pending(there, None)), Type::Deletion);
        assert_eq!(Type::of(&pending(None, None)), Type::Deletion);
    }

    #[test]
    fn an_addition_is_one_wherever_it_stands() {
        let place = "/spec/template/spec/containers/1/image";
        let finding =
            changed(&object("Deployment", "x"), place, json!("a"), json!("b"));
        let finding = Finding { is_addition: true, ..finding };
        assert_eq!(Type::of(&finding), Type::Addition);
    }
}
