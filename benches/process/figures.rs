//! The measurements and their table.
#![expect(clippy::cast_precision_loss, reason = "no figure has 52 significant bits")]
#![expect(clippy::naive_bytecount, reason = "not what is timed")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::timing::{alone, in_turn, output_of, peak_memory, pipeline, silent};
use crate::{Bench, data, peers, verify};

const POSTRENDER: &str = env!("CARGO_BIN_EXE_helmfire-postrender");
const SUBST: &str = env!("CARGO_BIN_EXE_helmfire-subst");

/// Rows of the table: what, measured, wanted, reached.
#[derive(Default)]
pub struct Figures {
    rows: Vec<(String, String, String, bool)>,
    notes: Vec<String>,
}

impl Figures {
    pub fn row(&mut self, what: &str, measured: String, wanted: &str, reached: bool) {
        self.rows.push((what.into(), measured, wanted.into(), reached));
    }

    pub fn note(&mut self, text: String) {
        self.notes.push(text);
    }

    /// Prints the table as Markdown.
    #[expect(clippy::print_stdout, reason = "the table is the output")]
    pub fn print(&self, smoke: bool) {
        println!("| measure | measured | must reach | |");
        println!("|---|---|---|---|");
        for (what, measured, wanted, reached) in &self.rows {
            let mark = if *reached { "reached" } else { "**missed**" };
            println!("| {what} | {measured} | {wanted} | {mark} |");
        }
        println!();
        for note in &self.notes {
            println!("{note}");
        }
        println!("{}, {}", hardware(), today());
        if smoke {
            println!(
                "smoke run: verified, but run once only; the figures mean nothing"
            );
        }
    }
}

fn postrender(binary: &Path, rules: &Path, file: &Path) -> Command {
    let mut command = silent(binary);
    command.arg("--file").arg(rules).arg(file);
    command
}

/// A stream of 50 MB, from a file and through pipes.
pub fn throughput(bench: &Bench, figures: &mut Figures) {
    let rules = bench.path("helmfire.toml");
    fs::write(&rules, data::rules_text()).expect("a file");
    let (stream, origin) = data::stream(bench.dir.path());
    let before = fs::read(&stream).expect("the stream");
    let ours = || postrender(Path::new(POSTRENDER), &rules, &stream);
    let changed = verify::replaced_lines(&before, &output_of(&mut ours()));
    let megabytes = before.len() as f64 / 1e6;
    figures.note(format!(
        "{megabytes:.1} MB of {origin}, {} rules, {changed} lines replaced and verified",
        data::RULES.len()
    ));
    let cat = || {
        let mut command = silent("cat");
        command.arg(&stream);
        command
    };
    let (own, plain) = in_turn(bench.runs(21), ours, cat);
    let rate = megabytes / own.as_secs_f64() / 1e3;
    let beside =
        format!("{rate:.2} GB/s (`cat` {:.2})", megabytes / plain.as_secs_f64() / 1e3);
    figures.row("file to /dev/null", beside, "≥ 1 GB/s", rate >= 1.0);

    let middle = format!("{POSTRENDER} --file {}", rules.display());
    let (own, plain) = in_turn(
        bench.runs(21),
        || pipeline(&stream, &middle),
        || pipeline(&stream, "cat"),
    );
    let ratio = plain.as_secs_f64() / own.as_secs_f64();
    figures.row(
        "`cat f \\| helmfire-postrender \\| cat` against `cat f \\| cat \\| cat`",
        format!(
            "{ratio:.2} of its throughput ({} to {})",
            milliseconds(own),
            milliseconds(plain)
        ),
        "≥ 0.8",
        ratio >= 0.8,
    );
}

/// The start of a process with little to do.
pub fn start(bench: &Bench, figures: &mut Figures) {
    let rules = bench.path("small.toml");
    fs::write(&rules, data::rules_text()).expect("a file");
    let manifest = bench.path("small.yaml");
    fs::write(&manifest, data::small()).expect("a file");
    let (binary, build) = match peers::postrender_static() {
        Some(binary) => (binary, "static musl build"),
        None => (POSTRENDER.into(), "dynamic build, the musl target is not installed"),
    };
    let ours = || postrender(&binary, &rules, &manifest);
    let before = data::small();
    verify::replaced_lines(before.as_bytes(), &output_of(&mut ours()));
    let cat = || {
        let mut command = silent("cat");
        command.arg(&manifest);
        command
    };
    let (own, plain) = in_turn(bench.runs(401), ours, cat);
    let ratio = own.as_secs_f64() / plain.as_secs_f64();
    let reached = own <= Duration::from_millis(1) && ratio <= 1.2;
    figures.row(
        &format!("1 KB manifest, whole process, {build}"),
        format!("{}, {ratio:.2} × `cat`", milliseconds(own)),
        "≤ 1 ms and ≤ 1.2 × `cat`",
        reached,
    );
}

/// kustomize and yq doing the same on 2 MB.
pub fn against_peers(bench: &Bench, figures: &mut Figures) {
    let rules = bench.path("helmfire.toml");
    let manifest = data::large(bench.dir.path());
    let ours = || postrender(Path::new(POSTRENDER), &rules, &manifest);
    let expected = verify::images(&output_of(&mut ours()));
    assert_ne!(expected, verify::images(&fs::read(&manifest).expect("the manifest")));
    let kustomize = peers::tool("kubectl")
        .map(|kubectl| peers::kustomize(&kubectl, bench.dir.path(), &manifest));
    let yq = peers::tool("yq").map(|yq| peers::yq(&yq, &manifest));
    for (name, peer, factor) in
        [("`kubectl kustomize`", kustomize, 100.0), ("`yq`", yq, 50.0)]
    {
        let what = format!("2 MB manifest against {name} setting the same images");
        let wanted = format!("≥ {factor:.0} × faster");
        let Some(mut peer) = peer else {
            figures.note(format!("{name} was not measured: run make tools"));
            continue;
        };
        assert_eq!(
            verify::images(&output_of(&mut peer)),
            expected,
            "{name} does other work"
        );
        peer.stdout(std::process::Stdio::null());
        let theirs = alone_again(bench.runs(5), &mut peer);
        let own = alone(bench.runs(21), ours);
        let ratio = theirs.as_secs_f64() / own.as_secs_f64();
        figures.row(
            &what,
            format!("{ratio:.0} × ({} to {})", milliseconds(own), milliseconds(theirs)),
            &wanted,
            ratio >= factor,
        );
    }
}

/// As [`alone`] for a command that cannot be made anew.
fn alone_again(runs: usize, command: &mut Command) -> Duration {
    let mut times: Vec<Duration> = (0..runs)
        .map(|_| {
            let start = std::time::Instant::now();
            assert!(command.status().expect("a peer").success());
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[times.len() / 2]
}

/// The peak of memory on the stream.
pub fn memory(bench: &Bench, figures: &mut Figures) {
    let stream = bench.path("stream.yaml");
    let content = fs::read(&stream).expect("the stream");
    let largest = content
        .split(|b| *b == b'\n')
        .fold((0, 0), |(current, largest), line| {
            let current =
                if line.starts_with(b"---") { 0 } else { current } + line.len() + 1;
            (current, largest.max(current))
        })
        .1 as f64
        / 1e6;
    let mut command = silent(POSTRENDER);
    command.arg("--file").arg(bench.path("helmfire.toml"));
    let peak = peak_memory(&mut command, &stream) as f64 * 1024.0 / 1e6;
    let limit = 8.0 + 3.0 * largest;
    figures.row(
        "peak memory on that stream",
        format!("{peak:.1} MB (largest document {largest:.1} MB)"),
        &format!("≤ 8 MB + 3 × the largest document = {limit:.1} MB"),
        peak > 0.0 && peak <= limit,
    );
}

/// Listing a large rules file.
pub fn subst(bench: &Bench, figures: &mut Figures) {
    let rules = bench.path("thousand.toml");
    let mut text = String::from("version = 1\n");
    for number in 0..1000 {
        text.push_str(&format!(
            "\n[[image]]\nfrom = \"registry.local/team/app-{number}:1\"\nto = \"localhost:5000/app-{number}:dev\"\n"
        ));
    }
    fs::write(&rules, text).expect("a file");
    let list = || {
        let mut command = silent(SUBST);
        command.arg("--file").arg(&rules).args(["list", "--json"]);
        command
    };
    let rows = output_of(&mut list()).iter().filter(|b| **b == b'\n').count();
    assert_eq!(rows, 1000);
    let own = alone(bench.runs(21), list);
    figures.row(
        "`helmfire-subst list` on 1,000 rules",
        milliseconds(own),
        "≤ 50 ms",
        own <= Duration::from_millis(50),
    );
}

pub fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// The date, as the system tells it.
fn today() -> String {
    String::from_utf8_lossy(&output_of(Command::new("date").arg("+%Y-%m-%d")))
        .trim()
        .into()
}

/// The processor, as far as the system tells.
fn hardware() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .map_or("unknown processor", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let count = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!("{count} × {model}")
}
