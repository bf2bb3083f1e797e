//! Drawing the map: from the states of the helmfiles to the places of their files, then
//! what the templates among these name in turn. Takes no fingerprint of a file.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use helmfire_rules::Rules;
use serde_yaml::Value;

use super::entry::Entry;
use super::locate::{expanded, lock, roots};
use super::{Input, Map, Place, Release, chart};
use crate::path::{is_path, is_template, join};
use crate::quoted;
use crate::role::Role;
use crate::state::{self, Hook, State};
use crate::substitute;
use crate::tree::Tree;
use helmfire_state::Key;

/// What a map is drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// What `helmfile build` printed.
    pub states: &'a [State],
    /// The same with values embedded, if that was asked for and answered.
    pub embedded: Option<&'a [State]>,
    /// The rules of helmfire.toml.
    pub rules: &'a Rules,
    /// The environment.
    pub environment: &'a str,
    /// Files with values of the command line, absolute.
    pub values: &'a [PathBuf],
    /// The key of the fingerprints.
    pub key: &'a Key,
}

impl Map {
    /// Draws the map.
    pub fn draw(sources: &Sources<'_>) -> Self {
        let mut drawing = Drawing::new(*sources);
        for (index, state) in sources.states.iter().enumerate() {
            drawing.state(index, state);
        }
        let all: BTreeSet<usize> = (0..drawing.releases.len()).collect();
        for path in sources.values {
            drawing.file(path.clone(), Role::Environment, &all);
        }
        if let Some(path) = &sources.rules.path {
            drawing.file(join(&here(), path), Role::Rules, &all);
        }
        drawing.templates();
        let roots = roots(sources.states);
        let Drawing { releases, inputs, may_read, may_write, embeds_files, .. } =
            drawing;
        let is_embedded = sources.embedded.is_some();
        Self { releases, inputs, roots, may_read, may_write, embeds_files, is_embedded }
    }
}

struct Drawing<'a> {
    sources: Sources<'a>,
    /// The releases of each state among all.
    ranges: Vec<Range<usize>>,
    releases: Vec<Release>,
    inputs: Vec<Input>,
    places: BTreeMap<(Role, PathBuf), usize>,
    may_read: bool,
    may_write: bool,
    embeds_files: bool,
}

impl<'a> Drawing<'a> {
    fn new(sources: Sources<'a>) -> Self {
        let mut ranges = Vec::new();
        let mut next = 0;
        for state in sources.states {
            ranges.push(next..next + state.releases.len());
            next += state.releases.len();
        }
        let (releases, inputs) = (Vec::new(), Vec::new());
        let places = BTreeMap::new();
        Self {
            sources,
            ranges,
            releases,
            inputs,
            places,
            may_read: false,
            may_write: false,
            embeds_files: false,
        }
    }

    fn add(&mut self, place: Place, role: Role, feeds: &BTreeSet<usize>) {
        let path = place.path().to_path_buf();
        let next = self.inputs.len();
        let index = *self.places.entry((role, path)).or_insert(next);
        if index == next {
            self.inputs.push(Input::new(place, role, feeds.clone()));
        } else {
            self.inputs[index].feeds.extend(feeds);
        }
    }

    fn file(&mut self, path: PathBuf, role: Role, feeds: &BTreeSet<usize>) {
        self.add(Place::File(path), role, feeds);
    }

    /// All texts among `values` as files.
    fn files(
        &mut self,
        values: &[Value],
        directory: &Path,
        role: Role,
        feeds: &BTreeSet<usize>,
    ) {
        for text in values.iter().filter_map(Value::as_str).filter(|it| is_path(it)) {
            for path in expanded(&join(directory, text)) {
                self.file(path, role, feeds);
            }
        }
    }

    fn state(&mut self, index: usize, state: &State) {
        let directory = state.directory();
        let feeds = self.feeds(index, &mut BTreeSet::new());
        self.file(state.source.clone(), Role::Helmfile, &feeds);
        for base in state.bases.iter().filter(|base| is_path(base)) {
            self.file(join(directory, base), Role::Base, &feeds);
        }
        self.files(&state.values, directory, Role::Environment, &feeds);
        if let Some(it) = state.environments.get(self.sources.environment) {
            self.files(&it.values, directory, Role::Environment, &feeds);
            self.files(&it.secrets, directory, Role::EnvironmentSecrets, &feeds);
        }
        for nested in &state.helmfiles {
            let below = self.below(directory, &nested.path);
            let below: Vec<_> =
                below.into_iter().flat_map(|it| self.ranges[it].clone()).collect();
            self.files(
                &nested.values,
                directory,
                Role::Environment,
                &below.into_iter().collect(),
            );
        }
        for hook in &state.hooks {
            self.hook(hook, directory, &feeds);
        }
        let is_remote = |number: &usize| {
            let release = &state.releases[number - self.ranges[index].start];
            chart::local(&release.chart, directory).is_none()
        };
        let remote = self.ranges[index].clone().filter(is_remote).collect();
        self.file(lock(state), Role::Lock, &remote);
        for number in 0..state.releases.len() {
            self.release(index, state, number);
        }
    }

    /// The releases that a state and those nested in it declare.
    fn feeds(&self, index: usize, seen: &mut BTreeSet<usize>) -> BTreeSet<usize> {
        if !seen.insert(index) {
            return BTreeSet::new();
        }
        let state = &self.sources.states[index];
        let mut feeds: BTreeSet<usize> = self.ranges[index].clone().collect();
        for nested in &state.helmfiles {
            for below in self.below(state.directory(), &nested.path) {
                feeds.extend(self.feeds(below, seen));
            }
        }
        feeds
    }

    /// The states of a nested helmfile, or of a directory of them.
    fn below(&self, directory: &Path, path: &str) -> Vec<usize> {
        let path = join(directory, path);
        let states = self.sources.states.iter().enumerate();
        let own = states.filter(|(_, it)| it.source == path || it.directory() == path);
        own.map(|(index, _)| index).collect()
    }

    fn release(&mut self, index: usize, state: &State, number: usize) {
        let (sources, directory) = (self.sources, state.directory());
        let release = &state.releases[number];
        let embedded = sources.embedded.and_then(|states| states.get(index));
        let embedded = embedded.and_then(|state| state.releases.get(number));
        let named = if state.chart.is_empty() { &release.chart } else { &state.chart };
        let local = chart::local(named, directory);
        let path = local.as_ref().map(|path| path.to_string_lossy().into_owned());
        let chart = path.as_ref().unwrap_or(named);
        let entry = Entry { state, release, embedded, rules: sources.rules, chart };
        self.embeds_files |= entry.embeds_files();
        let feeds = BTreeSet::from([self.releases.len()]);
        self.releases.push(Release {
            id: release.id.clone(),
            helmfile: state.source.clone(),
            chart: release.chart.clone(),
            labels: release.labels.clone(),
            enabled: release.enabled,
            entry: entry.print(sources.key),
        });
        // It is not there, so nothing feeds it.
        if !release.enabled || !release.is_installed() {
            return;
        }
        self.chart(release, chart, local.as_deref(), directory, &feeds);
        self.values(release, directory, &feeds);
        self.references(release, directory, &feeds);
        for patches in [
            &release.json_patches,
            &release.strategic_merge_patches,
            &release.transformers,
        ] {
            self.files(patches, directory, Role::Patch, &feeds);
        }
        for hook in &release.hooks {
            self.hook(hook, directory, &feeds);
        }
        let default = state.helm_defaults.get("postRenderer").and_then(Value::as_str);
        let programs = [release.post_renderer.as_str(), default.unwrap_or_default()];
        self.may_write |= programs.iter().any(|program| {
            !program.is_empty() && !program.ends_with("helmfire-postrender")
        });
        let arguments = release.post_renderer_args.iter().filter_map(Value::as_str);
        for text in programs.into_iter().chain(arguments) {
            let path = join(directory, text.rsplit('=').next().unwrap_or(text));
            if is_path(text)
                && (path.is_file() || programs.contains(&text) && text.contains('/'))
            {
                self.file(path, Role::PostRenderer, &feeds);
            }
        }
    }

    fn values(
        &mut self,
        release: &state::Release,
        directory: &Path,
        feeds: &BTreeSet<usize>,
    ) {
        let prefix = &release.values_path_prefix;
        let path = |text: &str| join(directory, format!("{prefix}{text}"));
        let named = |values: &[Value]| -> Vec<PathBuf> {
            let texts =
                values.iter().filter_map(Value::as_str).filter(|it| is_path(it));
            texts.flat_map(|text| expanded(&path(text))).collect()
        };
        for path in named(&release.values) {
            let role =
                if is_template(&path) { Role::ValuesTemplate } else { Role::Values };
            self.file(path, role, feeds);
        }
        for path in named(&release.secrets) {
            self.file(path, Role::Secrets, feeds);
        }
        for set in release.set.iter().filter(|set| is_path(&set.file)) {
            self.file(join(directory, &set.file), Role::Set, feeds);
        }
    }

    fn chart(
        &mut self,
        release: &state::Release,
        chart: &str,
        local: Option<&Path>,
        directory: &Path,
        feeds: &BTreeSet<usize>,
    ) {
        let substitutes =
            substitute::directories(self.sources.rules, &release.id, chart);
        let own = local.filter(|_| substitutes.is_empty()).map(Path::to_path_buf);
        let added = release.dependencies.iter().map(|it| it.chart.as_str());
        let added = added.filter_map(|chart| chart::local(chart, directory));
        let substitutes =
            substitutes.into_iter().map(|path| (join(&here(), path), Role::Substitute));
        let all = own.into_iter().map(|path| (path, Role::Chart)).chain(substitutes);
        let all: Vec<_> =
            all.chain(added.map(|path| (path, Role::Dependency))).collect();
        for (path, role) in all {
            for (place, role) in chart::places(&path, role) {
                self.add(place, role, feeds);
            }
        }
    }

    /// A hook's program and those of its arguments that are files.
    fn hook(&mut self, hook: &Hook, directory: &Path, feeds: &BTreeSet<usize>) {
        self.may_write = true;
        let arguments = hook.args.iter().filter_map(Value::as_str);
        let texts = std::iter::once(hook.command.as_str()).chain(arguments);
        let texts = texts.chain(hook.kubectl_apply.values().map(String::as_str));
        // A bare word is looked up on PATH, not here.
        for text in texts.filter(|text| is_path(text) && text.contains(['/', '.'])) {
            let path = join(directory, text);
            if path.is_file() {
                self.file(path, Role::Hook, feeds);
            } else if path.is_dir() && path != directory {
                self.add(Place::Tree(Tree::whole(path)), Role::Hook, feeds);
            }
        }
    }

    /// What the templates among the inputs name, and their helpers. A helmfile is
    /// one whatever its name: what its releases say may be rendered.
    fn templates(&mut self) {
        let mut templates = Vec::new();
        for input in &self.inputs {
            let Place::File(path) = &input.place else { continue };
            let is_state = matches!(input.role, Role::Helmfile | Role::Base);
            let is_rendered = is_template(path) || renders_everything();
            let may_be = input.role.asks() || self.is_late(input.role);
            if is_state || (may_be && is_rendered) {
                templates.push((path.clone(), input.role, input.feeds.clone()));
            }
        }
        for (path, role, feeds) in templates {
            let own = path.parent().unwrap_or(Path::new("/"));
            let late = self.is_late(role);
            let helpers =
                expanded(&own.join("_*.tpl")).into_iter().filter(|it| it.exists());
            for helper in helpers {
                self.names(&helper, role, late, &feeds);
                let role = if late { Role::ReadLate } else { Role::Helper };
                self.file(helper, role, &feeds);
            }
            self.names(&path, role, late, &feeds);
        }
    }

    /// Whether helmfile renders such a template only when it deploys.
    fn is_late(&self, role: Role) -> bool {
        let values = self.sources.embedded.is_none() && role == Role::ValuesTemplate;
        values || matches!(role, Role::Patch | Role::Secrets)
    }

    /// What the template at `path` names.
    fn names(&mut self, path: &Path, role: Role, late: bool, feeds: &BTreeSet<usize>) {
        let Ok(text) = fs::read_to_string(path) else { return };
        self.may_read |= quoted::may_read(&text);
        self.may_write |= quoted::may_write(&text);
        let own = path.parent().unwrap_or(Path::new("/"));
        // Paths inside a base begin at the helmfile, as do those of all but values.
        let states = self.sources.states.iter().map(|state| state.directory().into());
        let mut origins: Vec<PathBuf> = match role {
            Role::Base | Role::Environment | Role::Patch | Role::Secrets => {
                states.collect()
            }
            _ => Vec::new(),
        };
        origins.push(own.into());
        origins.sort();
        origins.dedup();
        for origin in origins {
            for named in quoted::named(&text, &origin) {
                self.read(named, late, feeds);
            }
        }
    }

    /// Files in references of values and of what the entry itself says.
    fn references(
        &mut self,
        release: &state::Release,
        directory: &Path,
        feeds: &BTreeSet<usize>,
    ) {
        let entry = serde_yaml::to_string(&release.entry).unwrap_or_default();
        let mut found = quoted::references(&entry, directory);
        for text in
            release.values.iter().filter_map(Value::as_str).filter(|it| is_path(it))
        {
            let path = join(directory, format!("{}{text}", release.values_path_prefix));
            let text = fs::read_to_string(path).unwrap_or_default();
            found.extend(quoted::references(&text, directory));
        }
        for path in found {
            self.file(path, Role::Reference, feeds);
        }
    }

    fn read(&mut self, path: PathBuf, late: bool, feeds: &BTreeSet<usize>) {
        let place = if !path.is_dir() {
            Place::File(path)
        } else if self.sources.states.iter().any(|it| it.directory().starts_with(&path))
        {
            // All of the project: its files are looked at one by one anyway.
            return;
        } else {
            Place::Tree(Tree::whole(path))
        };
        let role = if late { Role::ReadLate } else { Role::Read };
        self.add(place, role, feeds);
    }
}

/// Whether helmfile renders files whatever their name.
fn renders_everything() -> bool {
    env::var_os("HELMFILE_RENDER_YAML").is_some_and(|value| value == "true")
}

fn here() -> PathBuf {
    env::current_dir().unwrap_or_default()
}
