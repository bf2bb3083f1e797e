//! What is wrong with a file is said with its place and a remedy.

use std::path::Path;

use helmfire_rules::Rules;
use helmfire_rules::file::read;

const DIGEST: &str =
    "sha256:0000000000000000000000000000000000000000000000000000000000000000";

/// Reads `text`; each fault as `line:column what, hint`.
fn faults(text: &str) -> Vec<String> {
    match read(Path::new("dir/helmfire.toml"), text) {
        Ok(_) => Vec::new(),
        Err(faults) => faults
            .faults
            .iter()
            .map(|f| format!("{}:{} {f}", f.position.line, f.position.column))
            .collect(),
    }
}

fn good(text: &str) -> Rules {
    read(Path::new("dir/helmfire.toml"), text).unwrap()
}

#[test]
fn unknown_keys_come_with_the_one_that_was_meant() {
    let text = "versoin = 1\n\n[[images]]\n[[image]]\nfrom = \"a\"\nto = \"b\"\n  namespce = \"c\"\nx = 1\n";
    assert_eq!(
        faults(text),
        [
            "1:1 unknown key 'versoin' in the file, did you mean 'version'?",
            "3:3 unknown key 'images' in the file, did you mean 'image'?",
            "7:3 unknown key 'namespce' in [[image]], did you mean 'namespace'?",
            "8:1 unknown key 'x' in [[image]], there are: from, regex, to, digest, \
             release, namespace, kind, name, container",
        ]
    );
}

#[test]
fn bad_values_come_with_a_remedy() {
    let image = |lines: &str| format!("[[image]]\n{lines}");
    let table = [
        (
            image("from = \"Nginx\"\nto = \"b\""),
            "2:8 'Nginx' is not an image reference: the repository name must be lower case, did you mean 'nginx'?",
        ),
        (
            image("from = \"nginx:*\"\nto = \"b\""),
            "2:8 'nginx:*' is not an image reference: the tag may hold 1 to 128 letters, digits, _ . -, write 'nginx', it matches any tag",
        ),
        (
            image("from = \"quay.io/*\"\nto = \"b\""),
            "2:8 'quay.io/*' is not an image reference: the repository name may hold a-z, 0-9 and single separators . _ - /, end it in '/' to match all below it, or use 'regex'",
        ),
        (
            image("from = \"https://quay.io/a\"\nto = \"b\""),
            "2:8 'https://quay.io/a' is not an image reference: the registry is not a host with an optional port, leave out the scheme: 'quay.io/a'",
        ),
        (
            image("from = \"a\"\nto = \"é b\""),
            "3:6 'é b' is not an image reference: the repository name may hold a-z, 0-9 and single separators . _ - /, write it as [registry/]name[:tag][@sha256:…]",
        ),
        (
            image("from = \"a/\"\nto = \"b\""),
            "3:6 a 'from' that ends in '/' needs a 'to' that ends in '/' too, write to = \"b/\"",
        ),
        (
            image("from = \"a\"\nto = \"b/\""),
            "3:6 'to' ends in '/' but 'from' does not",
        ),
        (image("from = \"a\""), "1:1 [[image]] needs 'to'"),
        (image("to = \"a\""), "1:1 [[image]] needs 'from' or 'regex'"),
        (image("from = \"\"\nto = \"b\""), "2:8 'from' in [[image]] is empty"),
        (
            image("from = 1\nto = \"b\""),
            "2:8 'from' in [[image]] must be a string, not integer, put it in quotes",
        ),
        (
            image("from = \"a\"\nregex = \"a\"\nto = \"b\""),
            "3:9 'from' and 'regex' exclude each other, make two rules of it",
        ),
        (
            image("regex = \"(\"\nto = \"b\""),
            "2:9 bad regular expression: unclosed group, see the syntax of Rust's regex crate",
        ),
        (
            image("regex = \"(a)\"\nto = \"$2\""),
            "3:6 'to' names the group '2', which the expression has not; write ${1}x for group 1 followed by x",
        ),
        (
            image("from = \"a\"\nto = \"b\"\ndigest = \"keeep\""),
            "4:10 digest = \"keeep\" is not known, write \"keep\" or \"drop\"",
        ),
        (
            image("from = \"a\"\nto = \"b\"\nkind = \"[ab]\""),
            "4:8 '[ab]' is not a pattern of names, use * and ? as wildcards, one rule per alternative",
        ),
        (
            "version = 2".into(),
            "1:11 this helmfire reads version 1 of the file, write version = 1, or install a newer helmfire",
        ),
        (
            "[image]\nfrom = \"a\"\n".into(),
            "1:1 'image' must be an array of tables, begin each rule with [[image]]",
        ),
        ("image = [\"a\"]".into(), "1:10 [[image]] must be a table"),
        (
            "[[field]]\nkind = \"A\"\npath = \"a..b\"\n".into(),
            "3:8 bad path 'a..b': a key is missing",
        ),
        (
            "[[field]]\nkind = \"A\"\npath = \"a\"\nform = \"embeded-yaml\"\n".into(),
            "4:8 form 'embeded-yaml' is not known, did you mean 'embedded-yaml'?",
        ),
        (
            "[[chart]]\nfrom = \"a\"\nto = \"b\"\nkind = \"c\"\n".into(),
            "4:1 unknown key 'kind' in [[chart]], there are: from, to, release, namespace",
        ),
        (
            "[security]\nchart-roots = []\n".into(),
            "2:15 chart-roots must be a list of directories, write chart-roots = [\".\"]",
        ),
        (
            "[security]\nchart_roots = [\".\"]\n".into(),
            "2:1 unknown key 'chart_roots' in [security], did you mean 'chart-roots'?",
        ),
    ];
    for (text, expected) in table {
        assert_eq!(faults(&text), [expected], "{text}");
    }
}

#[test]
fn a_rule_may_stand_only_once() {
    let text = "[[image]]\nfrom = \"nginx\"\nto = \"a\"\n\
                [[image]]\nfrom = \"nginx\"\nto = \"a\"\nkind = \"Job\"\n\
                [[image]]\nfrom = \"docker.io/library/nginx\"\nto = \"b\"\n\
                [[chart]]\nfrom = \"c\"\nto = \"d\"\n\
                [[chart]]\nfrom = \"c\"\nto = \"e\"\n";
    assert_eq!(
        faults(text),
        [
            "8:1 the same 'from' and limits as the rule in line 2, remove one of the two",
            "14:1 the same 'from' and limits as the rule in line 12, remove one of the two",
        ]
    );
}

#[test]
fn broken_toml_is_a_fault_with_its_place() {
    assert_eq!(
        faults("version = 1\nimage = [\n"),
        ["2:10 unclosed array, expected `]`"]
    );
    assert_eq!(faults("a = 1\na = 2\n"), ["2:1 duplicate key"]);
    assert_eq!(
        faults("[[image]]\nfrom = \"a\n"),
        ["2:10 invalid basic string, expected `\"`"]
    );
}

#[test]
fn a_whole_file_is_shown_by_its_first_fault() {
    let text = "a = 1\nb = 2\nc = 3\n";
    let faults = read(Path::new("dir/helmfire.toml"), text).unwrap_err();
    assert_eq!(
        faults.to_string(),
        "unknown key 'a' in the file (dir/helmfire.toml:1:1), \
         there are: version, image, chart, field, ignore, security; \
         2 more faults are shown by 'helmfire-subst check'"
    );
}

#[test]
fn lines_and_directories_are_those_of_the_file() {
    let text = "\u{feff}version = 1\r\n\r\nimage = [\r\n  { from = \"a\", to = \"b\" },\r\n]\r\n\
                [[chart]]\r\nfrom = \"c\"\r\nto = \"./d\"\r\n\
                [security]\r\nchart-roots = [\".\", \"/charts\"]\r\n";
    let rules = good(text);
    assert_eq!(rules.images.iter().map(|rule| rule.line).collect::<Vec<_>>(), [4]);
    assert_eq!(rules.charts[0].line, 7);
    assert_eq!(rules.chart_directory("./d"), Path::new("dir/./d"));
    assert_eq!(rules.chart_roots[1], Path::new("/charts"));
    assert!(rules.chart_roots[0].is_absolute());
    assert!(rules.chart_roots[0].ends_with("dir"));
}

#[test]
fn every_form_of_a_rule_is_read() {
    let text = format!(
        "[[image]]\nfrom = \"a:1@{DIGEST}\"\nto = 'b'\ndigest = \"drop\"\n\
         release = \"r*\"\nnamespace = \"n?\"\nkind = \"k\"\nname = \"m\"\ncontainer = \"c\"\n"
    );
    let rules = good(&text);
    let rule = rules.images.iter().next().unwrap();
    assert_eq!(
        rule.limits.to_string(),
        "release=r*, namespace=n?, kind=k, name=m, container=c"
    );
    assert!(good("").images.is_empty());
}
