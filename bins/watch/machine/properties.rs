//! Whatever happens in the world, the machine neither does harm (see `world`) nor does
//! it rest before all is deployed.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::world::{Deed, FILES, Nature, World, release};
use super::*;

fn settings() -> impl Strategy<Value = Settings> {
    let busy = select(vec![Busy::Queue, Busy::Ignore, Busy::Restart]);
    let initial = select(vec![Initial::Run, Initial::Skip]);
    let retry = option::of(20_000..60_000_u64);
    let quiet = select(vec![0, 1, 500]);
    (busy, initial, retry, any::<bool>(), quiet).prop_map(
        |(busy, initial, retry, reliable, quiet)| Settings {
            quiet: Time::from_millis(quiet),
            cap: Time::from_millis(10 * quiet),
            poll: (!reliable).then_some(Time::from_secs(2)),
            // What changes while it is tried again is ignored, and rightly so.
            retry: retry.filter(|_| busy != Busy::Ignore).map(Time::from_millis),
            reliable,
            busy,
            initial,
            ..Settings::default()
        },
    )
}

fn nature() -> impl Strategy<Value = Nature> {
    let pace = select(vec![0, 1, 30, 200, 900, 4000]);
    let hooks = option::weighted(0.3, 0..FILES);
    let often = prop::bool::weighted(0.3);
    let refuses = option::weighted(0.1, 0..3_usize);
    let puzzles = prop::bool::weighted(0.1);
    (vec(pace, 1..9), vec(often, 1..9), vec(hooks, 1..9), refuses, vec(puzzles, 1..9))
        .prop_map(|(pace, fails, hooks, refuses, puzzles)| Nature {
            pace,
            fails,
            hooks,
            refuses,
            puzzles,
        })
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => (0..FILES).prop_map(Deed::Edit),
        2 => (0..FILES).prop_map(Deed::Revert),
        2 => Just(Deed::Hint),
        2 => any::<bool>().prop_map(Deed::Lock),
        2 => any::<bool>().prop_map(Deed::Break),
        1 => Just(Deed::Signal(Signal::Hangup)),
    ]
}

fn deeds() -> impl Strategy<Value = Vec<(u64, Deed)>> {
    let at = prop_oneof![0..2000_u64, 0..60_000_u64];
    vec((at, deed()), 0..25)
}

/// Failures and hooks cease.
fn reform(world: &mut World) {
    world.nature.fails = vec![false];
    world.nature.hooks = vec![None];
    world.nature.puzzles = vec![false];
}

fn live(settings: Settings, nature: Nature, deeds: Vec<(u64, Deed)>) -> World {
    let mut world = World::new(settings, nature);
    for (at, deed) in deeds {
        world.later(at, deed);
    }
    world.pass(60);
    world.later(0, Deed::Lock(false));
    world.later(0, Deed::Break(false));
    world.pass(240);
    world
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn all_is_deployed_in_the_end(
        settings in settings(), nature in nature(), deeds in deeds(),
    ) {
        let mut world = live(settings, nature, deeds);
        reform(&mut world);
        // What is under way may still fail and write.
        world.pass(240);
        world.later(0, Deed::Edit(0));
        world.pass(240);
        let (mut deployed, mut cluster) = (world.deployed.clone(), world.cluster.clone());
        let mut truth = world.truth();
        if let Some(id) = world.nature.refuses.map(release) {
            for all in [&mut deployed, &mut cluster, &mut truth] {
                all.remove(&id);
            }
        }
        prop_assert_eq!(deployed, truth.clone());
        // The last edit concerns all releases, so nothing was merely adopted.
        prop_assert_eq!(cluster, truth);
    }

    #[test]
    fn hooks_that_write_at_each_run_do_not_make_it_run_for_ever(
        settings in settings(), nature in nature(), deeds in deeds(),
    ) {
        let settings = Settings { retry: None, ..settings };
        let mut world = live(settings, nature, deeds);
        // At the slowest pace a row of runs takes its time.
        world.pass(600);
        let before = world.runs;
        world.pass(600);
        prop_assert_eq!(world.runs, before);
        // A single change is followed by few runs, and then by none.
        world.later(0, Deed::Edit(0));
        world.pass(600);
        // Nine in a row and one more to be certain, for each of a few files.
        prop_assert!(world.runs <= before + 14, "{} runs", world.runs - before);
        let after = world.runs;
        world.pass(600);
        prop_assert_eq!(world.runs, after);
    }

    #[test]
    fn a_signal_ends_it(
        settings in settings(), nature in nature(), deeds in deeds(),
        at in 0..60_000_u64, second in option::of(0..5000_u64), first in any::<bool>(),
    ) {
        let signal = |first| if first { Signal::Interrupt } else { Signal::Terminate };
        let mut deeds = deeds;
        deeds.push((at, Deed::Signal(signal(first))));
        if let Some(second) = second {
            deeds.push((at + 1 + second, Deed::Signal(signal(!first))));
        }
        let world = live(settings, nature, deeds);
        prop_assert_eq!(world.exit, Some(if first { 130 } else { 143 }));
        prop_assert_eq!(world.machine.deadline(), None);
    }
}
