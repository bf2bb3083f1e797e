//! A command of helmfile with helmfire-helm as its helm.
//!
//! Where no rule can matter, helmfile itself takes our place and we are gone.

use std::collections::BTreeSet;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use helmfire_cli::{Exit, REPORT_VARIABLE, Talk};
use helmfire_helmfile::{cache, child, list};
use helmfire_rules::{ChartRule, Rules};

use crate::cli::Args;
use crate::directory::RunDirectory;
use crate::helm::{self, Hooks};
use crate::overlay::Overlay;
use crate::summary::{shortened, tell};
use crate::tally::Tally;
use crate::unapplied::{self, Finding};
use crate::{report, stand_in};
use helmfire_helmfile::line::{Piece, words};
use helmfire_helmfile::passed::Passed;
use helmfire_helmfile::programs::{self, SHIM};
use helmfire_helmfile::question::AskError;
use helmfire_helmfile::vocabulary::{
    HELMFILE, RENDERING, WITHOUT_CHARTS, WITHOUT_RELEASE,
};
use helmfire_inputs::project;

/// Runs `helmfile NAME`.
pub fn run(
    name: &str,
    passed: &Passed,
    args: &Args,
    talk: &Talk,
) -> anyhow::Result<Exit> {
    let helmfile = programs::helmfile()?;
    let plainly =
        || Err(programs::become_program(&helmfile, passed.words(name)).into());
    if passed.after.iter().any(|piece| piece.is("help")) {
        if matches!(name, "sync" | "apply") {
            talk.note(&format!(
                "what it adds to {name} is told by 'helmfire help {name}'"
            ));
        }
        return plainly();
    }
    if WITHOUT_CHARTS.contains(&name) {
        return plainly();
    }
    let mut rules = project::rules(passed)?;
    if !concern(&rules, name) {
        return plainly();
    }
    rules.path = rules
        .path
        .map(std::path::absolute)
        .transpose()
        .context("the working directory cannot be told")?;
    match Run::prepare(name, passed, helmfile, rules, talk) {
        Ok(run) => run.perform(args, talk),
        Err(error) => refused(error),
    }
}

/// Files that helmfile cannot read are told by helmfile, whichever question it
/// was that came across them.
pub fn refused(error: anyhow::Error) -> anyhow::Result<Exit> {
    match error.downcast_ref::<AskError>() {
        Some(AskError::NoAnswer(answer)) => {
            io::stderr().write_all(answer.talk.as_bytes())?;
            Ok(Exit::Child(answer.code))
        }
        _ => Err(error),
    }
}

/// Whether `rules` can change what the command does. A command that is new in
/// helmfile may do anything.
fn concern(rules: &Rules, command: &str) -> bool {
    let renders = RENDERING.contains(&command) || !HELMFILE.contains(&command);
    !rules.charts.is_empty() || renders && rules.images.iter().len() > 0
}

/// All that one run works with.
struct Run<'r> {
    name: &'r str,
    passed: &'r Passed,
    helmfile: PathBuf,
    rules: Rules,
    directory: RunDirectory,
    shim: PathBuf,
    helm: OsString,
    overlay: Option<Overlay>,
}

impl<'r> Run<'r> {
    fn prepare(
        name: &'r str,
        passed: &'r Passed,
        helmfile: PathBuf,
        rules: Rules,
        talk: &Talk,
    ) -> anyhow::Result<Self> {
        let found = programs::ours(SHIM).with_context(|| {
            format!("{SHIM} is neither beside helmfire nor on PATH, install it")
        })?;
        let directory = RunDirectory::new(!rules.charts.is_empty())?;
        let shim = directory.without_space(found, talk)?;
        let helm = helm::real(passed, &helmfile, Hooks::May)?;
        talk.detail(&format!(
            "helm is {} ({})",
            helm.binary.to_string_lossy(),
            helm.by
        ));
        let overlay = match cache::directory() {
            Some(users) if !rules.charts.is_empty() => {
                let users = std::path::absolute(users)?;
                let charts = rules.charts.iter().map(|rule| rule.from.as_str());
                let made = Overlay::make(users, directory.cache(), charts);
                let made = made.context("helmfile's cache cannot be copied")?;
                stand_in::put(&rules, &helm.binary, &directory.cache(), talk);
                Some(made)
            }
            _ => None,
        };
        let helm = helm.binary;
        Ok(Self { name, passed, helmfile, rules, directory, shim, helm, overlay })
    }

    fn perform(&self, args: &Args, talk: &Talk) -> anyhow::Result<Exit> {
        if self.needs_list() {
            let releases = list::releases(&self.helmfile, self.passed)
                .context("helmfile cannot list the releases")?;
            let list = self.directory.list();
            let text = serde_json::to_string(&releases)?;
            fs::write(&list, text).with_context(|| list.display().to_string())?;
        }
        let status = child::run(&mut self.command())
            .with_context(|| self.helmfile.display().to_string())?;
        let code = child::exit_code(status);
        let changed = code == 2 && self.passed.has("detailed-exitcode");
        let success = code == 0 || changed;
        let report = self.directory.report();
        if let Some(users) = env::var_os(REPORT_VARIABLE).filter(|v| !v.is_empty())
            && let Err(error) = report::append(&report, Path::new(&users))
        {
            talk.warn(&format!("report file {}: {error}", users.to_string_lossy()));
        }
        let mut tally =
            Tally::of(report::read(&report).context("the report of the run")?);
        if let Some(overlay) = self.overlay.as_ref().filter(|_| success)
            && let Err(error) = overlay.give_back()
        {
            talk.detail(&format!("charts fetched were not kept: {error}"));
        }
        let mut unused = tally.unused(&self.rules);
        let mut certain = false;
        if success {
            let findings = self.findings(&tally)?;
            let told: BTreeSet<usize> = findings.iter().map(|f| f.line).collect();
            unused.retain(|line| !told.contains(line));
            for Finding { line, what, certain: sure } in findings {
                let place = format!("{}:{line}", self.rules_file());
                let message =
                    format!("{what} ({place}), see 'helmfire-helm --explain'");
                certain |= sure;
                if sure { &mut tally.errors } else { &mut tally.warnings }
                    .push(message);
            }
        }
        tell(args.summary, &tally, &unused, &self.rules, talk)?;
        Ok(if certain { Exit::Trouble } else { Exit::Child(code) })
    }

    /// `helm lint` and `helm unittest` are not told the release, by which a rule
    /// may be limited.
    fn needs_list(&self) -> bool {
        let limited = |rule: &ChartRule| rule.limits.release.is_some();
        WITHOUT_RELEASE.contains(&self.name)
            && self.rules.charts.iter().any(limited)
            && self.passed.value("file") != Some(OsStr::new("-"))
    }

    /// helmfile with the user's own flags but for the helm.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.helmfile);
        let passed = self.passed.without(&["helm-binary"]);
        command.args(words(&passed.before));
        command.args(words(&[Piece::valued("helm-binary", &self.shim)]));
        command.arg(self.name).args(words(&passed.after));
        command
            .env_remove("HELMFILE_HELM_BINARY")
            .env("HELMFIRE_HELM", &self.helm)
            .env("HELMFIRE_RUN", self.directory.path())
            .env(REPORT_VARIABLE, self.directory.report());
        if let Some(path) = &self.rules.path {
            command.env(helmfire_rules::file::FILE_VARIABLE, path);
        }
        if self.overlay.is_some() {
            command.env("HELMFILE_CACHE_HOME", self.directory.cache());
        }
        command
    }

    /// The chart rules that should have been applied and were not.
    fn findings(&self, tally: &Tally) -> anyhow::Result<Vec<Finding>> {
        // Standard input is read only once; and with --chart every release has that.
        let stdin = self.passed.value("file") == Some(OsStr::new("-"));
        let overridden = self.passed.value("chart").is_some();
        if stdin || overridden || !unapplied::is_doubtful(&self.rules, tally, self.name)
        {
            return Ok(Vec::new());
        }
        let releases = list::releases(&self.helmfile, self.passed)
            .context("whether all chart rules were applied is not known")?;
        let uses = tally.uses(self.name == "fetch");
        Ok(unapplied::find(&self.rules, &releases, &uses))
    }

    fn rules_file(&self) -> String {
        shortened(self.rules.path.as_deref().unwrap_or(Path::new("")))
    }
}
