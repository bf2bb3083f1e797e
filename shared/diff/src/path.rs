//! helm-diff's dotted paths as tokens of a JSON pointer.
//!
//! Dots within keys cannot be told from dots between them, and a key made of
//! digits looks like an index. Only the last token comes apart from the path and
//! is exact.

/// The tokens of `spec.containers[0]` and the field in it.
pub(crate) fn tokens(path: &str, field: Option<&str>) -> Vec<String> {
    let mut tokens = Vec::new();
    if !path.is_empty() {
        path.split('.').for_each(|segment| push(segment, &mut tokens));
    }
    tokens.extend(field.map(str::to_owned));
    tokens
}

/// `verbs[0][1]` is three tokens, `[0]` one.
fn push(segment: &str, tokens: &mut Vec<String>) {
    let mut base = segment;
    let mut indices = Vec::new();
    while let Some((before, index)) = index(base) {
        indices.push(index);
        base = before;
    }
    if !base.is_empty() || indices.is_empty() {
        tokens.push(base.to_owned());
    }
    tokens.extend(indices.into_iter().rev().map(str::to_owned));
}

fn index(segment: &str) -> Option<(&str, &str)> {
    let (before, digits) = segment.strip_suffix(']')?.rsplit_once('[')?;
    let is_index = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_index.then_some((before, digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_all_shapes() {
        let cases: [(&str, Option<&str>, &[&str]); 9] = [
            ("spec", Some("replicas"), &["spec", "replicas"]),
            ("a.b[0].c[12]", Some("3"), &["a", "b", "0", "c", "12", "3"]),
            ("data", Some("app.io/x~y"), &["data", "app.io/x~y"]),
            ("a[0][1]", None, &["a", "0", "1"]),
            ("[2].b", Some("c"), &["2", "b", "c"]),
            ("", Some("kind"), &["kind"]),
            ("a[b].c[]", None, &["a[b]", "c[]"]),
            ("a..b", None, &["a", "", "b"]),
            ("", None, &[]),
        ];
        for (path, field, expected) in cases {
            assert_eq!(tokens(path, field), expected, "{path}");
        }
    }
}
