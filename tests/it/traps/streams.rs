//! What a stream is made of: documents, marks, line breaks, bytes.

use super::{Trap, changes, fails, stays};

pub(super) const TRAPS: &[Trap] = &[
    stays("nothing", b""),
    stays("white_space", b" \n\t\r\n"),
    stays("markers_only", b"---\n---\n...\n---"),
    changes(
        "more_comments_in_a_row_than_a_parser_wants_to_keep",
        b"- a\n-\n\
          #\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n\
          #\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n\
          #\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n\
          #\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n\
          - image: nginx:1\n",
        b"- a\n-\n\
          #\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n\
          #\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n\
          #\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n\
          #\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n#\n\
          - image: m.test/web:2\n",
    ),
    changes("no_final_line_break", b"image: nginx:1", b"image: m.test/web:2"),
    changes(
        "windows_line_breaks",
        b"a: b\r\nimage: nginx:1\r\n---\r\nimage: 'nginx:1'\r\n",
        b"a: b\r\nimage: m.test/web:2\r\n---\r\nimage: 'm.test/web:2'\r\n",
    ),
    changes(
        "old_mac_line_breaks",
        b"a: b\rimage: nginx:1\r---\rimage: nginx:1\r",
        b"a: b\rimage: m.test/web:2\r---\rimage: m.test/web:2\r",
    ),
    changes(
        "byte_order_mark",
        b"\xef\xbb\xbfapiVersion: postgresql.cnpg.io/v1\nspec: {imageName: nginx:1}\n",
        b"\
\xef\xbb\xbfapiVersion: postgresql.cnpg.io/v1
spec: {imageName: m.test/web:2}
",
    ),
    changes(
        "byte_order_mark_of_a_template",
        b"\
---
# Source: a/b.yaml
\xef\xbb\xbfimage: nginx:1
---
\xef\xbb\xbfimage: nginx:1",
        b"\
---
# Source: a/b.yaml
\xef\xbb\xbfimage: m.test/web:2
---
\xef\xbb\xbfimage: m.test/web:2",
    ),
    changes(
        "byte_order_mark_behind_the_end",
        b"a: b\n...\n\xef\xbb\xbf---\nimage: nginx:1\n",
        b"a: b\n...\n\xef\xbb\xbf---\nimage: m.test/web:2\n",
    ),
    fails(
        "error_behind_a_byte_order_mark",
        b"---\n# c\n\xef\xbb\xbfimage: nginx:1\n b: {\n",
        b"",
        "document 1: it is not YAML: mapping values are not allowed in this context \
         (stdin:4:3), mend it or copy it with --on-error=pass",
    ),
    changes(
        "yaml_directive",
        b"%YAML 1.1\n# c\n---\nimage: nginx:1\n",
        b"%YAML 1.1\n# c\n---\nimage: m.test/web:2\n",
    ),
    changes(
        "tag_directive",
        b"%TAG !e! tag:e,2000:\n---\nimage: !e!x nginx:1\n",
        b"%TAG !e! tag:e,2000:\n---\nimage: !e!x m.test/web:2\n",
    ),
    changes(
        "directive_behind_the_end",
        b"image: nginx:1\n...\n%YAML 1.2\n---\nimage: nginx:1\n",
        b"image: m.test/web:2\n...\n%YAML 1.2\n---\nimage: m.test/web:2\n",
    ),
    changes(
        "end_and_marker",
        b"image: nginx:1\n... # c\n# d\n---\nimage: nginx:1\n",
        b"image: m.test/web:2\n... # c\n# d\n---\nimage: m.test/web:2\n",
    ),
    changes(
        "end_and_no_marker",
        b"kind: CustomResourceDefinition\nimage: nginx:1\n...\nimage: nginx:1\n",
        b"kind: CustomResourceDefinition\nimage: nginx:1\n...\nimage: m.test/web:2\n",
    ),
    changes(
        "content_behind_the_marker",
        b"--- {image: nginx:1}\n--- !!map\nimage: nginx:1\n--- # c\nimage: nginx:1\n",
        b"--- {image: m.test/web:2}\n--- !!map\nimage: m.test/web:2\n--- # c\n\
          image: m.test/web:2\n",
    ),
    changes(
        "glued_marker",
        b"\
a: b
---apiVersion: v1
image: nginx:1
---image: nginx:1
---{image: nginx:1}",
        b"a: b\n---apiVersion: v1\nimage: m.test/web:2\n---image: m.test/web:2\n\
          ---{image: m.test/web:2}",
    ),
    fails(
        "error_behind_a_glued_marker",
        b"a: b\n---kind: c: d\nimage: nginx:1\n",
        b"a: b\n",
        "document 2: it is not YAML: mapping values are not allowed in this context \
         (stdin:2:11), mend it or copy it with --on-error=pass",
    ),
    stays("four_dashes", b"a:\n----\n b\n"),
    changes(
        "four_dashes_are_text",
        b"a: b\n  c\n---\nimage: nginx:1\na: |\n ----\n ---\n",
        b"a: b\n  c\n---\nimage: m.test/web:2\na: |\n ----\n ---\n",
    ),
    changes(
        "indented_marker_in_a_block",
        b"a: |\n  ---\n  image: nginx:1\n  ---\nimage: nginx:1\n",
        b"a: |\n  ---\n  image: nginx:1\n  ---\nimage: m.test/web:2\n",
    ),
    changes(
        "marker_in_a_block_begins_a_document",
        b"a: |\n  image: nginx:1\n---\nimage: nginx:1\n",
        b"a: |\n  image: nginx:1\n---\nimage: m.test/web:2\n",
    ),
    changes(
        "nul_where_no_image_is",
        b"a: \0\n---\nimage: nginx:1\n",
        b"a: \0\n---\nimage: m.test/web:2\n",
    ),
    changes(
        "invalid_utf8_where_no_image_is",
        b"a: \xff\xfe\n---\nimage: nginx:1\n---\nimage: nginx:2 # \xc3\n",
        b"a: \xff\xfe\n---\nimage: m.test/web:2\n---\nimage: nginx:2 # \xc3\n",
    ),
    fails(
        "nul_beside_an_image",
        b"a: b\n---\nkind: Pod\nmetadata:\n  name: p\nimage: nginx:1\na: \0\n",
        b"a: b\n",
        "document 2 (Pod p): it holds a NUL byte (stdin:7:4), \
         mend it or copy it with --on-error=pass",
    ),
    fails(
        "invalid_utf8_beside_an_image",
        b"# c\n---\nimage: nginx:1\n---\nimage: nginx:1\na: \xc3\xa4\xff\n",
        b"# c\n---\nimage: m.test/web:2\n",
        "document 2: it is not valid UTF-8 (stdin:6:5), \
         mend it or copy it with --on-error=pass",
    ),
    fails(
        "utf16",
        b"\xff\xfeimage: nginx:1\n",
        b"",
        "document 1: it is not valid UTF-8 (stdin:1:1), \
         mend it or copy it with --on-error=pass",
    ),
    fails(
        "tab_as_indentation",
        b"a:\n\timage: nginx:1\n",
        b"",
        "document 1: it is not YAML: tabs disallowed within this context (block \
         indentation) (stdin:2:2), mend it or copy it with --on-error=pass",
    ),
    fails(
        "template",
        b"kind: \"Pod\"\nmetadata:\n  name: 'p'\n{{ if }}\nimage: nginx:1\n",
        b"",
        "document 1 (Pod p): it is not YAML: simple key expected ':' (stdin:4:1), \
         mend it or copy it with --on-error=pass",
    ),
];
