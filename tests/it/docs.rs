//! The examples of the README and of the manual pages, executed.
//!
//! An example is a block of `console` in Markdown, or `.EX` to `.EE` in a manual
//! page. Each runs in a directory of its own: a copy of examples/shop and the
//! files (`file=NAME`) that the document shows before it. Lines behind `$ ` are
//! commands, `> ` continues one; the lines below are what it prints, in which
//! `...` stands for any text. `needs=helm3,cluster` names what it cannot do
//! without, `skip=REASON` says why it is not run. In a manual page these words
//! stand in a comment before `.EX`.

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use libtest_mimic::Trial;

use crate::support::{Need, binary, root, tool, trial, trial_needing};

const DOCUMENTS: [&str; 10] = [
    "README.md",
    "man/helmfire.1",
    "man/helmfire-drift.1",
    "man/helmfire-helm.1",
    "man/helmfire-postrender.1",
    "man/helmfire-releases.1",
    "man/helmfire-subst.1",
    "man/helmfire-watch.1",
    "man/helmfire.toml.5",
    "man/helmfire.7",
];

const PROGRAMS: [&str; 7] = [
    "helmfire",
    "helmfire-drift",
    "helmfire-helm",
    "helmfire-postrender",
    "helmfire-releases",
    "helmfire-subst",
    "helmfire-watch",
];

/// Written between the outputs of two commands.
const MARK: char = '\u{1e}';

pub fn trials() -> Vec<Trial> {
    let mut faults = Vec::new();
    let mut trials =
        vec![trial("docs::a_gap_stands_for_any_text", a_gap_stands_for_any_text)];
    for document in DOCUMENTS {
        let examples = examples(document, &mut faults);
        if examples.is_empty() {
            faults.push(format!("{document} has no example"));
        }
        trials.extend(examples.into_iter().map(Example::trial));
    }
    trials.push(trial_needing(&[], "docs::every_block_is_known", move || {
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }));
    trials
}

struct Example {
    /// `README.md:12`
    place: String,
    /// `needs=helmfile`
    words: String,
    /// Commands and what they print.
    steps: Vec<(String, String)>,
    /// Names and contents.
    files: Vec<(String, String)>,
}

impl Example {
    fn trial(self) -> Trial {
        let name = format!("docs::{}", self.place);
        if let Some((_, reason)) = self.words.split_once("skip=") {
            let kind = format!("skipped: {reason}");
            return Trial::test(name, || Ok(()))
                .with_kind(kind)
                .with_ignored_flag(true);
        }
        let needs: Vec<Need> = self.needs().flat_map(tools).copied().collect();
        trial_needing(&needs, &name, move || self.run())
    }

    fn needs(&self) -> impl Iterator<Item = &str> {
        let needs = self.words.split(' ').find_map(|word| word.strip_prefix("needs="));
        needs.into_iter().flat_map(|names| names.split(','))
    }

    fn run(&self) {
        let (work, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let shop = root().join("examples/shop/.");
        run(Command::new("cp").arg("-R").arg(shop).arg(work.path()));
        for (name, content) in &self.files {
            fs::write(work.path().join(name), content).unwrap();
        }
        let bin = home.path().join("bin");
        fs::create_dir(&bin).unwrap();
        for name in PROGRAMS {
            symlink(binary(name).get_program(), bin.join(name)).unwrap();
        }
        let helm =
            if self.needs().any(|need| need == "helm4") { "helm4" } else { "helm3" };
        for (name, target) in
            [("helm", helm), ("helmfile", "helmfile"), ("kubectl", "kubectl")]
        {
            symlink(tool(target), bin.join(name)).unwrap();
        }
        let cluster = home.path().join("cluster");
        let in_cluster = self.needs().any(|need| need == "cluster");
        if in_cluster {
            // It goes down with this process, whatever becomes of the test.
            let parent = std::process::id().to_string();
            let script = root().join("scripts/cluster");
            run(Command::new(script).args(["up", "--parent", &parent]).arg(&cluster));
        }
        let output = Command::new("sh")
            .args(["-c", &self.script()])
            .current_dir(work.path())
            .env_clear()
            .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display()))
            .env("HOME", home.path())
            .env("KUBECONFIG", cluster.join("kubeconfig"))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        if in_cluster {
            run(Command::new(root().join("scripts/cluster")).arg("down").arg(&cluster));
        }
        let printed = String::from_utf8_lossy(&output.stdout);
        self.compare(&printed);
        assert!(
            output.status.success(),
            "{}: {}:\n{printed}",
            self.place,
            output.status
        );
    }

    /// A script that ends at the first command that fails.
    fn script(&self) -> String {
        let mut script = String::from("exec 2>&1\n");
        for (command, _) in &self.steps {
            let _ = writeln!(script, "{{ {command}\n}} || exit\nprintf '{MARK}'");
        }
        script
    }

    fn compare(&self, printed: &str) {
        let mut printed = printed.split(MARK);
        for (command, expected) in &self.steps {
            let actual = printed.next().unwrap_or_default();
            assert!(
                matches(expected, actual),
                "{}: $ {command}\nit should print\n{expected}\nit prints\n{actual}",
                self.place
            );
        }
    }
}

/// What a word of `needs=` asks for.
fn tools(need: &str) -> &'static [Need] {
    match need {
        "helm3" => &[Need::Tool("helm3"), Need::Tool("helmfile")],
        "helm4" => &[Need::Tool("helm4"), Need::Tool("helmfile")],
        "kubectl" => &[Need::Tool("kubectl")],
        "cluster" => {
            &[Need::Tool("etcd"), Need::Tool("kube-apiserver"), Need::Tool("kubectl")]
        }
        other => panic!("needs={other} is not known"),
    }
}

/// The examples of a document, a path from the top of the project.
fn examples(document: &str, faults: &mut Vec<String>) -> Vec<Example> {
    let text = fs::read_to_string(root().join(document)).unwrap_or_default();
    let manual = Path::new(document).extension().is_some_and(|e| e != "md");
    let (mut examples, mut files) = (Vec::new(), Vec::new());
    let mut lines = text.lines().enumerate();
    let mut before = "";
    while let Some((number, line)) = lines.next() {
        let (words, end) = match line.strip_prefix("```") {
            Some(words) if !manual => (words, "```"),
            None if manual && line == ".EX" => {
                (before.strip_prefix(".\\\" ").unwrap_or_default(), ".EE")
            }
            _ => {
                before = line;
                continue;
            }
        };
        let block =
            lines.by_ref().map(|(_, line)| line).take_while(|line| *line != end);
        let block: Vec<String> =
            block.map(|line| if manual { plain(line) } else { line.into() }).collect();
        let place = format!("{document}:{}", number + 1);
        let file = words.split(' ').find_map(|word| word.strip_prefix("file="));
        match (words.split(' ').next(), file, steps(&block)) {
            (_, Some(name), _) => files.push((name.into(), block.join("\n") + "\n")),
            (Some("console"), _, Some(steps)) => {
                let (words, files) = (words.into(), files.clone());
                examples.push(Example { place, words, steps, files });
            }
            (Some("text"), ..) => {}
            _ => faults.push(format!(
                "{place}: a block is console and begins with '$ ', or text, or file=NAME"
            )),
        }
    }
    examples
}

/// The commands and what they print; `None` if the first line is no command.
fn steps(block: &[String]) -> Option<Vec<(String, String)>> {
    let mut steps: Vec<(String, String)> = Vec::new();
    for line in block {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push((command.into(), String::new()));
            continue;
        }
        let (command, output) = steps.last_mut()?;
        match line.strip_prefix("> ") {
            Some(more) if output.is_empty() => *command += &format!("\n{more}"),
            _ => *output += &format!("{line}\n"),
        }
    }
    Some(steps)
}

/// A line of roff as it is shown.
fn plain(line: &str) -> String {
    let escapes = [("\\-", "-"), ("\\(aq", "'"), ("\\(dq", "\""), ("\\(ti", "~")];
    let escapes = escapes.iter().chain(&[
        ("\\(ha", "^"),
        ("\\(ga", "`"),
        ("\\&", ""),
        ("\\(pc", "·"),
    ]);
    escapes
        .fold(line.to_string(), |text, (from, to)| text.replace(from, to))
        .replace("\\e", "\\")
}

/// Whether `actual` is `expected`, in which `...` stands for any text. White
/// space at the end of a line does not count.
fn matches(expected: &str, actual: &str) -> bool {
    let trimmed =
        |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    let (expected, actual) = (trimmed(expected), trimmed(actual));
    let mut pieces = expected.split("...");
    let Some(mut rest) = actual.strip_prefix(pieces.next().unwrap_or_default()) else {
        return false;
    };
    let mut last = None;
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        (last, rest) = (Some(piece), &rest[at + piece.len()..]);
    }
    rest.is_empty() || last.is_some_and(|piece| rest.ends_with(piece))
}

fn a_gap_stands_for_any_text() {
    assert!(matches("a\n...\nd\n", "a\nb\nc\nd"));
    assert!(matches("a ... c\n...", "a b c\nd\n"));
    assert!(matches("a  \n", "a\n"));
    assert!(!matches("a\n", "a\nb\n"));
    assert!(!matches("a\n...\nc\n", "a\nb\n"));
}

fn run(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {talk}");
}
