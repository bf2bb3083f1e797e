//! Looking at all files, and asking helmfile anew where only it can tell what a
//! change does.
//!
//! The truth is the content of the files; nothing here knows of events. Refuses to
//! decide what is run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use helmfire_helmfile::run::Leash;
use helmfire_inputs::map::Sources;
use helmfire_inputs::project::{self, Project, Told};
use helmfire_inputs::{Files, Form, Id, Map, Print, Universe};
use helmfire_rules::Rules;
use helmfire_state::Home;

use crate::command::Command;
use crate::machine::{Planned, State, Survey};
use crate::plan::{Basis, Planner};

/// How often in a row reading the project may change the same files before that is
/// taken for its own doing: hooks for the event `prepare` run then.
const SELF_WRITTEN: u32 = 2;

/// How long helmfile may read: as good as for ever, it may pull charts.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// Looks at the files of one helmfile.
pub struct Surveyor {
    command: Command,
    project: Project,
    environment: String,
    values: Vec<PathBuf>,
    most_others: usize,
    /// What helmfire itself writes.
    own: PathBuf,
    files: Files,
    planner: Planner,
    known: Option<Known>,
    /// Changed while helmfile read the project, how often in a row.
    rewritten: (BTreeSet<PathBuf>, u32),
    generation: u64,
}

/// What is known of the project.
struct Known {
    /// When helmfile began to read.
    asked: SystemTime,
    told: Told,
    rules: Rules,
    map: Map,
    universe: Universe,
    /// The content of each file when it was last looked at.
    seen: BTreeMap<PathBuf, Print>,
    wanted: BTreeMap<Id, Print>,
    /// Whether the last look failed, so that the next has to ask again.
    is_stale: bool,
}

/// What there is to watch.
pub struct Sight<'a> {
    pub universe: &'a Universe,
    pub releases: usize,
    /// The chart repositories that the helmfiles name.
    pub repositories: Option<Print>,
}

impl Surveyor {
    pub fn new(
        command: Command,
        most_others: usize,
        home: &Home,
        leash: Leash,
    ) -> Self {
        let environment = project::environment(&command.passed);
        let values = project::state_values(&command.passed);
        let project = Project::new(command.helmfile.clone(), command.passed.clone());
        let project = project.within(leash, LONGEST);
        Self {
            command,
            project,
            environment,
            values,
            most_others,
            own: home.directory().into(),
            files: Files::new(home.key().clone()),
            planner: Planner::default(),
            known: None,
            rewritten: (BTreeSet::new(), 0),
            generation: 0,
        }
    }

    /// What there is to watch, as of the last survey.
    pub fn sight(&self) -> Option<Sight<'_>> {
        let known = self.known.as_ref()?;
        let mut ink = self.files.key().ink();
        let states = known.told.states.iter();
        states.flat_map(|it| &it.repositories).for_each(|it| ink.put_value(it));
        let repositories = Some(ink.dry());
        let releases = known.wanted.len();
        Some(Sight { universe: &known.universe, releases, repositories })
    }

    /// Finds the files anew, so that they can be watched before they are looked at.
    pub fn refresh(&mut self) {
        if let Some(known) = &mut self.known {
            known.universe = Universe::of(&known.map, self.most_others, &self.own);
        }
    }

    /// Looks; with `reload` helmfile is asked even if nothing has changed.
    pub fn survey(&mut self, reload: bool) -> Survey {
        let Some(known) = &mut self.known else {
            return self.first();
        };
        let locked = is_locked(&known.map.roots);
        // Files that come and go are forgotten.
        if self.files.len() > 2 * known.seen.len() + 100 {
            self.files.retain(|path| known.universe.holds(path));
        }
        let now = look(&mut self.files, &known.universe);
        let mut changed = differing(&known.seen, &now);
        changed.retain(|path| !known.map.is_built(path));
        let asks = reload || known.is_stale || changed.iter().any(|it| known.asks(it));
        let redraws = changed.iter().any(|path| is_rules(&known.rules, path));
        let is_new = |path: &&PathBuf| !known.seen.contains_key(*path);
        let locks = changed.iter().filter(|path| is_chart_lock(path)).filter(is_new);
        let made: BTreeSet<PathBuf> = locks.cloned().collect();
        if asks || redraws || known.rules_moved(&self.command) {
            let state = self.load_changed(&now, &changed);
            let state = state.map(|state| State { made, ..state });
            return Survey { changed, state, locked };
        }
        let wanted = known.map.wanted(&mut self.files);
        let reasons = known.reasons(&wanted, &changed);
        known.wanted.clone_from(&wanted);
        known.seen = now;
        let (generation, may_write) = (self.generation, known.map.may_write);
        let state = State { generation, wanted, may_write, made, reasons };
        Survey { changed, state: Ok(state), locked }
    }

    /// The first look. Which files matter is known only when helmfile has read them,
    /// so it has to read them again if one has changed meanwhile.
    fn first(&mut self) -> Survey {
        let mut state = self.load(&BTreeMap::new());
        for _ in 0..SELF_WRITTEN {
            let Some(known) = self.known.as_ref().filter(|_| state.is_ok()) else {
                break;
            };
            let start = known.asked;
            let all = known.universe.named.iter().chain(&known.universe.others);
            if !all.into_iter().any(|path| is_newer(path, start)) {
                break;
            }
            let now = known.seen.clone();
            state = self.load(&now);
        }
        Survey { changed: Vec::new(), state, locked: false }
    }

    fn load_changed(
        &mut self,
        now: &BTreeMap<PathBuf, Print>,
        changed: &[PathBuf],
    ) -> Result<State, String> {
        let before = self.known.as_ref().map(|known| known.wanted.clone());
        let mut state = self.load(now)?;
        if let (Some(known), Some(before)) = (&self.known, before) {
            state.reasons = known.reasons_since(&before, changed);
        }
        Ok(state)
    }

    /// Asks helmfile and draws the map. `now` is what was seen before helmfile read:
    /// what changes meanwhile is to be seen as a change the next time.
    fn load(&mut self, now: &BTreeMap<PathBuf, Print>) -> Result<State, String> {
        let asked = SystemTime::now();
        let loaded = self.ask();
        let (told, rules) = match loaded {
            Ok(loaded) => loaded,
            Err(error) => {
                if let Some(known) = &mut self.known {
                    known.is_stale = true;
                    known.seen.clone_from(now);
                }
                return Err(error);
            }
        };
        let map = Map::draw(&Sources {
            states: &told.states,
            embedded: told.embedded.as_deref(),
            rules: &rules,
            environment: &self.environment,
            values: &self.values,
            key: self.files.key(),
        });
        let universe = Universe::of(&map, self.most_others, &self.own);
        let mut seen = look(&mut self.files, &universe);
        let meanwhile = |path: &&PathBuf| seen.get(*path) != now.get(*path);
        let during: BTreeSet<PathBuf> = now.keys().filter(meanwhile).cloned().collect();
        if !self.is_own_doing(during) {
            let kept = now.iter().filter(|(path, _)| universe.holds(path));
            seen.extend(kept.map(|(path, print)| (path.clone(), *print)));
        }
        let wanted = map.wanted(&mut self.files);
        self.files.retain(|path| universe.holds(path));
        self.generation += 1;
        let is_stale = false;
        let reasons = BTreeMap::new();
        let state = State {
            generation: self.generation,
            wanted: wanted.clone(),
            may_write: map.may_write,
            made: BTreeSet::new(),
            reasons,
        };
        self.known =
            Some(Known { asked, told, rules, map, universe, seen, wanted, is_stale });
        Ok(state)
    }

    fn ask(&mut self) -> Result<(Told, Rules), String> {
        let rules =
            project::rules(&self.command.passed).map_err(|error| error.to_string())?;
        let told = self.project.ask().map_err(|error| error.to_string())?;
        if told.states.is_empty() {
            let environment = &self.environment;
            return Err(format!("no helmfile knows the environment {environment}"));
        }
        Ok((told, rules))
    }

    /// Whether helmfile itself, by a hook, changes these files whenever it reads.
    fn is_own_doing(&mut self, during: BTreeSet<PathBuf>) -> bool {
        let same = !during.is_empty() && during == self.rewritten.0;
        let rounds = if same { self.rewritten.1 + 1 } else { 0 };
        self.rewritten = (during, rounds);
        rounds >= SELF_WRITTEN
    }

    /// Plans a run for some releases.
    pub fn plan(&mut self, releases: &BTreeSet<Id>) -> Result<Planned, String> {
        let Some(known) = &self.known else { return Ok(Planned::default()) };
        let basis = Basis {
            command: &self.command,
            map: &known.map,
            states: &known.told.states,
            generation: self.generation,
        };
        self.planner.plan(&basis, releases).map_err(|error| error.to_string())
    }
}

impl Known {
    /// Whether only helmfile can tell what a change of `path` does.
    fn asks(&self, path: &Path) -> bool {
        let mut inputs = self.map.inputs_at(path).peekable();
        if inputs.peek().is_some() {
            let map = &self.map;
            return map.may_read || map.embeds_files || inputs.any(|it| it.role.asks());
        }
        // Nothing names it: a template may read it, or helmfile may find it.
        let found = ["yaml", "yml", "gotmpl", "tpl", "hcl"];
        let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
        let is_new = !self.seen.contains_key(path) || !path.exists();
        self.map.may_read || (is_new && found.contains(&extension))
    }

    /// Whether other rules than those known are now the nearest.
    fn rules_moved(&self, command: &Command) -> bool {
        let now = project::rules(&command.passed).ok().and_then(|rules| rules.path);
        now != self.rules.path
    }

    fn reasons(
        &self,
        wanted: &BTreeMap<Id, Print>,
        changed: &[PathBuf],
    ) -> BTreeMap<Id, Vec<PathBuf>> {
        self.reasons_between(&self.wanted, wanted, changed)
    }

    fn reasons_since(
        &self,
        before: &BTreeMap<Id, Print>,
        changed: &[PathBuf],
    ) -> BTreeMap<Id, Vec<PathBuf>> {
        self.reasons_between(before, &self.wanted, changed)
    }

    /// Why releases became something else: the changed files that feed them, or all
    /// of them if that is not known.
    fn reasons_between(
        &self,
        before: &BTreeMap<Id, Print>,
        after: &BTreeMap<Id, Print>,
        changed: &[PathBuf],
    ) -> BTreeMap<Id, Vec<PathBuf>> {
        let mut reasons = BTreeMap::new();
        for (index, release) in self.map.releases.iter().enumerate() {
            let id = &release.id;
            if after.get(id).is_none() || after.get(id) == before.get(id) {
                continue;
            }
            let feeds = |path: &&PathBuf| {
                self.map.inputs_at(path).any(|input| input.feeds.contains(&index))
            };
            let mut own: Vec<PathBuf> = changed.iter().filter(feeds).cloned().collect();
            if own.is_empty() {
                own = changed.to_vec();
            }
            reasons.insert(id.clone(), own);
        }
        reasons
    }
}

/// Whether the file was changed at or after `start`, as far as its times tell.
fn is_newer(path: &Path, start: SystemTime) -> bool {
    let Ok(data) = fs::metadata(path) else { return false };
    let seconds = u64::try_from(data.ctime()).unwrap_or_default();
    let nanoseconds = u64::try_from(data.ctime_nsec()).unwrap_or_default();
    let changed = Duration::from_secs(seconds) + Duration::from_nanos(nanoseconds);
    // The system's clock of files ticks every few milliseconds.
    UNIX_EPOCH + changed + Duration::from_millis(20) >= start
}

fn is_rules(rules: &Rules, path: &Path) -> bool {
    let is_named = path.file_name().is_some_and(|name| name == "helmfire.toml");
    is_named || rules.path.as_deref() == Some(path)
}

/// Whether helm makes a file of this name, where there is none.
fn is_chart_lock(path: &Path) -> bool {
    let name = path.file_name().and_then(|it| it.to_str()).unwrap_or_default();
    ["Chart.lock", "requirements.lock"].contains(&name)
}

/// The content of all files that are there.
fn look(files: &mut Files, universe: &Universe) -> BTreeMap<PathBuf, Print> {
    let all = universe.named.iter().chain(&universe.others);
    all.filter_map(|path| Some((path.clone(), files.print(path, Form::Bytes)?)))
        .collect()
}

fn differing(
    before: &BTreeMap<PathBuf, Print>,
    after: &BTreeMap<PathBuf, Print>,
) -> Vec<PathBuf> {
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    let changed = after.iter().filter(|(path, print)| before.get(*path) != Some(print));
    let mut differing: Vec<PathBuf> =
        gone.chain(changed.map(|(path, _)| path)).cloned().collect();
    differing.sort();
    differing
}

/// Whether git is at work in one of the repositories.
fn is_locked(roots: &[PathBuf]) -> bool {
    let repository = |root: &PathBuf| {
        let git =
            root.ancestors().map(|dir| dir.join(".git")).find(|git| git.exists())?;
        if git.is_dir() {
            return Some(git);
        }
        // A work tree says where its own is.
        let text = fs::read_to_string(&git).ok()?;
        let path = text.strip_prefix("gitdir:")?.trim();
        Some(git.parent()?.join(path))
    };
    roots.iter().filter_map(repository).any(|git| git.join("index.lock").exists())
}
