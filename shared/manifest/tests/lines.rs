//! Plain YAML is read line by line, everything by the parser once there is a
//! `[[field]]`: both must come to the same result, errors included.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod bed;

use std::fs;
use std::path::Path;

use bed::{RULES, rules, run};
use helmfire_manifest::OnError;
use proptest::prelude::*;
use proptest::sample::select;

/// A field that no text of this file holds.
const FIELD: &str = "[[field]]\nkind = \"Nothing\"\npath = \"spec.zzz\"\n";
/// Kinds and names matter to this one.
const LIMITED: &str = "[[image]]\nfrom = \"nginx:1\"\nto = \"m.test/limited\"\n\
    kind = \"Pod\"\ncontainer = \"a\"\n";

/// Values, each on its line, most with the blank before them.
const VALUES: &str = "\
x


 nginx:1
 nginx:1
 'nginx:1'
 \"nginx:1\"
 redis
 redis # c
  nginx:1  
 nginx:1 #
 nginx:1#
 |
 >-
 |+ # c
 |2
 []
 {}
 [a, 'b', \"c\"]
 [a, @b]
 [-, a]
 [a: b]
 [a,, b]
 [a
 {a: b}
 &x nginx:1
 *x
 &x
 &y
 !!str nginx:1
 a: b
 a b  c
 -
 - a
 a:
 :a
 ? a
 @a
 `a
 %a
 'it''s'
 \"a\\tb\"
 \"a' \"
 'a' b
 *x # c
 ---
 -a
 ~
 a #b: c
 a\tb
 'a': b
 \"a\": b
 [ 'a' , b ] # c
 []#c
 [---a]
 [---, a]
 [-a, =]
 &x |
 *x b
 |-x
 > a
 a\u{a0}b
 \u{2028}
 a\u{85}b
 'a\u{feff}'
 \"\"
 ''
 a,b
 a]
 -- a
 = a
 <<
 a\u{7f}
 1:2
 a: 
 a:#
 'a'#
\tnginx:1
 nginx:1\t
 \u{e4}";

/// What a value may stand behind.
const KEYS: &str = "\
image:
image:
image:
name:
kind:
a:
b:
spec:
'image':
\"image\":
status:
items:
metadata:
? image
: a
image
a b:
-a:
- image:
- name:
- 
-
- - image:
-   image:
<<:
*x :
&x a:
# image: 
---
...
{
]
'a
image: &x
%A
@a:
a/b.c-d:
\u{e4}:";

/// Lines of which many make sense together.
const LINES: &str = "\
name: a
kind: Pod
kind: PodList
image: nginx:1
- name: a

  
kind: CustomResourceDefinition
# c
- image: redis
image: *x
b: &x nginx:1";

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

fn both_agree(text: &[u8]) -> Result<(), TestCaseError> {
    let by_lines = rules(&format!("{RULES}{LIMITED}"));
    let by_parser = rules(&format!("{RULES}{LIMITED}{FIELD}"));
    let quick = run(&by_lines, OnError::Stop, &mut &text[..]);
    let exact = run(&by_parser, OnError::Stop, &mut &text[..]);
    prop_assert_eq!(quick, exact, "{}", String::from_utf8_lossy(text));
    Ok(())
}

/// What may stand on a line behind its indentation.
fn content() -> impl Strategy<Value = String> {
    let one_of = |lines: &'static str| select(lines.split('\n').collect::<Vec<_>>());
    prop_oneof![
        3 => (one_of(KEYS), one_of(VALUES)).prop_map(|(k, v)| format!("{k}{v}")),
        2 => one_of(LINES).prop_map(str::to_string),
    ]
}

fn lines() -> impl Strategy<Value = String> {
    let line = (prop_oneof![4 => 0..7_usize, 1 => Just(0_usize)], content())
        .prop_map(|(indent, content)| format!("{}{content}", " ".repeat(indent)));
    let ends = select(&["\n", "\n", "\n", "\r\n", ""][..]);
    (prop::collection::vec(line, 1..12), ends).prop_map(|(lines, end)| {
        let separator = if end.is_empty() { "\n" } else { end };
        lines.join(separator) + end
    })
}

/// Lines that go deeper one step at a time, so that more of them are YAML.
fn steps() -> impl Strategy<Value = String> {
    let line = (-3..2_i32, content());
    prop::collection::vec(line, 1..14).prop_map(|lines| {
        let mut depth = 0;
        let mut text = String::from("image: nginx:1\n");
        for (step, content) in lines {
            depth = (depth + step).max(0);
            text += &" ".repeat(2 * usize::try_from(depth).unwrap());
            text += &content;
            text.push('\n');
        }
        text
    })
}

proptest! {
    #![proptest_config(config(8000))]

    #[test]
    fn on_lines(text in lines()) {
        both_agree(text.as_bytes())?;
    }

    #[test]
    fn on_steps(text in steps()) {
        both_agree(text.as_bytes())?;
    }

    #[test]
    fn on_damaged_manifests(
        file in 0..100_usize,
        edits in prop::collection::vec((any::<u32>(), 0..5_u8, content()), 1..4),
    ) {
        let texts = manifests();
        let mut lines: Vec<&str> = texts[file % texts.len()].split('\n').collect();
        let contents: Vec<String> = edits.iter().map(|edit| edit.2.clone()).collect();
        for ((at, kind, _), content) in edits.iter().zip(&contents) {
            let at = usize::try_from(*at).unwrap() % lines.len();
            match kind {
                0 => lines.insert(at, content),
                1 => lines[at] = content,
                2 => { lines.remove(at); }
                3 => lines[at] = lines[at].strip_prefix(' ').unwrap_or(lines[at]),
                _ => lines.insert(at, lines[at]),
            }
            if lines.is_empty() {
                break;
            }
        }
        both_agree(lines.join("\n").as_bytes())?;
    }
}

/// The project's own manifests, their images turned into those of the rules.
fn manifests() -> Vec<String> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/manifests");
    let mut paths: Vec<_> =
        fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read =
        |path: &_| fs::read_to_string(path).unwrap().replace("nginx:1.27", "nginx:1");
    paths.iter().map(read).collect()
}
