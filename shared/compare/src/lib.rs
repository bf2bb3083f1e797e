//! What differs between an object in the cluster and the one that was deployed,
//! and who made it so.
//!
//! ```text
//! live, what the server makes of the manifest → differences (pointer, live, desired)
//! live, the manifest alone                    → differences, normalised by us
//! live's managedFields, the manifest          → additions (pointer, value, owner)
//! ```
//!
//! Pure: values in, values out. Refuses to talk to a cluster, to judge how bad a
//! difference is, and to hide anything: secrets are in its results.

#![warn(unreachable_pub)]

mod addition;
mod consequence;
mod default;
mod difference;
mod list;
mod order;
mod owner;
mod pointer;
mod quantity;
mod subset;
mod volatile;

pub use addition::{Addition, additions};
pub use consequence::follows;
pub use default::{is_default, may_be_default};
pub use difference::{Difference, differences};
pub use order::reordered;
pub use owner::{Owner, owner_of, owner_of_whole};
pub use pointer::{Pointer, PointerError};
pub use subset::differences_by_field;
pub use volatile::without_volatile;
