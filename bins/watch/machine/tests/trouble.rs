//! Files that cannot be read.

use super::*;

fn look(script: &mut Script, survey: Survey, expected: &[Action]) {
    script.hint(&[]);
    script.at(script.now + ms(100), &[LOOK]);
    script.surveyed(survey, expected);
}

#[test]
fn the_same_message_is_told_every_five_minutes() {
    let mut script = Script::idle(&Settings::default());
    look(&mut script, unreadable("a", "one"), &[broken("one")]);
    script.asleep_until(ms(10_000));
    look(&mut script, unreadable("a", "one"), &[]);
    script.asleep_until(ms(20_000));
    look(&mut script, unreadable("a", "two"), &[broken("two")]);
    script.asleep_until(ms(330_000));
    look(&mut script, unreadable("a", "two"), &[broken("two")]);
    script.asleep_until(ms(340_000));
    look(&mut script, survey("a", "web=1 db=1", ""), &[MENDED]);
    script.at(ms(340_500), &[untouched("a")]);
    script.rests();
}

#[test]
fn what_is_dirty_waits_until_it_is_mended() {
    let mut script = Script::running(&Settings::default());
    script.hint(&[]);
    script.ended("web", "", &[store("web=2 db=1"), LOOK]);
    script.surveyed(unreadable("b", "one"), &[broken("one")]);
    script.rests();
    let start = script.now;
    script.hint(&[]);
    script.at(start + ms(100), &[LOOK]);
    let mended = survey("b", "web=3 db=1", "web");
    script.surveyed(mended, &[MENDED, planning("web")]);
    script.planned(plan("web"), &[]);
    script.at(start + ms(500), &[changed("b"), run("web", "b")]);
}

#[test]
fn a_release_that_failed_while_broken_is_tried_when_mended() {
    let mut script = Script::running(&Settings::default());
    script.ended("", "web", &[LOOK]);
    script.surveyed(unreadable("b", "one"), &[broken("one")]);
    script.rests();
    let mended = survey("b", "web=2 db=1", "");
    look(&mut script, mended, &[MENDED, planning("web")]);
}
