//! One difference, as a rule sees it.

use std::collections::BTreeMap;

use serde_json::Value;

/// A difference between a live object and the desired one.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The Helm release.
    pub release: &'a str,
    /// The namespace of the release.
    pub release_namespace: &'a str,
    /// The API group of the object, empty for the core group.
    pub group: &'a str,
    /// The version of the group, for instance `v1`.
    pub version: &'a str,
    /// The kind of the object.
    pub kind: &'a str,
    /// The object's name.
    pub name: &'a str,
    /// The object's namespace, empty if it has none.
    pub namespace: &'a str,
    /// The object's labels.
    pub labels: &'a BTreeMap<String, String>,
    /// The object's annotations.
    pub annotations: &'a BTreeMap<String, String>,
    /// Where in the object: the segments of a JSON pointer, without its escapes.
    /// None is the whole object.
    pub tokens: &'a [String],
    /// For each token the name of the list item that it stands for, where it is known.
    pub names: &'a [Option<String>],
    /// The live and the desired object, as far as they are there.
    pub objects: [Option<&'a Value>; 2],
    /// Who has set the live field, if that is known.
    pub manager: Option<&'a str>,
}

impl Subject<'_> {
    /// Whether the desired object has a field of this name at its top, else the live
    /// one: what somebody put into the live one says nothing of what is desired.
    pub(super) fn has_field(&self, name: &str) -> bool {
        let [live, desired] = self.objects;
        desired.or(live).is_some_and(|object| object.get(name).is_some())
    }
}
