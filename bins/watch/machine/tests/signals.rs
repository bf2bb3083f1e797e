//! Signals.

use super::*;

#[test]
fn nothing_running_it_ends_at_once() {
    for (signal, code) in [(Signal::Interrupt, 130), (Signal::Terminate, 143)] {
        let mut script = Script::idle(&Settings::default());
        script.hint(&[]);
        script.signal(signal, &[Action::Exit(code)]);
        script.hint(&[]);
        script.signal(signal, &[]);
        script.rests();
    }
}

#[test]
fn a_run_is_waited_for() {
    let mut script = Script::running(&Settings::default());
    script.signal(Signal::Interrupt, &[INTERRUPT]);
    script.hint(&[]);
    script.signal(Signal::Hangup, &[]);
    script.rests();
    script.signal(Signal::Interrupt, &[TERMINATE]);
    script.signal(Signal::Terminate, &[TERMINATE]);
    let end = [store("web=2 db=1"), Action::Exit(130)];
    script.ended("web", "", &end);
    script.ended("web", "", &[]);
}

#[test]
fn an_answer_that_comes_after_it_does_no_harm() {
    let mut script = Script::running(&busy(Busy::Restart));
    script.hint(&[]);
    script.at(ms(600), &[LOOK]);
    script.signal(Signal::Terminate, &[TERMINATE]);
    script.surveyed(survey("a", "web=3 db=1", "web"), &[]);
    script.planned(plan("web"), &[]);
    script.rests();
    script.ended("", "web", &[Action::Exit(143)]);
}

#[test]
fn a_hangup_reads_everything_again_and_counts_as_a_change() {
    let mut script = Script::running(&Settings::default());
    script.signal(Signal::Hangup, &[]);
    script.ended("", "web", &[RELOAD]);
    script.surveyed(survey("", "web=2 db=1", ""), &[planning("web")]);
    script.planned(plan("web"), &[]);
    script.at(ms(1000), &[run("web", "a")]);
}

#[test]
fn without_a_run_at_once() {
    let mut script = Script::idle(&Settings::default());
    script.signal(Signal::Hangup, &[RELOAD]);
    script.surveyed(survey("", "web=1 db=1", ""), &[]);
    script.rests();
}

#[test]
fn it_is_known_when_nothing_is_left_to_do() {
    let mut script = Script::running(&Settings::default());
    assert!(!script.machine.is_idle());
    script.ended("web", "", &[store("web=2 db=1"), LOOK]);
    assert!(!script.machine.is_idle());
    script.surveyed(survey("", "web=2 db=1", ""), &[]);
    assert!(script.machine.is_idle());
    script.hint(&[]);
    assert!(!script.machine.is_idle());
}
