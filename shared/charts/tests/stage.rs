//! Staging with charts on this machine and a helm of our own.

#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod bed;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, SystemTime};

use bed::{Bed, files, pack, read};
use helmfire_charts::{StageError, copy_into};

#[test]
fn a_copy_has_what_helm_reads_and_a_name_of_its_content() {
    let bed = Bed::new();
    let web = bed.chart("web", "1.2.3", "");
    bed.write("web/.helmignore", "*.swp\n");
    bed.write("web/a.swp", "");
    let staged = bed.stage(&web).unwrap();
    assert_eq!((staged.name.as_str(), staged.version.as_str()), ("web", "1.2.3"));
    let own = [".helmignore", "Chart.yaml", "templates/map.yaml", "values.yaml"];
    assert_eq!(files(&staged.path), own);
    let store = staged.path.parent().unwrap();
    assert_eq!(fs::metadata(store).unwrap().permissions().mode() & 0o777, 0o700);

    // What helm does not read changes nothing; what it reads does, both ways.
    bed.write("web/a.swp", "changed");
    assert_eq!(bed.stage(&web).unwrap(), staged);
    bed.write("web/values.yaml", "own: other\n");
    let other = bed.stage(&web).unwrap();
    assert_ne!(other.path, staged.path);
    bed.write("web/values.yaml", "own: web\n");
    assert_eq!(bed.stage(&web).unwrap(), staged);
    let script = bed.write("web/values.yaml", "own: web\n");
    fs::set_permissions(script, fs::Permissions::from_mode(0o755)).unwrap();
    assert_ne!(bed.stage(&web).unwrap(), staged);
}

#[test]
fn local_dependencies_are_nested_and_relative() {
    let bed = Bed::new();
    let on = |name: &str, path: &str| {
        format!(
            "dependencies: [{{name: {name}, version: ^1, repository: 'file://{path}'}}]"
        )
    };
    let web = bed.chart("apps/web", "1.0.0", &on("mid", "../../libs/mid"));
    bed.chart("libs/mid", "1.1.0", &on("low", "../deep/down/low"));
    let last = bed.chart("libs/deep/down/low", "1.2.0", &on("end", "./parts/end"));
    let end = bed.chart("libs/deep/down/low/parts/end", "1.3.0", "");
    // Stale ones give way.
    bed.write("apps/web/charts/mid/Chart.yaml", "{name: mid, version: 0.1.0}");
    bed.write("apps/web/charts/mid/old.txt", "");
    pack(&end, &bed.path("libs/mid/charts/low-0.1.0.tgz"));

    let staged = bed.stage(&web).unwrap();
    let inner = staged.path.join("charts/mid/charts/low/charts/end");
    assert_eq!(read(inner.join("values.yaml")), "own: end\n");
    let charts = staged.path.join("charts/mid");
    assert!(
        !files(&charts).iter().any(|f| f.ends_with("old.txt") || f.contains(".tgz"))
    );
    // Nothing is written beside the user's files.
    assert!(!bed.path("libs/mid/charts/low").exists());

    // A change at the far end is a change.
    fs::write(end.join("values.yaml"), "own: changed\n").unwrap();
    assert_ne!(bed.stage(&web).unwrap().path, staged.path);

    bed.chart("libs/mid", "2.0.0", &on("low", "../deep/down/low"));
    let error = bed.error(&web);
    assert!(error.contains("'mid' of") && error.contains("version 2.0.0"), "{error}");
    bed.chart("libs/mid", "1.0.0", &on("web", "../../apps/web"));
    assert!(bed.error(&web).contains("is a circle"), "{}", bed.error(&web));
    bed.chart("libs/mid", "1.0.0", &on("other", "../deep/down/low"));
    assert!(bed.error(&web).contains("is the chart 'low'"), "{}", bed.error(&web));
    fs::remove_dir_all(last).unwrap();
    assert!(bed.error(&web).contains("correct its repository"), "{}", bed.error(&web));
}

#[test]
fn roots_hold_for_dependencies_and_links() {
    let bed = Bed::new();
    let more = "dependencies: [{name: lib, version: '*', repository: 'file://../../libs/lib'}]";
    let web = bed.chart("apps/web", "1.0.0", more);
    let lib = bed.chart("libs/lib", "1.0.0", "");
    let stage = |roots: &[PathBuf]| bed.store("helm".as_ref(), roots).stage(&web);
    let outside = |roots: &[PathBuf]| match stage(roots) {
        Err(StageError::OutsideRoots { target, .. }) => target,
        other => panic!("{other:?}"),
    };
    assert_eq!(outside(&[bed.path("apps")]), lib);
    stage(&[bed.path("apps"), bed.path("libs")]).unwrap();
    stage(&[]).unwrap();
    let secret = bed.write("secret", "");
    symlink(&secret, lib.join("link")).unwrap();
    assert_eq!(outside(&[bed.path("apps"), bed.path("libs")]), secret);
}

/// What helm would fetch, made by a shell.
fn fetching(bed: &Bed, names: &[(&str, &str)]) -> PathBuf {
    let mut script = String::from("mkdir -p \"$3/charts\"\n");
    for (name, version) in names {
        let archive = bed.path(&format!("remote/{name}-{version}.tgz"));
        pack(&bed.chart(&format!("src-{version}/{name}"), version, ""), &archive);
        script += &format!("cp {} \"$3/charts/\"\n", archive.display());
    }
    bed.helm(&format!(
        "cp \"$3/Chart.yaml\" {}\nsleep 1\n{script}",
        bed.path("asked").display()
    ))
}

#[test]
fn many_at_once_build_once() {
    let bed = Bed::new();
    let more =
        "dependencies: [{name: pg, version: ^1, repository: 'http://x.invalid'}]";
    let web = bed.chart("web", "1.0.0", more);
    let helm = fetching(&bed, &[("pg", "1.5.0")]);
    let paths: Vec<PathBuf> = thread::scope(|scope| {
        let stage = || bed.store(&helm, &[]).stage(&web).unwrap().path;
        let all: Vec<_> = (0..8).map(|_| scope.spawn(stage)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(paths.iter().all(|path| *path == paths[0]));
    assert_eq!(bed.calls(), 1);
    assert_eq!(read(paths[0].join("charts/pg/values.yaml")), "own: pg\n");
    let left = files(&bed.path("cache/charts"));
    assert!(!left.iter().any(|file| file.contains(".tmp-")), "{left:?}");
}

#[test]
fn vendored_charts_work_offline_and_locks_pin() {
    let bed = Bed::new();
    let more =
        "dependencies:\n- {name: pg, version: ^1, repository: 'https://x.invalid'}\n";
    let web = bed.chart("web", "1.0.0", more);
    let fetched = [("pg", "1.5.0")];
    let helm = fetching(&bed, &fetched);
    for version in ["0.9.0", "1.4.0"] {
        let pg = bed.chart(&format!("src-{version}/pg"), version, "");
        pack(&pg, &bed.path(&format!("web/charts/pg-{version}.tgz")));
    }
    let offline = bed.stage(&web).unwrap().path;
    assert!(read(offline.join("charts/pg/Chart.yaml")).contains("1.4.0"));
    let charts = files(&offline.join("charts"));
    assert!(charts.iter().all(|file| file.starts_with("pg/")), "{charts:?}");

    let lock = "dependencies:\n- {name: pg, version: 1.5.0, repository: 'https://x.invalid'}\n";
    bed.write("web/Chart.lock", lock);
    let locked = bed.store(&helm, &[]).stage(&web).unwrap().path;
    assert!(read(bed.path("asked")).contains("version: 1.5.0"));
    assert!(read(locked.join("charts/pg/Chart.yaml")).contains("1.5.0"));
    assert_eq!(read(locked.join("Chart.lock")), lock);

    // helm may be content with what is not enough.
    let lock = lock.replace("1.5.0", "1.6.0");
    bed.write("web/Chart.lock", lock);
    let short = bed.store(&helm, &[]).stage(&web).unwrap_err().to_string();
    assert!(short.contains("fetched no version that '1.6.0' allows"), "{short}");
    let broken = bed.helm("echo 'Error: no such host' >&2; exit 1");
    let error = bed.store(&broken, &[]).stage(&web).unwrap_err().to_string();
    let expected = format!("fetching pg for {}: no such host", web.display());
    assert_eq!(error, expected);
}

#[test]
fn one_chart_in_two_versions_has_two_directories() {
    let bed = Bed::new();
    let dependency = |version: &str| {
        format!(
            "- {{name: pg, alias: a{version}, version: ^{version}, repository: 'http://x'}}\n"
        )
    };
    let more = format!("dependencies:\n{}{}", dependency("1"), dependency("2"));
    let web = bed.chart("web", "1.0.0", &more);
    let helm = fetching(&bed, &[("pg", "1.5.0"), ("pg", "2.5.0")]);
    let staged = bed.store(&helm, &[]).stage(&web).unwrap().path;
    assert!(read(staged.join("charts/pg/Chart.yaml")).contains("1.5.0"));
    assert!(read(staged.join("charts/pg-2/Chart.yaml")).contains("2.5.0"));
}

#[test]
fn copies_appear_whole_and_only_once() {
    let bed = Bed::new();
    let staged = bed.stage(&bed.chart("web", "1.0.0", "")).unwrap();
    let into = bed.path("some/where");
    let copy = copy_into(&staged, &into).unwrap();
    assert_eq!(copy, into.join("web"));
    assert_eq!(files(&copy), files(&staged.path));
    assert_eq!(fs::read_dir(&into).unwrap().count(), 1);
    let again = copy_into(&staged, &into).unwrap_err().to_string();
    let expected =
        format!("a file or directory with the name {} already exists", copy.display());
    assert_eq!(again, expected);
}

#[test]
fn sweeping_takes_what_is_old() {
    let bed = Bed::new();
    let old = bed.stage(&bed.chart("old", "1.0.0", "")).unwrap();
    let new = bed.stage(&bed.chart("new", "1.0.0", "")).unwrap();
    let charts = bed.path("cache/charts");
    let killed = bed.path("cache/charts/.tmp-killed");
    fs::create_dir(&killed).unwrap();
    let day = Duration::from_secs(24 * 3600);
    let age = |path: &std::path::Path| {
        let past = SystemTime::now() - 2 * day;
        fs::File::open(path).unwrap().set_modified(past).unwrap();
    };
    for entry in fs::read_dir(&charts).unwrap() {
        age(&entry.unwrap().path());
    }
    // Using it makes it young.
    bed.stage(&bed.path("new")).unwrap();
    let store = bed.store("helm".as_ref(), &[]);
    store.sweep(day);
    assert!(new.path.exists() && !old.path.exists() && !killed.exists());
    assert_eq!(fs::read_dir(&charts).unwrap().count(), 2);
    bed.stage(&bed.path("old")).unwrap();
    assert!(old.path.exists());
}
