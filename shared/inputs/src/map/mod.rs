//! Which files feed which releases, and the fingerprint of what they make of each.
//!
//! Drawn from what helmfile printed ([`Map::draw`]); reads charts and templates to
//! find what they name. A fingerprint has two parts: what helmfile made of its
//! files, which only it can tell anew, and the files that it hands on to helm as
//! they are, which are read here. Refuses to call helmfile and to watch anything.

mod chart;
mod draw;
mod entry;
mod locate;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use helmfire_helmfile::list;
use serde_yaml::Value;

pub use draw::Sources;

use crate::files::{Files, Form};
use crate::id::Id;
use crate::path::is_template;
use crate::role::Role;
use crate::tree::Tree;
use helmfire_state::{Ink, Print};

/// The map of one or several helmfiles.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Map {
    /// The releases, those that are switched off among them.
    pub releases: Vec<Release>,
    /// The files that feed them.
    pub inputs: Vec<Input>,
    /// The directories of the helmfiles; templates may read any file below.
    pub roots: Vec<PathBuf>,
    /// Whether a template may depend on a file that is not named.
    pub may_read: bool,
    /// Whether a deployment may run programs of the user's, which may write inputs:
    /// hooks, post-renderers, `exec` in a template.
    pub may_write: bool,
    /// Whether a change of plain values shows in what helmfile says, too.
    pub embeds_files: bool,
    /// Whether what templates of values make is part of the entries.
    is_embedded: bool,
}

/// A release of the map.
#[derive(Clone, Debug)]
pub struct Release {
    /// What it is called.
    pub id: Id,
    /// The helmfile that declares it.
    pub helmfile: PathBuf,
    /// Its chart as the helmfile names it.
    pub chart: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Whether its condition holds; else helmfile passes it over.
    pub enabled: bool,
    /// All of it but the content of its files.
    entry: Print,
}

impl Release {
    /// A release of which nothing is known but what helmfile lists.
    pub fn listed(release: list::Release) -> Self {
        let list::Release { name, namespace, chart, enabled, .. } = release;
        let id = Id { name, namespace, ..Id::default() };
        let (helmfile, labels) = (PathBuf::new(), BTreeMap::new());
        Self { id, helmfile, chart, labels, enabled, entry: Print([0; 16]) }
    }
}

#[cfg(test)]
impl Release {
    pub(crate) fn for_test(id: Id, labels: BTreeMap<String, String>) -> Self {
        let (helmfile, chart) = (PathBuf::new(), String::new());
        let entry = Print([0; 16]);
        Self { id, helmfile, chart, labels, enabled: true, entry }
    }
}

/// A file or a directory that feeds releases.
#[derive(Debug)]
pub struct Input {
    /// Where it is.
    pub place: Place,
    /// Where that really is, if a symbolic link leads there.
    real: Option<PathBuf>,
    /// What it is for them.
    pub role: Role,
    /// The indices of the releases.
    pub feeds: BTreeSet<usize>,
}

/// Where an input is.
#[derive(Debug)]
pub enum Place {
    /// A file, which need not exist yet.
    File(PathBuf),
    /// The files of a directory that count.
    Tree(Tree),
}

impl Input {
    fn new(place: Place, role: Role, feeds: BTreeSet<usize>) -> Self {
        let path = place.path();
        let real = fs::canonicalize(path).ok().filter(|real| real != path);
        Self { place, real, role, feeds }
    }

    /// Whether something at `path`, absolute and clean, belongs to it or holds it.
    pub fn is_at(&self, path: &Path) -> bool {
        if self.place.meets(path) {
            return true;
        }
        let Some(real) = &self.real else { return false };
        match (&self.place, path.strip_prefix(real)) {
            (Place::Tree(tree), Ok(inner)) => tree.holds(&tree.root.join(inner)),
            _ => real.starts_with(path),
        }
    }
}

impl Place {
    /// The file or directory.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(file) => file,
            Self::Tree(tree) => &tree.root,
        }
    }

    fn meets(&self, path: &Path) -> bool {
        match self {
            Self::File(file) => file.starts_with(path),
            Self::Tree(tree) => tree.root.starts_with(path) || tree.holds(path),
        }
    }

    /// Its files, those that do not exist among them.
    pub fn files(&self) -> Vec<PathBuf> {
        match self {
            Self::File(file) => vec![file.clone()],
            Self::Tree(tree) => tree.files(),
        }
    }
}

impl Map {
    /// Whether helm makes what is at `path`, and nothing else depends on it.
    pub fn is_built(&self, path: &Path) -> bool {
        let is_built = |input: &Input| match &input.place {
            Place::Tree(tree) => tree.is_built(path),
            Place::File(_) => false,
        };
        self.inputs.iter().any(is_built) && self.inputs_at(path).next().is_none()
    }

    /// The inputs that a change at `path` is a change of.
    pub fn inputs_at<'m>(&'m self, path: &'m Path) -> impl Iterator<Item = &'m Input> {
        self.inputs.iter().filter(move |input| input.is_at(path))
    }

    /// Whether `path` is below a helmfile's directory.
    pub fn is_below_root(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| path.starts_with(root))
    }

    /// The fingerprint of every release, in their order.
    pub fn prints(&self, files: &mut Files) -> Vec<Print> {
        let mut inks: Vec<Ink> = Vec::with_capacity(self.releases.len());
        for release in &self.releases {
            let mut ink = files.key().ink();
            ink.put(release.entry.0);
            inks.push(ink);
        }
        for input in &self.inputs {
            if let (Role::Lock, Place::File(file)) = (input.role, &input.place) {
                let pins = pins(file);
                for &index in &input.feeds {
                    put_pin(&pins, &self.releases[index], &mut inks[index]);
                }
            } else if counts(input.role) {
                let print = self.print(input, files);
                for &index in &input.feeds {
                    inks[index].put(input.role.name());
                    inks[index].put(print.0);
                }
            }
        }
        inks.into_iter().map(Ink::dry).collect()
    }

    /// The content of an input.
    fn print(&self, input: &Input, files: &mut Files) -> Print {
        let mut ink = files.key().ink();
        match &input.place {
            Place::File(path) => {
                let form = match input.role {
                    Role::Values | Role::Patch | Role::Reference
                        if !is_template(path) =>
                    {
                        Form::Yaml
                    }
                    // Only what helmfile showed rendered may be read less strictly.
                    Role::ValuesTemplate if self.is_embedded => Form::Template,
                    _ => Form::Bytes,
                };
                ink.put_print(files.print(path, form));
            }
            Place::Tree(tree) => {
                for path in tree.files() {
                    let inner = path.strip_prefix(&tree.root).unwrap_or(&path);
                    // Comments in a template are rendered, in these they are not.
                    let is_yaml =
                        ["Chart.yaml", "values.yaml"].map(Path::new).contains(&inner);
                    let form = if is_yaml { Form::Yaml } else { Form::Bytes };
                    ink.put(inner.as_os_str().as_encoded_bytes());
                    ink.put_print(files.print(&path, form));
                }
            }
        }
        ink.dry()
    }

    /// The fingerprints of the releases that helmfile would look at.
    pub fn wanted(&self, files: &mut Files) -> BTreeMap<Id, Print> {
        let prints = self.prints(files);
        let both = self.releases.iter().zip(prints);
        both.filter(|(it, _)| it.enabled)
            .map(|(it, print)| (it.id.clone(), print))
            .collect()
    }
}

/// Whether the content is part of the fingerprint; what helmfile reads shows in
/// what it prints, and the rules are part of each entry.
fn counts(role: Role) -> bool {
    role == Role::ValuesTemplate || !(role.asks() || role == Role::Rules)
}

/// What a lock of helmfile pins.
fn pins(lock: &Path) -> Vec<Value> {
    let text = fs::read(lock).ok();
    let value = text.and_then(|text| serde_yaml::from_slice::<Value>(&text).ok());
    let pins = value.as_ref().and_then(|it| it.get("dependencies")?.as_sequence());
    pins.cloned().unwrap_or_default()
}

fn put_pin(pins: &[Value], release: &Release, ink: &mut Ink) {
    let name = release.chart.rsplit('/').next();
    let own = |pin: &&Value| pin.get("name").and_then(Value::as_str) == name;
    pins.iter().filter(own).for_each(|pin| ink.put_value(pin));
}
