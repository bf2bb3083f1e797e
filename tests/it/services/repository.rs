//! A chart repository over HTTP: a directory of archives with its index, and a
//! thread that answers GET. It knows nothing else of HTTP than helm asks for:
//! no ranges, no keep-alive, no TLS.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use super::packages::Packages;

/// `tester:secret`, as a client sends it.
const AUTHORIZATION: &str = "Basic dGVzdGVyOnNlY3JldA==";

/// A repository on a free port; it stops when it is dropped.
pub struct Repository {
    packages: Packages,
    address: SocketAddr,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct State {
    closed: AtomicBool,
    requests: Mutex<Vec<String>>,
}

impl Repository {
    /// Serves the packages to everyone.
    pub fn open(packages: Packages) -> Self {
        Self::start(packages, false)
    }

    /// Serves them to who knows `USER` and `PASSWORD`.
    pub fn with_password(packages: Packages) -> Self {
        Self::start(packages, true)
    }

    fn start(packages: Packages, password: bool) -> Self {
        packages.index();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let (shared, top) = (Arc::clone(&state), packages.path().to_path_buf());
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.closed.load(Ordering::SeqCst) {
                    return;
                }
                let (shared, top) = (Arc::clone(&shared), top.clone());
                // A client that goes away in the middle is nobody's failure.
                thread::spawn(move || {
                    stream.and_then(|it| answer(it, &top, password, &shared)).ok()
                });
            }
        });
        Self { packages, address, state, thread: Some(thread) }
    }

    /// `127.0.0.1:PORT`
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds a chart, or another version of one, while it is served.
    pub fn publish(&self, directory: &Path, version: Option<&str>) {
        self.packages.add(directory, version);
        self.packages.index();
    }

    /// The paths asked for up to now, `/index.yaml` and so on.
    pub fn requests(&self) -> Vec<String> {
        self.state.requests.lock().unwrap().clone()
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        self.state.closed.store(true, Ordering::SeqCst);
        // Wakes the thread, which waits for a client.
        drop(TcpStream::connect(self.address));
        self.thread.take().map(JoinHandle::join);
    }
}

fn answer(
    mut stream: TcpStream,
    top: &Path,
    password: bool,
    state: &State,
) -> std::io::Result<()> {
    let lines = BufReader::new(stream.try_clone()?).lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let path = head.first().and_then(|line| line.split(' ').nth(1)).unwrap_or("/");
    state.requests.lock().unwrap().push(path.to_string());
    let known = head.iter().any(|line| line.ends_with(AUTHORIZATION));
    let (status, body) = if password && !known {
        ("401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"charts\"", Vec::new())
    } else {
        // One flat directory, so a path is a name.
        match fs::read(top.join(path.rsplit('/').next().unwrap_or_default())) {
            Ok(content) => ("200 OK", content),
            Err(_) => ("404 Not Found", Vec::new()),
        }
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(&body)
}
