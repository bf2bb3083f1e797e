//! Secrets go in, marks come out: `<secret 1a2b3c4d>`.
//!
//! The digits are of a keyed hash, so that one sees whether a secret changed and
//! cannot find it by trying, nor learn how long it is. A [`Redactor`] is the only
//! way from a [`Finding`](crate::Finding) to anything that is printed or kept.
//!
//! What is hidden: all content of Secrets; what stands beside a name of a credential or
//! at its place in a command or a file; what has the form of one. In doubt it is
//! hidden. Refuses to have an exception that one could ask for.

mod address;
mod basic;
mod command;
mod directive;
mod item;
mod lines;
mod link;
mod name;
mod netrc;
mod pair;
mod pem;
mod pgpass;
mod program;
mod quoted;
mod scope;
mod token;
mod vocabulary;
mod word;

use std::fmt;
use std::ops::Range;

use helmfire_compare::Pointer;
use helmfire_inputs::Key;
use serde_json::{Map, Value};

use crate::Object;
use name::Naming;
use pair::is_harmless;
use scope::Scope;
use word::Leniency;

/// Hides secrets.
#[derive(Clone)]
pub struct Redactor {
    key: Key,
}

/// No secret in any output.
impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}

/// What is hidden of a text, and as what.
struct Hidden {
    at: Range<usize>,
    is_certificate: bool,
}

impl Redactor {
    /// With the key of the hashes.
    pub fn new(key: Key) -> Self {
        Self { key }
    }

    /// The key, for fingerprints of what has been hidden.
    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// What may be seen of the value at `pointer` in `object`. `names` are those of
    /// the list items on the way; without one the value of a variable is hidden.
    pub fn value(
        &self,
        object: &Object,
        pointer: &Pointer,
        names: &[Option<String>],
        value: &Value,
    ) -> Value {
        let mut scope = Scope::top(&object.kind, !object.is_built_in());
        for (index, token) in pointer.tokens().iter().enumerate() {
            let is_index = token.bytes().all(|byte| byte.is_ascii_digit());
            scope = if is_index && !token.is_empty() {
                scope.part_of_item(names.get(index).and_then(Option::as_deref))
            } else {
                scope.key(token)
            };
        }
        match value {
            Value::String(text) if is_argument(pointer) && !is_telling(text) => {
                self.whole(value)
            }
            value => self.within(scope, value),
        }
    }

    /// What may be seen of what a server or a program said.
    pub fn text(&self, text: &str) -> String {
        self.scan(text, Leniency::None, true)
    }

    fn within(&self, scope: Scope<'_>, value: &Value) -> Value {
        self.behind(&[], scope, value)
    }

    /// As [`Redactor::within`], where `command` is what a list of arguments is for.
    fn behind(&self, command: &[Value], scope: Scope<'_>, value: &Value) -> Value {
        if scope.hides_everything() || scope.is_content() && !value.is_object() {
            return self.whole(value);
        }
        match value {
            Value::Object(map) => self.map(scope, map).into(),
            Value::Array(items) => self.items(command, scope, items),
            Value::String(text) => {
                let naming = scope.naming_of_text();
                if naming >= Naming::Around && !is_harmless(text, naming) {
                    return self.whole(value);
                }
                self.leaf(text, scope).into()
            }
            Value::Number(_) if scope.naming() == Naming::Password => self.whole(value),
            value => value.clone(),
        }
    }

    fn map(&self, scope: Scope<'_>, map: &Map<String, Value>) -> Map<String, Value> {
        let text = |key: &str| map.get(key).and_then(Value::as_str);
        let scope = scope
            .of_kind(text("kind").unwrap_or_default())
            .named(item::NAMES.iter().filter_map(|key| text(key)));
        let command = map.get("command").and_then(Value::as_array);
        map.iter()
            .map(|(key, value)| {
                let command = command.filter(|_| key == "args");
                let command = command.map_or(&[][..], Vec::as_slice);
                (key.clone(), self.behind(command, scope.key(key), value))
            })
            .collect()
    }

    fn items(&self, command: &[Value], scope: Scope<'_>, items: &[Value]) -> Value {
        let mut reader = command::Reader::of_list();
        for word in command.iter().filter_map(Value::as_str) {
            reader.word(word);
        }
        let mut shown = Vec::with_capacity(items.len());
        for item in items {
            let name = item.get("name").and_then(Value::as_str);
            let secret = item.as_str().and_then(|it| Some((it, reader.word(it)?)));
            shown.push(match secret {
                Some((text, at)) if scope.naming() < Naming::Around => {
                    let mark = self.mark(&text[at.clone()], false);
                    format!("{}{mark}{}", &text[..at.start], &text[at.end..]).into()
                }
                _ => self.within(scope.item(name), item),
            });
        }
        shown.into()
    }

    /// A text in an object, which may be a file.
    fn leaf(&self, text: &str, scope: Scope<'_>) -> String {
        let leniency = scope.leniency();
        let document = text
            .trim_start()
            .starts_with(['{', '['])
            .then(|| serde_json::from_str::<Value>(text).ok());
        if let Some(Some(document)) = document {
            let shown = self.within(Scope::top("", false), &document);
            // As it was written, if there is nothing to hide.
            if shown == document {
                return text.to_string();
            }
            let is_wide = !text.trim().contains('\n');
            let written = if is_wide {
                serde_json::to_string(&shown)
            } else {
                serde_json::to_string_pretty(&shown)
            };
            return written.unwrap_or_else(|_| self.mark(text, false));
        }
        self.scan(text, leniency, false)
    }

    fn scan(&self, text: &str, leniency: Leniency, is_prose: bool) -> String {
        let mut found = Vec::new();
        word::find(text, leniency, &mut found);
        let mut links = Vec::new();
        link::find(text, &mut links);
        // The path of an address is one word, of which not all is secret.
        let is_path = |word: &Range<usize>| {
            links.iter().any(|it| word.start < it.start && it.start < word.end)
        };
        found.retain(|word| !is_path(word));
        found.append(&mut links);
        address::find(text, &mut found);
        token::find(text, &mut found);
        basic::find(text, &mut found);
        // `r/auth:v2` is no pair.
        if leniency != Leniency::Image {
            lines::find(text, is_prose, &mut found);
            item::find(text, &mut found);
            command::find(text, &mut found);
            directive::find(text, is_prose, &mut found);
            netrc::find(text, &mut found);
            pgpass::find(text, &mut found);
        }
        let mut all: Vec<Hidden> =
            found.into_iter().map(|at| Hidden { at, is_certificate: false }).collect();
        for (at, is_certificate) in pem::find(text) {
            // The words of a block are parts of it.
            all.retain(|other| other.at.start < at.start || other.at.end > at.end);
            all.push(Hidden { at, is_certificate });
        }
        all.retain(|it| !it.at.is_empty() && !is_marked(text, &it.at));
        all.sort_by_key(|it| it.at.start);
        let mut shown = String::with_capacity(text.len());
        let mut at = 0;
        let mut all = all.into_iter().peekable();
        while let Some(mut hidden) = all.next() {
            while let Some(next) = all.next_if(|it| it.at.start < hidden.at.end) {
                hidden.at.end = hidden.at.end.max(next.at.end);
                hidden.is_certificate &= next.is_certificate;
            }
            shown.push_str(&text[at..hidden.at.start]);
            shown.push_str(&self.mark(&text[hidden.at.clone()], hidden.is_certificate));
            at = hidden.at.end;
        }
        shown.push_str(&text[at..]);
        shown
    }

    /// The mark for a whole value; nothing is nothing.
    fn whole(&self, value: &Value) -> Value {
        match value {
            Value::Null => Value::Null,
            Value::String(text) if text.is_empty() => value.clone(),
            Value::String(text) => self.mark(text, false).into(),
            value => self.mark(&format!("json {value}"), false).into(),
        }
    }

    fn mark(&self, text: &str, is_certificate: bool) -> String {
        let mut ink = self.key.ink();
        ink.put("secret");
        ink.put(text);
        let [a, b, c, d, ..] = ink.dry().0;
        let what = if is_certificate { "certificate" } else { "secret" };
        format!("<{what} {a:02x}{b:02x}{c:02x}{d:02x}>")
    }
}

/// Whether there is a mark already, and nothing behind it. A mark is two words, and
/// the first of them may look like a value.
fn is_marked(text: &str, at: &Range<usize>) -> bool {
    let value = text[at.clone()].trim_start();
    let begin = at.end - value.len();
    let end = text[begin..].find('>').map_or(at.end, |it| begin + it + 1);
    let behind = text.get(end..at.end).unwrap_or_default();
    behind.trim().is_empty() && is_mark(&text[begin..end])
}

/// Whether it is a mark.
fn is_mark(text: &str) -> bool {
    let rest = text.strip_prefix("<secret ").or(text.strip_prefix("<certificate "));
    let digits = rest.and_then(|rest| rest.strip_suffix('>'));
    digits.is_some_and(|it| it.len() == 8 && it.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Whether it is one argument of a command, without those beside it.
fn is_argument(pointer: &Pointer) -> bool {
    let is_index = |token: &str| token.bytes().all(|byte| byte.is_ascii_digit());
    match pointer.tokens() {
        [.., list, index] => {
            ["args", "command"].contains(&list.as_str()) && is_index(index)
        }
        _ => false,
    }
}

/// Whether an argument says by itself that it is no secret, whatever is in front.
fn is_telling(text: &str) -> bool {
    let is_word = || text.bytes().all(|b| b.is_ascii_lowercase() || b"-_".contains(&b));
    let is_number = || text.bytes().all(|b| b.is_ascii_digit() || b".:".contains(&b));
    text.starts_with(['-', '/']) || is_word() || is_number()
}

#[cfg(test)]
mod tests;
