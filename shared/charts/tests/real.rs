//! Staging with the real helm, 3 and 4, where `make tools` has put them.

#![allow(clippy::print_stderr, reason = "a test says why it did not run")]
#![allow(clippy::unwrap_used, reason = "a test fails by it")]

mod bed;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use bed::{Bed, files, read};
use helmfire_charts::{Store, replace_content};

/// A script around a real helm, with a home of its own.
fn helms(bed: &Bed) -> Vec<PathBuf> {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/bin");
    let mut found = Vec::new();
    for name in ["helm3", "helm4"] {
        let Ok(real) = tools.join(name).canonicalize() else {
            eprintln!("skipped: no {name}, run 'make tools'");
            continue;
        };
        let home = bed.path(&format!("home-{name}"));
        let text = format!(
            "#!/bin/sh\nexport HELM_CONFIG_HOME={0}/config HELM_DATA_HOME={0}/data\n\
             export HELM_CACHE_HOME={0}/cache\nexec {1} \"$@\"\n",
            home.display(),
            real.display()
        );
        found.push(bed.program(&format!("bin/{name}"), &text));
    }
    found
}

fn helm(helm: &Path, arguments: &[&str]) -> String {
    let run = Command::new(helm).args(arguments).output().unwrap();
    assert!(
        run.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&run.stderr)
    );
    String::from_utf8(run.stdout).unwrap()
}

fn template(program: &Path, chart: &Path) -> String {
    helm(program, &["template", "release", chart.to_str().unwrap()])
}

/// The documents, in any order: helm walks subcharts as its maps have them.
fn documents(text: &str) -> Vec<String> {
    let mut all: Vec<_> = text.split("---\n").map(str::to_owned).collect();
    all.sort();
    all
}

#[test]
fn local_dependencies_render_as_after_dependency_build() {
    let bed = Bed::new();
    for program in helms(&bed) {
        let name = program.file_name().unwrap().to_str().unwrap();
        let base = bed.path(name);
        let on = |name: &str| {
            format!(
                "dependencies: [{{name: {name}, version: ^1, repository: 'file://../{name}'}}]\n"
            )
        };
        let web = bed.chart(&format!("{name}/web"), "1.0.0", &on("mid"));
        // Rules of the chart are none of its dependencies'.
        bed.write(&format!("{name}/web/.helmignore"), "map.yaml\n*.txt\n");
        bed.write(&format!("{name}/web/a.txt"), "");
        bed.chart(&format!("{name}/mid"), "1.1.0", &on("low"));
        bed.chart(&format!("{name}/low"), "1.2.0", "");
        let store = Store::new(&base.join("cache"), program.clone(), Vec::new());
        let before = files(&web);
        let staged = store.stage(&web).unwrap();
        assert_eq!(files(&web), before);
        let own = template(&program, &staged.path);

        helm(&program, &["dependency", "build", base.join("mid").to_str().unwrap()]);
        helm(&program, &["dependency", "build", web.to_str().unwrap()]);
        assert_eq!(documents(&own), documents(&template(&program, &web)));
        assert!(own.contains("own: low") && own.contains("1.1.0"), "{own}");

        // And chartify's next step leaves it as it is.
        let dir = base.join("work");
        fs::create_dir(&dir).unwrap();
        bed.write(
            &format!("{name}/work/Chart.yaml"),
            "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- {name: low, alias: \
             extra, version: ^1, repository: 'file://../low'}\n",
        );
        replace_content(&dir, &web, &staged).unwrap();
        helm(&program, &["dependency", "up", dir.to_str().unwrap()]);
        let patched = template(&program, &dir);
        assert!(patched.contains("web/charts/extra/templates/map.yaml"), "{patched}");
        assert!(patched.contains("web/charts/mid/templates/map.yaml"), "{patched}");
    }
}

/// Serves the files of `dir` until the test ends.
fn serve(dir: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines();
            let request = lines.next().and_then(Result::ok).unwrap_or_default();
            while lines.next().and_then(Result::ok).is_some_and(|line| !line.is_empty())
            {
            }
            let path = request.split(' ').nth(1).unwrap_or("/").trim_start_matches('/');
            let (status, body) = match fs::read(dir.join(path)) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let _ = (&stream).write_all(head.as_bytes());
            let _ = (&stream).write_all(&body);
        }
    });
    format!("http://{address}")
}

#[test]
fn a_lock_of_a_repository_that_was_never_added_works() {
    let bed = Bed::new();
    for program in helms(&bed) {
        let name = program.file_name().unwrap().to_str().unwrap();
        let repository = bed.path(&format!("{name}/repository"));
        fs::create_dir_all(&repository).unwrap();
        let target = repository.to_str().unwrap();
        for version in ["1.0.0", "1.1.0"] {
            let pg = bed.chart(&format!("{name}/{version}/pg"), version, "");
            helm(&program, &["package", pg.to_str().unwrap(), "-d", target]);
        }
        let url = serve(repository.clone());
        helm(&program, &["repo", "index", target, "--url", &url]);

        let more = |range: &str| {
            format!(
                "dependencies: [{{name: pg, version: {range}, repository: '{url}'}}]\n"
            )
        };
        let web = bed.chart(&format!("{name}/web"), "1.0.0", &more("^1"));
        helm(&program, &["dependency", "update", web.to_str().unwrap()]);
        let lock = read(web.join("Chart.lock"));
        assert!(lock.contains("1.1.0"), "{lock}");
        bed.write(&format!("{name}/web/Chart.lock"), lock.replace("1.1.0", "1.0.0"));
        fs::remove_dir_all(web.join("charts")).unwrap();
        // Nor does another repository matter, gone since its index was fetched.
        let cache = bed.path(&format!("home-{name}/cache/repository"));
        let config = "repositories: [{name: dead, url: 'http://127.0.0.1:1'}]\n";
        bed.write(&format!("home-{name}/config/repositories.yaml"), config);
        let index = "apiVersion: v1\nentries: {}\n";
        bed.write(&format!("home-{name}/cache/repository/dead-index.yaml"), index);
        let before = fs::read_dir(&cache).map_or(0, Iterator::count);

        let store = Store::new(
            &bed.path(&format!("{name}/cache")),
            program.clone(),
            Vec::new(),
        );
        let staged = store.stage(&web).unwrap();
        let rendered = template(&program, &staged.path);
        assert!(
            rendered.contains("own: pg") && rendered.contains("\"1.0.0\""),
            "{rendered}"
        );
        // helm's own cache is not written to while others may read it.
        assert_eq!(fs::read_dir(&cache).map_or(0, Iterator::count), before);

        bed.chart(&format!("{name}/web"), "1.0.0", &more("^3"));
        fs::remove_file(web.join("Chart.lock")).unwrap();
        let error = store.stage(&web).unwrap_err().to_string();
        assert!(
            error.starts_with("fetching pg for ") && !error.contains('\n'),
            "{error}"
        );
    }
}
