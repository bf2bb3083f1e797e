//! Which objects a rule is about.
//!
//! Flux compares with regular expressions, Argo CD with globs and exact names;
//! a [`Criterion`] is either.

use regex::bytes::{Regex, RegexBuilder};
use wildmatch::WildMatch;

use super::{Selector, Subject};

/// How one property of an object is compared.
#[derive(Clone, Debug)]
pub enum Criterion {
    /// It is this.
    Exact(String),
    /// A glob of `*` and `?`.
    Glob(WildMatch),
    /// An expression that must match the whole; with the text it was made from.
    Expression(Box<Regex>, String),
}

/// The objects that a rule is about; what is not set always holds.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// The API group; the core group is empty.
    pub group: Option<Criterion>,
    /// The version of the group.
    pub version: Option<Criterion>,
    /// The kind.
    pub kind: Option<Criterion>,
    /// The object's name.
    pub name: Option<Criterion>,
    /// The object's namespace.
    pub namespace: Option<Criterion>,
    /// Selects by annotations.
    pub annotations: Option<Selector>,
    /// Selects by labels.
    pub labels: Option<Selector>,
}

impl Criterion {
    /// Compiles an expression, ASCII only, and anchors it at both ends.
    pub fn from_regex(text: &str) -> Result<Self, regex::Error> {
        let compile = |text: &str| {
            RegexBuilder::new(text).unicode(false).size_limit(1 << 20).build()
        };
        // By itself first: `a)(b` would be made good by what is put around it.
        compile(text)?;
        let regex = compile(&format!("^(?:{text})$"))?;
        Ok(Self::Expression(Box::new(regex), text.into()))
    }

    fn holds(&self, value: &str) -> bool {
        match self {
            Self::Exact(text) => text == value,
            Self::Glob(glob) => glob.matches(value),
            Self::Expression(regex, _) => regex.is_match(value.as_bytes()),
        }
    }

    fn identity(&self) -> String {
        match self {
            Self::Exact(text) => format!("={text:?}"),
            Self::Glob(glob) => format!("*{:?}", glob.pattern()),
            Self::Expression(_, text) => format!("~{text:?}"),
        }
    }
}

impl Target {
    /// Whether the object is one of them.
    pub fn holds(&self, subject: &Subject<'_>) -> bool {
        let values = [
            subject.group,
            subject.version,
            subject.kind,
            subject.name,
            subject.namespace,
        ];
        let selectors =
            [(&self.annotations, subject.annotations), (&self.labels, subject.labels)];
        self.criteria()
            .into_iter()
            .zip(values)
            .all(|(criterion, value)| criterion.is_none_or(|c| c.holds(value)))
            && selectors
                .iter()
                .all(|(selector, of)| selector.as_ref().is_none_or(|s| s.holds(of)))
    }

    fn criteria(&self) -> [Option<&Criterion>; 5] {
        let Self { group, version, kind, name, namespace, .. } = self;
        [group, version, kind, name, namespace].map(Option::as_ref)
    }

    /// Equal for two targets that are written alike.
    pub(super) fn identity(&self) -> String {
        let criteria = self.criteria().map(|c| c.map(Criterion::identity));
        let selectors = [&self.annotations, &self.labels]
            .map(|selector| selector.as_ref().map(Selector::identity));
        format!("{criteria:?} {selectors:?}")
    }
}
