//! Which versions a `version` of a dependency allows, as helm's library has it
//! (`Masterminds/semver` 3.5). The ranges of the crate `semver` differ from it
//! in what a bare `1.2`, a pre-release, a space and `||` mean, so only its
//! versions are used here.

use std::cmp::Ordering;
use std::iter::Peekable;
use std::str::Chars;

use semver::{BuildMetadata, Prerelease, Version};

/// Alternatives, each a list of comparisons that all have to hold.
#[derive(Debug)]
pub(crate) struct Constraint(Vec<Vec<Comparison>>);

#[derive(Debug)]
struct Comparison {
    operator: Operator,
    version: Version,
    /// The first number that was not given, or given as `x`.
    open: Open,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterEqual,
    LessEqual,
    Tilde,
    Caret,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Major,
    Minor,
    Patch,
    Nothing,
}

impl Constraint {
    /// `None` if helm would refuse it.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.split("||").map(parse_all).collect::<Option<_>>().map(Self)
    }

    /// Whether `version` is one of those allowed.
    pub(crate) fn allows(&self, version: &Version) -> bool {
        self.0.iter().any(|all| {
            // A pre-release is meant only where the range names one.
            let released = version.pre.is_empty();
            let meant = released || all.iter().any(|one| !one.version.pre.is_empty());
            meant && all.iter().all(|one| one.holds(version))
        })
    }
}

/// A version as helm reads it: `v1.2` is 1.2.0.
pub(crate) fn parse_version(text: &str) -> Option<Version> {
    let mut chars = text.chars().peekable();
    let (version, _) = parse_partial(&mut chars, false)?;
    chars.next().is_none().then_some(version)
}

impl Comparison {
    fn holds(&self, version: &Version) -> bool {
        let own = &self.version;
        let order = version.cmp_precedence(own);
        let same_major = version.major == own.major;
        let same_minor = same_major && version.minor == own.minor;
        match self.operator {
            Operator::Equal if self.open == Open::Nothing => order == Ordering::Equal,
            Operator::Equal | Operator::Tilde => match self.open {
                _ if order == Ordering::Less => false,
                Open::Major => true,
                Open::Minor => same_major,
                // `~0.0.0` is anything in helm's library.
                Open::Nothing if (own.major, own.minor, own.patch) == (0, 0, 0) => true,
                Open::Patch | Open::Nothing => same_minor,
            },
            Operator::NotEqual => match self.open {
                Open::Minor => !same_major,
                Open::Patch => !same_minor || version.pre != own.pre,
                Open::Major | Open::Nothing => order != Ordering::Equal,
            },
            Operator::Greater => match self.open {
                Open::Minor => version.major > own.major,
                Open::Patch => (version.major, version.minor) > (own.major, own.minor),
                Open::Major | Open::Nothing => order == Ordering::Greater,
            },
            Operator::Less => order == Ordering::Less,
            Operator::GreaterEqual => order != Ordering::Less,
            Operator::LessEqual => match self.open {
                Open::Nothing => order != Ordering::Greater,
                Open::Minor => version.major <= own.major,
                Open::Major | Open::Patch => {
                    (version.major, version.minor) <= (own.major, own.minor)
                }
            },
            Operator::Caret => order != Ordering::Less && self.caret(version),
        }
    }

    /// The upper end of `^`: the first number that is not zero must not change.
    fn caret(&self, version: &Version) -> bool {
        let own = &self.version;
        let same_major = version.major == own.major;
        let same_minor = same_major && version.minor == own.minor;
        match self.open {
            Open::Minor => same_major,
            _ if own.major > 0 => same_major,
            Open::Patch => same_minor,
            _ if own.minor > 0 => same_minor,
            _ => same_minor && version.patch == own.patch,
        }
    }
}

/// Comparisons with commas or spaces between: `>=1.2, <2`; `1.2 - 2.0` is two.
fn parse_all(text: &str) -> Option<Vec<Comparison>> {
    let mut all = Vec::new();
    let mut chars = text.chars().peekable();
    skip_space(&mut chars);
    loop {
        let written = parse_operator(&mut chars)?;
        skip_space(&mut chars);
        let (version, open) = parse_partial(&mut chars, true)?;
        let mut spaced = skip_space(&mut chars);
        let ranged = written.is_none() && chars.next_if_eq(&'-').is_some();
        if ranged {
            // A word of its own: `1-2` is a pre-release.
            if !(spaced && skip_space(&mut chars)) {
                return None;
            }
            all.push(Comparison { operator: Operator::GreaterEqual, version, open });
            let (version, open) = parse_partial(&mut chars, true)?;
            all.push(Comparison { operator: Operator::LessEqual, version, open });
            spaced = skip_space(&mut chars);
        } else {
            let operator = written.unwrap_or(Operator::Equal);
            all.push(Comparison { operator, version, open });
        }
        let comma = chars.next_if_eq(&',').is_some();
        skip_space(&mut chars);
        match chars.peek() {
            None => return (!comma).then_some(all),
            Some(_) if comma || spaced => {}
            Some(_) => return None,
        }
    }
}

/// `Some(None)` where there is none.
#[expect(clippy::option_option, reason = "no operator and a wrong one differ")]
fn parse_operator(chars: &mut Peekable<Chars<'_>>) -> Option<Option<Operator>> {
    let mut written = String::new();
    while let Some(c) = chars.next_if(|c| "=!<>~^".contains(*c)) {
        written.push(c);
    }
    Some(Some(match written.as_str() {
        "" => return Some(None),
        "=" => Operator::Equal,
        "!=" => Operator::NotEqual,
        ">" => Operator::Greater,
        "<" => Operator::Less,
        ">=" | "=>" => Operator::GreaterEqual,
        "<=" | "=<" => Operator::LessEqual,
        "~" | "~>" => Operator::Tilde,
        "^" => Operator::Caret,
        _ => return None,
    }))
}

/// Up to three numbers, of which the last may be missing; in a range any may be
/// `x`, and what follows that counts for nothing.
fn parse_partial(
    chars: &mut Peekable<Chars<'_>>,
    in_range: bool,
) -> Option<(Version, Open)> {
    chars.next_if_eq(&'v');
    let mut numbers = [0; 3];
    let mut open = Open::Nothing;
    for (index, place) in
        [Open::Major, Open::Minor, Open::Patch].into_iter().enumerate()
    {
        if index > 0 && chars.next_if_eq(&'.').is_none() {
            open = if open == Open::Nothing { place } else { open };
            break;
        }
        let mut part = String::new();
        while let Some(c) = chars.next_if(|c| c.is_ascii_digit() || "xX*".contains(*c))
        {
            part.push(c);
        }
        if in_range && matches!(part.as_str(), "x" | "X" | "*") {
            open = if open == Open::Nothing { place } else { open };
        } else {
            let number = part.parse().ok()?;
            if open == Open::Nothing {
                numbers[index] = number;
            }
        }
    }
    let [major, minor, patch] = numbers;
    let mut version = Version::new(major, minor, patch);
    if chars.next_if_eq(&'-').is_some() {
        version.pre = Prerelease::new(&take_identifiers(chars)?).ok()?;
    }
    if chars.next_if_eq(&'+').is_some() {
        version.build = BuildMetadata::new(&take_identifiers(chars)?).ok()?;
    }
    Some((version, open))
}

/// What stands behind a `-` or `+`; not nothing.
fn take_identifiers(chars: &mut Peekable<Chars<'_>>) -> Option<String> {
    let mut text = String::new();
    while let Some(c) =
        chars.next_if(|c| c.is_ascii_alphanumeric() || "-.".contains(*c))
    {
        text.push(c);
    }
    (!text.is_empty()).then_some(text)
}

fn skip_space(chars: &mut Peekable<Chars<'_>>) -> bool {
    let mut any = false;
    while chars.next_if(char::is_ascii_whitespace).is_some() {
        any = true;
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expectations read from the library's own code and tests.
    #[test]
    fn allows_what_helm_allows() {
        for (range, version, expected) in [
            ("1.2.3", "1.2.3", true),
            ("1.2.3", "1.2.4", false),
            ("=1.2.3", "v1.2.3+build", true),
            ("1.2", "1.2.9", true),
            ("1.2", "1.3.0", false),
            ("1", "1.9.0", true),
            ("1.x", "1.9.0", true),
            ("1.x.x", "2.0.0", false),
            ("1.x.3", "1.0.0", true),
            ("*", "7.1.2", true),
            ("*", "7.1.2-rc.1", false),
            ("*-0", "7.1.2-rc.1", true),
            ("^1", "1.9.9", true),
            ("^1.2.3", "1.2.2", false),
            ("^0.2.3", "0.2.9", true),
            ("^0.2.3", "0.3.0", false),
            ("^0.0.3", "0.0.4", false),
            ("^0.0", "0.0.9", true),
            ("^0", "0.9.0", true),
            ("~1.2.3", "1.2.9", true),
            ("~1.2", "1.3.0", false),
            ("~>1.2", "1.2.1", true),
            ("~1", "1.9.0", true),
            ("~0.0.0", "3.0.0", true),
            (">=1.2 <2", "1.9.0", true),
            (">=1.2 <2", "2.0.0", false),
            (">= 1.2, < 2.0.0", "1.2.0", true),
            (">1.2", "1.2.9", false),
            (">1.2", "1.3.0", true),
            (">1", "1.9.0", false),
            ("<=1.2", "1.2.9", true),
            ("<=1", "2.0.0", false),
            ("=<1", "1.5.0", true),
            ("=>1", "1.0.0", true),
            ("!=1.2.x", "1.2.3", false),
            ("!=1.x", "2.0.0", true),
            ("!=1.2.3", "1.2.4", true),
            ("1.2 - 1.4", "1.4.9", true),
            ("1.2.0 - 1.4.0", "1.4.1", false),
            ("1 - 2, !=1.5.0", "1.5.0", false),
            ("^1 || ^3", "3.1.0", true),
            ("^1 || ^3", "2.1.0", false),
            ("^1||>=5", "6.0.0", true),
            (">=1.0.0-0", "1.1.0-rc.1", true),
            (">=1.0.0", "1.1.0-rc.1", false),
            ("1.2.3-beta.1", "1.2.3-beta.1", true),
        ] {
            let constraint = Constraint::parse(range).expect(range);
            let version = parse_version(version).expect(version);
            assert_eq!(constraint.allows(&version), expected, "{range} {version}");
        }
    }

    #[test]
    fn refuses_what_helm_refuses() {
        for range in
            ["", "abc", ">", ">>1", "1,", "1 ||", "1.a", "1x", "1<2", "1 -2", "1- 2"]
        {
            assert!(Constraint::parse(range).is_none(), "{range}");
        }
        for version in ["", "x", "1.x", "1.2.3.4", "1.2.3 "] {
            assert!(parse_version(version).is_none(), "{version}");
        }
    }
}
