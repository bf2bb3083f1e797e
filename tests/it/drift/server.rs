//! Servers that are no Kubernetes, for what the real one cannot be made to do, and
//! kubeconfigs that lead there.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::bed::Bed;

pub fn kubeconfig(bed: &Bed, change: impl Fn(&str) -> String) {
    let path = bed.project.path("../kubeconfig");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, change(&text)).unwrap();
}

/// Makes `user` the current one of the kubeconfig.
pub fn impersonate(bed: &Bed, user: &str) {
    kubeconfig(bed, |text| {
        let at = text.find("{token: ").unwrap();
        let end = at + text[at..].find('}').unwrap();
        format!("{}, as: '{user}'{}", &text[..end], &text[end..])
    });
}

/// What `work` gives while `user` is the current one.
pub fn as_user<T>(bed: &Bed, user: &str, work: impl FnOnce() -> T) -> T {
    let path = bed.project.path("../kubeconfig");
    let before = fs::read_to_string(&path).unwrap();
    impersonate(bed, user);
    let given = work();
    fs::write(&path, before).unwrap();
    given
}

pub fn server(text: &str, url: &str) -> String {
    let line = |line: &str| match line.split_once("server:") {
        Some((before, _)) => format!("{before}server: {url}"),
        None => line.into(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// A server that answers each request by its number; plain HTTP, no Kubernetes.
pub fn fake(bed: &Bed, answer: impl Fn(usize, &str) -> String + Send + Sync + 'static) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (number, answer) = (Arc::new(AtomicUsize::new(0)), Arc::new(answer));
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (number, answer) = (Arc::clone(&number), Arc::clone(&answer));
            thread::spawn(move || {
                let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                let first = lines.next().and_then(Result::ok).unwrap_or_default();
                for line in lines.map_while(Result::ok) {
                    if line.is_empty() {
                        break;
                    }
                }
                let number = number.fetch_add(1, Ordering::SeqCst);
                let _ = (&stream).write_all(answer(number, &first).as_bytes());
            });
        }
    });
    kubeconfig(bed, |text| {
        let text = server(text, &format!("http://127.0.0.1:{port}"));
        let keep = |line: &&str| !line.contains("certificate-authority");
        text.lines().filter(keep).collect::<Vec<_>>().join("\n")
    });
}

pub fn http(status: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}
