//! What is told of one release.

use helmfire_inputs::{Id, Print};

use crate::{Class, Finding, Redactor, Release, Row, Type, Unknown, score};

/// A release's rows, and what follows from them.
#[derive(Clone, Debug)]
pub struct ReleaseReport {
    id: Id,
    pub(crate) helmfile: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) notes: Vec<String>,
    pub(crate) by_field: usize,
    /// Seconds since 1970.
    pub(super) first_seen: Option<u64>,
    score: u8,
    fingerprint: Option<Print>,
}

impl ReleaseReport {
    /// Of what was found, what could not be found out, and what else there is to say
    /// about how it was done.
    pub fn new(
        release: &Release,
        findings: &[Finding],
        unknowns: &[Unknown],
        notes: &[String],
        redactor: &Redactor,
    ) -> Self {
        let unknown = unknowns.iter().map(|it| Row::unknown(release, it, redactor));
        let mut rows: Vec<Row> = unknown.collect();
        let first = rows.len();
        rows.extend(findings.iter().map(|it| Row::new(release, it, redactor)));
        rows[first..].sort_by(|one, other| order(one).cmp(&order(other)));
        let drift =
            || rows.iter().filter(|row| row.class == Class::Drift && row.counts());
        Self {
            id: release.id.clone(),
            helmfile: redactor.text(&release.helmfile),
            notes: notes.iter().map(|note| redactor.text(note)).collect(),
            score: score::release(drift().filter_map(Row::severity)),
            fingerprint: fingerprint(drift(), redactor),
            by_field: 0,
            first_seen: None,
            rows,
        }
    }

    /// The same, of which so many objects were compared field by field.
    #[must_use]
    pub fn with_by_field(self, by_field: usize) -> Self {
        Self { by_field, ..self }
    }

    /// The same, of which a check saw the first drift at this moment, in seconds since
    /// 1970.
    #[must_use]
    pub fn with_first_seen(self, first_seen: Option<u64>) -> Self {
        Self { first_seen, ..self }
    }

    /// What it is called.
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// Its name; what could not even be asked for its releases has its own.
    pub(super) fn name(&self) -> &str {
        match (self.id.name.as_str(), self.helmfile.as_str()) {
            ("", "") => "the cluster",
            ("", helmfile) => helmfile,
            (name, _) => name,
        }
    }

    /// The helmfile of which not even the releases could be told, or the cluster.
    pub(crate) fn nameless(&self) -> Option<&str> {
        self.id.name.is_empty().then(|| self.name())
    }

    /// Its rows, the worst first.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// 0 to 100.
    pub fn score(&self) -> u8 {
        self.score
    }

    /// Of its drift that counts, as it may be shown; none without drift.
    pub fn fingerprint(&self) -> Option<Print> {
        self.fingerprint
    }

    /// Whether there is drift that counts.
    pub fn is_drifted(&self) -> bool {
        self.fingerprint.is_some()
    }

    /// Whether there are pending changes that count.
    pub fn is_pending(&self) -> bool {
        self.rows.iter().any(|row| row.class == Class::Pending && row.counts())
    }

    /// Whether something could not be found out.
    pub fn is_unknown(&self) -> bool {
        self.rows.iter().any(|row| row.class == Class::Unknown)
    }

    /// Whether it could not be found out if there is drift.
    pub fn is_drift_unknown(&self) -> bool {
        let is_drift =
            |row: &Row| row.unknown.as_ref().is_some_and(|it| it.0 != Class::Pending);
        self.rows.iter().any(is_drift)
    }

    /// Whether nothing but the same faults is known of both.
    pub(super) fn is_in_the_same_trouble(&self, other: &Self) -> bool {
        let troubles = |it: &Self| {
            let rows = it.rows.iter().map(|row| row.unknown.clone());
            rows.collect::<Option<Vec<_>>>()
        };
        self.is_unknown()
            && troubles(self).is_some()
            && troubles(self) == troubles(other)
    }

    /// Whether all is known and nothing differs that counts.
    pub fn is_clean(&self) -> bool {
        !self.is_drifted() && !self.is_pending() && !self.is_unknown()
    }

    /// How many differences do not count.
    pub fn ignored(&self) -> usize {
        self.rows.iter().filter(|row| !row.counts()).count()
    }
}

/// What counts first, then drift, then the worst, of these what is gone, then by name
/// and place.
fn order(row: &Row) -> impl Ord {
    (
        !row.counts(),
        row.class,
        std::cmp::Reverse(row.severity),
        row.kind_of != Some(Type::Deletion),
        row.kind.clone(),
        row.object_namespace.clone(),
        row.name.clone(),
        row.pointer.clone(),
    )
}

/// The same drift has the same fingerprint, whoever looks and in which order it was
/// found; the version of an API, what is desired, and where in a list an item that has a
/// name stands do not count.
fn fingerprint<'r>(
    rows: impl Iterator<Item = &'r Row>,
    redactor: &Redactor,
) -> Option<Print> {
    let mut all: Vec<[String; 6]> = rows
        .map(|row| {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let version = text(&row.api_version);
            let group = version.split_once('/').map_or("", |(group, _)| group);
            let live = row.live.as_ref().map(ToString::to_string);
            [
                group.to_string(),
                text(&row.kind),
                text(&row.object_namespace),
                text(&row.name),
                text(row.jq.as_ref().map_or(&row.pointer, |_| &row.jq)),
                text(&live),
            ]
        })
        .collect();
    all.sort();
    (!all.is_empty()).then(|| {
        let mut ink = redactor.key().ink();
        ink.put("drift");
        all.iter().flatten().for_each(|part| ink.put(part));
        ink.dry()
    })
}
