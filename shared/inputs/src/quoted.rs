//! Files that a template names in a text of its own: `readFile "data/note.txt"`,
//! `exec "./who.sh"`, and files that a reference to a secret store names.
//!
//! helmfile does not tell which files its templates read. A quoted text that is
//! the path of something there probably is one, and is worth watching; whether it
//! has an effect is found out by asking helmfile. Refuses to understand templates.

use std::path::{Path, PathBuf};

use crate::path::{is_path, join};

/// The functions by which a template of helmfile may depend on a file
/// (helmfile 1.8.0, `pkg/tmpl` `createFuncMap`).
const READING: [&str; 10] = [
    "readFile",
    "readDir",
    "readDirEntries",
    "isFile",
    "isDir",
    "exec",
    "envExec",
    "fetchSecretValue",
    "expandSecretRefs",
    // What it renders may be the text of a file, and read others.
    "tpl",
];
/// Of these, those that depend on nothing but the file in their first argument.
const OF_ONE_FILE: [&str; 3] = ["readFile", "isFile", "isDir"];

/// Whether the template may depend on files that it does not name.
pub(crate) fn may_read(template: &str) -> bool {
    actions(template).any(|action| {
        calls(action).any(|(function, rest)| {
            !OF_ONE_FILE.contains(&function) || literal(rest).is_none()
        })
    })
}

/// Whether the template may run a program, which may write files.
pub(crate) fn may_write(template: &str) -> bool {
    let runs = ["exec", "envExec", "tpl"];
    actions(template).any(|action| calls(action).any(|(name, _)| runs.contains(&name)))
}

/// What the template names, seen from `directory`: what exists, and what it asks
/// for although it does not exist yet.
pub(crate) fn named(template: &str, directory: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for action in actions(template) {
        let asked = calls(action).filter_map(|(_, rest)| literal(rest));
        found.extend(
            asked.filter(|text| is_file_name(text)).map(|it| join(directory, it)),
        );
        let texts = texts(action).into_iter().filter(|text| is_file_name(text));
        found.extend(texts.map(|it| join(directory, it)).filter(|path| path.exists()));
    }
    found.retain(|path| path != directory);
    found.sort();
    found.dedup();
    found
}

/// The local files in references that helmfile resolves: `ref+file://./a.yaml#/key`,
/// `ref+sops://a.yaml` (helmfile 1.8.0, by vals).
pub(crate) fn references(text: &str, directory: &Path) -> Vec<PathBuf> {
    let after = text.split("ref+").skip(1);
    let paths =
        after.filter_map(|rest| rest.split_once("://")).filter_map(|(scheme, rest)| {
            let is_scheme = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let end =
                rest.find(|c: char| "#?\"'+,]} \n\r".contains(c)).unwrap_or(rest.len());
            (is_scheme && is_path(&rest[..end])).then(|| join(directory, &rest[..end]))
        });
    paths.filter(|path| path.exists()).collect()
}

fn is_file_name(text: &str) -> bool {
    is_path(text) && text != "." && !text.contains('\n')
}

fn actions(template: &str) -> impl Iterator<Item = &str> {
    template.split("{{").skip(1).filter_map(|rest| rest.split("}}").next())
}

/// The calls of functions that read, each with what follows the name.
fn calls(action: &str) -> impl Iterator<Item = (&'static str, &str)> {
    let word = |c: char| c.is_alphanumeric() || c == '_';
    READING.into_iter().flat_map(move |function| {
        action.match_indices(function).filter_map(move |(at, _)| {
            let rest = &action[at + function.len()..];
            let whole = !action[..at].ends_with(word) && !rest.starts_with(word);
            whole.then_some((function, rest))
        })
    })
}

/// The quoted text that `rest` begins with.
fn literal(rest: &str) -> Option<&str> {
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| "\"`".contains(*c))?;
    rest[1..].split(quote).next()
}

/// What stands between quotes.
fn texts(action: &str) -> Vec<&str> {
    let mut texts = Vec::new();
    let mut rest = action;
    while let Some(start) = rest.find(['"', '`']) {
        let quote = &rest[start..=start];
        let inner = &rest[start + 1..];
        let Some(end) = inner.find(quote) else { break };
        texts.push(&inner[..end]);
        rest = &inner[end + 1..];
    }
    texts
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_exists_is_named_and_what_is_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["note.txt", "who.sh", "a b"] {
            fs::write(dir.path().join(name), "").unwrap();
        }
        let template = "x: {{ readFile \"note.txt\" | quote }}\ny: \"note.txt\"\n\
                        {{ exec `./who.sh` (list \"a b\" \"absent\") }} {{ \"\" }} {{ \".\" }}\
                        {{ if isFile \"later.txt\" }}";
        let names: Vec<_> = named(template, dir.path())
            .iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap().to_string())
            .collect();
        assert_eq!(names, ["a b", "later.txt", "note.txt", "who.sh"]);
    }

    #[test]
    fn only_what_is_not_named_may_be_read_besides() {
        for (template, expected) in [
            ("{{ .Values.x }}", false),
            ("{{ readFile \"a\" }}", false),
            ("{{ if isFile `a` }}", false),
            ("{{ readFile (printf \"%s\" .x) }}", true),
            ("{{ .x | readFile }}", true),
            ("{{ exec \"./a.sh\" (list) }}", true),
            ("{{ .Values.readFileSize }} readFile x", false),
        ] {
            assert_eq!(may_read(template), expected, "{template}");
        }
        for (template, expected) in [
            ("{{ exec \"./a.sh\" (list) }}", true),
            ("{{ tpl (readFile \"a\") . }}", true),
            ("{{ readFile \"a\" }} exec {{ .Values.execute }}", false),
        ] {
            assert_eq!(may_write(template), expected, "{template}");
        }
    }

    #[test]
    fn references_name_files() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("s.yaml"), "").unwrap();
        let text =
            "a: ref+file://./s.yaml#/a\nb: 'ref+sops://s.yaml'\nc: ref+vault://x/y#/z";
        let expected = [dir.path().join("s.yaml"), dir.path().join("s.yaml")];
        assert_eq!(references(text, dir.path()), expected);
    }
}
