//! What is hidden and what is not, place by place and form by form.

mod clear;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::bed::object;

fn redactor() -> Redactor {
    Redactor::new(Key::new([7; 32]))
}

/// `value` at `place` of an object of a kind.
fn at(kind: &str, place: &str, value: &Value) -> Value {
    at_named(kind, place, &[], value)
}

fn at_named(kind: &str, place: &str, names: &[(usize, &str)], value: &Value) -> Value {
    let pointer = Pointer::parse(place).unwrap();
    let mut all = vec![None; pointer.tokens().len()];
    for (index, name) in names {
        all[*index] = Some((*name).to_string());
    }
    redactor().value(&object(kind, "x"), &pointer, &all, value)
}

/// With each mark as `#`.
fn plain(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("<secret ").or_else(|| rest.find("<certificate ")) {
        let end = at + rest[at..].find('>').unwrap() + 1;
        assert!(is_mark(&rest[at..end]), "{text}");
        shown.push_str(&rest[..at]);
        shown.push(if rest[at..].starts_with("<secret") { '#' } else { '%' });
        rest = &rest[end..];
    }
    shown + rest
}

#[test]
fn marks_tell_values_apart_and_nothing_else() {
    let of = |text: &str| at("Secret", "/data/a", &json!(text));
    assert_eq!(of("eHl6"), json!("<secret 21a8e30d>"));
    assert_eq!(of("eHl6"), at("Secret", "/stringData/b", &json!("eHl6")));
    assert_ne!(of("eHl6"), of("eHl7"));
    let long = of(&"a".repeat(10_000));
    assert_eq!(long.as_str().unwrap().len(), of("a").as_str().unwrap().len());
    let other = Redactor::new(Key::new([8; 32]));
    let root = Pointer::parse("/data/a").unwrap();
    let elsewhere = other.value(&object("Secret", "x"), &root, &[], &json!("eHl6"));
    assert_ne!(of("eHl6"), elsewhere);
    assert_eq!(format!("{other:?}"), "Redactor");
}

#[test]
fn secrets_keep_their_keys() {
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "type": "Opaque", "immutable": true,
        "metadata": {"name": "x", "labels": {"app": "web"}, "annotations": {"a": "b"}},
        "data": {"user": "YQ==", "8080": "Yg==", "empty": ""},
        "stringData": {"plain": "word", "odd": 3},
    });
    let expected = json!({
        "apiVersion": "v1", "kind": "Secret", "type": "Opaque", "immutable": true,
        "metadata": {"name": "x", "labels": {"app": "web"}, "annotations": {"a": "#"}},
        "data": {"user": "#", "8080": "#", "empty": ""},
        "stringData": {"plain": "#", "odd": "#"},
    });
    assert_eq!(plain(&at("Secret", "", &secret).to_string()), expected.to_string());
    let list = json!({"items": [secret]});
    let expected = json!({"items": [expected]});
    assert_eq!(plain(&at("List", "", &list).to_string()), expected.to_string());
    for (place, value) in [
        ("/data", json!({"a": "b"})),
        ("/data/8080", json!("b")),
        ("/stringData/a", json!("b")),
        ("/metadata/annotations", json!({"a": "b"})),
        ("/metadata/annotations/a", json!("b")),
        ("/data", json!("b")),
        ("/data", json!(["b"])),
    ] {
        let shown = at("Secret", place, &value).to_string();
        assert!(plain(&shown).contains('#') && !shown.contains("\"b\""), "{shown}");
    }
}

#[test]
fn variables_by_their_names() {
    let container = json!({"name": "web", "image": "web:1", "env": [
        {"name": "LOG_LEVEL", "value": "debug"},
        {"name": "DB_PASSWORD", "value": "swordfish"},
        {"name": "API_TOKEN", "valueFrom": {"secretKeyRef": {"name": "s", "key": "token"}}},
        {"name": "AUTH_ENABLED", "value": "true"},
        {"name": "DATABASE_URL", "value": "postgres://app:swordfish@db/x"},
        {"name": "USE_TOKEN", "value": "true"},
        {"name": "PG_PASSWORD", "value": "$(DB_PASSWORD)"},
        {"name": "PIN", "value": "1234"},
    ]});
    let expected = json!({"name": "web", "image": "web:1", "env": [
        {"name": "LOG_LEVEL", "value": "debug"},
        {"name": "DB_PASSWORD", "value": "#"},
        {"name": "API_TOKEN", "valueFrom": {"secretKeyRef": {"name": "s", "key": "token"}}},
        {"name": "AUTH_ENABLED", "value": "true"},
        {"name": "DATABASE_URL", "value": "postgres://app:#@db/x"},
        {"name": "USE_TOKEN", "value": "true"},
        {"name": "PG_PASSWORD", "value": "$(DB_PASSWORD)"},
        {"name": "PIN", "value": "#"},
    ]});
    let pod = "/spec/template/spec/containers";
    let place = format!("{pod}/0");
    let shown = at("Deployment", &place, &container).to_string();
    assert_eq!(plain(&shown), expected.to_string());
    let value = |name: Option<&str>| {
        let names: Vec<_> = name.iter().map(|name| (6, *name)).collect();
        let place = format!("{pod}/0/env/2/value");
        plain(at_named("Deployment", &place, &names, &json!("word")).as_str().unwrap())
    };
    assert_eq!(value(Some("LOG_LEVEL")), "word");
    assert_eq!(value(Some("DB_PASSWORD")), "#");
    assert_eq!(value(None), "#", "nobody knows what it is");
    let args = json!(["--db-password", "swordfish", "--level", "debug", "--token=abc"]);
    let shown = at("Deployment", &format!("{pod}/0/args"), &args).to_string();
    let expected = json!(["--db-password", "#", "--level", "debug", "--token=#"]);
    assert_eq!(plain(&shown), expected.to_string());
    let probe = json!([{"name": "Authorization", "value": "Basic abc"}]);
    let place = format!("{pod}/0/livenessProbe/httpGet/httpHeaders");
    assert!(!at("Deployment", &place, &probe).to_string().contains("abc"));
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn keys_of_config_maps_and_custom_resources() {
    for (kind, place, value, expected) in [
        ("ConfigMap", "/data/db_password", json!("word"), json!("#")),
        ("ConfigMap", "/data/tls.key", json!("word"), json!("#")),
        ("ConfigMap", "/data/level", json!("word"), json!("word")),
        ("ConfigMap", "/binaryData/a", json!("d29yZA=="), json!("#")),
        ("Prometheus", "/spec/password", json!("word"), json!("#")),
        ("Prometheus", "/spec/password", json!(1234), json!("#")),
        (
            "Prometheus",
            "/spec/credentials",
            json!({"a": ["word"]}),
            json!({"a": ["#"]}),
        ),
        ("Prometheus", "/spec/tokens/0", json!("word"), json!("#")),
        ("Prometheus", "/spec/tokenTTL", json!(3600), json!(3600)),
        ("Prometheus", "/spec/token", json!(true), json!(true)),
        ("Prometheus", "/spec/token", json!(3600), json!(3600)),
        (
            "Prometheus",
            "/spec/auth",
            json!({"user": "u", "password": "w"}),
            json!({"user": "u", "password": "#"}),
        ),
        (
            "Prometheus",
            "/spec/headers",
            json!([{"key": "X-Api-Key", "value": "w"}]),
            json!([{"key": "X-Api-Key", "value": "#"}]),
        ),
        (
            "Prometheus",
            "/spec/basicAuth",
            json!({"password": {"name": "s", "key": "p"}}),
            json!({"password": {"name": "s", "key": "#"}}),
        ),
        (
            "Deployment",
            "/spec/template/spec/imagePullSecrets",
            json!([{"name": "regcred"}]),
            json!([{"name": "regcred"}]),
        ),
        (
            "Deployment",
            "/spec/template/spec/automountServiceAccountToken",
            json!(false),
            json!(false),
        ),
        (
            "Deployment",
            "/spec/template/spec/volumes/0",
            json!({"name": "v", "secret": {"secretName": "s", "defaultMode": 420, "items": [{"key": "k", "path": "p"}]}}),
            json!({"name": "v", "secret": {"secretName": "s", "defaultMode": 420, "items": [{"key": "k", "path": "p"}]}}),
        ),
        (
            "Deployment",
            "/spec/template/spec/volumes/0/projected/sources/0/serviceAccountToken",
            json!({"audience": "vault", "expirationSeconds": 600, "path": "t"}),
            json!({"audience": "vault", "expirationSeconds": 600, "path": "t"}),
        ),
        ("Ingress", "/spec/tls/0/secretName", json!("tls"), json!("tls")),
        ("Role", "/rules/0/resources", json!(["secrets"]), json!(["secrets"])),
        (
            "CustomResourceDefinition",
            "/spec/versions/0/schema",
            json!({"openAPIV3Schema": {"properties": {"password": {"type": "string", "description": "of the user"}}}}),
            json!({"openAPIV3Schema": {"properties": {"password": {"type": "string", "description": "of the user"}}}}),
        ),
        (
            "MutatingWebhookConfiguration",
            "/webhooks/0/clientConfig/caBundle",
            json!("LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUI="),
            json!("%"),
        ),
        (
            "Deployment",
            "/metadata/annotations/kubectl.kubernetes.io~1last-applied-configuration",
            json!("{}"),
            json!("#"),
        ),
        (
            "Deployment",
            "/spec/template/metadata/annotations/checksum~1config",
            json!("0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9"),
            json!("0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9"),
        ),
        (
            "Deployment",
            "/spec/template/spec/containers/0/image",
            json!("r.example.com/web:4eC39HqLyjWDarjtT1zdp7dc"),
            json!("r.example.com/web:4eC39HqLyjWDarjtT1zdp7dc"),
        ),
        (
            "Deployment",
            "/spec/template/spec/containers/0/image",
            json!("u:word@r.example.com/web"),
            json!("u:word@r.example.com/web"),
        ),
        (
            "Deployment",
            "/spec/template/spec/containers/0/image",
            json!("x://u:word@r.example.com/web"),
            json!("x://u:#@r.example.com/web"),
        ),
    ] {
        let shown = at(kind, place, &value).to_string();
        assert_eq!(plain(&shown), expected.to_string(), "{kind} {place}");
    }
}

#[test]
fn forms_of_secrets_in_texts() {
    for (text, expected) in [
        ("get https://u:pw@h/x failed", "get https://u:#@h/x failed"),
        (
            "Server=db;User=a;Password=p;Timeout=3",
            "Server=db;User=a;Password=#;Timeout=3",
        ),
        (
            "connect: host=db password=p sslmode=off",
            "connect: host=db password=# sslmode=off",
        ),
        (
            "sent Authorization: Bearer abc.def, got 401",
            "sent Authorization: #, got 401",
        ),
        (
            "helm --set auth.password=swordfish --wait",
            "helm --set auth.password=# --wait",
        ),
        ("exec: kubectl --token abcdef --v 3", "exec: kubectl --token # --v 3"),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln is bad", "token # is bad"),
        (
            "key -----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY----- x",
            "key # x",
        ),
        ("-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----", "%"),
        ("the key 4eC39HqLyjWDarjtT1zdp7dc is old", "the key # is old"),
        ("{\"error\":\"x\",\"apiKey\":\"abc\"}", "{\"error\":\"x\",\"apiKey\":\"#\"}"),
        (
            "cannot parse \"{\\\"token\\\":\\\"abc\\\"}\"",
            "cannot parse \"{\\\"token\\\":\\\"#\\\"}\"",
        ),
        ("<password>abc</password>", "<password>#</password>"),
        ("GET /x?token=abc&page=2", "GET /x?token=#&page=2"),
        ("curl -u me:abc https://h", "curl -u me:# https://h"),
    ] {
        assert_eq!(plain(&redactor().text(text)), expected);
    }
}

#[test]
fn what_is_no_secret_stays() {
    for text in [
        "Deployment.apps \"web\" is invalid: spec.selector: field is immutable",
        "secrets \"db\" is forbidden: User \"u\" cannot get resource \"secrets\" in API group \"\"",
        "failed to get token: unexpected status from the server",
        "conflict with \"kubectl-edit\" using apps/v1: .spec.replicas",
        "https://example.com/a/b?page=2",
        "dial tcp 10.0.0.1:6443: connect: connection refused",
        "image registry.example.com/web:1.2.3@sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "3f0c1a52-6a3c-4f0e-9a30-0b9f8b1a2c3d",
        "/etc/ssl/certs/ca-certificates.crt",
        "the quick brown fox jumps over the lazy dog, again and again and again",
        "1234567890123456789012345",
        "password: ${DB_PASSWORD}",
        "spec.auth.token: Required value",
        "pulling ghcr.io/acme/auth:v2.0.1",
        "GET http://token-service:8080/health: timeout",
        "basic authentication and bearer authentication",
        "<secret 1a2b3c4d>",
        "password: <secret 1a2b3c4d>",
        "mailto:someone@example.com",
        "",
    ] {
        assert_eq!(redactor().text(text), text);
    }
}

/// A file in a `ConfigMap`.
fn file(text: &str) -> String {
    plain(at("ConfigMap", "/data/file", &json!(text)).as_str().unwrap())
}

#[test]
fn files_lose_their_secrets_alone() {
    for (text, expected) in [
        (
            "log: debug\ndb:\n  host: db\n  password: correct horse # x\n  port: 5432\n",
            "log: debug\ndb:\n  host: db\n  password: #\n  port: 5432\n",
        ),
        (
            "tokens:\n- first\n- second\nlevel: info\n",
            "tokens:\n- #\n- #\nlevel: info\n",
        ),
        (
            "credentials:\n  alice: one\n  name: shown\n  deep:\n    bob: \"two\"\nlevel: info\n",
            "credentials:\n  alice: #\n  name: shown\n  deep:\n    bob: \"#\"\nlevel: info\n",
        ),
        (
            "private_key: |\n  line one\n\n  line two\nlevel: info\n",
            "private_key: |\n  #\nlevel: info\n",
        ),
        (
            "env:\n- name: DB_PASSWORD\n  value: word\n- name: LEVEL\n  value: info\n",
            "env:\n- name: DB_PASSWORD\n  value: #\n- name: LEVEL\n  value: info\n",
        ),
        (
            "# x\nexport API_KEY='a b'\nLEVEL=info\nDB_PASS=word\n",
            "# x\nexport API_KEY='#'\nLEVEL=info\nDB_PASS=#\n",
        ),
        (
            "[db]\npassword = \"a\\\"b\"\nport = 1\ntoken = \"\"\"\nabc\n\"\"\"\nlevel = 2\n",
            "[db]\npassword = \"#\"\nport = 1\ntoken = \"\"\"\n#\n\"\"\"\nlevel = 2\n",
        ),
        (
            "spring.datasource.password=word\\\n  more\nspring.port=1\n",
            "spring.datasource.password=#\nspring.port=1\n",
        ),
        (
            "kind: Secret\ndata:\n  user: YQ==\n---\nkind: ConfigMap\n",
            "kind: Secret\ndata:\n  user: #\n---\nkind: ConfigMap\n",
        ),
        ("password: \"one\n  two\"\nlevel: 1\n", "password: \"#\"\nlevel: 1\n"),
        ("password: 12345\nretries: 3\n", "password: #\nretries: 3\n"),
        ("secret: {a: b}\nc: d\n", "secret: #\nc: d\n"),
        ("#password: word\n", "#password: #\n"),
        ("tokens: # all\n  - one\nc: d\n", "tokens: # all\n  - #\nc: d\n"),
        ("tokens = [\n\"one\",\n]\nc = 1\n", "tokens = [\n\"#\",\n]\nc = 1\n"),
        ("tokens: [\"one\",\n \"two\"]\nc: d\n", "tokens: #,\n \"#\"]\nc: d\n"),
        ("- password: one\n  user: bob\n", "- password: #\n  user: bob\n"),
        ("secret: &a !!str |-\n  one\nc: d\n", "secret: &a !!str |-\n  #\nc: d\n"),
        ("password: one\n  two\nc: d\n", "password: #\n  #\nc: d\n"),
        ("CREATE USER a PASSWORD 'one';\n", "CREATE USER a PASSWORD '#';\n"),
        (
            "TOKEN=$(cat <<EOT\none\nEOT\n)\nTOKEN=two cat <<EOT\nx\nEOT\n",
            "TOKEN=$(cat <<EOT\n#\nEOT\n)\nTOKEN=#\nx\nEOT\n",
        ),
        ("x {\"tokens\": [], \"b\": 1}\n", "x {\"tokens\": [], \"b\": 1}\n"),
        (
            "password = <<EOT\none\ntwo\nEOT\nc = 1\n",
            "password = <<EOT\n#\nEOT\nc = 1\n",
        ),
        (
            "org.apache.kafka.PlainLoginModule required\n user_admin=\"one\";\n",
            "org.apache.kafka.PlainLoginModule required\n user_admin=\"#\";\n",
        ),
        (
            "x {\"credentials\": {\"a\": \"one\"}, \"b\": 1}\n",
            "x {\"credentials\": #, \"b\": 1}\n",
        ),
        ("x IDENTIFIED BY 'one';\n", "x IDENTIFIED BY '#';\n"),
        ("requirepass one\nport 1\n", "requirepass #\nport 1\n"),
        (
            "proxy_set_header X \"Bearer Ab1Cd2Ef3\";\n",
            "proxy_set_header X \"Bearer #\";\n",
        ),
        (
            "issuer: http://auth-service:8080/path\n",
            "issuer: http://auth-service:8080/path\n",
        ),
    ] {
        assert_eq!(file(text), expected);
    }
    let json = "{\n  \"auths\": {\"r\": {\"auth\": \"dTpw\"}},\n  \"level\": 1\n}";
    let expected = "{\n  \"auths\": {\n    \"r\": {\n      \"auth\": \"#\"\n    }\n  },\n  \"level\": 1\n}";
    assert_eq!(file(json), expected);
    assert_eq!(file("{ \"a\":  1 }"), "{ \"a\":  1 }");
    assert_eq!(file("{\"token\": \"x\"} "), "{\"token\":\"#\"}");
}

#[test]
fn hiding_twice_is_hiding_once() {
    for text in [
        "password=swordfish host=x",
        "https://u:swordfish@h token: abc123",
        "credentials:\n  a: b\n  c: |\n    d\n",
        "{\"token\": \"x\"}",
        "mysql -pword db; redis-cli -a 'word'; curl -u me:word h",
        "machine x login u password word",
        "db:5432:app:me:word",
        "- name: password\n  v: word\n",
        "https://hooks.slack.com/services/T0/B0/Ab1",
        "echo root:word | chpasswd",
        "htpasswd -bc /f me word",
        "vault login word",
        "[mail.example.com]:25 me:word",
        "https://x/y?key=s3Cr3tXk2Lq9",
        "app:word@tcp(db)/x jdbc:oracle:thin:a/word@db",
        "user default on >word",
    ] {
        let once = redactor().text(text);
        assert_ne!(once, text);
        assert_eq!(redactor().text(&once), once);
    }
}

/// No part of this is a word of anything else here.
const PLANTED: &str = "Zq7-planted Vx9";

fn key() -> impl Strategy<Value = String> {
    let word = "[a-z]{1,8}";
    prop_oneof![
        Just("password".to_string()),
        (word, prop_oneof!["_token", "-secret", "ApiKey", "\\.password", "_PWD"])
            .prop_map(|(word, end)| format!("{word}{end}")),
    ]
}

/// A tree with the secret at a leaf below the name of a credential.
fn tree() -> impl Strategy<Value = Value> {
    let leaf = (key(), any::<bool>()).prop_map(|(key, is_list)| {
        let value = if is_list { json!([PLANTED]) } else { json!(PLANTED) };
        json!({key: value, "other": 1})
    });
    let variable = key().prop_map(|name| json!([{"name": name, "value": PLANTED}]));
    let document = key().prop_map(|key| json!(json!({key: PLANTED}).to_string()));
    let lines = (key(), prop_oneof![Just("="), Just(": "), Just(" = \"")]).prop_map(
        |(key, sign)| {
            let end = if sign.ends_with('"') { "\"" } else { "" };
            json!(format!("a: b\n  {key}{sign}{PLANTED}{end}\nc: d\n"))
        },
    );
    let start = prop_oneof![leaf, variable, document, lines];
    start.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            ("[a-zA-Z.]{1,10}", inner.clone())
                .prop_map(|(key, value)| json!({"x": "y", key: value})),
            inner.prop_map(|value| json!(["a", value])),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(2000)
    })]

    #[test]
    fn a_planted_secret_never_shows(
        tree in tree(),
        kind in prop_oneof!["Deployment", "ConfigMap", "Secret", "Prometheus"],
        place in prop_oneof!["", "/spec", "/data", "/spec/template/spec/containers/0"],
    ) {
        let shown = at(&kind, &place, &tree).to_string();
        for part in ["Zq7", "planted", "Vx9"] {
            prop_assert!(!shown.contains(part), "{}", shown);
        }
        prop_assert!(shown.contains("<secret "), "{}", shown);
    }

    #[test]
    fn no_text_makes_it_panic(text in "(?s).{0,80}") {
        let shown = redactor().text(&text);
        prop_assert_eq!(redactor().text(&text), shown);
        let _ = file(&text.replace('<', ""));
    }

    #[test]
    fn no_mixture_of_signs_makes_it_panic(
        text in "([a-z]{1,3}|password|token|machine x |login |mysql |-p|name: |\n- |[?]key=|hooks.slack.com/services/|[0-9A-Z]{4}|@tcp\\(|a:80:|[ :=\"'{}|>\\\\<\n-]|é|://|@){0,30}",
    ) {
        let shown = redactor().text(&text);
        prop_assert_eq!(redactor().text(&text), shown);
    }
}
