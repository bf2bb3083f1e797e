//! What may not enter `helmfire-postrender`, which starts once per release.

use std::fs;

use crate::support::{root, trials};

trials!(the_filter_names_nothing_heavy);

/// oci-spec costs 30 ms at its first use, a subscriber of tracing 0.2.
fn the_filter_names_nothing_heavy() {
    let heavy = ["oci_spec", "oci-spec", "tracing", "tokio", "similar", "tempfile"];
    let mut sources: Vec<_> = ["manifest", "helmfile", "cli"]
        .map(|name| root().join("shared").join(name).join("Cargo.toml"))
        .into();
    let filter = fs::read_dir(root().join("bins/postrender")).unwrap();
    sources.extend(filter.map(|entry| entry.unwrap().path()));
    assert!(sources.len() > 8);
    for source in sources {
        let text = fs::read_to_string(&source).unwrap();
        let text = text.split("[dev-dependencies]").next().unwrap();
        for name in heavy {
            assert!(!text.contains(name), "{}: {name}", source.display());
        }
    }
}
