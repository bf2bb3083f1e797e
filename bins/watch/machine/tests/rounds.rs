//! Runs that rewrite their own inputs.

use super::*;

/// The run ends, and is found to have written `file` such that `web` is `print`.
fn writes(script: &mut Script, file: &str, print: u8) {
    let deployed = format!("web={} db=1", print - 1);
    script.ended("web", "", &[store(&deployed), LOOK]);
    let wanted = format!("web={print} db=1");
    script.surveyed(survey(file, &wanted, "web"), &[planning("web")]);
    script.planned(plan("web"), &[]);
}

fn again(script: &mut Script, after: u64, file: &str) {
    script.at(script.now + ms(after), &[changed(file), run("web", file)]);
}

#[test]
fn a_run_that_writes_its_inputs_is_given_up_in_the_third_round() {
    let mut script = Script::running(&Settings::default());
    writes(&mut script, "f", 3);
    again(&mut script, 500, "f");
    writes(&mut script, "f", 4);
    again(&mut script, 5000, "f");
    script.ended("web", "", &[store("web=4 db=1"), LOOK]);
    script.surveyed(survey("f", "web=5 db=1", "web"), &[writing("f", "web")]);
    // Once more, to be certain.
    script.asleep_until(script.now + ms(59_999));
    script.now += ms(1);
    let wanted = "web=5 db=1";
    assert_eq!(script.machine.step(Input::Wake, script.now), [planning("web")]);
    script.planned(plan("web"), &[]);
    let start = script.now;
    while script.machine.run.is_none() {
        script.now = script.machine.deadline().unwrap();
        if script.machine.step(Input::Wake, script.now).contains(&LOOK) {
            script.machine.step(Input::Surveyed(survey("", wanted, "")), script.now);
        }
    }
    assert_eq!(script.now, start + ms(5000));
    script.ended("web", "", &[store("web=5 db=1"), LOOK]);
    script.surveyed(survey("f", "web=6 db=1", "web"), &[store("web=6 db=1")]);
    script.rests();
}

/// Somebody who saves the file again and again, also while it is deployed.
#[test]
fn a_user_at_work_is_no_loop() {
    let mut script = Script::running(&Settings::default());
    let mut print = 2;
    for _ in 0..40 {
        script.ended("web", "", &[store(&format!("web={print} db=1")), LOOK]);
        script.hint(&[]);
        print += 1;
        let wanted = format!("web={print} db=1");
        script.surveyed(survey("f", &wanted, "web"), &[]);
        let start = script.now;
        script.at(start + ms(100), &[LOOK]);
        script.surveyed(survey("", &wanted, ""), &[planning("web")]);
        script.planned(plan("web"), &[]);
        script.at(start + ms(500), &[changed("f"), run("web", "f")]);
    }
}

/// The same without a hint after the end, and never quiet for five seconds.
#[test]
fn nor_is_one_who_never_rests() {
    let mut script = Script::running(&Settings::default());
    for print in 3..12 {
        script.ended("web", "", &[store(&format!("web={} db=1", print - 1)), LOOK]);
        let wanted = format!("web={print} db=1");
        script.surveyed(survey("f", &wanted, "web"), &[planning("web")]);
        script.planned(plan("web"), &[]);
        while script.machine.run.is_none() {
            script.now = script.machine.deadline().unwrap().min(script.now + ms(400));
            script.machine.step(Input::Hint, script.now);
            if script.machine.asked.is_some() {
                let survey = survey("", &wanted, "");
                script.machine.step(Input::Surveyed(survey), script.now);
            }
            if script.machine.sought.is_some() {
                script.machine.step(Input::Planned(plan("web")), script.now);
            }
            script.machine.step(Input::Wake, script.now);
            assert!(script.now < ms(3_600_000));
        }
    }
}

/// Where a run starts no program that could write, whatever changes is a save.
#[test]
fn without_hooks_it_is_always_the_user() {
    let mut script = Script::running(&Settings::default());
    for print in 3..12 {
        script.ended("web", "", &[store(&format!("web={} db=1", print - 1)), LOOK]);
        let mut survey = survey("f", &format!("web={print} db=1"), "web");
        survey.state.as_mut().unwrap().may_write = false;
        script.surveyed(survey, &[planning("web")]);
        script.planned(plan("web"), &[]);
        again(&mut script, 500, "f");
    }
}

/// A lock that helm has made in the run is what the run was with.
#[test]
fn what_a_run_has_made_needs_no_other() {
    let mut script = Script::running(&Settings::default());
    script.ended("web", "", &[store("web=2 db=1"), LOOK]);
    let mut survey = survey("Chart.lock", "web=3 db=1", "web");
    survey.state.as_mut().unwrap().made = files("Chart.lock").into_iter().collect();
    script.surveyed(survey, &[store("web=3 db=1")]);
    assert!(script.machine.ledger.due().is_empty());
}

#[test]
fn another_file_is_another_reason() {
    let mut script = Script::running(&Settings::default());
    writes(&mut script, "f", 3);
    again(&mut script, 500, "f");
    writes(&mut script, "f", 4);
    again(&mut script, 5000, "f");
    script.ended("web", "", &[store("web=4 db=1"), LOOK]);
    script.surveyed(survey("f g", "web=5 db=1", "web"), &[planning("web")]);
    script.planned(plan("web"), &[]);
    script.at(script.now + ms(500), &[changed("f g"), run("web", "f g")]);
}

#[test]
fn the_user_may_begin_a_new_row() {
    let mut script = Script::running(&Settings::default());
    writes(&mut script, "f", 3);
    again(&mut script, 500, "f");
    script.ended("web", "", &[store("web=3 db=1"), LOOK]);
    script.surveyed(survey("", "web=3 db=1", ""), &[]);
    script.rests();
    script.edit("f", "web=4 db=1", "web");
    writes(&mut script, "f", 5);
    again(&mut script, 500, "f");
}

#[test]
fn what_failed_is_left_alone_but_not_taken_for_deployed() {
    let mut script = Script::running(&Settings::default());
    for (print, quiet) in [(3, 500), (4, 5000)] {
        script.ended("", "web", &[LOOK]);
        let wanted = format!("web={print} db=1");
        script.surveyed(survey("f", &wanted, "web"), &[planning("web")]);
        script.planned(plan("web"), &[]);
        script.asleep_until(script.now + ms(quiet - 1));
        script.now += ms(1);
        assert_eq!(script.machine.step(Input::Wake, script.now).len(), 2);
    }
    script.ended("", "web", &[LOOK]);
    script.surveyed(survey("f", "web=5 db=1", "web"), &[writing("f", "web")]);
    script.asleep_until(script.now + ms(59_999));
}

#[test]
fn releases_that_write_for_each_other_are_given_up() {
    let mut script = Script::running(&Settings::default());
    let (mut web, mut db) = (2, 1);
    for round in 1..=8 {
        let (own, other) = if round % 2 == 1 { ("web", "db") } else { ("db", "web") };
        script.ended(own, "", &[store(&format!("web={web} db={db}")), LOOK]);
        *(if own == "web" { &mut db } else { &mut web }) += 1;
        let wanted = format!("web={web} db={db}");
        script.surveyed(survey(other, &wanted, other), &[planning(other)]);
        script.planned(plan(other), &[]);
        let run = [changed(other), run(other, other)];
        // At last with a wait before.
        let quiet = if round == 8 { 5000 } else { 500 };
        script.at(script.now + ms(quiet), &run);
    }
    script.ended("web", "", &[store("web=6 db=5"), LOOK]);
    script.surveyed(survey("db", "web=6 db=6", "db"), &[writing("db", "db")]);
    script.asleep_until(script.now + ms(59_999));
}

#[test]
fn what_a_run_changes_and_changes_back_interrupts_it_once() {
    let mut script = Script::running(&busy(Busy::Restart));
    script.hint(&[]);
    script.at(ms(600), &[LOOK]);
    script.surveyed(survey("f", "web=3 db=1", "web"), &[]);
    script.at(ms(1000), &[INTERRUPT]);
    script.ended("", "web", &[LOOK]);
    script.surveyed(survey("f", "web=2 db=1", "web"), &[planning("web")]);
    script.planned(plan("web"), &[]);
    script.asleep_until(ms(1499));
    script.now = ms(1500);
    assert_eq!(script.machine.step(Input::Wake, ms(1500)).len(), 2);
    script.hint(&[]);
    script.at(ms(1600), &[LOOK]);
    script.surveyed(survey("f", "web=3 db=1", "web"), &[]);
    script.rests();
}
