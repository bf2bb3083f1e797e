//! The lines must say what the parser says, or nothing.

use super::*;
use crate::yaml::Events;

fn by_lines(text: &str) -> Option<Vec<Event<'_>>> {
    let mut events = Vec::new();
    read(text, &|key| key == "image", &mut |event| events.push(event))?;
    Some(events)
}

/// The parser's events, reduced to what is told by lines.
fn by_parser(text: &str) -> Option<Vec<Event<'_>>> {
    Events::new(text)
        .map(|event| match event {
            Ok(Event::Scalar(mut scalar)) => {
                if matches!(scalar.style, Style::Literal | Style::Folded) {
                    scalar.value = "".into();
                }
                if scalar.range.is_empty() || scalar.value.is_empty() {
                    scalar.range = 0..0;
                }
                Ok(Event::Scalar(scalar))
            }
            other => other,
        })
        .collect::<Result<_, _>>()
        .ok()
}

fn without_void_ranges(events: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let reduce = |event| match event {
        Event::Scalar(scalar) if scalar.value.is_empty() => {
            Event::Scalar(Scalar { range: 0..0, ..scalar })
        }
        event => event,
    };
    events.into_iter().map(reduce).collect()
}

/// Whether the lines were understood; if so, they must say what the parser says.
fn understood(text: &str) -> bool {
    let Some(events) = by_lines(text) else { return false };
    assert_eq!(Some(without_void_ranges(events)), by_parser(text), "{text:?}");
    true
}

#[test]
fn reads_what_charts_write() {
    for text in [
        "a: b\n",
        "---\n# c\na: b # c\n\nc:\n  d: 'e'\n  f:\n  - g\n  - h: i\n    j: k\n",
        "a:\n- b: c\n  d:\n  - e\n- - f\n  - g: h\n",
        "a: |\n  x: y\n\n   z\n\nb: >-\n  text\nc: {}\nd: []\n",
        "a:\nb:\n  c:\nd: ~\n",
        "- a: |-\n    x\n  b: c\n-   d: e\n    f: g\n",
        "args: [\"-c\", 'x y', --flag=1 ] # c\n\"helm.sh/hook\": test\n",
        "a: http://x:80/y#z\nb: -1\nc: --x=y\n",
        "a: |+\n    x\nb: c",
        "a:\n    b: c\n    d: e\nf: g\n",
        "a: &x b # c\nd:\n- &y c\ne: |\n  \tx\n",
        "a: |\n  \u{e9}\n# \u{201c}\nb: c\n",
        "a: &x b\nc: *x # d\ne: &x f\ng:\n- *x\n",
    ] {
        assert!(understood(text), "{text:?}");
    }
}

#[test]
fn refuses_what_it_does_not_know() {
    for text in [
        "a: &x\n  b: c\n",
        "a: &x &y b\n",
        "&x a: b\n",
        "a: &x\n",
        "a: &x \n",
        "a: *x\n",
        "a: !t b\n",
        "a: {b: c}\n",
        "a: \"b\n  c\"\n",
        "a: b\n  c\n",
        "a:\n  b\n",
        "- \n  a: b\n",
        "-\n  a: b\n",
        "? a\n: b\n",
        "a: \"\\x41\"\n",
        "a: 'b''c'\n",
        "a:\tb\n",
        "a: b\r\n",
        "a: \u{e9}\n",
        "image: |\n  x\n",
        "a: b: c\n",
        "%YAML 1.2\n---\na: b\n",
        "a: b\n...\n",
        "a: b\n---\nc: d\n",
        "--- {a: b}\n",
        "",
        "# c\n",
        "just text\n",
        "a: [b: c]\n",
        "  a: b\nc: d\n",
        "a:\n    b: c\n  d: e\n",
        "a: [b,\n  c]\n",
        "a: b #c\n d\n",
    ] {
        assert!(by_lines(text).is_none(), "{text:?}");
    }
}

/// Every file of lines put together from these; a few thousand of them.
#[test]
fn says_what_the_parser_says_or_nothing() {
    let lines = [
        "a: b",
        "a:",
        "  b: c",
        "  b:",
        "- a",
        "- a: b",
        "  - c: d",
        "- - e",
        "# c",
        "",
        "a: |",
        "    text",
        "  c: >-",
        "'q': \"r\"",
        "a: []",
        "- {}",
        "a: b # c",
        "---",
        "  x",
        "- a:",
    ];
    let mut read = 0;
    for first in lines {
        for second in lines {
            for third in lines {
                for end in ["\n", ""] {
                    let text = format!("{first}\n{second}\n{third}{end}");
                    read += usize::from(understood(&text));
                }
            }
        }
    }
    assert!(read > 2500, "only {read} were understood");
}
