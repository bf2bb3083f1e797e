//! Random edits of random fields by `kubectl patch`: each is found where it was made.
//!
//! A field of the chart as a difference, another as an addition. What the server
//! refuses or sets back is no edit. `HELMFIRE_TEST_EDITS` says how many (30).

#![expect(clippy::print_stdout, reason = "a failure is looked into by its seed")]

use std::env;
use std::process::{Command, Output};
use std::time::SystemTime;

use libtest_mimic::Trial;
use serde_json::{Value, json};

use super::bed::Bed;
use super::with_both;
use crate::support::tool;

pub fn trials() -> Vec<Trial> {
    with_both("random::every_edit_is_found", edits)
}

struct Random(u64);

impl Random {
    /// Knuth's linear congruential generator.
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

fn edits(helm: &str) {
    let wanted = env::var("HELMFIRE_TEST_EDITS").map_or(30, |it| it.parse().unwrap());
    let seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    let seed = u64::try_from(seed.as_nanos() % 1_000_000_000).unwrap();
    println!("seed {seed}");
    let mut random = Random(seed);
    let bed = Bed::with_gadget(helm);
    let gadgets = format!("gadgets.{}.example.com/web", bed.namespace);
    let role = format!("clusterrole/system:{}-reader", bed.namespace);
    let objects = [
        "deployment/web",
        "statefulset/store",
        "service/web",
        "configmap/web",
        "secret/web",
        "hpa/web",
        "networkpolicy/web",
        &gadgets,
        &role,
    ];
    let (mut done, mut refused) = (0, 0);
    while done < wanted {
        let object = objects[random.below(objects.len())];
        let live = get(&bed, object);
        let mut leaves = Vec::new();
        collect("", &live, &mut leaves);
        let (pointer, old) = leaves.swap_remove(random.below(leaves.len()));
        let new = other(&old);
        let is_so = patch(&bed, object, &pointer, &new).status.success();
        let after = get(&bed, object);
        if !is_so || after.pointer(&pointer) != Some(&new) {
            refused += 1;
            patch(&bed, object, &pointer, &old);
            continue;
        }
        done += 1;
        let (rows, _) = bed.drift(&[]);
        let is_secret = object.starts_with("secret");
        let found = rows.iter().any(|row| {
            let at = row["pointer"].as_str().unwrap_or_default();
            let kind =
                live["kind"] == row["kind"] && live["metadata"]["name"] == row["name"];
            let place = format!("{at}/").starts_with(&format!("{pointer}/"))
                || format!("{pointer}/").starts_with(&format!("{at}/"));
            let shown = row["live"].to_string();
            let is_shown = is_secret
                || shown.contains(new.to_string().trim_matches('"'))
                || shown.contains("<secret");
            kind && place && is_shown && row["class"] == "drift"
        });
        assert!(found, "{object} {pointer}: {old} became {new}, found {rows:#?}");
        patch(&bed, object, &pointer, &old);
    }
    println!("{done} edits found, {refused} refused");
}

fn get(bed: &Bed, object: &str) -> Value {
    let output = kubectl(bed, &["get", object, "-o", "json"]);
    serde_json::from_slice(&output.stdout).unwrap()
}

fn patch(bed: &Bed, object: &str, pointer: &str, value: &Value) -> Output {
    let patch = json!([{"op": "replace", "path": pointer, "value": value}]).to_string();
    kubectl(bed, &["patch", object, "--type=json", "-p", &patch])
}

fn kubectl(bed: &Bed, args: &[&str]) -> Output {
    let mut kubectl = Command::new(tool("kubectl"));
    kubectl.args(["-n", &bed.namespace]).args(args);
    bed.project.command(kubectl).output().unwrap()
}

/// What somebody may edit: scalars, but for what the server and Helm keep.
fn collect(at: &str, value: &Value, leaves: &mut Vec<(String, Value)>) {
    let kept = [
        "/apiVersion",
        "/kind",
        "/status",
        "/metadata/name",
        "/metadata/namespace",
        "/metadata/uid",
        "/metadata/resourceVersion",
        "/metadata/generation",
        "/metadata/creationTimestamp",
        "/metadata/annotations/meta.helm.sh~1",
        "/metadata/annotations/deployment.kubernetes.io",
        "/metadata/managedFields",
        "/metadata/labels/app.kubernetes.io~1managed-by",
    ];
    if kept.iter().any(|kept| at.starts_with(kept)) {
        return;
    }
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let key = key.replace('~', "~0").replace('/', "~1");
                collect(&format!("{at}/{key}"), value, leaves);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                collect(&format!("{at}/{index}"), value, leaves);
            }
        }
        Value::Null => {}
        scalar => leaves.push((at.into(), scalar.clone())),
    }
}

fn other(value: &Value) -> Value {
    match value {
        Value::Bool(is) => json!(!is),
        Value::Number(number) => json!(number.as_i64().unwrap() + 1),
        Value::String(text) if text == "eHl6" => json!("eHl6eA=="),
        Value::String(text) if text.ends_with('=') => json!("aHVudGVyMw=="),
        Value::String(text) => json!(format!("{text}1")),
        other => other.clone(),
    }
}
