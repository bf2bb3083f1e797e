//! What the keys above a value say about it.
//!
//! Walked down from the top of an object, key by key and item by item, along a
//! pointer as well as into a value, so that a leaf and the whole object give the same.
//! Refuses to look at texts.

use super::name::{Naming, is_checksum, judge};
use super::word::Leniency;

/// Where one stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'s> {
    place: Place,
    /// The last key.
    key: &'s str,
    /// The one before.
    above: &'s str,
    naming: Naming,
    /// What the name of a list's item says about its value.
    item: Option<Naming>,
    /// Whether there is a credential or a description of one around, not only above.
    is_within: bool,
    is_custom: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Elsewhere,
    Secret,
    SecretMetadata,
    ConfigMap,
    /// In the schema of a CRD, where the names are those of fields.
    Schema,
    /// A map of secrets.
    Content,
    /// A secret.
    Everything,
}

impl<'s> Scope<'s> {
    /// At the top of an object of a kind.
    pub(super) fn top(kind: &str, is_custom: bool) -> Self {
        let place = match kind {
            "Secret" => Place::Secret,
            "ConfigMap" => Place::ConfigMap,
            _ => Place::Elsewhere,
        };
        let (key, above, naming, item) = ("", "", Naming::Plain, None);
        Self { place, key, above, naming, item, is_within: false, is_custom }
    }

    /// At a value that says itself what kind it is.
    pub(super) fn of_kind(self, kind: &str) -> Self {
        match kind {
            "Secret" if self.place != Place::Everything => {
                Self { place: Place::Secret, ..self }
            }
            _ => self,
        }
    }

    /// Below a key.
    pub(super) fn key(self, key: &'s str) -> Self {
        let place = match (self.place, key) {
            (Place::Everything | Place::Content, _) => Place::Everything,
            (_, "kubectl.kubernetes.io/last-applied-configuration") => {
                Place::Everything
            }
            (Place::Secret, "data" | "stringData")
            | (Place::SecretMetadata, "annotations")
            | (Place::ConfigMap, "binaryData") => Place::Content,
            (Place::Secret, "metadata") => Place::SecretMetadata,
            (_, "openAPIV3Schema") | (Place::Schema, _) => Place::Schema,
            _ => Place::Elsewhere,
        };
        let own = match judge(key) {
            _ if place == Place::Schema && !["default", "example"].contains(&key) => {
                Naming::Plain
            }
            // The files of a volume made of a Secret.
            _ if self.key == "secret" && key == "items" => Naming::Described,
            Naming::Plain if key == "value" => self.item.unwrap_or(self.unnamed()),
            own => own,
        };
        let inherited =
            if self.naming == Naming::Around { Naming::Plain } else { self.naming };
        let naming = match own {
            Naming::Described => Naming::Described,
            own => own.max(inherited),
        };
        let is_within = self.is_within || naming == Naming::Around;
        Self { place, key, above: self.key, naming, item: None, is_within, ..self }
    }

    /// What a `value` is whose name is nowhere: `auth: {user: …, value: …}`.
    fn unnamed(self) -> Naming {
        if self.is_within { Naming::Credential } else { Naming::Plain }
    }

    /// At an item of a list, of that name.
    pub(super) fn item(self, name: Option<&str>) -> Self {
        let place =
            if self.place == Place::Content { Place::Everything } else { self.place };
        // A variable whose name is not known may be one of a credential.
        let unknown = (self.key == "env").then_some(Naming::Credential);
        Self { place, item: name.map(judge).or(unknown), ..self }
    }

    /// At an item of a list of which only a part is known; if it has no name there,
    /// its value may be one of a credential.
    pub(super) fn part_of_item(self, name: Option<&str>) -> Self {
        let item = Some(name.map_or(Naming::Credential, judge));
        Self { item, ..self.item(name) }
    }

    /// At a map that says its own name.
    pub(super) fn named(self, name: &str) -> Self {
        Self { item: Some(judge(name)), ..self }
    }

    /// Whether all goes, whatever it is.
    pub(super) fn hides_everything(self) -> bool {
        self.place == Place::Everything
    }

    /// Whether what is no map has no business here and goes as well.
    pub(super) fn is_content(self) -> bool {
        self.place == Place::Content
    }

    /// What the names say.
    pub(super) fn naming(self) -> Naming {
        self.naming
    }

    /// What may look random here.
    pub(super) fn leniency(self) -> Leniency {
        let list = ["containers", "initContainers", "ephemeralContainers"];
        let is_container = self.item.is_none() && list.contains(&self.above);
        if self.key == "image" && (is_container || self.is_custom) {
            Leniency::Image
        } else if is_checksum(self.key) {
            Leniency::Checksum
        } else {
            Leniency::None
        }
    }
}
