//! What is struck out of a whole, and what stays clear beside it: a report that hides
//! ports and names is of no use at night.

use serde_json::json;

use super::*;

const CONTAINER: &str = "/spec/template/spec/containers/0";

fn container(value: &Value) -> String {
    plain(&at("Deployment", CONTAINER, value).to_string())
}

#[test]
fn arguments_of_containers() {
    for (value, expected) in [
        (
            json!({"command": ["mysql"], "args": ["-uroot", "-pswordfish", "db"]}),
            json!({"command": ["mysql"], "args": ["-uroot", "-p#", "db"]}),
        ),
        (
            json!({"command": ["redis-cli", "-a", "swordfish", "ping"]}),
            json!({"command": ["redis-cli", "-a", "#", "ping"]}),
        ),
        (
            json!({"command": ["curl", "-ume:swordfish", "-u", "me:word", "https://h"]}),
            json!({"command": ["curl", "-ume:#", "-u", "me:#", "https://h"]}),
        ),
        (
            json!({"args": ["sh", "-c", "set -e\nmongosh -pword\nexport PGPASSWORD=word; psql"]}),
            json!({"args": ["sh", "-c", "set -e\nmongosh -p#\nexport PGPASSWORD=#"]}),
        ),
        (json!({"args": ["-pS3cr3tPass"]}), json!({"args": ["-p#"]})),
    ] {
        assert_eq!(container(&value), expected.to_string());
    }
    let one = at("Deployment", &format!("{CONTAINER}/args/0"), &json!("-pS3cr3tPass"));
    assert_eq!(plain(one.as_str().unwrap()), "-p#");
}

#[test]
fn values_of_variables() {
    let env = |value: &str| {
        let value = json!({"env": [{"name": "ANY", "value": value}]});
        container(&value)
            .replace("{\"env\":[{\"name\":\"ANY\",\"value\":\"", "")
            .replace("\"}]}", "")
    };
    for (value, expected) in [
        ("dXNlcjpzM2NyM3Q=", "#"),
        ("Authorization: Basic dXNlcjpzM2NyM3Q=", "Authorization: #"),
        ("machine x login u password word", "machine x login u password #"),
        (
            "https://hooks.slack.com/services/T0/B0/Ab1",
            "https://hooks.slack.com/services/#",
        ),
        (
            "https://discord.com/api/webhooks/12/q83vEjRWeJCrze8SNFZ4/slack",
            "https://discord.com/api/webhooks/12/#/slack",
        ),
        (
            "https://api.telegram.org/bot12:Ab1/sendMessage",
            "https://api.telegram.org/bot#/sendMessage",
        ),
        (
            "https://a.logic.azure.com:443/workflows/x?sv=1.0&sig=Ab1",
            "https://a.logic.azure.com:443/workflows/x?sv=1.0&sig=#",
        ),
        (
            "https://h/x?X-Amz-Date=20260101&X-Amz-Signature=ab1&page=2",
            "https://h/x?X-Amz-Date=20260101&X-Amz-Signature=#&page=2",
        ),
        ("https://h/x?access_token=ab1&a=b", "https://h/x?access_token=#&a=b"),
        ("TOKEN=q83vEjRWeJCrze8SNFZ4", "TOKEN=#"),
        ("ANY=q83vEjRWeJCrze8SNFZ4", "ANY=#"),
        (
            "jdbc:mysql://db/x?user=a&password=word",
            "jdbc:mysql://db/x?user=a&password=#",
        ),
    ] {
        assert_eq!(env(value), expected, "{value}");
    }
}

#[test]
fn items_of_custom_resources() {
    let list = json!([
        {"name": "password", "v": "word", "type": "text"},
        {"key": "apiToken", "val": "word", "mountPath": "/x"},
        {"name": "DB_PASSWORD", "content": "word", "secretName": "s"},
        {"envVar": "DB_PASSWORD", "v": "word"},
        {"name": "pin", "value": 1234},
        {"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
        {"name": "level", "v": "info", "content": "text"},
    ]);
    let expected = json!([
        {"name": "password", "v": "#", "type": "text"},
        {"key": "apiToken", "val": "#", "mountPath": "/x"},
        {"name": "DB_PASSWORD", "content": "#", "secretName": "s"},
        {"envVar": "DB_PASSWORD", "v": "#"},
        {"name": "pin", "value": "#"},
        {"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
        {"name": "level", "v": "info", "content": "text"},
    ]);
    let shown = at("Prometheus", "/spec/any", &list).to_string();
    assert_eq!(plain(&shown), expected.to_string());
    let document = json!({"any": list}).to_string();
    assert_eq!(file(&document), json!({"any": expected}).to_string());
    let of = |field: &str, names: &[(usize, &str)]| {
        let place = format!("/spec/any/0/{field}");
        plain(at_named("Prometheus", &place, names, &json!("word")).as_str().unwrap())
    };
    assert_eq!(of("content", &[(2, "password")]), "#");
    assert_eq!(of("content", &[(2, "level")]), "word");
    assert_eq!(of("val", &[]), "#", "nobody knows what it is");
}

#[test]
fn files_that_hold_passwords_without_names() {
    for (text, expected) in [
        ("machine x\nlogin u\npassword word\n", "machine x\nlogin u\npassword #\n"),
        ("default login u password word", "default login u password #"),
        ("db:5432:app:me:word\n", "db:5432:app:me:#\n"),
        ("stats auth me:word\nmode http\n", "stats auth me:#\nmode http\n"),
        (
            "- content: word\n  name: DB_PASSWORD\n- name: level\n  v: info\n",
            "- content: #\n  name: DB_PASSWORD\n- name: level\n  v: info\n",
        ),
        ("a: [{name: password, v: word}]\n", "a: [{name: password, v: #}]\n"),
        ("<set name=\"token\" val=\"word\"/>", "<set name=\"token\" val=\"#\"/>"),
        (
            "key: -----BEGIN PRIVATE KEY-----\\nMI\\n-----END PRIVATE KEY-----\nport: 1",
            "key: #\nport: 1",
        ),
        (
            "outer: |\n  password: word\n  port: 1\n",
            "outer: |\n  password: #\n  port: 1\n",
        ),
        ("admin:{SSHA}abcdefghijkl\n", "admin:#\n"),
    ] {
        assert_eq!(file(text), expected);
    }
}

#[test]
fn objects_without_secrets_stay() {
    for (kind, place, value) in [
        (
            "Deployment",
            CONTAINER,
            json!({
                "name": "token-refresher",
                "image": "registry.example.com/team/auth:v1.2.3",
                "command": ["/bin/server", "--config", "/etc/x.yaml"],
                "args": ["--port=8080", "-p", "8080", "-p8080:80", "-pretty", "-profile",
                    "prod", "--log-level=debug", "-v=4", "-a", "-u", "1000:1000"],
                "env": [
                    {"name": "LOG_LEVEL", "value": "debug"},
                    {"name": "URL", "value": "https://example.com/a?page=2&key=name"},
                    {"name": "HOST", "value": "db.shop.svc.cluster.local:5432"},
                    {"name": "OPTS", "value": "-Xmx512m -XX:+UseG1GC"},
                    {"name": "NPM", "value": "npm_config_registry"},
                    {"name": "BUILD", "value": "commit=0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d"},
                ],
                "resources": {"limits": {"cpu": "500m", "memory": "1Gi"}},
                "ports": [{"name": "oauth", "containerPort": 80, "protocol": "TCP"}],
                "volumeMounts": [{"name": "token", "mountPath": "/x", "subPath": "y"}],
            }),
        ),
        (
            "Prometheus",
            "/spec",
            json!({
                "containers": [{"name": "token-refresher", "image": "r/x:1", "tty": "x"}],
                "volumes": [{"name": "token", "configMap": {"name": "x"}}],
                "gateways": [{"name": "token", "hosts": ["a.example.com"], "locale": "de"}],
                "params": [{"name": "password", "type": "string", "description": "d"}],
                "secretStoreRef": {"name": "vault-secret", "kind": "SecretStore"},
                "remoteRef": {"key": "prod/db/password", "property": "password"},
                "routes": [{"name": "secret-service", "host": "h", "backend": "web", "timeout": "5s"}],
            }),
        ),
    ] {
        assert_eq!(at(kind, place, &value), value, "{kind}");
    }
}

#[test]
fn files_without_secrets_stay() {
    for text in [
        "- name: token\n  mountPath: /x\n- name: level\n  v: debug\nlevel: info\n",
        "groups:\n- name: auth-token\n  rules:\n  - alert: TokenExpired\n    for: 5m\n",
        "server {\n  user nginx;\n  proxy_pass http://web:80;\n  proxy_set_header Host $host;\n}\n",
        "set -e\nmkdir -p data/x\ncurl -fsS https://h/x -o y\nmysql -h db -e 'select 1'\npsql -p 5432\n",
        "The machine is up. By default login is open and the user name is in the password file.\n",
        "image: r.example.com/web:1.2.3\ncpu: 500m\nschedule: \"*/5 * * * *\"\ntime: 12:30:45\n",
        "ip: 10.0.0.1:6443\nmac: 00:11:22:33:44:55\nnet: fe80:1234:ab:cd:ef::1\n",
        "level=info msg=\"started server\" addr=:8080 caller=main.go:123\n",
    ] {
        assert_eq!(file(text), text);
    }
}
