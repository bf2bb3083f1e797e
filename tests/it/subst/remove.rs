//! `helmfire-subst remove` and `clear`

use super::{Project, ROWS_FILE, TWO, failed};
use crate::support::trials;

trials!(
    remove_takes_every_rule_with_this_from,
    remove_takes_the_rule_with_these_limits,
    remove_of_nothing_suggests_something,
    clear_takes_images_and_charts,
    ignore_rules_are_left_alone,
);

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

fn ignore_rules_are_left_alone() {
    let ignore = "# drift\n[[ignore]]\nrelease = \"nginx\"\npaths = [\n  \"/a\", # one\n]\n\n\
                  [ignore.target]\nkind = \"Job\"\n";
    let text = format!("{THREE}\n{ignore}");
    let project = Project::with(&text);
    let alone = Project::with(THREE);
    assert_eq!(project.run(&["list", "--json"]), alone.run(&["list", "--json"]));
    project.said(&["image", "redis", "x"]);
    assert!(project.text().ends_with(&format!("\n\n{ignore}")));
    project.said(&["remove", "image", "redis"]);
    assert_eq!(project.text(), text);
    project.said(&["clear"]);
    assert_eq!(project.text(), ignore);
}
