//! Files within values, and what programs print: YAML, JSON, TOML, INI, properties,
//! environments, prose.
//!
//! Line by line, for such a text may be none of these or broken, and one wants to
//! read the lines that hold no secret. What a line leaves open the next ones go on
//! with: block scalars, lists, quotes. In doubt more is hidden. Refuses to parse.

use std::ops::Range;

use super::item;
use super::name::{Naming, judge};
use super::pair::{Pair, is_harmless, pairs};

/// What is left open by the lines so far.
#[derive(Clone, Copy)]
enum Open {
    /// All that is indented more belongs to one secret.
    Block(usize),
    /// The values of what is indented more are secrets.
    Below(usize),
    /// The values of all until so many brackets are closed are secrets.
    Within(usize),
    /// All until this quote is one secret.
    Quote(&'static str),
    /// The next line belongs to the secret.
    Next,
    /// All until a line that is only the mark, which the reader has, is one secret.
    Document,
}

/// The secrets of `text`; `is_prose` if it is talk, where `token: expired` says
/// something about a token.
pub(super) fn find(text: &str, is_prose: bool, found: &mut Vec<Range<usize>>) {
    let mut reader = Reader {
        is_prose,
        has_secrets: text.lines().any(|line| {
            line.trim_start_matches(['-', ' '])
                .replace('"', "")
                .trim_end_matches([',', ' '])
                == "kind: Secret"
        }),
        has_logins: text.contains("LoginModule"),
        mark: String::new(),
        open: None,
        block: None,
        named: Naming::Plain,
        found,
    };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        reader.line(at, line.trim_end_matches(['\n', '\r']));
        at += line.len();
    }
    reader.end_block();
}

struct Reader<'f> {
    is_prose: bool,
    /// Whether there is the manifest of a Secret in it.
    has_secrets: bool,
    /// Whether there is a configuration of JAAS, where `user_NAME` is a password.
    has_logins: bool,
    /// What ends a document.
    mark: String,
    open: Option<Open>,
    /// What is collected of a block.
    block: Option<Range<usize>>,
    /// What the last `name:` says of the next `value:`.
    named: Naming,
    found: &'f mut Vec<Range<usize>>,
}

impl Reader<'_> {
    fn line(&mut self, at: usize, line: &str) {
        let indent = line.len() - line.trim_start().len();
        let is_blank = line.trim().is_empty();
        match self.open {
            Some(Open::Quote(quote)) => {
                let end = line.find(quote);
                self.collect(at, &line[..end.unwrap_or(line.len())]);
                if end.is_some() {
                    self.end_block();
                    self.open = None;
                }
                return;
            }
            Some(Open::Document) => {
                if line.trim() == self.mark {
                    self.end_block();
                    self.open = None;
                } else {
                    self.collect(at, line);
                }
                return;
            }
            Some(Open::Next) => {
                self.collect(at, line);
                if !line.ends_with('\\') {
                    self.end_block();
                    self.open = None;
                }
                return;
            }
            Some(Open::Block(base)) if is_blank || indent > base => {
                self.collect(at, line);
                return;
            }
            Some(Open::Below(base)) if is_blank || is_below(line, indent, base) => {
                self.below(at, line);
                return;
            }
            Some(Open::Within(depth)) => {
                self.below(at, line);
                let depth = brackets(line, depth);
                self.open = (depth > 0).then_some(Open::Within(depth));
                return;
            }
            Some(_) => {
                self.end_block();
                self.open = None;
            }
            None => {}
        }
        for pair in pairs(line) {
            self.pair(at, line, &pair);
        }
    }

    fn collect(&mut self, at: usize, line: &str) {
        let text = line.trim();
        if text.is_empty() {
            return;
        }
        let start = at + line.len() - line.trim_start().len();
        let block = self.block.get_or_insert(start..start);
        block.end = start + text.len();
    }

    fn end_block(&mut self) {
        self.found.extend(self.block.take());
    }

    fn pair(&mut self, at: usize, line: &str, pair: &Pair) {
        let value = &line[pair.value.clone()];
        let name = &line[pair.name.clone()];
        let mut naming = pair.naming(line);
        match name {
            "name" | "key" => self.named = judge(value.trim()),
            name if item::is_value(name) => {
                naming = naming.max(std::mem::replace(&mut self.named, Naming::Plain));
            }
            name if self.has_logins && name.starts_with("user_") => {
                naming = Naming::Password;
            }
            "data" | "stringData" if self.has_secrets && pair.is_first => {
                naming = Naming::Password;
            }
            _ => {}
        }
        if naming < Naming::Around || pair.is_loose && self.is_prose {
            return;
        }
        let is_quoted = line[..pair.value.start].ends_with(['"', '\'', '`']);
        // A key in quotes begins with the first of them.
        let name = &line[..pair.name.start];
        let column = name.trim_end_matches(['"', '\'']).len();
        let begins = pair.is_first && !is_quoted;
        let open = begins.then(|| opened(value, column, naming)).flatten();
        if open.is_some() {
            self.open = open.filter(|_| naming > Naming::Around);
            return;
        }
        if let Some(mark) = document(value).filter(|_| naming > Naming::Around) {
            self.mark = mark.to_string();
            self.open = Some(Open::Document);
            return;
        }
        if let Some(quote) = pair.open {
            if !value.trim().is_empty() {
                self.block = Some(at + pair.value.start..at + pair.value.end);
            }
            self.open = Some(Open::Quote(quote));
        } else if naming == Naming::Around && value.starts_with('{') {
            // What is in it is judged by its own names.
        } else if ["[]", "{}"].iter().any(|it| line[pair.value.start..].starts_with(it))
            || is_harmless(value, naming)
            || self.is_talk(&line[pair.value.start..], naming)
        {
            // It is shown.
        } else if pair.is_first && value.ends_with('\\') {
            self.block = Some(at + pair.value.start..at + pair.value.end);
            self.open = Some(Open::Next);
        } else {
            let is_below =
                !is_quoted && !pair.is_first && value.starts_with(['{', '[']);
            let end = if is_below {
                pair.value.start + end_of_brackets(&line[pair.value.start..])
            } else {
                pair.value.end
            };
            self.hide(at, &(pair.value.start..end));
            if !is_quoted && pair.is_first && !self.is_prose {
                // YAML goes on with a text on lines that are indented more.
                let depth = brackets(value, 0);
                let within = (depth > 0).then_some(Open::Within(depth));
                self.open = Some(within.unwrap_or(Open::Below(column)));
            }
        }
    }

    fn hide(&mut self, at: usize, value: &Range<usize>) {
        self.found.push(at + value.start..at + value.end);
    }

    /// Whether `token: expired at noon` goes on like a sentence.
    fn is_talk(&self, rest: &str, naming: Naming) -> bool {
        let mut words = rest.split(' ');
        let word = words.next().unwrap_or_default().trim_end_matches([':', ',']);
        // `Required value`
        let word = word.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(word);
        let is_scheme =
            ["earer", "asic", "igest", "egotiate"].iter().any(|it| word.ends_with(it));
        self.is_prose
            && naming < Naming::Password
            && !is_scheme
            && !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_lowercase())
            && words
                .next()
                .is_some_and(|word| word.starts_with(|c: char| c.is_alphanumeric()))
    }

    /// A line below the name of a credential.
    fn below(&mut self, at: usize, line: &str) {
        let all = pairs(line);
        if !all.iter().any(|pair| pair.is_first) {
            let signs = |c: char| c.is_whitespace() || "-\"',[]{}".contains(c);
            let item = line.trim_matches(signs);
            let start = at + line.find(item).unwrap_or(0);
            if !item.is_empty() {
                self.found.push(start..start + item.len());
            }
        }
        for pair in all {
            let value = &line[pair.value.clone()];
            let naming = pair.naming(line);
            let is_nothing = is_harmless(value, naming)
                || opened(value, 0, naming).is_some()
                || value.chars().all(|c| "[]{}, ".contains(c));
            if naming != Naming::Described && !is_nothing {
                self.hide(at, &pair.value);
            }
        }
    }
}

/// What is left open by a value that begins on the next line; `column` is that of
/// its name.
fn opened(value: &str, column: usize, naming: Naming) -> Option<Open> {
    // Anchors and tags, and a comment.
    let mut words = value.split_whitespace().peekable();
    while words.next_if(|word| word.starts_with(['&', '!'])).is_some() {}
    let word = words.next().unwrap_or("#");
    let is_last = words.next().is_none_or(|word| word.starts_with('#'));
    let rest = word.strip_prefix(['|', '>']);
    let is_block =
        rest.is_some_and(|it| it.bytes().all(|byte| b"+-123456789".contains(&byte)));
    match word {
        _ if word.starts_with('#') && naming < Naming::Password => {
            Some(Open::Below(column))
        }
        "#" => Some(Open::Below(column)),
        "{" | "[" if is_last => Some(Open::Within(1)),
        _ if is_block && is_last => Some(Open::Block(column)),
        _ => None,
    }
}

/// The mark that ends what begins with `<<MARK`, as shells and HCL have it.
fn document(value: &str) -> Option<&str> {
    let value = value.trim_start_matches(['"', '$', '(']);
    let mark = value.strip_prefix("cat ").unwrap_or(value).strip_prefix("<<")?;
    let mark = mark.trim_start_matches(['-', '~']).trim_matches(['"', '\'', ' ']);
    let is_part = |c: char| c.is_ascii_uppercase() || c == '_';
    (!mark.is_empty() && mark.chars().all(is_part)).then_some(mark)
}

/// Where a map or list ends that does so within a line.
fn end_of_brackets(text: &str) -> usize {
    let ends = text.char_indices().filter(|(_, c)| "]}".contains(*c));
    let end = ends.map(|(at, _)| at + 1).find(|end| brackets(&text[..*end], 0) == 0);
    end.unwrap_or(text.len())
}

/// How many brackets are open after `text` if so many were before it.
fn brackets(text: &str, before: usize) -> usize {
    let mut depth = before;
    let mut is_quoted = false;
    for c in text.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            '[' | '{' if !is_quoted => depth += 1,
            ']' | '}' if !is_quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth
}

/// Whether a line belongs to what was opened at `base`; items of a list may stand
/// directly below their name.
fn is_below(line: &str, indent: usize, base: usize) -> bool {
    indent > base || indent == base && line.trim_start().starts_with("- ")
}
