//! With real files and the commands that people use on them.

use super::*;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::sync::atomic::AtomicUsize;
use std::thread::sleep;
use std::time::{Duration, Instant};

struct Bench {
    _dir: tempfile::TempDir,
    root: PathBuf,
    hints: Arc<AtomicUsize>,
    notice: Notice,
    files: Vec<PathBuf>,
    dirs: Vec<PathBuf>,
}

impl Bench {
    fn new(files: &[&str], dirs: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let hints = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&hints);
        let notice = Notice::start(move || {
            count.fetch_add(1, Ordering::SeqCst);
        });
        let below = |names: &[&str]| names.iter().map(|name| root.join(name)).collect();
        let (files, dirs) = (below(files), below(dirs));
        Self { _dir: dir, root, hints, notice, files, dirs }
    }

    fn write(&self, name: &str) {
        fs::write(self.root.join(name), "a: 1\n").unwrap();
    }

    fn sh(&self, script: &str) {
        let mut shell = Command::new("sh");
        let status = shell.args(["-ec", script]).current_dir(&self.root).status();
        assert!(status.unwrap().success(), "{script}");
    }

    /// As the program does it, once old events have come through.
    fn ready(&mut self) {
        self.settle();
        let (files, dirs) = (self.files.clone(), self.dirs.clone());
        let troubles = self.notice.watch(
            files.iter().map(PathBuf::as_path),
            dirs.iter().map(PathBuf::as_path),
        );
        assert_eq!(troubles, []);
        assert!(self.notice.is_complete());
        self.hints.store(0, Ordering::SeqCst);
    }

    fn settle(&self) {
        loop {
            self.hints.store(0, Ordering::SeqCst);
            self.notice.clear();
            sleep(Duration::from_millis(100));
            if self.hints.load(Ordering::SeqCst) == 0 {
                return;
            }
        }
    }

    fn hints_at(&mut self, script: &str) {
        self.ready();
        self.sh(script);
        let start = Instant::now();
        while self.hints.load(Ordering::SeqCst) == 0 {
            assert!(start.elapsed() < Duration::from_secs(20), "no hint: {script}");
            sleep(Duration::from_millis(5));
        }
    }

    fn no_hint_at(&mut self, script: &str) {
        self.ready();
        self.sh(script);
        sleep(Duration::from_millis(300));
        assert_eq!(self.hints.load(Ordering::SeqCst), 0, "{script}");
    }
}

#[test]
fn every_way_of_saving() {
    let mut bench = Bench::new(&["v.yaml"], &[]);
    bench.write("v.yaml");
    for _ in 0..2 {
        bench.hints_at("echo x > .v.swp; mv v.yaml v.yaml~; mv .v.swp v.yaml");
        bench.hints_at("echo x > 4913; mv 4913 v.yaml");
    }
    bench.hints_at("sed -i s/x/y/ v.yaml");
    bench.hints_at("echo z >> v.yaml");
    bench.hints_at("chmod 600 v.yaml");
    bench.hints_at("rm v.yaml");
    bench.hints_at("echo z > v.yaml");
}

#[test]
fn reading_is_no_hint() {
    let mut bench = Bench::new(&["v.yaml"], &["templates"]);
    bench.sh(
        "mkdir -p templates/sub .git; echo x > templates/a; echo x > templates/sub/b",
    );
    bench.write("v.yaml");
    let read = "grep -r x . >/dev/null; cat v.yaml templates/a >/dev/null; \
                ls -lR >/dev/null; find . -type f -exec head -1 {} + >/dev/null";
    bench.no_hint_at(read);
    bench.no_hint_at("echo x > .git/HEAD; rm .git/HEAD");
    bench.hints_at("echo x > templates/new");
}

#[test]
fn a_directory_that_goes_and_comes() {
    let mut bench = Bench::new(&["d/v.yaml"], &["d/templates"]);
    bench.sh("mkdir -p d/templates; echo x > d/v.yaml");
    for _ in 0..2 {
        bench.hints_at("mv d e");
        bench.hints_at("mv e d");
        bench.hints_at("echo y > d/v.yaml");
        bench.hints_at("echo y > d/templates/t");
    }
    bench.hints_at("mv d e; mv e d");
    bench.hints_at("echo y > d/templates/t");
    bench.hints_at("rm -r d");
    bench.hints_at("mkdir d; echo x > d/v.yaml");
    bench.hints_at("echo y > d/v.yaml");
    // Often with the inode of the old one.
    bench.hints_at("rm -r d; mkdir d; echo x > d/v.yaml");
    bench.hints_at("echo y > d/v.yaml");
}

#[test]
fn a_path_that_is_made_step_by_step() {
    let mut bench = Bench::new(&["a/b/c/v.yaml"], &[]);
    bench.hints_at("mkdir -p a/b/c; echo x > a/b/c/v.yaml");
    bench.hints_at("echo y > a/b/c/v.yaml");
}

#[test]
fn a_config_map_in_a_volume() {
    let mut bench = Bench::new(&["p/v.yaml"], &[]);
    bench.sh("mkdir -p p m/..1; echo x > m/..1/v.yaml; ln -s ..1 m/..data");
    symlink("..data/v.yaml", bench.root.join("m/v.yaml")).unwrap();
    symlink("../m/v.yaml", bench.root.join("p/v.yaml")).unwrap();
    for (old, new) in [(1, 2), (2, 3)] {
        bench.hints_at(&format!(
            "mkdir m/..{new}; echo {new} > m/..{new}/v.yaml; ln -s ..{new} m/..tmp; \
             mv -T m/..tmp m/..data 2>/dev/null || mv -h m/..tmp m/..data; \
             rm -r m/..{old}"
        ));
    }
    bench.hints_at("echo y > m/..3/v.yaml");
}

#[test]
fn a_storm_is_one_hint() {
    let mut bench = Bench::new(&[], &["d"]);
    fs::create_dir(bench.root.join("d")).unwrap();
    bench.ready();
    for number in 0..10_000 {
        bench.write(&format!("d/{}", number % 500));
    }
    sleep(Duration::from_millis(300));
    assert_eq!(bench.hints.load(Ordering::SeqCst), 1);
    bench.hints_at("echo x > d/after");
}

#[test]
fn watches_the_difference() {
    let mut bench = Bench::new(&["a/f"], &["b"]);
    bench.sh("mkdir a b");
    bench.ready();
    let watched = |bench: &Bench| -> Vec<_> {
        let places = bench.notice.watched.keys();
        places
            .map(|place| place.strip_prefix(&bench.root).unwrap().to_owned())
            .collect()
    };
    assert_eq!(watched(&bench), [Path::new("a"), Path::new("b")]);
    bench.dirs.clear();
    bench.no_hint_at("echo x > b/f");
    assert_eq!(watched(&bench), [Path::new("a")]);
}

#[test]
fn errors_and_lost_events_are_hints() {
    let lost = Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
    assert!(!is_idle(&lost) && may_move(&lost));
    let mut open = Event::new(EventKind::Access(AccessKind::Open(AccessMode::Any)));
    assert!(is_idle(&open));
    open.kind = EventKind::Access(AccessKind::Close(AccessMode::Read));
    assert!(is_idle(&open));
    let hints = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&hints);
    let notice = Notice::start(move || {
        count.fetch_add(1, Ordering::SeqCst);
    });
    notice.shared.take(&Err(notify::Error::generic("broken")));
    notice.shared.take(&Ok(lost));
    assert_eq!(hints.load(Ordering::SeqCst), 1);
}
