//! Working copies as chartify makes them.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod bed;

use std::fs;
use std::path::Path;

use bed::{Bed, files, read};
use helmfire_charts::{is_copy_of, replace_content};

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let to = to.join(&file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from.join(file), to).unwrap();
    }
}

#[test]
fn knows_a_copy() {
    let bed = Bed::new();
    let of = bed.chart("of", "1.0.0", "");
    bed.write("of/.helmignore", "*.swp\n");
    bed.write("of/files/a", "a");
    let dir = bed.path("dir");
    copy(&of, &dir);
    let own = read(of.join("Chart.yaml"));
    bed.write("dir/Chart.yaml", format!("{own}dependencies: []\n"));
    bed.write("dir/charts/x/Chart.yaml", "");
    bed.write("dir/helmx.1.rendered/of/templates/a.yaml", "");
    bed.write("of/x.swp", "");
    assert!(is_copy_of(&dir, &of).unwrap());
    // Another chart with the same files, or with more.
    bed.write("dir/Chart.yaml", own.replace("1.0.0", "2.0.0"));
    assert!(!is_copy_of(&dir, &of).unwrap());
    bed.write("dir/Chart.yaml", own);
    bed.write("dir/templates/NOTES.txt", "");
    assert!(!is_copy_of(&dir, &of).unwrap());
    fs::remove_file(dir.join("templates/NOTES.txt")).unwrap();
    assert!(is_copy_of(&dir, &of).unwrap());
    bed.write("dir/files/a", "b");
    assert!(!is_copy_of(&dir, &of).unwrap());
    fs::remove_dir_all(dir.join("files")).unwrap();
    assert!(!is_copy_of(&dir, &of).unwrap());
    bed.write("dir/files", "");
    assert!(!is_copy_of(&dir, &of).unwrap());

    bed.write("bare/Chart.yaml", "");
    assert!(!is_copy_of(&dir, &bed.path("bare")).unwrap());
    assert!(!is_copy_of(&dir, &bed.path("gone")).unwrap());
}

#[test]
fn replaces_content_and_keeps_what_chartify_added() {
    let bed = Bed::new();
    let on = "dependencies:\n- {name: pg, version: ^1, repository: 'http://x', tags: [db]}\n";
    let original = bed.chart("original/web", "1.0.0", on);
    bed.write("original/web/old.txt", "");
    let dir = bed.path("work");
    copy(&original, &dir);
    // chartify keeps some fields and adds what the release wants.
    let adhoc = "- {name: extra, version: 1.0.0, repository: 'file:///e', condition: \
                 extra.enabled, alias: more, import-values: [data]}\n";
    let rewritten = "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: pg, \
                     repository: 'http://x', version: ^1}\n";
    bed.write("work/Chart.yaml", format!("{rewritten}{adhoc}"));
    bed.write("work/charts/extra/Chart.yaml", "{name: extra, version: 1.0.0}");
    bed.write("work/charts/pg/Chart.yaml", "{name: pg, version: 1.0.0}");
    bed.write("work/helmx.1.rendered/a", "");

    let more = "dependencies:\n- {name: lib, version: 1.0.0, repository: 'file://../lib', \
                tags: [t]}\n";
    let local = bed.chart("local/web", "2.0.0", more);
    bed.chart("local/lib", "1.0.0", "");
    fs::remove_file(local.join("values.yaml")).unwrap();
    bed.write("local/web/new.txt", "");
    bed.write("local/web/Chart.lock", "dependencies: []");
    let staged = bed.stage(&local).unwrap();

    let expected = [
        "Chart.yaml",
        "charts/extra/Chart.yaml",
        "charts/lib/Chart.yaml",
        "charts/lib/templates/map.yaml",
        "charts/lib/values.yaml",
        "helmx.1.rendered/a",
        "new.txt",
        "templates/map.yaml",
        "values.yaml",
    ];
    // Twice: chartify writes Chart.yaml again and calls helm again.
    for _ in 0..2 {
        replace_content(&dir, &original, &staged).unwrap();
        assert_eq!(files(&dir), expected);
        assert_eq!(read(dir.join("values.yaml")), "");
        let yaml: serde_yaml::Value =
            serde_yaml::from_str(&read(dir.join("Chart.yaml"))).unwrap();
        assert_eq!(yaml["version"], "2.0.0");
        let expected: serde_yaml::Value = serde_yaml::from_str(&format!(
            "- {{name: lib, version: 1.0.0, repository: '', tags: [t]}}\n{adhoc}"
        ))
        .unwrap();
        assert_eq!(yaml["dependencies"], expected);
        bed.write("work/Chart.yaml", format!("{rewritten}{adhoc}"));
    }
}

#[test]
fn leaves_a_plain_chart_as_it_is() {
    let bed = Bed::new();
    let original = bed.chart("original/web", "1.0.0", "");
    let dir = bed.path("work");
    copy(&original, &dir);
    let local = bed.chart("local/web", "2.0.0", "# mine\nappVersion: '1.10'\n");
    let staged = bed.stage(&local).unwrap();
    replace_content(&dir, &original, &staged).unwrap();
    assert_eq!(files(&dir), files(&staged.path));
    assert_eq!(read(dir.join("Chart.yaml")), read(local.join("Chart.yaml")));
}
