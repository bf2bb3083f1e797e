//! Manifests in every style that YAML knows, grown from a tape of bytes: a
//! shorter tape is a simpler text, so that failures shrink.

const KEYS: &[&str] =
    &["image", "image", "image", "a", "name", "spec", "status", "rbd"];
const TEXTS: &[&str] = &[
    "nginx:1",
    "nginx:1",
    "redis",
    "docker.io/library/nginx:1",
    "library/redis:7",
    "nginx:1.2",
    "quay.io/nginx:1",
    "some words",
    "image",
];

pub struct Generator<'t> {
    tape: std::slice::Iter<'t, u8>,
    text: String,
    /// Anchors of scalars and of collections.
    scalars: Vec<usize>,
    collections: Vec<usize>,
    anchors: usize,
}

/// Where a node stands.
#[derive(Clone, Copy)]
struct At {
    indent: usize,
    depth: usize,
    /// Below a key under which nothing is an image.
    denied: bool,
}

/// A stream of one to three documents.
pub fn stream(tape: &[u8]) -> String {
    let mut generator = Generator {
        tape: tape.iter(),
        text: String::new(),
        scalars: Vec::new(),
        collections: Vec::new(),
        anchors: 0,
    };
    generator.stream();
    generator.text
}

impl Generator<'_> {
    fn pick(&mut self, choices: usize) -> usize {
        self.tape.next().map_or(0, |byte| usize::from(*byte) % choices)
    }

    fn one(&mut self, texts: &[&'static str]) -> &'static str {
        texts[self.pick(texts.len())]
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn line(&mut self, indent: usize) {
        self.put("\n");
        self.put(&" ".repeat(indent));
    }

    fn stream(&mut self) {
        let start =
            ["", "", "---\n", "--- # image: nginx:1\n", "# c\n---\n", "\u{feff}"];
        let start = self.one(&start);
        self.put(start);
        for number in 0..=self.pick(3) {
            if number > 0 {
                let between =
                    ["\n---\n", "\n...\n---\n", "\n# c\n---\t\n\n", "\n--- # c\n"];
                let between = self.one(&between);
                self.put(between);
            }
            self.scalars.clear();
            self.collections.clear();
            self.document();
        }
        match self.pick(4) {
            0 => {}
            1 => self.put("\n\n"),
            _ => self.put("\n"),
        }
        if self.pick(4) == 1 {
            self.text = self.text.replace('\n', "\r\n");
        }
    }

    fn document(&mut self) {
        let top = At { indent: 0, depth: 0, denied: false };
        if self.pick(6) == 1 {
            return self.flow(top);
        }
        let kind = self.one(&[
            "",
            "kind: Pod\n",
            "kind: 'CustomResourceDefinition'\n",
            "kind: CustomResourceDefinition # image: nginx:1\n",
        ]);
        self.put(kind);
        self.mapping(top);
    }

    /// The entries of a block mapping; the first stands where the text ends.
    fn mapping(&mut self, at: At) {
        for number in 0..=self.pick(4) {
            if number > 0 {
                if self.pick(8) == 1 {
                    self.line(at.indent);
                    self.put("# image: nginx:1");
                }
                self.line(at.indent);
            }
            if at.depth > 0 && !at.denied && self.pick(10) == 1 && self.merge() {
                continue;
            }
            let key = self.one(KEYS);
            let denied =
                at.denied || key == "rbd" || (at.depth == 0 && key == "status");
            self.key(key, at.indent);
            self.value(At { denied, ..at });
        }
    }

    fn merge(&mut self) -> bool {
        let Some(anchor) = self.collections.last().copied() else { return false };
        self.put(&format!("<<: *c{anchor}"));
        true
    }

    fn key(&mut self, key: &str, indent: usize) {
        match self.pick(12) {
            1 => self.put(&format!("'{key}': ").replace(": ", ":")),
            2 => self.put(&format!("\"{}\":", key.replace('a', "\\x61"))),
            3 => self.put(&format!("{key} :")),
            4 => {
                self.put(&format!("? {key}"));
                self.line(indent);
                self.put(":");
            }
            _ => self.put(&format!("{key}:")),
        }
    }

    /// The value of an entry of a block mapping at this indentation.
    fn value(&mut self, at: At) {
        let step = 1 + self.pick(4);
        let inner = At { indent: at.indent + step, depth: at.depth + 1, ..at };
        match self.pick(if at.depth < 4 { 16 } else { 10 }) {
            0..=4 => {
                self.put(" ");
                self.scalar(false);
                self.comment();
            }
            5 => {
                self.comment();
                self.line(inner.indent);
                self.scalar(false);
                self.comment();
            }
            6 | 7 => self.block(inner.indent),
            8 => {
                self.put(" ");
                self.flow(inner);
                self.comment();
            }
            9 => self.comment(),
            10..=12 => {
                self.collection_anchor(at);
                self.comment();
                self.line(inner.indent);
                self.mapping(inner);
            }
            _ => self.sequence(at, inner),
        }
    }

    fn sequence(&mut self, at: At, inner: At) {
        // Items may stand as far left as their key.
        let indent = if self.pick(2) == 0 { at.indent } else { inner.indent };
        for _ in 0..=self.pick(3) {
            self.line(indent);
            self.put("-");
            if self.pick(3) == 0 {
                self.put(" ");
                self.scalar(false);
            } else {
                let blanks = 1 + self.pick(3);
                self.put(&" ".repeat(blanks));
                self.mapping(At { indent: indent + 1 + blanks, ..inner });
            }
        }
    }

    fn comment(&mut self) {
        let comment = self.one(&["", "", "", " # image: nginx:1", "\t#'\"", "  "]);
        self.put(comment);
    }

    fn collection_anchor(&mut self, at: At) {
        if !at.denied && self.pick(4) == 1 {
            self.anchors += 1;
            let anchor = self.anchors;
            self.put(&format!(" &c{anchor}"));
            // Usable once it is complete, which the depth does not tell; the
            // parsers reject what comes too early.
            self.collections.push(anchor);
        }
    }

    fn scalar_anchor(&mut self) {
        match self.pick(10) {
            1 | 2 => {
                self.anchors += 1;
                self.scalars.push(self.anchors);
                self.put(&format!("&s{} ", self.anchors));
                if self.pick(3) == 1 {
                    self.put("!!str ");
                }
            }
            3 => self.put("!!str "),
            _ => {}
        }
    }

    fn block(&mut self, indent: usize) {
        self.put(" ");
        self.scalar_anchor();
        let header = self.one(&["|-", ">-", "|-  # image: x | y", ">-\t# c"]);
        self.put(header);
        self.line(indent);
        let text = self.one(TEXTS);
        self.put(text);
        if self.pick(3) == 1 {
            self.line(indent);
            self.put("image: nginx:1");
        }
        if self.pick(4) == 1 {
            self.put("\n");
        }
    }

    fn scalar(&mut self, flow: bool) {
        if !self.scalars.is_empty() && self.pick(4) == 1 {
            let number = self.pick(self.scalars.len());
            self.put(&format!("*s{} ", self.scalars[number]));
            return;
        }
        self.scalar_anchor();
        let text = self.one(TEXTS);
        match self.pick(if flow { 4 } else { 5 }) {
            0 | 1 => self.put(text),
            2 => self.put(&format!("'{text}'")),
            3 if self.pick(3) == 1 => {
                self.put(&format!("\"{}\"", text.replace('i', "\\u0069")));
            }
            3 => self.put(&format!("\"{text}\"")),
            _ => self.put(&format!("\"{}\"", text.replace(' ', "\\n"))),
        }
    }

    fn flow(&mut self, at: At) {
        let inner = At { depth: at.depth + 1, ..at };
        let blank = self.one(&["", " "]);
        match self.pick(if at.depth < 5 { 3 } else { 1 }) {
            0 => self.scalar(true),
            1 => {
                self.put("[");
                for number in 0..=self.pick(3) {
                    self.put(if number > 0 { "," } else { "" });
                    self.put(blank);
                    self.flow(inner);
                }
                self.put("]");
            }
            _ => {
                self.put("{");
                for number in 0..=self.pick(3) {
                    self.put(if number > 0 { ", " } else { blank });
                    let key = self.one(KEYS);
                    let denied =
                        at.denied || key == "rbd" || (at.depth == 0 && key == "status");
                    let json = self.pick(2) == 1;
                    self.put(&if json {
                        format!("\"{key}\":")
                    } else {
                        format!("{key}: ")
                    });
                    self.flow(At { denied, ..inner });
                }
                self.put("}");
            }
        }
    }
}
