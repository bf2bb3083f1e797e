//! What git has that the cluster has not: `helmfile diff` between the last deployed
//! manifest and what the helmfile renders now.
//!
//! Through helmfire, where it is installed: what it substitutes in a deployment it has
//! to substitute in the comparison. helmfile's exit code is about all releases, and an
//! empty answer may be a failure, so releases in doubt are asked about alone.

mod apart;
mod findings;

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use helmfire_diff::{Asked, Output, Verdict, read, read_alone};
use helmfire_helmfile::line::Piece;
use helmfire_helmfile::passed::Passed;
use helmfire_helmfile::programs;
use helmfire_helmfile::question::told;
use helmfire_helmfile::run::Leash;
use helmfire_inputs::instead::Instead;

use crate::declared::Declared;

pub use apart::apart;
pub use findings::{absent, findings, removal};

/// Asks helmfile for differences.
pub struct Pending {
    pub helmfile: PathBuf,
    pub passed: Passed,
    /// What is read in the place of the file.
    pub instead: Option<Instead>,
    pub leash: Leash,
    pub patience: Duration,
    /// Whether helm-diff looks into the cluster.
    pub three_way: bool,
}

/// What a run of helmfile left behind, or why there was none.
pub type Ran = Result<helmfire_helmfile::run::Output, String>;

impl Pending {
    /// Runs helmfile for all releases; may be called before they are known.
    pub fn run(&self) -> Ran {
        self.run_for(&self.passed)
    }

    /// What `ran` says about each of `declared`, those in doubt asked again.
    pub fn verdicts(&self, ran: Ran, declared: &[Declared]) -> Vec<Verdict> {
        let asked: Vec<Asked> = declared.iter().map(asked).collect();
        let ran = match ran {
            Ok(ran) => ran,
            Err(reason) => return vec![unanswered(reason); declared.len()],
        };
        let output =
            Output { stdout: &ran.stdout, stderr: &ran.stderr, exit: ran.code };
        let answer = read(&asked, &output);
        let mut verdicts = answer.verdicts;
        for index in answer.rerun {
            verdicts[index] = self.alone(&asked[index]);
        }
        verdicts
    }

    fn alone(&self, asked: &Asked) -> Verdict {
        let namespace = match asked.namespace.as_str() {
            "" => String::new(),
            namespace => format!(",namespace={namespace}"),
        };
        let selector = format!("name={}{namespace}", asked.name);
        let mut passed = self.passed.without(&["selector"]);
        passed.before.push(Piece::valued("selector", &selector));
        match self.run_for(&passed) {
            Ok(ran) => {
                let (stdout, stderr) = (&ran.stdout, &ran.stderr);
                read_alone(asked, &Output { stdout, stderr, exit: ran.code })
            }
            Err(reason) => unanswered(reason),
        }
    }

    fn run_for(&self, passed: &Passed) -> Ran {
        let mut command = self.command(passed);
        command.stdin(Stdio::null());
        if let Some(instead) = &self.instead {
            let put = instead.put(&mut command);
            put.map_err(|error| format!("helmfile cannot be asked: {error}"))?;
        }
        let led = self.leash.run(&mut command, self.patience);
        let led = led.map_err(|error| format!("helmfile cannot be run: {error}"))?;
        if led.was_late {
            let time = told(self.patience);
            return Err(format!("helmfile diff gave no answer within {time}"));
        }
        Ok(led.output)
    }

    fn command(&self, passed: &Passed) -> Command {
        let program =
            programs::ours("helmfire").unwrap_or_else(|| self.helmfile.clone());
        let mut command = Command::new(program);
        command.args(helmfire_helmfile::line::words(passed.without(&["quiet"]).all()));
        command.args(["--no-color", "--sequential-helmfiles", "diff"]);
        command.args(["--output", "structured", "--detailed-exitcode"]);
        command.args(["--skip-deps", "--no-hooks"]);
        let three_way = if self.three_way { "true" } else { "false" };
        command.env("HELM_DIFF_THREE_WAY_MERGE", three_way);
        command
            .env("HELM_DIFF_COLOR", "false")
            .env("HELM_DIFF_NORMALIZE_MANIFESTS", "true");
        command.env("HELMFILE_UPGRADE_NOTICE_DISABLED", "1");
        command.env("HELMFIRE_HELMFILE", &self.helmfile);
        // What would print something else than the report.
        for name in [
            "HELM_DEBUG",
            "HELM_DIFF_OUTPUT",
            "HELM_DIFF_TPL",
            "HELM_DIFF_USE_UPGRADE_DRY_RUN",
        ] {
            command.env_remove(name);
        }
        command
    }
}

fn unanswered(reason: String) -> Verdict {
    let remedy = "see what helmfile diff does, or allow more with --helmfile-timeout";
    Verdict::Unknown { reason, remedy: Some(remedy.into()) }
}

fn asked(declared: &Declared) -> Asked {
    let (name, namespace) = (declared.id.name.clone(), declared.id.namespace.clone());
    Asked { name, namespace }
}
