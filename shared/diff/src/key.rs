//! helm-diff's name for an object: `shop, web, Deployment (apps)`.
//!
//! It prints the namespace of the release even for what lies in none. Where the
//! kind is one of Kubernetes' own, that is put right, so that all formats say the
//! same of an object.

/// The parts of a name.
#[derive(Debug, PartialEq)]
pub(crate) struct Key<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
    pub(crate) kind: &'a str,
    /// The group, or the version if the group is the core.
    pub(crate) api: &'a str,
}

impl<'a> Key<'a> {
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let (head, api) = text.strip_suffix(')')?.rsplit_once(" (")?;
        let (head, kind) = head.rsplit_once(", ")?;
        let (namespace, name) = head.split_once(", ")?;
        let is_word = |word: &str| !word.is_empty() && !word.contains([' ', ',']);
        let whole = is_word(kind) && is_word(name) && !namespace.contains([' ', ',']);
        whole.then_some(Self { namespace, name, kind, api })
    }
}

const WITHOUT_NAMESPACE: [(&str, &str); 21] = [
    ("", "Namespace"),
    ("", "Node"),
    ("", "PersistentVolume"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"),
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
    ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ("apiregistration.k8s.io", "APIService"),
    ("certificates.k8s.io", "CertificateSigningRequest"),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema"),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
    ("networking.k8s.io", "IngressClass"),
    ("node.k8s.io", "RuntimeClass"),
    ("rbac.authorization.k8s.io", "ClusterRole"),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"),
    ("scheduling.k8s.io", "PriorityClass"),
    ("storage.k8s.io", "CSIDriver"),
    ("storage.k8s.io", "StorageClass"),
];

/// Whether objects of this kind lie in no namespace, as far as is known here.
pub(crate) fn is_cluster_wide(api: &str, kind: &str) -> bool {
    let group = match api.split_once('/') {
        Some((group, _)) => group,
        None if api.contains('.') => api,
        None => "",
    };
    WITHOUT_NAMESPACE.contains(&(group, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colons_and_empty_namespaces() {
        let role = "demo, system:demo-reader, ClusterRole (rbac.authorization.k8s.io)";
        let key = Key::parse(role).unwrap();
        assert_eq!(key.name, "system:demo-reader");
        assert_eq!((key.kind, key.api), ("ClusterRole", "rbac.authorization.k8s.io"));
        let bare = Key::parse(", web, ConfigMap (v1)").unwrap();
        assert_eq!((bare.namespace, bare.name, bare.api), ("", "web", "v1"));
    }

    #[test]
    fn prose_is_no_key() {
        for text in ["", "web", "a, b (c)", "see here, there, and everywhere (x)", "()"]
        {
            assert_eq!(Key::parse(text), None, "{text}");
        }
    }

    #[test]
    fn kinds_without_a_namespace() {
        assert!(is_cluster_wide("rbac.authorization.k8s.io/v1", "ClusterRole"));
        assert!(is_cluster_wide("rbac.authorization.k8s.io", "ClusterRole"));
        assert!(is_cluster_wide("v1", "Namespace"));
        assert!(!is_cluster_wide("apps", "Deployment"));
        assert!(!is_cluster_wide("example.com/v1", "Namespace"));
    }
}
