//! Traps: what no recording has, or what must not be taken for something else.

mod bed;

use bed::{asked, assert_is_a_line};
use helmfire_diff::{Answer, Asked, Output, Verdict, read, read_alone};

const LISTED: &str =
    "Affected releases are:\n  web (./x) UPDATED\n\nIdentified at least one change\n";
const OBJECT: &str =
    "[\n{\"name\": \"a\", \"kind\": \"K\", \"changeType\": \"ADD\"}\n]\n\n";

fn head(name: &str, namespace: &str) -> String {
    format!("Comparing release={name}, chart=charts/x, namespace={namespace}\n")
}

fn output<'a>(stdout: &'a str, stderr: &'a str, exit: u8) -> Output<'a> {
    Output { stdout: stdout.as_bytes(), stderr: stderr.as_bytes(), exit }
}

/// `=` in sync, `d` differs, `r` removal, `?` unknown, `!` unknown and to be run.
fn signs(answer: &Answer) -> String {
    let sign = |(at, verdict): (usize, &Verdict)| match verdict {
        Verdict::InSync => '=',
        Verdict::Differs(_) => 'd',
        Verdict::Removal => 'r',
        Verdict::Unknown { .. } if answer.rerun.contains(&at) => '!',
        Verdict::Unknown { .. } => '?',
    };
    answer.verdicts.iter().enumerate().map(sign).collect()
}

fn read_two(stdout: &str, stderr: &str, exit: u8) -> String {
    let asked = [asked("web", "demo"), asked("db", "demo")];
    signs(&read(&asked, &output(stdout, stderr, exit)))
}

#[test]
fn exit_codes_and_what_was_printed() {
    let (web, db) = (head("web", "demo"), head("db", "demo"));
    let differs = format!("{web}{OBJECT}{db}");
    let silent = format!("{web}{db}");
    let none = "No affected releases\n";
    let cases = [
        (0, &*differs, "", "!!"),
        (1, &differs, "", "d!"),
        (2, &differs, LISTED, "d="),
        // An exit code of 2 that helmfile does not explain is anybody's.
        (2, &differs, "", "d!"),
        (2, &differs, "in ./b.yaml: bad\n", "d!"),
        (137, &differs, LISTED, "d!"),
        (0, &silent, none, "=="),
        (0, &silent, "", "=="),
        (1, &silent, "", "!!"),
        (2, &silent, LISTED, "?="),
        (2, &silent, "", "!!"),
        (3, "", "err: no releases found\n", "??"),
        (3, &silent, "", "!!"),
        (0, "", "", "!!"),
        (1, "", "Error: unknown command \"diff\" for \"helm\"\n", "??"),
        (1, &silent, "  Error: plugin \"diff\" not found\n", "??"),
    ];
    for (exit, stdout, stderr, expected) in cases {
        assert_eq!(
            read_two(stdout, stderr, exit),
            expected,
            "{exit}\n{stdout}{stderr}"
        );
    }
}

#[test]
fn broken_json_spoils_its_release_only() {
    let cut = "[\n{\"name\": \"a\", \"kind\": \"K\", \"chan\n";
    let stdout = format!("{}{cut}{}{OBJECT}", head("web", "demo"), head("db", "demo"));
    assert_eq!(read_two(&stdout, LISTED, 2), "!d");
    assert_eq!(read_two(&stdout, "", 1), "!d");
    // With 0 nothing should have been printed, so the rest is not to be trusted.
    assert_eq!(read_two(&stdout.replace(OBJECT, ""), "", 0), "!!");
    let verdict = read_alone(&asked("web", "demo"), &output(&stdout, LISTED, 2));
    assert!(matches!(verdict, Verdict::Unknown { .. }));
}

#[test]
fn text_that_is_no_diff_proves_nothing_by_itself() {
    let stdout =
        format!("{}(root level)\n+ one\n{}", head("web", "demo"), head("db", "demo"));
    assert_eq!(read_two(&stdout, "", 0), "!=");
    assert_eq!(read_two(&stdout, "No affected releases\n", 0), "==");
    assert_eq!(read_two(&stdout, LISTED, 2), "?=");
}

#[test]
fn twins_are_told_apart_or_not_at_all() {
    let twins = [asked("web", "a"), asked("web", "b")];
    let (a, b) = (head("web", "a"), head("web", "b"));
    let of = |stdout: &str| signs(&read(&twins, &output(stdout, LISTED, 2)));
    assert_eq!(of(&format!("{a}{b}{OBJECT}")), "=d");
    assert_eq!(of(&format!("{b}{OBJECT}{a}")), "=d");
    // One of them is said to differ, and neither was printed.
    assert_eq!(of(&format!("{a}{b}")), "!!");
    assert_eq!(of(&a), "!!");
    // `namespace=b` that has lost its end could be another.
    let cut = "Comparing release=web, chart=x, namespace=a";
    assert_eq!(of(cut), "!!");
    // In two contexts all is equal but the order.
    let contexts = [asked("web", "a"), asked("web", "a")];
    let answer = read(&contexts, &output(&format!("{a}{a}{OBJECT}"), LISTED, 2));
    assert_eq!(signs(&answer), "=d");
    assert_eq!(signs(&read(&contexts, &output(&a, LISTED, 2))), "!!");
    let alone =
        read_alone(&contexts[0], &output(&format!("{a}{a}{OBJECT}"), LISTED, 2));
    assert!(matches!(alone, Verdict::Unknown { .. }));
}

#[test]
fn removals() {
    let asked = [asked("web", "a"), asked("web", "b"), asked("old", "a")];
    let lookup = "Listing releases matching ^web$\nListing releases matching ^old$\n";
    let end = "\nIdentified at least one change\n";
    let stdout = head("web", "a");
    let of = |list: &str| {
        let stderr = format!("{lookup}Affected releases are:\n{list}{end}");
        signs(&read(&asked, &output(&stdout, &stderr, 2)))
    };
    assert_eq!(of("  web (./x) DELETED\n"), "=r=");
    assert_eq!(of("  old (./x) DELETED\n"), "==r");
    assert_eq!(of("  web (./x) UPDATED\n"), "!!=");
    // Which of two?
    let stderr = format!("{lookup}Affected releases are:\n  web (./x) DELETED\n{end}");
    assert_eq!(signs(&read(&asked, &output("", &stderr, 2))), "!!=");
    // Not wanted and not there, and nothing else.
    let stderr = format!("{lookup}No affected releases\n");
    assert_eq!(signs(&read(&asked, &output(&stdout, &stderr, 0))), "===");
    assert_eq!(signs(&read(&asked, &output(&stdout, lookup, 1))), "!!!");
    // One of two is kept silent, the other not wanted.
    let stderr = format!("{lookup}{stdout}No affected releases\n");
    assert_eq!(signs(&read(&asked, &output("", &stderr, 0))), "!==");
}

#[test]
fn strangers_are_noted() {
    let stdout = format!(
        "built --set password=hunter2\n{}{OBJECT}{}",
        head("other", "demo"),
        head("web", "demo"),
    );
    let stderr = "Affected releases are:\n  other (x) UPDATED\n  gone (x) DELETED\n\n\
                  Identified at least one change\n";
    let answer = read(&[asked("web", "demo")], &output(&stdout, stderr, 2));
    assert_eq!(signs(&answer), "=");
    let expected = [
        "a line stands before the first release",
        "not asked about: other in namespace 'demo': 1 object differs",
        "not asked about, but said to differ: gone",
    ];
    assert_eq!(answer.notes, expected);
    let cut = read(&[], &output("Compar", "", 0));
    assert_eq!(
        cut.notes.last().unwrap(),
        "standard output ends in the middle of a line"
    );
}

#[test]
fn a_head_within_a_debug_line_cannot_clear_its_neighbour() {
    // `--set` with a line break in it, printed as it is under HELM_DEBUG.
    let stdout = format!(
        "{}Executing helm template --set x=\n{}{OBJECT}{}",
        head("web", "demo"),
        head("db", "demo"),
        head("db", "demo"),
    );
    assert_eq!(read_two(&stdout, LISTED, 2), "?!");
}

#[test]
fn colours_and_bytes_that_are_no_text() {
    let stdout =
        b"Comparing release=web, chart=x, namespace=demo\n\x1b[33mdemo, web, Secret \
                   (v1) has changed:\x1b[0m\n\x1b[31m- a: \xff\x00\x1b[0m\n  b\n\n";
    let output = Output { stdout, stderr: b"", exit: 2 };
    let verdict = read_alone(&asked("web", "demo"), &output);
    let Verdict::Differs(objects) = verdict else { panic!("{verdict:?}") };
    assert_eq!(objects[0].kind, "Secret");
    assert_eq!(objects[0].text.as_deref(), Some("- a: \u{fffd}\u{fffd}\n  b"));
}

#[test]
fn a_reason_is_a_line_whatever_helm_says() {
    let long =
        format!("Error: {}\x1b[31m\x07\u{202e}{}\n", "é".repeat(200), "x".repeat(9000));
    for exit in [1, 2, 3, 255] {
        for verdict in [
            read(&[asked("web", "demo")], &output("", &long, exit)).verdicts.remove(0),
            read_alone(&asked("web", "demo"), &output("", &long, exit)),
        ] {
            let Verdict::Unknown { reason, .. } = verdict else { panic!("{exit}") };
            assert_is_a_line(&reason);
            assert!(!reason.contains('\u{202e}'));
        }
    }
}

#[test]
fn alone_and_before_all_heads() {
    let web = asked("web", "demo");
    let of = |stdout: &str, exit| {
        let verdict = read_alone(&web, &output(stdout, "", exit));
        signs(&Answer { verdicts: vec![verdict], rerun: vec![], notes: vec![] })
    };
    assert_eq!(of("", 0), "=");
    assert_eq!(of(&head("web", ""), 0), "=");
    assert_eq!(of(OBJECT, 0), "?");
    assert_eq!(of(OBJECT, 2), "d");
    assert_eq!(of(OBJECT, 1), "?");
    assert_eq!(of("[{", 0), "?");
    assert_eq!(of("", 1), "?");
    assert_eq!(of("", 2), "?");
    let other = LISTED.replace("web", "db");
    let alone = read_alone(&web, &output(&head("web", "demo"), &other, 2));
    assert!(matches!(alone, Verdict::Unknown { .. }));
    assert_eq!(of(&format!("{}{OBJECT}", head("web", "demo")), 1), "?");
    assert_eq!(of(&format!("{}{OBJECT}", head("db", "demo")), 0), "?");
    assert_eq!(of(&format!("{}{OBJECT}", head("db", "demo")), 2), "?");
}

#[test]
fn megabytes_are_read() {
    let object = "{\"name\": \"a\", \"kind\": \"K\", \"changeType\": \"ADD\"}";
    let array = format!("[\n{}{object}\n]\n", format!("{object},\n").repeat(100_000));
    let lines = "- a: b\n  c: d\n".repeat(300_000);
    let stdout = format!(
        "{}{array}{}demo, x, Pod (v1) has changed:\n{lines}",
        head("web", "demo"),
        head("db", "demo"),
    );
    let asked: [Asked; 2] = [asked("web", "demo"), asked("db", "demo")];
    let answer = read(&asked, &output(&stdout, "", 2));
    let Verdict::Differs(objects) = &answer.verdicts[0] else { panic!() };
    assert_eq!(objects.len(), 100_001);
    let Verdict::Differs(objects) = &answer.verdicts[1] else { panic!() };
    assert_eq!(objects[0].text.as_ref().unwrap().len(), lines.len() - 1);
}
