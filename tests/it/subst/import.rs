//! `helmfire-subst import`

use predicates::prelude::*;

use super::{Project, ROWS, TWO, failed, outcome};
use crate::support::trials;

trials!(import_reads_what_list_prints, import_is_all_or_nothing);

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
