//! The blocks of helmfile's output, one per release that was compared.
//!
//! Each begins with a line of helmfile's own in the first column. Nothing that
//! helm-diff prints of a chart can look so: JSON has no bare line ends within its
//! strings, and the lines of a diff are indented.

use crate::body::Body;

/// What was printed for one release.
#[derive(Debug)]
pub(crate) struct Block<'a> {
    pub(crate) name: &'a str,
    /// Empty for a release without one.
    pub(crate) namespace: &'a str,
    pub(crate) body: Body,
}

/// The blocks in their order.
#[derive(Debug)]
pub(crate) struct Blocks<'a> {
    /// What stands before the first one.
    pub(crate) before: &'a str,
    pub(crate) all: Vec<Block<'a>>,
    /// Whether the last line has no end.
    pub(crate) is_cut: bool,
}

impl<'a> Blocks<'a> {
    pub(crate) fn read(text: &'a str) -> Self {
        let mut heads = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let end = at + line.len();
            if let Some((name, namespace)) = head(line) {
                heads.push((at, end, name, namespace));
            }
            at = end;
        }
        let ends = heads.iter().skip(1).map(|head| head.0).chain([text.len()]);
        let block = |(&(_, begin, name, namespace), end)| {
            let body = Body::read(text.get(begin..end).unwrap_or_default());
            Block { name, namespace, body }
        };
        let all = heads.iter().zip(ends).map(block).collect();
        let first = heads.first().map_or(text.len(), |head| head.0);
        let is_cut = !text.is_empty() && !text.ends_with('\n');
        Self { before: text.get(..first).unwrap_or_default(), all, is_cut }
    }
}

/// Name and namespace of `Comparing release=web, chart=x, namespace=shop`. A line
/// without its end may have lost the end of the namespace, too.
pub(crate) fn head(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_suffix('\n')?.trim_end_matches('\r');
    let (name, rest) =
        line.strip_prefix("Comparing release=")?.split_once(", chart=")?;
    let (_, namespace) = rest.rsplit_once(", namespace=")?;
    Some((name, namespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_stand_in_the_first_column_and_are_whole() {
        let whole = "Comparing release=a, chart=x, namespace=y, namespace=\n";
        assert_eq!(head(whole), Some(("a", "")));
        for line in [
            "Comparing release=a, chart=x, namespace=demo",
            "  Comparing release=a, chart=x, namespace=demo\n",
            "+ Comparing release=a, chart=x, namespace=demo\n",
            "Comparing release=a, namespace=demo\n",
        ] {
            assert_eq!(head(line), None, "{line}");
        }
    }

    #[test]
    fn a_string_that_quotes_a_head_stays_a_string() {
        let text = "stray\nComparing release=a, chart=x, namespace=n\n[{\"name\": \
                    \"c\", \"kind\": \"K\", \"changeType\": \"MODIFY\", \"changes\": \
                    [{\"path\": \"\", \"field\": \"f\", \"change\": \"add\", \
                    \"newValue\": \"\\nComparing release=b, chart=x, \
                    namespace=n\\n\"}]}]\n\nComparing release=b, chart=x, \
                    namespace=n\n";
        let blocks = Blocks::read(text);
        assert_eq!((blocks.before, blocks.is_cut), ("stray\n", false));
        let counts: Vec<_> =
            blocks.all.iter().map(|one| (one.name, one.body.changes.len())).collect();
        assert_eq!(counts, [("a", 1), ("b", 0)]);
    }
}
