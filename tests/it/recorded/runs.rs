//! The recorded runs of a project: `tests/data/helmfile/PROJECT/runs.txt`.
//!
//! One run per line, in the order in which they follow each other (releases
//! stay in the cluster), in four columns between tabs:
//!
//! ```text
//! NAME    EXIT[/EXIT]    WORDS or -    arguments of helmfile
//! NAME    left out: REASON
//! ```
//!
//! The second exit code is that with Helm 4; where it is missing, recording with
//! Helm 4 gave all the same, and the run is made with Helm 3 only: together they
//! would take too long.
//!
//! Words: `keep=WHAT` (see `Keep`), `random=WHAT` (see `Random`), `cd=..` for a
//! caller above the project, and `VARIABLE=VALUE` for the environment. Single
//! quotes hold an argument together. `@HELM@` is the helm of the side, `@TOP@`
//! the directory above the project, `@PLAIN@` what Helm 4 needs for a registry
//! without TLS.

use std::path::Path;

/// What a run finds of the one before it; all else is fresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Nothing.
    Nothing,
    /// The cache of helmfile.
    Cache,
    /// The repositories that helm knows.
    Helm,
    /// The project's directory, with all that was written there.
    Project,
}

/// What helmfile itself does otherwise from run to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Random {
    /// Nothing.
    Nothing,
    /// The order in which it prints.
    Order,
    /// The release that fails first, at which it stops.
    Failing,
    /// The temporary directory of a chart that several releases share: it is
    /// named after whichever came first.
    Directory,
}

/// One call of helmfile.
#[derive(Clone, Debug)]
pub struct Run {
    pub name: String,
    /// Why it is not made, if it is not.
    pub left_out: Option<String>,
    exits: Vec<i32>,
    pub random: Random,
    pub keep: Keep,
    /// Whether it is called from above the project.
    pub above: bool,
    pub env: Vec<(String, String)>,
    pub args: Vec<String>,
}

impl Run {
    /// The runs of the project in `dir`.
    pub fn all(dir: &Path) -> Vec<Self> {
        let text = std::fs::read_to_string(dir.join("runs.txt")).unwrap();
        text.lines().map(Self::parse).collect()
    }

    fn parse(line: &str) -> Self {
        let columns: Vec<&str> = line.split('\t').collect();
        let mut run = Self {
            name: columns[0].into(),
            left_out: None,
            exits: Vec::new(),
            random: Random::Nothing,
            keep: Keep::Nothing,
            above: false,
            env: Vec::new(),
            args: Vec::new(),
        };
        if let Some(reason) = columns[1].strip_prefix("left out: ") {
            run.left_out = Some(reason.into());
            return run;
        }
        run.exits = columns[1].split('/').map(|exit| exit.parse().unwrap()).collect();
        for word in columns[2].split(' ').filter(|word| *word != "-") {
            match word.split_once('=').unwrap() {
                ("random", "order") => run.random = Random::Order,
                ("random", "failing") => run.random = Random::Failing,
                ("random", "directory") => run.random = Random::Directory,
                ("cd", "..") => run.above = true,
                ("keep", "cache") => run.keep = Keep::Cache,
                ("keep", "helm") => run.keep = Keep::Helm,
                ("keep", "project") => run.keep = Keep::Project,
                ("keep" | "random", _) => panic!("{word} is not known: {line}"),
                (name, value) => run.env.push((name.into(), value.into())),
            }
        }
        run.args = words(columns[3]);
        run
    }

    /// The exit code that was recorded with the helm given, if the run is to be
    /// made with it.
    pub fn exit(&self, helm: &str) -> Option<i32> {
        self.exits.get(usize::from(helm == "helm4")).copied()
    }
}

/// The arguments in a text: between spaces, or between single quotes.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, piece) in text.split('\'').enumerate() {
        if number % 2 == 1 {
            words.push(piece.to_string());
        } else {
            words.extend(piece.split_ascii_whitespace().map(str::to_string));
        }
    }
    words
}
