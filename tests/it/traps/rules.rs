//! Which rule applies and what it makes of an image.

use super::{Trap, changes, fails, stays, warns};

macro_rules! zeros {
    () => {
        "@sha256:0000000000000000000000000000000000000000000000000000000000000000"
    };
}

macro_rules! ones {
    () => {
        "@sha256:1111111111111111111111111111111111111111111111111111111111111111"
    };
}

const KINDS: &str = r#"
[[image]]
regex = '^([^/]+)/(.+):(.+)$'
to = "regex.test/$2:$3-$1"
[[image]]
from = "quay.io/"
to = "short.test/"
[[image]]
from = "quay.io/team/"
to = "long.test/"
[[image]]
from = "quay.io/team/app"
to = "repository.test/app"
[[image]]
from = "quay.io/team/app:1"
to = "exact.test/app"
"#;

const LIMITS: &str = r#"
[[image]]
from = "nginx"
to = "any"
[[image]]
from = "nginx"
to = "kind"
kind = "Deploy*"
[[image]]
from = "nginx"
to = "named"
kind = "Deployment"
name = "web-?"
[[image]]
from = "nginx"
to = "inside"
kind = "Deployment"
namespace = "prod"
container = "main"
"#;

const DIGESTS: &str = concat!(
    "[[image]]\nfrom = \"tagged\"\nto = \"new:2\"\n",
    "[[image]]\nfrom = \"named\"\nto = \"new\"\n",
    "[[image]]\nfrom = \"digested\"\nto = \"new",
    ones!(),
    "\"\n",
    "[[image]]\nfrom = \"kept\"\nto = \"new:2\"\ndigest = \"keep\"\n",
    "[[image]]\nfrom = \"dropped\"\nto = \"new\"\ndigest = \"drop\"\n",
    "[[image]]\nfrom = \"exact",
    zeros!(),
    "\"\nto = \"new:3\"\n",
);

const TOLD: &str = "\n[[image]]\nfrom = \"nginx:1\"\nto = \"prod\"\nnamespace = \"prod\"\n\
    [[image]]\nfrom = \"nginx:1\"\nto = \"shop\"\nrelease = \"shop\"\n\
    [[image]]\nfrom = \"nginx\"\nto = \"any\"\n";

pub(super) const TRAPS: &[Trap] = &[
    changes(
        "the_most_specific_wins",
        b"\
- image: quay.io/team/app:1
- image: quay.io/team/app:2
- image: quay.io/team/api:1
- image: quay.io/other:1
- image: nginx:1
- image: a.test/b
",
        b"\
- image: exact.test/app:1
- image: repository.test/app:2
- image: long.test/api:1
- image: short.test/other:1
- image: regex.test/library/nginx:1-docker.io
- image: a.test/b
",
    )
    .with(KINDS),
    changes(
        "spellings_of_docker_hub",
        b"- image: docker.io/nginx:1\n- image: index.docker.io/library/nginx:1\n\
          - image: library/nginx:1\n- image: docker.io/library/nginx:1\n\
          - image: other.io/nginx:1\n- image: docker.io/other/nginx:1\n",
        b"\
- image: m.test/web:2
- image: m.test/web:2
- image: m.test/web:2
- image: m.test/web:2
- image: other.io/nginx:1
- image: docker.io/other/nginx:1
",
    ),
    changes(
        "a_result_is_not_matched_again",
        b"- image: a\n- image: b\n",
        b"- image: b\n- image: a\n",
    )
    .with("[[image]]\nfrom = \"a\"\nto = \"b\"\n[[image]]\nfrom = \"b\"\nto = \"a\"\n"),
    changes(
        "latest_is_no_tag",
        b"- image: nginx\n- image: nginx:latest\n- image: nginx:1\n",
        b"- image: new:1\n- image: new:1\n- image: nginx:1\n",
    )
    .with("[[image]]\nfrom = \"nginx:latest\"\nto = \"new:1\"\n"),
    changes(
        "limits",
        b"\
kind: Deployment
metadata: {name: web-1, namespace: prod}
containers:
- {name: main, image: nginx}
- {image: nginx, name: side}
---
kind: Deployment
metadata: {name: api}
image: nginx
---
kind: Job
metadata: {name: web-1, namespace: prod}
image: nginx
",
        b"\
kind: Deployment
metadata: {name: web-1, namespace: prod}
containers:
- {name: main, image: inside}
- {image: named, name: side}
---
kind: Deployment
metadata: {name: api}
image: kind
---
kind: Job
metadata: {name: web-1, namespace: prod}
image: any
",
    )
    .with(LIMITS),
    changes(
        "limits_in_a_list",
        b"kind: List\nmetadata: {name: web-9}\nitems:\n\
          - kind: Deployment\n  metadata: {name: web-1}\n  image: nginx\n\
          - kind: Job\n  metadata: {name: web-1}\n  image: nginx\n",
        b"kind: List\nmetadata: {name: web-9}\nitems:\n\
          - kind: Deployment\n  metadata: {name: web-1}\n  image: named\n\
          - kind: Job\n  metadata: {name: web-1}\n  image: any\n",
    )
    .with(LIMITS),
    warns(
        "what_is_not_told_is_said_once",
        b"\
image: nginx:1
---
image: nginx:1
---
metadata: {namespace: prod}
image: nginx:1
",
        b"\
image: any:1
---
image: any:1
---
metadata: {namespace: prod}
image: prod:1
",
        "rules limited by release or namespace did not apply, for these are not known \
         (helmfire.toml:3), give --release and --namespace or set HELMFIRE_RELEASE and \
         HELMFIRE_NAMESPACE",
    )
    .with(TOLD),
    changes(
        "digests",
        concat!(
            "- image: tagged:1",
            zeros!(),
            "\n- image: named:1",
            zeros!(),
            "\n- image: digested:1\n- image: kept:1",
            zeros!(),
            "\n- image: dropped:1",
            zeros!(),
            "\n- image: exact:1",
            zeros!(),
            "\n- image: exact:1",
            ones!(),
            "\n",
        )
        .as_bytes(),
        concat!(
            "- image: new:2\n- image: new:1",
            zeros!(),
            "\n- image: new",
            ones!(),
            "\n- image: new:2",
            zeros!(),
            "\n- image: new:1\n- image: new:3\n- image: exact:1",
            ones!(),
            "\n",
        )
        .as_bytes(),
    )
    .with(DIGESTS),
    stays(
        "no_reference",
        b"image: Nginx:1\n---\nimage: nginx:\n---\nimage: 'nginx:1 '\n",
    ),
    fails(
        "an_expression_that_makes_no_reference",
        b"a: b\n---\nimage: nginx:1\n",
        b"a: b\n",
        "document 2: the rule in line 2 of the rules file turns 'nginx:1' into 'a/Nginx:', which is not an image \
         reference: the repository name must be lower case (stdin:3:8), \
         mend it or copy it with --on-error=pass",
    )
    .with("[[image]]\nregex = '^nginx:1()$'\nto = \"a/Nginx:$1\"\n"),
];
