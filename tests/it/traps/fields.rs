//! What is an image field, and what is not.

use super::{Trap, changes, fails, stays, warns};

const EMBEDDED: &str = "[[image]]\nfrom = \"nginx:1\"\nto = \"m.test/web:2\"\n\
    [[field]]\nkind = \"ConfigMap\"\npath = \"data.*\"\nform = \"embedded-yaml\"\n";
/// The result must be quoted.
const EMBEDDED_NUMBER: &str = "[[image]]\nfrom = \"nginx\"\nto = \"1e3\"\n\
    [[field]]\nkind = \"ConfigMap\"\npath = \"data.*\"\nform = \"embedded-yaml\"\n";
const AFTER_EQUALS: &str = "[[image]]\nfrom = \"nginx:1\"\nto = \"m.test/web:2\"\n\
    [[field]]\nkind = \"Pod\"\npath = \"spec.args[]\"\nform = \"after-equals\"\n";
const BRACKETS_AFTER_EQUALS: &str = "[[image]]\nfrom = \"nginx:1\"\nto = \"[::1]:5000/web:2\"\n\
    [[field]]\nkind = \"Pod\"\npath = \"spec.args[]\"\nform = \"after-equals\"\n";
/// A rule for all of Docker Hub.
const HUB: &str = "[[image]]\nfrom = \"docker.io/\"\nto = \"m.test/\"\n";
/// A rule for all of Docker Hub where counts and ports stand, too.
const ARGUMENTS: &str = "[[image]]\nfrom = \"docker.io/\"\nto = \"m.test/\"\n\
    [[image]]\nfrom = \"redis\"\nto = \"m.test/cache\"\n\
    [[field]]\nkind = \"Pod\"\npath = \"spec.args[]\"\nform = \"after-equals\"\n";
const REFERENCE: &str = "[[image]]\nfrom = \"nginx:1\"\nto = \"m.test/web:2\"\n\
    [[field]]\nkind = \"Web\"\ngroup = \"acme.test\"\npath = \"spec.*.runs[]\"\n\
    [[field]]\nkind = \"Secret\"\npath = \"status.image\"\n";

pub(super) const TRAPS: &[Trap] = &[
    changes(
        "volumes",
        b"spec:\n  volumes:\n  - name: a\n    image:\n      reference: nginx:1\n",
        b"spec:\n  volumes:\n  - name: a\n    image:\n      reference: m.test/web:2\n",
    ),
    changes(
        "volumes_in_json",
        b"{\"spec\":{\"volumes\":[{\"image\":{\"reference\":\"nginx:1\"}}]}}",
        b"{\"spec\":{\"volumes\":[{\"image\":{\"reference\":\"m.test/web:2\"}}]}}",
    ),
    stays("reference_elsewhere", b"image: {reference: nginx:1}\nreference: nginx:1\n"),
    stays("rbd", b"volumes:\n- rbd:\n    image: nginx:1\n- rbd: {image: nginx:1}\n"),
    changes(
        "status",
        b"status:\n  image: nginx:1\nspec:\n  status:\n    image: nginx:1\n",
        b"status:\n  image: nginx:1\nspec:\n  status:\n    image: m.test/web:2\n",
    ),
    changes(
        "the_annotation_by_which_helm4_finds_its_file",
        b"metadata:\n  annotations:\n    postrenderer.helm.sh/postrender-filename: \
          'web/templates/a.yaml'\nimage: nginx:1\n",
        b"metadata:\n  annotations:\n    postrenderer.helm.sh/postrender-filename: \
          'web/templates/a.yaml'\nimage: m.test/web:2\n",
    ),
    stays(
        "labels",
        b"metadata: {labels: {image: nginx}}\nspec: {selector: {matchLabels: {image: nginx}}}\n",
    )
    .with(HUB),
    stays("secrets", b"kind: Secret\nstringData: {image: nginx, x: {image: nginx:1}}\n")
        .with(HUB),
    changes(
        "what_is_no_string",
        b"a: {image: null}\nb: {image: 5}\nc: {image: true}\nd: {image: nginx}\n",
        b"a: {image: null}\nb: {image: 5}\nc: {image: true}\nd: {image: m.test/library/nginx}\n",
    )
    .with(HUB),
    changes(
        "embedded_text_without_images_need_not_be_yaml",
        b"kind: ConfigMap\ndata:\n  a: |\n    [mysqld]\n    port=3306\n  b: |\n    image: nginx:1\n",
        b"kind: ConfigMap\ndata:\n  a: |\n    [mysqld]\n    port=3306\n  b: |\n    image: m.test/web:2\n",
    )
    .with(EMBEDDED),
    stays("schema", b"kind: CustomResourceDefinition\nspec:\n  image: nginx:1\n"),
    stays("schema_in_json", b"{\"kind\":\"CustomResourceDefinition\",\"image\":\"nginx:1\"}"),
    changes(
        "kind_behind_the_image",
        b"\
image: nginx:1
kind: CustomResourceDefinition
---
image: nginx:1
kind: Pod
",
        b"image: nginx:1\nkind: CustomResourceDefinition\n---\nimage: m.test/web:2\n\
          kind: Pod\n",
    ),
    changes(
        "items",
        b"kind: List\nitems:\n- kind: Pod\n  image: nginx:1\n  status: {image: nginx:1}\n\
          - kind: CustomResourceDefinition\n  image: nginx:1\n",
        b"\
kind: List
items:
- kind: Pod
  image: m.test/web:2
  status: {image: nginx:1}
- kind: CustomResourceDefinition
  image: nginx:1
",
    ),
    changes(
        "items_that_take_the_kind_of_their_list",
        b"kind: PodList\nitems:\n- metadata: {name: a}\n  image: nginx:1\n\
          \x20 status: {image: nginx:1}\n",
        b"kind: PodList\nitems:\n- metadata: {name: a}\n  image: m.test/web:2\n\
          \x20 status: {image: nginx:1}\n",
    ),
    stays(
        "kyverno",
        b"\
apiVersion: kyverno.io/v1
spec:
  rules:
  - verifyImages:
    - image: nginx:1
",
    ),
    changes(
        "kafka_connect",
        b"\
apiVersion: kafka.strimzi.io/v1
kind: KafkaConnect
spec:
  image: nginx:1
  build: {output: {image: nginx:1}}
",
        b"\
apiVersion: kafka.strimzi.io/v1
kind: KafkaConnect
spec:
  image: m.test/web:2
  build: {output: {image: nginx:1}}
",
    ),
    stays(
        "virtual_machine",
        b"apiVersion: infrastructure.cluster.x-k8s.io/v1\nspec:\n  image: nginx:1\n",
    ),
    changes(
        "well_known",
        b"apiVersion: postgresql.cnpg.io/v1\nspec:\n  imageName: nginx:1\n---\n\
          apiVersion: other.test/v1\nspec:\n  imageName: nginx:1\n---\n\
          apiVersion: pkg.crossplane.io/v1\nspec: {package: nginx:1}\n",
        b"apiVersion: postgresql.cnpg.io/v1\nspec:\n  imageName: m.test/web:2\n---\n\
          apiVersion: other.test/v1\nspec:\n  imageName: nginx:1\n---\n\
          apiVersion: pkg.crossplane.io/v1\nspec: {package: m.test/web:2}\n",
    ),
    changes(
        "annotation",
        b"metadata:\n  annotations: {\"sidecar.istio.io/proxyImage\": nginx:1}\n",
        b"metadata:\n  annotations: {\"sidecar.istio.io/proxyImage\": m.test/web:2}\n",
    ),
    changes(
        "own_field",
        b"apiVersion: acme.test/v1\nkind: Web\nspec: {a: {runs: [nginx:1, 'nginx:1']}}\n---\n\
          apiVersion: other.test/v1\nkind: Web\nspec: {a: {runs: [nginx:1]}}\n---\n\
          kind: Secret\nstatus: {image: nginx:1}\n",
        b"\
apiVersion: acme.test/v1
kind: Web
spec: {a: {runs: [m.test/web:2, 'm.test/web:2']}}
---
apiVersion: other.test/v1
kind: Web
spec: {a: {runs: [nginx:1]}}
---
kind: Secret
status: {image: m.test/web:2}
",
    )
    .with(REFERENCE),
    changes(
        "after_equals",
        b"\
kind: Pod
spec:
  args: [--a=nginx:1, '--a=nginx:1', \"--a=ngin\\x78:1\", --a, nginx:1]
",
        b"\
kind: Pod
spec:
  args: [--a=m.test/web:2, '--a=m.test/web:2', \"--a=m.test/web:2\", --a, nginx:1]
",
    )
    .with(AFTER_EQUALS),
    changes(
        "words_after_equals",
        b"kind: Pod\nspec: {args: [--port=8080, --mode=fast, --a=redis, --a=acme/web]}\n",
        b"\
kind: Pod
spec: {args: [--port=8080, --mode=fast, --a=m.test/cache, --a=m.test/acme/web]}
",
    )
    .with(ARGUMENTS),
    changes(
        "after_equals_anchored",
        b"kind: Pod\nspec:\n  args:\n  - &x --a=nginx:1\n  - *x\n  other: *x\n",
        b"\
kind: Pod
spec:
  args:
  - --a=m.test/web:2
  - --a=m.test/web:2
  other: &x --a=nginx:1
",
    )
    .with(AFTER_EQUALS),
    changes(
        "after_equals_in_blocks",
        b"kind: Pod\nspec:\n  args:\n  - |\n    --a=nginx:1\n  - >-\n    --a=nginx:1\n",
        b"\
kind: Pod
spec:
  args:
  - |
    --a=m.test/web:2
  - --a=m.test/web:2
",
    )
    .with(AFTER_EQUALS),
    changes(
        "after_equals_must_be_quoted",
        b"kind: Pod\nspec: {args: [--a=nginx:1, '--a=nginx:1']}\n",
        b"\
kind: Pod
spec: {args: [\"--a=[::1]:5000/web:2\", '--a=[::1]:5000/web:2']}
",
    )
    .with(BRACKETS_AFTER_EQUALS),
    changes(
        "embedded_literal",
        b"\
kind: ConfigMap
data:
  a: |

    # c
    image: nginx:1 # d
    ---
    image: |
      nginx:1
    b: c
  b: c
",
        b"\
kind: ConfigMap
data:
  a: |

    # c
    image: m.test/web:2 # d
    ---
    image: m.test/web:2
    b: c
  b: c
",
    )
    .with(EMBEDDED),
    changes(
        "embedded_literal_with_an_indentation",
        b"kind: ConfigMap\ndata:\n  a: |2-\n\n      b: c\n      image: nginx:1",
        b"kind: ConfigMap\ndata:\n  a: |2-\n\n      b: c\n      image: m.test/web:2",
    )
    .with(EMBEDDED),
    changes(
        "embedded_literal_with_windows_line_breaks",
        b"kind: ConfigMap\r\ndata:\r\n  a: |\r\n    b: c\r\n\r\n    image: nginx:1\r\n",
        b"\
kind: ConfigMap\r
data:\r
  a: |\r
    b: c\r
\r
    image: m.test/web:2\r
",
    )
    .with(EMBEDDED),
    changes(
        "embedded_folded",
        b"kind: ConfigMap\ndata:\n  a: >\n    b: c\n\n    image: nginx:1\n",
        b"kind: ConfigMap\ndata:\n  a: \"b: c\\nimage: m.test/web:2\\n\"\n",
    )
    .with(EMBEDDED),
    changes(
        "embedded_quoted",
        b"kind: ConfigMap\ndata:\n  a: 'image: nginx:1'\n  b: \"image: nginx:1\"\n",
        b"\
kind: ConfigMap
data:
  a: 'image: m.test/web:2'
  b: \"image: m.test/web:2\"
",
    )
    .with(EMBEDDED),
    changes(
        "embedded_json",
        b"\
kind: ConfigMap
data:
  a: '{\"image\": \"nginx:1\"}'
  b: \"{\\\"image\\\": \\\"nginx:1\\\"}\\n\"
  c: |
    {
      \"image\": \"nginx:1\"
    }
",
        b"\
kind: ConfigMap
data:
  a: '{\"image\": \"m.test/web:2\"}'
  b: \"{\\\"image\\\": \\\"m.test/web:2\\\"}\\n\"
  c: |
    {
      \"image\": \"m.test/web:2\"
    }
",
    )
    .with(EMBEDDED),
    changes(
        "embedded_json_with_quotes_in_it",
        b"kind: ConfigMap\ndata:\n  a: '{\"image\": \"nginx:1\", \"b\": \"''\"}'\n",
        b"\
kind: ConfigMap
data:
  a: \"{\\\"image\\\": \\\"m.test/web:2\\\", \\\"b\\\": \\\"'\\\"}\"
",
    )
    .with(EMBEDDED),
    changes(
        "embedded_and_quoted_anew",
        b"\
kind: ConfigMap
data:
  a: \"image: nginx\"
  b: 'image: nginx'
  c: |
    image: nginx
  d: >
    image: nginx
",
        b"\
kind: ConfigMap
data:
  a: \"image: \\\"1e3\\\"\"
  b: 'image: \"1e3\"'
  c: |
    image: \"1e3\"
  d: \"image: \\\"1e3\\\"\\n\"
",
    )
    .with(EMBEDDED_NUMBER),
    changes(
        "embedded_object_has_its_own_kind",
        b"\
kind: ConfigMap
data:
  a: |
    kind: CustomResourceDefinition
    image: nginx:1
  b: |
    kind: ConfigMap
    data:
      a: |
        image: nginx:1
",
        b"\
kind: ConfigMap
data:
  a: |
    kind: CustomResourceDefinition
    image: nginx:1
  b: |
    kind: ConfigMap
    data:
      a: |
        image: m.test/web:2
",
    )
    .with(EMBEDDED),
    warns(
        "embedded_and_anchored",
        b"kind: ConfigMap\ndata:\n  a: &x |\n    image: nginx:1\n",
        b"kind: ConfigMap\ndata:\n  a: &x |\n    image: nginx:1\n",
        "document 1 (ConfigMap): the embedded YAML at data.a is anchored and was left alone (stdin:1:1)",
    )
    .with(EMBEDDED),
    fails(
        "embedded_is_not_yaml",
        b"\
kind: ConfigMap
metadata:
  name: c
data:
  a: |
    image: nginx:1
    b: {{ x }
",
        b"",
        "document 1 (ConfigMap c): the text at data.a is not YAML: unclosed bracket '{' \
         (stdin:6:5), mend it or copy it with --on-error=pass",
    )
    .with(EMBEDDED),
];
