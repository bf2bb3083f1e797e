//! Rewriting the images in a stream of YAML, every other byte unchanged.
//!
//! ```text
//! bytes → boundary → segments → sieve → lines or yaml → walk → decide → edits → bytes
//!         (documents)           (cheap)  (plain, any)   (scan)
//! ```
//!
//! A [`Rewriter`] cuts the stream into documents, lets those through that
//! cannot hold a match, reads the others (by their lines if they are plain, else
//! with a parser) and splices the new values into the old bytes. Nothing is ever printed from a parsed tree.
//!
//! Refuses to know what Helm is, to resolve tags or digests, or to contact a
//! registry.

#![warn(unreachable_pub)]

mod anchors;
mod boundary;
mod decide;
mod embedded;
mod gist;
mod lines;
mod places;
mod rewriter;
mod row;
mod scalar;
mod scan;
mod sieve;
mod stream;
mod value;
mod walk;
mod yaml;

pub use gist::gist;
pub use rewriter::{Mode, OnError, Rewriter, Told};
pub use row::{Event, Row, Warning};
pub use stream::StreamError;
pub use value::{ValueError, values};
