//! Marks by which an object opts out: labels and annotations of Flux, Argo CD and our
//! own.
//!
//! One of the chart's is as good as a rule. One that somebody put into the live object
//! holds, too, but says what it hides. Refuses to decide who put it there.

use helmfire_cli::count;
use helmfire_compare::Pointer;
use helmfire_findings::{Finding, OPT_OUT, Severity};
use serde_json::Value;

/// Where an object says that it is not to be checked, and what stands there.
pub fn marks(object: &Value) -> impl Iterator<Item = (Pointer, &Value)> {
    let metadata = Pointer::root().child("metadata");
    let places = ["annotations", "labels"].map(|kind| metadata.child(kind));
    places.into_iter().flat_map(move |place| {
        let said = place.find(object).and_then(Value::as_object);
        let marks = said.into_iter().flatten().filter(|(name, value)| {
            let value = value.as_str().unwrap_or_default();
            // Argo's is a list.
            let says = |wanted| value.split(',').any(|it| it.trim() == wanted);
            OPT_OUT.iter().any(|(key, wanted)| key == name && says(*wanted))
        });
        let marks: Vec<_> =
            marks.map(|(name, value)| (place.child(name), value)).collect();
        marks
    })
}

/// Why what it hides does not count.
pub fn by(mark: &Pointer) -> String {
    format!("the object's {}", mark.last().unwrap_or_default())
}

/// Has the marks among the findings of an object that are not in its manifest say what
/// they hide.
pub fn tell_hidden(found: &mut [Finding], live: &Value, manifest: &Value) {
    let are_new = |(at, value): &(Pointer, &Value)| at.find(manifest) != Some(*value);
    for (at, _) in marks(live).filter(are_new) {
        let is_hidden =
            |it: &&Finding| it.ignored_by.as_ref().is_some_and(|it| *it == by(&at));
        let hidden: Vec<Severity> =
            found.iter().filter(is_hidden).map(Severity::of).collect();
        let mark = found.iter_mut().find(|it| it.pointer == at);
        if let (Some(mark), Some(worst)) = (mark, hidden.iter().max()) {
            let differences = count(hidden.len(), "difference");
            let worst = worst.name();
            mark.reason =
                Some(format!("it hides {differences}, {worst} at most, see -v"));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_opt_out_in_three_languages() {
        let with = |kind: &str, name: &str, value: &str| {
            marks(&json!({"metadata": {kind: {name: value}}})).next().is_some()
        };
        assert!(with(
            "annotations",
            "helm.toolkit.fluxcd.io/driftDetection",
            "disabled"
        ));
        assert!(with("labels", "helmfire.dev/drift", "disabled"));
        let argo = "argocd.argoproj.io/compare-options";
        assert!(with("annotations", argo, "ServerSideDiff=true, IgnoreExtraneous"));
        assert!(!with("annotations", argo, "ServerSideDiff=true"));
        assert!(!with("annotations", "helmfire.dev/drift", "enabled"));
        assert_eq!(marks(&json!({})).next(), None);
    }
}
