//! Generated manifests: the result is the old tree but for the images, which an
//! independent walk finds.

mod bed;
#[path = "bed/generator.rs"]
mod generator;
#[allow(dead_code, reason = "the end-to-end tests use the rest")]
#[path = "../../../tests/it/oracle.rs"]
mod oracle;

use std::sync::atomic::{AtomicUsize, Ordering};

use bed::{NO_MATCH, RULES, replaced, rewrite, rules};
use proptest::prelude::*;

fn tape() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..160)
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

proptest! {
    #![proptest_config(config(4000))]

    #[test]
    fn only_images_change(tape in tape()) {
        let text = generator::stream(&tape);
        let Ok(old) = oracle::parse(&text) else { return Ok(()) };
        let new = rewrite(&rules(RULES), &text).map_err(TestCaseError::fail)?;
        let tree = oracle::parse(&new).map_err(TestCaseError::fail)?;
        let changes = oracle::changes(&old, &tree).map_err(TestCaseError::fail)?;
        let mut expected = oracle::images(&old, &[]);
        expected.retain_mut(|place| match replaced(&place.text) {
            Some(new) => {
                place.text = new;
                true
            }
            None => false,
        });
        prop_assert_eq!(&expected, &changes, "{}\n{}", text, new);
        for (at, _) in new.match_indices("1e3") {
            let before = &new[..at];
            prop_assert!(before.ends_with(['"', '\'']), "{}", new);
        }
    }

    #[test]
    fn nothing_changes_twice(tape in tape()) {
        let text = generator::stream(&tape);
        let Ok(once) = rewrite(&rules(RULES), &text) else { return Ok(()) };
        prop_assert_eq!(rewrite(&rules(RULES), &once), Ok(once));
    }

    #[test]
    fn without_a_match_nothing_changes(tape in tape()) {
        let text = generator::stream(&tape);
        prop_assert_eq!(rewrite(&rules(NO_MATCH), &text).unwrap_or(text.clone()), text);
    }
}

/// A generator of texts that no parser takes would prove nothing.
#[test]
fn most_texts_are_yaml() {
    let (valid, images) = (AtomicUsize::new(0), AtomicUsize::new(0));
    proptest!(config(500), |(tape in tape())| {
        if let Ok(documents) = oracle::parse(&generator::stream(&tape)) {
            valid.fetch_add(1, Ordering::Relaxed);
            images.fetch_add(oracle::images(&documents, &[]).len(), Ordering::Relaxed);
        }
    });
    let (valid, images) = (valid.into_inner(), images.into_inner());
    assert!(valid > 350 && images > 500, "{valid} of 500, {images} images");
}
