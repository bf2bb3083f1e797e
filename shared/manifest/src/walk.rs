//! Events of YAML → a [`Scan`] of every document, in one pass with a stack as
//! deep as the document.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use crate::scan::{Candidate, CollectionUse, Definition, Object, Scan, Segment, Use};
use crate::yaml::{Anchor, Event, Scalar, Style};

/// An open mapping or sequence.
struct Frame<'a> {
    kind: FrameKind<'a>,
    /// Whether the collection is itself the key of a mapping.
    is_key: bool,
    anchor: Option<usize>,
    /// How many candidates there were when it was opened.
    first_candidate: usize,
    /// How many aliases of collections there were then.
    first_use: usize,
}

enum FrameKind<'a> {
    Mapping { id: usize, place: Place<'a>, name: Option<Cow<'a, str>> },
    Sequence { index: usize },
}

/// What a mapping expects next.
enum Place<'a> {
    Key,
    Value(Cow<'a, str>),
}

/// The state of a walk between two events.
pub(crate) struct Walk<'a, 'w> {
    wanted: &'w dyn Fn(&[Segment<'a>]) -> bool,
    finished: Vec<Scan<'a>>,
    frames: Vec<Frame<'a>>,
    path: Vec<Segment<'a>>,
    mappings: usize,
    /// The candidates within anchored collections, and the depth of these.
    collections: HashMap<usize, (Range<usize>, usize)>,
}

/// Stands in a path for a key that is not a scalar.
const COMPLEX_KEY: &str = "?";
const MERGE_KEY: &str = "<<";

impl<'a, 'w> Walk<'a, 'w> {
    pub(crate) fn new(wanted: &'w dyn Fn(&[Segment<'a>]) -> bool) -> Self {
        Self {
            wanted,
            finished: Vec::new(),
            frames: Vec::new(),
            path: Vec::new(),
            mappings: 0,
            collections: HashMap::new(),
        }
    }

    pub(crate) fn finish(mut self) -> Vec<Scan<'a>> {
        self.finished.iter_mut().for_each(Scan::name_items);
        self.finished
    }

    pub(crate) fn step(&mut self, event: Event<'a>) {
        match event {
            Event::Document => {
                self.finished.push(Scan::default());
                self.collections.clear();
            }
            Event::Scalar(scalar) => self.scalar(scalar),
            Event::Alias { anchor, range } => self.alias(anchor, range),
            Event::Mapping { anchor } => {
                self.mappings += 1;
                let id = self.mappings;
                let kind = FrameKind::Mapping { id, place: Place::Key, name: None };
                self.open(kind, anchor);
            }
            Event::Sequence { anchor } => {
                self.open(FrameKind::Sequence { index: 0 }, anchor);
            }
            Event::End => self.close(),
        }
    }

    fn current(&mut self) -> Option<&mut Scan<'a>> {
        self.finished.last_mut()
    }

    fn expects_key(&self) -> bool {
        matches!(
            self.frames.last(),
            Some(Frame { kind: FrameKind::Mapping { place: Place::Key, .. }, .. })
        )
    }

    /// A key was read: the value behind it comes next.
    fn take_key(&mut self, key: Cow<'a, str>) {
        // A merged mapping belongs to the one it is merged into.
        if key != MERGE_KEY {
            self.path.push(Segment::Key(key.clone()));
        }
        if let Some(Frame { kind: FrameKind::Mapping { place, .. }, .. }) =
            self.frames.last_mut()
        {
            *place = Place::Value(key);
        }
    }

    /// A value begins: the path leads to it from here on.
    fn enter_value(&mut self) {
        if let Some(Frame { kind: FrameKind::Sequence { index }, .. }) =
            self.frames.last_mut()
        {
            self.path.push(Segment::Index(*index));
            *index += 1;
        }
    }

    /// A value is complete.
    fn leave_value(&mut self) {
        match self.frames.last_mut() {
            Some(Frame { kind: FrameKind::Sequence { .. }, .. }) => {
                self.path.pop();
            }
            Some(Frame { kind: FrameKind::Mapping { place, .. }, .. }) => {
                if let Place::Value(key) = std::mem::replace(place, Place::Key)
                    && key != MERGE_KEY
                {
                    self.path.pop();
                }
            }
            None => {}
        }
    }

    fn open(&mut self, kind: FrameKind<'a>, anchor: Option<usize>) {
        let is_key = self.expects_key();
        if !is_key {
            self.enter_value();
        }
        let scan = self.finished.last();
        let first_candidate = scan.map_or(0, |scan| scan.candidates.len());
        let first_use = scan.map_or(0, |scan| scan.collection_uses.len());
        self.frames.push(Frame { kind, is_key, anchor, first_candidate, first_use });
    }

    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        if let Some(scan) = self.finished.last_mut() {
            let within = frame.first_candidate..scan.candidates.len();
            if let FrameKind::Mapping { id, name, .. } = frame.kind {
                for candidate in &mut scan.candidates[within.clone()] {
                    if candidate.mapping == id {
                        candidate.container.clone_from(&name);
                    }
                }
                for (mapping, there) in scan.collection_uses[frame.first_use..]
                    .iter_mut()
                    .filter_map(|repeated| repeated.merged.as_mut())
                {
                    if *mapping == id {
                        there.clone_from(&name);
                    }
                }
            }
            if let Some(anchor) = frame.anchor {
                self.collections.insert(anchor, (within, self.path.len()));
            }
        }
        if frame.is_key {
            self.take_key(COMPLEX_KEY.into());
        } else {
            self.leave_value();
        }
    }

    fn scalar(&mut self, scalar: Scalar<'a>) {
        let Scalar { value, style, range, anchor, .. } = scalar;
        let candidate = if self.expects_key() {
            self.take_key(value.clone());
            None
        } else {
            self.enter_value();
            self.remember(&value);
            let number = self.candidate(&value, style, range, None, anchor.as_ref());
            self.leave_value();
            number
        };
        if let Some(anchor) = anchor
            && let Some(scan) = self.current()
        {
            let definition = Definition { value, anchor: anchor.clone(), candidate };
            scan.definitions.insert(anchor.id, definition);
        }
    }

    fn alias(&mut self, anchor: usize, range: Range<usize>) {
        let defined =
            self.finished.last().and_then(|scan| scan.definitions.get(&anchor));
        let Some(value) = defined.map(|definition| definition.value.clone()) else {
            self.collection_alias(anchor);
            return;
        };
        let candidate = if self.expects_key() {
            self.take_key(value);
            None
        } else {
            self.enter_value();
            self.remember(&value);
            let number =
                self.candidate(&value, Style::Plain, range.clone(), Some(anchor), None);
            self.leave_value();
            number
        };
        if let Some(scan) = self.current() {
            scan.uses.push(Use { anchor, range, candidate });
        }
    }

    fn collection_alias(&mut self, anchor: usize) {
        if self.expects_key() {
            self.take_key(COMPLEX_KEY.into());
            return;
        }
        self.enter_value();
        let merged = match self.frames.last() {
            Some(Frame {
                kind: FrameKind::Mapping { id, place: Place::Value(key), .. },
                ..
            }) if key == MERGE_KEY => Some((*id, None)),
            _ => None,
        };
        let path = self.path.clone();
        if let Some((candidates, depth)) = self.collections.get(&anchor).cloned()
            && let Some(scan) = self.current()
            && !candidates.is_empty()
        {
            scan.collection_uses.push(CollectionUse {
                path,
                candidates,
                depth,
                merged,
            });
        }
        self.leave_value();
    }

    /// Keeps what identifies the object, and the name of a container.
    #[expect(clippy::ptr_arg, reason = "a clone must stay borrowed from the text")]
    fn remember(&mut self, value: &Cow<'a, str>) {
        let Some(Segment::Key(key)) = self.path.last() else { return };
        if key == "name"
            && let Some(Frame { kind: FrameKind::Mapping { name, .. }, .. }) =
                self.frames.last_mut()
        {
            *name = Some(value.clone());
        }
        let Some(scan) = self.finished.last_mut() else { return };
        let (object, path) = match self.path.as_slice() {
            [Segment::Key(items), Segment::Index(index), rest @ ..]
                if items == "items" =>
            {
                if rest.len() > 2 {
                    return;
                }
                if scan.items.len() <= *index {
                    scan.items.resize_with(index + 1, Object::default);
                }
                (&mut scan.items[*index], rest)
            }
            path => (&mut scan.root, path),
        };
        let field = match path {
            [key] if key.is("kind") => &mut object.kind,
            [key] if key.is("apiVersion") => &mut object.api_version,
            [metadata, key] if metadata.is("metadata") && key.is("name") => {
                &mut object.name
            }
            [metadata, key] if metadata.is("metadata") && key.is("namespace") => {
                &mut object.namespace
            }
            _ => return,
        };
        *field = Some(value.clone());
    }

    #[expect(clippy::ptr_arg, reason = "a clone must stay borrowed from the text")]
    fn candidate(
        &mut self,
        value: &Cow<'a, str>,
        style: Style,
        range: Range<usize>,
        alias: Option<usize>,
        anchor: Option<&Anchor>,
    ) -> Option<usize> {
        if range.is_empty() || !(self.wanted)(&self.path) {
            return None;
        }
        if self.frames.iter().any(|frame| frame.is_key) {
            return None;
        }
        let mapping = match self.frames.last() {
            Some(Frame { kind: FrameKind::Mapping { id, .. }, .. }) => *id,
            _ => 0,
        };
        let path = self.path.clone();
        let scan = self.finished.last_mut()?;
        scan.candidates.push(Candidate {
            path,
            value: value.clone(),
            style,
            range,
            alias,
            anchor: anchor.map(|a| a.id),
            container: None,
            mapping,
        });
        Some(scan.candidates.len() - 1)
    }
}
