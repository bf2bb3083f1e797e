//! `helmfire-releases` as a user runs it, on real helmfile and helm: what it names
//! against what `helmfile template` renders.

mod flags;
mod matrix;
pub mod project;

use libtest_mimic::Trial;

/// The tests of all modules.
pub fn trials() -> Vec<Trial> {
    [flags::trials(), matrix::trials()].into_iter().flatten().collect()
}
