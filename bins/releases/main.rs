//! `helmfire-releases`: from changed files to the releases that they touch.
//!
//! Asks helmfile and changes nothing but its own state directory. Refuses to
//! guess: what it cannot know it says.

mod asked;
mod cli;
mod rows;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use helmfire_cli::{Exit, Talk, count};
use helmfire_helmfile::passed::Passed;
use helmfire_helmfile::{list, programs};
use helmfire_inputs::change::{Change, touched};
use helmfire_inputs::history::{History, Record};
use helmfire_inputs::map::{Release, Sources};
use helmfire_inputs::path::relative;
use helmfire_inputs::project::Project;
use helmfire_inputs::{Files, Form, Map, Universe, project};
use helmfire_state::Home;

use cli::Args;

/// A run that looks at more files beside the inputs takes longer than helmfile.
const MOST_OTHERS: usize = 20_000;

fn main() -> ExitCode {
    helmfire_cli::run(program)
}

fn program(args: &Args, talk: &Talk) -> anyhow::Result<Exit> {
    let asked = if args.inputs { Vec::new() } else { asked::read(args)? };
    if asked.is_empty() && !args.inputs {
        return Ok(Exit::Done);
    }
    let helmfile = programs::helmfile()?;
    let passed = args.globals.passed();
    let home = Home::open()?;
    let environment = project::environment(&passed);
    let rules = project::rules(&passed)?;
    let directory = home.of(&project::identity(&passed), &environment)?;
    let path = directory.join(history_name(&home, &passed));
    let history = History::read(&path);
    let told = Project::new(helmfile.clone(), passed.clone())
        .hasty(history.hasty)
        .ask()
        .context("helmfile cannot tell its releases")?;
    let map = Map::draw(&Sources {
        states: &told.states,
        embedded: told.embedded.as_deref(),
        rules: &rules,
        environment: &environment,
        values: &project::state_values(&passed),
        key: home.key(),
    });
    let mut files = Files::new(home.key().clone());
    let now = record(&map, &mut files, home.directory(), talk);
    let change = touched(&map, &now, &history, &asked);
    if let Err(error) = history.remember(now, told.bears_haste(), &path) {
        talk.warn(&format!(
            "{}: {error}, what is seen now is not kept",
            path.display()
        ));
    }
    if args.inputs {
        rows::inputs(&map, args)?;
        return Ok(Exit::Done);
    }
    say(&change, &map, talk);
    if args.selectors {
        let all = all_releases(&helmfile, &passed, &map, &change)?;
        for also in rows::selectors(&rows::touched(&map, &change), &all)? {
            talk.warn(&format!(
                "the selectors mean {also}, too, nothing tells it apart"
            ));
        }
    } else {
        rows::releases(&map, &change, args)?;
    }
    let any = args.any && !change.touched.is_empty();
    Ok(if any { Exit::Difference } else { Exit::Done })
}

/// Runs with other flags see other releases, so each keeps its own history.
fn history_name(home: &Home, passed: &Passed) -> String {
    let mut ink = home.key().ink();
    // Where the helmfile is and the environment are in the directory's name.
    let own = passed.without(&["file", "environment", "helm-binary"]);
    for word in passed_words(&own) {
        ink.put(word);
    }
    format!("history-{}.json", ink.dry())
}

fn passed_words(passed: &Passed) -> Vec<Vec<u8>> {
    let words = helmfire_helmfile::line::words(passed.all());
    words.into_iter().map(std::ffi::OsString::into_encoded_bytes).collect()
}

/// What is seen now.
fn record(map: &Map, files: &mut Files, own: &Path, talk: &Talk) -> Record {
    let universe = Universe::of(map, MOST_OTHERS, own);
    if universe.is_cut {
        talk.warn(&format!(
            "there are more than {MOST_OTHERS} files beside the inputs, changes of the others \
             are not seen unless they are named to git as ignored or to helmfile as inputs"
        ));
    }
    let ids = map.releases.iter().map(|release| release.id.clone());
    let releases: BTreeMap<_, _> = ids.zip(map.prints(files)).collect();
    let all = universe.named.iter().chain(&universe.others);
    let print = |path: &PathBuf| Some((path.clone(), files.print(path, Form::Bytes)?));
    Record { files: all.filter_map(print).collect(), releases }
}

fn say(change: &Change, map: &Map, talk: &Talk) {
    for path in &change.unknown {
        talk.detail(&format!(
            "{} is no input of any release",
            relative(path).display()
        ));
    }
    for path in &change.uncompared {
        talk.note(&format!(
            "no earlier run saw {} otherwise, so it counts for every release that it may feed",
            relative(path).display()
        ));
    }
    for id in &change.removed {
        talk.warn(&format!("release {id} is no longer declared"));
    }
    let number = rows::touched(map, change).len();
    talk.detail(&format!(
        "{} of {} touched",
        number,
        count(map.releases.len(), "release")
    ));
}

/// The releases that selectors must be told from: with `--selector` there are
/// others, and they matter to one without namespace.
fn all_releases(
    helmfile: &Path,
    passed: &Passed,
    map: &Map,
    change: &Change,
) -> anyhow::Result<Vec<Release>> {
    let mut all = map.releases.clone();
    let mut touched = rows::touched(map, change).into_iter();
    if passed.value("selector").is_some()
        && touched.any(|it| it.id.namespace.is_empty())
    {
        let others = list::releases(helmfile, &passed.without(&["selector"]))
            .context("helmfile cannot list the other releases")?;
        let known = |it: &list::Release| {
            map.releases
                .iter()
                .any(|own| own.id.name == it.name && own.id.namespace == it.namespace)
        };
        all.extend(others.into_iter().filter(|it| !known(it)).map(Release::listed));
    }
    Ok(all)
}
