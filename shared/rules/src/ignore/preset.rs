//! Rules for what differs in every second cluster, under a name.

use wildmatch::WildMatch;

use super::{Clause, Criterion, IgnorePath, Target, Together};

/// The field managers of autoscalers; the horizontal one of Kubernetes is part
/// of kube-controller-manager.
const AUTOSCALERS: [&str; 4] =
    ["kube-controller-manager", "keda*", "vpa*", "horizontal-pod-autoscaler"];

/// A ready rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// The number of replicas, where an autoscaler has set it.
    HpaReplicas,
    /// The certificates that are put into webhooks, CRDs and API services.
    CaBundle,
    /// The rules of a `ClusterRole` that is put together from others.
    AggregatedClusterRoles,
    /// What `kubectl apply` notes in an annotation.
    LastApplied,
    /// What `kubectl rollout restart` notes in an annotation of the pods.
    RolloutRestart,
}

impl Preset {
    /// The names in the file.
    pub const NAMES: [&str; 5] = [
        "hpa-replicas",
        "ca-bundle",
        "aggregated-clusterroles",
        "last-applied",
        "rollout-restart",
    ];

    /// All, beside [`Self::NAMES`].
    pub const ALL: [Self; 5] = [
        Self::HpaReplicas,
        Self::CaBundle,
        Self::AggregatedClusterRoles,
        Self::LastApplied,
        Self::RolloutRestart,
    ];

    /// The preset called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// Its name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::HpaReplicas => "hpa-replicas",
            Self::CaBundle => "ca-bundle",
            Self::AggregatedClusterRoles => "aggregated-clusterroles",
            Self::LastApplied => "last-applied",
            Self::RolloutRestart => "rollout-restart",
        }
    }

    /// What it ignores.
    pub fn clauses(self) -> Vec<Clause> {
        match self {
            Self::HpaReplicas => vec![Clause {
                managers: AUTOSCALERS.map(WildMatch::new).into(),
                together: Together::Both,
                ..at(Target::default(), &["spec", "replicas"])
            }],
            Self::CaBundle => vec![
                at(
                    of("admissionregistration.k8s.io", "*WebhookConfiguration"),
                    &["webhooks", "*", "clientConfig", "caBundle"],
                ),
                at(
                    of("apiextensions.k8s.io", "CustomResourceDefinition"),
                    &["spec", "conversion", "webhook", "clientConfig", "caBundle"],
                ),
                at(of("apiregistration.k8s.io", "APIService"), &["spec", "caBundle"]),
            ],
            Self::AggregatedClusterRoles => vec![Clause {
                field: Some("aggregationRule"),
                ..at(of("rbac.authorization.k8s.io", "ClusterRole"), &["rules"])
            }],
            Self::LastApplied => {
                let name = "kubectl.kubernetes.io/last-applied-configuration";
                vec![at(Target::default(), &["metadata", "annotations", name])]
            }
            Self::RolloutRestart => {
                let name = "kubectl.kubernetes.io/restartedAt";
                let pods = ["spec", "template", "metadata", "annotations", name];
                vec![at(of("apps", "*"), &pods)]
            }
        }
    }
}

fn at(target: Target, path: &[&str]) -> Clause {
    Clause { target, paths: vec![IgnorePath::of_keys(path)], ..Clause::default() }
}

fn of(group: &str, kind: &str) -> Target {
    Target {
        group: Some(Criterion::Exact(group.into())),
        kind: Some(Criterion::Glob(WildMatch::new(kind))),
        ..Target::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_their_presets() {
        assert_eq!(Preset::NAMES.map(|n| Preset::from_name(n).unwrap()), Preset::ALL);
        assert_eq!(Preset::ALL.map(Preset::name), Preset::NAMES);
        assert_eq!(Preset::from_name("hpa"), None);
    }
}
