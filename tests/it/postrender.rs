//! `helmfire-postrender` as a user runs it: flags, files, exit codes, messages,
//! further command, plugin.

use std::fs;
use std::thread;

use serde_json::{Value, json};

use crate::filter::{Filter, Outcome};
use crate::support::trials;

pub const RULES: &str = "\
[[image]]
from = \"nginx:1\"
to = \"m.test/web:2\"

[[image]]
from = \"redis\"
to = \"m.test/redis\"
kind = \"Deployment\"
";

pub const INPUT: &str = "\
kind: Deployment
metadata: {name: web, namespace: shop}
image: nginx:1
---
kind: Job
metadata:
  name: once
spec:
- image: redis:7
";

pub const OUTPUT: &str = "\
kind: Deployment
metadata: {name: web, namespace: shop}
image: m.test/web:2
---
kind: Job
metadata:
  name: once
spec:
- image: redis:7
";

pub const BROKEN: &str = "a: b\n---\nimage: nginx:1\nb: {\n---\nimage: nginx:1\n";

trials!(
    rewrites_stdin,
    rewrites_files_as_one_stream,
    refuses_what_it_cannot_read,
    usage_errors_exit_with_64,
    finds_its_rules,
    faulty_rules_stop_it,
    stops_at_a_broken_document,
    passes_a_broken_document,
    tells_releases_apart,
    pipes_into_a_further_command,
    passes_a_failure_on,
    stops_a_further_command_on_an_error,
    helm_4_is_not_given_nothing,
    writes_the_plugin,
);

pub fn filter() -> Filter {
    Filter::new(RULES)
}

/// Whether it ended with this code and said this line, nothing else.
pub fn fails(outcome: &Outcome, code: i32, message: &str) {
    let stderr = format!("helmfire-postrender: {message}\n");
    assert_eq!((outcome.stderr.as_str(), outcome.code), (stderr.as_str(), Some(code)));
}

fn rewrites_stdin() {
    assert_eq!(filter().run(INPUT).done(), OUTPUT);
    assert_eq!(filter().args(["-"]).run(INPUT).done(), OUTPUT);
    assert_eq!(Filter::new("").run(INPUT).done(), INPUT, "without rules it is cat");
    assert_eq!(Filter::new("version = 1\n").run(INPUT).done(), INPUT);
}

fn rewrites_files_as_one_stream() {
    for (first, second, expected) in [
        ("image: nginx:1", "a: b", "image: m.test/web:2\n---\na: b"),
        ("a: b\n", "---\nimage: nginx:1\n", "a: b\n---\nimage: m.test/web:2\n"),
        ("a: b\n", "# c\nimage: nginx:1\n", "a: b\n---\n# c\nimage: m.test/web:2\n"),
        ("", "image: nginx:1\n", "image: m.test/web:2\n"),
        ("image: nginx:1\n", "", "image: m.test/web:2\n"),
        ("a: b\n", "%YAML 1.2\n---\nc: d\n", "a: b\n...\n%YAML 1.2\n---\nc: d\n"),
        ("a: b\n...\n", "c: d\n", "a: b\n...\n---\nc: d\n"),
    ] {
        let filter =
            filter().file("a", first).file("b", second).args(["a", "b"]).run("unread");
        assert_eq!(filter.done(), expected, "{first:?} {second:?}");
    }
    let both = filter().file("a", "a: b\n").args(["a", "-"]).run("image: nginx:1\n");
    assert_eq!(both.done(), "a: b\n---\nimage: m.test/web:2\n");
}

fn refuses_what_it_cannot_read() {
    let missing = filter().file("a", INPUT).args(["a", "nowhere"]).run("");
    fails(&missing, 1, "nowhere: No such file or directory (os error 2)");
    assert_eq!(missing.text(), "", "all are checked before any is written");
    let directory = filter().args(["/"]).run("");
    fails(&directory, 1, "/ is a directory, name the files in it");
}

fn usage_errors_exit_with_64() {
    for (args, message) in [
        (
            &["--lisst"][..],
            "unexpected argument '--lisst' found, did you mean '--list'?",
        ),
        (&["--list", "--check"], "the argument '--list' cannot be used with '--check'"),
        (&["--json"], "the following required arguments were not provided: --list"),
        (
            &["--on-error", "ignore"],
            "invalid value 'ignore' for '--on-error <ACTION>' [possible values: stop, pass]",
        ),
        (
            &["--then"],
            "a value is required for '--then <COMMAND>...' but none was supplied",
        ),
    ] {
        let outcome = filter().args(args.iter().copied()).run(INPUT);
        let message = format!("{message} (see 'helmfire-postrender --help')");
        fails(&outcome, 64, &message);
        assert_eq!(outcome.text(), "");
    }
}

fn finds_its_rules() {
    let other = "[[image]]\nfrom = \"nginx\"\nto = \"other\"\n";
    let image = "image: nginx:1\n";
    let named = filter().file("o.toml", other);
    assert_eq!(named.args(["--file", "o.toml"]).run(image).done(), "image: other:1\n");
    let named = filter().file("o.toml", other).variable("HELMFIRE_FILE", "o.toml");
    assert_eq!(named.run(image).done(), "image: other:1\n");
    assert_eq!(
        filter().variable("HELMFIRE_FILE", "").run(image).done(),
        "image: m.test/web:2\n"
    );
    let above = filter();
    fs::create_dir_all(above.path("a/b")).unwrap();
    let in_b = |filter: &Filter| {
        fs::write(filter.path("in"), image).unwrap();
        let mut command = filter.command();
        command.current_dir(filter.path("a/b")).arg(filter.path("in"));
        Outcome::of(command.output().unwrap()).done()
    };
    assert_eq!(in_b(&above), image, "outside a repository nothing above is read");
    fs::create_dir(above.path(".git")).unwrap();
    assert_eq!(in_b(&above), "image: m.test/web:2\n");
    let missing = filter().args(["--file", "no.toml"]).run(image);
    fails(
        &missing,
        1,
        "no.toml does not exist, but --file names it; correct the name or run \
         'helmfire-subst image FROM TO' to create it",
    );
}

fn faulty_rules_stop_it() {
    let outcome =
        Filter::new("[[image]]\nfrom = \"a\"\nto = \"b\"\ntoo = 1\n").run(INPUT);
    assert_eq!((outcome.code, outcome.text()), (Some(1), ""));
    assert_eq!(outcome.stderr.lines().count(), 1, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("helmfire.toml:4:1"), "{}", outcome.stderr);
}

const BROKEN_AT: &str = "document 2: it is not YAML: unclosed bracket '{' (stdin:4:4), \
     mend it or copy it with --on-error=pass";

fn stops_at_a_broken_document() {
    let outcome = filter().run(BROKEN);
    fails(&outcome, 1, BROKEN_AT);
    assert_eq!(outcome.text(), "a: b\n");
    for flag in ["--check", "--list"] {
        let outcome = filter().args([flag]).run(BROKEN);
        fails(&outcome, 1, BROKEN_AT);
        assert_eq!(outcome.text(), "");
    }
    let outcome = filter().file("b.yaml", BROKEN).args(["b.yaml"]).run("");
    fails(&outcome, 1, &BROKEN_AT.replace("stdin", "b.yaml"));
}

fn passes_a_broken_document() {
    let passing = filter().args(["--on-error=pass", "--report", "r"]);
    let outcome = passing.run(BROKEN);
    let said = "document 2: it is not YAML: unclosed bracket '{', \
         copied as it is (stdin:4:4)";
    fails(&outcome, 0, said);
    let output = "a: b\n---\nimage: nginx:1\nb: {\n---\nimage: m.test/web:2\n";
    assert_eq!(outcome.text(), output);
    let report = passing.read("r");
    let lines: Vec<Value> =
        report.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0], json!({"v": 1, "type": "warning", "message": said}));
    assert_eq!(lines.len(), 2);
    let quiet = filter().args(["--on-error=pass", "-q"]).run(BROKEN);
    assert_eq!(quiet.done(), output);
}

fn tells_releases_apart() {
    let rules = "[[image]]\nfrom = \"nginx\"\nto = \"shop\"\nrelease = \"shop\"\n\
        [[image]]\nfrom = \"redis\"\nto = \"prod\"\nnamespace = \"prod\"\n";
    let input = "image: nginx\n---\nimage: redis\n";
    let told = |args: &[&str]| Filter::new(rules).args(args.iter().copied()).run(input);
    let both = ["--release", "shop", "--namespace", "prod"];
    assert_eq!(told(&both).done(), "image: shop\n---\nimage: prod\n");
    let others = ["--release=other", "--namespace=other", "--strict"];
    let strict = told(&others);
    assert_eq!(strict.text(), input);
    let by_variables = Filter::new(rules)
        .variable("HELMFIRE_RELEASE", "shop")
        .variable("HELMFIRE_NAMESPACE", "prod");
    assert_eq!(by_variables.run(input).done(), "image: shop\n---\nimage: prod\n");
    let empty = Filter::new(rules).variable("HELMFIRE_RELEASE", "").run(input);
    assert_eq!((empty.text(), empty.stderr.lines().count()), (input, 1));
}

fn pipes_into_a_further_command() {
    let then = |args: &[&str]| {
        filter().args(["--strict", "--then"]).args(args.iter().copied()).run(
            "kind: Deployment\nimage: nginx:1\n---\nkind: Deployment\nimage: redis\n",
        )
    };
    let upper = then(&["tr", "a-z", "A-Z"]);
    assert!(upper.done().starts_with("KIND: DEPLOYMENT\nIMAGE: M.TEST/WEB:2\n---\n"));
    // Everything behind the command is its own, even what looks like ours.
    let echo = then(&["echo", "--list", "-v", "--", "--file", "x", "--help", "-"]);
    assert_eq!(echo.done(), "--list -v -- --file x --help -\n");
    let early = filter().args(["--then", "head", "-c", "3"]);
    assert_eq!(early.run("a: b\n---\n".repeat(200_000)).done(), "a: ");
}

fn passes_a_failure_on() {
    let then = |script: &str| filter().args(["--then", "sh", "-c", script]).run(INPUT);
    let failed = then("cat; echo why >&2; exit 7");
    assert_eq!((failed.text(), failed.code), (OUTPUT, Some(7)));
    assert_eq!(failed.stderr, "why\n");
    assert_eq!(then("exec <&-; exit 3").code, Some(3));
    assert_eq!(then("kill -9 $$").code, Some(137));
    let missing = filter().args(["--then", "no-such-command", "x"]).run(INPUT);
    fails(
        &missing,
        1,
        "--then no-such-command: No such file or directory (os error 2)",
    );
}

fn stops_a_further_command_on_an_error() {
    let script = "cat > got; touch finished";
    let filter = filter().args(["--then", "sh", "-c", script]);
    fails(&filter.run(BROKEN), 1, BROKEN_AT);
    thread::sleep(std::time::Duration::from_millis(200));
    assert!(!filter.path("finished").exists(), "it took what it read for all");
}

fn helm_4_is_not_given_nothing() {
    let comment = "# helmfire-postrender: the chart rendered nothing\n";
    let helm_4 = |name: &str, rules: &str, input: &str| {
        Filter::new(rules).variable("HELM_PLUGIN_NAME", name).run(input).done()
    };
    let own = "helmfire-postrender";
    for rules in ["", RULES] {
        assert_eq!(helm_4(own, rules, ""), comment);
        assert_eq!(helm_4(own, rules, " \n\n"), format!(" \n\n{comment}"));
        assert_eq!(helm_4(own, rules, "# c\n"), "# c\n");
        assert_eq!(helm_4("diff", rules, "\n"), "\n", "another plugin of Helm 3");
    }
    assert_eq!(filter().run("\n").done(), "\n");
}

fn writes_the_plugin() {
    let install = |filter: &Filter, dir: &str| {
        let mut command = filter.command();
        command.env_remove("HELM_DATA_HOME").env_remove("XDG_DATA_HOME");
        command.env("HOME", filter.path("home")).args(["--helm-plugin", dir]);
        Outcome::of(command.output().unwrap())
    };
    let filter = Filter::new("");
    for _ in 0..2 {
        let outcome = install(&filter, "plugins");
        let dir = fs::canonicalize(filter.path("plugins")).unwrap();
        let own = filter.path("home/.local/share/helm/plugins");
        let line = format!(
            "export HELM_PLUGINS='{}':\"${{HELM_PLUGINS:-{}}}\"\n",
            dir.display(),
            own.display()
        );
        assert_eq!((outcome.text(), outcome.code), (line.as_str(), Some(0)));
    }
    let manifest = filter.read("plugins/helmfire-postrender/plugin.yaml");
    for line in ["apiVersion: v1", "type: postrenderer/v1", "name: helmfire-postrender"]
    {
        assert!(manifest.lines().any(|own| own == line), "{manifest}");
    }
    let link = filter.path("plugins/helmfire-postrender/bin/helmfire-postrender");
    assert!(fs::canonicalize(link).unwrap().is_file());
    let own = install(&filter, "home/.local/share/helm/plugins");
    assert_eq!(own.code, Some(1));
    assert!(own.stderr.contains("Helm's own plugin directory"), "{}", own.stderr);
    assert!(!filter.path("home").exists());
}
