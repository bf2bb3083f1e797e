//! The releases that the helmfile declares, as `helmfile build` tells them with
//! their kube contexts.
//!
//! Where a helmfile fails nothing is known of its releases, and nothing is guessed:
//! `helmfile list` would often still answer, but it tells no context, and to look into
//! the wrong cluster is worse than to say so. Refuses to judge conditions, selectors
//! and environments by itself.

use std::path::PathBuf;

use helmfire_inputs::Id;
use helmfire_inputs::state::State;

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

/// The releases of these helmfiles, in the `context` that counts where none is named;
/// those whose condition does not hold are left out.
pub fn declared(states: &[State], context: &str) -> Vec<Declared> {
    let in_context = |id: &Id| {
        let named = Some(&id.context).filter(|it| !it.is_empty());
        Id { context: named.map_or(context, String::as_str).into(), ..id.clone() }
    };
    let releases = states.iter().flat_map(|state| {
        let enabled = state.releases.iter().filter(|release| release.enabled);
        enabled.map(move |release| Declared {
            id: in_context(&release.id),
            helmfile: state.source.clone(),
            is_wanted: release.is_installed(),
        })
    });
    releases.collect()
}
