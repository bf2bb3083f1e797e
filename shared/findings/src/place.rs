//! A place in an object as people say it: `containers[web].env[LOG_LEVEL].value`.
//!
//! What every pod template has above its containers goes without saying. The pointer
//! of the row is exact, this is not: refuses to be read back.

use helmfire_compare::Pointer;

/// What is left out in front, and what is said instead.
const TOPS: [(&[&str], &str); 6] = [
    (&["spec", "template", "spec"], ""),
    (&["spec", "jobTemplate", "spec", "template", "spec"], ""),
    (&["spec", "jobTemplate", "spec", "template", "metadata"], "template"),
    (&["spec", "template", "metadata"], "template"),
    (&["spec"], ""),
    (&["metadata"], ""),
];

/// The place at `pointer`, whose list items have these names.
pub(crate) fn place(pointer: &Pointer, names: &[Option<String>]) -> String {
    let tokens = pointer.tokens();
    let is_top = |top: &[&str]| {
        tokens.len() > top.len()
            && top.iter().zip(tokens).all(|(one, other)| one == other)
    };
    let top = TOPS.iter().find(|(top, _)| is_top(top));
    let (skipped, mut text) = match top {
        Some((top, instead)) => (top.len(), (*instead).to_string()),
        None => (0, String::new()),
    };
    for (index, token) in tokens.iter().enumerate().skip(skipped) {
        let is_word = |text: &str| {
            !text.is_empty()
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
                && !text.bytes().all(|byte| byte.is_ascii_digit())
        };
        match names.get(index).and_then(Option::as_deref) {
            Some(name) => text.push_str(&format!("[{name}]")),
            None if !is_word(token) => text.push_str(&format!("[{token}]")),
            None if text.is_empty() => text.push_str(token),
            None => text.push_str(&format!(".{token}")),
        }
    }
    visible(&text)
}

/// Whether a terminal would obey it or show nothing: controls, what separates lines,
/// turns the direction of writing around, joins, or marks.
pub(crate) fn is_unseen(c: char) -> bool {
    let is_format = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    c.is_control() || is_format
}

/// `text` with what would move the cursor, colour the terminal or turn the direction
/// of writing around made visible.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unseen(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places() {
        for (pointer, names, expected) in [
            ("/spec/replicas", &[] as &[(usize, &str)], "replicas"),
            (
                "/spec/template/spec/containers/0/env/2/value",
                &[(4, "web"), (6, "LOG_LEVEL")],
                "containers[web].env[LOG_LEVEL].value",
            ),
            (
                "/spec/jobTemplate/spec/template/spec/containers/0/image",
                &[],
                "containers[0].image",
            ),
            (
                "/metadata/labels/app.kubernetes.io~1name",
                &[],
                "labels[app.kubernetes.io/name]",
            ),
            ("/spec/template/metadata/annotations/a", &[], "template.annotations.a"),
            ("/data/app.yaml", &[], "data[app.yaml]"),
            ("/data/8080", &[], "data[8080]"),
            ("/spec", &[], "spec"),
            ("/spec/template/spec", &[], "template.spec"),
            ("/rules/0/verbs", &[], "rules[0].verbs"),
            ("/data/a\u{1b}[31m", &[], "data[a\\u{1b}[31m]"),
        ] {
            let pointer = Pointer::parse(pointer).unwrap();
            let mut all = vec![None; pointer.tokens().len()];
            for (index, name) in names {
                all[*index] = Some((*name).to_string());
            }
            assert_eq!(place(&pointer, &all), expected);
        }
    }
}
