//! Selectors in the syntax of Kubernetes: `app=web,tier in (a, b),!legacy`.
//!
//! Flux uses them for annotations too. As in Kubernetes, `!=` and `notin` hold
//! where the key is missing.

use std::collections::BTreeMap;

use super::scan::{Scanner, SyntaxError};

const SUPPORTED: &str = "supported are a=b, a==b, a!=b, a in (x,y), a notin (x,y), \
                         a, !a, with commas between them";

/// Requirements that must all hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector(Vec<Requirement>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    Exists,
    Missing,
    In(Vec<String>),
    NotIn(Vec<String>),
}

impl Selector {
    /// Reads a selector.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut scanner = Scanner::new(text);
        let mut requirements = Vec::new();
        loop {
            requirements.push(requirement(&mut scanner)?);
            scanner.skip_blanks();
            if scanner.rest().is_empty() {
                return Ok(Self(requirements));
            }
            if !scanner.eat(",") {
                return Err(unsupported(&scanner));
            }
        }
    }

    /// Whether all requirements hold for these labels or annotations.
    pub fn holds(&self, labels: &BTreeMap<String, String>) -> bool {
        self.0.iter().all(|Requirement { key, test }| {
            let value = labels.get(key);
            match test {
                Test::Exists => value.is_some(),
                Test::Missing => value.is_none(),
                Test::In(values) => value.is_some_and(|value| values.contains(value)),
                Test::NotIn(values) => {
                    value.is_none_or(|value| !values.contains(value))
                }
            }
        })
    }

    /// Equal for two selectors of the same requirements in whatever order.
    pub(super) fn identity(&self) -> String {
        let mut all: Vec<String> = self.0.iter().map(|r| format!("{r:?}")).collect();
        all.sort_unstable();
        all.join(", ")
    }
}

fn requirement(scanner: &mut Scanner<'_>) -> Result<Requirement, SyntaxError> {
    scanner.skip_blanks();
    if scanner.eat("!") {
        scanner.skip_blanks();
        return Ok(Requirement { key: key(scanner)?, test: Test::Missing });
    }
    let key = key(scanner)?;
    scanner.skip_blanks();
    let test = if scanner.eat("!=") {
        Test::NotIn(vec![value(scanner)])
    } else if scanner.eat("==") || scanner.eat("=") {
        Test::In(vec![value(scanner)])
    } else if scanner.eat("notin") {
        Test::NotIn(values(scanner)?)
    } else if scanner.eat("in") {
        Test::In(values(scanner)?)
    } else {
        Test::Exists
    };
    Ok(Requirement { key, test })
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_./".contains(c)
}

fn key(scanner: &mut Scanner<'_>) -> Result<String, SyntaxError> {
    match scanner.take_while(is_word) {
        "" => Err(unsupported(scanner)),
        key => Ok(key.into()),
    }
}

/// A value, which may be empty.
fn value(scanner: &mut Scanner<'_>) -> String {
    scanner.skip_blanks();
    scanner.take_while(is_word).into()
}

/// `(x, y)`
fn values(scanner: &mut Scanner<'_>) -> Result<Vec<String>, SyntaxError> {
    scanner.skip_blanks();
    if !scanner.eat("(") {
        return Err(unsupported(scanner));
    }
    let mut values = Vec::new();
    loop {
        scanner.skip_blanks();
        if values.is_empty() && scanner.peek() == Some(')') {
            return Err(unsupported(scanner));
        }
        values.push(value(scanner));
        scanner.skip_blanks();
        if scanner.eat(")") {
            values.sort_unstable();
            return Ok(values);
        }
        if !scanner.eat(",") {
            return Err(unsupported(scanner));
        }
    }
}

fn unsupported(scanner: &Scanner<'_>) -> SyntaxError {
    let what = match scanner.rest().trim_end() {
        "" => "the selector ends too early".to_string(),
        rest => format!("'{rest}' cannot stand here in a selector"),
    };
    SyntaxError { offset: scanner.at(), what, hint: SUPPORTED.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_those_of_kubernetes() {
        let labels = [("app", "web"), ("tier", "front"), ("k8s.io/x", ""), ("in", "y")];
        let labels = labels.map(|(key, value)| (key.to_string(), value.to_string()));
        let labels = BTreeMap::from(labels);
        for (text, holds) in [
            ("app=web", true),
            ("app == web", true),
            ("app=db", false),
            ("app!=web", false),
            ("app!=db", true),
            ("none!=db", true),
            ("none=db", false),
            ("app", true),
            ("none", false),
            ("!app", false),
            ("! none", true),
            ("tier in (back, front)", true),
            ("tier in(back)", false),
            ("tier notin (back)", true),
            ("tier notin (front,back)", false),
            ("none notin (x)", true),
            ("k8s.io/x=", true),
            ("k8s.io/x in (a,)", true),
            ("in=y", true),
            ("in in (y)", true),
            ("app=web,tier=front", true),
            ("app = web , tier = back", false),
            ("app=web,!none,tier in (a,front)", true),
        ] {
            assert_eq!(Selector::parse(text).unwrap().holds(&labels), holds, "{text}");
        }
    }

    #[test]
    fn a_bad_selector_says_where() {
        for (text, offset) in [
            ("", 0),
            ("app=web,", 8),
            ("app=web tier", 8),
            ("app>1", 3),
            ("=web", 0),
            ("!", 1),
            ("app in x", 7),
            ("app in ()", 8),
            ("app in (a", 9),
            ("app in (a b)", 10),
            ("app=é", 4),
        ] {
            let error = Selector::parse(text).unwrap_err();
            assert_eq!(error.offset, offset, "{text}");
            assert!(error.hint.starts_with("supported are"));
        }
    }

    #[test]
    fn order_does_not_count() {
        let identity = |text| Selector::parse(text).unwrap().identity();
        assert_eq!(identity("a=b,c in (y,x)"), identity("c in (x, y), a==b"));
        assert_ne!(identity("a=b"), identity("a!=b"));
    }
}
