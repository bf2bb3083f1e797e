//! What is left of a project of which a helmfile does not render.
//!
//! helmfile stops at the first one that fails (1.8.0). Of a directory each is asked
//! about alone. A helmfile that names others is asked about without those that fail,
//! its text on helmfile's stdin; where it is a template itself it cannot be rewritten,
//! and what helmfile printed before it failed is all. Refuses to write a file.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use helmfire_helmfile::question::AskError;
use serde::Deserialize;
use serde_yaml::Value;
use wildmatch::WildMatch;

use crate::instead::Instead;
use crate::path::join;
use crate::project::{Project, named};
use crate::state::State;

/// What renders, and what does not.
#[derive(Debug, Default)]
pub struct Sound {
    /// Each can be asked about by itself.
    pub parts: Vec<Part>,
    /// The rest.
    pub broken: Vec<Broken>,
}

/// Some of the helmfiles.
#[derive(Debug)]
pub struct Part {
    /// How to ask about them.
    pub project: Project,
    /// Their states.
    pub states: Vec<State>,
}

/// A helmfile that does not render.
#[derive(Debug)]
pub struct Broken {
    /// The file.
    pub helmfile: PathBuf,
    /// Why not.
    pub error: AskError,
}

/// What is sound of a project that could not be asked about as a whole, for `error`;
/// asked until `deadline`.
pub fn sound(project: &Project, error: AskError, deadline: Instant) -> Sound {
    let mut search = Search { project, deadline, sound: Sound::default() };
    match root(project) {
        Some(root) if matches!(error, AskError::NoAnswer(_)) => {
            if root.is_dir() {
                search.directory(&root);
            } else {
                search.file(&root, error);
            }
        }
        root => {
            let identity = || crate::project::identity(project.passed());
            let helmfile = root.unwrap_or_else(identity);
            search.sound.broken.push(Broken { helmfile, error });
        }
    }
    let mut known = BTreeSet::new();
    for state in search.sound.parts.iter_mut().flat_map(|part| &mut part.states) {
        state.releases.retain(|release| known.insert(release.id.clone()));
    }
    search.sound
}

struct Search<'s> {
    project: &'s Project,
    deadline: Instant,
    sound: Sound,
}

impl Search<'_> {
    fn about(&self, file: &Path, instead: Option<Instead>) -> Project {
        let mut about = self.project.about(file, instead);
        about.until(self.deadline);
        about
    }

    fn directory(&mut self, directory: &Path) {
        for file in helmfiles(directory) {
            let mut alone = self.about(&file, None);
            match alone.states() {
                Ok(states) => self.sound.parts.push(Part { project: alone, states }),
                Err(error) => self.file(&file, error),
            }
        }
    }

    /// One that another names and that fails, by itself: what is sound below it is
    /// checked. Where the other gives it values or selects it may be something else by
    /// itself, and is not known.
    fn nested(&mut self, file: &Path, is_plain: bool, error: AskError) {
        let alone =
            (is_plain && file.exists()).then(|| self.about(file, None).states());
        match alone {
            Some(Err(AskError::NoAnswer(own))) => self.file(file, own.into()),
            _ => self.sound.broken.push(Broken { helmfile: file.into(), error }),
        }
    }

    fn file(&mut self, file: &Path, mut error: AskError) {
        let directory = file.parent().unwrap_or(Path::new("/"));
        let mut documents = documents(file);
        let mut asked = self.about(file, None);
        let mut states = asked.printed(&error);
        loop {
            let nested = nested(&error);
            let out: Vec<Value> = match &nested {
                Some(nested) => documents
                    .iter_mut()
                    .flat_map(|it| leave_out(it, directory, nested))
                    .collect(),
                None => Vec::new(),
            };
            let nested = nested.filter(|_| !out.is_empty());
            let is_plain = out.iter().all(is_plain);
            let Some(nested) = nested else {
                self.sound.broken.push(Broken { helmfile: file.into(), error });
                break;
            };
            self.nested(&join(directory, &nested), is_plain, error);
            let texts = documents.iter().map(serde_yaml::to_string);
            let texts: Vec<String> = texts.filter_map(Result::ok).collect();
            let text = texts.join("---\n");
            asked = self.about(file, Some(Instead { file: file.into(), text }));
            match asked.states() {
                Ok(all) => {
                    merge(&mut states, all);
                    break;
                }
                Err(next) => {
                    merge(&mut states, asked.printed(&next));
                    error = next;
                }
            }
        }
        self.sound.parts.push(Part { project: asked, states });
    }
}

/// Adds what is new.
fn merge(states: &mut Vec<State>, more: Vec<State>) {
    let known = states.iter().flat_map(|state| &state.releases);
    let known: BTreeSet<_> = known.map(|release| release.id.clone()).collect();
    for mut state in more {
        state.releases.retain(|release| !known.contains(&release.id));
        states.push(state);
    }
}

/// The file or directory that helmfile reads.
fn root(project: &Project) -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    let usual = ["helmfile.yaml", "helmfile.yaml.gotmpl", "helmfile.d"];
    let usual = || usual.map(|name| here.join(name)).into();
    let named = named(project.passed()).map(|name| vec![join(&here, name)]);
    let candidates: Vec<PathBuf> = named.unwrap_or_else(usual);
    candidates.into_iter().find(|it| it.exists())
}

/// Those of a directory, in helmfile's order.
fn helmfiles(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten();
    let is_one = |path: &PathBuf| {
        let name = path.to_string_lossy();
        let name = Path::new(name.strip_suffix(".gotmpl").unwrap_or(&name));
        name.extension().is_some_and(|it| it == "yaml" || it == "yml")
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<PathBuf> = paths.filter(is_one).collect();
    files.sort();
    files
}

/// The documents of a helmfile that is no template; none if one cannot be read.
fn documents(file: &Path) -> Vec<Value> {
    let is_template = file.extension().is_some_and(|it| it == "gotmpl");
    let text = fs::read_to_string(file).ok().filter(|_| !is_template);
    let text = text.unwrap_or_default();
    let documents = serde_yaml::Deserializer::from_str(&text);
    let read: Result<Vec<Value>, _> = documents.map(Value::deserialize).collect();
    read.unwrap_or_default()
}

/// The helmfile that the failed one names and that fails:
/// `in ./helmfile.yaml: in .helmfiles[1]: in sub/b.yaml: …`
fn nested(error: &AskError) -> Option<String> {
    let AskError::NoAnswer(answer) = error else { return None };
    if let Some((_, missing)) = answer.talk.split_once(": no matches for path: ") {
        return missing.lines().next().map(|path| path.trim().into());
    }
    let (_, rest) = answer.talk.split_once(": in .helmfiles[")?;
    let (_, rest) = rest.split_once("]: in ")?;
    Some(rest.split_once(": ")?.0.into())
}

/// Takes a nested helmfile out; the entries that named it.
fn leave_out(document: &mut Value, directory: &Path, nested: &str) -> Vec<Value> {
    let Some(Value::Sequence(entries)) = document.get_mut("helmfiles") else {
        return Vec::new();
    };
    let mut named = Vec::new();
    let mut left = Vec::new();
    for entry in entries.iter() {
        let others = others(entry, directory, nested);
        if others.as_slice() != [entry.clone()] {
            named.push(entry.clone());
        }
        left.extend(others);
    }
    *entries = left;
    named
}

/// Whether an entry is a path and no more.
fn is_plain(entry: &Value) -> bool {
    entry.as_mapping().is_none_or(|map| map.len() == 1)
}

/// An entry, or if it is a pattern that fits what is left out, one for each file.
fn others(entry: &Value, directory: &Path, nested: &str) -> Vec<Value> {
    let path = entry.as_str().or_else(|| entry.get("path")?.as_str());
    let Some(path) = path else { return vec![entry.clone()] };
    let is_nested = |path: &str| join(directory, path) == join(directory, nested);
    if is_nested(path) {
        return Vec::new();
    }
    let files = matching(directory, path);
    if !files.iter().any(|it| is_nested(it)) {
        return vec![entry.clone()];
    }
    let with = |file: &String| match entry {
        Value::Mapping(map) => {
            let mut map = map.clone();
            map.insert("path".into(), file.as_str().into());
            Value::Mapping(map)
        }
        _ => file.as_str().into(),
    };
    files.iter().filter(|it| !is_nested(it)).map(with).collect()
}

/// The files that a pattern means, as it is written; a star stands for no slash.
fn matching(directory: &Path, pattern: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for part in pattern.split('/') {
        let mut next = Vec::new();
        for start in &found {
            if !part.contains(['*', '?']) {
                next.push(format!("{start}{part}/"));
                continue;
            }
            let entries = fs::read_dir(directory.join(start)).into_iter().flatten();
            let names =
                entries.filter_map(|it| it.ok()?.file_name().into_string().ok());
            let mut names: Vec<_> =
                names.filter(|it| WildMatch::new(part).matches(it)).collect();
            names.sort();
            next.extend(names.iter().map(|name| format!("{start}{name}/")));
        }
        found = next;
    }
    let file = |path: &String| path.trim_end_matches('/').to_string();
    found.iter().map(file).filter(|it| directory.join(it).exists()).collect()
}

#[cfg(test)]
mod tests {
    use helmfire_helmfile::question::NoAnswer;

    use super::*;

    #[test]
    fn the_nested_one_that_fails() {
        let said = |talk: &str| {
            let (talk, printed) = (talk.into(), String::new());
            nested(&AskError::NoAnswer(NoAnswer { code: 1, talk, printed }))
        };
        let talk = "in ./h.yaml: in .helmfiles[1]: in sub/b.yaml: in .helmfiles[0]: in c.yaml: x";
        assert_eq!(said(talk).as_deref(), Some("sub/b.yaml"));
        assert_eq!(said("in ./h.yaml: failed to read h.yaml"), None);
    }

    #[test]
    fn it_is_left_out_wherever_it_stands() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["a", "b"] {
            fs::create_dir_all(directory.path().join(name)).unwrap();
            fs::write(directory.path().join(name).join("h.yaml"), "").unwrap();
        }
        let text = "helmfiles: [b/h.yaml, {path: ./b/h.yaml, x: 1}, {path: '*/h.yaml', x: 2}, c]";
        let mut document: Value = serde_yaml::from_str(text).unwrap();
        let out = leave_out(&mut document, directory.path(), "b/h.yaml");
        assert_eq!(out.iter().map(is_plain).collect::<Vec<_>>(), [true, false, false]);
        let left: Value =
            serde_yaml::from_str("helmfiles: [{path: a/h.yaml, x: 2}, c]").unwrap();
        assert_eq!(document, left);
        assert!(leave_out(&mut document, directory.path(), "b/h.yaml").is_empty());
    }
}
