//! What a run is for.

use super::*;

#[test]
fn files_without_effect_are_told_once() {
    let mut script = Script::idle(&Settings::default());
    script.hint(&[]);
    script.at(ms(100), &[LOOK]);
    script.surveyed(survey("a", "web=1 db=1", ""), &[]);
    script.at(ms(500), &[untouched("a")]);
    script.rests();
}

#[test]
fn a_hint_without_a_change_is_nothing() {
    let mut script = Script::idle(&Settings::default());
    script.hint(&[]);
    script.at(ms(100), &[LOOK]);
    script.surveyed(survey("", "web=1 db=1", ""), &[]);
    script.rests();
}

#[test]
fn a_plan_is_waited_for_and_hints_begin_anew() {
    let mut script = Script::idle(&Settings::default());
    script.hint(&[]);
    script.at(ms(100), &[LOOK]);
    script.surveyed(survey("a", "web=2 db=1", "web"), &[planning("web")]);
    script.asleep_until(ms(700));
    script.hint(&[]);
    script.planned(plan("web"), &[]);
    script.at(ms(800), &[LOOK]);
    script.surveyed(survey("", "web=2 db=1", ""), &[]);
    script.at(ms(1200), &[changed("a"), run("web", "a")]);
}

#[test]
fn a_plan_for_too_little_is_made_again() {
    let mut script = Script::idle(&Settings::default());
    script.hint(&[]);
    script.at(ms(100), &[LOOK]);
    script.surveyed(survey("a", "web=2 db=1", "web"), &[planning("web")]);
    script.hint(&[]);
    script.at(ms(200), &[LOOK]);
    script.surveyed(survey("a", "web=2 db=2", "db"), &[]);
    script.planned(plan("web"), &[planning("web db")]);
    script.planned(plan("web"), &[]);
    script.planned(plan("web db"), &[]);
    script.at(ms(600), &[changed("a"), run("web db", "a")]);
}

#[test]
fn a_plan_that_fails_waits_for_a_change() {
    let mut script = Script::idle(&Settings::default());
    script.hint(&[]);
    script.at(ms(100), &[LOOK]);
    script.surveyed(survey("a", "web=2 db=1", "web"), &[planning("web")]);
    let failed = Plan { outcome: Err("why".into()), ..plan("web") };
    script.planned(failed, &[broken("why")]);
    script.rests();
    let start = script.now;
    script.hint(&[]);
    script.at(start + ms(100), &[LOOK]);
    script.surveyed(survey("b", "web=2 db=1", ""), &[planning("web")]);
    script.planned(plan("web"), &[MENDED]);
    script.at(start + ms(500), &[changed("a b"), run("web", "a")]);
}

#[test]
fn what_is_refused_is_told_once_for_each_print() {
    let mut script = Script::idle(&Settings::default());
    let refusal = |releases: &str| {
        let refused = BTreeMap::from([(id("web"), "why".to_owned())]);
        let planned = Planned { invocations: calls("db"), refused };
        Plan { outcome: Ok(planned), ..plan(releases) }
    };
    let refused =
        Action::Report(Report::Refused { release: id("web"), why: "why".into() });
    script.hint(&[]);
    script.at(ms(100), &[LOOK]);
    script.surveyed(survey("a", "web=2 db=1", "web"), &[planning("web")]);
    script.planned(refusal("web"), &[]);
    script.at(ms(500), &[changed("a"), refused.clone()]);
    script.rests();

    script.edit("b", "web=2 db=2", "db");
    script.ended("db", "", &[store("web=1 db=2"), LOOK]);
    script.surveyed(survey("", "web=2 db=2", ""), &[]);
    script.rests();

    let start = script.now;
    script.hint(&[]);
    script.at(start + ms(100), &[LOOK]);
    script.surveyed(survey("a", "web=3 db=3", "web db"), &[planning("web db")]);
    script.planned(refusal("web db"), &[]);
    script.at(start + ms(500), &[changed("a"), refused, run("db", "a")]);
}

#[test]
fn what_failed_waits_for_a_change() {
    let mut script = Script::running(&Settings::default());
    script.ended("", "web", &[LOOK]);
    script.surveyed(survey("", "web=2 db=1", ""), &[]);
    script.rests();

    // A hint alone is none,
    script.hint(&[]);
    script.at(script.now + ms(100), &[LOOK]);
    script.surveyed(survey("", "web=2 db=1", ""), &[]);
    script.rests();

    // and any is one.
    let start = script.now;
    script.hint(&[]);
    script.at(start + ms(100), &[LOOK]);
    script.surveyed(survey("b", "web=2 db=1", ""), &[planning("web")]);
    script.planned(plan("web"), &[]);
    script.at(start + ms(500), &[changed("b"), run("web", "a")]);
}

#[test]
fn or_for_the_time_to_try_again() {
    let mut script = Script::running(&with(|it| it.retry = Some(ms(10_000))));
    script.ended("", "web", &[LOOK]);
    script.surveyed(survey("", "web=2 db=1", ""), &[]);
    script.at(ms(10_500), &[planning("web")]);
    script.planned(plan("web"), &[]);
    script.at(ms(11_000), &[run("web", "a")]);
}

#[test]
fn what_is_no_longer_declared_is_told_once() {
    let mut script = Script::idle(&Settings::default());
    script.hint(&[]);
    script.at(ms(100), &[LOOK]);
    let removed = Action::Report(Report::Removed(id("db")));
    script.surveyed(survey("a", "web=1", ""), &[removed, store("web=1")]);
    script.at(ms(500), &[untouched("a")]);
    script.rests();
}

#[test]
fn what_a_failed_run_was_for_is_not_deployed_even_as_it_was() {
    let mut script = Script::running(&Settings::default());
    assert_eq!(script.undone, Some(store("db=1")));
    script.ended("", "web", &[LOOK]);
    script.surveyed(survey("", "web=2 db=1", ""), &[]);
    // Put back; what the run did before it failed is not known.
    script.edit("a", "web=1 db=1", "web");
}
