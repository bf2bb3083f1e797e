//! Which items of two lists are the same item.
//!
//! By the fields that the API uses as merge keys, if each item has them and no two
//! the same; a schema would tell better, but custom resources often have none.
//! Refuses to guess where no field tells items apart: then lists of one length are
//! compared item by item, others as a whole.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

/// Sets of fields, the most telling first. `name` comes before numbers of ports,
/// for who changes the number of a named port has not made another port; behind paths,
/// for a volume may be mounted more than once.
const KEYS: [&[&str]; 11] = [
    &["mountPath"],
    &["devicePath"],
    &["name"],
    &["containerPort", "protocol"],
    &["port", "protocol"],
    &["topologyKey", "whenUnsatisfiable"],
    &["ip"],
    &["key"],
    &["uid"],
    &["id"],
    &["type"],
];

/// How two lists are compared.
pub(crate) enum Pairing<'v> {
    /// Item by item, with the index in the live list, else in the desired one.
    Items(Pairs<'v>),
    /// As a whole.
    Whole,
}

type Pairs<'v> = Vec<(usize, Option<&'v Value>, Option<&'v Value>)>;

/// Pairs the items of two lists.
pub(crate) fn pair<'v>(live: &'v [Value], desired: &'v [Value]) -> Pairing<'v> {
    if let Some(pairs) = renumbered(live, desired) {
        return Pairing::Items(pairs);
    }
    let all = || live.iter().chain(desired);
    let tell_apart =
        |keys: &&[&str]| tells_apart(keys, live) && tells_apart(keys, desired);
    if let Some(keys) = KEYS.into_iter().find(tell_apart) {
        return Pairing::Items(by_keys(keys, live, desired));
    }
    if live.len() == desired.len() && all().all(Value::is_object) {
        let both = live.iter().zip(desired).enumerate();
        return Pairing::Items(both.map(|(i, (a, b))| (i, Some(a), Some(b))).collect());
    }
    Pairing::Whole
}

/// For two lists the indices of the items that all three have, each with its index in
/// `manifest`, if there is a key by which they are known.
pub(crate) fn order(
    live: &[Value],
    desired: &[Value],
    manifest: &[Value],
) -> Option<[Vec<(usize, usize)>; 2]> {
    let all = [live, desired, manifest];
    let mut keys = KEYS.into_iter();
    let keys = keys.find(|keys| all.iter().all(|items| tells_apart(keys, *items)))?;
    let places = |items: &[Value]| -> HashMap<_, usize> {
        items.iter().enumerate().map(|(at, item)| (identity(item, keys), at)).collect()
    };
    let own = places(manifest);
    let known = |items: &[Value], others: &[Value]| -> Vec<(usize, usize)> {
        let others = places(others);
        let ids = items.iter().map(|item| identity(item, keys)).enumerate();
        let known = ids.filter(|(_, id)| others.contains_key(id));
        known.filter_map(|(at, id)| Some((at, *own.get(&id)?))).collect()
    };
    Some([known(live, desired), known(desired, live)])
}

/// Pairs a list with one that has an item of the same name twice: as the live list
/// has it, and as the manifest does.
///
/// A server for which the number is the key of a port takes a renumbered port for
/// another one and adds that of the manifest, whose name it then has, too.
fn renumbered<'v>(live: &'v [Value], desired: &'v [Value]) -> Option<Pairs<'v>> {
    let name = &["name"];
    // There the name is that of the volume, which may be mounted twice.
    if live.iter().chain(desired).any(|item| item.get("mountPath").is_some()) {
        return None;
    }
    let is_edited = |item: &Value| {
        let twin = |other: &&Value| identity(other, name) == identity(item, name);
        live.contains(item)
            && desired.iter().filter(twin).any(|other| !live.contains(other))
    };
    let wanted: Vec<&Value> = desired.iter().filter(|it| !is_edited(it)).collect();
    let is_so = wanted.len() < desired.len()
        && tells_apart(name, live)
        && tells_apart(name, wanted.iter().copied());
    is_so.then(|| by_keys(name, live, wanted.iter().copied()))
}

fn tells_apart<'v>(keys: &[&str], items: impl IntoIterator<Item = &'v Value>) -> bool {
    let mut seen = HashSet::new();
    let mut items = items.into_iter();
    items.all(|item| identity(item, keys).is_some_and(|it| seen.insert(it)))
}

fn by_keys<'v>(
    keys: &[&str],
    live: &'v [Value],
    desired: impl IntoIterator<Item = &'v Value>,
) -> Pairs<'v> {
    let desired: Vec<&Value> = desired.into_iter().collect();
    let mut wanted: HashMap<_, _> =
        desired.iter().map(|item| (identity(item, keys), *item)).collect();
    let mut pairs: Vec<_> = live
        .iter()
        .enumerate()
        .map(|(index, item)| (index, Some(item), wanted.remove(&identity(item, keys))))
        .collect();
    // A port that was given another name, or one at all, is the one of its number.
    for (_, item, own) in pairs.iter_mut().filter(|(_, _, own)| own.is_none()) {
        let Some(number) = item.and_then(number) else { continue };
        let is_same = |it: &&&Value| {
            self::number(it).as_ref() == Some(&number)
                && wanted.contains_key(&identity(it, keys))
        };
        let same = desired.iter().find(is_same);
        *own = same.and_then(|it| wanted.remove(&identity(it, keys)));
    }
    let missing = desired.into_iter().enumerate();
    let missing =
        missing.filter(|(_, item)| wanted.contains_key(&identity(item, keys)));
    pairs.extend(missing.map(|(index, item)| (index, None, Some(item))));
    pairs
}

/// The number of a port and its protocol.
fn number(item: &Value) -> Option<Vec<String>> {
    let mut names = ["containerPort", "port"].into_iter();
    let name = names.find(|it| item.get(it).is_some())?;
    identity(item, &[name, "protocol"])
}

/// What tells an item from others: the values of `keys`, of which only the protocol
/// may be missing, which then is TCP. Of ports some have a name and some have not.
fn identity(item: &Value, keys: &[&str]) -> Option<Vec<String>> {
    let map = item.as_object()?;
    let has_name = map.get("name").is_some_and(|it| it != "");
    if keys == ["name"] && !has_name {
        return number(item);
    }
    let values = keys.iter().map(|key| match map.get(*key) {
        Some(Value::String(text)) => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        None | Some(Value::Null) if *key == "protocol" => Some("TCP".into()),
        _ => None,
    });
    values.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pairs(live: &Value, desired: &Value) -> Option<Vec<(usize, bool, bool)>> {
        let (live, desired) = (live.as_array().unwrap(), desired.as_array().unwrap());
        match pair(live, desired) {
            Pairing::Items(pairs) => Some(
                pairs
                    .into_iter()
                    .map(|(i, a, b)| (i, a.is_some(), b.is_some()))
                    .collect(),
            ),
            Pairing::Whole => None,
        }
    }

    #[test]
    fn ports_are_known_by_name_else_by_number() {
        let (live, desired) = (
            json!([{"name": "http", "port": 81}]),
            json!([{"name": "http", "port": 80}]),
        );
        assert_eq!(pairs(&live, &desired), Some(vec![(0, true, true)]));
        let (live, desired) =
            (json!([{"port": 81}]), json!([{"port": 80, "protocol": "TCP"}]));
        let both = Some(vec![(0, true, false), (0, false, true)]);
        assert_eq!(pairs(&live, &desired), both);
        let same = json!([{"port": 80}]);
        assert_eq!(pairs(&same, &desired), Some(vec![(0, true, true)]));
    }

    #[test]
    fn a_renamed_port_is_the_one_of_its_number() {
        let live = json!([{"name": "web", "port": 80}, {"name": "x", "port": 81}]);
        for desired in [json!([{"port": 80}]), json!([{"name": "http", "port": 80}])] {
            let both = Some(vec![(0, true, true), (1, true, false)]);
            assert_eq!(pairs(&live, &desired), both);
        }
        let swapped = json!([{"name": "web", "port": 81}, {"name": "x", "port": 80}]);
        let both = Some(vec![(0, true, true), (1, true, true)]);
        assert_eq!(pairs(&live, &swapped), both);
    }

    #[test]
    fn a_renumbered_port_is_the_one_of_its_name() {
        let live =
            json!([{"name": "http", "port": 81}, {"name": "own", "port": 9, "x": 1}]);
        let desired = json!([{"name": "http", "port": 80}, {"name": "http", "port": 81},
            {"name": "own", "port": 9}]);
        let both = Some(vec![(0, true, true), (1, true, true)]);
        assert_eq!(pairs(&live, &desired), both);
        let live =
            json!([{"name": "http", "containerPort": 81}, {"containerPort": 90}]);
        let desired = json!([{"name": "http", "containerPort": 80},
            {"name": "http", "containerPort": 81}, {"containerPort": 90}]);
        assert_eq!(pairs(&live, &desired), both);
        let twice = json!([{"name": "A"}, {"name": "A", "value": "1"}]);
        assert_eq!(pairs(&json!([{"name": "A"}, {"name": "A"}]), &twice), both);
    }

    #[test]
    fn a_mount_is_known_by_its_path() {
        let live = json!([{"name": "s", "mountPath": "/a"}]);
        let desired =
            json!([{"name": "s", "mountPath": "/a"}, {"name": "s", "mountPath": "/b"}]);
        let one = Some(vec![(0, true, true), (1, false, true)]);
        assert_eq!(pairs(&live, &desired), one);
    }

    #[test]
    fn without_keys_by_position_or_not_at_all() {
        let twice = json!([{"name": "A"}, {"name": "A"}]);
        assert_eq!(pairs(&twice, &twice).unwrap().len(), 2);
        assert_eq!(pairs(&twice, &json!([{"name": "A"}])), None);
        assert_eq!(pairs(&json!(["a"]), &json!(["b"])), None);
        assert_eq!(pairs(&json!([]), &json!([{"name": "A"}])).unwrap().len(), 1);
    }
}
