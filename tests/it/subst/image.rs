//! `helmfire-subst image`

use super::{Project, TWO, failed};
use crate::support::trials;

trials!(
    image_adds_a_rule_and_creates_the_file,
    image_replaces_an_equal_rule,
    image_takes_limits_and_digest,
    image_takes_expressions,
    image_knows_more_hosts_than_the_oci_library
);

fn image_adds_a_rule_and_creates_the_file() {
    let project = Project::new();
    let said =
        project.said(&["image", "postgres:15", "localhost:5000/postgres:my-test"]);
    assert_eq!(
        said,
        "helmfire-subst: created helmfire.toml\n\
         helmfire-subst: image postgres:15 -> localhost:5000/postgres:my-test (helmfire.toml:4)\n"
    );
    assert_eq!(
        project.text(),
        "version = 1\n\n[[image]]\nfrom = \"postgres:15\"\n\
         to = \"localhost:5000/postgres:my-test\"\n"
    );
    assert_eq!(
        project.said(&["image", "docker.io/", "mirror.local:5000/hub/"]),
        "helmfire-subst: image docker.io/ -> mirror.local:5000/hub/ (helmfire.toml:8)\n"
    );
    assert_eq!(project.names(), ["helmfire.toml"]);
}

fn image_replaces_an_equal_rule() {
    let project = Project::with(TWO);
    assert_eq!(
        project.said(&["image", "index.docker.io/library/postgres:15", "x.io/pg:16"]),
        "helmfire-subst: image postgres:15 -> x.io/pg:16 (helmfire.toml:6)\n"
    );
    let expected = TWO.replace("localhost:5000/postgres:my-test", "x.io/pg:16");
    assert_eq!(project.text(), expected);
    assert_eq!(
        project.said(&["image", "postgres:15", "x.io/pg:16"]),
        "helmfire-subst: image postgres:15 -> x.io/pg:16 is already so (helmfire.toml:6)\n"
    );
    assert_eq!(project.text(), expected);
}

fn image_takes_limits_and_digest() {
    let project = Project::with("");
    let said = project.said(&[
        "image",
        "a",
        "b:1",
        "--digest",
        "keep",
        "--release",
        "r*",
        "--namespace",
        "n",
        "--kind",
        "Job",
        "--name",
        "x-?",
        "--container",
        "main",
    ]);
    assert_eq!(
        said,
        "helmfire-subst: image a -> b:1 [release=r*, namespace=n, kind=Job, name=x-?, \
         container=main] (helmfire.toml:4)\n"
    );
    let text = "version = 1\n\n[[image]]\nfrom = \"a\"\nto = \"b:1\"\ndigest = \"keep\"\n\
                release = \"r*\"\nnamespace = \"n\"\nkind = \"Job\"\nname = \"x-?\"\n\
                container = \"main\"\n";
    assert_eq!(project.text(), text);
    project.said(&["image", "a", "b:1", "--digest", "drop"]);
    assert_eq!(
        project.text(),
        format!("{text}\n[[image]]\nfrom = \"a\"\nto = \"b:1\"\ndigest = \"drop\"\n")
    );
    project.said(&["image", "a", "b:1"]);
    assert_eq!(
        project.text(),
        format!("{text}\n[[image]]\nfrom = \"a\"\nto = \"b:1\"\n")
    );
}

fn image_takes_expressions() {
    let project = Project::with("version = 1\n");
    let expression = r"^ghcr\.io/acme/([^:@]+):(.+)$";
    assert_eq!(
        project.said(&["image", "--regex", expression, "x/$1:$2-debug"]),
        format!(
            "helmfire-subst: image regex {expression} -> x/$1:$2-debug (helmfire.toml:4)\n"
        )
    );
    assert_eq!(
        project.text(),
        format!(
            "version = 1\n\n[[image]]\nregex = '{expression}'\nto = \"x/$1:$2-debug\"\n"
        )
    );
    assert_eq!(
        project.run(&["image", "--regex", "(", "x"]),
        failed(
            64,
            "bad regular expression: unclosed group, see the syntax of Rust's regex crate"
        )
    );
    assert_eq!(
        project.run(&["image", "--regex", "(a)", "x/$2"]),
        failed(
            64,
            "'to' names the group '2', which the expression has not; \
             write ${1}x for group 1 followed by x"
        )
    );
}

/// The second opinion must not warn of what Kubernetes takes.
fn image_knows_more_hosts_than_the_oci_library() {
    let project = Project::with("version = 1\n");
    for (line, host) in [(4, "[::1]:5000"), (8, "LOCALDOMAIN"), (12, "localhost")] {
        let from = format!("{host}/app");
        assert_eq!(
            project.said(&["image", &from, "nginx:1"]),
            format!("helmfire-subst: image {from} -> nginx:1 (helmfire.toml:{line})\n")
        );
    }
}
