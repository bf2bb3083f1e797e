//! Rows: what was found, without secrets, one JSON object per line.
//!
//! A row has no public field and is made by a [`Redactor`] from a [`Finding`], so
//! that there is no way for a raw value to get into one. Keys may be added; changing
//! one makes it `"v":2`. Refuses to be read back into a row.

use helmfire_inputs::Id;
use serde::Serialize;
use serde_json::Value;

use crate::jq::jq;
use crate::place::place;
use crate::{Class, Finding, Object, Redactor, Severity, Type, time};

/// A release and where it is declared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Release {
    /// What it is called.
    pub id: Id,
    /// The helmfile, as it was named.
    pub helmfile: String,
}

/// What could not be found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Of which object; of the whole release if there is none.
    pub object: Option<Object>,
    /// Whether there is drift, or what is pending.
    pub what: Class,
    /// Why not.
    pub reason: String,
    /// What to do about it.
    pub remedy: Option<String>,
}

/// A line of `--json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    v: u8,
    release: String,
    namespace: String,
    kube_context: String,
    helmfile: String,
    pub(crate) class: Class,
    #[serde(rename = "type")]
    pub(crate) kind_of: Option<Type>,
    pub(crate) severity: Option<Severity>,
    pub(crate) api_version: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) object_namespace: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) pointer: Option<String>,
    /// The place by the names of list items instead of their indices, as jq.
    pub(crate) jq: Option<String>,
    pub(crate) live: Option<Value>,
    pub(crate) desired: Option<Value>,
    pub(crate) manager: Option<String>,
    /// `Apply` or `Update`.
    operation: Option<String>,
    /// The subresource that was written through: `scale`.
    pub(crate) subresource: Option<String>,
    pub(crate) since: Option<String>,
    pub(crate) ignored_by: Option<String>,
    pub(crate) reason: Option<String>,
    /// Whether each field was looked at, and the server did not compare.
    by_field: bool,
    /// The pointer as people say it.
    #[serde(skip)]
    pub(crate) place: String,
    #[serde(skip)]
    pub(crate) unknown: Option<(Class, String, Option<String>)>,
}

impl Row {
    /// The row of a finding.
    pub fn new(release: &Release, finding: &Finding, redactor: &Redactor) -> Self {
        let Finding { class, object, pointer, names, .. } = finding;
        let value = |side: &Option<Value>| {
            side.as_ref().map(|side| redactor.value(object, pointer, names, side))
        };
        let owner = finding.owner.as_ref();
        let text = |text: &Option<String>| text.as_deref().map(|it| redactor.text(it));
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        Self {
            kind_of: Some(Type::of(finding)),
            severity: Some(Severity::of(finding)),
            api_version: some(&object.api_version),
            kind: some(&object.kind),
            object_namespace: some(&object.namespace),
            name: some(&object.name),
            pointer: Some(pointer.to_string()),
            jq: jq(pointer, names),
            live: value(&finding.live),
            desired: value(&finding.desired),
            manager: owner.map(|it| redactor.text(&it.manager)),
            operation: owner
                .map(|it| redactor.text(&it.operation))
                .filter(|it| !it.is_empty()),
            subresource: owner.and_then(|it| text(&it.subresource)),
            since: owner
                .and_then(|it| it.time.clone())
                .filter(|it| time::parse(it).is_some()),
            ignored_by: text(&finding.ignored_by),
            reason: text(&finding.reason),
            by_field: finding.is_by_field,
            place: place(pointer, names),
            ..Self::empty(release, *class, redactor)
        }
    }

    /// The row of what could not be found out.
    pub fn unknown(release: &Release, unknown: &Unknown, redactor: &Redactor) -> Self {
        // What stands before a colon would give the reason another meaning: `Secret/db: `.
        let named = unknown.object.as_ref().map(|it| format!("{it}: "));
        let reason = redactor.text(&unknown.reason);
        let reason = format!("{}{reason}", named.unwrap_or_default());
        let object = unknown.object.clone().unwrap_or_default();
        let some = |text: String| (!text.is_empty()).then_some(text);
        let remedy = unknown.remedy.as_deref().map(|it| redactor.text(it));
        let what =
            if unknown.what == Class::Pending { "pending changes" } else { "drift" };
        let mut text = format!("{what} unknown: {reason}");
        if let Some(remedy) = &remedy {
            text.push_str(&format!("; {remedy}"));
        }
        Self {
            reason: Some(text),
            unknown: Some((unknown.what, reason, remedy)),
            api_version: some(object.api_version),
            kind: some(object.kind),
            object_namespace: some(object.namespace),
            name: some(object.name),
            ..Self::empty(release, Class::Unknown, redactor)
        }
    }

    fn empty(release: &Release, class: Class, redactor: &Redactor) -> Self {
        Self {
            v: 1,
            release: release.id.name.clone(),
            namespace: release.id.namespace.clone(),
            kube_context: release.id.context.clone(),
            // It may be an address with a password.
            helmfile: redactor.text(&release.helmfile),
            class,
            kind_of: None,
            severity: None,
            api_version: None,
            kind: None,
            object_namespace: None,
            name: None,
            pointer: None,
            jq: None,
            live: None,
            desired: None,
            manager: None,
            operation: None,
            subresource: None,
            since: None,
            ignored_by: None,
            reason: None,
            by_field: false,
            place: String::new(),
            unknown: None,
        }
    }

    /// What it means.
    pub fn class(&self) -> Class {
        self.class
    }

    /// The sort of difference, of drift and pending changes.
    pub fn kind_of(&self) -> Option<Type> {
        self.kind_of
    }

    /// How bad, of drift and pending changes.
    pub fn severity(&self) -> Option<Severity> {
        self.severity
    }

    /// Whether no rule says that it does not count.
    pub fn counts(&self) -> bool {
        self.ignored_by.is_none()
    }

    /// Whether it is about the whole object.
    pub(crate) fn is_whole(&self) -> bool {
        self.pointer.as_deref() == Some("")
    }
}

/// The last line of `--json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    pub(crate) v: u8,
    pub(crate) class: &'static str,
    /// Releases that were looked at.
    pub checked: usize,
    /// Those of which everything is known and nothing differs.
    pub clean: usize,
    /// Those that drifted.
    pub drifted: usize,
    /// Those with pending changes.
    pub pending: usize,
    /// Those of which something is not known.
    pub unknown: usize,
    /// Differences that do not count.
    pub ignored: usize,
    /// Objects that the server did not compare, so that each field was looked at.
    pub by_field: usize,
    /// 0 to 100.
    pub score: u8,
    /// Those of the releases that drifted, the worst first.
    pub scores: Vec<Rated>,
    /// When it was ready, RFC 3339.
    pub time: String,
    /// How long it took.
    pub seconds: f64,
}

/// How bad it is with one release.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rated {
    /// Its name.
    pub release: String,
    /// Its namespace.
    pub namespace: String,
    /// Its kube context.
    pub kube_context: String,
    /// 0 to 100.
    pub score: u8,
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            v: 1,
            class: "summary",
            checked: 0,
            clean: 0,
            drifted: 0,
            pending: 0,
            unknown: 0,
            ignored: 0,
            by_field: 0,
            score: 0,
            scores: Vec::new(),
            time: String::new(),
            seconds: 0.0,
        }
    }
}
