//! What is said when helmfile has ended: what nobody else can tell, for Helm
//! drops what a post-renderer says.

use std::env;
use std::io::{self, Write};
use std::path::Path;

use helmfire_cli::{Talk, count, without_passwords};
use helmfire_rules::Rules;
use serde::Serialize;

use crate::cli;
use crate::report::Line;
use crate::tally::Tally;

/// The line of `--summary json`.
#[derive(Serialize)]
struct Json<'a> {
    v: u8,
    images: usize,
    releases: usize,
    charts: usize,
    unused: Vec<Unused<'a>>,
    warnings: &'a [String],
    errors: &'a [String],
}

/// A rule that matched nothing.
#[derive(Serialize)]
struct Unused<'a> {
    file: &'a Path,
    line: usize,
}

/// Says what a run did with `rules`.
pub fn tell(
    format: cli::Summary,
    tally: &Tally,
    unused: &[usize],
    rules: &Rules,
    talk: &Talk,
) -> io::Result<()> {
    let path = rules.path.as_deref().unwrap_or(Path::new(""));
    if format == cli::Summary::Json {
        if !tally.something {
            return Ok(());
        }
        let json = Json {
            v: 1,
            images: tally.images.len(),
            releases: tally.releases(),
            charts: tally.charts(),
            unused: unused
                .iter()
                .map(|line| Unused { file: path, line: *line })
                .collect(),
            warnings: &tally.warnings,
            errors: &tally.errors,
        };
        let line =
            without_passwords(&serde_json::to_string(&json)?).into_owned() + "\n";
        return io::stderr().write_all(line.as_bytes());
    }
    let file = shortened(path);
    tally.images.iter().for_each(|line| talk.detail(&replacement(line, &file)));
    tally.swaps.iter().for_each(|line| talk.detail(&swap(line, &file)));
    tally.warnings.iter().for_each(|message| talk.warn(message));
    tally.errors.iter().for_each(|message| talk.error(message));
    if format == cli::Summary::Text && tally.something {
        talk.note(&text(tally, unused, &file));
    }
    Ok(())
}

/// The summary for people.
fn text(tally: &Tally, unused: &[usize], file: &str) -> String {
    let mut done = Vec::new();
    if !tally.images.is_empty() {
        let releases = match tally.releases() {
            0 => String::new(),
            number => format!(" in {}", count(number, "release")),
        };
        done.push(format!("{} replaced{releases}", count(tally.images.len(), "image")));
    }
    if !tally.swaps.is_empty() {
        let releases = match tally.swaps.len() {
            number if number == tally.charts() => String::new(),
            number => format!(" in {}", count(number, "release")),
        };
        done.push(format!("{} swapped{releases}", count(tally.charts(), "chart")));
    }
    let done =
        if done.is_empty() { "nothing replaced".into() } else { done.join(", ") };
    let places: Vec<String> =
        unused.iter().map(|line| format!("{file}:{line}")).collect();
    match places.as_slice() {
        [] => done,
        [one] => format!("{done}; rule {one} matched nothing"),
        many => format!("{done}; rules {} matched nothing", many.join(", ")),
    }
}

fn replacement(line: &Line, file: &str) -> String {
    let known = |value: &'_ Option<String>| value.clone().unwrap_or_default();
    format!(
        "{} -> {} in {} {} at {} ({})",
        known(&line.image),
        known(&line.replacement),
        line.object.as_deref().unwrap_or("object"),
        line.name.as_deref().unwrap_or("without name"),
        known(&line.path),
        whereabouts(line, file)
    )
}

fn swap(line: &Line, file: &str) -> String {
    format!(
        "chart {} -> {} ({})",
        line.chart.as_deref().unwrap_or_default(),
        line.directory.as_deref().unwrap_or_default(),
        whereabouts(line, file)
    )
}

fn whereabouts(line: &Line, file: &str) -> String {
    let release = line.release.as_ref().map(|name| format!("release {name}"));
    let rule = line.rule.map(|rule| format!("{file}:{rule}"));
    release.into_iter().chain(rule).collect::<Vec<_>>().join(", ")
}

/// A path below the working directory is shown from there.
pub fn shortened(path: &Path) -> String {
    let here = env::current_dir().ok();
    let short = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    short.unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(release: &str, rule: usize) -> Line {
        Line { release: Some(release.into()), rule: Some(rule), ..Line::default() }
    }

    #[test]
    fn one_line_says_it_all() {
        let images = vec![line("a", 1), line("b", 1), line("c", 1), line("c", 3)];
        let mut tally = Tally { images, swaps: vec![line("a", 5)], ..Tally::default() };
        assert_eq!(
            text(&tally, &[9], "helmfire.toml"),
            "4 images replaced in 3 releases, 1 chart swapped; rule helmfire.toml:9 matched \
             nothing"
        );
        tally.images.truncate(1);
        tally.swaps.clear();
        assert_eq!(text(&tally, &[], "x"), "1 image replaced in 1 release");
        tally.images.clear();
        let expected = "nothing replaced; rules x:1, x:4 matched nothing";
        assert_eq!(text(&tally, &[1, 4], "x"), expected);
    }
}
