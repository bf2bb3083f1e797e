//! `helmfire-subst` as a user runs it: every command, its output in full.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use helmfire_rules::Rules;
use predicates::prelude::*;
use tempfile::TempDir;

use crate::support::{binary, root, trials};

trials!(
    image_adds_a_rule_and_creates_the_file,
    image_replaces_an_equal_rule,
    image_takes_limits_and_digest,
    image_takes_expressions,
    image_knows_more_hosts_than_the_oci_library,
    chart_is_written_relative_to_the_file,
    chart_must_be_a_chart,
    chart_must_lie_below_chart_roots,
    list_prints_a_table,
    list_prints_rows,
    list_of_a_thousand_rules,
    list_ends_quietly_with_its_reader,
    remove_takes_every_rule_with_this_from,
    remove_takes_the_rule_with_these_limits,
    remove_of_nothing_suggests_something,
    clear_takes_images_and_charts,
    check_is_silent_about_a_good_file,
    check_reports_every_fault,
    check_looks_at_charts,
    import_reads_what_list_prints,
    import_is_all_or_nothing,
    dry_run_prints_a_diff_and_writes_nothing,
    a_faulty_file_is_refused,
    the_nearest_file_is_used,
    a_named_file_is_used,
    usage_errors_are_64,
    talk_can_be_turned_down,
    the_example_is_good,
);

/// A directory of its own, which is the working directory.
pub struct Project(TempDir);

/// Exit code, standard output, standard error.
pub type Outcome = (i32, String, String);

impl Project {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With this helmfire.toml.
    pub fn with(text: &str) -> Self {
        let project = Self::new();
        project.write("helmfire.toml", text);
        project
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn text(&self) -> String {
        fs::read_to_string(self.path().join("helmfire.toml")).unwrap()
    }

    /// The names in the directory, in order.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub fn command(&self, arguments: &[&str]) -> assert_cmd::Command {
        let mut command = assert_cmd::Command::from_std(binary("helmfire-subst"));
        command.args(arguments).current_dir(self.path());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        outcome(&mut self.command(arguments))
    }

    /// Runs it; it must succeed and print nothing. What it said comes back.
    pub fn said(&self, arguments: &[&str]) -> String {
        let (code, out, said) = self.run(arguments);
        assert_eq!((code, out.as_str()), (0, ""), "{arguments:?}: {said}");
        said
    }

    fn chart(&self, directory: &str) {
        let text = "apiVersion: v2\nname: db\nversion: 1.2.3\n";
        self.write(&format!("{directory}/Chart.yaml"), text);
    }
}

pub fn outcome(command: &mut assert_cmd::Command) -> Outcome {
    let output = command.output().unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

fn failed(code: i32, said: &str) -> Outcome {
    (code, String::new(), format!("helmfire-subst: {said}\n"))
}

const TWO: &str = "\
# ours
version = 1

# the database
[[image]]
from = \"postgres:15\" # until June
to   = \"localhost:5000/postgres:my-test\"

[[chart]]
from = \"bitnami/postgresql\"
to = \"./charts/db\"
release = \"db\"
";

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

fn chart_is_written_relative_to_the_file() {
    let project = Project::with("version = 1\n");
    project.chart("charts/db");
    project.chart("elsewhere/db");
    assert_eq!(
        project.said(&["chart", "bitnami/postgresql", "charts/db/", "--release", "db"]),
        "helmfire-subst: chart bitnami/postgresql -> ./charts/db [release=db] (helmfire.toml:4)\n"
    );
    // From another directory, where the file has another name.
    let below = project.path().join("charts");
    let (code, _, said) = outcome(
        project
            .command(&["chart", "a/b", "db", "--file", "../helmfire.toml"])
            .current_dir(&below),
    );
    assert_eq!(
        (code, said.as_str()),
        (0, "helmfire-subst: chart a/b -> ./charts/db (../helmfire.toml:9)\n")
    );
    // Not below the file: in full.
    project.said(&["chart", "c/d", "elsewhere/db", "--file", "charts/own.toml"]);
    let full = project.path().canonicalize().unwrap().join("elsewhere/db");
    let own = fs::read_to_string(project.path().join("charts/own.toml")).unwrap();
    assert_eq!(
        own,
        format!(
            "version = 1\n\n[[chart]]\nfrom = \"c/d\"\nto = \"{}\"\n",
            full.display()
        )
    );
    // A link keeps its name.
    std::os::unix::fs::symlink("elsewhere/db", project.path().join("link")).unwrap();
    project.said(&["chart", "e/f", "link"]);
    assert!(project.text().ends_with("from = \"e/f\"\nto = \"./link\"\n"));
}

fn chart_must_be_a_chart() {
    let project = Project::with("version = 1\n");
    let table = [
        (
            "Chart.yaml",
            "apiVersion: v3\nname: a\nversion: 1.2.3\n",
            "Chart.yaml: apiVersion 'v3' is not v1 or v2",
        ),
        (
            "Chart.yaml",
            "apiVersion: v2\nversion: 1.2.3\n",
            "Chart.yaml: name is missing",
        ),
        (
            "Chart.yaml",
            "apiVersion: v2\nname: a/b\nversion: 1.2.3\n",
            "Chart.yaml: name 'a/b' is not a chart name",
        ),
        ("Chart.yaml", "apiVersion: v2\nname: a\n", "Chart.yaml: version is missing"),
        ("README.md", "", "Chart.yaml: No such file or directory (os error 2)"),
    ];
    for (number, (name, text, reason)) in table.into_iter().enumerate() {
        let directory = format!("chart{number}");
        project.write(&format!("{directory}/{name}"), text);
        assert_eq!(
            project.run(&["chart", "a/b", &directory]),
            failed(1, &format!("{directory} is not a chart: {reason}"))
        );
    }
    assert_eq!(
        project.run(&["chart", "a/b", "nowhere"]),
        failed(
            1,
            "nowhere: No such file or directory (os error 2), name an existing chart directory"
        )
    );
    project.write("chart9/Chart.yaml", "apiVersion: v2\nname: a\nversion: '1.2'\n");
    project
        .command(&["chart", "a/b", "chart9"])
        .assert()
        .code(1)
        .stderr(predicate::str::contains("version '1.2' is not a semantic version"));
    assert_eq!(project.text(), "version = 1\n");
}

fn chart_must_lie_below_chart_roots() {
    let project = Project::with("[security]\nchart-roots = [\"./charts\"]\n");
    project.chart("charts/db");
    project.chart("other/db");
    std::os::unix::fs::symlink("../other/db", project.path().join("charts/out"))
        .unwrap();
    let real = project.path().canonicalize().unwrap().join("other/db");
    for directory in ["other/db", "charts/out"] {
        assert_eq!(
            project.run(&["chart", "a/b", directory]),
            failed(
                1,
                &format!(
                    "{} is outside chart-roots, add its directory to [security] chart-roots \
                     or move the chart",
                    real.display()
                )
            )
        );
    }
    project.said(&["chart", "a/b", "charts/db"]);
}

fn list_prints_a_table() {
    let project = Project::with(TWO);
    let table = "\
TYPE   FROM                TO                               DIGEST  LIMITS      LINE
image  postgres:15         localhost:5000/postgres:my-test  -       -           6
chart  bitnami/postgresql  ./charts/db                      -       release=db  10
";
    assert_eq!(project.run(&["list"]), (0, table.into(), String::new()));
    let (_, images, _) = project.run(&["list", "images"]);
    assert_eq!(images.lines().count(), 2);
    let (_, charts, _) = project.run(&["list", "charts"]);
    assert!(charts.contains("bitnami") && !charts.contains("postgres:15"));
    assert_eq!(
        Project::new().run(&["list"]),
        (
            0,
            String::new(),
            "helmfire-subst: there is no helmfire.toml here or above, so there are no rules\n"
                .into()
        )
    );
}

const ROWS: &str = r#"{"v":1,"type":"image","from":"docker.io/","to":"m.local/","digest":"drop","release":"r","namespace":"n","kind":"Job","name":"x*","container":"c","line":2}
{"v":1,"type":"chart","from":"a/b","to":"./charts/db","namespace":"n","line":11}
{"v":1,"type":"image","regex":"^a\\.b/(.+)$","to":"c/$1","line":15}
"#;

const ROWS_FILE: &str = r#"[[image]]
from = "docker.io/"
to = "m.local/"
digest = "drop"
release = "r"
namespace = "n"
kind = "Job"
name = "x*"
container = "c"
[[chart]]
from = "a/b"
to = "./charts/db"
namespace = "n"
[[image]]
regex = '^a\.b/(.+)$'
to = "c/$1"
"#;

fn list_prints_rows() {
    let project = Project::with(ROWS_FILE);
    assert_eq!(project.run(&["list", "--json"]), (0, ROWS.into(), String::new()));
    let (_, charts, _) = project.run(&["list", "charts", "--json"]);
    assert_eq!(charts, ROWS.lines().nth(1).unwrap().to_string() + "\n");
}

/// `count` rules, the first in line 1.
fn many(count: usize) -> String {
    let rule = |n| format!("[[image]]\nfrom = \"a/b{n}\"\nto = \"c:{n}\"\n");
    (0..count).map(rule).collect::<Vec<_>>().concat()
}

fn list_of_a_thousand_rules() {
    let project = Project::with(&many(1000));
    let (code, rows, said) = project.run(&["list", "--json"]);
    assert_eq!((code, said.as_str(), rows.lines().count()), (0, "", 1000));
    assert_eq!(
        rows.lines().last(),
        Some(r#"{"v":1,"type":"image","from":"a/b999","to":"c:999","line":2999}"#)
    );
}

fn list_ends_quietly_with_its_reader() {
    let project = Project::with(&many(5000));
    let mut child = binary("helmfire-subst")
        .arg("list")
        .current_dir(project.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut start = [0; 4];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

const THREE: &str = "\
[[image]]
from = \"nginx\"
to = \"a\"

# only jobs
[[image]]
from = \"docker.io/nginx\"
to = \"b\"
kind = \"Job\"

[[image]]
from = \"nginx:1\"
to = \"c\"
";

fn remove_takes_every_rule_with_this_from() {
    let project = Project::with(THREE);
    assert_eq!(
        project.said(&["remove", "image", "library/nginx"]),
        "helmfire-subst: removed image nginx -> a (was helmfire.toml:2)\n\
         helmfire-subst: removed image docker.io/nginx -> b [kind=Job] (was helmfire.toml:7)\n"
    );
    assert_eq!(project.text(), "[[image]]\nfrom = \"nginx:1\"\nto = \"c\"\n");

    let project = Project::with(ROWS_FILE);
    project.said(&["remove", "image", "index.docker.io/"]);
    project.said(&["remove", "chart", "a/b"]);
    assert_eq!(
        project.said(&["remove", "image", "--regex", r"^a\.b/(.+)$"]),
        "helmfire-subst: removed image regex ^a\\.b/(.+)$ -> c/$1 (was helmfire.toml:2)\n"
    );
    assert_eq!(project.text(), "");
}

fn remove_takes_the_rule_with_these_limits() {
    let project = Project::with(THREE);
    assert_eq!(
        project.said(&["remove", "image", "nginx", "--kind", "Job"]),
        "helmfire-subst: removed image docker.io/nginx -> b [kind=Job] (was helmfire.toml:7)\n"
    );
    let left = THREE.lines().take(4).chain(THREE.lines().skip(10));
    assert_eq!(project.text(), left.flat_map(|line| [line, "\n"]).collect::<String>());
}

fn remove_of_nothing_suggests_something() {
    let project = Project::with(THREE);
    let table: [(&[&str], &str); 4] = [
        (
            &["image", "ngnix:1"],
            "no rule for image ngnix:1 (helmfire.toml), did you mean 'nginx:1'?",
        ),
        (
            &["image", "xyz"],
            "no rule for image xyz (helmfire.toml), see 'helmfire-subst list images'",
        ),
        (
            &["chart", "nginx"],
            "no rule for chart nginx (helmfire.toml), see 'helmfire-subst list charts'",
        ),
        (
            &["image", "nginx", "--kind", "CronJob"],
            "no rule for image nginx has these limits (helmfire.toml), \
             there is: image nginx -> a (helmfire.toml:2)",
        ),
    ];
    for (arguments, said) in table {
        let arguments: Vec<&str> =
            ["remove"].into_iter().chain(arguments.iter().copied()).collect();
        assert_eq!(project.run(&arguments), failed(1, said));
    }
    assert_eq!(project.text(), THREE);
    assert_eq!(
        Project::new().run(&["remove", "image", "a"]),
        failed(1, "there is no helmfire.toml here or above, name the file with --file")
    );
}

fn clear_takes_images_and_charts() {
    let rest =
        "[[field]]\nkind = \"K\"\npath = \"p\"\n\n[security]\nchart-roots = [\".\"]\n";
    let text = format!("{TWO}\n{rest}");
    let project = Project::with(&text);
    assert_eq!(
        project.said(&["clear", "charts"]),
        "helmfire-subst: removed chart bitnami/postgresql -> ./charts/db [release=db] \
         (was helmfire.toml:10)\n"
    );
    assert_eq!(
        project.said(&["clear"]),
        "helmfire-subst: removed image postgres:15 -> localhost:5000/postgres:my-test \
         (was helmfire.toml:6)\n"
    );
    assert_eq!(project.text(), format!("# ours\nversion = 1\n\n{rest}"));
    assert_eq!(
        project.said(&["clear"]),
        "helmfire-subst: helmfire.toml has no such rules, nothing to remove\n"
    );
    assert_eq!(
        Project::new().said(&["clear", "images"]),
        "helmfire-subst: there is no helmfire.toml here or above, nothing to remove\n"
    );
}

fn check_is_silent_about_a_good_file() {
    let project = Project::with(TWO);
    project.chart("charts/db");
    assert_eq!(
        project.said(&["check"]),
        "helmfire-subst: helmfire.toml is good: 1 image rule, 0 field rules, 1 chart rule\n"
    );
    assert_eq!(project.said(&["check", "-q"]), "");
    assert_eq!(
        Project::new().said(&["check"]),
        "helmfire-subst: there is no helmfire.toml here or above, so there are no rules\n"
    );
}

fn check_reports_every_fault() {
    let text = "version = 1\n\n[[image]]\nform = \"a\"\nto = \"b\"\n\n\
                [[image]]\nfrom = \"Nginx\"\nto = \"b\"\n\n[[chrat]]\n";
    let project = Project::with(text);
    let (code, out, said) = project.run(&["check", "--quiet"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert_eq!(
        said,
        "\
helmfire-subst: [[image]] needs 'from' or 'regex' (helmfire.toml:3:1)
helmfire-subst: unknown key 'form' in [[image]] (helmfire.toml:4:1), did you mean 'from'?
helmfire-subst: 'Nginx' is not an image reference: the repository name must be lower case (helmfire.toml:8:8), did you mean 'nginx'?
helmfire-subst: unknown key 'chrat' in the file (helmfire.toml:11:3), did you mean 'chart'?
"
    );
}

fn check_looks_at_charts() {
    let text = format!("{TWO}\n[[chart]]\nfrom = \"a/b\"\nto = \"charts/db\"\n");
    let project = Project::with(&text);
    project.chart("charts/db");
    project.said(&["check"]);
    fs::remove_file(project.path().join("charts/db/Chart.yaml")).unwrap();
    let (code, _, said) = project.run(&["check"]);
    assert_eq!(code, 1);
    assert_eq!(
        said,
        "\
helmfire-subst: ./charts/db is not a chart: Chart.yaml: No such file or directory (os error 2) (helmfire.toml:10)
helmfire-subst: charts/db is not a chart: Chart.yaml: No such file or directory (os error 2) (helmfire.toml:15)
"
    );
}

fn import_reads_what_list_prints() {
    let project = Project::new();
    project.chart("charts/db");
    let rows = format!("\n{}\n", ROWS.replace('\n', "\n \n"));
    let (code, out, said) = outcome(project.command(&["import"]).write_stdin(rows));
    assert_eq!((code, out.as_str()), (0, ""), "{said}");
    assert_eq!(
        said,
        "\
helmfire-subst: created helmfire.toml
helmfire-subst: image docker.io/ -> m.local/ [release=r, namespace=n, kind=Job, name=x*, container=c] (helmfire.toml:4)
helmfire-subst: chart a/b -> ./charts/db [namespace=n] (helmfire.toml:18)
helmfire-subst: image regex ^a\\.b/(.+)$ -> c/$1 (helmfire.toml:14)
"
    );
    let (_, printed, _) = project.run(&["list", "--json"]);
    let without_lines = |rows: &str| -> Vec<String> {
        let cut = |row: &str| row.split(",\"line\"").next().unwrap().to_string();
        let mut rows: Vec<String> = rows.lines().map(cut).collect();
        rows.sort();
        rows
    };
    assert_eq!(without_lines(&printed), without_lines(ROWS));

    let again = outcome(project.command(&["import"]).write_stdin(printed));
    assert_eq!(again.2.matches("is already so").count(), 3);
    assert_eq!(
        outcome(Project::new().command(&["import"]).write_stdin("\n")),
        (
            0,
            String::new(),
            "helmfire-subst: there are no rows on standard input, nothing to import\n"
                .into()
        )
    );
}

fn import_is_all_or_nothing() {
    let project = Project::with(TWO);
    let good = r#"{"v":1,"type":"image","from":"a","to":"b"}"#;
    let table = [
        (
            r#"{"v":1,"type":"image","from":"a","to":"b"}"#,
            "the same rule as in line 1 (stdin:2), leave one of the two out",
        ),
        (
            r#"{"v":1,"type":"image","from":"A","to":"b"}"#,
            "stdin:2: 'A' is not an image reference: the repository name must be lower case, did you mean 'a'?",
        ),
        (
            r#"{"v":2,"type":"image","from":"c","to":"b"}"#,
            r#"stdin:2: v is 2, this helmfire reads rows with "v":1"#,
        ),
        (r#"{"v":1,"type":"image","from":"c"}"#, "stdin:2:33: missing field `to`"),
        (
            r#"{"v":1,"type":"image","to":"c"}"#,
            "stdin:2: [[image]] needs 'from' or 'regex'",
        ),
        (
            r#"{"v":1,"type":"field","to":"c"}"#,
            "stdin:2:21: unknown variant `field`, expected `image` or `chart`",
        ),
        (
            r#"{"v":1,"type":"chart","from":"c","to":"nowhere"}"#,
            "stdin:2: nowhere: No such file or directory (os error 2), name an existing chart directory",
        ),
        (
            r#"{"v":1,"type":"chart","from":"c","to":"d","kind":"Job"}"#,
            "stdin:2: unknown key 'kind' in [[chart]], there are: from, to, release, namespace",
        ),
        ("{", "stdin:2:1: EOF while parsing an object"),
    ];
    for (row, said) in table {
        let input = format!("{good}\n{row}\n");
        let found = outcome(project.command(&["import"]).write_stdin(input));
        assert_eq!(found, failed(1, said), "{row}");
    }
    let unknown =
        format!("{good}\n{}", r#"{"v":1,"type":"image","form":"a","to":"b"}"#);
    project.command(&["import"]).write_stdin(unknown).assert().code(1).stderr(
        predicate::str::starts_with("helmfire-subst: stdin:2:28: unknown field `form`"),
    );
    assert_eq!(project.text(), TWO);
    assert_eq!(project.names(), ["helmfire.toml"]);
}

fn dry_run_prints_a_diff_and_writes_nothing() {
    let project = Project::with(TWO);
    let (code, diff, said) =
        project.run(&["image", "postgres:15", "x.io/pg:16", "--dry-run"]);
    assert_eq!((code, said.as_str()), (0, ""));
    assert_eq!(
        diff,
        "\
--- helmfire.toml
+++ helmfire.toml
@@ -4,7 +4,7 @@
 # the database
 [[image]]
 from = \"postgres:15\" # until June
-to   = \"localhost:5000/postgres:my-test\"
+to   = \"x.io/pg:16\"
 
 [[chart]]
 from = \"bitnami/postgresql\"
"
    );
    let (_, diff, said) = project.run(&["clear", "charts", "--dry-run"]);
    assert_eq!(said, "");
    assert_eq!(diff.lines().filter(|line| line.starts_with('-')).count(), 1 + 5);
    assert_eq!(project.text(), TWO);
    let same = ["image", "postgres:15", "localhost:5000/postgres:my-test", "--dry-run"];
    assert!(project.said(&same).contains("is already so"));

    let project = Project::new();
    let (_, diff, _) = project.run(&["image", "a", "b", "--dry-run"]);
    assert_eq!(
        diff,
        "--- /dev/null\n+++ helmfire.toml\n@@ -0,0 +1,5 @@\n+version = 1\n+\n+[[image]]\n\
         +from = \"a\"\n+to = \"b\"\n"
    );
    assert!(project.names().is_empty());
}

fn a_faulty_file_is_refused() {
    let text = "[[image]]\nfrom = \"a\"\n[[iamge]]\n";
    let project = Project::with(text);
    let said = "[[image]] needs 'to' (helmfire.toml:1:1); \
                one more fault is shown by 'helmfire-subst check'";
    for arguments in [
        &["image", "b", "c"][..],
        &["image", "b", "c", "--dry-run"],
        &["remove", "image", "a"],
        &["clear"],
        &["list"],
    ] {
        assert_eq!(project.run(arguments), failed(1, said), "{arguments:?}");
    }
    assert_eq!(project.text(), text);
    fs::write(project.path().join("helmfire.toml"), b"a = \"\xff\"").unwrap();
    project
        .command(&["image", "b", "c"])
        .assert()
        .code(1)
        .stderr(predicate::str::ends_with("stream did not contain valid UTF-8\n"));
}

fn the_nearest_file_is_used() {
    let project = Project::with("version = 1\n");
    project.write(".git", "gitdir: elsewhere");
    project.write("a/b/c", "");
    let deep = project.path().join("a/b");
    let (code, _, said) =
        outcome(project.command(&["image", "x", "y"]).current_dir(&deep));
    let whole = project.path().canonicalize().unwrap().join("helmfire.toml");
    assert_eq!(code, 0);
    assert_eq!(said, format!("helmfire-subst: image x -> y ({}:4)\n", whole.display()));
    // Outside a repository nothing above is touched.
    fs::remove_file(project.path().join(".git")).unwrap();
    let (_, _, said) =
        outcome(project.command(&["image", "x", "y"]).current_dir(&deep));
    assert!(said.starts_with("helmfire-subst: created helmfire.toml\n"));
    assert!(deep.join("helmfire.toml").is_file());
}

fn a_named_file_is_used() {
    let project = Project::with(TWO);
    let own = project.path().join("own.toml");
    let said = project.said(&["image", "a", "b", "--file", "own.toml"]);
    assert!(said.ends_with("image a -> b (own.toml:4)\n"), "{said}");
    let by_variable = |arguments: &[&str], file: &str| {
        outcome(project.command(arguments).env("HELMFIRE_FILE", file))
    };
    let (_, out, _) = by_variable(&["list"], own.to_str().unwrap());
    assert!(out.contains("image  a") && !out.contains("postgres"));
    let (_, out, _) = by_variable(&["list"], "");
    assert!(out.contains("postgres"), "an empty variable is none");
    let (_, _, said) = by_variable(&["image", "a", "b"], "new.toml");
    assert!(said.starts_with("helmfire-subst: created new.toml\n"));
    let missing = "nowhere.toml does not exist, but --file names it; correct the name or \
                   run 'helmfire-subst image FROM TO' to create it";
    for command in [&["list"][..], &["check"], &["clear"], &["remove", "image", "a"]] {
        let named = [command, &["--file", "nowhere.toml"]].concat();
        assert_eq!(project.run(&named), failed(1, missing), "{command:?}");
        let (code, _, said) = by_variable(command, "nowhere.toml");
        assert_eq!(code, 1);
        assert!(said.contains("but HELMFIRE_FILE names it"), "{said}");
    }
    assert_eq!(project.text(), TWO);
}

fn usage_errors_are_64() {
    let project = Project::new();
    let table: [(&[&str], &str); 12] = [
        (&[], "a command is needed (see 'helmfire-subst --help')"),
        (
            &["imge"],
            "unrecognized subcommand 'imge', did you mean 'image'? (see 'helmfire-subst --help')",
        ),
        (
            &["image", "a"],
            "the following required arguments were not provided: <TO> (see 'helmfire-subst --help')",
        ),
        (
            &["image", "a", "b", "--naem", "c"],
            "unexpected argument '--naem' found, did you mean '--name'? (see 'helmfire-subst --help')",
        ),
        (
            &["image", "a", "b", "--wait", "x"],
            "invalid value 'x' for '--wait <SECONDS>': invalid digit found in string (see 'helmfire-subst --help')",
        ),
        (
            &["remove", "field", "a"],
            "unrecognized subcommand 'field' (see 'helmfire-subst --help')",
        ),
        (
            &["image", "Nginx", "b"],
            "'Nginx' is not an image reference: the repository name must be lower case, did you mean 'nginx'?",
        ),
        (
            &["image", "a", "https://quay.io/b"],
            "'https://quay.io/b' is not an image reference: the registry is not a host with an optional port, leave out the scheme: 'quay.io/b'",
        ),
        (
            &["image", "a/", "b"],
            "a 'from' that ends in '/' needs a 'to' that ends in '/' too, write to = \"b/\"",
        ),
        (&["image", "", "b"], "'from' in [[image]] is empty"),
        (
            &["image", "a", "b", "--kind", "[x]"],
            "'[x]' is not a pattern of names, use * and ? as wildcards, one rule per alternative",
        ),
        (
            &["remove", "image", "A"],
            "'A' is not an image reference: the repository name must be lower case, did you mean 'a'?",
        ),
    ];
    for (arguments, said) in table {
        assert_eq!(project.run(arguments), failed(64, said), "{arguments:?}");
    }
    assert!(project.names().is_empty());
}

fn talk_can_be_turned_down() {
    let project = Project::new();
    assert_eq!(project.said(&["image", "a", "b", "-q"]), "");
    let coloured = project.said(&["--color", "always", "image", "a", "c"]);
    assert_eq!(
        coloured,
        "\x1b[1;32mhelmfire-subst:\x1b[0m image a -> c (helmfire.toml:4)\n"
    );
    let file = project.path().canonicalize().unwrap().join("helmfire.toml");
    assert_eq!(
        project.said(&["clear", "charts", "-v"]),
        format!(
            "helmfire-subst: the rules are in {}\n\
             helmfire-subst: helmfire.toml has no such rules, nothing to remove\n",
            file.display()
        )
    );
    let (_, table, _) = project.run(&["list", "--color", "always"]);
    assert!(table.starts_with("\x1b[1mTYPE"));
    project
        .command(&["--help"])
        .assert()
        .code(0)
        .stdout(predicate::str::contains("Usage:"));
}

fn the_example_is_good() {
    let project = Project::new();
    let (code, _, said) =
        outcome(project.command(&["check"]).current_dir(root().join("examples")));
    assert_eq!(code, 0, "{said}");
    // An edit of the example keeps all that is explained in it.
    let example = fs::read_to_string(root().join("examples/helmfire.toml")).unwrap();
    project.write("helmfire.toml", &example);
    project.said(&["image", "new", "x"]);
    project.said(&["remove", "image", "new"]);
    assert_eq!(project.text(), example);
    assert!(Rules::load_from(&project.path().join("helmfire.toml")).is_ok());
}
