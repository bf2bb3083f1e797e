//! Paths to a field: `spec.containers[].image`.
//!
//! `.` separates keys, `[]` is every item of a sequence, `*` is any one key, a
//! key that holds such a character stands in double quotes.

use std::fmt;

/// One step of a [`FieldPath`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The value under this key.
    Key(String),
    /// The value under any key.
    AnyKey,
    /// Every item of a sequence.
    Items,
}

/// A path from the top of an object to the fields it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldPath(Vec<Step>);

impl FieldPath {
    /// Reads a path; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            let after = if let Some(quoted) = rest.strip_prefix('"') {
                let (key, after) =
                    quoted.split_once('"').ok_or("a quoted key is not closed")?;
                steps.push(Step::Key(key.into()));
                after
            } else {
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                match &rest[..end] {
                    "" => return Err("a key is missing".into()),
                    "*" => steps.push(Step::AnyKey),
                    key if key.contains(['*', '"', ']', ' ']) => {
                        return Err(format!("'{key}' must stand in double quotes"));
                    }
                    key => steps.push(Step::Key(key.into())),
                }
                &rest[end..]
            };
            let mut after = after;
            while let Some(next) = after.strip_prefix('[') {
                after = next
                    .strip_prefix(']')
                    .ok_or("only '[]' (every item) may stand in brackets")?;
                steps.push(Step::Items);
            }
            match after.strip_prefix('.') {
                Some(next) => rest = next,
                None if after.is_empty() => return Ok(Self(steps)),
                None => return Err(format!("'.' expected before '{after}'")),
            }
        }
    }

    /// The steps from the top.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            let dot = if number == 0 { "" } else { "." };
            match step {
                Step::Key(key) => write!(f, "{dot}{}", Key(key))?,
                Step::AnyKey => write!(f, "{dot}*")?,
                Step::Items => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}

/// A key as it stands in a path, quoted where it must be.
#[derive(Clone, Copy, Debug)]
pub struct Key<'a>(pub &'a str);

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() || self.0.contains(['.', '[', ']', '*', ' ']) {
            write!(f, "\"{}\"", self.0)
        } else {
            f.write_str(self.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        for text in [
            "spec.imageName",
            "spec.a[].b[][].c",
            "data.*",
            r#"metadata.annotations."sidecar.istio.io/proxyImage""#,
        ] {
            assert_eq!(FieldPath::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for text in ["", "a..b", "a.", "a[0]", "a[]b", "a*", "\"a", "a b"] {
            assert!(FieldPath::parse(text).is_err(), "{text}");
        }
    }
}
