//! What a YAML text says, without its layout and its comments.
//!
//! For telling whether an edit changed anything. Two texts with the same gist are
//! the same to every reader of YAML; plain scalars stay apart from quoted ones,
//! for `on` is a text to one reader and true to another, and keys stay in order.
//! Refuses to say what is equal beyond that: two gists that differ may still mean
//! the same.

use crate::yaml::tokens;

/// The gist of `text`; `None` if it is not YAML.
pub fn gist(text: &str) -> Option<String> {
    let mut gist = String::with_capacity(text.len());
    for token in tokens(text) {
        gist.push_str(&token.ok()?);
        gist.push('\n');
    }
    Some(gist)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_and_comments_do_not_count() {
        let plain = "a: 1 # one\nb:\n- x\n\n# end\n- {c: 'd'}\n";
        assert_eq!(gist(plain), gist("a:   1\nb: [x, c: \"d\"]"));
        assert_eq!(gist("a: |\n  x\n"), gist("a: \"x\\n\""));
        assert_eq!(gist("---\na: 1\n"), gist("a: 1\n"));
    }

    #[test]
    fn what_is_said_counts() {
        let different = [
            "a: on",
            "a: 'on'",
            "a: !x on",
            "a: [on]",
            "a: on\nb: 1",
            "b: 1\na: on",
            "a: |\n  # on\n",
            "a: &x on",
            "a: on\n---\n",
            "",
            "a:",
        ];
        for (index, one) in different.iter().enumerate() {
            for other in &different[index + 1..] {
                assert_ne!(gist(one), gist(other), "{one:?} {other:?}");
            }
        }
        assert_eq!(gist("a: [b"), None);
        assert_eq!(gist("{{ if x }}\na: 1\n"), None);
    }
}
