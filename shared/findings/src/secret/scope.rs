//! What the keys above a value say about it.
//!
//! Walked down from the top of an object, key by key and item by item, along a
//! pointer as well as into a value, so that a leaf and the whole object give the same.
//! Refuses to look at texts.

use super::item;
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
    /// In an item that may have its value in any field: what its names say of that.
    beside: Option<Naming>,
    /// What is beside says of a text that stands here.
    of_text: Naming,
    /// Whether one knows which fields there are.
    is_known: bool,
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
        Self {
            place,
            key,
            above,
            naming,
            item,
            beside: None,
            of_text: Naming::Plain,
            is_known: !is_custom && !kind.is_empty(),
            is_within: false,
            is_custom,
        }
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
            Naming::Plain
                if item::is_value(key) && (key == "value" || !self.is_known) =>
            {
                self.item.unwrap_or(self.unnamed())
            }
            own => own,
        };
        let inherited =
            if self.naming == Naming::Around { Naming::Plain } else { self.naming };
        let naming = match own {
            Naming::Described => Naming::Described,
            own => own.max(inherited),
        };
        let of_text = self.beside.filter(|_| item::may_be_value(key));
        let of_text = of_text.unwrap_or(Naming::Plain);
        let is_within = self.is_within || naming == Naming::Around;
        Self {
            place,
            key,
            above: self.key,
            naming,
            item: None,
            beside: None,
            of_text,
            is_within,
            ..self
        }
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
        // What has a name and is in no list may be a reference to it.
        let has_values = !self.is_known && item::has_values(self.key);
        let beside = has_values.then_some(Naming::Plain);
        let item = Self { place, item: unknown, beside, ..self };
        item.named(name.into_iter())
    }

    /// At an item of a list of which only a part is known; if it has no name there,
    /// its value may be one of a credential.
    pub(super) fn part_of_item(self, name: Option<&str>) -> Self {
        let item = self.item(name);
        Self { item: item.item.or(Some(Naming::Credential)), ..item }
    }

    /// At a map that says its own names.
    pub(super) fn named<'n>(self, names: impl Iterator<Item = &'n str>) -> Self {
        let Some(naming) = names.map(judge).max() else { return self };
        let beside = self.beside.map(|_| naming);
        Self { item: Some(naming), beside, ..self }
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

    /// What the names say of a text.
    pub(super) fn naming_of_text(self) -> Naming {
        match self.naming {
            Naming::Described => Naming::Described,
            naming => naming.max(self.of_text),
        }
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
