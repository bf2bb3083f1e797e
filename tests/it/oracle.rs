//! An independent reading of manifests: the tree that yaml-rust2 builds, and a
//! walk over it that finds the images by the definition in the issue. Shares no
//! code with the filter; also included by the property tests of
//! `helmfire-manifest`.

use std::fmt;

use yaml_rust2::parser::{Event, EventReceiver, Parser};

/// A YAML node; aliases are resolved, duplicate keys kept, scalars not typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Scalar(String),
    Sequence(Vec<Self>),
    Mapping(Vec<(Self, Self)>),
}

/// One step from the top of a document to a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A key, and how many of the same name stand before it.
    Key(String, usize),
    Index(usize),
}

/// A scalar: number of its document, way to it, text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub document: usize,
    pub path: Path,
    pub text: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(pub Vec<Step>);

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key, 0) if number == 0 => f.write_str(key)?,
                Step::Key(key, 0) => write!(f, ".{key}")?,
                Step::Key(key, nth) => write!(f, ".{key}#{nth}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl Node {
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Self::Mapping(pairs) = self else { return None };
        let found = pairs.iter().rfind(|(own, _)| own.text() == Some(key));
        found.map(|(_, value)| value)
    }

    pub fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The text of the scalar below `keys`, or nothing.
    pub fn word(&self, keys: &[&str]) -> &str {
        self.at(keys).and_then(Self::text).unwrap_or_default()
    }
}

/// All documents of `text`; yaml-rust2 would take a byte order mark for text.
pub fn parse(text: &str) -> Result<Vec<Node>, String> {
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text.trim_start_matches('\u{feff}'));
    parser.load(&mut builder, true).map_err(|error| error.to_string())?;
    Ok(builder.documents)
}

#[derive(Default)]
struct Builder {
    documents: Vec<Node>,
    open: Vec<(Node, usize)>,
    anchors: Vec<(usize, Node)>,
}

impl Builder {
    fn close(&mut self, node: Node, anchor: usize) {
        if anchor > 0 {
            self.anchors.push((anchor, node.clone()));
        }
        match self.open.last_mut() {
            None => self.documents.push(node),
            Some((Node::Sequence(items), _)) => items.push(node),
            Some((Node::Mapping(pairs), _)) => match pairs.last_mut() {
                Some((_, value @ Node::Mapping(_))) if is_hole(value) => *value = node,
                _ => pairs.push((node, hole())),
            },
            Some((Node::Scalar(_), _)) => unreachable!("scalars are never open"),
        }
    }
}

/// Stands for the value of a key that was just read: no mapping has that key.
fn hole() -> Node {
    Node::Mapping(vec![(Node::Sequence(vec![]), Node::Sequence(vec![]))])
}

fn is_hole(node: &Node) -> bool {
    *node == hole()
}

impl EventReceiver for Builder {
    fn on_event(&mut self, event: Event) {
        match event {
            Event::DocumentStart => self.anchors.clear(),
            Event::Scalar(text, _, anchor, _) => {
                self.close(Node::Scalar(text), anchor);
            }
            Event::Alias(id) => {
                let known = self.anchors.iter().rfind(|(anchor, _)| *anchor == id);
                let node = known.map_or(Node::Scalar("*".into()), |(_, n)| n.clone());
                self.close(node, 0);
            }
            Event::SequenceStart(anchor, _) => {
                self.open.push((Node::Sequence(vec![]), anchor));
            }
            Event::MappingStart(anchor, _) => {
                self.open.push((Node::Mapping(vec![]), anchor));
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let (node, anchor) = self.open.pop().expect("an open collection");
                self.close(node, anchor);
            }
            _ => {}
        }
    }
}

/// Calls `visit` with every value that is a scalar. What is merged with `<<`
/// counts as standing where it is merged.
pub fn walk(node: &Node, path: &mut Path, visit: &mut dyn FnMut(&Path, &str)) {
    match node {
        Node::Scalar(text) => visit(path, text),
        Node::Sequence(items) => {
            for (index, item) in items.iter().enumerate() {
                path.0.push(Step::Index(index));
                walk(item, path, visit);
                path.0.pop();
            }
        }
        Node::Mapping(pairs) => {
            for (number, (key, value)) in pairs.iter().enumerate() {
                let same = pairs[..number].iter().filter(|(own, _)| own == key).count();
                let key = key.text().unwrap_or("?");
                path.0.push(Step::Key(key.into(), same));
                walk(value, path, visit);
                path.0.pop();
            }
        }
    }
}

/// Every scalar that is an image by the definition; `known` are the fields of
/// custom resources as (group, kind in lower case, `a.b[].c{}.d`).
pub fn images(documents: &[Node], known: &[(String, String, String)]) -> Vec<Place> {
    let mut found = Vec::new();
    for (document, node) in documents.iter().enumerate() {
        walk(node, &mut Path::default(), &mut |path, text| {
            let (object, steps) = object_at(node, path);
            if is_image(object, &steps, known) {
                found.push(Place { document, path: path.clone(), text: text.into() });
            }
        });
    }
    found
}

/// The object that a path leads into, and the keys below it; `[]` is an item.
fn object_at<'n>(root: &'n Node, path: &Path) -> (&'n Node, Vec<String>) {
    let words: Vec<String> = path
        .0
        .iter()
        .filter_map(|step| match step {
            Step::Key(key, _) if key == "<<" => None,
            Step::Key(key, _) => Some(key.clone()),
            Step::Index(_) => Some("[]".into()),
        })
        .collect();
    if root.word(&["kind"]).ends_with("List")
        && let [Step::Key(items, 0), Step::Index(index), ..] = path.0.as_slice()
        && items == "items"
        && let Some(Node::Sequence(items)) = root.get("items")
        && !items[*index].word(&["kind"]).is_empty()
    {
        return (&items[*index], words[2..].to_vec());
    }
    (root, words)
}

fn is_image(
    object: &Node,
    path: &[String],
    known: &[(String, String, String)],
) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let kind = object.word(&["kind"]);
    let group =
        object.word(&["apiVersion"]).split_once('/').map_or("", |(group, _)| group);
    let labels = ["labels", "matchLabels", "nodeSelector", "selector"];
    let denied = kind == "CustomResourceDefinition"
        || path.first() == Some(&"status")
        || path.contains(&"rbd")
        || (group == "kyverno.io" && path.contains(&"verifyImages"))
        || (kind == "KafkaConnect" && path.starts_with(&["spec", "build", "output"]))
        || (group == "infrastructure.cluster.x-k8s.io"
            && path.ends_with(&["spec", "image"]))
        || kind == "Secret"
        || (path.len() > 1 && labels.contains(&path[path.len() - 2]));
    if denied {
        return false;
    }
    matches!(
        path[..],
        [.., "image"]
            | [.., "volumes", "[]", "image", "reference"]
            | [.., "annotations", "sidecar.istio.io/proxyImage"]
    ) || known.iter().any(|(own, of, pattern)| {
        own == group && *of == kind.to_lowercase() && fits(pattern, &path)
    })
}

/// Whether `path` is one of `pattern`, in which `{}` is any key.
fn fits(pattern: &str, path: &[&str]) -> bool {
    let pattern = pattern.replace("[]", ".[]").replace("{}", ".{}");
    let steps: Vec<&str> = pattern.split('.').collect();
    steps.len() == path.len()
        && steps.iter().zip(path).all(|(step, own)| step == own || *step == "{}")
}

/// The scalars in which two streams differ, as they are in the new one. An
/// error if they differ otherwise.
pub fn changes(old: &[Node], new: &[Node]) -> Result<Vec<Place>, String> {
    let flat = |documents: &[Node]| {
        let mut places = Vec::new();
        for (document, node) in documents.iter().enumerate() {
            walk(node, &mut Path::default(), &mut |path, text| {
                places.push(Place { document, path: path.clone(), text: text.into() });
            });
        }
        places
    };
    if shape(old) != shape(new) {
        return Err("the trees are not of one shape".into());
    }
    let pairs = flat(old).into_iter().zip(flat(new));
    Ok(pairs.filter(|(old, new)| old.text != new.text).map(|(_, new)| new).collect())
}

/// The documents with every value that is a scalar left out.
fn shape(documents: &[Node]) -> Vec<Node> {
    fn bare(node: &Node) -> Node {
        match node {
            Node::Scalar(_) => Node::Scalar(String::new()),
            Node::Sequence(items) => Node::Sequence(items.iter().map(bare).collect()),
            Node::Mapping(pairs) => Node::Mapping(
                pairs.iter().map(|(key, value)| (key.clone(), bare(value))).collect(),
            ),
        }
    }
    documents.iter().map(bare).collect()
}
