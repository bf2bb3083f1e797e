//! Outputs that lost a part, or never made sense.

mod bed;

use bed::{Recording, asked, assert_is_a_line, recordings};
use helmfire_diff::{Asked, Output, Verdict, read, read_alone};
use proptest::prelude::*;

/// Whether a release that differs is taken for one in sync.
fn assert_none_is_cleared(recording: &Recording, before: &[Verdict], stdout: &[u8]) {
    let output = Output { stdout, ..recording.output() };
    let after = read(&recording.asked, &output).verdicts;
    for (at, (before, after)) in before.iter().zip(&after).enumerate() {
        let differs = matches!(before, Verdict::Differs(_) | Verdict::Removal);
        let is_cleared = *after == Verdict::InSync && differs;
        let asked = &recording.asked[at];
        assert!(!is_cleared, "{} {asked:?} at {}", recording.cases, stdout.len());
        if differs && recording.exit == 2 {
            let alone = read_alone(asked, &output);
            assert_ne!(alone, Verdict::InSync, "{} {asked:?}", recording.cases);
        }
    }
}

#[test]
fn a_cut_between_any_two_lines_clears_no_release() {
    for recording in recordings() {
        let before = read(&recording.asked, &recording.output()).verdicts;
        let ends =
            recording.stdout.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        for (end, _) in ends {
            for cut in [end, end + 1] {
                assert_none_is_cleared(&recording, &before, &recording.stdout[..cut]);
                assert_none_is_cleared(&recording, &before, &recording.stdout[cut..]);
            }
        }
    }
}

/// Pieces of what helmfile prints, in any order.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"Comparing release=web, chart=x, namespace=demo\n".to_vec()),
        Just(b"Comparing release=web, chart=x, namespace=\n".to_vec()),
        Just(b"Comparing release=db, chart=, namespace=demo\n".to_vec()),
        Just(b"[\n".to_vec()),
        Just(b"[]\n".to_vec()),
        Just(b"{\"name\": \"a\", \"changeType\": \"ADD\"}".to_vec()),
        Just(b"\n]\n".to_vec()),
        Just(b"demo, web, Pod (v1) has changed:\n".to_vec()),
        Just(b"  Comparing release=web, chart=x, namespace=demo\n".to_vec()),
        Just(b"Affected releases are:\n".to_vec()),
        Just(b"  web (x) UPDATED\n".to_vec()),
        Just(b"  db (x) DELETED\n".to_vec()),
        Just(b"No affected releases\n".to_vec()),
        Just(b"Identified at least one change\n".to_vec()),
        Just(b"Listing releases matching ^db$\n".to_vec()),
        Just(b"in a: in b: Error: exit status 1: Secret https://a@\n".to_vec()),
        Just(b"\x1b[31m".to_vec()),
        Just(vec![0xff, 0, b'\r', 0xc3]),
        prop::collection::vec(any::<u8>(), 0..12),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn releases() -> Vec<Asked> {
    vec![asked("web", "demo"), asked("db", "demo"), asked("web", "")]
}

proptest! {
    #[test]
    fn no_output_panics_and_reasons_are_lines(
        stdout in pieces(),
        stderr in pieces(),
        exit in prop_oneof![0..4_u8, any::<u8>()],
    ) {
        let output = Output { stdout: &stdout, stderr: &stderr, exit };
        let releases = releases();
        let answer = read(&releases, &output);
        prop_assert_eq!(answer.verdicts.len(), releases.len());
        let alone = releases.iter().map(|one| read_alone(one, &output));
        let verdicts: Vec<_> = answer.verdicts.iter().cloned().chain(alone).collect();
        for verdict in verdicts {
            match verdict {
                Verdict::Unknown { reason, .. } => assert_is_a_line(&reason),
                Verdict::Differs(objects) => prop_assert!(!objects.is_empty()),
                // Whatever was printed, after a failure nothing is in sync.
                Verdict::InSync => prop_assert!(exit == 0 || exit == 2),
                Verdict::Removal => {}
            }
        }
        for at in answer.rerun {
            let is_unknown = matches!(answer.verdicts[at], Verdict::Unknown { .. });
            prop_assert!(is_unknown);
        }
        for note in &answer.notes {
            assert_is_a_line(note);
        }
    }

    #[test]
    fn a_cut_anywhere_clears_no_release(
        nth in any::<prop::sample::Index>(),
        places in prop::collection::vec(any::<prop::sample::Index>(), 16),
    ) {
        let recordings = recordings();
        let recording = nth.get(&recordings);
        prop_assume!(!recording.stdout.is_empty());
        let before = read(&recording.asked, &recording.output()).verdicts;
        for place in places {
            let cut = place.index(recording.stdout.len());
            assert_none_is_cleared(recording, &before, &recording.stdout[..cut]);
        }
    }
}
