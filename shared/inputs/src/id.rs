//! What a release is called: the three names by which helmfile tells releases apart.
//! The chart and the file that declares it may change, and it stays the same release.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A release: helmfile tells those of one name apart by these three, and an empty
/// one means "not set" (helmfile 1.8.0, duplicates are an error).
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize,
)]
pub struct Id {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// Its kube context.
    pub context: String,
}

/// `web`, `shop/web` or `context/shop/web`, as in helmfile's `needs`.
impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [&self.context, &self.namespace] {
            if !part.is_empty() {
                write!(f, "{part}/")?;
            }
        }
        f.write_str(&self.name)
    }
}
