//! One pass over all releases: helmfile and the cluster are asked, at the same time as
//! far as one does not need the other.
//!
//! Whatever fails makes something unknown; a pass itself cannot fail. Refuses to print.

use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use helmfire_cluster::{Fault, current_context};
use helmfire_diff::Verdict;
use helmfire_findings::{Class, Finding};
use helmfire_helmfile::passed::Passed;
use helmfire_helmfile::run::Leash;
use helmfire_inputs::instead::Instead;
use helmfire_inputs::project::{self, Project};
use helmfire_inputs::sound::{Part, Sound, sound};

use crate::cli::{CheckArgs, Only};
use crate::declared::{Declared, declared};
use crate::helm::Helm;
use crate::live::Manner;
use crate::outcome::Outcome;
use crate::pending::{Pending, Ran, apart};
use crate::survey::{Source, Survey, Surveyed};
use crate::unknown::Unknown;

/// How to pass over all releases.
pub struct Pass<'p> {
    pub args: &'p CheckArgs,
    pub passed: Passed,
    /// helmfile; not needed for a cluster.
    pub helmfile: PathBuf,
    pub manner: Manner,
    pub leash: Leash,
    /// When what is not done is given up.
    pub deadline: Instant,
    /// Told how many releases are done.
    pub progress: &'p dyn Fn(usize, usize),
}

impl Pass<'_> {
    /// Goes over all releases.
    pub fn run(&self) -> io::Result<Vec<Outcome>> {
        if self.args.cluster {
            return self.cluster();
        }
        thread::scope(|scope| {
            // What helm-diff says is not needed before the end.
            let pending = self.wants(Only::Pending).then(|| {
                let pending = self.pending(&self.passed, None);
                scope.spawn(move || pending.run())
            });
            let mut project = Project::new(self.helmfile.clone(), self.passed.clone());
            project = project.within(self.leash.clone(), self.patience());
            let states = match project.states() {
                Ok(states) => states,
                Err(error) => return self.parts(sound(&project, error, self.deadline)),
            };
            let declared = declared(&states, &self.context());
            if declared.is_empty() {
                return Ok(vec![self.nobody()]);
            }
            let mut outcomes = self.live(&declared)?;
            if let Some(pending) = pending {
                let lost = || Err("helmfile diff was lost".into());
                let ran = pending.join().unwrap_or_else(|_| lost());
                self.want(&mut outcomes, &project, Some(ran), &declared);
            }
            Ok(outcomes)
        })
    }

    /// As [`Self::run`], where some helmfile does not render.
    fn parts(&self, sound: Sound) -> io::Result<Vec<Outcome>> {
        let broken = sound.broken.into_iter();
        let mut all: Vec<Outcome> =
            broken.map(|it| nothing(it.helmfile, &it.error.to_string())).collect();
        let context = self.context();
        let parts = sound.parts.into_iter();
        let parts: Vec<_> = parts
            .map(|Part { project, states }| (project, declared(&states, &context)))
            .collect();
        let declared: Vec<_> = parts.iter().flat_map(|(_, it)| it).cloned().collect();
        let mut outcomes = self.live(&declared)?.into_iter();
        for (project, declared) in parts {
            let mut own: Vec<Outcome> =
                outcomes.by_ref().take(declared.len()).collect();
            if self.wants(Only::Pending) && !own.is_empty() {
                self.want(&mut own, &project, None, &declared);
            }
            all.extend(own);
        }
        Ok(all)
    }

    /// The context of what names none; none within a cluster.
    fn context(&self) -> String {
        let named = self.passed.value("kube-context").and_then(OsStr::to_str);
        let kubeconfig = self.passed.value("kubeconfig").map(Path::new);
        let named = named.filter(|it| !it.is_empty()).map(String::from);
        named.or_else(|| current_context(kubeconfig)).unwrap_or_default()
    }

    fn rest(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// How long helmfile may still take.
    fn patience(&self) -> Duration {
        self.args.helmfile_timeout.min(self.rest())
    }

    fn wants(&self, what: Only) -> bool {
        self.args.only.is_none_or(|only| only == what)
    }

    /// The outcomes in the order of `declared`, with what is live.
    fn live(&self, declared: &[Declared]) -> io::Result<Vec<Outcome>> {
        if self.args.three_way || !self.wants(Only::Drift) {
            return Ok(declared.iter().cloned().map(Outcome::new).collect());
        }
        let survey = self.survey();
        let surveyed = helmfire_cluster::run(survey.declared(declared.to_vec()))?;
        let waits = self.wants(Only::Pending);
        let seen = surveyed.into_iter().map(|it| Outcome::of_live(it, waits));
        Ok(seen.collect())
    }

    /// Adds what git wants; `ran` is what helm-diff said of these, if it was asked.
    fn want(
        &self,
        outcomes: &mut [Outcome],
        project: &Project,
        ran: Option<Ran>,
        declared: &[Declared],
    ) {
        let pending = self.pending(project.passed(), project.instead());
        let ran = ran.unwrap_or_else(|| pending.run());
        let verdicts = pending.verdicts(ran, declared);
        if self.args.three_way {
            // The second run tells what of the first is pending.
            let two_way = Pending { three_way: false, ..pending };
            let others = two_way.verdicts(two_way.run(), declared);
            for ((outcome, three), two) in outcomes.iter_mut().zip(verdicts).zip(others)
            {
                if let Verdict::Unknown { reason, remedy } = three {
                    let remedy = remedy.unwrap_or("check without --three-way".into());
                    outcome.unknown.push(Unknown::of_release(reason, remedy));
                    outcome.want(two);
                } else {
                    let (drift, pending) = apart(three, two);
                    outcome.findings.extend(drift);
                    outcome.want(pending);
                }
            }
            return;
        }
        for (outcome, verdict) in outcomes.iter_mut().zip(verdicts) {
            outcome.want(verdict);
        }
    }

    /// Lets the rules judge what no object is known of: what helm-diff said, and
    /// releases as a whole.
    pub fn ignore(&self, outcome: &mut Outcome) {
        let is_unjudged = |it: &&mut Finding| {
            self.args.three_way
                || it.class == Class::Pending
                || it.object.kind == "Release"
        };
        for finding in outcome.findings.iter_mut().filter(is_unjudged) {
            let sides = [None, None];
            finding.ignored_by = self.manner.ignoring.why(&outcome.id, finding, sides);
        }
    }

    fn cluster(&self) -> io::Result<Vec<Outcome>> {
        let text = |flag: &str| {
            let value = self.passed.value(flag).and_then(OsStr::to_str);
            value.unwrap_or_default().to_string()
        };
        let (context, selector) = (self.context(), text("selector"));
        let namespace = (!self.args.all_namespaces).then(|| text("namespace"));
        let survey = self.survey();
        let found = survey.cluster(&context, namespace.as_deref(), &selector);
        let found: Result<Vec<Surveyed>, Fault> = helmfire_cluster::run(found)?;
        let unknown = match found {
            Ok(surveyed) if surveyed.is_empty() && !selector.is_empty() => {
                let reason = format!("no release has the labels {selector}");
                Unknown::of_release(reason, "see helm list, and check --selector")
            }
            Ok(surveyed) if surveyed.is_empty() => {
                let place = match namespace.as_deref() {
                    None => String::new(),
                    Some("") => " in the namespace of the context".into(),
                    Some(named) => format!(" in namespace {named}"),
                };
                let remedy = "check --namespace and --kube-context, or look everywhere with --all-namespaces";
                let reason = format!("there is no release{place}");
                let unknown = Unknown::of_release(reason, remedy);
                return Ok(vec![Outcome::of_nobody(PathBuf::new(), unknown)]);
            }
            Ok(surveyed) => {
                let outcomes = surveyed.into_iter();
                return Ok(outcomes.map(|it| Outcome::of_live(it, false)).collect());
            }
            Err(fault @ Fault::NotFound(_)) => {
                let remedy = "check --namespace and --kube-context";
                Unknown::of_release(fault.to_string(), remedy)
            }
            Err(fault @ Fault::Rejected(_)) if !selector.is_empty() => {
                Unknown::of_release(fault.to_string(), "check --selector")
            }
            Err(fault) => Unknown::of_fault(None, &fault),
        };
        Ok(vec![Outcome::of_nothing(PathBuf::new(), unknown)])
    }

    fn survey(&self) -> Survey<'_> {
        let kubeconfig = self.passed.value("kubeconfig").map(PathBuf::from);
        let helm = || Helm {
            program: self
                .passed
                .value("helm-binary")
                .unwrap_or(OsStr::new("helm"))
                .into(),
            kubeconfig: kubeconfig.clone(),
            leash: self.leash.clone(),
            patience: self.patience(),
        };
        Survey {
            source: Source::of_environment().unwrap_or_else(|| Source::Helm(helm())),
            kubeconfig: kubeconfig.clone(),
            concurrency: self.args.concurrency.into(),
            patience: self.args.timeout,
            deadline: self.deadline,
            manner: &self.manner,
            progress: self.progress,
        }
    }

    fn pending(&self, passed: &Passed, instead: Option<&Instead>) -> Pending {
        Pending {
            helmfile: self.helmfile.clone(),
            passed: passed.clone(),
            instead: instead.cloned(),
            leash: self.leash.clone(),
            patience: self.patience(),
            three_way: self.args.three_way,
        }
    }

    /// A typing mistake must not look like a clean fleet; helmfile itself ends with 3.
    fn nobody(&self) -> Outcome {
        let environment = project::environment(&self.passed);
        let mut reason = format!("there is no release in environment {environment}");
        if let Some(selector) = self.passed.value("selector") {
            reason.push_str(&format!(" with {}", selector.to_string_lossy()));
        }
        let remedy = "check --environment and --selector";
        let unknown = Unknown::of_release(reason, remedy);
        let unknown = Unknown { what: Class::Unknown, ..unknown };
        Outcome::of_nothing(project::identity(&self.passed), unknown)
    }
}

/// Of a helmfile that does not render.
fn nothing(helmfile: PathBuf, reason: &str) -> Outcome {
    let remedy = "run helmfile build to see all that it says";
    let reason = format!("helmfile cannot tell its releases: {reason}");
    let unknown = Unknown::of_release(reason, remedy);
    let unknown = Unknown { what: Class::Unknown, ..unknown };
    Outcome::of_nothing(helmfile, unknown)
}
