//! Changes while helmfile runs.

use super::*;

#[test]
fn changes_during_a_run_make_one_more() {
    let mut script = Script::running(&Settings::default());
    for _ in 0..3 {
        script.asleep_until(script.now + ms(1000));
        script.hint(&[]);
    }
    script.ended("web", "", &[store("web=2 db=1"), LOOK]);
    let found = survey("a b", "web=3 db=2", "web db");
    script.surveyed(found, &[planning("web db")]);
    script.planned(plan("web db"), &[]);
    script.at(ms(4000), &[changed("a b"), run("web db", "a b")]);
}

#[test]
fn ignored_ones_wait_for_the_next() {
    let mut script = Script::running(&busy(Busy::Ignore));
    script.hint(&[]);
    script.ended("web", "", &[store("web=2 db=1"), LOOK]);
    script.surveyed(survey("a", "web=2 db=2", "db"), &[]);
    script.rests();
    let start = script.now;
    script.hint(&[]);
    script.at(start + ms(100), &[LOOK]);
    script.surveyed(survey("b", "web=2 db=2", ""), &[planning("db")]);
    script.planned(plan("db"), &[]);
    script.at(start + ms(500), &[changed("a b"), run("db", "a")]);
}

#[test]
fn a_run_is_interrupted_for_another() {
    let mut script = Script::running(&busy(Busy::Restart));
    script.hint(&[]);
    script.at(ms(600), &[LOOK]);
    script.surveyed(survey("a", "web=3 db=1", "web"), &[]);
    script.at(ms(1000), &[INTERRUPT]);
    script.at(ms(61_000), &[TERMINATE]);
    script.rests();
    let end = script.now;
    script.ended("", "web", &[LOOK]);
    script.surveyed(survey("", "web=3 db=1", ""), &[planning("web")]);
    script.planned(plan("web"), &[]);
    script.at(end + ms(500), &[changed("a"), run("web", "a")]);
}

#[test]
fn but_not_for_the_same() {
    let mut script = Script::running(&busy(Busy::Restart));
    script.hint(&[]);
    script.at(ms(600), &[LOOK]);
    script.surveyed(survey("", "web=2 db=1", ""), &[]);
    script.rests();
}

#[test]
fn what_failed_is_joined_by_what_changed() {
    let mut script = Script::running(&Settings::default());
    script.ended("", "web", &[LOOK]);
    script.surveyed(survey("b", "web=2 db=2", "db"), &[planning("web db")]);
}

#[test]
fn a_release_mended_while_it_failed_is_run_again() {
    let mut script = Script::running(&Settings::default());
    script.ended("", "web", &[LOOK]);
    script.surveyed(survey("a", "web=3 db=1", "web"), &[planning("web")]);
}
