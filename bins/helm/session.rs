//! What one call works with: the rules, the real helm, the store of staged
//! charts, and a voice.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use helmfire_charts::{Staged, Store};
use helmfire_cli::Talk;
use helmfire_helmfile::call::Call;
use helmfire_helmfile::helm::Helm;
use helmfire_helmfile::{child, home};
use helmfire_rules::{ChartRule, Rules, chart};

use crate::choice::{self, Choice};
use crate::journal::{Journal, Whom};
use crate::origin::Origin;

/// The surroundings of one call.
pub struct Session<'t> {
    pub rules: Rules,
    pub helm: Helm,
    pub journal: Journal<'t>,
    /// Nothing is to be made or built, only named.
    only_looks: bool,
}

/// A rule that is about the chart of this call.
#[derive(Clone, Debug)]
pub struct Swap {
    pub rule: ChartRule,
    /// The user's directory, absolute.
    pub directory: PathBuf,
    pub staged: Staged,
    pub whom: Whom,
}

/// What the rules say of a chart, and where it is if it is to be swapped.
pub enum Found {
    Nothing,
    Swap(Box<Swap>),
    /// The rule's limits need what the call does not tell.
    Untold(Box<ChartRule>),
}

impl<'t> Session<'t> {
    /// Finds the rules and the real helm.
    pub fn open(talk: &'t Talk) -> anyhow::Result<Self> {
        let helm = Helm::find()?;
        let mut rules = Rules::load(None)?;
        if let Some(path) = &rules.path {
            // helm may run the post-renderer from elsewhere.
            let absolute = std::path::absolute(path);
            rules.path = Some(absolute.context("the working directory")?);
        }
        Ok(Self { rules, helm, journal: Journal::open(talk)?, only_looks: false })
    }

    /// Whether nothing is to be made.
    pub fn only_looks(&self) -> bool {
        self.only_looks
    }

    /// The same, building and downloading nothing.
    pub fn that_only_looks(mut self) -> Self {
        self.only_looks = true;
        self
    }

    /// The place of a rule: `helmfire.toml:9`.
    pub fn place_of(&self, rule: &ChartRule) -> String {
        let name = self.rules.path.as_deref().and_then(Path::file_name);
        let name = name.unwrap_or_default().to_string_lossy();
        format!("{name}:{}", rule.line)
    }

    /// What the rules say of the chart of `origin`, used for `whom`. If that tells
    /// a release but no namespace, it is helm's own.
    pub fn find(
        &self,
        call: &Call,
        origin: &Origin,
        mut whom: Whom,
    ) -> anyhow::Result<Found> {
        let choose = |whom: &Whom| {
            let (release, namespace) =
                (whom.release.as_deref(), whom.namespace.as_deref());
            choice::choose(&self.rules, origin, release, namespace)
        };
        let mut choice = choose(&whom);
        if matches!(choice, Choice::Untold(rule) if rule.limits.namespace.is_some())
            && whom.namespace.is_none()
            && whom.is_one
        {
            whom.namespace = self.ask_namespace(call)?;
            choice = choose(&whom);
        }
        Ok(match choice {
            Choice::Nothing => Found::Nothing,
            Choice::Untold(rule) => Found::Untold(Box::new(rule.clone())),
            Choice::Rule(rule) => Found::Swap(Box::new(self.swap(rule, whom)?)),
        })
    }

    /// Stages the chart of `rule`.
    pub fn swap(&self, rule: &ChartRule, whom: Whom) -> anyhow::Result<Swap> {
        let at = || format!("the chart rule {}", self.place_of(rule));
        let wanted = self.rules.chart_directory(&rule.to);
        let directory =
            chart::check(&wanted, &self.rules.chart_roots).with_context(at)?;
        let root = home::cache().context(
            "there is no directory for copies of charts, set HELMFIRE_CACHE_HOME or HOME",
        )?;
        let store =
            Store::new(&root, self.helm.path.clone(), self.rules.chart_roots.clone());
        let staged = if self.only_looks {
            store.locate(&directory)
        } else {
            store.stage(&directory)
        };
        let staged = staged.with_context(at)?;
        Ok(Swap { rule: rule.clone(), directory, staged, whom })
    }

    /// The chart directories and cached charts of which a working copy that
    /// chartify made for `whom` may be a copy, with the rules that name them.
    pub fn rules_for<'a>(
        &'a self,
        whom: &'a Whom,
    ) -> impl Iterator<Item = &'a ChartRule> {
        let place = helmfire_rules::Place {
            release: whom.release.as_deref(),
            namespace: whom.namespace.as_deref(),
            ..helmfire_rules::Place::default()
        };
        self.rules.charts.iter().filter(move |rule| {
            rule.limits.judge(&place) != helmfire_rules::Verdict::Fails
        })
    }

    /// Whether `rule` names exactly the release of `whom`, by its whole name.
    pub fn is_for_just(&self, rule: &ChartRule, whom: &Whom) -> bool {
        let named = rule.limits.release.as_ref().map(ToString::to_string);
        named.is_some()
            && named == whom.release
            && self.rules_for(whom).any(|r| r.line == rule.line)
    }

    /// The namespace that helm would use: from its environment, else from the
    /// kubeconfig, which only helm itself reads.
    pub fn ask_namespace(&self, call: &Call) -> anyhow::Result<Option<String>> {
        let set = env::var("HELM_NAMESPACE").ok().filter(|name| !name.is_empty());
        if set.is_some() {
            return Ok(set);
        }
        let mut command = Command::new(&self.helm.path);
        command.args(["env", "HELM_NAMESPACE"]).stdin(Stdio::null());
        for name in ["kubeconfig", "kube-context"] {
            if let Some(value) = call.value(name) {
                command.arg(format!("--{name}")).arg(value);
            }
        }
        let output = child::output(&mut command).context("helm env")?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_string();
        Ok((output.status.success() && !text.is_empty()).then_some(text))
    }
}
