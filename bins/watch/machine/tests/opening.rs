//! What is done at the start.

use super::*;

#[test]
fn the_first_run_is_for_all() {
    let mut script = Script::new(Settings::default());
    script.begin("web=1", &[RELOAD]);
    script.surveyed(survey("x", "web=1 db=1", ""), &[whole("db web")]);
    script.ended("web db", "", &[store("web=1 db=1"), LOOK]);
    script.surveyed(survey("", "web=1 db=1", ""), &[]);
    script.rests();
}

#[test]
fn skipping_it_takes_all_as_deployed() {
    let mut script = Script::new(with(|it| it.initial = Initial::Skip));
    script.begin("", &[RELOAD]);
    script.surveyed(survey("", "web=1", ""), &[store("web=1")]);
    script.rests();
}

#[test]
fn or_catches_up_with_what_changed_meanwhile() {
    let mut script = Script::new(with(|it| it.initial = Initial::Skip));
    script.begin("web=1 db=1", &[RELOAD]);
    script.surveyed(survey("", "web=2 db=1", ""), &[planning("web")]);
    script.planned(plan("web"), &[run("web", "")]);
}

#[test]
fn what_cannot_be_read_is_waited_for() {
    let mut script = Script::new(Settings::default());
    script.begin("", &[RELOAD]);
    script.surveyed(unreadable("", "line 3"), &[broken("line 3")]);
    script.rests();
    let start = script.now;
    script.hint(&[]);
    script.at(start + ms(100), &[LOOK]);
    script.surveyed(survey("helmfile.yaml", "web=1", ""), &[MENDED]);
    script.at(start + ms(500), &[changed("helmfile.yaml"), whole("web")]);
}

#[test]
fn without_releases_there_is_nothing_to_run() {
    let mut script = Script::new(Settings::default());
    script.begin("", &[RELOAD]);
    script.surveyed(survey("", "", ""), &[]);
    script.rests();
}
