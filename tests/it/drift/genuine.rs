//! Pending changes as the real helm-diff tells them, where it is installed.

use libtest_mimic::Trial;
use serde_json::Value;

use super::bed::{Bed, rows};
use super::{needs, plugin, secrecy, with_both_needing};
use crate::support::Need;

type Test = (&'static str, fn(&Bed));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 5] = [
        ("every_field_is_told", fields),
        ("three_way_is_taken_apart", three_way),
        ("a_broken_release_is_the_only_unknown_one", broken),
        ("what_comes_and_goes", comings),
        ("no_secret_is_in_any_byte", secrecy::keeps),
    ];
    let trial = |(name, test): Test| {
        let test = move |helm: &str| {
            let bed = Bed::new(helm);
            plugin::genuine(&bed);
            test(&bed);
        };
        let needs = |helm| [vec![Need::HelmDiff], needs(helm)].concat();
        with_both_needing(needs, &format!("genuine::{name}"), test)
    };
    tests.into_iter().flat_map(trial).collect()
}

fn told(bed: &Bed, args: &[&str]) -> (Vec<String>, i32) {
    let all: Vec<&str> = ["--json"].into_iter().chain(args.iter().copied()).collect();
    let (found, code) = rows(&bed.check(&all));
    let side = |value: &Value| match value {
        Value::Null => "-".into(),
        value => value.to_string(),
    };
    let row = |row: &Value| {
        let text = |key: &str| row[key].as_str().unwrap_or("-").to_string();
        let [class, kind, name, pointer] =
            ["class", "kind", "name", "pointer"].map(text);
        let (live, desired) = (side(&row["live"]), side(&row["desired"]));
        format!("{class} {kind}/{name} {pointer} {live} {desired}")
    };
    let mut found: Vec<String> = found.iter().map(row).collect();
    found.sort();
    (found, code)
}

fn fields(bed: &Bed) {
    assert_eq!(told(bed, &[]), (vec![], 0));
    bed.replace_value("color: blue", "color: green");
    bed.replace_value("web:1.0.0", "web:2.0.0");
    bed.shell("kubectl scale deploy web --replicas=5");
    let expected = [
        "drift Deployment/web /spec/replicas 5 2",
        "pending ConfigMap/web /data/color \"blue\" \"green\"",
        "pending Deployment/web /spec/template/spec/containers/0/image \"web:1.0.0\" \"web:2.0.0\"",
    ];
    assert_eq!(told(bed, &[]), (expected.map(String::from).to_vec(), 2));
    assert_eq!(told(bed, &["--only", "pending"]).1, 0);
    assert_eq!(told(bed, &["--only", "pending", "--fail-on", "pending"]).1, 2);
}

fn three_way(bed: &Bed) {
    bed.replace_value("replicas: 2", "replicas: 3");
    bed.replace_value("color: blue", "color: green");
    bed.shell("kubectl scale deploy web --replicas=5; kubectl delete svc web");
    let expected = [
        "drift Deployment/web /spec/replicas 5 3",
        "drift Service/web  - {}",
        "pending ConfigMap/web /data/color \"blue\" \"green\"",
        "pending Deployment/web /spec/replicas 2 3",
    ];
    assert_eq!(told(bed, &["--three-way"]), (expected.map(String::from).to_vec(), 2));
}

fn broken(bed: &Bed) {
    let text = bed.project.read("helmfile.yaml");
    let more = |name: &str, values: &str| {
        format!(
            "- {{name: {name}, namespace: {}, chart: ./more, values: [{values}]}}\n",
            bed.namespace
        )
    };
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n\
                    data: {a: {{ .Values.a | quote }}}\n{{ if .Values.bad }}{{ fail \"no\" }}{{ end }}\n";
    bed.project
        .write("more/Chart.yaml", "apiVersion: v2\nname: more\nversion: 0.1.0\n");
    bed.project.write("more/templates/all.yaml", template);
    let all = |one: &str, other: &str| {
        let (one, other) = (more("one", one), more("other", other));
        bed.project.write("helmfile.yaml", &format!("{text}{one}{other}"));
    };
    all("{a: 1}", "{a: 1}");
    bed.sync();
    all("{a: 2}", "{bad: true}");
    let (found, code) = rows(&bed.check(&["--only", "pending", "--json"]));
    let row = |row: &Value| format!("{} {}", row["class"], row["release"]);
    let mut shown: Vec<String> = found.iter().map(row).collect();
    shown.sort();
    let expected = ["\"pending\" \"one\"", "\"unknown\" \"other\""].map(String::from);
    assert_eq!((shown, code), (expected.to_vec(), 1), "{found:#?}");
    let unknown = found.iter().find(|it| it["class"] == "unknown").unwrap();
    let reason = unknown["reason"].as_str().unwrap();
    assert!(reason.contains("no"), "{reason}");
}

fn comings(bed: &Bed) {
    let text = bed.project.read("helmfile.yaml");
    let new = text.replace("releases:\n", "").replace("name: web", "name: new");
    let new = new.replace(&bed.namespace, &format!("{}-b", bed.namespace));
    bed.project.write("helmfile.yaml", &format!("{text}{new}"));
    bed.shell("kubectl create namespace NS-b");
    let (found, code) = told(bed, &["--fail-on", "pending"]);
    let all_of_it = found.iter().all(|row| row.starts_with("pending "));
    assert!(all_of_it && found.len() == 9 && code == 2, "{found:#?}");
    let gone = text.replace("name: web,", "name: web, installed: false,");
    bed.project.write("helmfile.yaml", &gone);
    let removed = vec!["pending Release/web  {} -".to_string()];
    assert_eq!(told(bed, &["--fail-on", "pending"]), (removed, 2));
    let hidden = text.replace("name: web,", "name: web, suppressDiff: true,");
    bed.project.write("helmfile.yaml", &hidden);
    assert_eq!(told(bed, &[]), (vec![], 0));
    bed.replace_value("color: blue", "color: green");
    assert_eq!(told(bed, &[]), (vec!["unknown -/- - - -".to_string()], 1));
}
