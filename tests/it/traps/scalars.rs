//! How a scalar is written: quotes, blocks, tags, escapes, keys.

use super::{Trap, changes, stays};

/// A name-only rule to a name that YAML reads as a number.
const NUMBER: &str = "[[image]]\nfrom = \"nginx\"\nto = \"1e3\"\n";
/// A registry whose name begins like a flow sequence.
const IPV6: &str = "[[image]]\nfrom = \"nginx:1\"\nto = \"[::1]:5000/web:2\"\n";

pub(super) const TRAPS: &[Trap] = &[
    changes("plain", b"image: nginx:1\n", b"image: m.test/web:2\n"),
    changes("single_quotes", b"image: 'nginx:1'\n", b"image: 'm.test/web:2'\n"),
    changes("double_quotes", b"image: \"nginx:1\"\n", b"image: \"m.test/web:2\"\n"),
    changes("comment", b"image:  nginx:1  # c\n", b"image:  m.test/web:2  # c\n"),
    changes(
        "quote_in_comment",
        b"image: 'nginx:1' #'\n",
        b"image: 'm.test/web:2' #'\n",
    ),
    changes(
        "tab_behind_colon",
        b"image:\tnginx:1\t#c\n",
        b"image:\tm.test/web:2\t#c\n",
    ),
    changes("blank_before_colon", b"image : nginx:1\n", b"image : m.test/web:2\n"),
    changes("next_line", b"image:\n  nginx:1\n", b"image:\n  m.test/web:2\n"),
    changes(
        "next_line_behind_a_comment",
        b"image: # c\n  # d\n  'nginx:1'\nb: c\n",
        b"image: # c\n  # d\n  'm.test/web:2'\nb: c\n",
    ),
    changes("quoted_key", b"'image' : nginx:1\n", b"'image' : m.test/web:2\n"),
    changes("explicit_key", b"? image\n: nginx:1\n", b"? image\n: m.test/web:2\n"),
    changes(
        "explicit_key_in_a_sequence",
        b"- ?   image # c\n  :\n    nginx:1\n",
        b"- ?   image # c\n  :\n    m.test/web:2\n",
    ),
    changes(
        "explicit_key_as_a_block",
        b"? |-\n  image\n: nginx:1\n",
        b"? |-\n  image\n: m.test/web:2\n",
    ),
    stays("key_that_is_a_sequence", b"? [image]\n: nginx:1\n"),
    stays("key_that_is_a_mapping", b"? image: nginx:1\n: nginx:1\n"),
    changes(
        "escapes_in_key_and_value",
        b"\"im\\x61ge\": \"ngin\\u0078:1\"\n",
        b"\"im\\x61ge\": \"m.test/web:2\"\n",
    ),
    changes(
        "slashes_escaped_as_in_json",
        b"{\"image\":\"docker.io\\/library\\/nginx:1\"}",
        b"{\"image\":\"m.test/web:2\"}",
    ),
    changes(
        "line_break_escaped",
        b"image: \"ngi\\\n  nx:1\"\n",
        b"image: \"m.test/web:2\"\n",
    ),
    changes("tag", b"image: !!str nginx:1\n", b"image: !!str m.test/web:2\n"),
    changes("tag_of_its_own", b"image: !x 'nginx:1'\n", b"image: !x 'm.test/web:2'\n"),
    changes("tag_without_a_name", b"image: ! nginx:1\n", b"image: ! m.test/web:2\n"),
    changes("block", b"image: |\n  nginx:1\nb: c\n", b"image: m.test/web:2\nb: c\n"),
    stays(
        "block_that_begins_with_blanks",
        b"a:\n  image: |2-  # why\n      nginx:1\n  b: c\n",
    ),
    changes(
        "block_with_an_indentation",
        b"a:\n  image: |4-  # > why\n      nginx:1\n  b: c\n",
        b"a:\n  image: m.test/web:2  # > why\n  b: c\n",
    ),
    changes(
        "block_and_comment_behind_a_tab",
        b"image: |-\t# c\n  nginx:1\n",
        b"image: m.test/web:2\t# c\n",
    ),
    stays(
        "block_that_begins_with_a_line_break",
        b"image: >+\n\n  nginx:1\n\n\n# d\nb: c\n",
    ),
    changes(
        "block_kept_to_the_end",
        b"image: |+\n  nginx:1\n\n\n# d\nb: c\n",
        b"image: m.test/web:2\n\n\n# d\nb: c\n",
    ),
    changes(
        "folded_block_and_blank_lines",
        b"image: >-\n    nginx:1\n\n\n# d\nb: c\n",
        b"image: m.test/web:2\n\n\n# d\nb: c\n",
    ),
    changes(
        "comment_less_indented_than_the_block",
        b"a:\n  image: |-\n    nginx:1\n   # c\n  b: c\n",
        b"a:\n  image: m.test/web:2\n   # c\n  b: c\n",
    ),
    changes(
        "block_with_windows_line_breaks",
        b"image: |\r\n  nginx:1\r\nb: c\r\n",
        b"image: m.test/web:2\r\nb: c\r\n",
    ),
    changes(
        "block_without_final_line_break",
        b"image: |-\n  nginx:1",
        b"image: m.test/web:2",
    ),
    changes("flow", b"{a: [{image: nginx:1}]}", b"{a: [{image: m.test/web:2}]}"),
    changes(
        "flow_as_helm_4_writes_it",
        b"{\"a\":1, b: {c: 'x', image: nginx:1}}\n",
        b"{\"a\":1, b: {c: 'x', image: m.test/web:2}}\n",
    ),
    changes("pair_in_a_sequence", b"[image: nginx:1]\n", b"[image: m.test/web:2]\n"),
    changes("json", b"{\"image\":\"nginx:1\"}", b"{\"image\":\"m.test/web:2\"}"),
    changes("json_key", b"{\"image\":nginx:1}", b"{\"image\":m.test/web:2}"),
    changes(
        "json_over_lines",
        b"{\n\t\"image\"\n\t:\n\t\"nginx:1\",\n\t\"a\": \"\\ud83d\\ude00\"\n}\n",
        b"{\n\t\"image\"\n\t:\n\t\"m.test/web:2\",\n\t\"a\": \"\\ud83d\\ude00\"\n}\n",
    ),
    changes(
        "duplicate_keys",
        b"image: nginx:1\nimage: 'nginx:1'\n",
        b"image: m.test/web:2\nimage: 'm.test/web:2'\n",
    ),
    changes("plain_number", b"image: nginx\n", b"image: \"1e3\"\n").with(NUMBER),
    changes("plain_time", b"image: nginx:30\n", b"image: \"1e3:30\"\n").with(NUMBER),
    changes("no_number", b"image: nginx:a\n", b"image: 1e3:a\n").with(NUMBER),
    changes("quoted_number", b"image: 'nginx'\n", b"image: '1e3'\n").with(NUMBER),
    changes("number_in_flow", b"{image: nginx}\n", b"{image: \"1e3\"}\n").with(NUMBER),
    changes("number_from_block", b"image: |-\n  nginx\n", b"image: \"1e3\"\n")
        .with(NUMBER),
    changes("bracket", b"image: nginx:1\n", b"image: \"[::1]:5000/web:2\"\n")
        .with(IPV6),
    changes("bracket_quoted", b"{image: 'nginx:1'}", b"{image: '[::1]:5000/web:2'}")
        .with(IPV6),
    stays("empty", b"image: \"\"\nimage: ''\nimage:\n"),
    stays("no_string", b"image: null\nimage: ~\nimage: 5\nimage: 1.5\nimage: yes\n"),
    stays("sequence", b"image: [nginx:1]\na:\n  image:\n  - nginx:1\n"),
    stays("mapping", b"image: {name: nginx:1}\na:\n  image:\n    tag: nginx:1\n"),
    stays("two_lines", b"image: nginx:1\n  nginx:1\nb: 'nginx:1'\n"),
    stays("comments", b"# image: nginx:1\na: b # image: nginx:1\n"),
    stays("longer", b"image: nginx:1#c\na:\n  image: nginx:1-x\n"),
    stays("text_in_scalars", b"a: 'image: nginx:1'\nb: |\n  image: nginx:1\n"),
    stays("other_keys", b"myimage: nginx:1\nimage/x: nginx:1\nImage: nginx:1\n"),
    stays("template", b"image: {{ .Values.image }}\n"),
];
