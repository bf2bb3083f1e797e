//! Which field managers are people: what they write beside the chart is told.
//!
//! A manager is the name of a program, and programs of people have well-known ones.
//! Controllers have others, and what they write is their business. Helm is neither.

use helmfire_compare::Owner;
use wildmatch::WildMatch;

/// Programs that people write with.
const USUAL: [&str; 25] = [
    // Whom the server has forgotten, among more than ten (kube-apiserver 1.36).
    "ancient-changes",
    "kubectl*",
    "oc",
    "oc-*",
    "k9s*",
    "*lens*",
    "*openlens*",
    "*dashboard*",
    "*headlamp*",
    "octant*",
    "rancher*",
    "curl*",
    "HTTPie*",
    "Postman*",
    "insomnia*",
    "PowerShell*",
    "axios*",
    "Wget*",
    "Mozilla*",
    "python-requests*",
    "OpenAPI-Generator*",
    "kubernetes-client*",
    "aptakube*",
    // Lens, and what else is written with Node.js.
    "node-fetch*",
    "undici*",
];

/// The patterns.
#[derive(Clone, Debug)]
pub struct People(Vec<WildMatch>);

impl People {
    /// Those of `patterns`, or the usual ones if there are none.
    pub fn new(patterns: &[String]) -> Self {
        let usual = USUAL.map(String::from);
        let patterns = if patterns.is_empty() { &usual[..] } else { patterns };
        let pattern = |text: &String| WildMatch::new_case_insensitive(text);
        Self(patterns.iter().map(pattern).collect())
    }

    /// Whether a manager is a person; Helm is none, whatever the patterns.
    pub fn has(&self, owner: &Owner) -> bool {
        let matches = |pattern: &WildMatch| pattern.matches(&owner.manager);
        !is_helm(owner) && self.0.iter().any(matches)
    }
}

/// Whether a manager deploys: Helm calls itself by the name of its program.
pub fn is_helm(owner: &Owner) -> bool {
    owner.manager == "helm"
        || owner.manager.starts_with("helm3")
        || owner.manager.starts_with("helm4")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(manager: &str) -> Owner {
        let (subresource, time) = (None, None);
        let operation = "Update".into();
        Owner { manager: manager.into(), subresource, operation, time }
    }

    #[test]
    fn people_are_no_controllers() {
        let people = People::new(&[]);
        for name in ["kubectl-edit", "kubectl", "k9s", "Lens", "kubernetes-dashboard"] {
            assert!(people.has(&owner(name)), "{name}");
        }
        for name in ["helm", "kube-controller-manager", "flagger", "argocd"] {
            assert!(!people.has(&owner(name)), "{name}");
        }
        let own = People::new(&["flag*".into()]);
        assert!(own.has(&owner("flagger")) && !own.has(&owner("kubectl")));
        let all = People::new(&["*".into()]);
        assert!(all.has(&owner("evil")) && !all.has(&owner("helm")));
        assert!(is_helm(&owner("helm")) && !is_helm(&owner("helmsman")));
    }
}
