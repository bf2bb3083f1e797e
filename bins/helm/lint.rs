//! For which release `helm lint` and `helm unittest` check a chart: they are not
//! told, and helmfile does not say.

use std::env;
use std::fs;
use std::path::Path;

use helmfire_helmfile::call::Call;
use helmfire_rules::{ChartRule, Place, Verdict};
use serde::Deserialize;

use crate::origin::Origin;
use crate::session::Session;

/// What the front end leaves in the run's directory: helmfile's own list.
const LIST: &str = "releases.json";

/// A release of `helmfile list --output json`.
#[derive(Deserialize)]
struct Listed {
    name: String,
    namespace: String,
    chart: String,
}

/// The release by the names of the values files that helmfile writes for it:
/// `[NAMESPACE-]RELEASE-values-HASH` (helmfile 1.8.0, `pkg/state/temp.go`).
pub fn release(call: &Call) -> Option<String> {
    let namespace = call.namespace().map(|name| format!("{name}-"));
    call.values("values").find_map(|path| {
        let path = Path::new(path);
        let dir = path.parent()?.file_name()?.to_str()?;
        let name = path.file_name()?.to_str()?;
        let (name, hash) = name.rsplit_once("-values-")?;
        let is_hash = hash.bytes().all(|b| b.is_ascii_alphanumeric());
        let of_helmfile = dir.starts_with("helmfile") && is_hash && !name.is_empty();
        let name =
            namespace.as_deref().and_then(|ns| name.strip_prefix(ns)).unwrap_or(name);
        of_helmfile.then(|| name.to_string())
    })
}

/// Whether `rule` is about the chart of `call`, by the list of releases: if all
/// releases that use the chart in this namespace are within its limits, or none.
pub fn from_list(session: &Session<'_>, call: &Call, rule: &ChartRule) -> Option<bool> {
    let path = Path::new(&env::var_os("HELMFIRE_RUN")?).join(LIST);
    let list: Vec<Listed> =
        serde_json::from_str(&fs::read_to_string(path).ok()?).ok()?;
    let namespace = call.namespace().unwrap_or_default();
    let uses = |listed: &&Listed| {
        listed.namespace == namespace
            && Origin::of(&listed.chart, None).fit(rule, &session.rules) > 0
    };
    let holds = |listed: &Listed| {
        let place = Place {
            release: Some(&listed.name),
            namespace: Some(namespace),
            ..Place::default()
        };
        rule.limits.judge(&place) == Verdict::Holds
    };
    let mut verdicts = list.iter().filter(uses).map(holds);
    let first = verdicts.next()?;
    verdicts.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn values_files_name_the_release() {
        let release = |line: &str| {
            release(&Call::read(line.split(' ').map(OsString::from).collect()))
        };
        let web = Some("web".to_string());
        assert_eq!(
            release("lint d --values /tmp/helmfile12/shop-web-values-7c5 -n shop"),
            web
        );
        assert_eq!(release("lint d --values /tmp/helmfile12/web-values-7c5"), web);
        assert_eq!(release("lint d --values my-values-web.yaml"), None);
        assert_eq!(release("lint d"), None);
    }
}
