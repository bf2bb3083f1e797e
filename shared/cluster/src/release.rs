//! A release as Helm writes it: what became of it, and its manifest.
//!
//! The same JSON in Helm's storage and from `helm status` (3.22, 4.3), which leaves the
//! chart out. Refuses to look into the manifest.

use serde::Deserialize;

/// A release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// What became of its last operation.
    pub status: Status,
    /// What was deployed, without hooks.
    pub manifest: String,
    /// Whether there is none although the chart has templates that should have made
    /// one.
    pub is_lost: bool,
}

/// What became of the last operation on a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It succeeded.
    Deployed,
    /// It failed; what was to be deployed may be there in part.
    Failed {
        /// Whether because somebody else owns what it was to change (Helm 4).
        is_conflict: bool,
    },
    /// `pending-install`, `pending-upgrade`, `pending-rollback`: it is going on, or
    /// was killed.
    Pending(String),
    /// It is being removed, or was and is kept.
    Uninstalled(String),
    /// Something else.
    Other(String),
}

impl Status {
    /// The status that Helm calls `name`, and describes in a line.
    pub fn of(name: &str, description: &str) -> Self {
        match name {
            "deployed" => Self::Deployed,
            "failed" => Self::Failed { is_conflict: description.contains("conflict") },
            "uninstalling" | "uninstalled" => Self::Uninstalled(name.into()),
            pending if pending.starts_with("pending-") => Self::Pending(name.into()),
            other => Self::Other(other.into()),
        }
    }
}

/// A release as Helm writes it, in its storage and for `helm status --output json`
/// (3.22, 4.3), which leaves the chart out.
#[derive(Deserialize)]
pub struct Packed {
    info: Info,
    #[serde(default)]
    manifest: String,
    hooks: Option<Vec<Hook>>,
    chart: Option<Chart>,
}

#[derive(Deserialize)]
struct Info {
    status: String,
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
struct Hook {
    #[serde(default)]
    path: String,
}

#[derive(Deserialize)]
struct Chart {
    templates: Option<Vec<Template>>,
}

#[derive(Deserialize)]
struct Template {
    name: String,
}

impl Packed {
    /// What matters of it.
    pub fn release(self) -> Release {
        let is_lost = self.manifest.trim().is_empty() && self.should_have_one();
        let Info { status, description } = &self.info;
        let (status, manifest) = (Status::of(status, description), self.manifest);
        Release { status, manifest, is_lost }
    }

    /// A chart may have nothing but definitions, helpers and hooks. That the values
    /// switch everything off cannot be told.
    fn should_have_one(&self) -> bool {
        let hooks = self.hooks.as_deref().unwrap_or_default();
        let Some(chart) = &self.chart else { return hooks.is_empty() };
        let is_hook = |name: &str| hooks.iter().any(|it| it.path.ends_with(name));
        let makes_objects = |template: &Template| {
            let file = template.name.rsplit('/').next().unwrap_or_default();
            !file.starts_with('_') && file != "NOTES.txt" && !is_hook(&template.name)
        };
        chart.templates.iter().flatten().any(makes_objects)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_manifest_that_is_lost() {
        let is_lost = |more: Value| {
            let mut release = json!({"info": {"status": "deployed"}, "manifest": ""});
            release.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            serde_json::from_value::<Packed>(release).unwrap().release().is_lost
        };
        let chart = |names: &[&str]| {
            let templates: Vec<_> =
                names.iter().map(|it| json!({"name": it})).collect();
            json!({"chart": {"templates": templates}, "hooks": [{"path": "web/templates/hook.yaml"}]})
        };
        assert!(is_lost(chart(&["templates/a.yaml", "templates/_helpers.tpl"])));
        let none =
            ["templates/_helpers.tpl", "templates/NOTES.txt", "templates/hook.yaml"];
        assert!(!is_lost(chart(&none)));
        assert!(is_lost(json!({})) && !is_lost(json!({"manifest": "a: 1"})));
    }

    #[test]
    fn a_status_by_what_it_means() {
        assert_eq!(
            Status::of("pending-upgrade", ""),
            Status::Pending("pending-upgrade".into())
        );
        assert_eq!(
            Status::of("uninstalling", ""),
            Status::Uninstalled("uninstalling".into())
        );
        assert_eq!(Status::of("unknown", ""), Status::Other("unknown".into()));
        let conflict = "Upgrade \"web\" failed: conflict occurred while applying";
        assert_eq!(
            Status::of("failed", conflict),
            Status::Failed { is_conflict: true }
        );
    }
}
