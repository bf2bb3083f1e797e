//! The releases that the helmfile declares, as `helmfile build` tells them with
//! their kube contexts.
//!
//! Where helmfile fails nothing is known of any release, and nothing is guessed:
//! `helmfile list` would often still answer, but it tells no context, and to look into
//! the wrong cluster is worse than to say so. Refuses to judge conditions, selectors
//! and environments by itself.

use std::path::PathBuf;

use helmfire_helmfile::question::AskError;
use helmfire_inputs::Id;
use helmfire_inputs::project::Project;

/// A release of the helmfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// What it is called; an empty namespace is that of the context.
    pub id: Id,
    /// The helmfile that declares it.
    pub helmfile: PathBuf,
    /// Whether it is to be there: `installed: false` is declared, too.
    pub is_wanted: bool,
}

/// Asks helmfile; releases whose condition does not hold are left out.
pub fn declared(project: &mut Project) -> Result<Vec<Declared>, AskError> {
    let states = project.states()?;
    let releases = states.iter().flat_map(|state| {
        let enabled = state.releases.iter().filter(|release| release.enabled);
        enabled.map(|release| Declared {
            id: release.id.clone(),
            helmfile: state.source.clone(),
            is_wanted: release.is_installed(),
        })
    });
    Ok(releases.collect())
}
