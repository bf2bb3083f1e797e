//! What a run tells about itself: images found, images replaced, warnings.

use serde::Serialize;

/// One image and what became of it. Serialised it is a row of `--list --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The number of the document in the stream, from 1.
    pub document: usize,
    /// The object's kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The object's own namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The object's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where in the object: `spec.template.spec.containers[0].image`.
    pub path: String,
    /// The image found.
    pub image: String,
    /// What it is replaced by, if a rule applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
    /// The line of that rule in the rules file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<usize>,
}

/// Something that did not stop the run but should be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The number of the document in the stream, from 1.
    pub document: usize,
    /// The line of the stream, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is the matter, in one line without the place.
    pub message: String,
}

/// What a [`crate::Rewriter`] reports while it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An image that is replaced; when listing, every image.
    Image(Row),
    /// Something that should be known.
    Warning(Warning),
}
