//! Where an image stands, and the limits by which a rule picks its places.

use std::fmt;

use wildmatch::WildMatch;

/// Where an image stands. `None` is "not known", which no limit matches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place<'a> {
    /// The Helm release, as told on the command line or in the environment.
    pub release: Option<&'a str>,
    /// The object's own namespace, else the one that was told.
    pub namespace: Option<&'a str>,
    /// The object's kind.
    pub kind: Option<&'a str>,
    /// The object's `metadata.name`.
    pub name: Option<&'a str>,
    /// The `name` beside the image.
    pub container: Option<&'a str>,
}

/// The limits of one rule, each a glob of `*` and `?`; unset ones always hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Limits to releases.
    pub release: Option<WildMatch>,
    /// Limits to namespaces.
    pub namespace: Option<WildMatch>,
    /// Limits to kinds of objects.
    pub kind: Option<WildMatch>,
    /// Limits to objects by their name.
    pub name: Option<WildMatch>,
    /// Limits to containers by their name.
    pub container: Option<WildMatch>,
}

/// Whether limits hold in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They do.
    Holds,
    /// They do not.
    Fails,
    /// They would hold, but release or namespace is not known.
    Unknown,
}

impl Limits {
    /// The names of the limits in the order in which they are shown.
    pub const NAMES: [&str; 5] = ["release", "namespace", "kind", "name", "container"];

    /// The limits beside [`Self::NAMES`].
    pub fn all(&self) -> [Option<&WildMatch>; 5] {
        let Self { release, namespace, kind, name, container } = self;
        [release, namespace, kind, name, container].map(Option::as_ref)
    }

    /// Sets the limit called `name`; false if there is none of that name.
    pub fn set(&mut self, name: &str, glob: &str) -> bool {
        let limit = match name {
            "release" => &mut self.release,
            "namespace" => &mut self.namespace,
            "kind" => &mut self.kind,
            "name" => &mut self.name,
            "container" => &mut self.container,
            _ => return false,
        };
        *limit = Some(WildMatch::new(glob));
        true
    }

    /// How many limits are set.
    pub fn count(&self) -> usize {
        self.all().into_iter().flatten().count()
    }

    /// Whether all of them hold in `place`.
    pub fn judge(&self, place: &Place<'_>) -> Verdict {
        let holds = |limit: &Option<WildMatch>, value: Option<&str>| {
            limit.as_ref().is_none_or(|l| value.is_some_and(|v| l.matches(v)))
        };
        let known = |limit: &Option<WildMatch>, value: Option<&str>| {
            limit.is_none() || value.is_some()
        };
        let told = [(&self.release, place.release), (&self.namespace, place.namespace)];
        let seen = [
            (&self.kind, place.kind),
            (&self.name, place.name),
            (&self.container, place.container),
        ];
        if !seen.iter().all(|(limit, value)| holds(limit, *value)) {
            return Verdict::Fails;
        }
        if told
            .iter()
            .any(|(limit, value)| known(limit, *value) && !holds(limit, *value))
        {
            return Verdict::Fails;
        }
        if told.iter().all(|(limit, value)| known(limit, *value)) {
            Verdict::Holds
        } else {
            Verdict::Unknown
        }
    }
}

/// The limits that are set: `namespace=prod, kind=Job`.
impl fmt::Display for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (name, limit) in Self::NAMES.iter().zip(self.all()) {
            if let Some(glob) = limit {
                write!(f, "{separator}{name}={glob}")?;
                separator = ", ";
            }
        }
        Ok(())
    }
}

/// Whether `text` is a glob that a limit may be: names hold no brackets, so a
/// bracket is a pattern this tool does not know.
pub(crate) fn is_glob(text: &str) -> bool {
    !text.is_empty() && !text.bytes().any(|b| b"[]{}!\\,".contains(&b) || b <= b' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(pairs: &[(&str, &str)]) -> Limits {
        let mut limits = Limits::default();
        for (name, glob) in pairs {
            assert!(limits.set(name, glob));
        }
        limits
    }

    #[test]
    fn all_limits_must_hold() {
        let place =
            Place { kind: Some("Deployment"), name: Some("web-1"), ..Place::default() };
        assert_eq!(limits(&[]).judge(&place), Verdict::Holds);
        assert_eq!(limits(&[("name", "web-?")]).judge(&place), Verdict::Holds);
        let both = limits(&[("name", "web-*"), ("kind", "StatefulSet")]);
        assert_eq!(both.judge(&place), Verdict::Fails);
        assert_eq!(limits(&[("container", "*")]).judge(&place), Verdict::Fails);
    }

    #[test]
    fn limits_are_shown_in_a_fixed_order() {
        assert_eq!(limits(&[]).to_string(), "");
        let both = limits(&[("kind", "Job"), ("namespace", "prod-*")]);
        assert_eq!(both.to_string(), "namespace=prod-*, kind=Job");
    }

    #[test]
    fn an_untold_release_is_unknown_only_if_the_rest_holds() {
        let place = Place { kind: Some("Deployment"), ..Place::default() };
        let open = limits(&[("release", "shop"), ("kind", "Dep*")]);
        assert_eq!(open.judge(&place), Verdict::Unknown);
        let shut = limits(&[("release", "shop"), ("kind", "Job")]);
        assert_eq!(shut.judge(&place), Verdict::Fails);
        let told = Place { release: Some("other"), ..place };
        assert_eq!(open.judge(&told), Verdict::Fails);
    }
}
