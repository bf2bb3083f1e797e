//! Where helmfile keeps the charts that it fetched itself.
//!
//! An OCI chart is pulled to `CACHE/<reference>/<version>/<name>`, a URL is
//! downloaded to `CACHE/<host>/<path>`, and helm is then given that path: to know
//! which chart a call is about, the path has to be read backwards (helmfile 1.8.0,
//! `getOCIChartPath` in `pkg/state`, `Fetch` in `pkg/remote`). Reads and writes no
//! file.

use std::env;
use std::path::{Component, Path, PathBuf};

/// helmfile's cache as this environment has it: `$HELMFILE_CACHE_HOME`, else
/// `helmfile` in the user's cache directory.
pub fn directory() -> Option<PathBuf> {
    if let Some(home) = set("HELMFILE_CACHE_HOME") {
        return Some(home);
    }
    user_cache().map(|cache| cache.join("helmfile"))
}

/// What Go's `os.UserCacheDir` returns.
pub(crate) fn user_cache() -> Option<PathBuf> {
    if cfg!(target_os = "macos") {
        return set("HOME").map(|home| home.join("Library/Caches"));
    }
    let absolute = set("XDG_CACHE_HOME").filter(|dir| dir.is_absolute());
    absolute.or_else(|| set("HOME").map(|home| home.join(".cache")))
}

fn set(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The place of one chart in the cache: the directory above its versions, or
/// the file that was downloaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    path: PathBuf,
    /// What comes of git is kept for each release apart, below the names of its
    /// namespace, context and itself.
    per_release: bool,
}

/// How a path of the cache stands to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// It belongs to another chart.
    Outside,
    /// It is a directory on the way.
    Above,
    /// It is the place itself, or so many steps below it.
    Inside(usize),
}

impl Place {
    /// The place of the chart that helmfile.yaml calls `reference`; `None` for
    /// what helmfile never caches, a path.
    pub fn of(reference: &str) -> Option<Self> {
        if let Some((getter, source)) = reference.split_once("::") {
            return (!getter.is_empty()).then(|| Self::of_getter(source)).flatten();
        }
        match reference.split_once("://") {
            Some(("oci", _)) => {}
            Some(("http" | "https" | "s3", _)) => return Self::of_url(reference),
            Some(_) => return None,
            None if !is_alias(reference) => return None,
            None => {}
        }
        let reference = without_tag(reference);
        let replaced = replace(reference, &[(":", "_"), ("//", "_")]);
        Some(Self::shared(replaced.replace(['.', '&'], "_")))
    }

    /// `https://host/charts/web-1.tgz` is kept under its path.
    fn of_url(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let rest = rest.split(['?', '#']).next()?;
        let (host, path) = rest.split_once('/')?;
        let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
        let key = getter_key(&format!("{scheme}://{host}"));
        (!path.is_empty()).then(|| Self::shared(Path::new(&key).join(path)))
    }

    /// `git::https://host/repo.git@charts/web?ref=1` is kept under one name for
    /// the repository, then the path in it.
    fn of_getter(source: &str) -> Option<Self> {
        let (address, query) = source.split_once('?').unwrap_or((source, ""));
        let (_, rest) = address.split_once("://")?;
        let at = rest.rfind('@').filter(|&at| rest.find('/').is_some_and(|s| s < at));
        let cut = at.or_else(|| rest.rfind('/'))? + address.len() - rest.len();
        let mut key = getter_key(&address[..cut]);
        if !query.is_empty() {
            key.push('.');
            key.push_str(&query.replace('&', "_"));
        }
        let path = Path::new(&key).join(&address[cut + 1..]);
        Some(Self { path, per_release: true })
    }

    fn shared(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), per_release: false }
    }

    /// Whether all releases that use the chart share the place, so that it is
    /// known before a run.
    pub fn is_shared(&self) -> bool {
        !self.per_release
    }

    /// The path, relative to the cache.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How `path`, relative to the cache, stands to it. A tag or digest in
    /// helmfile.yaml (`oci://host/web:1.2`) lengthens the last name of the place;
    /// rules name charts without.
    pub fn relation(&self, path: &Path) -> Relation {
        if !self.per_release {
            return self.relation_from_top(path);
        }
        let depths = 1..=3;
        let below = |depth| path.components().skip(depth).collect::<PathBuf>();
        let relations = depths.map(|depth| self.relation_from_top(&below(depth)));
        let inside = |relation: &Relation| matches!(relation, Relation::Inside(_));
        relations.into_iter().find(inside).unwrap_or(Relation::Outside)
    }

    fn relation_from_top(&self, path: &Path) -> Relation {
        let mut own = self.path.components().peekable();
        let mut others = path.components();
        while let Some(component) = own.next() {
            let last = own.peek().is_none();
            match others.next() {
                None => return Relation::Above,
                Some(other) if other == component => {}
                Some(other) if last && is_tagged(other, component) => {}
                Some(_) => return Relation::Outside,
            }
        }
        Relation::Inside(others.count())
    }
}

/// A reference without tag, digest and trailing slash.
pub fn without_tag(reference: &str) -> &str {
    let reference = reference.trim_end_matches('/');
    if !reference.starts_with("oci://") {
        return reference;
    }
    let reference = reference.split('@').next().unwrap_or(reference);
    match (reference.rfind(':'), reference.rfind('/')) {
        (Some(colon), Some(slash)) if colon > slash => &reference[..colon],
        _ => reference,
    }
}

/// Whether `name` is `plain` with a tag or digest behind it: `web_1_2`.
fn is_tagged(name: Component<'_>, plain: Component<'_>) -> bool {
    let (name, plain) = (name.as_os_str(), plain.as_os_str());
    let rest = name.to_str().zip(plain.to_str());
    rest.and_then(|(name, plain)| name.strip_prefix(plain)).is_some_and(|rest| {
        let digit = |c: char| c.is_ascii_digit();
        rest.starts_with('@')
            || rest.strip_prefix('_').is_some_and(|r| r.starts_with(digit))
    })
}

/// Go's `strings.Replacer` for a few patterns: at each position the first that
/// fits, and nothing is replaced twice.
fn replace(text: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let found = pairs.iter().find(|(from, _)| rest.starts_with(from));
        let (from, to) = found.map_or((first.len_utf8(), ""), |(f, t)| (f.len(), t));
        if found.is_some() {
            out.push_str(to);
        } else {
            out.push(first);
        }
        rest = &rest[from..];
    }
    out
}

fn getter_key(address: &str) -> String {
    replace(address, &[(":", ""), ("//", "_"), ("/", "_"), (".", "_")])
}

/// `repository/chart`, possibly of an OCI repository; not a path (helmfile 1.8.0,
/// `isLocalChart`).
fn is_alias(reference: &str) -> bool {
    let segments = reference.split('/').count();
    !reference.starts_with(['.', '/', '~']) && (segments == 2 || segments == 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_helmfile() {
        for (reference, place) in [
            ("oci://127.0.0.1:5000/charts/web", "oci__127_0_0_1_5000/charts/web"),
            ("oci://ghcr.io/org/pg", "oci__ghcr_io/org/pg"),
            ("ocirepo/db", "ocirepo/db"),
            ("http://127.0.0.1:8879/web-0.1.0.tgz", "http_127_0_0_18879/web-0.1.0.tgz"),
            ("https://u:p@h.io/a/b/web.tgz?x=1", "https_h_io/a/b/web.tgz"),
            (
                "git::https://github.com/org/repo.git@charts/web?ref=v1",
                "https_github_com_org_repo_git.ref=v1/charts/web",
            ),
        ] {
            let found = Place::of(reference).unwrap();
            assert_eq!(found.path(), Path::new(place), "{reference}");
        }
        for path in ["./charts/web", "/charts/web", "web", "../a/b"] {
            assert_eq!(Place::of(path), None, "{path}");
        }
    }

    #[test]
    fn tags_and_digests_do_not_count() {
        for (written, name) in [
            ("oci://h:5000/charts/web:1.2", "oci://h:5000/charts/web"),
            ("oci://h:5000/charts/web@sha256:ab", "oci://h:5000/charts/web"),
            ("oci://h:5000/charts/web:1@sha256:ab", "oci://h:5000/charts/web"),
            ("oci://h:5000/web/", "oci://h:5000/web"),
            ("acme/web", "acme/web"),
            ("http://h:80/web-1.tgz", "http://h:80/web-1.tgz"),
        ] {
            assert_eq!(without_tag(written), name);
            let places = (Place::of(written), Place::of(name));
            assert_eq!(places.0, places.1);
        }
    }

    #[test]
    fn tells_own_paths_from_others() {
        let place = Place::of("oci://h/charts/web").unwrap();
        let relation = |path: &str| place.relation(Path::new(path));
        assert_eq!(relation("oci__h"), Relation::Above);
        assert_eq!(relation("oci__h/charts/web"), Relation::Inside(0));
        assert_eq!(relation("oci__h/charts/web/0.1.0/web"), Relation::Inside(2));
        assert_eq!(relation("oci__h/charts/web_1_2/1.2/web"), Relation::Inside(2));
        assert_eq!(relation("oci__h/charts/webapp"), Relation::Outside);
        assert_eq!(relation("oci__h/charts/web_app/1"), Relation::Outside);
        let place = Place::of("git::https://h/r.git@web?ref=1").unwrap();
        let relation = |path: &str| place.relation(Path::new(path));
        assert_eq!(relation("shop/one/https_h_r_git.ref=1/web"), Relation::Inside(0));
        assert_eq!(relation("one/https_h_r_git.ref=1/web"), Relation::Inside(0));
        assert_eq!(relation("one/https_h_r_git.ref=1"), Relation::Outside);
    }
}
