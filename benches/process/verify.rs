//! Whether an output is right, judged by its lines and not by our parser.

use crate::data::RULES;

/// Checks that `after` is `before` with images replaced by the rules and nothing
/// else; returns how many lines changed.
pub fn replaced_lines(before: &[u8], after: &[u8]) -> usize {
    let lines = |text: &[u8]| {
        text.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    let (before, after) = (lines(before), lines(after));
    assert_eq!(before.len(), after.len(), "lines were added or lost");
    let mut changed = 0;
    for (old, new) in before.iter().zip(&after) {
        if old != new {
            let old = String::from_utf8_lossy(old);
            assert!(old.contains("image"), "a line without an image changed: {old}");
            let right = RULES.iter().any(|(from, to)| {
                // Docker Hub may be left out of a name.
                ["docker.io/library/", "docker.io/", ""].iter().any(|hub| {
                    let from = format!("{hub}{from}");
                    old.replacen(&from, to, 1).as_bytes() == new.as_slice()
                })
            });
            assert!(right, "{old} became {}", String::from_utf8_lossy(new));
            changed += 1;
        }
    }
    assert!(changed > 0, "nothing was replaced");
    changed
}

/// The images of a manifest by its lines, sorted: what peers, which print the
/// YAML anew, must agree with us about.
pub fn images(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let mut images: Vec<String> = text
        .lines()
        .filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("image: "))
        .map(|image| image.split(" #").next().unwrap_or(image).trim())
        .map(|image| image.trim_matches(['"', '\'']).to_string())
        .filter(|image| !image.is_empty())
        .collect();
    images.sort();
    images
}
