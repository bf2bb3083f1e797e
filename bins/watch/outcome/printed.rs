//! What helmfile and helm print of releases: tables at the end, and a block
//! for each release that helm deployed.
//!
//! helmfile 1.8.0 has tables under `==== Updated Releases ====`; older ones had
//! `UPDATED RELEASES:`. A release without a namespace has an empty cell, so
//! cells are cut where the header's begin. Several helmfiles print several
//! tables, and in parallel a title may be parted from its table.

use std::collections::VecDeque;

/// Which table a row stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Title {
    Updated,
    Deleted,
    Failed,
}

/// One release in a table.
#[derive(Debug, PartialEq)]
pub struct Row {
    pub title: Title,
    pub name: String,
    pub namespace: String,
    pub seconds: Option<f64>,
}

/// What helm said of a release that it deployed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Deployed {
    pub name: String,
    pub namespace: String,
    pub revision: u32,
}

/// The rows of all tables in `text`, which has no colours any more.
pub fn rows(text: &str) -> Vec<Row> {
    let mut titles = VecDeque::new();
    let mut lines = text.lines();
    let mut rows = Vec::new();
    while let Some(line) = lines.next() {
        titles.extend(title(line));
        let Some(namespace) = line.find("NAMESPACE") else { continue };
        if !line.starts_with("NAME ") {
            continue;
        }
        let Some(title) = titles.pop_front() else { continue };
        let width = line[namespace..].find("   ").unwrap_or("NAMESPACE".len());
        let cells = (namespace, namespace + width);
        let table = lines.by_ref().take_while(|line| !line.trim().is_empty());
        rows.extend(table.filter_map(|line| row(title, cells, line)));
    }
    rows
}

fn title(line: &str) -> Option<Title> {
    let text = line.trim_matches(|c| "=: \t".contains(c)).to_ascii_lowercase();
    match text.as_str() {
        "updated releases" | "reinstalled releases" => Some(Title::Updated),
        "deleted releases" => Some(Title::Deleted),
        "failed releases" | "failed to delete releases" => Some(Title::Failed),
        _ => None,
    }
}

/// `cells` are the columns between which the namespace stands. It may be wider
/// than its header, so its end is the next space.
fn row(title: Title, (begin, end): (usize, usize), line: &str) -> Option<Row> {
    let name = line.get(..begin)?.trim();
    let rest = line.get(begin..)?;
    let namespace = if line.get(begin..end)?.trim().is_empty() {
        ""
    } else {
        rest.split_whitespace().next()?
    };
    let seconds = line.split_whitespace().next_back().and_then(seconds);
    let (name, namespace) = (name.to_owned(), namespace.to_owned());
    (!name.is_empty()).then_some(Row { title, name, namespace, seconds })
}

/// A duration as Go prints it, here of whole seconds: `1h2m3s`.
fn seconds(text: &str) -> Option<f64> {
    let mut sum = 0.0;
    let mut rest = text;
    while let Some(at) = rest.find(['h', 'm', 's']) {
        let number: f64 = rest[..at].parse().ok()?;
        sum += number
            * match &rest[at..=at] {
                "h" => 3600.0,
                "m" => 60.0,
                _ => 1.0,
            };
        rest = &rest[at + 1..];
    }
    (rest.is_empty() && !text.is_empty()).then_some(sum)
}

/// The blocks from `NAME:` to `REVISION:`. Notes of a chart may hold anything,
/// hence only lines in helm's order count.
pub fn deployed(text: &str) -> Vec<Deployed> {
    let mut found = Vec::new();
    let mut block = Deployed::default();
    let mut done = 0;
    for line in text.lines() {
        let (key, value) = line.split_once(": ").unwrap_or_default();
        done = match (done, key) {
            (_, "NAME") => {
                block = Deployed { name: value.to_owned(), ..Deployed::default() };
                1
            }
            (1, "LAST DEPLOYED") => 2,
            (2, "NAMESPACE") => {
                value.clone_into(&mut block.namespace);
                3
            }
            (3, "STATUS") if value == "deployed" => 4,
            (4, "REVISION") => {
                if let Ok(revision) = value.parse() {
                    found.push(Deployed { revision, ..std::mem::take(&mut block) });
                }
                0
            }
            _ => 0,
        };
    }
    found
}

/// `text` without escape sequences.
pub fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        let end = after.find(|c| ('@'..='~').contains(&c));
        rest = end.map_or("", |end| &after[end + 1..]);
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(title: Title, name: &str, namespace: &str, seconds: f64) -> Row {
        let (name, namespace) = (name.into(), namespace.into());
        Row { title, name, namespace, seconds: Some(seconds) }
    }

    #[test]
    fn tables_with_colours_and_empty_cells() {
        let text = without_colours(include_str!("data/mixed.helm3"));
        let expected = [
            row(Title::Updated, "free", "", 0.0),
            row(Title::Updated, "ok", "one", 1.0),
            row(Title::Failed, "tmpl", "one", 0.0),
            row(Title::Failed, "ok", "two", 0.0),
        ];
        assert_eq!(rows(&text), expected);
        let text = without_colours(include_str!("data/deleted.helm3"));
        let expected = [
            row(Title::Updated, "ok", "one", 0.0),
            row(Title::Deleted, "free", "", 0.0),
        ];
        assert_eq!(rows(&text), expected);
    }

    #[test]
    fn titles_of_older_versions_and_titles_parted_from_their_tables() {
        let old = "UPDATED RELEASES:\nNAME   NAMESPACE           CHART   VERSION   \
                   DURATION\nweb    a-long-namespace    ./x     0.1.0        1m2s\n\n";
        assert_eq!(rows(old), [row(Title::Updated, "web", "a-long-namespace", 62.0)]);
        let parted = "== Updated Releases ==\n== Failed Releases ==\n\
                      NAME   NAMESPACE   DURATION\na      n                 0s\n\n\
                      NAME   NAMESPACE   DURATION\nb      n                 0s\n";
        let expected =
            [row(Title::Updated, "a", "n", 0.0), row(Title::Failed, "b", "n", 0.0)];
        assert_eq!(rows(parted), expected);
    }

    #[test]
    fn blocks_of_helm_but_no_notes() {
        let helm4 = "NAME: web\nLAST DEPLOYED: now\nNAMESPACE: shop\nSTATUS: deployed\n\
                     REVISION: 7\nDESCRIPTION: Upgrade complete\nNOTES:\nNAME: x\n\
                     REVISION: 9\n";
        let web =
            Deployed { name: "web".into(), namespace: "shop".into(), revision: 7 };
        assert_eq!(deployed(helm4), [web]);
    }

    #[test]
    fn durations() {
        assert_eq!(seconds("1h2m3s"), Some(3723.0));
        assert_eq!(seconds("0s"), Some(0.0));
        assert_eq!(seconds("0.1.0"), None);
        assert_eq!(seconds(""), None);
    }
}
