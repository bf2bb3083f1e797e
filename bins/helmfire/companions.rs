//! The flags of sync and apply that programs of their own stand behind.
//!
//! `helmfire sync FLAGS --watch` runs `helmfire-watch -- sync FLAGS`, --daemon and
//! --drift-detect `helmfire-daemon start`; helmfile's flags stay where they are, the other flags of ours stand before `--`. If one
//! of the programs asked for is absent, nothing is run.

use std::ffi::OsString;

use anyhow::bail;

use crate::cli::Deploy;
use helmfire_helmfile::passed::Passed;
use helmfire_helmfile::programs;

/// Starts the program that the flags ask for. Returns why it could not be
/// started, or nothing if none is asked for.
pub fn run(
    deploy: &Deploy,
    name: &str,
    passed: &Passed,
) -> anyhow::Result<Option<anyhow::Error>> {
    let asked = asked(deploy);
    for (flag, program) in &asked {
        if programs::ours(program).is_none() {
            bail!("{flag} needs {program}, which is not installed");
        }
    }
    let Some((_, first)) = asked.first() else { return Ok(None) };
    let Some(program) = programs::ours(first) else { return Ok(None) };
    let arguments = arguments(deploy, first, name, passed);
    Ok(Some(programs::become_program(&program, arguments).into()))
}

/// The flags given and their programs; the first one carries the others out.
fn asked(deploy: &Deploy) -> Vec<(&'static str, &'static str)> {
    let all = [
        (deploy.daemon, ("--daemon", "helmfire-daemon")),
        // Both at once is a daemon's work, in the foreground, too.
        (deploy.drift_detect, ("--drift-detect", "helmfire-daemon")),
        (deploy.watch, ("--watch", "helmfire-watch")),
    ];
    all.into_iter().filter_map(|(given, what)| given.then_some(what)).collect()
}

fn arguments(
    deploy: &Deploy,
    program: &str,
    name: &str,
    passed: &Passed,
) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = Vec::new();
    if program == "helmfire-daemon" {
        arguments.push("start".into());
        arguments.extend(deploy.watch.then(|| "--watch".into()));
    }
    arguments.extend(deploy.drift_detect.then(|| "--drift-detect".into()));
    let valued = [
        ("--drift-interval", &deploy.drift_interval),
        ("--drift-webhook", &deploy.drift_webhook),
    ];
    for (flag, value) in valued {
        if let Some(value) = value {
            arguments.extend([flag.into(), value.into()]);
        }
    }
    arguments.extend(deploy.drift_auto_heal.then(|| "--drift-auto-heal".into()));
    arguments.push("--".into());
    arguments.extend(passed.words(name));
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;
    use helmfire_helmfile::line::Piece;

    #[test]
    fn one_program_carries_out_all() {
        let passed = Passed {
            before: vec![Piece::valued("environment", "prod")],
            after: vec![Piece::flag("wait")],
        };
        let interval = Some("30s".into());
        let mut deploy = Deploy {
            watch: true,
            drift_detect: true,
            drift_interval: interval,
            ..Deploy::default()
        };
        let line = |deploy: &Deploy| {
            let (_, program) = asked(deploy)[0];
            let arguments = arguments(deploy, program, "sync", &passed);
            format!("{program} {}", arguments.join(" ".as_ref()).to_str().unwrap())
        };
        let both = "helmfire-daemon start --watch --drift-detect --drift-interval 30s -- \
                    --environment prod sync --wait";
        assert_eq!(line(&deploy), both);
        deploy.daemon = true;
        assert_eq!(line(&deploy), both);
        deploy = Deploy { watch: true, ..Deploy::default() };
        assert_eq!(line(&deploy), "helmfire-watch -- --environment prod sync --wait");
    }
}
