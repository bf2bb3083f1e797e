//! What is printed: rows of releases, selectors, rows of inputs.
//!
//! Programs read `--json`, whose fields are in the manual page; the table is for
//! people and may change. Decides nothing about who is touched.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use helmfire_cli::Table;
use helmfire_inputs::change::Change;
use helmfire_inputs::map::Release;
use helmfire_inputs::path::relative;
use helmfire_inputs::{Map, select};
use serde::Serialize;

use crate::cli::Args;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    v: u8,
    release: &'a str,
    namespace: &'a str,
    kube_context: &'a str,
    helmfile: &'a Path,
    chart: &'a str,
    reason: &'a str,
    file: &'a Path,
}

#[derive(Serialize)]
struct InputRow<'a> {
    v: u8,
    file: &'a Path,
    role: &'a str,
    exists: bool,
    releases: Vec<NamedRelease<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NamedRelease<'a> {
    release: &'a str,
    namespace: &'a str,
    kube_context: &'a str,
}

/// Prints the releases that a change touches.
pub fn releases(map: &Map, change: &Change, args: &Args) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if args.json {
        for touch in &change.touched {
            let release = &map.releases[touch.release];
            json(
                &mut out,
                &Row {
                    v: 1,
                    release: &release.id.name,
                    namespace: &release.id.namespace,
                    kube_context: &release.id.context,
                    helmfile: &release.helmfile,
                    chart: &release.chart,
                    reason: touch.reason,
                    file: &touch.file,
                },
            )?;
        }
        return Ok(());
    }
    let mut table = Table::new(["RELEASE", "NAMESPACE", "HELMFILE", "CHART", "REASON"]);
    for index in indices(change) {
        let release = &map.releases[index];
        let own = change.touched.iter().filter(|touch| touch.release == index);
        let reasons: Vec<String> = own
            .map(|it| format!("{} ({})", it.reason, relative(&it.file).display()))
            .collect();
        table.push([
            release.id.name.clone(),
            release.id.namespace.clone(),
            relative(&release.helmfile).display().to_string(),
            release.chart.clone(),
            reasons.join(", "),
        ]);
    }
    table.write(&mut out, args.output.color.applies_to(&io::stdout()))
}

fn indices(change: &Change) -> BTreeSet<usize> {
    change.touched.iter().map(|touch| touch.release).collect()
}

/// The touched releases.
pub fn touched<'m>(map: &'m Map, change: &Change) -> Vec<&'m Release> {
    indices(change).into_iter().map(|index| &map.releases[index]).collect()
}

/// Prints selectors that mean exactly `releases`; returns what they mean besides.
pub fn selectors(releases: &[&Release], all: &[Release]) -> io::Result<Vec<String>> {
    let selection = select(releases, all);
    let mut out = io::stdout().lock();
    for selector in &selection.selectors {
        writeln!(out, "-l {selector}")?;
    }
    Ok(selection.also.iter().map(ToString::to_string).collect())
}

/// Prints the inputs and what they feed.
pub fn inputs(map: &Map, args: &Args) -> io::Result<()> {
    let mut files: Vec<(PathBuf, &str, &BTreeSet<usize>)> = Vec::new();
    for input in &map.inputs {
        let own = input.place.files().into_iter();
        files.extend(own.map(|file| (file, input.role.name(), &input.feeds)));
    }
    files.sort();
    let mut out = io::stdout().lock();
    if args.json {
        for (file, role, feeds) in files {
            let exists = file.exists();
            let releases =
                feeds.iter().map(|&index| named(&map.releases[index])).collect();
            json(&mut out, &InputRow { v: 1, file: &file, role, exists, releases })?;
        }
        return Ok(());
    }
    for group in files.chunk_by(|one, other| one.0 == other.0) {
        let feeds: BTreeSet<usize> =
            group.iter().flat_map(|it| it.2).copied().collect();
        let ids: Vec<String> =
            feeds.iter().map(|&index| map.releases[index].id.to_string()).collect();
        if group[0].0.exists() {
            let file = relative(&group[0].0);
            writeln!(out, "{}\t{}", file.display(), ids.join(" "))?;
        }
    }
    Ok(())
}

fn named(release: &Release) -> NamedRelease<'_> {
    NamedRelease {
        release: &release.id.name,
        namespace: &release.id.namespace,
        kube_context: &release.id.context,
    }
}

fn json(out: &mut impl Write, row: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, row)?;
    writeln!(out)
}
