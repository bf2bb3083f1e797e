//! The errors at the end of a failed run, each with the release it is about.
//!
//! helmfile quotes a failed command at length: path, arguments, status, stderr
//! and all output again. Of that one line is of use, helm's own `Error:`. When
//! several releases fail, 1.8.0 explains one of them only. Neither is the
//! namespace named, but it stands among the arguments.

/// One error.
#[derive(Debug, Default, PartialEq)]
pub struct Complaint {
    /// The release, where one is named.
    pub name: Option<String>,
    /// Its namespace, where helm was given one.
    pub namespace: Option<String>,
    /// What is wrong, in one line.
    pub message: String,
}

const FAILED: &str = "failed processing release ";
const STATUS: &str = "exited with non-zero status:";
const LONGEST: usize = 500;

/// The errors in `text`, which has no colours any more.
pub fn complaints(text: &str) -> Vec<Complaint> {
    let mut lines = text.lines().peekable();
    let mut found = Vec::new();
    while let Some(line) = lines.next() {
        let Some(head) = head(line) else { continue };
        let mut quote = Quote::default();
        if head.ends_with(STATUS) {
            while let Some(next) = lines.next_if(|next| Quote::takes(next)) {
                quote.read(next);
            }
            found.push(complaint(head, &quote));
            continue;
        }
        // The reason may follow on a line of its own, further in.
        let more = lines.next_if(|next| head.ends_with(':') && next.starts_with(' '));
        let whole = format!("{head} {}", more.unwrap_or_default().trim());
        found.push(complaint(without_bracket(whole.trim_end()), &quote));
    }
    found
}

/// The error that begins in `line`, without the places it was passed through:
/// `in ./helmfile.yaml: in sub/helmfile.yaml: …`.
fn head(line: &str) -> Option<&str> {
    let mut rest = line;
    while let Some((place, after)) =
        rest.strip_prefix("in ").and_then(|rest| rest.split_once(": "))
        && is_state(place)
    {
        rest = after;
    }
    let begins = rest.len() < line.len();
    let names = rest.find(FAILED);
    // An empty rest: a list of several follows, each with its own number.
    (begins || names.is_some() || rest.ends_with(STATUS))
        .then(|| names.map_or(rest, |at| &rest[at..]).trim_start_matches('['))
}

/// A list of errors ends with a bracket that was opened before what is left here.
fn without_bracket(text: &str) -> &str {
    let closes = text.matches(']').count() > text.matches('[').count();
    text.strip_suffix(']').filter(|_| closes).unwrap_or(text)
}

/// `./helmfile.yaml`, `helmfile.d/a.yaml.gotmpl`, `.helmfiles[0]`
fn is_state(place: &str) -> bool {
    let has = |end| place.ends_with(end);
    [".yaml", ".yml", ".gotmpl"].into_iter().any(has)
        || place.starts_with(".helmfiles[")
}

fn complaint(head: &str, quote: &Quote) -> Complaint {
    let (name, rest) =
        match head.strip_prefix(FAILED).and_then(|at| at.split_once(": ")) {
            Some((name, rest)) => (Some(name), rest),
            None => (between(head, "for release \"", '"'), head),
        };
    let name = name.map(str::to_owned).or_else(|| quote.release());
    Complaint { name, namespace: quote.namespace(), message: message(rest, quote) }
}

fn between<'a>(text: &'a str, open: &str, close: char) -> Option<&'a str> {
    text.split_once(open)?.1.split_once(close).map(|(inside, _)| inside)
}

/// What is said before the quoted command, such as which hook it was, and then
/// what the command said.
fn message(rest: &str, quote: &Quote) -> String {
    let command = rest.ends_with(STATUS).then(|| rest.rfind("command \"")).flatten();
    let Some(at) = command else { return shorten(rest) };
    let before = &rest[..at];
    let said = quote.said();
    shorten(&if said.is_empty() { rest.to_owned() } else { format!("{before}{said}") })
}

fn shorten(text: &str) -> String {
    let mut line: String = text.chars().take(LONGEST).collect();
    if line.len() < text.len() {
        line.push('…');
    }
    line
}

/// The quotation of a failed command.
#[derive(Default)]
struct Quote<'a> {
    section: &'a str,
    arguments: Vec<&'a str>,
    error: &'a str,
    stderr: Vec<&'a str>,
    output: Vec<&'a str>,
}

const SECTIONS: [&str; 6] =
    ["PATH:", "ARGS:", "ERROR:", "EXIT STATUS", "STDERR:", "COMBINED OUTPUT:"];

impl<'a> Quote<'a> {
    fn takes(line: &str) -> bool {
        line.is_empty() || line.starts_with("  ") || SECTIONS.contains(&line)
    }

    fn read(&mut self, line: &'a str) {
        if SECTIONS.contains(&line) {
            self.section = line;
            return;
        }
        let text = line.trim();
        match self.section {
            "ARGS:" => self.arguments.extend(argument(text)),
            "ERROR:" if self.error.is_empty() => self.error = text,
            "STDERR:" if !text.is_empty() => self.stderr.push(text),
            "COMBINED OUTPUT:" if !text.is_empty() => self.output.push(text),
            _ => {}
        }
    }

    /// helm's error; else the last words; else how it ended.
    fn said(&self) -> String {
        let lines = if self.stderr.is_empty() { &self.output } else { &self.stderr };
        let is_error = |line: &&str| line.starts_with("Error: ");
        let Some(at) = lines.iter().position(is_error) else {
            return (*lines.last().unwrap_or(&self.error)).to_owned();
        };
        let more = lines[at + 1..].iter().take_while(|line| !is_talk(line));
        let error = lines[at].trim_start_matches("Error: ");
        more.fold(error.to_owned(), |all, line| all + " " + line)
    }

    fn release(&self) -> Option<String> {
        const VERBS: [&str; 6] =
            ["upgrade", "delete", "uninstall", "test", "template", "status"];
        let verb = self.arguments.iter().position(|word| VERBS.contains(word))?;
        let mut names = self.arguments[verb + 1..].iter();
        names.find(|word| !word.starts_with('-')).map(|name| (*name).to_owned())
    }

    fn namespace(&self) -> Option<String> {
        let mut words = self.arguments.iter();
        words.find(|word| **word == "--namespace")?;
        words.next().map(|namespace| (*namespace).to_owned())
    }
}

/// `3: web` of `3: web (3 bytes)`
fn argument(text: &str) -> Option<&str> {
    let (number, rest) = text.split_once(": ")?;
    number.parse::<usize>().ok()?;
    rest.rsplit_once(" (").map(|(word, _)| word)
}

/// What follows an error without belonging to it.
fn is_talk(line: &str) -> bool {
    let begins = ["Error: ", "level=", "Use --debug", "WARNING", "helm.go:"];
    begins.into_iter().any(|begin| line.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> (Option<String>, Option<String>, String) {
        let mut found = complaints(text);
        assert_eq!(found.len(), 1, "{found:?}");
        let one = found.remove(0);
        (one.name, one.namespace, one.message)
    }

    #[test]
    fn helm_4_warns_before_it_fails() {
        let (name, namespace, message) = only(include_str!("data/timeout.helm4"));
        assert_eq!((name, namespace), (Some("slow".into()), Some("one".into())));
        assert_eq!(
            message,
            "UPGRADE FAILED: pre-upgrade hooks failed: resource Job/one/slow-pre not \
             ready. status: InProgress, message: Job in progress context deadline \
             exceeded"
        );
    }

    #[test]
    fn a_failing_diff_names_its_release_among_the_arguments() {
        let (name, namespace, message) = only(include_str!("data/diff.helm3"));
        assert_eq!((name, namespace), (Some("tmpl".into()), Some("one".into())));
        assert_eq!(
            message,
            "template: badtmpl/templates/bad.yaml:1:10: executing \
             \"badtmpl/templates/bad.yaml\" at <.Values.nothing.deep.er>: nil pointer \
             evaluating interface {}.deep"
        );
    }

    #[test]
    fn hooks_and_repositories() {
        let (name, _, message) = only(include_str!("data/prepare.helm3"));
        assert_eq!((name, &*message), (None, "hook[sh]: command `sh` failed: broken"));
        let (name, _, message) = only(include_str!("data/repo.helm3"));
        assert_eq!(name, None);
        assert!(
            message.starts_with("looks like \"http://127.0.0.1:1\" is not a valid")
        );
        let (name, _, message) = only(include_str!("data/dependency.helm3"));
        assert_eq!(name.as_deref(), Some("dep"));
        assert_eq!(
            message,
            "building dependencies of local chart \"./charts/dep\" for release \
             \"dep\": directory charts/nothere not found"
        );
    }

    #[test]
    fn errors_without_a_command() {
        let missing = "in ./values.yaml: failed processing release ok: values file \
                       matching \"nope.yaml\" does not exist in \".\"";
        let (name, _, message) = only(missing);
        assert_eq!(name.as_deref(), Some("ok"));
        assert_eq!(
            message,
            "values file matching \"nope.yaml\" does not exist in \".\""
        );
        let nested = "in .helmfiles[0]: in sub/helmfile.yaml: failed to read x: bad";
        assert_eq!(only(nested).2, "failed to read x: bad");
        assert_eq!(complaints("in your browser: open it\n"), []);
    }
}
