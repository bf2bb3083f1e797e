//! Text of a rules file → [`Rules`], or every fault in it.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Rules;
use super::document::{Reading, Section};
use super::ignore::ignores;
use crate::place::is_glob;
use crate::{
    ChartRule, DigestPolicy, Faults, FieldForm, FieldPath, FieldRule, ImageRule,
    ImageRules, Limits, Pattern, RuleError, RuleKey, nearest,
};

const IMAGE: &str = "[[image]]";
const CHART: &str = "[[chart]]";
const FIELD: &str = "[[field]]";
const SECURITY: &str = "[security]";

/// What two equal rules of images or charts share.
const SAME: &str = "the same 'from' and limits as";

/// Reads `text`, the content of `path`.
pub fn read(path: &Path, text: &str) -> Result<Rules, Faults> {
    let mut reading = Reading::new(text);
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        reading.fault(&error.span().unwrap_or(0..0), error.message());
    }
    let mut rules = Rules { path: Some(path.into()), ..Rules::default() };
    if reading.faults.is_empty() {
        let known = ["version", "image", "chart", "field", "ignore", "security"];
        let top = root.get_ref();
        let root = reading.section("the file", root.span(), top, &known);
        check_version(&mut reading, root.value("version"));
        rules.images = ImageRules::new(images(&mut reading, root.value("image")));
        rules.charts = charts(&mut reading, root.value("chart"));
        rules.fields = fields(&mut reading, root.value("field"));
        rules.ignores = ignores(&mut reading, top);
        let base = path.parent().unwrap_or(Path::new(""));
        rules.chart_roots = chart_roots(&mut reading, root.value("security"), base);
    }
    let mut faults = reading.faults;
    if faults.is_empty() {
        return Ok(rules);
    }
    faults.sort_by_key(|fault| fault.position);
    Err(Faults { path: path.into(), faults })
}

type Value<'r, 't> = Option<&'r Spanned<DeValue<'t>>>;

fn check_version(reading: &mut Reading<'_>, value: Value<'_, '_>) {
    let Some(value) = value else { return };
    if value.get_ref().as_integer().is_none_or(|v| v.as_str() != "1") {
        reading.hinted(
            &value.span(),
            "this helmfire reads version 1 of the file",
            Some("write version = 1, or install a newer helmfire".into()),
        );
    }
}

fn images<'t>(reading: &mut Reading<'t>, value: Value<'_, 't>) -> Vec<ImageRule> {
    let mut keys = vec!["from", "regex", "to", "digest"];
    keys.extend(Limits::NAMES);
    let mut rules = Vec::new();
    let mut seen = HashMap::new();
    for (span, table) in reading.tables(IMAGE, value) {
        let section = reading.section(IMAGE, span, table, &keys);
        if let Some(rule) = image(reading, &section) {
            report_duplicate(reading, &section, &mut seen, rule.key(), rule.line, SAME);
            rules.push(rule);
        }
    }
    rules
}

fn image<'t>(
    reading: &mut Reading<'t>,
    section: &Section<'_, 't>,
) -> Option<ImageRule> {
    let limits = limits(reading, section, &Limits::NAMES);
    let digest = digest(reading, section);
    let to = section.required(reading, "to");
    let (from, pattern) = match (section.value("from"), section.value("regex")) {
        (Some(_), Some(regex)) => {
            reading.hinted(
                &regex.span(),
                "'from' and 'regex' exclude each other",
                Some("make two rules of it".into()),
            );
            return None;
        }
        (None, None) => {
            reading.fault(&section.span, "[[image]] needs 'from' or 'regex'");
            return None;
        }
        (Some(_), None) => {
            let (text, span) = section.text(reading, "from")?;
            match Pattern::from_text(text) {
                Ok(pattern) => (text, pattern),
                Err(error) => {
                    let what = format!("'{text}' is not an image reference: {error}");
                    reading.hinted(&span, what, Some(suggest_reference(text)));
                    return None;
                }
            }
        }
        (None, Some(_)) => {
            let (text, span) = section.text(reading, "regex")?;
            match Pattern::from_regex(text) {
                Ok(pattern) => (text, pattern),
                Err(error) => {
                    regex_fault(reading, &span, &error);
                    return None;
                }
            }
        }
    };
    let (to, to_span) = to?;
    let line = section.line_of(reading, &["from", "regex"]);
    let rule =
        ImageRule { pattern, from: from.into(), to: to.into(), digest, limits, line };
    if let Err(error) = rule.check() {
        let hint = match &error {
            RuleError::Target(text, _) => Some(suggest_reference(text)),
            RuleError::PrefixTarget => Some(format!("write to = \"{to}/\"")),
            _ => None,
        };
        reading.hinted(&to_span, error.to_string(), hint);
        return None;
    }
    Some(rule)
}

fn digest<'t>(
    reading: &mut Reading<'t>,
    section: &Section<'_, 't>,
) -> Option<DigestPolicy> {
    let (text, span) = section.text(reading, "digest")?;
    match text {
        "keep" => Some(DigestPolicy::Keep),
        "drop" => Some(DigestPolicy::Drop),
        other => {
            let what = format!("digest = \"{other}\" is not known");
            reading.hinted(&span, what, Some("write \"keep\" or \"drop\"".into()));
            None
        }
    }
}

fn charts<'t>(reading: &mut Reading<'t>, value: Value<'_, 't>) -> Vec<ChartRule> {
    let limit_names = ["release", "namespace"];
    let mut rules = Vec::new();
    let mut seen = HashMap::new();
    for (span, table) in reading.tables(CHART, value) {
        let keys = ["from", "to", "release", "namespace"];
        let section = reading.section(CHART, span, table, &keys);
        let limits = limits(reading, &section, &limit_names);
        let from = section.required(reading, "from");
        let to = section.required(reading, "to");
        if let (Some((from, _)), Some((to, _))) = (from, to) {
            let line = section.line_of(reading, &["from"]);
            let rule = ChartRule { from: from.into(), to: to.into(), limits, line };
            report_duplicate(reading, &section, &mut seen, rule.key(), line, SAME);
            rules.push(rule);
        }
    }
    rules
}

fn fields<'t>(reading: &mut Reading<'t>, value: Value<'_, 't>) -> Vec<FieldRule> {
    let mut rules = Vec::new();
    for (span, table) in reading.tables(FIELD, value) {
        let section =
            reading.section(FIELD, span, table, &["kind", "group", "path", "form"]);
        let kind = section.required(reading, "kind");
        let group = section.text(reading, "group");
        let path = section.required(reading, "path").and_then(|(text, span)| {
            FieldPath::parse(text)
                .map_err(|error| {
                    reading.fault(&span, format!("bad path '{text}': {error}"));
                })
                .ok()
        });
        let form = match section.value("form") {
            None => Some(FieldForm::Reference),
            Some(_) => section.text(reading, "form").and_then(|(text, span)| {
                let form = FieldForm::from_name(text);
                if form.is_none() {
                    let hint = match nearest(text, FieldForm::NAMES) {
                        Some(near) => format!("did you mean '{near}'?"),
                        None => format!("there are: {}", FieldForm::NAMES.join(", ")),
                    };
                    reading.hinted(
                        &span,
                        format!("form '{text}' is not known"),
                        Some(hint),
                    );
                }
                form
            }),
        };
        if let (Some((kind, _)), Some(path), Some(form)) = (kind, path, form) {
            let line = section.line_of(reading, &["path"]);
            let group = group.map(|(text, _)| text.to_string());
            rules.push(FieldRule { kind: kind.into(), group, path, form, line });
        }
    }
    rules
}

fn chart_roots<'t>(
    reading: &mut Reading<'t>,
    value: Value<'_, 't>,
    base: &Path,
) -> Vec<PathBuf> {
    let Some(value) = value else { return Vec::new() };
    let Some(table) = value.get_ref().as_table() else {
        reading.fault(&value.span(), "'security' must be a table");
        return Vec::new();
    };
    let section = reading.section(SECURITY, value.span(), table, &["chart-roots"]);
    let Some(roots) = section.value("chart-roots") else { return Vec::new() };
    let Some(items) = roots.get_ref().as_array().filter(|items| !items.is_empty())
    else {
        let hint = Some("write chart-roots = [\".\"]".into());
        reading.hinted(
            &roots.span(),
            "chart-roots must be a list of directories",
            hint,
        );
        return Vec::new();
    };
    let mut paths = Vec::new();
    for item in items {
        match item.get_ref().as_str() {
            Some(text) => paths.push(absolute(&base.join(text))),
            None => reading.fault(&item.span(), "chart-roots holds only strings"),
        }
    }
    paths
}

pub(super) fn limits<'t>(
    reading: &mut Reading<'t>,
    section: &Section<'_, 't>,
    names: &[&str],
) -> Limits {
    let mut limits = Limits::default();
    for name in names {
        if let Some((glob, span)) = section.text(reading, name)
            && checked_glob(reading, glob, &span)
        {
            limits.set(name, glob);
        }
    }
    limits
}

/// Whether `glob` is one; reports it otherwise.
pub(super) fn checked_glob(
    reading: &mut Reading<'_>,
    glob: &str,
    span: &Range<usize>,
) -> bool {
    if !is_glob(glob) {
        let hint = "use * and ? as wildcards, one rule per alternative";
        let what = format!("'{glob}' is not a pattern of names");
        reading.hinted(span, what, Some(hint.into()));
    }
    is_glob(glob)
}

pub(super) fn report_duplicate<'t>(
    reading: &mut Reading<'t>,
    section: &Section<'_, 't>,
    seen: &mut HashMap<RuleKey, usize>,
    key: RuleKey,
    line: usize,
    same: &str,
) {
    if let Some(first) = seen.insert(key, line) {
        let what = format!("{same} the rule in line {first}");
        reading.hinted(&section.span, what, Some("remove one of the two".into()));
    }
}

/// Directories are compared from wherever the program then stands; only a lost
/// working directory keeps one from being made absolute.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.into())
}

/// The usual slips in a reference.
fn suggest_reference(text: &str) -> String {
    if let Some((_, rest)) = text.split_once("://") {
        return format!("leave out the scheme: '{rest}'");
    }
    let lower = text.to_lowercase();
    if lower != text && Pattern::from_text(&lower).is_ok() {
        return format!("did you mean '{lower}'?");
    }
    if let Some(name) = text.strip_suffix(":*")
        && Pattern::from_text(name).is_ok()
    {
        return format!("write '{name}', it matches any tag");
    }
    if text.contains('*') {
        return "end it in '/' to match all below it, or use 'regex'".into();
    }
    "write it as [registry/]name[:tag][@sha256:…]".into()
}

/// Reports an expression that does not compile.
pub(super) fn regex_fault(
    reading: &mut Reading<'_>,
    span: &Range<usize>,
    error: &regex::Error,
) {
    let what = format!("bad regular expression: {}", last_line(&error.to_string()));
    let hint = "see the syntax of Rust's regex crate";
    reading.hinted(span, what, Some(hint.into()));
}

/// The regex crate draws the expression; its last line says what is wrong.
fn last_line(text: &str) -> &str {
    let line = text.lines().next_back().unwrap_or(text);
    line.strip_prefix("error: ").unwrap_or(line)
}
