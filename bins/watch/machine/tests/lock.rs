//! A git at work.

use super::*;

fn locked(survey: Survey) -> Survey {
    Survey { locked: true, ..survey }
}

#[test]
fn git_is_waited_for() {
    let mut script = Script::idle(&Settings::default());
    script.hint(&[]);
    script.at(ms(100), &[LOOK]);
    script.surveyed(locked(survey("a", "web=2 db=1", "web")), &[]);
    for look in 1..=5 {
        script.at(ms(100 + look * 200), &[LOOK]);
        script.surveyed(locked(survey("", "web=2 db=1", "")), &[]);
    }
    script.at(ms(1300), &[LOOK]);
    script.surveyed(survey("b", "web=2 db=2", "db"), &[planning("web db")]);
    script.planned(plan("web db"), &[changed("a b"), both()]);
}

fn both() -> Action {
    let releases = [(id("web"), files("a")), (id("db"), files("b"))].into();
    Action::Run(Job { what: What::Some(calls("web db")), releases })
}

#[test]
fn but_not_for_ever() {
    let mut script = Script::new(with(|it| it.git_hold = ms(1000)));
    script.begin("", &[RELOAD]);
    script.surveyed(locked(survey("", "web=1", "")), &[]);
    for look in 1..=4 {
        script.at(ms(look * 200), &[LOOK]);
        script.surveyed(locked(survey("", "web=1", "")), &[]);
    }
    script.at(ms(1000), &[whole("web")]);
    script.ended("web", "", &[store("web=1"), LOOK]);
    script.surveyed(locked(survey("", "web=1", "")), &[]);
    script.rests();
}
