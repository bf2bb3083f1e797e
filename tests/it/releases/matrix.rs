//! Brute force: edit every line of every file, and compare what is named with what
//! is rendered otherwise. Every release that is must be named; one that is named
//! without being so must have an input of its own that changed.

#![expect(clippy::print_stdout, reason = "what it lets pass is listed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use libtest_mimic::Trial;

use super::project::Project;
use crate::services::registry::{Access, Registry};
use crate::support::{Need, trial_needing};

/// How many edits of one project are tried, evenly spread, beside one of each file.
const MOST: usize = 40;

pub fn trials() -> Vec<Trial> {
    let needs = ["helm3", "helmfile", "kustomize", "registry"].map(Need::Tool);
    let all: [(&str, fn()); 12] = [
        ("everything", everything),
        ("unnamed", unnamed),
        ("late", late),
        ("environments", || recorded("10-environments")),
        ("sub_helmfiles", || recorded("08-sub")),
        ("helmfile_d", || recorded("09-helmfile.d")),
        ("kustomize", || recorded("13-kustomize")),
        ("conditions", || recorded("14-conditions")),
        ("single_values", || recorded("17-set")),
        ("needs", || recorded("07-needs")),
        ("secrets", secrets),
        ("oci", oci),
    ];
    let trial = |(name, test): (&str, fn())| {
        trial_needing(&needs, &format!("releases::matrix::{name}"), test)
    };
    all.into_iter().map(trial).collect()
}

fn recorded(name: &str) {
    compare(&Project::recorded(name));
}

/// Files that nothing names in full: patterns of directories, what a rendered text
/// reads, what a script finds among what git ignores.
fn unnamed() {
    let project = Project::new("helm3");
    project.chart("x");
    project.write("values/one/a.yaml", "one: one\n");
    project.write("env/one/e.yaml", "wide: one\n");
    project
        .write("text/a.tpl", "{{ readFile \"text/b.txt\" }}")
        .write("text/b.txt", "one");
    project.write(".gitignore", "local*\n").write("local.txt", "one");
    let text = "environments: {default: {values: ['env/*/e.yaml']}}\n---\nreleases:\n\
        - {name: a, namespace: shop, chart: ./charts/x, values: ['values/*/a.yaml']}\n\
        - {name: b, namespace: shop, chart: ./charts/x, values: [{wide: {{ .Values.wide }}}]}\n\
        - {name: c, namespace: shop, chart: ./charts/x, values: [{t: {{ tpl (readFile \"text/a.tpl\") . }}}]}\n\
        - {name: d, namespace: shop, chart: ./charts/x, values: [{s: {{ exec \"sh\" (list \"-c\" \"cat loc*.txt\") }}}]}\n";
    project.write("helmfile.yaml.gotmpl", text);
    compare(&project);
}

/// A project with nearly everything that a helmfile may have.
#[expect(clippy::too_many_lines, reason = "they are the files")]
fn everything() {
    let project = Project::new("helm3");
    for chart in ["web", "db", "lib", "deep"] {
        project.chart(chart);
    }
    let depends = |on: &str| {
        format!(
            "dependencies:\n- {{name: {on}, version: 0.1.0, repository: file://../{on}}}\n"
        )
    };
    let append = |chart: &str, text: &str| {
        let name = format!("charts/{chart}/Chart.yaml");
        project.write(&name, &(project.read(&name) + text));
    };
    append("web", &depends("lib"));
    append("lib", &depends("deep"));
    project
        .write("charts/web/.helmignore", "*.md\n")
        .write("charts/web/README.md", "one\n")
        .write("charts/web/file.txt", "one\n")
        .write("bases/env.yaml", "environments:\n  default:\n    values:\n    - env/a.yaml\n")
        .write(
            "bases/defaults.yaml.gotmpl",
            "helmDefaults:\n  historyMax: {{ readFile \"data/history\" | trim }}\n",
        )
        .write("data/history", "3\n")
        .write("env/a.yaml", "size: one\nunused: one\nswitch:\n  enabled: true\n")
        .write("_helpers.tpl", "{{ define \"tag\" }}one{{ end }}\n")
        .write("values/_local.tpl", "{{ define \"local\" }}one{{ end }}\n")
        .write("values/common.yaml", "common: one\nlist: [one, two]\n")
        .write(
            "values/web.yaml.gotmpl",
            "web: one\nread: {{ readFile \"../data/web.txt\" | quote }}\nsize: {{ .Values.size }}\n\
             local: {{ include \"local\" . }}\n",
        )
        .write("data/web.txt", "one\n")
        .write("data/note.txt", "one\n")
        .write("data/who.txt", "one\n")
        .write("data/unread.txt", "one\n")
        .write("scripts/who.sh", "#!/bin/sh\ncat \"$(dirname \"$0\")/../data/who.txt\"\n")
        .write("patches/p.yaml.gotmpl", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: patched-db\ndata:\n  size: {{ .Values.size }}\n")
        .write("sub/parent.yaml", "fromParent: one\n")
        .write("sub/one.yaml.gotmpl", "releases:\n- name: nested\n  namespace: shop\n  chart: ../charts/db\n  values:\n  - parent: {{ .Values.fromParent }}\n")
        .write("sub/two.yaml", "releases:\n- name: always\n  namespace: shop\n  chart: ../charts/db\n  values: [two.values.yaml]\n")
        .write("sub/two.values.yaml", "two: one\n")
        .write(
            "helmfile.yaml.gotmpl",
            r#"bases:
- bases/env.yaml
- bases/defaults.yaml.gotmpl
---
helmfiles:
- path: sub/one.yaml.gotmpl
  values:
  - sub/parent.yaml
- path: sub/two.yaml
  selectors: []
releases:
- name: web
  namespace: shop
  chart: ./charts/web
  needs: [shop/db]
  values:
  - values/common.yaml
  - values/web.yaml.gotmpl
  set:
  - name: note
    file: data/note.txt
- name: db
  namespace: shop
  chart: ./charts/db
  values:
  - values/common.yaml
  - size: {{ .Values.size }}
- name: executed
  namespace: shop
  chart: ./charts/db
  labels:
    tier: one
  values:
  - who: {{ exec "./scripts/who.sh" (list) | trim | quote }}
  - tag: {{ include "tag" . }}
- name: switched
  namespace: shop
  chart: ./charts/db
  condition: switch.enabled
- name: same
  namespace: one
  chart: ./charts/deep
- name: same
  namespace: two
  chart: ./charts/deep
- name: bare
  chart: ./charts/deep
- name: patched
  namespace: shop
  chart: ./charts/db
  strategicMergePatches:
  - patches/p.yaml.gotmpl
"#,
        );
    compare(&project);
}

/// What `helmfile build` does not show: patches that are templates, references to
/// files, patterns, helpers that read, files that are values and are read as well.
fn late() {
    let project = Project::new("helm3");
    project.chart("x");
    project
        .write("v/patch.txt", "one\n")
        .write("v/ref.yaml", "a: one\n")
        .write("v/globbed.yaml", "a: one\n")
        .write("v/helped.txt", "one\n")
        .write("v/template.txt", "one\n")
        .write("v/common.yaml", "common: one\n")
        .write("v/api.yaml.gotmpl", "read: {{ readFile (printf \"%s.yaml\" \"common\") | quote }}\n")
        .write("_h.tpl", "{{ define \"h\" }}{{ readFile \"v/helped.txt\" | trim }}{{ end }}\n")
        .write(
            "p.yaml.gotmpl",
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: patched-x\ndata:\n  read: {{ \
             readFile \"v/patch.txt\" | quote }}\n  text: |\n    # max = one\n",
        )
        .write(
            "helmfile.yaml.gotmpl",
            r#"releases:
- name: patched
  namespace: shop
  chart: ./charts/x
  strategicMergePatches:
  - p.yaml.gotmpl
- name: referenced
  namespace: shop
  chart: ./charts/x
  values:
  - foo: ref+file://./v/ref.yaml#/a
- name: globbed
  namespace: shop
  chart: ./charts/x
  values: ["v/glob*.yaml"]
- name: helped
  namespace: shop
  chart: ./charts/x
  values:
  - tag: {{ include "h" . }}
- name: web
  namespace: shop
  chart: ./charts/x
  values: [v/common.yaml]
- name: api
  namespace: shop
  chart: ./charts/x
  values: [v/api.yaml.gotmpl]
- name: rendered
  namespace: shop
  chart: ./charts/x
  valuesTemplate:
  - foo: '{{ `{{ readFile "v/template.txt" }}` }}'
"#,
        );
    compare(&project);
}

fn secrets() {
    let project = Project::new("helm3");
    project.with_secrets().chart("x");
    project
        .write("env/secret.yaml", "sealed: token: one\n")
        .write("values/secret.yaml", "sealed: password: one\n")
        .write(
            "helmfile.yaml.gotmpl",
            "environments:\n  default:\n    secrets:\n    - env/secret.yaml\n---\nreleases:\n\
             - name: a\n  namespace: shop\n  chart: ./charts/x\n  values:\n  - token: {{ .Values.token \
             }}\n- name: b\n  namespace: shop\n  chart: ./charts/x\n  secrets:\n  - \
             values/secret.yaml\n- name: c\n  namespace: shop\n  chart: ./charts/x\n",
        );
    compare(&project);
    let state = project.path("../state");
    let kept: String = walk(&state)
        .iter()
        .map(|it| fs::read_to_string(it).unwrap_or_default())
        .collect();
    assert!(kept.contains("values/secret.yaml"), "{kept}");
    assert!(!kept.contains("password") && !kept.contains("token"), "{kept}");
}

fn oci() {
    let registry = Registry::start(Access::Plain);
    let packages = crate::services::packages::Packages::recorded();
    registry.push_all(&packages);
    let project = Project::new("helm3");
    let host = registry.host();
    project.write("values/a.yaml", "message: one\n").write(
        "helmfile.yaml",
        &format!(
            "releases:\n- name: a\n  namespace: shop\n  chart: oci://{host}/charts/web\n  version: \
             0.1.0\n  values: [values/a.yaml]\n- name: b\n  namespace: shop\n  chart: \
             oci://{host}/charts/web\n  version: 0.2.0\nhelmDefaults:\n  plainHttp: true\n"
        ),
    );
    compare(&project);
}

/// Tries all edits.
fn compare(project: &Project) {
    let before = project.rendered().expect("the project renders");
    // The first look, with which others are compared.
    project.releases(&["--files"]);
    let edits = edits(project);
    assert!(!edits.is_empty());
    let (mut tried, mut broken, mut more) = (0, 0, Vec::new());
    for edit in &edits {
        let original = project.read(&edit.file);
        project.write(&edit.file, &edit.text);
        let after = project.rendered();
        let Some(after) = after else {
            broken += 1;
            project.write(&edit.file, &original);
            continue;
        };
        let named = project.named(&edit.file);
        project.write(&edit.file, &original);
        project.releases(&["--files"]);
        tried += 1;
        let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let changed: BTreeSet<String> = ids
            .into_iter()
            .filter(|id| before.get(*id) != after.get(*id) && after.contains_key(*id))
            .cloned()
            .collect();
        let missed: Vec<_> = changed.difference(&named).collect();
        assert!(missed.is_empty(), "{}: {missed:?} not among {named:?}", edit.what);
        for release in named.difference(&changed) {
            let why = edit.may_name(release);
            assert!(why.is_some(), "{}: {release} is rendered as before", edit.what);
            more.push(format!(
                "{} names {release}: {}",
                edit.what,
                why.unwrap_or_default()
            ));
        }
        // Unless a template reads the file as a text.
        if edit.is_comment {
            let more: Vec<_> = named.difference(&changed).collect();
            assert!(more.is_empty(), "{}: a comment touches {more:?}", edit.what);
        }
    }
    assert!(tried > broken, "{tried} of {} edits could be compared", edits.len());
    println!("{tried} edits compared, {broken} broke the project");
    for line in more {
        println!("  {line}");
    }
}

struct Edit {
    file: String,
    text: String,
    what: String,
    line: String,
    is_comment: bool,
}

impl Edit {
    /// Why a release may be named although it is rendered as before: one of its own
    /// inputs did change.
    fn may_name(&self, release: &str) -> Option<&'static str> {
        let is = |part: &str| self.file.contains(part);
        let says = |part: &str| self.line.contains(part);
        match () {
            () if is("history") || is("bases/defaults") => {
                Some("helmDefaults are its input")
            }
            () if (is("_h.tpl") || is("helped")) && release == "shop/patched" => {
                Some("a helper of its patch")
            }
            () if is("Chart.yaml") || is(".helmignore") => Some("its chart's own file"),
            () if is("scripts/hook") => Some("its hook"),
            () if is("charts/") => Some("a file of its chart that nothing renders"),
            () if is("env/") && release == "shop/patched" => {
                Some("its patch renders the values of the environment")
            }
            () if says("missingFileHandler") => None,
            // A chart that does not render the value has got it all the same.
            () if is("values") || is("files/") => Some("its values"),
            () if is("helmfile") && says(":") => Some("its entry"),
            () => None,
        }
    }
}

/// One comment for each file that may have one, one edit for each line.
fn edits(project: &Project) -> Vec<Edit> {
    let root = project.path("");
    let mut edits = Vec::new();
    for path in walk(&root) {
        let file = path.strip_prefix(&root).unwrap().display().to_string();
        // What helmfile and helm write themselves.
        let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
        if ["lock", "tgz"].contains(&extension) {
            continue;
        }
        let text = project.read(&file);
        let is_yaml = extension == "yaml"
            && !file.contains("/templates/")
            && !file.contains("kust");
        if is_yaml && !file.contains("raw/") && !text.contains("sealed") {
            let what = format!("{file}: comment");
            let (text, line) = (format!("# a comment\n{text}"), String::new());
            edits.push(Edit { file: file.clone(), text, what, line, is_comment: true });
        }
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let Some(changed) = changed(line) else { continue };
            let mut lines: Vec<String> =
                lines.iter().map(ToString::to_string).collect();
            lines[number].clone_from(&changed);
            let what = format!("{file}:{}: {changed}", number + 1);
            let text = lines.join("\n") + "\n";
            let line = (*line).to_string();
            edits.push(Edit {
                file: file.clone(),
                text,
                what,
                line,
                is_comment: false,
            });
        }
    }
    spread(edits)
}

/// One edit of every file at least, and others evenly spread.
fn spread(edits: Vec<Edit>) -> Vec<Edit> {
    let step = edits.len().div_ceil(MOST).max(1);
    let mut seen = BTreeSet::new();
    let kept = edits.into_iter().enumerate().filter(|(index, edit)| {
        let is_first = !edit.is_comment && seen.insert(edit.file.clone());
        is_first || index % step == 0
    });
    kept.map(|(_, edit)| edit).collect()
}

/// The line with another value in it.
fn changed(line: &str) -> Option<String> {
    for (from, to) in
        [("one", "changed"), ("true", "false"), ("0.1.0", "0.1.1"), ("3", "4")]
    {
        if let Some(at) = line.rfind(from) {
            return Some(format!("{}{to}{}", &line[..at], &line[at + from.len()..]));
        }
    }
    let value = line.rsplit_once(": ").map(|(_, value)| value.trim());
    let plain =
        |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_alphanumeric());
    value.filter(|it| plain(it)).map(|_| format!("{line}x"))
}

fn walk(directory: &Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}
