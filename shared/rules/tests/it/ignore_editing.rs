//! `[[ignore]]` rules are put and removed by the same splices as all others.

use std::path::Path;

use helmfire_rules::file::{Draft, DraftValue, Edit, edit, read};
use helmfire_rules::ignore::Date;
use helmfire_rules::{IgnoreRule, RuleKind, Rules};
use proptest::prelude::*;

type Entry = (&'static str, DraftValue);

fn text(name: &'static str, value: &str) -> Entry {
    (name, DraftValue::Text(value.into()))
}

fn paths(paths: &[&str]) -> Entry {
    ("paths", paths.iter().map(ToString::to_string).collect::<Vec<_>>().into())
}

fn until(date: &str) -> Entry {
    ("until", Date::parse(date).unwrap().into())
}

fn kind(kind: &str) -> Entry {
    ("target", DraftValue::Table(vec![("kind", kind.into())]))
}

fn draft(entries: &[Entry]) -> Draft {
    Draft::new(RuleKind::Ignore, entries.to_vec()).unwrap()
}

fn put(entries: &[Entry]) -> Edit {
    Edit::Put(draft(entries))
}

fn remove(entries: &[Entry]) -> Edit {
    Edit::Remove(draft(entries).key().clone())
}

fn rules(text: &str) -> Rules {
    read(Path::new("helmfire.toml"), text).unwrap()
}

/// Edits `text`, which must be right before and after.
fn edited(text: &str, edits: &[Edit]) -> String {
    rules(text);
    let new = edit(text, edits).unwrap();
    rules(&new);
    new
}

const FILE: &str = "\
version = 1

# replicas
[[ignore]] # HPA
paths = [  # Flux
  \"/spec/replicas\", # one
]
reason = 'autoscaled'   # since May

[ignore.target]
kind = 'Deployment'

# Argo
[[ignore]]
jqPathExpressions = ['.a[]?.b']
kind = \"D*\"
until = \"2026-12-31\" # last day

[[image]]
from = \"a\"
to = \"b\"
";

#[test]
fn a_new_rule_follows_the_last_of_its_kind() {
    let new = put(&[
        paths(&["/metadata/annotations/a~1b", r#"/x "y""#]),
        (
            "target",
            DraftValue::Table(vec![("kind", "A|B".into()), ("name", r"\d".into())]),
        ),
        text("release", "shop"),
        text("reason", "it is so"),
        until("2027-01-31"),
    ]);
    assert_eq!(
        edited(FILE, &[new]),
        FILE.replace(
            "\n[[image]]",
            "\n[[ignore]]\npaths = [\"/metadata/annotations/a~1b\", '/x \"y\"']\n\
             target = { kind = \"A|B\", name = '\\d' }\nrelease = \"shop\"\n\
             reason = \"it is so\"\nuntil = 2027-01-31\n\n[[image]]"
        )
    );
    assert_eq!(
        edited("", &[put(&[text("preset", "hpa-replicas")])]),
        "version = 1\n\n[[ignore]]\npreset = \"hpa-replicas\"\n"
    );
}

#[test]
fn the_same_rule_gets_a_new_reason_and_end() {
    let flux = [paths(&["/spec/replicas"]), kind("Deployment")];
    let with = |more: &[Entry]| put(&[&flux[..], more].concat());
    assert_eq!(edited(FILE, &[with(&[])]), FILE, "a reason stays if none is given");
    assert_eq!(
        edited(FILE, &[with(&[text("reason", "HPA"), until("2027-01-31")])]),
        FILE.replace(
            "reason = 'autoscaled'   # since May\n",
            "reason = 'HPA'   # since May\nuntil = 2027-01-31\n"
        )
    );
    let argo = [
        ("jsonPointers", DraftValue::Texts(vec!["/a/*/b".into()])),
        text("kind", "D*"),
    ];
    let with = |more: &[Entry]| put(&[&argo[..], more].concat());
    let until_text = "until = \"2026-12-31\" # last day\n";
    assert_eq!(edited(FILE, &[with(&[until("2026-12-31")])]), FILE);
    assert_eq!(
        edited(FILE, &[with(&[until("2027-01-01")])]),
        FILE.replace("2026-12-31", "2027-01-01")
    );
    assert_eq!(edited(FILE, &[with(&[])]), FILE.replace(until_text, ""));
    assert_eq!(
        edited(FILE, &[with(&[text("reason", "x")])]),
        FILE.replace(until_text, "reason = \"x\"\n")
    );
    let date = FILE.replace("\"2026-12-31\"", "2026-12-31");
    assert_eq!(edited(&date, &[with(&[until("2026-12-31")])]), date);
    assert_eq!(
        edited(&date, &[with(&[until("2027-01-01"), text("reason", "x")])]),
        date.replace("until = 2026-12-31", "reason = \"x\"\nuntil = 2027-01-01")
    );
}

#[test]
fn a_removed_rule_takes_its_table_and_comments_along() {
    let flux = remove(&[paths(&["/spec/replicas"]), kind("Deployment")]);
    let argo = remove(&[paths(&["/a/*/b"]), text("kind", "D*")]);
    let (before, rest) = FILE.split_once("# replicas\n").unwrap();
    let (_, behind) = rest.split_once("# Argo\n").unwrap();
    assert_eq!(
        edited(FILE, std::slice::from_ref(&flux)),
        format!("{before}# Argo\n{behind}")
    );
    let image = "[[image]]\nfrom = \"a\"\nto = \"b\"\n";
    assert_eq!(edited(FILE, &[flux, argo]), format!("{before}{image}"));
    let other = remove(&[paths(&["/spec/replicas"])]);
    assert_eq!(edited(FILE, &[other]), FILE, "another target is another rule");
}

#[test]
fn newlines_stay_what_they_are() {
    let text_of = FILE.replace('\n', "\r\n");
    let new = put(&[paths(&["/x"]), text("reason", "y")]);
    let amended = put(&[
        paths(&["/spec/replicas"]),
        kind("Deployment"),
        text("reason", "z"),
        until("2027-01-31"),
    ]);
    let edits = [new, amended];
    let crlf = edited(&text_of, &edits);
    assert_eq!(crlf, edited(FILE, &edits).replace('\n', "\r\n"));
    assert_eq!(edited(&crlf, &[remove(&[paths(&["/x"])])]), {
        edited(&text_of, &edits[1..])
    });
}

#[test]
fn rules_in_an_inline_array_stay_inline() {
    let file = "ignore = [\n  # one\n  {paths = ['/a'], target.kind = 'Job', until = 2026-12-31},\n  \
                { until = '2026-12-31', reason = \"r\", jsonPointers = [\"/b\"] }, # two\n]\n";
    let a = [paths(&["/a"]), kind("Job")];
    let b = [paths(&["/b"])];
    let with = |rule: &[Entry], more: &[Entry]| put(&[rule, more].concat());
    let table = [
        (with(&a, &[until("2026-12-31")]), file.to_string()),
        (with(&a, &[]), file.replace(", until = 2026-12-31", "")),
        (
            with(&a, &[text("reason", "x")]),
            file.replace(", until = 2026-12-31", "")
                .replace("['/a']", "['/a'], reason = \"x\""),
        ),
        (
            with(&a, &[until("2027-01-01"), text("reason", "x")]),
            file.replace("until = 2026-12-31", "until = 2027-01-01")
                .replace("['/a']", "['/a'], reason = \"x\""),
        ),
        (with(&b, &[]), file.replace("until = '2026-12-31', ", "")),
        (
            with(&b, &[until("2027-01-01"), text("reason", "s")]),
            file.replace("'2026-12-31'", "'2027-01-01'").replace("\"r\"", "\"s\""),
        ),
        (
            put(&[paths(&["/c"]), kind("Job")]),
            file.replace(
                "# two\n",
                "# two\n  { paths = [\"/c\"], target = { kind = \"Job\" } },\n",
            ),
        ),
        (remove(&b), {
            let (before, _) = file.split_once("  { until").unwrap();
            format!("{before}]\n")
        }),
    ];
    for (edit, expected) in table {
        assert_eq!(edited(file, std::slice::from_ref(&edit)), expected, "{edit:?}");
    }
}

#[test]
fn a_wrong_draft_says_why() {
    let faults = |entries: Vec<Entry>| -> Vec<String> {
        let faults = Draft::new(RuleKind::Ignore, entries).unwrap_err();
        faults.iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        faults(vec![paths(&["a"]), text("preset", "x")]),
        [
            "'preset' and 'paths' exclude each other, make two rules of it",
            "preset 'x' is not known, there are: hpa-replicas, ca-bundle, \
             aggregated-clusterroles, last-applied, rollout-restart",
        ]
    );
}

/// Entries of a rule that is valid, whatever the strings hold.
fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let pointer = "(/[a-z~*.\"'\\\\ é]{0,6}){0,3}"
        .prop_filter("no lone tilde", |p| !p.contains('~'));
    let paths = proptest::collection::vec(pointer, 1..4);
    let key = prop_oneof![Just("paths"), Just("jsonPointers")];
    let managers = proptest::collection::vec("[a-z*?\"'\\\\-]{1,8}", 1..3);
    let target = "[a-zA-Z|.*\\[\\]()]{1,8}".prop_filter("an expression", |text| {
        helmfire_rules::ignore::Criterion::from_regex(text).is_ok()
    });
    let reason = "[a-z \"'\\\\\n\t#=é]{1,20}";
    let day = (1..=9999_u16, 1..=12_u8, 1..=28_u8);
    (
        (key, paths),
        proptest::option::of(managers),
        proptest::option::of(target),
        proptest::option::of("[a-z*?-]{1,5}"),
        proptest::option::of(reason),
        proptest::option::of(day),
    )
        .prop_map(|((key, paths), managers, target, release, reason, day)| {
            let mut entries: Vec<Entry> = vec![(key, paths.into())];
            entries.extend(managers.map(|m| ("managedFieldsManagers", m.into())));
            entries.extend(
                target.map(|kind| ("target", DraftValue::Table(vec![("kind", kind)]))),
            );
            entries.extend(release.map(|release| ("release", release.into())));
            entries.extend(reason.map(|reason| ("reason", reason.into())));
            let date = day.and_then(|(year, month, day)| Date::new(year, month, day));
            entries.extend(date.map(|date| ("until", date.into())));
            entries
        })
}

proptest! {
    #[test]
    fn what_was_written_is_read_again(entries in entries(), inline in any::<bool>()) {
        let draft = draft(&entries);
        let file = if inline { "ignore = []\n" } else { FILE };
        let new = edited(file, &[Edit::Put(draft.clone())]);
        let before = rules(file).ignores.len();
        let rules = rules(&new);
        prop_assert_eq!(rules.ignores.len(), before + 1);
        let rule = rules.ignores.iter().find(|rule| rule.key() == *draft.key()).unwrap();
        prop_assert_eq!(rule.reason.as_deref(), draft.value("reason"));
        let until = entries.iter().find_map(|(_, value)| match value {
            DraftValue::Date(date) => Some(*date),
            _ => None,
        });
        prop_assert_eq!(rule.until, until);
        // Once more changes nothing, and without it all is as before.
        prop_assert_eq!(&edited(&new, &[Edit::Put(draft.clone())]), &new);
        prop_assert_eq!(edited(&new, &[Edit::Remove(draft.key().clone())]), file);
    }

    #[test]
    fn amending_leaves_the_rest_of_the_file(one in entries(), two in entries()) {
        let same: Vec<Entry> = one
            .iter()
            .filter(|(name, _)| !["reason", "until"].contains(name))
            .chain(two.iter().filter(|(name, _)| ["reason", "until"].contains(name)))
            .cloned()
            .collect();
        let first = edited(FILE, &[put(&one)]);
        let second = edited(&first, &[put(&same)]);
        let keys = |text: &str| -> Vec<_> {
            rules(text).ignores.iter().map(IgnoreRule::key).collect()
        };
        prop_assert_eq!(keys(&first), keys(&second));
        prop_assert_eq!(edited(&second, &[remove(&same)]), FILE);
    }
}
