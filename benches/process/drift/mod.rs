//! What a check for drift costs, against those who ask the same, and against the
//! requests alone.

mod bare;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::figures::{Figures, milliseconds};
use crate::timing::in_turn;
use crate::{Bench, peers};

pub use bare::{BARE, run as bare};

const PROGRAM: &str = env!("CARGO_BIN_EXE_helmfire-drift");
const RELEASES: usize = 40;
/// Three each: a Deployment, a Service and a `ConfigMap`.
const OBJECTS: usize = 120;
/// How many objects the releases of the large fleet have each.
const EACH: usize = 10;

const CHART: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n\
    spec:\n  replicas: 2\n  selector: {matchLabels: {app: {{ .Release.Name }}}}\n  template:\n    \
    metadata: {labels: {app: {{ .Release.Name }}}}\n    spec:\n      containers:\n      \
    - {name: web, image: \"web:1\", env: [{name: A, value: b}], ports: [{containerPort: 80}]}\n\
    ---\napiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  \
    selector: {app: {{ .Release.Name }}}\n  ports: [{port: 80}]\n\
    ---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata: {a: b, c: d}\n";

/// All measurements.
pub fn measure(bench: &Bench, figures: &mut Figures) {
    let tools =
        ["helm3", "helmfile", "kubectl", "kube-apiserver", "etcd"].map(peers::tool);
    let [Some(helm), Some(helmfile), Some(kubectl), Some(_), Some(_)] = tools else {
        figures.note("helmfire-drift was not measured: run make tools".into());
        return;
    };
    let place = Place::new(
        bench.path("drift"),
        &[("helm", &helm), ("helmfile", &helmfile), ("kubectl", &kubectl)],
    );
    place.script("up");
    forty(bench, figures, &place);
    fleet(bench, figures, &place);
    place.script("down");
}

/// A project, the tools, a home and an API server.
struct Place {
    dir: PathBuf,
}

impl Place {
    fn new(dir: PathBuf, tools: &[(&str, &Path)]) -> Self {
        fs::create_dir_all(dir.join("project/web/templates")).expect("a directory");
        fs::create_dir_all(dir.join("bin")).expect("a directory");
        for (name, tool) in tools {
            let tool = fs::canonicalize(tool).expect("a tool");
            std::os::unix::fs::symlink(tool, dir.join("bin").join(name))
                .expect("a link");
        }
        Self { dir }
    }

    fn script(&self, what: &str) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/cluster");
        let mut script = Command::new(script);
        script.arg(what);
        if what == "up" {
            script.args(["--parent", &std::process::id().to_string()]);
        }
        let output = script.arg(self.dir.join("cluster")).output().expect("the script");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn command(&self, program: impl AsRef<Path>, args: &[&str]) -> Command {
        let at = |name: &str| self.dir.join(name);
        let mut command = Command::new(program.as_ref());
        command.args(args).current_dir(at("project")).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
            .env("PATH", format!("{}:/usr/bin:/bin", at("bin").display()))
            .env("HOME", at("home"))
            .env("KUBECONFIG", at("cluster/kubeconfig"))
            .env("HELMFIRE_STATE_HOME", at("state"))
            .env("HELMFILE_UPGRADE_NOTICE_DISABLED", "1")
            .env_remove("HELMFIRE_FILE");
        command
    }

    fn shell(&self, line: &str) -> Command {
        self.command("/bin/sh", &["-c", line])
    }

    fn does(&self, line: &str) {
        let status = self.shell(line).status().expect("a shell");
        assert!(status.success(), "{line}");
    }

    /// Our check; drift is what is looked for, so 2 is a success.
    fn check(&self, args: &str) -> Command {
        self.shell(&format!("'{PROGRAM}' check {args} || [ $? = 2 ]"))
    }

    /// The releases with drift.
    fn drifted(&self, args: &str) -> BTreeSet<String> {
        let mut check = self.check(&format!("{args} --json"));
        let output = check.stdout(Stdio::piped()).output().expect("a check");
        assert!(output.status.success(), "{args}");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        let rows = text.lines().map(|line| serde_json::from_str(line).expect("JSON"));
        let drift = rows.filter(|row: &Value| row["class"] == "drift");
        drift.map(|row| row["release"].as_str().expect("a name").to_string()).collect()
    }
}

fn forty(bench: &Bench, figures: &mut Figures, place: &Place) {
    let project = place.dir.join("project");
    let write = |name: &str, text: &str| {
        fs::write(project.join(name), text).expect("a file");
    };
    write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.1.0\n");
    write("web/templates/all.yaml", CHART);
    let release = |n| format!("- {{name: r{n}, namespace: bench, chart: ./web}}\n");
    let releases: String = (0..RELEASES).map(release).collect();
    write("helmfile.yaml", &format!("releases:\n{releases}"));
    place.does("helmfile -q sync");
    place.does("kubectl -n bench scale deployment r0 --replicas=5");
    place.does("kubectl -n bench patch configmap r1 -p '{\"data\":{\"a\":\"x\"}}'");
    // What `kubectl diff` says of each release, one after the other.
    let diff = "helm get manifest r$n -n bench | kubectl diff --server-side --force-conflicts \
                --field-manager=helmfire-drift -n bench -f - >/dev/null";
    let last = RELEASES - 1;
    let loop_of = |then: &str| {
        place.shell(&format!("for n in $(seq 0 {last}); do {diff}; case $? in 0) ;; 1) {then} ;; *) exit 9 ;; esac; done"))
    };
    let mut told = loop_of("echo r$n");
    let told = told.stdout(Stdio::piped()).output().expect("a shell");
    let theirs: BTreeSet<String> =
        String::from_utf8_lossy(&told.stdout).lines().map(String::from).collect();
    assert_eq!(theirs, BTreeSet::from(["r0", "r1"].map(String::from)));
    assert_eq!(place.drifted("--only drift"), theirs);
    assert_eq!(place.drifted("--cluster -n bench"), theirs);

    let ours = || place.check("--only drift --summary");
    let (own, other) = in_turn(bench.runs(5), ours, || loop_of(":"));
    let what = format!(
        "`helmfire-drift check --only drift`, {RELEASES} releases, {OBJECTS} objects"
    );
    ratio(
        figures,
        &format!("{what}, against `helm get manifest` and `kubectl diff` one by one"),
        own,
        other,
        5.0,
    );
    let floor = || {
        let bench = std::env::current_exe().expect("this program");
        place.shell(&format!("helmfile -q list && '{}' {BARE}", bench.display()))
    };
    let (own, other) = in_turn(bench.runs(11), ours, floor);
    let times = own.as_secs_f64() / other.as_secs_f64();
    figures.row(
        "the same against one `helmfile list` and as many bare dry runs, 8 in flight",
        format!("{times:.2} × ({} to {})", milliseconds(own), milliseconds(other)),
        "≤ 1.5 ×",
        times <= 1.5,
    );
    if place.shell("helm diff version").status().is_ok_and(|it| it.success()) {
        let three_way = || {
            let mut diff = place.shell(
                "helmfile -q diff --detailed-exitcode --skip-deps || [ $? = 2 ]",
            );
            diff.env("HELM_DIFF_THREE_WAY_MERGE", "true");
            diff
        };
        let told = three_way().stdout(Stdio::piped()).output().expect("a shell");
        assert_eq!(changed(&String::from_utf8_lossy(&told.stdout)), theirs);
        let (own, other) = in_turn(bench.runs(3), ours, three_way);
        ratio(
            figures,
            &format!("{what}, against `helmfile diff`, three-way"),
            own,
            other,
            20.0,
        );
        let cluster = || place.check("--cluster -n bench --summary");
        let (own, other) = in_turn(bench.runs(3), cluster, three_way);
        ratio(figures, "the same with `--cluster`", own, other, 40.0);
    } else {
        figures.note(
            "helm-diff is not installed: `helmfile diff` was not compared with".into(),
        );
        let cluster = || place.check("--cluster -n bench --summary");
        let (own, other) = in_turn(bench.runs(5), cluster, || loop_of(":"));
        ratio(
            figures,
            "`helmfire-drift check --cluster`, the same releases, against `kubectl diff` one by one",
            own,
            other,
            10.0,
        );
    }
}

/// The names in `bench, r0, Deployment (apps) has changed:`; each is its release's.
fn changed(diff: &str) -> BTreeSet<String> {
    let heads = diff.lines().filter(|line| line.ends_with(" has changed:"));
    heads.filter_map(|line| Some(line.split(", ").nth(1)?.to_string())).collect()
}

fn ratio(
    figures: &mut Figures,
    what: &str,
    own: Duration,
    other: Duration,
    wanted: f64,
) {
    let times = other.as_secs_f64() / own.as_secs_f64();
    figures.row(
        what,
        format!("{times:.1} × ({} to {})", milliseconds(own), milliseconds(other)),
        &format!("≥ {wanted} × faster"),
        times >= wanted,
    );
}

/// Many releases with ten objects each, and forty of them.
fn fleet(bench: &Bench, figures: &mut Figures, place: &Place) {
    let many = if bench.smoke { 80 } else { 1000 };
    let this = std::env::current_exe().expect("this program");
    for (namespace, number) in [("few", RELEASES), ("many", many)] {
        let line = format!("'{}' {BARE} {namespace} {number} {EACH}", this.display());
        place.does(&line);
    }
    place.does("kubectl -n many patch configmap r7-3 -p '{\"data\":{\"a\":\"x\"}}'");
    assert_eq!(place.drifted("--cluster -n many"), BTreeSet::from(["r7".to_string()]));
    assert!(place.drifted("--cluster -n few").is_empty());
    let check =
        |namespace: &str| place.check(&format!("--cluster -n {namespace} --summary"));
    let (large, small) = in_turn(bench.runs(3), || check("many"), || check("few"));
    let times = large.as_secs_f64() / small.as_secs_f64();
    let linear = f64::from(u32::try_from(many / RELEASES).expect("few"));
    figures.row(
        &format!("{many} releases with {EACH} objects each against {RELEASES}"),
        format!("{times:.1} × ({} to {})", milliseconds(large), milliseconds(small)),
        &format!("≤ 1.2 × {linear} × the time"),
        times <= 1.2 * linear,
    );
    let peak = peak(
        &mut place.command(PROGRAM, &["check", "--cluster", "-n", "many", "--summary"]),
    );
    figures.row(
        "its memory",
        format!("{:.1} MB", f64::from(u32::try_from(peak).expect("KiB")) / 1024.0),
        "≤ 100 MB",
        peak <= 100 * 1024,
    );
}

/// The peak resident memory of a command in KiB, looked at while it runs.
fn peak(command: &mut Command) -> u64 {
    let mut child = command.spawn().expect("a check");
    let status = format!("/proc/{}/status", child.id());
    let (mut peak, start) = (0, Instant::now());
    while child.try_wait().expect("a child").is_none() {
        assert!(start.elapsed() < Duration::from_secs(300), "it does not end");
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.trim().split(' ').next()?.parse().ok());
        peak = peak.max(number.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    peak
}
