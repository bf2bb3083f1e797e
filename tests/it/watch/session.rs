//! A watch that runs, and what it tells.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::releases::project::Project;
use crate::support::binary;
use crate::swap::site::cluster;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `helmfire-watch`.
pub struct Session {
    child: Child,
    lines: Receiver<Value>,
    /// All events so far.
    pub events: Vec<Value>,
}

impl Session {
    /// Starts it in `project` and waits until it watches.
    pub fn start(project: &Project, args: &[&str]) -> Self {
        let mut session = Self::begin(project, args);
        session.until("watching", |event| event["event"] == "watching");
        session
    }

    /// Starts it.
    pub fn begin(project: &Project, args: &[&str]) -> Self {
        Self::run_by(project, binary("helmfire-watch"), args)
    }

    /// As [`Self::begin`], by another program.
    pub fn run_by(project: &Project, program: Command, args: &[&str]) -> Self {
        let mut command = project.command(program);
        command.arg("--json").args(args).stdin(Stdio::piped());
        let errors = fs::File::create(project.path("../errors")).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (to, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                let _ = to.send(serde_json::from_str(&line).unwrap());
            }
        });
        Self { child, lines, events: Vec::new() }
    }

    /// The next event that `wanted` wants.
    pub fn until(&mut self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        self.until_within(PATIENCE, what, wanted)
    }

    /// As [`Self::until`], for what takes its time.
    pub fn until_within(
        &mut self,
        patience: Duration,
        what: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        let end = Instant::now() + patience;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let event = self.lines.recv_timeout(left).unwrap_or_else(|_| {
                panic!("no event '{what}' among {:#?}", self.events);
            });
            self.events.push(event.clone());
            if wanted(&event) {
                return event;
            }
        }
    }

    /// The next end of a run; the names of its releases.
    pub fn run(&mut self) -> BTreeSet<String> {
        let event =
            self.until("run-finished", |event| event["event"] == "run-finished");
        names(&event)
    }

    /// The next end of a run, which must have succeeded for exactly these.
    pub fn ran(&mut self, releases: &[&str]) {
        let event =
            self.until("run-finished", |event| event["event"] == "run-finished");
        assert_eq!(event["success"], true, "{event:#}");
        assert_eq!(names(&event), releases.iter().map(ToString::to_string).collect());
    }

    /// Nothing is run for a while.
    pub fn rests(&mut self, time: Duration) {
        let end = Instant::now() + time;
        while let Ok(event) =
            self.lines.recv_timeout(end.saturating_duration_since(Instant::now()))
        {
            assert_ne!(event["event"], "run-started", "{event:#}");
            self.events.push(event);
        }
    }

    /// Takes in what has been told; how many runs have begun.
    pub fn runs(&mut self) -> usize {
        while let Ok(event) = self.lines.try_recv() {
            self.events.push(event);
        }
        self.events.iter().filter(|event| event["event"] == "run-started").count()
    }

    /// Feeds its standard input.
    pub fn say(&mut self, text: &str) {
        use std::io::Write;
        self.child.stdin.as_mut().unwrap().write_all(text.as_bytes()).unwrap();
    }

    /// Ends its standard input.
    pub fn close(&mut self) {
        self.child.stdin = None;
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn send(&self, signal: &str) {
        let pid = self.pid().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    }

    /// Waits for its end.
    pub fn wait(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "it does not end");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it, and says with which code.
    pub fn stop(&mut self) -> Option<i32> {
        self.send("-TERM");
        self.wait().code()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            self.send("-TERM");
            let _ = self.child.wait();
        }
    }
}

/// The releases of an event.
pub fn names(event: &Value) -> BTreeSet<String> {
    let releases = event["releases"].as_array().unwrap();
    releases.iter().map(|it| it["release"].as_str().unwrap().to_string()).collect()
}

/// A project with releases `a` and `b` of one chart and `c` of another.
pub fn trio(helm: &str) -> Project {
    let project = Project::new(helm);
    project.chart("x").chart("w");
    for name in ["a", "b", "c"] {
        project.write(&format!("values/{name}.yaml"), "value: 1\n");
    }
    project.write(
        "helmfile.yaml",
        "releases:\n- {name: a, namespace: shop, chart: ./charts/x, values: [values/a.yaml]}\n\
         - {name: b, namespace: shop, chart: ./charts/x, values: [values/b.yaml]}\n\
         - {name: c, namespace: shop, chart: ./charts/w, values: [values/c.yaml]}\n",
    );
    project
}

/// As [`trio`], in a namespace of its own of the cluster.
pub fn deployed_trio(helm: &str) -> Project {
    let project = trio(helm);
    let namespace = on_cluster(&project);
    let text = project.read("helmfile.yaml");
    project.write(
        "helmfile.yaml",
        &text.replace("namespace: shop", &format!("namespace: {namespace}")),
    );
    project
}

/// Lets the project use the cluster; a namespace that is its own.
pub fn on_cluster(project: &Project) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    fs::copy(cluster().kubeconfig(), project.path("../kubeconfig")).unwrap();
    format!("watch-{}", NEXT.fetch_add(1, Ordering::SeqCst))
}

/// Helm's statuses in the namespace of the helmfile, as `name status`.
pub fn statuses(project: &Project) -> Vec<String> {
    let text = project.read("helmfile.yaml");
    let namespace = text.split("namespace: ").nth(1).unwrap();
    let namespace = namespace.split([',', '\n']).next().unwrap().trim();
    let mut helm = Command::new(project.path("../bin/helm"));
    helm.args(["list", "-a", "-n", namespace, "-o", "json"]);
    if project.is_helm4() {
        let position = helm.get_args().position(|it| it == "-a");
        assert!(position.is_some());
        helm = Command::new(project.path("../bin/helm"));
        helm.args(["list", "-n", namespace, "-o", "json"]);
    }
    let output = project.command(helm).output().unwrap();
    let rows: Vec<Value> = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_string();
    rows.iter()
        .map(|row| format!("{} {}", text(row, "name"), text(row, "status")))
        .collect()
}
