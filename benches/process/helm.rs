//! What it costs to stand between helmfile and helm.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::figures::{Figures, milliseconds};
use crate::timing::{in_turn, output_of, silent};
use crate::{Bench, data, peers, releases};

const HELMFIRE: &str = env!("CARGO_BIN_EXE_helmfire");
const STAND_IN: &str = env!("CARGO_BIN_EXE_helmfire-helm");

pub const RELEASES: usize = 40;

/// A helmfile with many releases of one local chart, and the tools on `PATH`.
pub struct Project {
    pub dir: PathBuf,
    path: String,
}

impl Project {
    fn new(bench: &Bench, helm: &Path, helmfile: &Path) -> Self {
        let dir = bench.path("releases");
        let bin = bench.path("bin");
        fs::create_dir_all(dir.join("web/templates")).expect("a directory");
        fs::create_dir_all(&bin).expect("a directory");
        for (name, tool) in [("helm", helm), ("helmfile", helmfile)] {
            symlink(fs::canonicalize(tool).expect("a tool"), bin.join(name))
                .expect("a link");
        }
        let write = |name: &str, text: &str| {
            fs::write(dir.join(name), text).expect("a file");
        };
        write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
        write("web/templates/all.yaml", &data::small());
        let release = |n| format!("- {{name: r{n}, namespace: shop, chart: ./web}}\n");
        let releases = (0..RELEASES).map(release).collect::<Vec<_>>().concat();
        write("helmfile.yaml", &format!("releases:\n{releases}"));
        let path = format!("{}:/usr/bin:/bin", bin.display());
        Self { dir, path }
    }

    pub fn command(&self, program: &str, args: &[&str]) -> Command {
        // By PATH, which the child has and this process has not.
        let file = self.path.split(':').map(|dir| Path::new(dir).join(program));
        let found = file.into_iter().find(|path| path.exists());
        let mut command = silent(found.unwrap_or_else(|| program.into()));
        let home = self.dir.with_file_name("home");
        command.args(args).current_dir(&self.dir).env("PATH", &self.path);
        command.env("HOME", home).env("HELMFILE_UPGRADE_NOTICE_DISABLED", "1");
        command.env_remove("HELMFIRE_HELM").env_remove("HELMFILE_CACHE_HOME");
        command
    }
}

/// A helm call through the stand-in, and a helmfile run through the front end.
pub fn measure(bench: &Bench, figures: &mut Figures) {
    let (Some(helm), Some(helmfile)) = (peers::tool("helm3"), peers::tool("helmfile"))
    else {
        figures.note("helmfire-helm was not measured: run make tools".into());
        return;
    };
    let project = Project::new(bench, &helm, &helmfile);
    detour(bench, figures, &project);
    run(bench, figures, &project);
    releases::measure(bench, figures, &project);
}

fn detour(bench: &Bench, figures: &mut Figures, project: &Project) {
    let rules: String = (0..16).fold(String::new(), |text, n| {
        format!("{text}[[chart]]\nfrom = \"acme/app-{n}\"\nto = \"web\"\n")
    });
    fs::write(project.dir.join("helmfire.toml"), rules).expect("a file");
    for args in [&["version", "--short"][..], &["template", "one", "web"]] {
        let ours = || project.command(STAND_IN, args);
        let plain = || project.command("helm", args);
        assert_eq!(output_of(&mut ours()), output_of(&mut plain()), "{args:?}");
        let (own, alone) = in_turn(bench.runs(61), ours, plain);
        let more = own.saturating_sub(alone);
        figures.row(
            &format!(
                "`helmfire-helm {}` that no rule is about, against `helm`",
                args.join(" ")
            ),
            format!(
                "{} more ({} to {})",
                milliseconds(more),
                milliseconds(own),
                milliseconds(alone)
            ),
            "≤ 2 ms more",
            more <= Duration::from_millis(2),
        );
    }
}

fn run(bench: &Bench, figures: &mut Figures, project: &Project) {
    let args = ["-q", "template"];
    let plain = || project.command("helmfile", &args);
    let expected = sorted(&output_of(&mut plain()));
    for (rules, what) in
        [(String::new(), "without a rule"), (data::rules_text(), "with 16 image rules")]
    {
        fs::write(project.dir.join("helmfire.toml"), &rules).expect("a file");
        let ours = || project.command(HELMFIRE, &args);
        let found = sorted(&output_of(&mut ours()));
        // The rules name the images of the chart, so they have an effect.
        assert_eq!(found == expected, rules.is_empty(), "{what}");
        assert_eq!(found.len(), expected.len(), "{what}");
        let (own, alone) = in_turn(bench.runs(9), ours, plain);
        let ratio = own.as_secs_f64() / alone.as_secs_f64();
        figures.row(
            &format!(
                "`helmfire template` on {RELEASES} releases {what}, against `helmfile`"
            ),
            format!("{ratio:.3} × ({} to {})", milliseconds(own), milliseconds(alone)),
            "≤ 1.03 ×",
            ratio <= 1.03,
        );
    }
}

/// The lines in an order that does not depend on which release was first.
fn sorted(output: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> =
        output.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    lines.sort();
    lines
}
