//! YAML text → events with byte ranges; the only module that names the parser.
//!
//! granit-parser is pinned because of its exact byte spans: of the parsers
//! looked at it was the only one whose span of a quoted scalar ends at the
//! closing quote. Two things about its spans matter here: that of a block
//! scalar begins after the indentation of its first line and may end within
//! the indentation of the line behind it, and that of a missing value is empty.

use std::borrow::Cow;
use std::ops::Range;

use granit_parser::{
    Event as Parsed, Parser, ScalarStyle, ScanError, StrInput, options,
};

/// How deep collections may be nested, as in go-yaml (v3, `max_depth`).
const MAX_DEPTH: usize = 10_000;

/// One event, without comments and stream marks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Event<'a> {
    /// A document begins.
    Document,
    /// A scalar.
    Scalar(Scalar<'a>),
    /// `*name`, for the anchor of this number.
    Alias { anchor: usize, range: Range<usize> },
    /// A mapping begins.
    Mapping { anchor: Option<usize> },
    /// A sequence begins.
    Sequence { anchor: Option<usize> },
    /// The innermost mapping or sequence ends.
    End,
}

/// A scalar and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scalar<'a> {
    /// What it means.
    pub(crate) value: Cow<'a, str>,
    /// How it is written.
    pub(crate) style: Style,
    /// Its bytes, quotes included.
    pub(crate) range: Range<usize>,
    /// The anchor that stands before it.
    pub(crate) anchor: Option<Anchor>,
    /// What it says itself that it is.
    pub(crate) tag: Tag,
}

/// A tag that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    None,
    /// `!!str`
    Text,
    /// `!!binary`: a text in Base64.
    Binary,
}

impl Tag {
    fn of(parts: (&str, &str)) -> Self {
        match parts {
            ("tag:yaml.org,2002:", "str") => Self::Text,
            ("tag:yaml.org,2002:", "binary") => Self::Binary,
            _ => Self::None,
        }
    }
}

/// An anchor and the bytes of its `&name`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Anchor {
    pub(crate) id: usize,
    pub(crate) range: Range<usize>,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Single,
    Double,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// Why a text is not YAML; line and column count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct YamlError {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) message: String,
}

/// The events of a text that may hold several documents.
pub(crate) struct Events<'a> {
    parser: std::iter::Peekable<Parser<'a, StrInput<'a>>>,
}

impl<'a> Events<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let options = options! {
            emit_anchor_events: true,
            // On where another crate of the program has switched the feature on, and
            // then only so many in a row.
            emit_comments: false,
            flow_nesting_limit: MAX_DEPTH,
            block_nesting_limit: MAX_DEPTH,
        };
        Self { parser: Parser::new_from_str_with_options(text, options).peekable() }
    }

    /// The anchor of the node just read, which the parser names behind it.
    fn anchor(&mut self) -> Option<Anchor> {
        let named = |next: &Result<(Parsed<'_>, _), _>| {
            matches!(next, Ok((Parsed::Anchor(..), _)))
        };
        match self.parser.next_if(named) {
            Some(Ok((Parsed::Anchor(id, _), span))) => {
                Some(Anchor { id, range: span.byte_range().unwrap_or_default() })
            }
            _ => None,
        }
    }
}

impl<'a> Iterator for Events<'a> {
    type Item = Result<Event<'a>, YamlError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (event, span) = match self.parser.next()? {
                Ok(next) => next,
                Err(error) => return Some(Err(error.into())),
            };
            let range = span.byte_range().unwrap_or_default();
            return Some(Ok(match event {
                Parsed::DocumentStart(..) => Event::Document,
                Parsed::Scalar(value, style, _, tag) => {
                    let style = match style {
                        ScalarStyle::Plain => Style::Plain,
                        ScalarStyle::SingleQuoted => Style::Single,
                        ScalarStyle::DoubleQuoted => Style::Double,
                        ScalarStyle::Literal => Style::Literal,
                        ScalarStyle::Folded => Style::Folded,
                    };
                    let tag = tag.map_or(Tag::None, |it| Tag::of(it.parts()));
                    let anchor = self.anchor();
                    Event::Scalar(Scalar { value, style, range, anchor, tag })
                }
                Parsed::Alias(anchor) => Event::Alias { anchor, range },
                Parsed::MappingStart(..) => {
                    Event::Mapping { anchor: self.anchor().map(|a| a.id) }
                }
                Parsed::SequenceStart(..) => {
                    Event::Sequence { anchor: self.anchor().map(|a| a.id) }
                }
                Parsed::MappingEnd | Parsed::SequenceEnd => Event::End,
                _ => continue,
            }));
        }
    }
}

/// The events of a text as words that hold all but layout and comments.
pub(crate) fn tokens(
    text: &str,
) -> impl Iterator<Item = Result<String, YamlError>> + '_ {
    let mut events = Events::new(text);
    std::iter::from_fn(move || {
        loop {
            let event = match events.parser.next()? {
                Ok((event, _)) => event,
                Err(error) => return Some(Err(error.into())),
            };
            return Some(Ok(match event {
                Parsed::DocumentStart(..) => "document".into(),
                Parsed::Scalar(value, style, _, tag) => {
                    let plain = style == ScalarStyle::Plain;
                    format!(
                        "{} {tag:?} {value:?}",
                        if plain { "plain" } else { "text" }
                    )
                }
                Parsed::Alias(anchor) => format!("alias {anchor}"),
                Parsed::Anchor(..) => "anchor".into(),
                Parsed::MappingStart(_, _, tag) => format!("mapping {tag:?}"),
                Parsed::SequenceStart(_, _, tag) => format!("sequence {tag:?}"),
                Parsed::MappingEnd | Parsed::SequenceEnd => "end".into(),
                _ => continue,
            }));
        }
    })
}

impl From<ScanError> for YamlError {
    fn from(error: ScanError) -> Self {
        let marker = error.marker();
        Self { line: marker.line(), column: marker.col() + 1, message: error.info() }
    }
}
