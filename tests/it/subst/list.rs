//! `helmfire-subst list`

use std::io::Read;
use std::process::Stdio;

use super::{Project, ROWS, ROWS_FILE, TWO};
use crate::support::{binary, trials};

trials!(
    list_prints_a_table,
    list_prints_rows,
    list_of_a_thousand_rules,
    list_ends_quietly_with_its_reader
);

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
