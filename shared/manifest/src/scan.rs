//! What is found in a document before anything is decided: the scalars that may
//! be images, what they belong to, and how anchors tie them together.
//!
//! Kind and name of an object may stand behind its images, so every candidate is
//! kept until its document has been read.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::lines;
use crate::places::is_known_key;
use crate::walk::Walk;
use crate::yaml::{Anchor, Events, Style, YamlError};

/// One step from the top of a document to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment<'a> {
    Key(Cow<'a, str>),
    Index(usize),
}

impl Segment<'_> {
    pub(crate) fn is(&self, key: &str) -> bool {
        matches!(self, Self::Key(own) if own == key)
    }
}

/// What identifies a Kubernetes object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Object<'a> {
    pub(crate) api_version: Option<Cow<'a, str>>,
    pub(crate) kind: Option<Cow<'a, str>>,
    pub(crate) name: Option<Cow<'a, str>>,
    pub(crate) namespace: Option<Cow<'a, str>>,
}

impl Object<'_> {
    pub(crate) fn group(&self) -> &str {
        let version = self.api_version.as_deref().unwrap_or_default();
        version.split_once('/').map_or("", |(group, _)| group)
    }
}

/// A scalar that may be an image.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'a> {
    pub(crate) path: Vec<Segment<'a>>,
    pub(crate) value: Cow<'a, str>,
    pub(crate) style: Style,
    /// The bytes of the scalar, or of the alias that stands for it.
    pub(crate) range: Range<usize>,
    /// The anchor that this alias refers to.
    pub(crate) alias: Option<usize>,
    /// The anchor that this scalar defines.
    pub(crate) anchor: Option<usize>,
    /// The `name` in the same mapping.
    pub(crate) container: Option<Cow<'a, str>>,
    /// The mapping it stands in, to find that name.
    pub(crate) mapping: usize,
}

/// An anchored scalar.
#[derive(Clone, Debug)]
pub(crate) struct Definition<'a> {
    pub(crate) value: Cow<'a, str>,
    pub(crate) anchor: Anchor,
    /// Its number among the candidates, if it is one.
    pub(crate) candidate: Option<usize>,
}

/// An alias of a scalar.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub(crate) anchor: usize,
    pub(crate) range: Range<usize>,
    /// Its number among the candidates, if it is one.
    pub(crate) candidate: Option<usize>,
}

/// An alias of a mapping or sequence.
#[derive(Clone, Debug)]
pub(crate) struct CollectionUse<'a> {
    pub(crate) path: Vec<Segment<'a>>,
    /// The candidates within the collection that it repeats.
    pub(crate) candidates: Range<usize>,
    /// How long the path to that collection is.
    pub(crate) depth: usize,
    /// Where it is merged: that mapping, and the `name` there.
    pub(crate) merged: Option<(usize, Option<Cow<'a, str>>)>,
}

impl<'a> CollectionUse<'a> {
    /// The `candidate` as it stands where it is repeated.
    pub(crate) fn place_of(&self, candidate: &Candidate<'a>) -> Candidate<'a> {
        let mut there = candidate.clone();
        there
            .path
            .splice(..self.depth.min(there.path.len()), self.path.iter().cloned());
        if let Some((_, Some(name))) = &self.merged
            && there.path.len() == self.path.len() + 1
        {
            there.container = Some(name.clone());
        }
        there
    }
}

/// One YAML document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scan<'a> {
    pub(crate) root: Object<'a>,
    pub(crate) items: Vec<Object<'a>>,
    pub(crate) candidates: Vec<Candidate<'a>>,
    pub(crate) definitions: HashMap<usize, Definition<'a>>,
    pub(crate) uses: Vec<Use>,
    pub(crate) collection_uses: Vec<CollectionUse<'a>>,
}

impl<'a> Scan<'a> {
    /// The object that `path` leads into, and the rest of the path within it:
    /// an item if the document is a list.
    pub(crate) fn object_at<'p>(
        &self,
        path: &'p [Segment<'a>],
    ) -> (&Object<'a>, &'p [Segment<'a>]) {
        let is_list = self.root.kind.as_deref().is_some_and(|k| k.ends_with("List"));
        if let [Segment::Key(items), Segment::Index(index), rest @ ..] = path
            && is_list
            && items == "items"
            && let Some(item) =
                self.items.get(*index).filter(|item| item.kind.is_some())
        {
            return (item, rest);
        }
        (&self.root, path)
    }

    /// The items of a `PodList` need not say that each is a `Pod`.
    pub(crate) fn name_items(&mut self) {
        let kind = self.root.kind.as_deref().and_then(|kind| kind.strip_suffix("List"));
        let Some(kind) = kind.filter(|kind| !kind.is_empty()) else { return };
        for item in &mut self.items {
            if item.kind.is_none() && item.name.is_some() {
                item.kind = Some(kind.to_string().into());
                item.api_version.clone_from(&self.root.api_version);
            }
        }
    }
}

/// Reads all documents of `text`. `wanted` says by a path whether the scalar
/// there may be an image; it looks at the last two steps.
pub(crate) fn scan<'a>(
    text: &'a str,
    wanted: &dyn Fn(&[Segment<'a>]) -> bool,
) -> Result<Vec<Scan<'a>>, YamlError> {
    let mut walk = Walk::new(wanted);
    for event in Events::new(text) {
        walk.step(event?);
    }
    Ok(walk.finish())
}

/// As [`scan`], for text that is plain enough to be read by its lines.
pub(crate) fn scan_lines<'a>(
    text: &'a str,
    wanted: &dyn Fn(&[Segment<'a>]) -> bool,
) -> Option<Vec<Scan<'a>>> {
    let mut walk = Walk::new(wanted);
    let means_something = |key: &str| {
        is_known_key(key)
            || ["kind", "apiVersion", "name", "namespace", "reference"].contains(&key)
    };
    lines::read(text, &means_something, &mut |event| walk.step(event))?;
    Some(walk.finish())
}
