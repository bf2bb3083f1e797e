//! An edit changes what it is about and not one byte more.

use std::path::Path;

use helmfire_rules::file::{Draft, Edit, edit, read};
use helmfire_rules::{ChartRule, ImageRule, RuleKey, RuleKind, Rules};
use proptest::prelude::*;

fn draft(kind: RuleKind, entries: &[(&'static str, &str)]) -> Draft {
    let entries = entries.iter().map(|(name, value)| (*name, (*value).to_string()));
    Draft::new(kind, entries.collect()).unwrap()
}

fn image(entries: &[(&'static str, &str)]) -> Draft {
    draft(RuleKind::Image, entries)
}

fn put(entries: &[(&'static str, &str)]) -> Edit {
    Edit::Put(image(entries))
}

fn put_chart(entries: &[(&'static str, &str)]) -> Edit {
    Edit::Put(draft(RuleKind::Chart, entries))
}

fn remove(from: &str) -> Edit {
    Edit::Remove(image(&[("from", from), ("to", "any")]).key().clone())
}

fn rules(text: &str) -> Rules {
    read(Path::new("helmfire.toml"), text).unwrap()
}

/// Edits `text`, which must be right before and after.
fn edited(text: &str, edits: &[Edit]) -> String {
    rules(text);
    let new = edit(text, edits).unwrap();
    rules(&new);
    new
}

const A: &[(&str, &str)] = &[("from", "a"), ("to", "b")];

#[test]
fn a_new_file_begins_with_its_version() {
    let new = edited("", &[put(A), put_chart(&[("from", "c"), ("to", "./d")])]);
    assert_eq!(
        new,
        "version = 1\n\n[[image]]\nfrom = \"a\"\nto = \"b\"\n\n\
         [[chart]]\nfrom = \"c\"\nto = \"./d\"\n"
    );
    assert_eq!(
        edited("# mine", &[put(A)]),
        "# mine\n\n[[image]]\nfrom = \"a\"\nto = \"b\"\n"
    );
}

#[test]
fn a_new_rule_follows_the_last_of_its_kind() {
    let text = "\
# header
version = 1

[[image]] # first
from = \"x\"
to = \"y\"   # why
# namespace = \"prod\"

# charts
[[chart]]
from = \"c\"
to = \"d\"
# the end
";
    assert_eq!(
        edited(text, &[put(A), put_chart(&[("from", "e"), ("to", "f")])]),
        "\
# header
version = 1

[[image]] # first
from = \"x\"
to = \"y\"   # why
# namespace = \"prod\"

[[image]]
from = \"a\"
to = \"b\"

# charts
[[chart]]
from = \"c\"
to = \"d\"
# the end

[[chart]]
from = \"e\"
to = \"f\"
"
    );
}

#[test]
fn a_rule_may_be_glued_to_the_next() {
    let text =
        "[[image]]\nfrom=\"x\"\nto=\"y\"\n# about c\n[[chart]]\nfrom=\"c\"\nto=\"d\"";
    assert_eq!(
        edited(text, &[put(A), put_chart(&[("from", "e"), ("to", "f")])]),
        "[[image]]\nfrom=\"x\"\nto=\"y\"\n\n[[image]]\nfrom = \"a\"\nto = \"b\"\n\n\
         # about c\n[[chart]]\nfrom=\"c\"\nto=\"d\"\n\n[[chart]]\nfrom = \"e\"\nto = \"f\"\n"
    );
}

#[test]
fn an_equal_rule_keeps_all_but_its_target() {
    let text = "\
[[image]]
  # how we call it
  from   = 'docker.io/library/a' # hub
  # what we run
  to     = 'old'    # since May
  kind   = \"Job\"
[[image]]
from = \"a\"
to = \"\"\"old\"\"\"
digest = 'keep' # really
";
    let job = [("from", "a"), ("to", "b"), ("digest", "drop"), ("kind", "Job")];
    assert_eq!(
        edited(text, &[put(&job), put(A)]),
        "\
[[image]]
  # how we call it
  from   = 'docker.io/library/a' # hub
  # what we run
  to     = 'b'    # since May
  digest = \"drop\"
  kind   = \"Job\"
[[image]]
from = \"a\"
to = \"b\"
"
    );
    let dropped = [("from", "a"), ("to", "old"), ("digest", "drop")];
    assert_eq!(edited(text, &[put(&dropped)]), text.replace("'keep'", "'drop'"));
}

#[test]
fn what_is_already_so_stays() {
    let text = "[[image]]\nfrom = 'index.docker.io/a'\nto = 'b' # x";
    assert_eq!(edited(text, &[put(A)]), text);
    assert_eq!(edited(text, &[remove("c")]), text);
}

#[test]
fn other_limits_make_another_rule() {
    let text = "[[image]]\nfrom = \"a\"\nto = \"b\"\n";
    let limited = [("from", "a"), ("to", "b"), ("kind", "J*")];
    assert_eq!(
        edited(text, &[put(&limited)]),
        format!("{text}\n[[image]]\nfrom = \"a\"\nto = \"b\"\nkind = \"J*\"\n")
    );
}

#[test]
fn newlines_and_byte_order_mark_stay() {
    let text = "\u{feff}# \u{fc}\r\n[[image]]\r\nfrom = \"x\"\r\nto = \"y\"\r\n\r\n[[image]]\r\nfrom = \"z\"\r\nto = \"y\" # w\r\n";
    let z = [("from", "z"), ("to", "b"), ("digest", "keep")];
    assert_eq!(
        edited(text, &[put(&z), put(A)]),
        "\u{feff}# \u{fc}\r\n[[image]]\r\nfrom = \"x\"\r\nto = \"y\"\r\n\r\n[[image]]\r\nfrom = \"z\"\r\nto = \"b\" # w\r\ndigest = \"keep\"\r\n\r\n[[image]]\r\nfrom = \"a\"\r\nto = \"b\"\r\n"
    );
    assert_eq!(
        edited("\u{feff}", &[put(A)]),
        format!("\u{feff}{}", edited("", &[put(A)]))
    );
    assert_eq!(
        edited("\u{feff}[[image]]\nfrom=\"a\"\nto=\"b\"\n", &[remove("a")]),
        "\u{feff}"
    );
}

#[test]
fn expressions_are_written_readably() {
    let regex = [("regex", r"^ghcr\.io/([^:]+)$"), ("to", "x/$1")];
    assert_eq!(
        edited("", &[put(&regex)]),
        "version = 1\n\n[[image]]\nregex = '^ghcr\\.io/([^:]+)$'\nto = \"x/$1\"\n"
    );
    let odd = [("regex", r#"'\."'''"#), ("to", "x")];
    let text = edited("", &[put(&odd)]);
    assert_eq!(rules(&text).images.iter().next().unwrap().from, r#"'\."'''"#);
}

#[test]
fn a_removed_rule_takes_its_comments_along() {
    let text = "\
# about the file

# section

# about x
# and more
[[image]]
from = \"x\"
to = \"y\" # here
# below x

[[image]]
from = \"a\"
to = \"b\"

# the end
";
    assert_eq!(
        edited(text, &[remove("x")]),
        "\
# about the file

# section

# below x

[[image]]
from = \"a\"
to = \"b\"

# the end
"
    );
    assert_eq!(
        edited(text, &[remove("x"), remove("a")]),
        "# about the file\n\n# section\n\n# below x\n\n# the end\n"
    );
}

#[test]
fn a_file_header_is_no_rule_comment() {
    let text = "# about the file\n[[image]]\nfrom = \"a\"\nto = \"b\"\n\n[[chart]]\nfrom = \"c\"\nto = \"d\"\n";
    assert_eq!(
        edited(text, &[remove("a")]),
        "# about the file\n\n[[chart]]\nfrom = \"c\"\nto = \"d\"\n"
    );
    let bare = text.strip_prefix("# about the file\n").unwrap();
    assert_eq!(edited(bare, &[remove("a")]), "[[chart]]\nfrom = \"c\"\nto = \"d\"\n");
}

#[test]
fn nothing_but_the_rest_remains_when_all_go() {
    let text = "version = 1\n\n[[image]]\nfrom = \"a\"\nto = \"b\"\n\n[[field]]\nkind = \"K\"\npath = \"p\"\n\n[[image]]\nfrom = \"x\"\nto = \"y\"\n\n[security]\nchart-roots = [\".\"]\n\n[[image]]\nfrom = \"z\"\nto = \"y\"";
    assert_eq!(
        edited(text, &[remove("x"), remove("z"), remove("a")]),
        "version = 1\n\n[[field]]\nkind = \"K\"\npath = \"p\"\n\n[security]\nchart-roots = [\".\"]\n"
    );
}

#[test]
fn inline_rules_on_one_line() {
    let text = "image = [{ from = \"x\", to = \"y\", digest = \"keep\" }, {from='z',to='y'}] # all\n";
    let table: [(&[Edit], &str); 6] = [
        (
            &[put(A)],
            "image = [{ from = \"x\", to = \"y\", digest = \"keep\" }, {from='z',to='y'}, { from = \"a\", to = \"b\" }] # all\n",
        ),
        (
            &[put(&[("from", "x"), ("to", "b")])],
            "image = [{ from = \"x\", to = \"b\" }, {from='z',to='y'}] # all\n",
        ),
        (
            &[put(&[("from", "z"), ("to", "b"), ("digest", "drop")])],
            "image = [{ from = \"x\", to = \"y\", digest = \"keep\" }, {from='z',to='b', digest = \"drop\"}] # all\n",
        ),
        (&[remove("x")], "image = [{from='z',to='y'}] # all\n"),
        (
            &[remove("z")],
            "image = [{ from = \"x\", to = \"y\", digest = \"keep\" }] # all\n",
        ),
        (&[remove("x"), remove("z")], "image = [] # all\n"),
    ];
    for (edits, expected) in table {
        assert_eq!(edited(text, edits), expected);
    }
    assert_eq!(
        edited("image = []\n", &[put(A)]),
        "image = [{ from = \"a\", to = \"b\" }]\n"
    );
    let first = "image = [{digest = \"keep\", from = \"a\", to = \"b\"}]";
    assert_eq!(edited(first, &[put(A)]), "image = [{from = \"a\", to = \"b\"}]");
}

#[test]
fn inline_rules_on_lines_of_their_own() {
    let text = "\
image = [
  # about x
  { from = \"x\", to = \"y\" }, # x
  # about z
  { from = \"z\", to = \"y\" }, # z
  # the end
]

[[chart]]
from = \"c\"
to = \"d\"
";
    assert_eq!(
        edited(text, &[put(A), remove("x")]),
        "\
image = [
  # about z
  { from = \"z\", to = \"y\" }, # z
  { from = \"a\", to = \"b\" },
  # the end
]

[[chart]]
from = \"c\"
to = \"d\"
"
    );
    let open = "image = [\n\t{from='x',to='y'} # x\n]\n";
    assert_eq!(
        edited(open, &[put(A)]),
        "image = [\n\t{from='x',to='y'}, # x\n\t{ from = \"a\", to = \"b\" }\n]\n"
    );
    assert_eq!(edited(open, &[remove("x")]), "image = [\n]\n");
}

#[test]
fn a_wrong_draft_says_why() {
    let faults = Draft::new(
        RuleKind::Chart,
        vec![("from", "c".into()), ("to", String::new()), ("kind", "x".into())],
    );
    let faults: Vec<String> =
        faults.unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        [
            "'to' in [[chart]] is empty",
            "unknown key 'kind' in [[chart]], there are: from, to, release, namespace",
        ]
    );
    assert!(Draft::new(RuleKind::Image, Vec::<(&str, String)>::new()).is_err());
}

/// Files as people write them: any order, comments anywhere, either newline.
fn file() -> impl Strategy<Value = (String, Vec<String>)> {
    let piece = prop_oneof![
        3 => "[a-z]{1,3}(:[0-9])?".prop_map(Piece::Image),
        1 => "[a-z]{1,3}".prop_map(Piece::Chart),
        1 => Just(Piece::Field),
        2 => Just(Piece::Comment),
        3 => Just(Piece::Blank),
    ];
    (proptest::collection::vec(piece, 0..12), any::<bool>()).prop_map(
        |(pieces, crlf)| {
            let mut froms = Vec::new();
            let mut texts = vec!["version = 1 # one\n".to_string()];
            for (number, piece) in pieces.into_iter().enumerate() {
                if let Piece::Image(from) = &piece {
                    if froms.contains(from) {
                        continue;
                    }
                    froms.push(from.clone());
                }
                texts.push(piece.text(number));
            }
            let text = texts.concat();
            (if crlf { text.replace('\n', "\r\n") } else { text }, froms)
        },
    )
}

#[derive(Clone, Debug)]
enum Piece {
    Image(String),
    Chart(String),
    Field,
    Comment,
    Blank,
}

impl Piece {
    fn text(&self, number: usize) -> String {
        match self {
            Self::Image(from) => {
                format!("[[image]]\nfrom = \"{from}\"# {number}\n to='x:{number}'\n")
            }
            Self::Chart(from) => {
                format!("[[chart]]\nfrom = \"{from}{number}\"\nto = \"c\"\n")
            }
            Self::Field => "[[field]]\nkind = \"K\"\npath = \"a.b\"\n".into(),
            Self::Comment => format!("# comment {number}\n"),
            Self::Blank => "\n".into(),
        }
    }
}

fn keys(rules: &Rules) -> Vec<RuleKey> {
    let images = rules.images.iter().map(ImageRule::key);
    images.chain(rules.charts.iter().map(ChartRule::key)).collect()
}

fn lines_but_blank(text: &str) -> Vec<&str> {
    text.split('\n').filter(|line| !line.trim().is_empty()).collect()
}

proptest! {
    #[test]
    fn adding_and_removing_leaves_all_lines_as_they_were((text, _) in file(), new in "[a-z]{4}") {
        let added = edited(&text, &[put(&[("from", &new), ("to", "b"), ("digest", "keep")])]);
        prop_assert_eq!(keys(&rules(&added)).len(), keys(&rules(&text)).len() + 1);
        prop_assert_eq!(rules(&added).fields.len(), rules(&text).fields.len());
        let back = edited(&added, &[remove(&new)]);
        prop_assert_eq!(lines_but_blank(&back), lines_but_blank(&text));
        prop_assert_eq!(added.contains("\r\n"), text.contains("\r\n"));
        let lone = added.replace("\r\n", "").contains('\n');
        prop_assert_eq!(lone, !text.contains("\r\n"));
    }

    #[test]
    fn removing_takes_one_rule_and_no_other_line((text, froms) in file(), pick in any::<prop::sample::Index>()) {
        if froms.is_empty() {
            return Ok(());
        }
        let from = &froms[pick.index(froms.len())];
        let new = edited(&text, &[remove(from)]);
        let gone = image(&[("from", from), ("to", "x")]);
        let left: Vec<_> = keys(&rules(&text)).into_iter().filter(|k| k != gone.key()).collect();
        prop_assert_eq!(keys(&rules(&new)), left);
        let rules_lines = |text: &str| -> Vec<String> {
            let lines = lines_but_blank(text).into_iter();
            lines.filter(|l| !l.starts_with('#')).map(ToString::to_string).collect()
        };
        prop_assert_eq!(rules_lines(&new).len() + 3, rules_lines(&text).len());
        prop_assert!(new.starts_with("version = 1 # one"));
    }

    #[test]
    fn amending_changes_two_lines_at_most((text, froms) in file(), pick in any::<prop::sample::Index>()) {
        if froms.is_empty() {
            return Ok(());
        }
        let from = &froms[pick.index(froms.len())];
        let new = edited(&text, &[put(&[("from", from), ("to", "b"), ("digest", "drop")])]);
        let old_lines: Vec<&str> = text.split('\n').collect();
        let new_lines: Vec<&str> = new.split('\n').collect();
        prop_assert_eq!(new_lines.len(), old_lines.len() + 1);
        let same = old_lines.iter().filter(|line| new_lines.contains(line)).count();
        prop_assert!(same + 1 >= old_lines.len());
    }
}
