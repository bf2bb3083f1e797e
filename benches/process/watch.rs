//! How soon a save is deployed, and what waiting for it costs.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::{self, sleep};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::Bench;
use crate::figures::{Figures, milliseconds};
use crate::peers;
use crate::timing::output_of;

const PROGRAM: &str = env!("CARGO_BIN_EXE_helmfire-watch");
const QUIET: Duration = Duration::from_millis(500);
const PATIENCE: Duration = Duration::from_secs(120);

/// Notes when helmfile was started for a run, and then is helmfile.
const RECORDER: &str = "#!/bin/sh\ncase \" $* \" in *' build'*|*' list '*) ;; *) date +%s%N >>\"$STARTS\" ;; esac\nexec HELMFILE \"$@\"\n";

/// All measurements.
pub fn measure(bench: &Bench, figures: &mut Figures) {
    let (Some(helm), Some(helmfile)) = (peers::tool("helm3"), peers::tool("helmfile"))
    else {
        figures.note("helmfire-watch was not measured: run make tools".into());
        return;
    };
    let place = |name: &str| Place::new(bench.path(name), &helm, &helmfile);
    latency(bench, figures, &place("latency"));
    checkout(figures, &place("checkout"));
    idle(bench, figures, &place("idle"));
    if peers::tool("kube-apiserver").is_some() {
        among_forty(bench, figures, &place("forty"));
    } else {
        figures.note("deployments were not measured: run make tools".into());
    }
}

/// A project, the tools, and a home.
struct Place {
    dir: PathBuf,
}

impl Place {
    fn new(dir: PathBuf, helm: &Path, helmfile: &Path) -> Self {
        let bin = dir.join("bin");
        fs::create_dir_all(dir.join("project")).expect("a directory");
        fs::create_dir_all(&bin).expect("a directory");
        let helm = fs::canonicalize(helm).expect("a tool");
        std::os::unix::fs::symlink(helm, bin.join("helm")).expect("a link");
        let helmfile =
            fs::canonicalize(helmfile).expect("a tool").display().to_string();
        let script = RECORDER.replace("HELMFILE", &helmfile);
        fs::write(bin.join("helmfile"), script).expect("a file");
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(bin.join("helmfile"), mode).expect("a mode");
        Self { dir }
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.dir.join("project").join(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    /// So many releases of one chart, each with a file of values.
    fn releases(&self, number: usize) {
        self.write("chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 0.1.0\n");
        let object = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  \
                      value: {{ .Values.value | quote }}\n";
        self.write("chart/templates/config.yaml", object);
        let mut text = String::from("releases:\n");
        for n in 0..number {
            self.write(&format!("values/r{n}.yaml"), "value: 0\n");
            text.push_str(&format!(
                "- {{name: r{n}, namespace: bench, chart: ./chart, values: [values/r{n}.yaml]}}\n"
            ));
        }
        self.write("helmfile.yaml", &text);
    }

    fn command(&self, program: impl AsRef<Path>) -> Command {
        let at = |name: &str| self.dir.join(name);
        let mut command = Command::new(program.as_ref());
        command
            .current_dir(at("project"))
            .env("PATH", format!("{}:/usr/bin:/bin", at("bin").display()))
            .env("HOME", at("home"))
            .env("KUBECONFIG", at("cluster/kubeconfig"))
            .env("STARTS", at("starts"))
            .env("HELMFIRE_STATE_HOME", at("state"))
            .env("HELMFILE_UPGRADE_NOTICE_DISABLED", "1")
            .env_remove("HELMFIRE_FILE")
            .stdin(Stdio::null());
        command
    }

    /// When helmfile was started for a run.
    fn starts(&self) -> Vec<Duration> {
        let text = fs::read_to_string(self.dir.join("starts")).unwrap_or_default();
        text.lines()
            .filter_map(|it| it.parse().ok())
            .map(Duration::from_nanos)
            .collect()
    }
}

/// A watch that runs.
struct Watch {
    child: Child,
    events: Receiver<(Instant, Value)>,
}

impl Watch {
    fn start(place: &Place, args: &[&str]) -> Self {
        let mut command = place.command(PROGRAM);
        command.arg("--json").args(args).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the watch");
        let stdout = BufReader::new(child.stdout.take().expect("its output"));
        let (to, events) = mpsc::channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let event = serde_json::from_str(&line).expect("JSON");
                let _ = to.send((Instant::now(), event));
            }
        });
        let watch = Self { child, events };
        watch.until("watching");
        // What it did not know before it is looked at once more.
        sleep(Duration::from_secs(2));
        watch
    }

    fn until(&self, event: &str) -> (Instant, Value) {
        loop {
            let got = self.events.recv_timeout(PATIENCE).expect("an event");
            if got.1["event"] == event {
                return got;
            }
        }
    }

    /// The end of a run, and the releases in it.
    fn run(&self) -> (Instant, Vec<String>) {
        let (at, event) = self.until("run-finished");
        assert_eq!(event["success"], true, "{event:#}");
        let releases = event["releases"].as_array().expect("releases");
        let name = |it: &Value| it["release"].as_str().expect("a name").to_string();
        (at, releases.iter().map(name).collect())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.child.wait();
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock")
}

const TEMPLATE: [&str; 5] = ["--initial", "skip", "--", "-q", "template"];

fn latency(bench: &Bench, figures: &mut Figures, place: &Place) {
    place.releases(50);
    for n in 0..150 {
        place.write(&format!("chart/files/{n}.txt"), "x\n");
    }
    let watch = Watch::start(place, &TEMPLATE);
    let mut late = Vec::new();
    for n in 0..bench.runs(40) {
        let release = n % 50;
        let saved = now();
        place.write(&format!("values/r{release}.yaml"), &format!("value: {}\n", n + 1));
        let (_, releases) = watch.run();
        assert_eq!(releases, [format!("r{release}")]);
        let start = place.starts().last().copied().expect("a start");
        late.push(start.saturating_sub(saved + QUIET));
    }
    late.sort_unstable();
    let p95 = late[(late.len() * 95 / 100).min(late.len() - 1)];
    figures.row(
        "save of a values file until helmfile is started, beyond the quiet period, 200 files",
        format!("p95 {} (median {})", milliseconds(p95), milliseconds(late[late.len() / 2])),
        "≤ 50 ms",
        p95 <= Duration::from_millis(50),
    );
}

fn git(place: &Place, script: &str) {
    let mut shell = place.command("/bin/sh");
    let identity =
        "git config user.name bench; git config user.email bench@example.com;";
    shell.args(["-e", "-c", &script.replace("IDENTITY", identity)]);
    output_of(&mut shell);
}

fn checkout(figures: &mut Figures, place: &Place) {
    place.releases(10);
    for n in 0..20_000 {
        place.write(&format!("data/{}/{n}.txt", n % 100), "one\n");
    }
    git(
        place,
        "git init -q -b main .; IDENTITY git add .; git commit -q -m one; git checkout -q -b other",
    );
    for n in 0..10_000 {
        place.write(&format!("data/{}/{n}.txt", n % 100), "two\n");
    }
    place.write("values/r3.yaml", "value: 3\n");
    place.write("values/r7.yaml", "value: 7\n");
    git(place, "git add .; git commit -q -m two; git checkout -q main");
    let watch = Watch::start(place, &TEMPLATE);
    git(place, "git checkout -q other");
    let done = now();
    let (_, mut releases) = watch.run();
    releases.sort();
    assert_eq!(releases, ["r3", "r7"]);
    sleep(Duration::from_secs(2));
    let starts = place.starts();
    assert_eq!(starts.len(), 1, "one run");
    let late = starts[0].saturating_sub(done + QUIET);
    figures.row(
        "the same after a git checkout of half of 20,000 files, all releases right in one run",
        milliseconds(late),
        "≤ 1000 ms",
        late <= Duration::from_secs(1),
    );
}

/// Ticks of the processor that a process has used, and its memory in KiB.
fn usage(pid: u32) -> (u64, u64) {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("a process");
    let fields: Vec<&str> =
        stat.rsplit(')').next().expect("fields").split_whitespace().collect();
    let ticks = |index: usize| fields[index].parse::<u64>().expect("a number");
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("a process");
    let rss = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let rss = rss.and_then(|it| it.trim().trim_end_matches(" kB").parse().ok());
    (ticks(11) + ticks(12), rss.expect("its memory"))
}

#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn idle(bench: &Bench, figures: &mut Figures, place: &Place) {
    place.releases(50);
    for n in 0..950 {
        place.write(&format!("chart/files/{n}.txt"), "x\n");
    }
    let watch = Watch::start(place, &TEMPLATE);
    // Files that were written a moment ago are read again until they have settled.
    sleep(Duration::from_secs(3));
    let time = Duration::from_secs(if bench.smoke { 2 } else { 65 });
    let (before, _) = usage(watch.child.id());
    sleep(time);
    let (after, memory) = usage(watch.child.id());
    let share = (after - before) as f64 / 100.0 / time.as_secs_f64() * 100.0;
    let megabytes = memory as f64 * 1024.0 / 1e6;
    figures.row(
        &format!(
            "processor while idle for {} s, 1,000 files, looked at twice",
            time.as_secs()
        ),
        format!("{share:.2} % of a core"),
        "≤ 0.2 %",
        share <= 0.2,
    );
    figures.row(
        "its memory",
        format!("{megabytes:.1} MB"),
        "≤ 20 MB",
        megabytes <= 20.0,
    );
}

fn among_forty(bench: &Bench, figures: &mut Figures, place: &Place) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/cluster");
    let parent = std::process::id().to_string();
    let cluster = place.dir.join("cluster");
    let mut up = Command::new(&script);
    output_of(up.args(["up", "--parent", &parent]).arg(&cluster));
    place.releases(40);
    let watch = Watch::start(place, &["--", "-q", "sync"]);
    let mut times = (Vec::new(), Vec::new());
    for n in 0..bench.runs(5) {
        let saved = Instant::now();
        place.write(&format!("values/r{n}.yaml"), &format!("value: {}\n", n + 1));
        let (at, releases) = loop {
            let (at, releases) = watch.run();
            // The first is for all of them.
            if releases.len() == 1 {
                break (at, releases);
            }
        };
        assert_eq!(releases, [format!("r{n}")]);
        times.0.push((at - saved).saturating_sub(QUIET));
        let start = Instant::now();
        output_of(place.command(place.dir.join("bin/helmfile")).args(["-q", "sync"]));
        times.1.push(start.elapsed());
    }
    drop(watch);
    output_of(Command::new(&script).arg("down").arg(&cluster));
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let (own, all) = (median(times.0), median(times.1));
    let ratio = all.as_secs_f64() / own.as_secs_f64();
    figures.row(
        "edit of one of 40 releases until it is deployed, beyond the quiet period, against \
         `helmfile sync`",
        format!("{ratio:.1} × ({} to {})", milliseconds(own), milliseconds(all)),
        "≥ 10 × faster",
        ratio >= 10.0,
    );
}
