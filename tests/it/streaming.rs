//! `helmfire-postrender` on streams: early, bounded, quiet when nobody reads.

use std::fs;
use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

use crate::filter::Filter;
use crate::support::trials;

const RULES: &str = "[[image]]\nfrom = \"nginx:1\"\nto = \"m.test/web:2\"\n";
const DOCUMENT: &str =
    "---\nkind: Pod\nmetadata:\n  name: p\nspec:\n  image: nginx:1\n";

trials!(
    the_first_documents_come_before_the_end,
    a_closed_pipe_ends_quietly,
    memory_is_bounded,
    a_hundred_thousand_documents,
    one_large_document,
    deep_nesting_is_an_error_and_no_crash,
    many_anchors_take_no_time,
);

fn spawn(command: &mut Command) -> Child {
    command.stdin(Stdio::piped()).spawn().unwrap()
}

fn the_first_documents_come_before_the_end() {
    for rules in [RULES, ""] {
        let filter = Filter::new(rules);
        let mut child = spawn(&mut filter.command());
        let mut stdin = child.stdin.take().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        stdin.write_all(DOCUMENT.repeat(2).as_bytes()).unwrap();
        stdin.write_all(b"---\nkind: Po").unwrap();
        let expected = if rules.is_empty() {
            DOCUMENT.repeat(2)
        } else {
            DOCUMENT.replace("nginx:1", "m.test/web:2").repeat(2)
        };
        let mut output = vec![0; expected.len()];
        stdout.read_exact(&mut output).unwrap();
        assert_eq!(String::from_utf8(output).unwrap(), expected);
        drop(stdin);
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "---\nkind: Po");
        assert!(child.wait().unwrap().success());
    }
}

fn a_closed_pipe_ends_quietly() {
    for args in [&[][..], &["--list"], &["--list", "--json"], &["--help"]] {
        let filter = Filter::new(RULES).args(args.iter().copied());
        let mut child = spawn(&mut filter.command());
        drop(child.stdout.take());
        let mut stdin = child.stdin.take().unwrap();
        for _ in 0..100 {
            // It may be gone before it has read all.
            let _ = stdin.write_all(DOCUMENT.repeat(1000).as_bytes());
        }
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((stderr.as_str(), output.status.code()), ("", Some(0)), "{args:?}");
    }
}

fn memory_is_bounded() {
    let filter = Filter::new(RULES);
    let mut command = filter.command();
    let mut child = spawn(command.stdout(Stdio::null()));
    let mut stdin = child.stdin.take().unwrap();
    let others = "---\nkind: ConfigMap\ndata:\n  a: imagine\n".repeat(1000);
    let block = format!("{others}{}", DOCUMENT.repeat(20));
    for _ in 0..300_000_000 / block.len() {
        stdin.write_all(block.as_bytes()).unwrap();
    }
    // All but what is in the pipe has been read now.
    let peak = peak_kilobytes(child.id());
    drop(stdin);
    assert!(child.wait().unwrap().success());
    assert!(peak < 16 * 1024, "{peak} kB");
}

fn peak_kilobytes(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

fn a_hundred_thousand_documents() {
    let input = DOCUMENT.repeat(100_000);
    let output = Filter::new(RULES).run(&input).done();
    assert!(output == input.replace("nginx:1", "m.test/web:2"));
    let rows = Filter::new(RULES).args(["--list", "--json"]).run(&input).done();
    assert!(rows.lines().last().unwrap().contains("\"document\":100000,"));
}

fn one_large_document() {
    let text = format!(
        "image: nginx:1\na: \"{}\"\nb: |\n{}\nc: {}\n",
        "x\\n".repeat(1_000_000),
        "  image: nginx:1\n".repeat(100_000),
        "word ".repeat(200_000).trim()
    );
    let output = Filter::new(RULES).run(&text).done();
    assert!(output == text.replacen("nginx:1", "m.test/web:2", 1));
}

fn deep_nesting_is_an_error_and_no_crash() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", "")] {
        for depth in [200, 3_000, 100_000] {
            let (open, close) = (open.repeat(depth), close.repeat(depth));
            let text = format!("image: nginx:1\nb:\n {open}c{close}\n");
            let outcome = Filter::new(RULES).run(&text);
            if depth <= 3_000 {
                assert!(outcome.done().starts_with("image: m.test/web:2\n"));
                continue;
            }
            assert_eq!((outcome.text(), outcome.code), ("", Some(1)));
            assert!(outcome.stderr.contains("recursion limit"), "{}", outcome.stderr);
            let passed = Filter::new(RULES).args(["--on-error=pass", "-q"]).run(&text);
            assert!(passed.done() == text);
        }
    }
}

fn many_anchors_take_no_time() {
    use std::fmt::Write;
    let mut text = String::from("image: nginx:1\n");
    for number in 0..50_000 {
        write!(text, "a{number}: &a{number} x\nb{number}: *a{number}\n").unwrap();
    }
    // Linear work takes a tenth of a second, all pairs would take half a minute.
    assert_eq!(Filter::new(RULES).run(&text).code, Some(0));
}
