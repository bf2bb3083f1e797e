//! The result does not depend on the pieces in which the bytes arrive, and no
//! bytes make it panic.

mod bed;

use bed::{NO_MATCH, Pieces, RULES, rules, run};
use helmfire_manifest::OnError;
use proptest::prelude::*;

/// Texts in which every byte matters to where a document ends.
const TEXTS: &[&[u8]] = &[
    b"",
    b"\n\n",
    b"---\n---\n---",
    b"a: b\n---\nimage: nginx:1\n---\n",
    b"image: nginx:1\r\n---\r\nimage: 'redis'\r\n...\r\n---\r\n",
    b"a: |\n ---\n--- # c\nimage: nginx:1\n----\n",
    b"---image: nginx:1\n---kind: Pod\nimage: nginx:1",
    b"%YAML 1.2\n# c\n---\nimage: nginx:1\n...\n%TAG ! !x\n---\nimage: redis\n",
    b"\xef\xbb\xbfimage: nginx:1\n---\n# c\n\xef\xbb\xbfimage: redis:7",
    b"image: nginx:1\n-- -\n--\n-\n---\nimage: \xff\n---\n",
    b"a: \xff\n---\nb: \0\n---\nimage: nginx:1\n\n\n---x\n",
    b"image: |\n  nginx:1\n---\nimage: &a nginx:1\nb: *a\n---\nb: *a\nimage: redis",
    b"{\"image\": \"nginx:1\"}\n---\n[{image: redis}]\n--- {image: nginx:1}",
];

#[test]
fn pieces_do_not_matter() {
    for text in TEXTS {
        for source in [RULES, NO_MATCH, ""] {
            for on_error in [OnError::Stop, OnError::Pass] {
                let rules = rules(source);
                let whole = run(&rules, on_error, &mut &text[..]);
                let single = Pieces::new(text, 0..text.len());
                let cuts = (0..text.len()).map(|at| Pieces::new(text, [at]));
                let double = (0..text.len()).map(|at| Pieces::new(text, [at, at + 3]));
                for mut pieces in cuts.chain(double).chain([single]) {
                    let cut = run(&rules, on_error, &mut pieces);
                    assert_eq!(cut, whole, "{}", text.escape_ascii());
                }
            }
        }
    }
}

/// Longer than any buffer, with documents that begin around its end.
#[test]
fn pieces_do_not_matter_around_the_end_of_a_buffer() {
    let rules = rules(RULES);
    let buffer = 128 * 1024;
    for beyond in -12..12 {
        let filler = "x".repeat(usize::try_from(buffer + beyond).unwrap());
        let text = format!("a: {filler}\n---\nimage: nginx:1\n---\nimage: redis\n");
        let expected =
            format!("a: {filler}\n---\nimage: m.test/web:2\n---\nimage: \"1e3\"\n");
        let whole = run(&rules, OnError::Stop, &mut text.as_bytes());
        assert!(whole.output == expected.as_bytes(), "{beyond}");
    }
}

/// Pieces of YAML and of what only looks like it.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let words: Vec<&'static [u8]> = vec![
        b"image",
        b"image: nginx:1",
        b"nginx:1",
        b"redis",
        b":",
        b": ",
        b" ",
        b"  ",
        b"\n",
        b"\r\n",
        b"\r",
        b"\t",
        b"- ",
        b"---",
        b"\n---\n",
        b"...",
        b"\n...\n",
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b"&a ",
        b"*a",
        b"&b",
        b"*b ",
        b"<<: ",
        b"? ",
        b"| ",
        b"|-\n",
        b">",
        b">2+\n",
        b"\"",
        b"'",
        b"\\",
        b"\\x6",
        b"# ",
        b"!",
        b"!!str ",
        b"%YAML 1.2\n",
        b"\xef\xbb\xbf",
        b"\xff",
        b"\xc3",
        b"\xc3\xa4",
        b"\0",
        b"kind: ",
        b"List",
        b"items:\n",
        b"kind: CustomResourceDefinition\n",
        b"status:\n ",
        b"reference",
        b"volumes:\n- ",
        b"kind: C\ndata:\n  x: |\n    ",
        b"kind: C\ndata: {x: ",
        b"package",
        b"pkg.crossplane.io",
    ];
    let word = prop_oneof![
        8 => prop::sample::select(words).prop_map(<[u8]>::to_vec),
        1 => prop::collection::vec(any::<u8>(), 1..4),
    ];
    prop::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

/// Reads embedded YAML and arguments wherever it can.
const GREEDY: &str = "[[image]]\nfrom = \"nginx:1\"\nto = \"[::1]:5000/web:2\"\n\
    [[image]]\nfrom = \"redis\"\nto = \"1e3\"\n\
    [[field]]\nkind = \"C\"\npath = \"data.*\"\nform = \"embedded-yaml\"\n\
    [[field]]\nkind = \"C\"\npath = \"data\"\nform = \"after-equals\"\n";

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(20_000)
    })]

    #[test]
    fn no_bytes_make_it_panic(bytes in bytes()) {
        let outcome = run(&rules(GREEDY), OnError::Pass, &mut &bytes[..]);
        prop_assert!(outcome.result.is_ok());
        if outcome.events.is_empty() {
            prop_assert_eq!(&outcome.output, &bytes);
        }
        // Up to its end or an error it is the same as in one piece.
        let stopped = run(&rules(GREEDY), OnError::Stop, &mut &bytes[..]);
        prop_assert!(outcome.output.starts_with(&stopped.output));
    }
}
