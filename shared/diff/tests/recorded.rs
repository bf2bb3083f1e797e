//! What the real helmfile, helm and helm-diff printed, read.

mod bed;

use bed::{asked, assert_is_a_line, recording_of, recordings, write};
use helmfire_diff::{Verdict, read, read_alone};

#[test]
fn every_recording_is_read_as_expected() {
    let recordings = recordings();
    assert!(recordings.len() > 140, "{}", recordings.len());
    for recording in recordings {
        let answer = read(&recording.asked, &recording.output());
        assert_eq!(
            write(&recording.asked, &answer),
            recording.expected,
            "{}",
            recording.cases
        );
        assert_eq!(answer.notes, [""; 0], "{}", recording.cases);
        for verdict in &answer.verdicts {
            if let Verdict::Unknown { reason, remedy } = verdict {
                assert_is_a_line(reason);
                if let Some(remedy) = remedy {
                    assert_is_a_line(remedy);
                }
            }
        }
    }
}

/// The reason for the first unknown release of a recording.
fn reason(case: &str) -> Option<String> {
    let recording = recording_of(case);
    let answer = read(&recording.asked, &recording.output());
    let reason = |verdict| match verdict {
        Verdict::Unknown { reason, .. } => Some(reason),
        _ => None,
    };
    answer.verdicts.into_iter().find_map(reason)
}

#[test]
fn silence_has_reasons() {
    let cases = [
        ("20-suppressdiff twoway helm3", "suppressDiff keeps its diff silent"),
        ("20-suppressdiff text helm4", "suppressDiff keeps its diff silent"),
        (
            "31b-regex-bad threeway helm3",
            "helmfile says that it differs, but no diff was printed: helm-diff \
             crashed, or left it out",
        ),
        (
            "17-clusterrole json helm4",
            "helmfile says that it differs, but no diff was printed: helm-diff \
             crashed, or left it out",
        ),
        (
            "21b-two-broken threeway helm3",
            "helmfile exited with 1, so silence says nothing: execution error at \
             (broken/templates/configmap.yaml:6:12): value is required",
        ),
        (
            "36-no-matching threeway helm3",
            "helmfile exited with 3, so silence says nothing: no releases found that \
             matches specified selector(name=nosuch) and environment(default), in any \
             helmfile",
        ),
        (
            "36-no-matching bad-flag helm4",
            "helmfile exited with 3, so silence says nothing: unknown flag: \
             --no-such-flag",
        ),
    ];
    for (case, expected) in cases {
        assert_eq!(reason(case).as_deref(), Some(expected), "{case}");
    }
}

/// Each of these runs failed of the release named; as if it had been asked alone.
#[test]
fn a_failure_is_explained_in_a_line() {
    let unmapped = "unable to build kubernetes objects from release manifest: resource \
                    mapping not found for name: \"gadgets\" namespace: \"\" from \"\": \
                    no matches for kind \"Gadget\" in version \"demo.example.com/v1\"";
    let twice = "unable to generate manifests: cannot patch \"web\" with kind Service: \
                 Service \"web\" is invalid: spec.ports[1].name: Duplicate value: \
                 \"http\"";
    let cases = [
        ("11c-crd-deleted threeway helm3", "gadgets", unmapped, "install the custom"),
        ("11c-crd-deleted text helm4", "gadgets", unmapped, "install the custom"),
        (
            "18b-nothing-installed-crd-missing twoway helm4",
            "gadgets",
            unmapped,
            "install the",
        ),
        (
            "21a-broken twoway helm4",
            "broken",
            "execution error at (broken/templates/configmap.yaml:6:12): value is \
             required",
            "mend the chart",
        ),
        (
            "22-server-down threeway helm4",
            "store",
            "kubernetes cluster unreachable: Get \"https://127.0.0.1:6443/version\": \
             dial tcp 127.0.0.1:6443: connect: connection refused",
            "see that the cluster",
        ),
        (
            "22-server-down twoway helm3",
            "hooked",
            "Kubernetes cluster unreachable: Get \"https://127.0.0.1:6443/version\": \
             dial tcp 127.0.0.1:6443: connect: connection refused",
            "see that the cluster",
        ),
        (
            "23-readonly threeway helm3",
            "store",
            "unable to generate manifests: cannot patch \"store\" with kind Service: \
             services \"store\" is forbidden: User \"reader\" cannot patch resource \
             \"services\" in API group \"\" in the namespace \"demo\"",
            "give this account",
        ),
        (
            "32-service-port-edited text helm4",
            "web",
            twice,
            "check without --three-way",
        ),
        (
            "31c-regex-bad-direct threeway helm4",
            "web",
            "helmfile exited with 2, but does not say what differs: panic: error \
             parsing regexp: missing closing ): `replicas: (`",
            "mend suppressOutputLineRegex",
        ),
        (
            "36-no-matching threeway helm4",
            "nosuch",
            "no releases found that matches specified selector(name=nosuch) and \
             environment(default), in any helmfile",
            "",
        ),
    ];
    for (case, name, expected, begin) in cases {
        let recording = recording_of(case);
        let verdict = read_alone(&asked(name, "demo"), &recording.output());
        let Verdict::Unknown { reason, remedy } = verdict else { panic!("{case}") };
        assert_eq!(reason, expected, "{case}");
        assert!(remedy.unwrap_or_default().starts_with(begin), "{case}");
    }
    let immutable = recording_of("27a-immutable-pending threeway helm3");
    let verdict = read_alone(&asked("store", "demo"), &immutable.output());
    let Verdict::Unknown { reason, remedy } = verdict else { panic!("27a") };
    assert!(reason.contains("updates to statefulset spec"), "{reason}");
    assert!(remedy.unwrap().contains("check without --three-way"));
}

#[test]
fn a_run_of_one_release_tells() {
    let same = recording_of("01-no-change threeway helm3");
    assert_eq!(read_alone(&asked("store", "demo"), &same.output()), Verdict::InSync);
    let differs = recording_of("02-scale threeway helm4");
    let verdict = read_alone(&asked("web", "demo"), &differs.output());
    let whole = read(&differs.asked, &differs.output());
    assert!(matches!(&verdict, Verdict::Differs(objects) if objects.len() == 1));
    assert!(whole.verdicts.contains(&verdict));
    let hidden = recording_of("20-suppressdiff twoway helm3");
    assert_eq!(read_alone(&asked("web", "demo"), &hidden.output()), Verdict::InSync);
    for case in ["20-suppressdiff text helm3", "31b-regex-bad text helm3"] {
        let verdict = read_alone(&asked("web", "demo"), &recording_of(case).output());
        assert!(matches!(verdict, Verdict::Unknown { .. }), "{case}");
    }
    let removal = recording_of("19-installed-false twoway helm4");
    assert_eq!(
        read_alone(&asked("hooked", "demo"), &removal.output()),
        Verdict::Removal
    );
}
