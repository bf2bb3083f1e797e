//! Selectors that mean exactly some releases.
//!
//! helmfile selects by labels, name and namespace among them; a release without
//! namespace cannot be selected by that, only by not being in the others', and no
//! label tells the kube context (helmfile 1.8.0, `GetReleasesWithLabels`). Refuses
//! to know of nested helmfiles that select for themselves; helmfile must be asked.

use crate::id::Id;
use crate::map::Release;

/// Selectors and what they mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// One for each release, for `--selector`.
    pub selectors: Vec<String>,
    /// Releases that are selected, too, for nothing tells them apart.
    pub also: Vec<Id>,
}

/// Selects `wanted` among `all`.
pub fn select(wanted: &[&Release], all: &[Release]) -> Selection {
    let mut selection = Selection::default();
    for release in wanted {
        let same_name =
            |it: &&Release| it.id.name == release.id.name && it.id != release.id;
        let others: Vec<&Release> = all.iter().filter(same_name).collect();
        let (selector, alike) = selector(release, &others);
        if !selection.selectors.contains(&selector) {
            selection.selectors.push(selector);
        }
        for other in alike {
            let is_wanted = wanted.iter().any(|it| it.id == other.id);
            if !is_wanted && !selection.also.contains(&other.id) {
                selection.also.push(other.id.clone());
            }
        }
    }
    selection
}

fn selector<'r>(
    release: &Release,
    others: &[&'r Release],
) -> (String, Vec<&'r Release>) {
    let Id { name, namespace, .. } = &release.id;
    let mut selector = format!("name={name}");
    if namespace.is_empty() {
        let mut namespaces: Vec<&str> =
            others.iter().map(|it| it.id.namespace.as_str()).collect();
        namespaces.sort_unstable();
        namespaces.dedup();
        for other in namespaces.into_iter().filter(|it| !it.is_empty()) {
            selector.push_str(&format!(",namespace!={other}"));
        }
    } else {
        selector.push_str(&format!(",namespace={namespace}"));
    }
    // The same in another context: a label may tell them apart.
    let mut alike: Vec<&Release> =
        others.iter().copied().filter(|it| it.id.namespace == *namespace).collect();
    for (key, value) in &release.labels {
        let apart = |it: &&Release| it.labels.get(key) == Some(value);
        if !alike.is_empty() && is_selectable(key, value) && !alike.iter().all(apart) {
            selector.push_str(&format!(",{key}={value}"));
            alike.retain(apart);
        }
    }
    (selector, alike)
}

/// What helmfile can read in a selector.
fn is_selectable(key: &str, value: &str) -> bool {
    let fits = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_./+-".contains(&b))
    };
    !["name", "namespace"].contains(&key) && fits(key) && fits(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(id: &str, labels: &[(&str, &str)]) -> Release {
        let mut parts = id.rsplit('/').map(String::from);
        let id = Id {
            name: parts.next().unwrap(),
            namespace: parts.next().unwrap_or_default(),
            context: parts.next().unwrap_or_default(),
        };
        let labels = labels.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        Release::for_test(id, labels)
    }

    fn selected(wanted: &[usize], all: &[Release]) -> Selection {
        select(&wanted.iter().map(|&index| &all[index]).collect::<Vec<_>>(), all)
    }

    #[test]
    fn ambiguous_names_are_told_apart() {
        let all = ["web", "shop/web", "test/web", "db"].map(|id| release(id, &[]));
        let selectors = |wanted: &[usize]| selected(wanted, &all).selectors;
        assert_eq!(selectors(&[0]), ["name=web,namespace!=shop,namespace!=test"]);
        assert_eq!(selectors(&[1, 3]), ["name=web,namespace=shop", "name=db"]);
        assert!(selected(&[0, 1, 2], &all).also.is_empty());
    }

    #[test]
    fn contexts_are_told_apart_by_a_label_if_there_is_one() {
        let all = [
            release("one/shop/web", &[("zone", "a"), ("odd", "a:b"), ("app", "x")]),
            release("two/shop/web", &[("zone", "b"), ("odd", "c:d"), ("app", "x")]),
        ];
        let selection = selected(&[0], &all);
        assert_eq!(selection.selectors, ["name=web,namespace=shop,zone=a"]);
        assert!(selection.also.is_empty());
        let all = ["one/shop/web", "two/shop/web"].map(|id| release(id, &[]));
        assert_eq!(selected(&[0], &all).also, [all[1].id.clone()]);
        assert!(selected(&[0, 1], &all).also.is_empty());
    }
}
