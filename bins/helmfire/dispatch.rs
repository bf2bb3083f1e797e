//! Who carries out a command: helmfire, helmfile, or a program helmfire-NAME.
//!
//! The names of ours and helmfile's come before programs, so that nobody's helmfire-sync
//! on PATH changes what sync does.

use std::ffi::OsString;
use std::iter;

use helmfire_rules::nearest;

use helmfire_helmfile::line::{Line, words};
use helmfire_helmfile::vocabulary::HELMFILE;

/// The commands that helmfire carries out itself.
pub const OWN: [&str; 4] = ["completion", "doctor", "help", "version"];

/// What completion scripts call, in cobra's manner.
pub const COMPLETE: &str = "__complete";

/// The commands of helmfire-subst that need no `subst` before them.
pub const SUBST: [&str; 3] = ["chart", "image", "remove"];

/// What to do with a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// One of [`OWN`], or no command at all.
    Own,
    /// A shell asks how the last of these words may go on.
    Complete(Vec<OsString>),
    /// helmfile does it.
    Helmfile,
    /// The program called so, with these arguments.
    Program { name: String, arguments: Vec<OsString> },
    /// Nobody knows it; the name that was probably meant.
    Unknown { name: String, near: Option<String> },
}

/// What there is on this machine.
pub struct Machine<'m> {
    /// Whether there is a program of this name.
    pub has_program: &'m dyn Fn(&str) -> bool,
    /// Whether the helmfile that is installed has this command.
    pub helmfile_knows: &'m dyn Fn(&str) -> bool,
    /// The names of all programs `helmfire-NAME`, without `helmfire-`.
    pub programs: &'m dyn Fn() -> Vec<String>,
}

/// Decides on a command line.
pub fn dispatch(line: &Line, machine: &Machine<'_>) -> Action {
    let Some(name) = line.name.as_deref() else { return Action::Own };
    if OWN.contains(&name) {
        return Action::Own;
    }
    if name == COMPLETE {
        return Action::Complete(line.rest.clone());
    }
    let lists_rules = || {
        let first =
            line.rest.iter().find(|word| !word.to_string_lossy().starts_with('-'));
        first.is_some_and(|word| word == "charts" || word == "images")
    };
    if SUBST.contains(&name) || name == "list" && lists_rules() {
        let rest = iter::once(OsString::from(name)).chain(line.rest.clone());
        let arguments = words(&line.before).into_iter().chain(rest).collect();
        return Action::Program { name: "helmfire-subst".into(), arguments };
    }
    if HELMFILE.contains(&name) {
        return Action::Helmfile;
    }
    let program = format!("helmfire-{name}");
    if !name.contains('/') && (machine.has_program)(&program) {
        let mut arguments = words(&line.before);
        arguments.extend(line.rest.clone());
        return Action::Program { name: program, arguments };
    }
    if (machine.helmfile_knows)(name) {
        return Action::Helmfile;
    }
    let programs = (machine.programs)();
    let known = OWN.iter().chain(&SUBST).chain(&HELMFILE).copied();
    let near = nearest(name, known.chain(programs.iter().map(String::as_str)));
    Action::Unknown { name: name.into(), near: near.map(String::from) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn action(line: &str) -> Action {
        let machine = Machine {
            has_program: &|name| ["helmfire-foo", "helmfire-subst"].contains(&name),
            helmfile_knows: &|command| command == "brandnew",
            programs: &|| vec!["foo".into(), "subst".into()],
        };
        let words = line.split_whitespace().map(OsString::from);
        dispatch(&Line::read(words, &["summary".into()]), &machine)
    }

    fn program(name: &str, arguments: &str) -> Action {
        let arguments = arguments.split_whitespace().map(OsString::from).collect();
        Action::Program { name: name.into(), arguments }
    }

    #[test]
    fn every_name_has_its_place() {
        for line in ["", "-e prod", "doctor --json", "-v version", "help sync"] {
            assert_eq!(action(line), Action::Own, "{line}");
        }
        for line in ["sync", "-e prod -f x sync -l a=b", "list", "list --output json"] {
            assert_eq!(action(line), Action::Helmfile, "{line}");
        }
        assert_eq!(action("brandnew"), Action::Helmfile);
        assert_eq!(action("-e completion sync"), Action::Helmfile);
        let subst = [
            ("chart a/b ./c", "chart a/b ./c"),
            ("-v image a b --dry-run", "-v image a b --dry-run"),
            ("list --json charts", "list --json charts"),
            ("list images", "list images"),
            ("subst list", "list"),
            ("remove image a", "remove image a"),
        ];
        for (line, arguments) in subst {
            assert_eq!(action(line), program("helmfire-subst", arguments), "{line}");
        }
        assert_eq!(action("-q foo -abc --"), program("helmfire-foo", "-q -abc --"));
    }

    #[test]
    fn a_slip_gets_a_suggestion() {
        for (line, name, near) in [
            ("snyc", "snyc", Some("sync")),
            ("templat -l a=b", "templat", Some("template")),
            ("subs", "subs", Some("subst")),
            ("imgae a b", "imgae", Some("image")),
            ("xyzzy", "xyzzy", None),
        ] {
            let (name, near) = (name.into(), near.map(String::from));
            assert_eq!(action(line), Action::Unknown { name, near }, "{line}");
        }
    }
}
