//! What it costs to tell which releases a change touches.

use std::fs;
use std::time::Duration;

use crate::Bench;
use crate::figures::{Figures, milliseconds};
use crate::helm::{Project, RELEASES};
use crate::timing::{in_turn, output_of};

const PROGRAM: &str = env!("CARGO_BIN_EXE_helmfire-releases");

/// `helmfire-releases` against one `helmfile build`, without values and with some
/// that are templates, which helmfile shows only if asked a second time.
pub fn measure(bench: &Bench, figures: &mut Figures, project: &Project) {
    fs::write(project.dir.join("helmfire.toml"), "").expect("a file");
    compare(bench, figures, project, "");
    let helmfile = project.dir.join("helmfile.yaml");
    let plain = fs::read_to_string(&helmfile).expect("a helmfile");
    let values = "tag: {{ .Release.Name }}\nhost: {{ .Environment.Name }}.example\n";
    fs::write(project.dir.join("values.yaml.gotmpl"), values).expect("a file");
    let with_values = plain.replace("./web}", "./web, values: [values.yaml.gotmpl]}");
    assert_ne!(with_values, plain);
    fs::write(&helmfile, with_values).expect("a file");
    compare(bench, figures, project, " with values that are templates");
    fs::write(&helmfile, plain).expect("a file");
}

fn compare(bench: &Bench, figures: &mut Figures, project: &Project, what: &str) {
    let state = bench.path("state");
    let ours = || {
        let mut command = project.command(PROGRAM, &["web/Chart.yaml"]);
        command.env("HELMFIRE_STATE_HOME", &state);
        command
    };
    let build = || project.command("helmfile", &["-q", "build"]);
    let rows = String::from_utf8_lossy(&output_of(&mut ours())).lines().count();
    assert_eq!(rows, RELEASES + 1, "a header and every release");
    let (own, alone) = in_turn(bench.runs(15), ours, build);
    let ratio = own.as_secs_f64()
        / alone.as_secs_f64().max(Duration::from_millis(1).as_secs_f64());
    figures.row(
        &format!(
            "`helmfire-releases` on {RELEASES} releases{what}, against `helmfile build`"
        ),
        format!("{ratio:.2} × ({} to {})", milliseconds(own), milliseconds(alone)),
        "≤ 1.5 ×",
        ratio <= 1.5,
    );
}
