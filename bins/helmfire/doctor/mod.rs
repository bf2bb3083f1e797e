//! `doctor`: is everything there, and does it fit together?
//!
//! Looks and asks, changes nothing. Every question to another program has a
//! limit in time, for a cluster that is out of reach answers none.

mod cluster;
mod ours;
mod project;
mod tools;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;

use helmfire_cli::Exit;
use helmfire_rules::Rules;
use serde::Serialize;

use crate::cli::Doctor;
use helmfire_helmfile::list::Release;
use helmfire_helmfile::passed::Passed;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Warning,
    Problem,
}

/// One line of the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_field_names, reason = "the keys of the JSON line")]
struct Finding {
    v: u8,
    check: &'static str,
    status: Status,
    finding: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

/// Prints findings as they come, for some take their time.
struct Answer {
    json: bool,
    problems: usize,
}

impl Answer {
    fn ok(
        &mut self,
        check: &'static str,
        finding: impl Into<String>,
    ) -> io::Result<()> {
        self.say(check, Status::Ok, finding.into(), None)
    }

    fn warning(
        &mut self,
        check: &'static str,
        finding: impl Into<String>,
        remedy: impl Into<String>,
    ) -> io::Result<()> {
        self.say(check, Status::Warning, finding.into(), Some(remedy.into()))
    }

    fn problem(
        &mut self,
        check: &'static str,
        finding: impl Into<String>,
        remedy: impl Into<String>,
    ) -> io::Result<()> {
        self.problems += 1;
        self.say(check, Status::Problem, finding.into(), Some(remedy.into()))
    }

    fn say(
        &mut self,
        check: &'static str,
        status: Status,
        finding: String,
        remedy: Option<String>,
    ) -> io::Result<()> {
        let finding = Finding { v: 1, check, status, finding, remedy };
        let line =
            if self.json { serde_json::to_string(&finding)? } else { text(&finding) };
        writeln!(io::stdout(), "{line}")
    }
}

/// `problem  helm: it is not on PATH, install it`
fn text(finding: &Finding) -> String {
    let status = match finding.status {
        Status::Ok => "ok     ",
        Status::Warning => "warning",
        Status::Problem => "problem",
    };
    let remedy = finding.remedy.as_ref().map(|remedy| format!(", {remedy}"));
    let line = format!(
        "{status}  {}: {}{}",
        finding.check,
        finding.finding,
        remedy.unwrap_or_default()
    );
    line.replace(|c: char| c.is_control(), " ")
}

/// What was found so far.
#[derive(Default)]
struct Found {
    helmfile: Option<PathBuf>,
    helm: Option<OsString>,
    /// The major version of helm.
    major: Option<u64>,
    kubectl: Option<PathBuf>,
    /// `v1.36.3` of kubectl.
    client: Option<String>,
    rules: Option<Rules>,
    releases: Vec<Release>,
}

/// Checks everything.
pub fn run(doctor: &Doctor, passed: &Passed) -> anyhow::Result<Exit> {
    let mut answer = Answer { json: doctor.json, problems: 0 };
    let mut found = Found::default();
    tools::check(passed, &mut found, &mut answer)?;
    ours::check(passed, &mut found, &mut answer)?;
    project::check(passed, &mut found, &mut answer)?;
    cluster::check(passed, &found, &mut answer)?;
    Ok(if answer.problems == 0 { Exit::Done } else { Exit::Trouble })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_one_line() {
        let finding = Finding {
            v: 1,
            check: "helm",
            status: Status::Ok,
            finding: "3.22.0\n(PATH)".into(),
            remedy: None,
        };
        assert_eq!(text(&finding), "ok       helm: 3.22.0 (PATH)");
        let remedy = Some("install it".into());
        let problem = Finding { status: Status::Problem, remedy, ..finding };
        assert_eq!(text(&problem), "problem  helm: 3.22.0 (PATH), install it");
    }
}
