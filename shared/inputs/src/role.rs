//! What a file is for a release, and so how a change of it counts: by what helmfile
//! makes of it, or by its own content.

/// The part that a file plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// A helmfile, or a directory of helmfiles.
    Helmfile,
    /// A file that a helmfile begins with.
    Base,
    /// Values of an environment or for a nested helmfile.
    Environment,
    /// Secrets of an environment.
    EnvironmentSecrets,
    /// `_*.tpl` beside a template.
    Helper,
    /// A file that a template names.
    Read,
    /// A file that a template names which helmfile renders only when it deploys: it
    /// counts by its content.
    ReadLate,
    /// A file that a reference in values names.
    Reference,
    /// The versions of charts.
    Lock,
    /// helmfire.toml.
    Rules,
    /// Values of a release.
    Values,
    /// Values of a release that helmfile renders.
    ValuesTemplate,
    /// Secrets of a release.
    Secrets,
    /// The file of a single value.
    Set,
    /// A patch or a transformer.
    Patch,
    /// What a hook runs or reads.
    Hook,
    /// A post-renderer of the project.
    PostRenderer,
    /// A local chart.
    Chart,
    /// A chart that it depends on.
    Dependency,
    /// A local chart instead of the one that helmfile names.
    Substitute,
    /// A directory of manifests or of kustomize.
    Manifests,
}

impl Role {
    /// As a reason: `values`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Helmfile => "helmfile",
            Self::Base => "base",
            Self::Environment => "environment",
            Self::EnvironmentSecrets => "environment secrets",
            Self::Helper => "template helper",
            Self::Read | Self::ReadLate => "read by a template",
            Self::Reference => "reference",
            Self::Lock => "lock",
            Self::Rules => "rules",
            Self::Values | Self::ValuesTemplate => "values",
            Self::Secrets => "secrets",
            Self::Set => "set",
            Self::Patch => "patch",
            Self::Hook => "hook",
            Self::PostRenderer => "post-renderer",
            Self::Chart => "chart",
            Self::Dependency => "chart dependency",
            Self::Substitute => "substituted chart",
            Self::Manifests => "manifests",
        }
    }

    /// Whether only helmfile can tell what a change of it does.
    pub fn asks(self) -> bool {
        matches!(
            self,
            Self::Helmfile
                | Self::Base
                | Self::Environment
                | Self::EnvironmentSecrets
                | Self::Helper
                | Self::Read
                | Self::ValuesTemplate
        )
    }
}
