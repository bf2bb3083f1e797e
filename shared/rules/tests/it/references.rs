//! Properties of references, over generated ones.

use helmfire_rules::Reference;
use proptest::prelude::*;

/// `[registry/]path[:tag][@digest]` with its parts.
fn parts()
-> impl Strategy<Value = (Option<String>, String, Option<String>, Option<String>)> {
    let host = prop_oneof![
        "[a-z][a-z0-9-]{0,5}[a-z0-9]\\.[a-z]{2,3}(:[0-9]{1,5})?",
        "localhost(:[0-9]{1,5})?",
        "[A-Z]{1,5}",
        "\\[::[0-9a-f:]{0,10}\\](:[0-9]{1,5})?",
    ];
    let word = "[a-z0-9]{1,6}((\\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}";
    let path = proptest::collection::vec(word, 1..4).prop_map(|words| words.join("/"));
    let tag = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}";
    let digest = "sha256:[0-9a-f]{64}";
    (
        proptest::option::of(host),
        path,
        proptest::option::of(tag),
        proptest::option::of(digest),
    )
        // The first part of a Docker Hub path must not look like a host.
        .prop_filter("a host of its own", |(host, path, _, _)| {
            let first = path.split('/').next().unwrap_or_default();
            host.is_some()
                || !path.contains('/')
                || !first.contains('.') && first != "localhost"
        })
}

fn written(name: &str, tag: Option<&str>, digest: Option<&str>) -> String {
    let tag = tag.map(|tag| format!(":{tag}")).unwrap_or_default();
    let digest = digest.map(|digest| format!("@{digest}")).unwrap_or_default();
    format!("{name}{tag}{digest}")
}

proptest! {
    #[test]
    fn the_parts_come_back((host, path, tag, digest) in parts()) {
        let name = host.as_ref().map_or(path.clone(), |host| format!("{host}/{path}"));
        let text = written(&name, tag.as_deref(), digest.as_deref());
        let reference = Reference::parse(&text).unwrap();
        prop_assert_eq!(reference.name(), name);
        prop_assert_eq!(reference.tag(), tag.as_deref());
        prop_assert_eq!(reference.digest(), digest.as_deref());
        prop_assert_eq!(reference.registry(), host.as_deref().unwrap_or("docker.io"));
        if host.is_some() || path.contains('/') && !path.starts_with("library/") {
            prop_assert_eq!(reference.path(), path);
        }
    }

    #[test]
    fn the_full_form_is_the_same_reference((host, path, tag, digest) in parts()) {
        let name = host.as_ref().map_or(path.clone(), |host| format!("{host}/{path}"));
        let text = written(&name, tag.as_deref(), digest.as_deref());
        let reference = Reference::parse(&text).unwrap();
        let full = reference.to_string();
        let again = Reference::parse(&full).unwrap();
        prop_assert!(again.same_repository(&reference));
        prop_assert_eq!((again.tag(), again.digest()), (reference.tag(), reference.digest()));
        prop_assert_eq!(again.to_string(), full);
    }

    #[test]
    fn docker_hub_has_many_names(name in "[a-z]{1,8}", tag in "[a-z0-9]{1,5}") {
        let spellings = ["", "library/", "docker.io/", "index.docker.io/library/"];
        let texts = spellings.map(|prefix| format!("{prefix}{name}:{tag}"));
        for text in &texts {
            let reference = Reference::parse(text).unwrap();
            prop_assert_eq!(reference.to_string(), format!("docker.io/library/{name}:{tag}"));
        }
    }

    #[test]
    fn nothing_panics_and_what_is_read_can_be_read_again(text in "[a-zA-Z0-9.:/@_\\[\\]é-]{0,40}") {
        if let Ok(reference) = Reference::parse(&text) {
            let full = reference.to_string();
            prop_assert_eq!(Reference::parse(&full).map(|r| r.to_string()), Ok(full.clone()));
        }
    }
}
