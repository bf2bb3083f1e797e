//! Changing the file: under the lock, all or nothing, every change told.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::time::Duration;

use anyhow::Context;
use helmfire_cli::{Exit, Locked, Talk};
use helmfire_rules::file::{Draft, Edit, Store, StoreError, edit, read};
use helmfire_rules::{RuleKey, Rules};
use similar::TextDiff;

use crate::cli::WriteArguments;
use crate::row::{Row, rows};
use crate::target::Target;

/// The rules before and after, by key.
pub struct Changed {
    before: HashMap<RuleKey, Row>,
    after: HashMap<RuleKey, Row>,
}

/// Puts the rules that `plan` makes of those that are there into the file.
pub fn put(
    target: &Target,
    write: &WriteArguments,
    talk: &Talk,
    plan: impl FnOnce(&Rules) -> anyhow::Result<Vec<Draft>>,
) -> anyhow::Result<Exit> {
    let mut keys = Vec::new();
    let changed = change(target, write, talk, |rules| {
        let drafts = plan(rules)?;
        keys.extend(drafts.iter().map(|draft| draft.key().clone()));
        Ok(drafts.into_iter().map(Edit::Put).collect())
    })?;
    for key in keys {
        changed.tell_put(&key, target, write, talk);
    }
    Ok(Exit::Done)
}

/// Removes the rules that `plan` picks from those that are there.
pub fn remove(
    target: &Target,
    write: &WriteArguments,
    talk: &Talk,
    plan: impl FnOnce(&[(RuleKey, Row)]) -> anyhow::Result<Vec<RuleKey>>,
) -> anyhow::Result<Exit> {
    let mut keys = Vec::new();
    let changed = change(target, write, talk, |rules| {
        keys = plan(&rows(rules))?;
        Ok(keys.iter().cloned().map(Edit::Remove).collect())
    })?;
    for key in keys {
        changed.tell_removed(&key, target, write, talk);
    }
    Ok(Exit::Done)
}

/// Reads, edits, checks the result as any reader would, and writes it.
fn change(
    target: &Target,
    write: &WriteArguments,
    talk: &Talk,
    plan: impl FnOnce(&Rules) -> anyhow::Result<Vec<Edit>>,
) -> anyhow::Result<Changed> {
    let path = target.path();
    let store = if write.dry_run { None } else { Some(lock(target, write.wait)?) };
    let found = match &store {
        Some(store) => store.read()?,
        None => read_without_lock(target)?,
    };
    let text = found.as_deref().unwrap_or_default();
    let before = read(path, text)?;
    let edits = plan(&before)?;
    let new = if edits.is_empty() { text.to_string() } else { edit(text, &edits)? };
    let after = read(path, &new)?;
    match store {
        _ if new == text => {}
        None => print_diff(target, found.as_deref(), &new)?,
        Some(store) => {
            store.write(&new)?;
            if found.is_none() {
                talk.note(&format!("created {target}"));
            }
        }
    }
    let by_key = |rules| rows(rules).into_iter().collect();
    Ok(Changed { before: by_key(&before), after: by_key(&after) })
}

fn lock(target: &Target, wait: u64) -> anyhow::Result<Store> {
    Store::lock(target.path(), Duration::from_secs(wait)).map_err(|error| match error {
        StoreError::Busy { .. } => Locked(error.to_string()).into(),
        error => error.into(),
    })
}

/// A dry run leaves no trace, not even a lock for a moment.
fn read_without_lock(target: &Target) -> anyhow::Result<Option<String>> {
    match fs::read_to_string(target.path()) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).context(target.to_string()),
    }
}

fn print_diff(target: &Target, old: Option<&str>, new: &str) -> anyhow::Result<()> {
    let name = target.to_string();
    let old_name = if old.is_some() { name.as_str() } else { "/dev/null" };
    let diff = TextDiff::from_lines(old.unwrap_or_default(), new);
    let diff = diff.unified_diff().header(old_name, &name).to_string();
    io::stdout().lock().write_all(diff.as_bytes())?;
    Ok(())
}

impl Changed {
    fn tell_put(
        &self,
        key: &RuleKey,
        target: &Target,
        write: &WriteArguments,
        talk: &Talk,
    ) {
        let Some(new) = self.after.get(key) else { return };
        let place = target.line(new.line.unwrap_or_default());
        let old = self.before.get(key);
        if old.is_some_and(|old| old.to == new.to && old.digest == new.digest) {
            talk.note(&format!("{new} is already so ({place})"));
        } else if !write.dry_run {
            talk.note(&format!("{new} ({place})"));
        }
    }

    fn tell_removed(
        &self,
        key: &RuleKey,
        target: &Target,
        write: &WriteArguments,
        talk: &Talk,
    ) {
        let Some(old) = self.before.get(key) else { return };
        if !write.dry_run {
            let place = target.line(old.line.unwrap_or_default());
            talk.note(&format!("removed {old} (was {place})"));
        }
    }
}
