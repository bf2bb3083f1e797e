//! The part of jq that names places: `.spec.containers[] | select(.name == "x") | .image`.
//!
//! Argo CD runs jq; here a rule must be able to say whether it is about one
//! place, so only expressions that are paths are read. Anything else is an error
//! at the character where it begins: half an expression would ignore too much.

use super::IgnoreStep;
use super::scan::{Scanner, SyntaxError};

/// What is read, for the hint of every error.
const SUPPORTED: &str = "supported are .a.b, .\"a.b\", .[\"k\"], [n], [], \
                         a '?' behind any of them, and [] | select(.name == \"x\")";

/// Reads `text` as steps.
pub(super) fn parse(text: &str) -> Result<Vec<IgnoreStep>, SyntaxError> {
    let mut reader = Reader { scanner: Scanner::new(text), steps: Vec::new() };
    reader.scanner.skip_blanks();
    reader.path()?;
    loop {
        reader.scanner.skip_blanks();
        if reader.scanner.rest().is_empty() {
            return Ok(reader.steps);
        }
        if !reader.scanner.eat("|") {
            return Err(reader.unsupported());
        }
        reader.scanner.skip_blanks();
        match reader.steps.last() {
            Some(IgnoreStep::Any) => reader.select()?,
            Some(IgnoreStep::Item { .. }) => reader.path()?,
            _ => return Err(reader.unsupported()),
        }
    }
}

struct Reader<'t> {
    scanner: Scanner<'t>,
    steps: Vec<IgnoreStep>,
}

impl Reader<'_> {
    /// `.a.b["c"][0]?[]`
    fn path(&mut self) -> Result<(), SyntaxError> {
        if !self.scanner.rest().starts_with('.') {
            return Err(self.unsupported());
        }
        if self.scanner.rest().trim_end() == "." && self.steps.is_empty() {
            let what = "'.' is the whole object";
            return Err(self.error(what, "write paths = [\"\"] to ignore all of it"));
        }
        self.suffixes()
    }

    /// What may stand behind `.a`: more keys, brackets, question marks.
    fn suffixes(&mut self) -> Result<(), SyntaxError> {
        loop {
            match self.scanner.peek() {
                Some('.') => {
                    self.scanner.eat(".");
                    if self.scanner.peek() == Some('[') {
                        self.bracket()?;
                    } else {
                        let key = self.key()?;
                        self.steps.push(IgnoreStep::Key(key));
                    }
                }
                Some('[') => self.bracket()?,
                Some('?') => {
                    self.scanner.eat("?");
                }
                _ => return Ok(()),
            }
        }
    }

    /// `["k"]`, `[n]` or `[]`
    fn bracket(&mut self) -> Result<(), SyntaxError> {
        self.scanner.eat("[");
        self.scanner.skip_blanks();
        let step = match self.scanner.peek() {
            Some(']') => IgnoreStep::Any,
            Some('"') => IgnoreStep::Key(self.string()?),
            Some('0'..='9') => {
                let start = self.scanner.at();
                let digits = self.scanner.take_while(|c| c.is_ascii_digit());
                match digits.parse::<usize>() {
                    // Without the leading zeros that no index has.
                    Ok(index) => IgnoreStep::Key(index.to_string()),
                    Err(_) => return Err(self.error_at(start, "no list is as long")),
                }
            }
            _ => return Err(self.unsupported()),
        };
        self.scanner.skip_blanks();
        if !self.scanner.eat("]") {
            return Err(self.unsupported());
        }
        self.steps.push(step);
        Ok(())
    }

    /// `select(.name == "x")`, about the items that the step before has named.
    fn select(&mut self) -> Result<(), SyntaxError> {
        self.expect("select")?;
        self.expect("(")?;
        self.expect(".")?;
        let key = self.key()?;
        self.expect("==")?;
        if self.scanner.peek() != Some('"') {
            return Err(self.unsupported());
        }
        let value = self.string()?;
        self.expect(")")?;
        self.steps.pop();
        self.steps.push(IgnoreStep::Item { key, value });
        self.suffixes()
    }

    /// Reads `wanted`, and the blanks around it.
    fn expect(&mut self, wanted: &str) -> Result<(), SyntaxError> {
        self.scanner.skip_blanks();
        if !self.scanner.eat(wanted) {
            return Err(self.unsupported());
        }
        // A blank behind a dot or a bracket that closes would end the path.
        if !matches!(wanted, "." | ")") {
            self.scanner.skip_blanks();
        }
        Ok(())
    }

    /// A key behind a dot: a word or a string.
    fn key(&mut self) -> Result<String, SyntaxError> {
        match self.scanner.peek() {
            Some('"') => self.string(),
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                Ok(self.scanner.take_while(word).into())
            }
            _ => Err(self.unsupported()),
        }
    }

    /// A string with the escapes of JSON; jq's `\(…)` is none of them.
    fn string(&mut self) -> Result<String, SyntaxError> {
        let start = self.scanner.at();
        let mut escaped = false;
        let end = self.scanner.rest().char_indices().skip(1).find(|(_, c)| {
            let closes = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            closes
        });
        let Some((end, _)) = end else {
            return Err(self.error_at(start, "the string is not closed"));
        };
        let written = self.scanner.take(end + 1);
        serde_json::from_str(written)
            .map_err(|_| self.error_at(start, &format!("bad string {written}")))
    }

    fn unsupported(&self) -> SyntaxError {
        let rest = self.scanner.rest().trim_end();
        let what = match rest {
            "" => "the jq expression ends too early".to_string(),
            rest => format!("'{rest}' cannot stand here in a jq expression"),
        };
        self.error(&what, SUPPORTED)
    }

    fn error(&self, what: &str, hint: &str) -> SyntaxError {
        SyntaxError { offset: self.scanner.at(), what: what.into(), hint: hint.into() }
    }

    fn error_at(&self, offset: usize, what: &str) -> SyntaxError {
        SyntaxError { offset, ..self.error(what, SUPPORTED) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(key: &str) -> IgnoreStep {
        IgnoreStep::Key(key.into())
    }

    fn item(key: &str, value: &str) -> IgnoreStep {
        IgnoreStep::Item { key: key.into(), value: value.into() }
    }

    #[test]
    fn paths_are_read() {
        let any = || IgnoreStep::Any;
        let containers = || vec![key("spec"), key("containers")];
        let image = || [containers(), vec![item("name", "x"), key("image")]].concat();
        let table = [
            (".spec.replicas", vec![key("spec"), key("replicas")]),
            (" .a ", vec![key("a")]),
            (".a.\"b.c\"", vec![key("a"), key("b.c")]),
            (".a.[\"b c\"]", vec![key("a"), key("b c")]),
            (".a[\"b\"][ 7 ].c", vec![key("a"), key("b"), key("7"), key("c")]),
            (".[\"a\"]", vec![key("a")]),
            (".\"\\u00e9\\\"\"", vec![key("é\"")]),
            (".[\"*\"]", vec![key("*")]),
            (".[]", vec![any()]),
            (".a[01]", vec![key("a"), key("1")]),
            (
                ".webhooks[]?.clientConfig.caBundle",
                vec![key("webhooks"), any(), key("clientConfig"), key("caBundle")],
            ),
            (".a?.b?[]?[0]?", vec![key("a"), key("b"), any(), key("0")]),
            (".spec.containers[] | select(.name == \"x\") | .image", image()),
            (".spec.containers[]? | select(.name==\"x\").image", image()),
            (".spec.containers[]|select( .name == \"x\" )|.image", image()),
            (
                ".spec.containers[] | select(.\"my.key\" == \"x\")",
                [containers(), vec![item("my.key", "x")]].concat(),
            ),
            (
                ".spec.containers[] | select(.name == \"x\") | .env[] | select(.name == \"A\").value",
                [
                    containers(),
                    vec![
                        item("name", "x"),
                        key("env"),
                        item("name", "A"),
                        key("value"),
                    ],
                ]
                .concat(),
            ),
            (".spec.containers[] | select(.name == \"x\")[\"image\"]?", image()),
        ];
        for (text, steps) in table {
            assert_eq!(parse(text), Ok(steps), "{text}");
        }
    }

    #[test]
    fn anything_else_is_an_error_at_its_place() {
        let table = [
            ("", 0, "the jq expression ends too early"),
            ("spec", 0, "'spec' cannot stand here in a jq expression"),
            ("[\"a\"]", 0, "'[\"a\"]' cannot stand here in a jq expression"),
            (" . ", 1, "'.' is the whole object"),
            (".a.", 3, "the jq expression ends too early"),
            ("..", 1, "'.' cannot stand here in a jq expression"),
            (".a-b", 2, "'-b' cannot stand here in a jq expression"),
            (".a b", 3, "'b' cannot stand here in a jq expression"),
            (".a, .b", 2, "', .b' cannot stand here in a jq expression"),
            (".a[1:2]", 4, "':2]' cannot stand here in a jq expression"),
            (".a[-1]", 3, "'-1]' cannot stand here in a jq expression"),
            (".a[", 3, "the jq expression ends too early"),
            (".a[99999999999999999999]", 3, "no list is as long"),
            (".a.\"b", 3, "the string is not closed"),
            (".a.\"\\(b)\"", 3, "bad string \"\\(b)\""),
            (".a | .b", 5, "'.b' cannot stand here in a jq expression"),
            (
                ".a | select(.b == \"c\")",
                5,
                "'select(.b == \"c\")' cannot stand here in a jq expression",
            ),
            (".a[] | map(.b)", 7, "'map(.b)' cannot stand here in a jq expression"),
            (".a[] | .b", 7, "'.b' cannot stand here in a jq expression"),
            (
                ".a[] | select(.b != \"c\")",
                17,
                "'!= \"c\")' cannot stand here in a jq expression",
            ),
            (".a[] | select(.b == 1)", 20, "'1)' cannot stand here in a jq expression"),
            (
                ".a[] | select(.b.c == \"d\")",
                16,
                "'.c == \"d\")' cannot stand here in a jq expression",
            ),
            (".a[] | select(.b == \"c\"", 23, "the jq expression ends too early"),
            (
                ".a[] | select(.b == \"c\") | select(.d == \"e\")",
                27,
                "'select(.d == \"e\")' cannot stand here in a jq expression",
            ),
            (".é", 1, "'é' cannot stand here in a jq expression"),
        ];
        for (text, offset, what) in table {
            let error = parse(text).unwrap_err();
            assert_eq!((error.offset, error.what.as_str()), (offset, what), "{text}");
            assert!(!error.hint.is_empty());
        }
    }
}
