//! Anchors and aliases: the value of an anchor never changes for a place that is
//! not an image.

use super::{Trap, changes, fails, stays, warns};

/// Replaces the images of one container only.
const LIMITED: &str =
    "[[image]]\nfrom = \"nginx:1\"\nto = \"m.test/web:2\"\ncontainer = \"a\"\n";

pub(super) const TRAPS: &[Trap] = &[
    changes(
        "block_with_its_last_line_break",
        b"image: &a |\n  nginx:1\nx: {image: *a}\n",
        b"image: &a m.test/web:2\nx: {image: *a}\n",
    ),
    changes(
        "image_defines_and_image_repeats",
        b"image: &x nginx:1\nb:\n  image: *x\n",
        b"image: &x m.test/web:2\nb:\n  image: *x\n",
    ),
    changes(
        "other_defines_and_image_repeats",
        b"a: &x nginx:1\nimage: *x # c\nb: *x\n",
        b"a: &x nginx:1\nimage: m.test/web:2 # c\nb: *x\n",
    ),
    changes(
        "image_defines_and_other_repeats",
        b"image: &x nginx:1\nb: *x\nc: *x\n",
        b"image: m.test/web:2\nb: &x nginx:1\nc: *x\n",
    ),
    changes(
        "image_defines_and_both_repeat",
        b"image: &x nginx:1\nb:\n  image: *x\nc: *x\nd: {image: *x }\n",
        b"image: m.test/web:2\nb:\n  image: m.test/web:2\nc: &x nginx:1\n\
          d: {image: m.test/web:2 }\n",
    ),
    changes(
        "an_alias_as_a_key_keeps_its_value",
        b"image: &x nginx:1\n*x : 5\n",
        b"image: m.test/web:2\n&x nginx:1 : 5\n",
    ),
    changes(
        "anchor_before_a_tag",
        b"image: &x !!str nginx:1\nb: *x\n",
        b"image: !!str m.test/web:2\nb: &x nginx:1\n",
    ),
    changes(
        "anchor_behind_a_tag",
        b"image: !!str &x 'nginx:1'\nb: *x\n",
        b"image: !!str 'm.test/web:2'\nb: &x nginx:1\n",
    ),
    changes(
        "anchor_on_the_line_before",
        b"image: &x\n  nginx:1\nb: *x\n",
        b"image: \n  m.test/web:2\nb: &x nginx:1\n",
    ),
    changes(
        "anchored_block",
        b"image: &x |-\n  nginx:1\nb: *x\n",
        b"image: m.test/web:2\nb: &x nginx:1\n",
    ),
    changes(
        "anchored_block_that_only_images_use",
        b"image: &x >-\n  nginx:1\nb:\n  image: *x\n",
        b"image: &x m.test/web:2\nb:\n  image: *x\n",
    ),
    changes(
        "a_name_defined_twice",
        b"image: &x nginx:1\nb: &x other\nc: *x\n",
        b"image: &x m.test/web:2\nb: &x other\nc: *x\n",
    ),
    changes(
        "an_anchor_nobody_repeats",
        b"image: &x nginx:1\n---\nb: c\n",
        b"image: &x m.test/web:2\n---\nb: c\n",
    ),
    changes(
        "the_key_is_an_alias",
        b"a: &k image\n*k : nginx:1\nb: {*k : nginx:1}\n",
        b"a: &k image\n*k : m.test/web:2\nb: {*k : m.test/web:2}\n",
    ),
    changes(
        "the_key_is_an_alias_in_flow",
        b"{a: &k image, *k : nginx:1}\n",
        b"{a: &k image, *k : m.test/web:2}\n",
    ),
    changes(
        "the_key_is_anchored",
        b"&k image: nginx:1\nb: *k\n",
        b"&k image: m.test/web:2\nb: *k\n",
    ),
    changes(
        "merge_key",
        b"a: &d\n  image: nginx:1\nb:\n  <<: *d\nc:\n  <<: [*d, {image: nginx:1}]\n",
        b"\
a: &d
  image: m.test/web:2
b:
  <<: *d
c:
  <<: [*d, {image: m.test/web:2}]
",
    ),
    changes(
        "merged_and_overridden",
        b"a: &d {image: other:1}\nb:\n  <<: *d\n  image: nginx:1\n",
        b"a: &d {image: other:1}\nb:\n  <<: *d\n  image: m.test/web:2\n",
    ),
    changes(
        "a_container_repeated",
        b"kind: Pod\nspec:\n  containers:\n  - &c {name: a, image: nginx:1}\n  - *c\n",
        b"kind: Pod\nspec:\n  containers:\n  - &c {name: a, image: m.test/web:2}\n  - *c\n",
    ),
    warns(
        "a_container_repeated_where_no_image_stands",
        b"spec: &s\n  image: nginx:1\nstatus: *s\n",
        b"spec: &s\n  image: nginx:1\nstatus: *s\n",
        "document 1: images were left alone because an alias repeats them at status, where \
         the rules decide otherwise (stdin:1:1)",
    ),
    warns(
        "a_block_that_one_of_two_uses_forbids",
        b"a: &s\n  image: nginx:1\nstatus: *s\nb: *s\n",
        b"a: &s\n  image: nginx:1\nstatus: *s\nb: *s\n",
        "document 1: images were left alone because an alias repeats them at status, where \
         the rules decide otherwise (stdin:1:1)",
    ),
    warns(
        "a_block_from_where_no_image_stands",
        b"x: {rbd: &s {image: nginx:1}}\nspec: *s\n",
        b"x: {rbd: &s {image: nginx:1}}\nspec: *s\n",
        "document 1: images were left alone because an alias repeats them at spec, where \
         the rules decide otherwise (stdin:1:1)",
    ),
    warns(
        "limits_tell_merged_containers_apart",
        b"- &c {name: a, image: nginx:1}\n- {<<: *c, name: b}\n",
        b"- &c {name: a, image: nginx:1}\n- {<<: *c, name: b}\n",
        "document 1: images were left alone because an alias repeats them at [1], where the \
         rules decide otherwise (stdin:1:1)",
    )
    .with(LIMITED),
    changes(
        "limits_that_hold_at_every_use",
        b"- &c {name: a, image: nginx:1}\n- {<<: *c, args: [x]}\n- *c\n",
        b"- &c {name: a, image: m.test/web:2}\n- {<<: *c, args: [x]}\n- *c\n",
    )
    .with(LIMITED),
    changes(
        "limits_tell_uses_apart",
        b"- name: a\n  image: &x nginx:1\n- name: b\n  image: *x\n",
        b"- name: a\n  image: m.test/web:2\n- name: b\n  image: &x nginx:1\n",
    )
    .with(LIMITED),
    changes(
        "limits_tell_uses_apart_the_other_way",
        b"- image: &x nginx:1\n  name: b\n- image: *x\n  name: a\n",
        b"- image: &x nginx:1\n  name: b\n- image: m.test/web:2\n  name: a\n",
    )
    .with(LIMITED),
    stays("an_alias_of_another_image", b"a: &x nginx:2\nimage: *x\n"),
    fails(
        "an_alias_without_an_anchor",
        b"image: nginx:1\nb: *x\n",
        b"",
        "document 1: it is not YAML: while parsing node, found unknown anchor \
         (stdin:2:4), mend it or copy it with --on-error=pass",
    ),
];
