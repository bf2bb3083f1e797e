//! One more place that holds an image: a rule of `[[field]]`.

use crate::FieldPath;

/// A rule of `[[field]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRule {
    /// The kind of object, for instance `Cluster`.
    pub kind: String,
    /// The API group, for instance `postgresql.cnpg.io`; any if not set.
    pub group: Option<String>,
    /// Where in the object.
    pub path: FieldPath,
    /// How the image stands there.
    pub form: FieldForm,
    /// Its line in the file, from 1.
    pub line: usize,
}

/// How an image stands in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldForm {
    /// The scalar is the reference.
    Reference,
    /// The reference follows the first `=`: `--sidecar-image=IMAGE`.
    AfterEquals,
    /// The scalar is a YAML document that holds images.
    EmbeddedYaml,
}

impl FieldForm {
    /// The names in the file.
    pub const NAMES: [&str; 3] = ["reference", "after-equals", "embedded-yaml"];

    /// The form called `name`.
    pub fn from_name(name: &str) -> Option<Self> {
        let forms = [Self::Reference, Self::AfterEquals, Self::EmbeddedYaml];
        Self::NAMES
            .into_iter()
            .zip(forms)
            .find(|(n, _)| *n == name)
            .map(|(_, form)| form)
    }
}
