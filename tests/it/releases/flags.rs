//! Its command line, and what only a comparison with an earlier run tells.

use libtest_mimic::Trial;

use super::project::Project;
use crate::services::packages::Packages;
use crate::services::repository::Repository;
use crate::support::{Need, binary, trial_needing};

pub fn trials() -> Vec<Trial> {
    let needs = ["helm3", "helmfile", "kustomize"].map(Need::Tool);
    let all: [(&str, fn()); 11] = [
        ("names_come_from_stdin", names_come_from_stdin),
        ("selectors_mean_exactly_what_is_touched", selectors_mean_exactly),
        ("files_are_listed_with_what_they_feed", files_are_listed),
        ("without_an_earlier_run_nothing_is_missed", nothing_is_missed),
        ("the_same_question_has_the_same_answer", same_answer),
        ("files_that_are_gone_or_new_count", gone_or_new),
        ("rules_touch_what_they_may_change", rules_touch),
        ("a_removed_release_is_reported", removed),
        ("errors_are_one_line", errors),
        ("symbolic_links_lead_to_the_same_files", symbolic_links),
        ("repositories_are_added_where_helm_does_not_look", repositories),
    ];
    let trial = |(name, test): (&str, fn())| {
        trial_needing(&needs, &format!("releases::flags::{name}"), test)
    };
    all.into_iter().map(trial).collect()
}

fn shop() -> Project {
    let project = Project::new("helm3");
    project.chart("x").chart("y").write("values/a.yaml", "a: 1\n").write("README.md", "x\n").write(
        "helmfile.yaml",
        "releases:\n- {name: a, namespace: shop, chart: ./charts/x, values: [values/a.yaml]}\n\
         - {name: a, namespace: test, chart: ./charts/x}\n- {name: a, chart: ./charts/y}\n\
         - {name: b, namespace: shop, chart: ./charts/y, missingFileHandler: Warn, values: \
         [values/later.yaml]}\n",
    );
    project
}

fn stdout(output: &std::process::Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn names_come_from_stdin() {
    let project = shop();
    let lines =
        project.run_with(&["--selectors"], "values/a.yaml\ncharts/y/values.yaml\r\n");
    let expected = "-l name=a,namespace=shop\n-l name=a,namespace!=shop,namespace!=test\n\
                    -l name=b,namespace=shop\n";
    assert_eq!(stdout(&lines), expected, "{lines:?}");
    let nuls = project.run_with(&["--selectors", "-0"], "values/a.yaml\0charts/y\0");
    assert_eq!(stdout(&nuls), expected);
    let none = project.run_with(&["--selectors", "--any"], "");
    assert_eq!((stdout(&none), none.status.code()), (String::new(), Some(0)));
    let any = project.run_with(&["--any"], "values/a.yaml\n");
    assert_eq!(any.status.code(), Some(2));
    let none = project.run_with(&["--any", "-v"], "README.md\n");
    assert_eq!(none.status.code(), Some(0));
    let said = String::from_utf8_lossy(&none.stderr).into_owned();
    assert!(said.contains("README.md is no input of any release"), "{said}");
}

/// What `helmfile list` makes of them.
fn selectors_mean_exactly() {
    let project = shop();
    for file in
        ["values/a.yaml", "charts/x/values.yaml", "charts/y", "values/later.yaml"]
    {
        let named = project.named(file);
        let selectors = project.releases(&["--selectors", file]);
        let words: Vec<&str> = selectors.split_whitespace().collect();
        let mut list = std::process::Command::new(crate::support::tool("helmfile"));
        list.args(&words).args(["list", "--output", "json", "--skip-charts"]);
        let output = project.command(list).output().unwrap();
        let listed: Vec<serde_json::Value> =
            serde_json::from_slice(&output.stdout).unwrap();
        let listed: std::collections::BTreeSet<String> = listed
            .iter()
            .map(|it| {
                format!(
                    "{}/{}",
                    it["namespace"].as_str().unwrap(),
                    it["name"].as_str().unwrap()
                )
            })
            .collect();
        assert_eq!(listed, named, "{selectors}");
    }
    let only = project.releases(&["-l", "name=b", "--selectors", "charts/y"]);
    assert_eq!(only, "-l name=b,namespace=shop\n");
    let bare = project.releases(&["-l", "namespace!=shop", "--selectors", "charts/y"]);
    assert_eq!(bare, "-l name=a,namespace!=shop,namespace!=test\n");
}

fn files_are_listed() {
    let project = shop();
    let files = project.releases(&["--files"]);
    let line =
        |file: &str| files.lines().find(|line| line.starts_with(&format!("{file}\t")));
    assert_eq!(line("values/a.yaml"), Some("values/a.yaml\tshop/a"), "{files}");
    assert_eq!(line("charts/y/Chart.yaml"), Some("charts/y/Chart.yaml\ta shop/b"));
    assert_eq!(line("helmfile.yaml"), Some("helmfile.yaml\tshop/a test/a a shop/b"));
    assert_eq!(line("values/later.yaml"), None, "it does not exist");
    let rows = project.releases(&["--files", "--json"]);
    let row = rows.lines().find(|row| row.contains("values/later.yaml")).unwrap();
    let row: serde_json::Value = serde_json::from_str(row).unwrap();
    assert_eq!((&row["v"], &row["exists"]), (&1.into(), &false.into()));
    assert_eq!(row["role"], "values");
    assert_eq!(row["releases"][0]["release"], "b");
}

fn nothing_is_missed() {
    let project = shop();
    assert_eq!(project.named("helmfile.yaml").len(), 4);
    assert_eq!(project.named("README.md").len(), 0, "no template can read it");
    let project = shop();
    let helmfile = project.read("helmfile.yaml");
    project.remove("helmfile.yaml");
    let reads = helmfile.replace("a: 1", "").replace(
        "chart: ./charts/y}",
        "chart: ./charts/y, values: [{read: {{ readFile (printf \"%s.md\" \"README\") | quote }}}]}",
    );
    project.write("helmfile.yaml.gotmpl", &reads);
    assert_eq!(project.named("README.md").len(), 4, "it may be read");
    project.write("README.md", "y\n");
    assert_eq!(project.named("README.md").into_iter().collect::<Vec<_>>(), ["/a"]);
}

fn same_answer() {
    let project = shop();
    project.releases(&["--files"]);
    let text = project.read("helmfile.yaml");
    project.write(
        "helmfile.yaml",
        &text.replace("name: b, ", "name: b, version: 1.0.0, "),
    );
    for _ in 0..3 {
        assert_eq!(
            project.named("helmfile.yaml").into_iter().collect::<Vec<_>>(),
            ["shop/b"]
        );
    }
    // A change beside it does not get into the answer.
    project.write("values/a.yaml", "a: 2\n");
    assert_eq!(
        project.named("values/a.yaml").into_iter().collect::<Vec<_>>(),
        ["shop/a"]
    );
    project.write("helmfile.yaml", &text);
    assert_eq!(
        project.named("helmfile.yaml").into_iter().collect::<Vec<_>>(),
        ["shop/b"]
    );
}

fn gone_or_new() {
    let project = shop();
    project.releases(&["--files"]);
    project.write("values/later.yaml", "later: 1\n");
    assert_eq!(
        project.named("values/later.yaml").into_iter().collect::<Vec<_>>(),
        ["shop/b"]
    );
    project.write("charts/x/file.txt", "new\n");
    assert_eq!(project.named("charts/x/file.txt").len(), 2);
    project.remove("charts/x/file.txt");
    assert_eq!(project.named("charts/x/file.txt").len(), 2, "gone again");
    project.write("charts/x/Chart.lock", "x\n").write("charts/x/tmpcharts-1/x", "x\n");
    assert!(project.named("charts/x/Chart.lock").is_empty(), "helm writes it");
    let all = project.named("values").into_iter().collect::<Vec<_>>();
    assert_eq!(all, ["shop/b"], "a directory is all that is in it");
}

fn rules_touch() {
    let project = shop();
    project.releases(&["--files"]);
    let rule =
        "[[chart]]\nfrom = \"./charts/x\"\nto = \"mine\"\nnamespace = \"test\"\n";
    project.write("helmfire.toml", rule);
    assert_eq!(
        project.named("helmfire.toml").into_iter().collect::<Vec<_>>(),
        ["test/a"]
    );
    project.write("mine/Chart.yaml", "apiVersion: v2\nname: mine\nversion: 0.1.0\n");
    assert_eq!(
        project.named("mine/Chart.yaml").into_iter().collect::<Vec<_>>(),
        ["test/a"]
    );
    let x = project.named("charts/x/values.yaml");
    assert_eq!(x.into_iter().collect::<Vec<_>>(), ["shop/a"], "the other has its own");
    project.write("helmfire.toml", &format!("# only a comment\n\n{rule}"));
    assert!(project.named("helmfire.toml").is_empty());
}

fn removed() {
    let project = shop();
    project.releases(&["--files"]);
    let text = project.read("helmfile.yaml");
    let without: String = text
        .lines()
        .filter(|line| !line.contains("name: b"))
        .fold(String::new(), |text, line| text + line + "\n");
    let without = without.replace("[values/later.yaml]}\n", "");
    project.write("helmfile.yaml", &without.replace("  [", "["));
    let output = project.run(&["helmfile.yaml"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("release shop/b is no longer declared"), "{said}");
    assert_eq!(stdout(&output), "");
}

fn errors() {
    let project = shop();
    project.write("helmfile.yaml", "releases: [\n");
    let output = project.run(&["helmfile.yaml"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("failed to read helmfile.yaml"), "{said}");
    let usage = project.run(&["--nonsense"]);
    assert_eq!(usage.status.code(), Some(64));
    let both = project.run(&["--json", "--selectors", "x"]);
    assert_eq!(both.status.code(), Some(64));
}

/// helmfile cannot tell its state without the repository of a chart that it patches.
fn repositories() {
    let repository = Repository::open(Packages::recorded());
    let project = Project::recorded("06d-forcenamespace");
    let text = project.read("helmfile.yaml");
    let text = text.replace("http://127.0.0.1:8879", &repository.url());
    project.write("helmfile.yaml", &text);
    assert_eq!(project.named("helmfile.yaml").len(), 1);
    let mut helm = std::process::Command::new(project.path("../bin/helm"));
    helm.args(["repo", "list"]);
    let output = project.command(helm).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("no repositories"), "{output:?}");
}

/// A project that one came to through a link, with links in it.
fn symbolic_links() {
    let project = shop();
    let link = |from: &str, to: &str| {
        std::os::unix::fs::symlink(from, project.path(to)).unwrap();
    };
    std::fs::rename(project.path("values"), project.path("../common")).unwrap();
    link("../common", "values");
    std::fs::rename(project.path("charts/y"), project.path("../y")).unwrap();
    link("../../y", "charts/y");
    link("project", "../linked");
    let linked = project.path("../linked");
    let names = |file: &str| {
        let mut command = project.command(binary("helmfire-releases"));
        command.current_dir(&linked).env("PWD", &linked).args(["--selectors", file]);
        stdout(&command.output().unwrap())
    };
    let a = "-l name=a,namespace=shop\n";
    for file in ["values/a.yaml", "../common/a.yaml", "../project/values/a.yaml"] {
        assert_eq!(names(file), a, "{file}");
    }
    let linked_file = linked.join("values/a.yaml");
    assert_eq!(names(linked_file.to_str().unwrap()), a);
    assert_eq!(names("charts/y/values.yaml").lines().count(), 2);
    assert_eq!(names("../y/values.yaml").lines().count(), 2);
}
