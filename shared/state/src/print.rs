//! Fingerprints: whether something is what it was, without keeping what it was.
//!
//! They are keyed with a secret of the machine (HMAC with SHA-256), for they are
//! kept on disk and a short password could otherwise be found by trying. Refuses
//! to be reversed, and to be compared between machines.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use hmac::digest::generic_array::GenericArray;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_yaml::Value;
use sha2::Sha256;

/// A fingerprint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Print(pub [u8; 16]);

/// The secret.
#[derive(Clone)]
pub struct Key(Arc<[u8; 32]>);

impl Key {
    /// A key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Arc::new(bytes))
    }

    /// A new key, which nobody else has.
    pub fn random() -> io::Result<Self> {
        random().map(Self::new)
    }

    /// The fingerprint of some bytes.
    pub fn print(&self, bytes: &[u8]) -> Print {
        let mut ink = self.ink();
        ink.put(bytes);
        ink.dry()
    }

    /// A fingerprint to be made of several parts.
    pub fn ink(&self) -> Ink {
        // A block of the hash; a shorter key is filled up with zeros (RFC 2104).
        let mut block = [0; 64];
        block[..32].copy_from_slice(self.0.as_slice());
        Ink(Hmac::new(GenericArray::from_slice(&block)))
    }
}

/// Bytes that nobody can guess.
pub(crate) fn random() -> io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// No secret in any output.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// A fingerprint in the making. The length of each part counts, so that parts
/// cannot run into each other.
pub struct Ink(Hmac<Sha256>);

impl Ink {
    /// Adds a part.
    pub fn put(&mut self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// Adds the fingerprint of a part, or that there is none.
    pub fn put_print(&mut self, print: Option<Print>) {
        match print {
            Some(print) => self.put(print.0),
            None => self.put([]),
        }
    }

    /// Adds a value; the order of the keys of a mapping does not count.
    pub fn put_value(&mut self, value: &Value) {
        match value {
            Value::Null => self.put("null"),
            Value::Bool(is) => self.put(if *is { "true" } else { "false" }),
            Value::Number(number) => self.put(format!("number {number}")),
            Value::String(text) => self.put(format!("text {text}")),
            Value::Sequence(items) => {
                self.put(format!("sequence {}", items.len()));
                for item in items {
                    self.put_value(item);
                }
            }
            Value::Mapping(map) => {
                let key = |key: &Value| serde_json::to_string(key).unwrap_or_default();
                let mut entries: Vec<_> =
                    map.iter().map(|(k, v)| (key(k), v)).collect();
                entries.sort_by(|one, other| one.0.cmp(&other.0));
                self.put(format!("mapping {}", entries.len()));
                for (key, value) in entries {
                    self.put(key);
                    self.put_value(value);
                }
            }
            Value::Tagged(tagged) => {
                self.put(format!("tag {}", tagged.tag));
                self.put_value(&tagged.value);
            }
        }
    }

    /// The fingerprint.
    pub fn dry(self) -> Print {
        let bytes: [u8; 32] = self.0.finalize().into_bytes().into();
        let mut print = [0; 16];
        print.copy_from_slice(&bytes[..16]);
        Print(print)
    }
}

impl fmt::Display for Print {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Print {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Print {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Print {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let number =
            u128::from_str_radix(&text, 16).map_err(serde::de::Error::custom)?;
        Ok(Self(number.to_be_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(yaml: &str) -> Print {
        let mut ink = Key::new([7; 32]).ink();
        ink.put_value(&serde_yaml::from_str(yaml).unwrap());
        ink.dry()
    }

    #[test]
    fn values_are_told_apart() {
        assert_eq!(of("{a: 1, b: [x]}"), of("b: [x]\na: 1"));
        let different =
            ["a: 1", "a: '1'", "a: [1]", "a: {b: 1}", "a: null", "a: [b, 1]"];
        for (index, one) in different.iter().enumerate() {
            for other in &different[index + 1..] {
                assert_ne!(of(one), of(other), "{one} {other}");
            }
        }
    }

    #[test]
    fn a_print_depends_on_the_key_and_survives_json() {
        let (one, other) = (Key::new([1; 32]), Key::new([2; 32]));
        assert_ne!(one.print(b"x"), other.print(b"x"));
        let print = one.print(b"x");
        let json = serde_json::to_string(&print).unwrap();
        assert_eq!(serde_json::from_str::<Print>(&json).unwrap(), print);
        assert_eq!(format!("{one:?}"), "Key");
    }
}
