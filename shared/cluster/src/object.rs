//! Objects of a manifest, and what the cluster says about each: what it is like now,
//! and what it would be like after the manifest was applied.
//!
//! The apply is a dry run by a field manager of our own, forced: as `helm` it would
//! drop what Helm adds to objects beside the manifest, and each would differ right
//! after a deployment (seen with Helm 4.2). Fields that others own stay as they are.

use serde_json::{Value, json};

use crate::cluster::segment;
use crate::kind::root;
use crate::patch::{applicable, leave_out_undeclared};
use crate::{Cluster, Fault, Kind};

/// The field manager of dry runs.
const MANAGER: &str = "helmfire-drift";

/// So many fields of an object that the server does not know are left out.
const MOST_UNDECLARED: usize = 8;

/// An object as a manifest has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// `apps/v1`
    pub api_version: String,
    /// `Deployment`
    pub kind: String,
    /// As the manifest has it; empty if it names none.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// All of it.
    pub manifest: Value,
}

/// What the cluster says about an object.
#[derive(Debug)]
pub struct Probe {
    /// Its namespace; empty if its kind has none.
    pub namespace: String,
    /// What it is like, `None` if it is not there.
    pub live: Option<Value>,
    /// What an apply would make of it, or why none can be tried.
    pub applied: Result<Value, Fault>,
    path: String,
}

/// The objects of a manifest's values; lists are taken apart, as Helm does.
pub fn objects(values: Vec<Value>) -> Result<Vec<Object>, String> {
    let mut objects = Vec::new();
    for value in values {
        let is_list = kind_of(&value).ends_with("List") && value["items"].is_array();
        match value {
            Value::Object(mut map) if is_list => {
                let items = map.remove("items").unwrap_or_default();
                let Value::Array(items) = items else { continue };
                objects.extend(self::objects(items)?);
            }
            value => objects.push(Object::new(value)?),
        }
    }
    Ok(objects)
}

fn kind_of(value: &Value) -> &str {
    value.get("kind").and_then(Value::as_str).unwrap_or_default()
}

impl Object {
    /// An answer of the server, if it is one about this object.
    fn named(&self, answer: Value) -> Result<Value, Fault> {
        let name = answer.pointer("/metadata/name").and_then(Value::as_str);
        match name {
            Some(name) if name == self.name => Ok(answer),
            _ => Err(Fault::Form(format!("it is no {} {}", self.kind, self.name))),
        }
    }

    fn new(manifest: Value) -> Result<Self, String> {
        let text = |pointer: &str| {
            let text = manifest.pointer(pointer).and_then(Value::as_str);
            text.filter(|text| !text.is_empty()).map(str::to_string)
        };
        let missing = |what: &str| format!("a document of the manifest has no {what}");
        Ok(Self {
            api_version: text("/apiVersion").ok_or_else(|| missing("apiVersion"))?,
            kind: text("/kind").ok_or_else(|| missing("kind"))?,
            namespace: text("/metadata/namespace").unwrap_or_default(),
            name: text("/metadata/name").ok_or_else(|| missing("metadata.name"))?,
            manifest,
        })
    }
}

impl Cluster {
    /// Looks at an object of a release in `namespace`; `try_apply` says whether to try
    /// what an apply would make of it.
    pub async fn probe(
        &self,
        object: &Object,
        namespace: &str,
        try_apply: bool,
    ) -> Result<Probe, Fault> {
        let kind = self.kind(&object.api_version, &object.kind).await?;
        let own = Some(object.namespace.as_str()).filter(|own| !own.is_empty());
        let namespace = if kind.namespaced { own.unwrap_or(namespace) } else { "" };
        let path = path(object, &kind, namespace);
        let live = match self.get(&path).await {
            Ok(answer) => Some(object.named(answer.value)?),
            Err(Fault::NotFound(_)) => None,
            Err(fault) => return Err(fault),
        };
        let skipped = || Err(Fault::Rejected("no dry run was asked for".into()));
        let applied = match &live {
            Some(_) if try_apply => self.apply(&path, object).await,
            _ => skipped(),
        };
        let namespace = namespace.into();
        Ok(Probe { namespace, live, applied, path })
    }

    /// What would become of the object if what stands at `pointers` (RFC 6901) were
    /// taken away: what the server fills in by itself is there again. A JSON patch (RFC
    /// 6902) that is not carried out.
    pub async fn without(
        &self,
        probe: &Probe,
        pointers: impl IntoIterator<Item = String>,
    ) -> Result<Value, Fault> {
        let removal = |path| json!({"op": "remove", "path": path});
        let removals: Value = pointers.into_iter().map(removal).collect();
        let options = "dryRun=All&fieldValidation=Ignore";
        let path = format!("{}?fieldManager={MANAGER}&{options}", probe.path);
        let answer =
            self.dry_run(&path, "application/json-patch+json", &removals).await?;
        Ok(answer.value)
    }

    async fn apply(&self, path: &str, object: &Object) -> Result<Value, Fault> {
        // Unknown fields are ignored, as they were when Helm applied them.
        let options = "dryRun=All&force=true&fieldValidation=Ignore";
        let path = format!("{path}?fieldManager={MANAGER}&{options}");
        let form = "application/apply-patch+yaml";
        let mut manifest = applicable(&object.manifest);
        let mut answer = self.dry_run(&path, form, &manifest).await;
        // Of a field that is not known the server does not look into what is below.
        for _ in 0..MOST_UNDECLARED {
            let Err(fault) = &answer else { break };
            if !leave_out_undeclared(&mut manifest, &fault.to_string()) {
                break;
            }
            answer = self.dry_run(&path, form, &manifest).await;
        }
        let answer = answer?;
        match answer.code {
            // It would have been made anew, so it has gone meanwhile.
            201 => Err(Fault::NotFound("it is gone".into())),
            _ => object.named(answer.value),
        }
    }
}

fn path(object: &Object, kind: &Kind, namespace: &str) -> String {
    let root = root(&object.api_version);
    let (plural, name) = (segment(&kind.plural), segment(&object.name));
    if namespace.is_empty() {
        format!("{root}/{plural}/{name}")
    } else {
        format!("{root}/namespaces/{}/{plural}/{name}", segment(namespace))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_taken_apart() {
        let config = |name: &str| json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}});
        let list = json!({"apiVersion": "v1", "kind": "List", "items": [config("b"),
            {"apiVersion": "v1", "kind": "ConfigMapList", "items": [config("c")]}]});
        let found = objects(vec![config("a"), list]).unwrap();
        let names: Vec<_> = found.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["a", "b", "c"]);
        let error =
            objects(vec![json!({"apiVersion": "v1", "kind": "X"})]).unwrap_err();
        assert_eq!(error, "a document of the manifest has no metadata.name");
    }
}
