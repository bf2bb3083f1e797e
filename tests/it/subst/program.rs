//! What all commands share: files, dry runs, usage, talk.

use std::fs;

use helmfire_rules::Rules;
use predicates::prelude::*;

use super::{Project, TWO, failed, outcome};
use crate::support::{root, trials};

trials!(
    dry_run_prints_a_diff_and_writes_nothing,
    a_faulty_file_is_refused,
    the_nearest_file_is_used,
    a_named_file_is_used,
    usage_errors_are_64,
    talk_can_be_turned_down,
    the_example_is_good
);

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
    let example = fs::read_to_string(root().join("examples/rules.toml")).unwrap();
    project.write("helmfire.toml", &example);
    project.said(&["image", "new", "x"]);
    project.said(&["remove", "image", "new"]);
    assert_eq!(project.text(), example);
    assert!(Rules::load_from(&project.path().join("helmfire.toml")).is_ok());
}
