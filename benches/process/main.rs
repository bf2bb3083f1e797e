//! Whole processes against their peers, in one run, as ratios.
//!
//! Output is verified before it is timed. Prints the table that the README
//! quotes. With `--smoke` everything is run and verified once, so that the
//! figures mean nothing but the benchmark is known to work. With `--only NAME` one
//! group is measured: filter, helm, watch or drift.

mod data;
mod drift;
mod figures;
mod helm;
mod peers;
mod releases;
mod timing;
mod verify;
mod watch;

use std::path::PathBuf;

use figures::Figures;

/// Where things are and how often they are run.
struct Bench {
    dir: tempfile::TempDir,
    smoke: bool,
}

impl Bench {
    /// How often a run of some milliseconds is repeated.
    fn runs(&self, wanted: usize) -> usize {
        if self.smoke { 1 } else { wanted }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|arg| arg == drift::BARE) {
        drift::bare(&args[1..]).expect("requests that are answered");
        return;
    }
    let smoke = std::env::args().any(|arg| arg == "--smoke");
    let only = std::env::args().skip_while(|arg| arg != "--only").nth(1);
    let wanted = |group: &str| only.as_deref().is_none_or(|only| only == group);
    // In memory if there is such a place: a disk is not what is measured.
    let memory = std::path::Path::new("/dev/shm");
    let builder = tempfile::Builder::new();
    let dir =
        if memory.is_dir() { builder.tempdir_in(memory) } else { builder.tempdir() };
    let bench = Bench { dir: dir.expect("a scratch directory"), smoke };
    let mut figures = Figures::default();
    if wanted("filter") {
        figures::throughput(&bench, &mut figures);
        figures::start(&bench, &mut figures);
        figures::against_peers(&bench, &mut figures);
        figures::memory(&bench, &mut figures);
        figures::subst(&bench, &mut figures);
    }
    if wanted("helm") {
        helm::measure(&bench, &mut figures);
    }
    if wanted("watch") {
        watch::measure(&bench, &mut figures);
    }
    if wanted("drift") {
        drift::measure(&bench, &mut figures);
    }
    figures.print(smoke);
}
