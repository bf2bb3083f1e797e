//! Which object of the cluster something is about.
//!
//! The version of its API may change and it stays the same object, so the group is
//! what tells kinds apart. Refuses to know whether the object exists.

use std::fmt;

/// An object by its names.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Object {
    /// `apps/v1`, `v1`.
    pub api_version: String,
    /// `Deployment`.
    pub kind: String,
    /// Empty for what belongs to no namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl Object {
    /// `apps` of `apps/v1`; empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version.split_once('/').map_or("", |(group, _)| group)
    }

    /// Whether Kubernetes itself defines the kind, not a CRD.
    pub(crate) fn is_built_in(&self) -> bool {
        let group = self.group();
        // Projects of SIGs have groups of their own below it: `gateway.networking`.
        let of_kubernetes = group.strip_suffix(".k8s.io").unwrap_or(".");
        matches!(group, "" | "apps" | "batch" | "autoscaling" | "policy")
            || of_kubernetes == "rbac.authorization"
            || !of_kubernetes.contains('.')
    }
}

/// `Deployment/web`
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups() {
        let of = |api_version: &str| Object {
            api_version: api_version.into(),
            kind: "K".into(),
            name: "n".into(),
            ..Object::default()
        };
        assert_eq!((of("v1").group(), of("apps/v1").group()), ("", "apps"));
        assert_eq!(of("v1").to_string(), "K/n");
        for (api_version, is_built_in) in [
            ("v1", true),
            ("apps/v1", true),
            ("rbac.authorization.k8s.io/v1", true),
            ("networking.k8s.io/v1", true),
            ("gateway.networking.k8s.io/v1", false),
            ("monitoring.coreos.com/v1", false),
            ("example.com/v1", false),
        ] {
            assert_eq!(of(api_version).is_built_in(), is_built_in, "{api_version}");
        }
    }
}
