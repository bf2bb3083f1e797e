//! Why a run failed, in one line, and what helps.
//!
//! helmfile quotes the failed command at length, and of several it quotes one.
//! helm wraps the cause in who called whom, and Helm 4 puts warnings in front.
//! Arguments are never quoted here: values stand among them.

use crate::plain;

/// A reason, and what to do where that is known.
#[derive(Debug, PartialEq)]
pub(crate) struct Complaint {
    pub(crate) reason: String,
    pub(crate) remedy: Option<&'static str>,
}

impl Complaint {
    /// The cause named in `stderr`, which has no colours any more. After an exit
    /// code that is no failure in itself, only what calls itself an error counts.
    pub(crate) fn read(stderr: &str, has_failed: bool) -> Option<Self> {
        let cause = named(stderr).or_else(|| last(stderr).filter(|_| has_failed))?;
        let remedy = remedy(&cause.to_lowercase());
        let reason = plain::line(&plain::masked(cause));
        (!reason.is_empty()).then_some(Self { reason, remedy })
    }

    /// Whether every release fails of it.
    pub(crate) fn is_of_all(&self) -> bool {
        self.remedy == Some(INSTALL)
    }
}

const INSTALL: &str = "check with --only drift, or install helm-diff: helm plugin \
                       install https://github.com/databus23/helm-diff";

/// The remedies by what stands in the cause, in small letters. The first counts.
const REMEDIES: [(&str, &[&str]); 8] = [
    (INSTALL, &["unknown command \"diff\"", "plugin \"diff\" not found"]),
    ("mend suppressOutputLineRegex in the helmfile", &["panic: error parsing regexp"]),
    (
        "install the custom resource definition first",
        &["no matches for kind", "ensure crds are installed first"],
    ),
    (
        "give this account the right, or check without --three-way, which only reads",
        &["is forbidden:", "unauthorized", "must be logged in"],
    ),
    (
        "see that the cluster can be reached, and that the context is the right one",
        &[
            "cluster unreachable",
            "connection refused",
            "no such host",
            "i/o timeout",
            "handshake timeout",
            "context deadline exceeded",
        ],
    ),
    (
        "check without --three-way, which tries nothing on the cluster",
        &["cannot patch "],
    ),
    (
        "mend the chart or its values; helm template shows the same error",
        &[
            "execution error at (",
            "parse error",
            "template: ",
            "nil pointer evaluating",
            "don't meet the specifications of the schema",
            "error converting yaml",
        ],
    ),
    (
        "see that the chart is there and its repository was added: helmfile repos",
        &[
            "chart.yaml file is missing",
            "failed to download",
            "repo_name/path_to_chart",
            "failed to fetch",
            "not found",
            "no such file or directory",
        ],
    ),
];

fn remedy(cause: &str) -> Option<&'static str> {
    let fits = |(_, signs): &&(&str, &[&str])| signs.iter().any(|s| cause.contains(s));
    REMEDIES.iter().find(fits).map(|(remedy, _)| *remedy)
}

fn lines(stderr: &str) -> impl DoubleEndedIterator<Item = &str> {
    stderr.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// The most telling line: of a crash, of helm, of helmfile.
fn named(stderr: &str) -> Option<&str> {
    let mut errors = lines(stderr).filter(|line| line.starts_with("Error: "));
    lines(stderr)
        .find(|line| line.starts_with("panic: "))
        .or_else(|| errors.find_map(innermost))
        .or_else(|| lines(stderr).find_map(of_helmfile))
}

fn last(stderr: &str) -> Option<&str> {
    lines(stderr).rev().find(|line| !is_talk(line))
}

/// helm's words without those of who called it; nothing if those are all.
fn innermost(line: &str) -> Option<&str> {
    let mut inner = line;
    loop {
        inner = inner.trim_start_matches("Error: ");
        let called = inner.split_once(": exit status ");
        match called.and_then(|(_, status)| status.split_once(": ")) {
            Some((code, after)) if code.parse::<u8>().is_ok() => inner = after,
            _ => break,
        }
    }
    let is_empty = ["", "plugin \"diff\" exited with error"].contains(&inner)
        || ["level=", "WARNING"].iter().any(|begin| inner.starts_with(begin));
    (!is_empty).then_some(inner)
}

/// `err: …` or `in ./helmfile.yaml: …`, if more than a quotation follows.
fn of_helmfile(line: &str) -> Option<&str> {
    let mut rest = line.strip_prefix("err: ").unwrap_or(line);
    while let Some((_, after)) =
        rest.strip_prefix("in ").and_then(|rest| rest.split_once(": "))
    {
        rest = after;
    }
    let says = rest.len() < line.len() && !rest.ends_with("non-zero status:");
    says.then_some(rest)
}

/// Lines that explain nothing.
fn is_talk(line: &str) -> bool {
    const BEGINS: [&str; 12] = [
        "Comparing release=",
        "Listing releases ",
        "Building dependency ",
        "Adding repo ",
        "Affected releases are:",
        "No affected releases",
        "Identified at least one change",
        "Enabled three way merge",
        "Error: plugin \"diff\" exited",
        "level=",
        "exit status",
        "identified at least one change",
    ];
    BEGINS.iter().any(|begin| line.starts_with(begin))
        || [" UPDATED", " DELETED"].iter().any(|end| line.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(stderr: &str) -> (String, Option<&'static str>) {
        let found = Complaint::read(stderr, true).unwrap();
        (found.reason, found.remedy)
    }

    #[test]
    fn the_cause_without_who_called_whom() {
        let (reason, remedy) = read(
            "in ./helmfile.yaml: command \"/bin/helm\" exited with non-zero \
             status:\n\nARGS:\n  0: helm (4 bytes)\n  1: password=hunter2 (16 \
             bytes)\n\nSTDERR:\n  Error: Failed to render chart: exit status 1: \
             level=WARN msg=\"CRDs\"\n  Error: template: a/b.yaml:1:2: nil pointer \
             evaluating x.y\n  Error: plugin \"diff\" exited with error\n",
        );
        assert_eq!(reason, "template: a/b.yaml:1:2: nil pointer evaluating x.y");
        assert!(remedy.unwrap().starts_with("mend the chart"));
    }

    #[test]
    fn words_of_the_chart_are_kept_whole() {
        let said = "execution error at (a/b.yaml:1:2): Error: no: exit status 1";
        let quoted =
            format!("  Error: Failed to render chart: exit status 1: Error: {said}\n");
        assert_eq!(read(&quoted).0, said);
    }

    #[test]
    fn a_missing_plugin_concerns_all() {
        for stderr in [
            "Error: unknown command \"diff\" for \"helm\"\n",
            "STDERR:\n  Error: plugin \"diff\" not found\n",
        ] {
            let complaint = Complaint::read(stderr, true).unwrap();
            assert_eq!(complaint.remedy, Some(INSTALL), "{stderr}");
            assert!(complaint.is_of_all());
        }
        let other = Complaint::read("Error: unknown command \"x\"", true).unwrap();
        assert!(!other.is_of_all());
    }

    #[test]
    fn charts_that_are_missing() {
        for stderr in [
            "Error: Failed to render chart: exit status 1: Error: path \"x\" not found",
            "  Error: chart \"web\" version \"9\" not found in https://h repository",
            "Error: Chart.yaml file is missing",
            "in ./helmfile.yaml: building dependencies: directory charts/x not found",
        ] {
            assert!(
                read(stderr).1.unwrap().starts_with("see that the chart"),
                "{stderr}"
            );
        }
    }

    #[test]
    fn helmfile_itself_or_the_last_word() {
        let (reason, _) =
            read("in ./a.yaml: in .helmfiles[0]: failed to read b: bad\n");
        assert_eq!(reason, "failed to read b: bad");
        assert_eq!(read("unknown flag: --x\n").0, "unknown flag: --x");
        let talk = "Comparing release=a, chart=b, namespace=c\nNo affected releases\n";
        assert_eq!(Complaint::read(talk, true), None);
        assert_eq!(Complaint::read("", true), None);
        assert_eq!(Complaint::read("\0\n", true), None);
        assert_eq!(Complaint::read("old\tdemo\t1\tdeployed\n", false), None);
    }

    #[test]
    fn values_of_a_secret_are_not_repeated() {
        let (reason, _) = read(
            "Error: cannot patch \"s\" with kind Secret: Secret in version \"v1\" \
             cannot be handled as a Secret: illegal base64 data, error found in #10 \
             byte of ...|\"a\":\"hunter2\"|...",
        );
        assert!(reason.ends_with("illegal base64 data, error found in #…"), "{reason}");
    }
}
