//! Saying what was done: a line on stderr for the person who typed the command,
//! a line in the report for the program that did.

use std::env;
use std::path::Path;

use helmfire_cli::{Report, Talk};
use helmfire_helmfile::call::Call;
use helmfire_rules::ChartRule;
use serde::Serialize;

/// The voice of one call.
pub struct Journal<'t> {
    talk: &'t Talk,
    report: Report,
    /// The front end tells it all after the run, from the report.
    silent: bool,
}

/// A line of the report; what is not known is left out.
#[derive(Serialize, Default)]
struct Line<'a> {
    v: u8,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chart: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    directory: Option<&'a Path>,
    #[serde(skip_serializing_if = "str::is_empty")]
    command: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
}

/// For whom a chart is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whom {
    /// The release, if the call tells it.
    pub release: Option<String>,
    /// The namespace, if the call tells it.
    pub namespace: Option<String>,
    /// Whether it is one release, known or not; a chart that is pulled or shown may
    /// be for several.
    pub is_one: bool,
}

impl<'t> Journal<'t> {
    /// Opens the report that the environment names.
    pub fn open(talk: &'t Talk) -> anyhow::Result<Self> {
        let silent = env::var_os("HELMFIRE_RUN").is_some();
        Ok(Self { talk, report: Report::from_environment()?, silent })
    }

    /// A chart was swapped.
    pub fn swap(
        &mut self,
        call: &Call,
        whom: &Whom,
        rule: &ChartRule,
        directory: &Path,
        place: &str,
    ) -> anyhow::Result<()> {
        if !self.silent {
            let release = whom.release.as_ref().map(|name| format!(" for {name}"));
            let namespace = whom.namespace.as_ref().map(|name| format!(" in {name}"));
            self.talk.note(&format!(
                "{} -> {}{}{} ({place})",
                rule.from,
                rule.to,
                release.unwrap_or_default(),
                namespace.unwrap_or_default()
            ));
        }
        self.report.append(&Line {
            chart: Some(&rule.from),
            directory: Some(directory),
            rule: Some(rule.line),
            ..line("swap", whom, &call.words.join(" "))
        })
    }

    /// A call that renders is about to be made.
    pub fn render(&mut self, call: &Call, whom: &Whom) -> anyhow::Result<()> {
        if !self.report.is_wanted() {
            return Ok(());
        }
        let chart =
            call.charts().first().map(|&at| call.arguments[at].to_string_lossy());
        self.report.append(&Line {
            chart: chart.as_deref(),
            ..line("render", whom, &call.words.join(" "))
        })
    }

    /// Something the user should know although the call goes on.
    pub fn warning(&mut self, call: &Call, message: &str) -> anyhow::Result<()> {
        if !self.silent {
            self.talk.warn(message);
        }
        self.message("warning", call, message)
    }

    /// Why the call was not made; the caller says it on stderr.
    pub fn error(&mut self, call: &Call, message: &str) -> anyhow::Result<()> {
        self.message("error", call, message)
    }

    fn message(
        &mut self,
        r#type: &'static str,
        call: &Call,
        message: &str,
    ) -> anyhow::Result<()> {
        let whom = Whom { release: call.release(), ..Whom::default() };
        let words = call.words.join(" ");
        self.report
            .append(&Line { message: Some(message), ..line(r#type, &whom, &words) })
    }
}

fn line<'a>(r#type: &'static str, whom: &'a Whom, command: &'a str) -> Line<'a> {
    Line {
        v: 1,
        r#type,
        release: whom.release.as_deref(),
        namespace: whom.namespace.as_deref(),
        command,
        ..Line::default()
    }
}
