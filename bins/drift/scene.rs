//! One object while it is looked at, and what is found in it as a finding.

use helmfire_compare::{Owner, Pointer};
use helmfire_findings::{Class, Finding, Object};
use helmfire_inputs::Id;
use serde_json::Value;

use crate::live::Manner;

/// The object that is looked at.
pub struct Scene<'s> {
    pub id: &'s Id,
    pub named: Object,
    /// `None` if it is gone.
    pub live: Option<&'s Value>,
    pub manifest: &'s Value,
    pub manner: &'s Manner,
}

impl Scene<'_> {
    /// What stands at `pointer`, live and desired.
    pub fn finding(
        &self,
        pointer: Pointer,
        (live, desired): (Option<Value>, Option<Value>),
        owner: Option<Owner>,
        is_addition: bool,
    ) -> Finding {
        let objects: Vec<&Value> =
            self.live.into_iter().chain([self.manifest]).collect();
        let mut names = pointer.names(&objects);
        // The index of what is missing counts another list than the live one.
        let is_missing = live.is_none() && objects.iter().any(|it| pointer.is_item(it));
        if let Some(name) = names.last_mut().filter(|_| is_missing) {
            let item = desired.as_ref().and_then(|item| item.get("name")?.as_str());
            *name = item.map(String::from);
        }
        let mut finding = Finding {
            class: Class::Drift,
            object: self.named.clone(),
            pointer,
            names,
            live,
            desired,
            is_addition,
            is_by_field: false,
            owner,
            ignored_by: None,
            reason: None,
        };
        let sides = [self.live, Some(self.manifest)];
        finding.ignored_by = self.manner.ignoring.why(self.id, &finding, sides);
        finding
    }
}
