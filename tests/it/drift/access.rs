//! How the cluster is reached: by a program that gives the token, through a proxy, by
//! several contexts.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;

use super::bed::{Bed, rows};
use super::server::kubeconfig;
use super::with_both;
use crate::program;
use crate::support::{binary, tool};

type Test = (&'static str, fn(&str));

pub fn trials() -> Vec<Trial> {
    let tests: [Test; 5] = [
        ("a_list_of_which_one_is_not_there", by_list),
        ("a_program_gives_the_token", by_program),
        ("through_a_proxy", by_proxy),
        ("each_release_by_its_context", by_context),
        ("another_current_context_is_another_cluster", by_current),
    ];
    let trial = |(name, test): Test| with_both(&format!("access::{name}"), test);
    tests.into_iter().flat_map(trial).collect()
}

/// The one difference that there is.
fn finds_it(found: &[serde_json::Value], code: i32) {
    assert_eq!((found.len(), code), (1, 2), "{found:#?}");
    assert_eq!(found[0]["pointer"], "/spec/replicas");
    // The current one, where none is named.
    assert_ne!(found[0]["kubeContext"], "");
}

/// As kubectl and helm have it; and the current context is the one of its name.
fn by_list(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell("kubectl scale deploy web --replicas=5");
    let file = bed.project.path("../kubeconfig").display().to_string();
    for list in [format!("/not/there:{file}"), format!("{file}:/not/there:")] {
        let mut check = binary("helmfire-drift");
        check.args(["check", "--only", "drift", "--json"]);
        let mut check = bed.project.command(check);
        let (found, code) = rows(&check.env("KUBECONFIG", list).output().unwrap());
        finds_it(&found, code);
    }
    let (found, code) = bed.drift(&[]);
    finds_it(&found, code);
    let context = found[0]["kubeContext"].as_str().unwrap();
    let mut history = binary("helmfire-drift");
    history.args(["history", "--json", "--kube-context", context]);
    let output = bed.project.command(history).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
}

fn by_program(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell("kubectl scale deploy web --replicas=5");
    let program = bed.project.path("../give").display().to_string();
    kubeconfig(&bed, |text| {
        let start = text.find("{token: ").unwrap();
        let end = start + text[start..].find('}').unwrap();
        let token = text[start + 8..end].trim();
        let credential = serde_json::json!({
            "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
            "status": {"token": token},
        });
        program::write(&program, &format!("#!/bin/sh\necho '{credential}'\n"));
        let exec =
            "apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never";
        let exec = format!("{{exec: {{command: {program}, {exec}}}");
        format!("{}{exec}{}", &text[..start], &text[end..])
    });
    let (found, code) = bed.drift(&[]);
    finds_it(&found, code);
    let is_told = |words: &str| {
        let start = Instant::now();
        let output = bed.check(&["--only", "drift", "--timeout", "1s"]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(
            text.contains(&format!("credential plugin {program}: {words}")),
            "{text}"
        );
        assert!(text.contains("to do: run kubectl version"), "{text}");
        assert!(!text.contains("planted") && output.stderr.is_empty(), "{output:?}");
        assert_eq!(output.status.code(), Some(1));
        assert!(start.elapsed() < Duration::from_secs(15));
    };
    program::write(&program, "#!/bin/sh\necho token planted-1 >&2\nexit 3\n");
    is_told("it ended with 3");
    program::write(&program, "#!/bin/sh\necho '{\"token\": \"planted-2\"}'\n");
    is_told("it printed no ExecCredential");
    program::write(&program, "#!/bin/sh\nexec sleep 60\n");
    is_told("no answer within 1 s");
    fs::remove_file(&program).unwrap();
    is_told("No such file or directory");
}

fn by_proxy(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell("kubectl scale deploy web --replicas=5");
    let (address, tunnels) = proxy();
    let check = |name: &str| {
        let mut check = binary("helmfire-drift");
        check.args(["check", "--cluster", "-n", &bed.namespace, "--json"]);
        let output = bed.project.command(check).env(name, &address).output().unwrap();
        let (found, code) = super::bed::rows(&output);
        finds_it(&found, code);
    };
    check("HTTPS_PROXY");
    let first = tunnels.load(Ordering::SeqCst);
    assert!(first > 0);
    kubeconfig(&bed, |text| {
        let line = |line: &str| match line.split_once("server:") {
            Some((before, _)) => format!("{line}\n{before}proxy-url: {address}\n"),
            None => format!("{line}\n"),
        };
        text.lines().map(line).collect()
    });
    check("IRRELEVANT");
    assert!(tunnels.load(Ordering::SeqCst) > first);
}

/// A proxy for `CONNECT`, its address, and how many tunnels there were.
fn proxy() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let tunnels = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&tunnels);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            counter.fetch_add(1, Ordering::SeqCst);
            thread::spawn(move || tunnel(&stream));
        }
    });
    (address, tunnels)
}

fn tunnel(client: &TcpStream) -> Option<()> {
    // A client says nothing more before the tunnel stands.
    let mut lines = BufReader::new(client.try_clone().ok()?).lines();
    let first = lines.next()?.ok()?;
    let target = first.strip_prefix("CONNECT ")?.split(' ').next()?.to_string();
    lines.map_while(Result::ok).find(String::is_empty)?;
    let server = TcpStream::connect(target).ok()?;
    let mut answer = client;
    answer.write_all(b"HTTP/1.1 200 OK\r\n\r\n").ok()?;
    let (mut from, mut to) = (client.try_clone().ok()?, server.try_clone().ok()?);
    thread::spawn(move || io::copy(&mut from, &mut to));
    let (mut from, mut to) = (server, client.try_clone().ok()?);
    io::copy(&mut from, &mut to).ok()?;
    Some(())
}

/// What was never seen in a context is not gone from there.
fn by_current(helm: &str) {
    let bed = Bed::new(helm);
    kubeconfig(&bed, |text| {
        let more =
            "contexts: [{name: other, context: {cluster: helmfire, user: admin}}, ";
        text.replace("contexts: [", more)
    });
    assert_eq!(bed.drift(&[]).1, 0);
    let mut uninstall = std::process::Command::new(tool(helm));
    uninstall.args(["uninstall", "web", "-n", &bed.namespace]);
    assert!(bed.project.command(uninstall).output().unwrap().status.success());
    let told = || {
        let (rows, code) = bed.drift(&[]);
        assert_eq!(rows.len(), 1, "{rows:#?}");
        (rows[0]["class"].clone(), rows[0]["kubeContext"].clone(), code)
    };
    bed.shell("kubectl config use-context other");
    assert_eq!(told(), ("pending".into(), "other".into(), 0));
    bed.shell("kubectl config use-context helmfire");
    assert_eq!(told(), ("drift".into(), "helmfire".into(), 2));
}

/// One of them leads nowhere; the other releases are checked all the same.
fn by_context(helm: &str) {
    let bed = Bed::new(helm);
    bed.shell("kubectl scale deploy web --replicas=5");
    kubeconfig(&bed, |text| {
        let more = "contexts: [{name: near, context: {cluster: helmfire, user: admin}}, \
                    {name: far, context: {cluster: gone, user: admin}}, ";
        let text = text.replace("contexts: [", more);
        let gone =
            "clusters:\n  - {name: gone, cluster: {server: \"https://127.0.0.1:1\"}}";
        text.replace("clusters:", gone)
    });
    let text = bed.project.read("helmfile.yaml");
    let with = |context: &str| {
        text.replace("name: web,", &format!("name: web, kubeContext: {context},"))
    };
    let far = with("far").replace("releases:\n", "");
    bed.project.write("helmfile.yaml", &format!("{}{far}", with("near")));
    let (found, code) = bed.drift(&[]);
    let row =
        |row: &serde_json::Value| format!("{} {}", row["class"], row["kubeContext"]);
    let mut shown: Vec<String> = found.iter().map(row).collect();
    shown.sort();
    let expected = ["\"drift\" \"near\"", "\"unknown\" \"far\""].map(String::from);
    assert_eq!((shown, code), (expected.to_vec(), 1), "{found:#?}");
}
