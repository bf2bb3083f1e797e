//! One call of helm, read from its arguments: which command, on which chart, for
//! which release.
//!
//! Understands the few commands that take a chart; everything else is
//! [`Command::Other`]. Refuses to judge whether helm would accept the call.

mod edit;
mod flags;

use std::ffi::{OsStr, OsString};
use std::ops::Range;

pub use edit::Edit;

/// The commands that take a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// `upgrade RELEASE CHART`
    Upgrade,
    /// `install [RELEASE] CHART`
    Install,
    /// `template [RELEASE] CHART`
    Template,
    /// `diff upgrade RELEASE CHART`, of the plugin helm-diff.
    DiffUpgrade,
    /// `lint CHART…`
    Lint,
    /// `unittest CHART…`, of the plugin helm-unittest.
    Unittest,
    /// `show all|chart|crds|readme|values CHART`
    Show,
    /// `pull CHART…`, also called fetch.
    Pull,
    /// `dependency build|update|list CHART`
    Dependency,
    /// `repo add NAME URL`
    RepoAdd,
    /// Anything else.
    Other,
}

impl Command {
    /// Whether it renders manifests, so that a post-renderer has work to do.
    pub fn renders(self) -> bool {
        matches!(
            self,
            Self::Upgrade | Self::Install | Self::Template | Self::DiffUpgrade
        )
    }

    fn of(words: &[&str]) -> Self {
        match words {
            ["upgrade"] => Self::Upgrade,
            ["install"] => Self::Install,
            ["template"] => Self::Template,
            ["diff", "upgrade"] => Self::DiffUpgrade,
            ["lint"] => Self::Lint,
            ["unittest"] => Self::Unittest,
            ["show", _] => Self::Show,
            ["pull"] => Self::Pull,
            ["dependency", "build" | "update" | "list"] => Self::Dependency,
            ["repo", "add"] => Self::RepoAdd,
            _ => Self::Other,
        }
    }
}

/// A flag as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Flag {
    name: String,
    value: Option<String>,
    at: Range<usize>,
}

/// A call of helm.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its arguments, without the program.
    pub arguments: Vec<OsString>,
    /// The command.
    pub command: Command,
    /// Its words, in the long form: `["dependency", "build"]`.
    pub words: Vec<&'static str>,
    flags: Vec<Flag>,
    /// Where the words of the command and the positional arguments stand.
    words_at: Vec<usize>,
    positionals: Vec<usize>,
}

/// The first words of helm that a second one follows.
const GROUPS: [&str; 4] = ["dependency", "diff", "repo", "show"];

/// Every word that begins a command which is looked at, and its long form.
const NAMES: [(&str, &str); 26] = [
    ("add", "add"),
    ("all", "all"),
    ("build", "build"),
    ("chart", "chart"),
    ("crds", "crds"),
    ("dep", "dependency"),
    ("dependencies", "dependency"),
    ("dependency", "dependency"),
    ("diff", "diff"),
    ("fetch", "pull"),
    ("inspect", "show"),
    ("install", "install"),
    ("lint", "lint"),
    ("list", "list"),
    ("ls", "list"),
    ("pull", "pull"),
    ("readme", "readme"),
    ("repo", "repo"),
    ("show", "show"),
    ("template", "template"),
    ("unittest", "unittest"),
    ("up", "update"),
    ("update", "update"),
    ("upgrade", "upgrade"),
    ("values", "values"),
    ("version", "version"),
];

impl Call {
    /// Reads the arguments of helm, the program not among them.
    pub fn read(arguments: Vec<OsString>) -> Self {
        let mut call = Self {
            arguments: Vec::new(),
            command: Command::Other,
            words: Vec::new(),
            flags: Vec::new(),
            words_at: Vec::new(),
            positionals: Vec::new(),
        };
        let mut at = 0;
        let mut only_words = false;
        while at < arguments.len() {
            let text = arguments[at].to_string_lossy();
            let end = if only_words || !text.starts_with('-') || text == "-" {
                call.take_word(at, &text);
                at + 1
            } else if text == "--" {
                only_words = true;
                at + 1
            } else {
                call.take_flag(
                    at,
                    &text,
                    arguments.get(at + 1).map(OsString::as_os_str),
                )
            };
            at = end;
        }
        call.command = Command::of(&call.words);
        call.arguments = arguments;
        call
    }

    fn take_word(&mut self, at: usize, text: &str) {
        let expects = match self.words.as_slice() {
            [] => true,
            [group] => GROUPS.contains(group) && self.positionals.is_empty(),
            _ => false,
        };
        let known = NAMES.iter().find(|(name, _)| expects && *name == text);
        match known {
            Some((_, long)) => {
                self.words.push(long);
                self.words_at.push(at);
            }
            // A command that is not looked at: nothing behind it is one.
            None if self.words.is_empty() => {
                self.words.push("");
                self.words_at.push(at);
            }
            None => self.positionals.push(at),
        }
    }

    /// Returns the index behind the flag and its value.
    fn take_flag(&mut self, at: usize, text: &str, next: Option<&OsStr>) -> usize {
        let next = next.map(OsStr::to_string_lossy);
        let mut push = |name: &str, value: Option<&str>, end: usize| {
            let value = value.map(str::to_string);
            self.flags.push(Flag { name: name.into(), value, at: at..end });
            end
        };
        if let Some(long) = text.strip_prefix("--") {
            if let Some((name, value)) = long.split_once('=') {
                return push(name, Some(value), at + 1);
            }
            return match next {
                Some(next) if flags::takes_value(&self.words, long) => {
                    push(long, Some(&next), at + 2)
                }
                _ => push(long, None, at + 1),
            };
        }
        // One dash: letters without a value, then at most one with.
        let mut letters = text[1..].chars();
        let words = self.words.clone();
        while let Some(letter) = letters.next() {
            let name = flags::long_name(&words, letter);
            if !flags::takes_value(&words, name) {
                push(name, None, at + 1);
                continue;
            }
            let rest = letters.as_str();
            let rest = rest.strip_prefix('=').unwrap_or(rest);
            return match next {
                _ if !rest.is_empty() => push(name, Some(rest), at + 1),
                Some(next) => push(name, Some(&next), at + 2),
                None => push(name, None, at + 1),
            };
        }
        at + 1
    }

    /// The value of the flag `name`, the last if there are several.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values(name).last()
    }

    /// All values of the flag `name`.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let flags = self.flags.iter().filter(move |flag| flag.name == name);
        flags.filter_map(|flag| flag.value.as_deref())
    }

    /// Whether the flag `name`, one without a value, is set.
    pub fn is_set(&self, name: &str) -> bool {
        let last = self.flags.iter().rfind(|flag| flag.name == name);
        last.is_some_and(|flag| flag.value.as_deref() != Some("false"))
    }

    /// The places in [`Self::arguments`] that the flag `name` takes up.
    pub fn places(&self, name: &str) -> impl Iterator<Item = Range<usize>> {
        let flags = self.flags.iter().filter(move |flag| flag.name == name);
        flags.map(|flag| flag.at.clone())
    }

    /// The index behind the last word of the command, where flags may be put.
    pub fn behind_words(&self) -> usize {
        self.words_at.last().map_or(0, |at| at + 1)
    }

    /// The indices of what stands behind the command and is no flag.
    pub fn positionals(&self) -> &[usize] {
        &self.positionals
    }

    /// The indices of the charts.
    pub fn charts(&self) -> &[usize] {
        let all = self.positionals.as_slice();
        let behind = |count: usize| all.get(count..).unwrap_or_default();
        match self.command {
            Command::Upgrade | Command::DiffUpgrade => first(behind(1)),
            Command::Install | Command::Template if all.len() > 1 => first(behind(1)),
            Command::Install
            | Command::Template
            | Command::Show
            | Command::Dependency => first(all),
            Command::Lint | Command::Unittest | Command::Pull => all,
            Command::RepoAdd | Command::Other => &[],
        }
    }

    /// The release, for the commands that are told one.
    pub fn release(&self) -> Option<String> {
        let named = match self.command {
            Command::Upgrade | Command::DiffUpgrade => true,
            Command::Install | Command::Template => self.positionals.len() > 1,
            _ => false,
        };
        let first = self.positionals.first().filter(|_| named)?;
        Some(self.arguments[*first].to_string_lossy().into_owned())
    }

    /// The namespace that the call names.
    pub fn namespace(&self) -> Option<&str> {
        self.value("namespace").filter(|namespace| !namespace.is_empty())
    }

    /// The repository that `repo add` is about.
    pub fn repository(&self) -> Option<String> {
        let first = self.positionals.first()?;
        let add = self.command == Command::RepoAdd;
        add.then(|| self.arguments[*first].to_string_lossy().into_owned())
    }
}

fn first(indices: &[usize]) -> &[usize] {
    indices.get(..1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Call {
        Call::read(line.split(' ').map(OsString::from).collect())
    }

    /// Command, release, namespace and charts of a call.
    fn gist(line: &str) -> (Command, String, String, Vec<String>) {
        let call = read(line);
        let charts = call.charts().iter();
        let charts = charts
            .map(|&at| call.arguments[at].to_string_lossy().into_owned())
            .collect();
        let release = call.release().unwrap_or_default();
        (call.command, release, call.namespace().unwrap_or_default().into(), charts)
    }

    #[test]
    fn the_calls_of_helmfile_are_understood() {
        let web =
            |command| (command, "web".into(), "shop".into(), vec!["a/web".into()]);
        for (command, line) in [
            (
                Command::Upgrade,
                "--kubeconfig K --kube-context C upgrade --install web a/web --version 1 \
                 --create-namespace --namespace shop --reset-values --history-max 10",
            ),
            (
                Command::DiffUpgrade,
                "diff upgrade --allow-unreleased web a/web --kube-version 1.36.3 --namespace \
                 shop --reset-values --detailed-exitcode --color",
            ),
            (
                Command::Template,
                "template --debug=false --output-dir=/tmp/x --include-crds web a/web -f \
                 /tmp/values.yaml --namespace shop --dry-run=server",
            ),
            (Command::Upgrade, "upgrade -i web a/web -nshop"),
            (Command::Upgrade, "upgrade -in shop web a/web"),
            (Command::Template, "template -n=shop -s templates/x.yaml web a/web"),
            (Command::Install, "-n shop install --wait web -- a/web"),
        ] {
            assert_eq!(gist(line), web(command), "{line}");
        }
    }

    #[test]
    fn commands_without_a_release_are_understood() {
        let charts = |line: &str| {
            let (command, release, _, charts) = gist(line);
            assert_eq!(release, "", "{line}");
            (command, charts.join(" "))
        };
        let is = |command, charts: &str| (command, charts.to_string());
        assert_eq!(charts("lint a b --strict"), is(Command::Lint, "a b"));
        assert_eq!(charts("show chart a --version 1"), is(Command::Show, "a"));
        assert_eq!(charts("inspect values a"), is(Command::Show, "a"));
        assert_eq!(charts("fetch a --untardir d"), is(Command::Pull, "a"));
        assert_eq!(charts("pull a --untar -d d"), is(Command::Pull, "a"));
        assert_eq!(charts("dep up a"), is(Command::Dependency, "a"));
        assert_eq!(charts("template a"), is(Command::Template, "a"));
        assert_eq!(charts("install a -g"), is(Command::Install, "a"));
        assert_eq!(charts("unittest -f t a --color"), is(Command::Unittest, "a"));
        assert_eq!(charts("version --short"), is(Command::Other, ""));
        assert_eq!(charts("list --filter ^upgrade$"), is(Command::Other, ""));
        assert_eq!(charts("get manifest upgrade"), is(Command::Other, ""));
        assert_eq!(charts("plugin install diff upgrade"), is(Command::Other, ""));
        assert_eq!(charts("diff revision web 1 2"), is(Command::Other, ""));
        assert_eq!(charts(""), is(Command::Other, ""));
    }

    #[test]
    fn flags_are_found_in_place() {
        let call = read("upgrade --set a=1 web c --set=b=2 --verify --wait=false");
        assert_eq!(call.values("set").collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert_eq!(call.value("set"), Some("b=2"));
        assert_eq!(call.places("set").collect::<Vec<_>>(), [1..3, 5..6]);
        assert!(call.is_set("verify") && !call.is_set("wait") && !call.is_set("debug"));
        assert_eq!(call.behind_words(), 1);
    }
}
