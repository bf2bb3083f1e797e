//! When a run begins, and what is looked at before.

use super::*;

#[test]
fn all_is_prepared_when_the_quiet_period_ends() {
    let mut script = Script::running(&Settings::default());
    script.ended("web", "", &[store("web=2 db=1"), LOOK]);
    script.surveyed(survey("", "web=2 db=1", ""), &[]);
    script.rests();
}

#[test]
fn a_hint_begins_it_anew() {
    let mut script = Script::idle(&Settings::default());
    script.hint(&[]);
    script.at(ms(100), &[LOOK]);
    script.surveyed(survey("a", "web=2 db=1", "web"), &[planning("web")]);
    script.planned(plan("web"), &[]);
    script.asleep_until(ms(400));
    script.hint(&[]);
    script.at(ms(500), &[LOOK]);
    script.surveyed(survey("b", "web=3 db=1", "web"), &[]);
    script.at(ms(900), &[changed("a b"), run("web", "a b")]);
}

#[test]
fn hints_without_end_do_not_forbid_a_run() {
    let mut script = Script::idle(&Settings::default());
    for hint in 0..100 {
        script.asleep_until(ms(hint * 50));
        script.hint(&[]);
    }
    script.at(ms(5000), &[LOOK]);
    script.hint(&[]);
    script.surveyed(survey("a", "web=2 db=1", "web"), &[planning("web")]);
    script.now = ms(5050);
    script.hint(&[]);
    script.planned(plan("web"), &[changed("a"), run("web", "a")]);
}

#[test]
fn hints_beyond_the_cap_have_a_quiet_period_of_their_own() {
    let mut script = Script::idle(&Settings::default());
    for hint in 0..100 {
        script.asleep_until(ms(hint * 50));
        script.hint(&[]);
    }
    script.at(ms(5000), &[LOOK]);
    script.hint(&[]);
    script.surveyed(survey("a", "web=1 db=1", ""), &[untouched("a")]);
    script.at(ms(5100), &[LOOK]);
    script.surveyed(survey("", "web=1 db=1", ""), &[]);
    script.rests();
}

#[test]
fn a_survey_older_than_the_last_hint_does_not_count() {
    let mut script = Script::idle(&Settings::default());
    script.hint(&[]);
    script.at(ms(100), &[LOOK]);
    script.asleep_until(ms(200));
    script.hint(&[]);
    script.asleep_until(ms(900));
    script.surveyed(survey("a", "web=2 db=1", "web"), &[LOOK]);
    script.surveyed(survey("b", "web=3 db=1", "web"), &[planning("web")]);
    script.planned(plan("web"), &[changed("a b"), run("web", "a b")]);
}

#[test]
fn without_reliable_events_it_is_looked_once_more() {
    let mut script = Script::idle(&with(|it| it.reliable = false));
    script.hint(&[]);
    script.at(ms(100), &[LOOK]);
    script.surveyed(survey("a", "web=2 db=1", "web"), &[planning("web")]);
    script.planned(plan("web"), &[]);
    script.at(ms(500), &[LOOK]);
    script.surveyed(survey("b", "web=3 db=1", "web"), &[]);
    script.at(ms(1000), &[LOOK]);
    script.surveyed(survey("", "web=3 db=1", ""), &[changed("a b"), run("web", "a b")]);
}

#[test]
fn but_not_beyond_the_cap() {
    let mut script = Script::idle(&with(|it| it.reliable = false));
    script.hint(&[]);
    script.at(ms(100), &[LOOK]);
    script.surveyed(survey("a", "web=2 db=1", "web"), &[planning("web")]);
    script.planned(plan("web"), &[]);
    for end in 1..10 {
        script.at(ms(end * 500), &[LOOK]);
        script.surveyed(survey("a", "web=3 db=1", "web"), &[]);
    }
    script.at(ms(5000), &[LOOK]);
    script.surveyed(survey("a", "web=4 db=1", "web"), &[changed("a"), run("web", "a")]);
}

#[test]
fn polling_finds_what_no_hint_tells() {
    let poll = with(|it| (it.poll, it.reliable) = (Some(ms(2000)), false));
    let mut script = Script::idle(&poll);
    script.at(ms(2000), &[LOOK]);
    script.surveyed(survey("", "web=1 db=1", ""), &[]);
    script.at(ms(4000), &[LOOK]);
    script.surveyed(survey("a", "web=2 db=1", "web"), &[planning("web")]);
    script.planned(plan("web"), &[]);
    script.at(ms(4500), &[LOOK]);
    script.surveyed(survey("", "web=2 db=1", ""), &[changed("a"), run("web", "a")]);
}

#[test]
fn events_can_turn_out_to_be_unreliable() {
    let mut script = Script::idle(&Settings::default());
    script.rests();
    script.machine.distrust();
    // The new deadline shows with the next step.
    script.step(Input::Wake, &[LOOK]);
    script.surveyed(survey("a", "web=2 db=1", "web"), &[planning("web")]);
    script.planned(plan("web"), &[]);
    script.at(script.now + ms(500), &[LOOK]);
    script.surveyed(survey("", "web=2 db=1", ""), &[changed("a"), run("web", "a")]);
}

#[test]
fn a_hint_at_the_moment_of_the_last_survey_is_looked_after() {
    let quiet = with(|it| (it.quiet, it.cap, it.reliable) = (ms(0), ms(0), false));
    let mut script = Script::idle(&quiet);
    script.hint(&[LOOK]);
    script.hint(&[]);
    script.surveyed(survey("", "web=1 db=1", ""), &[LOOK]);
    script.surveyed(survey("", "web=1 db=1", ""), &[]);
    script.rests();
}
