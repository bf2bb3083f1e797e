//! An OCI registry of a test's own: the real one, over HTTP, over TLS, or with
//! a password. It stops when it is dropped, and when the tests end in any other
//! way: a shell beside it waits for the end of a pipe that only we hold.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::packages::{Packages, run};
use super::{PASSWORD, USER};
use crate::support::tool;

/// `USER` and `PASSWORD` as the registry stores them (bcrypt, cheapest cost).
const LOGIN: &str =
    "tester:$2b$04$qZ4bV73MqTCIi4xnsp/olOdTIECCEv3QQ3Owwqm319jYXy5PTS.j6\n";

/// Ends the registry when stdin ends. A shell that is not interactive makes a
/// background process deaf to Ctrl-C, hence the hard signal.
const KEEPER: &str = r#""$@" & read -r _; kill -KILL $!; wait"#;

const SECONDS_TO_START: u64 = 30;

/// Who gets in, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone, over HTTP.
    Plain,
    /// Everyone, over TLS with a certificate that signs itself.
    Tls,
    /// Who knows `USER` and `PASSWORD`, over HTTP.
    Password,
}

/// A registry on a free port.
pub struct Registry {
    dir: tempfile::TempDir,
    access: Access,
    host: String,
    keeper: Child,
    pipe: Option<ChildStdin>,
}

impl Registry {
    /// An empty one.
    pub fn start(access: Access) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name).display().to_string();
        let (mut http, mut auth) = (String::new(), String::new());
        match access {
            Access::Plain => {}
            Access::Tls => {
                make_certificate(dir.path());
                let (cert, key) = (at("cert.pem"), at("key.pem"));
                http = format!("  tls:\n    certificate: '{cert}'\n    key: '{key}'\n");
            }
            Access::Password => {
                fs::write(dir.path().join("htpasswd"), LOGIN).unwrap();
                let file = at("htpasswd");
                auth = format!(
                    "auth:\n  htpasswd:\n    realm: charts\n    path: '{file}'\n"
                );
            }
        }
        let storage = at("storage");
        let config = format!(
            "version: 0.1\nlog:\n  level: info\n  formatter: json\n\
             storage:\n  filesystem:\n    rootdirectory: '{storage}'\n\
             http:\n  addr: 127.0.0.1:0\n  secret: none\n{http}{auth}"
        );
        fs::write(dir.path().join("config.yml"), config).unwrap();
        let log = fs::File::create(dir.path().join("log")).unwrap();
        let mut keeper = Command::new("sh")
            .args(["-c", KEEPER, "registry"])
            .arg(tool("registry"))
            .arg("serve")
            .arg(dir.path().join("config.yml"))
            .env("OTEL_TRACES_EXPORTER", "none")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let pipe = keeper.stdin.take();
        let host = listening(&dir.path().join("log"));
        Self { dir, access, host, keeper, pipe }
    }

    /// `127.0.0.1:PORT`
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The certificate to trust, of one with TLS.
    pub fn certificate(&self) -> PathBuf {
        self.dir.path().join("cert.pem")
    }

    /// Pushes the archive of a chart to `oci://HOST/charts`, with its signature
    /// if there is one.
    pub fn push(&self, archive: &Path) {
        let mut command = Command::new(tool("helm3"));
        command.arg("push").arg(archive).arg(format!("oci://{}/charts", self.host));
        command.env_clear().env("HOME", self.dir.path());
        match self.access {
            Access::Plain => command.arg("--plain-http"),
            Access::Tls => command.arg("--ca-file").arg(self.certificate()),
            Access::Password => command.args([
                "--plain-http",
                "--username",
                USER,
                "--password",
                PASSWORD,
            ]),
        };
        run(&mut command);
    }

    /// Pushes all archives.
    pub fn push_all(&self, packages: &Packages) {
        for archive in packages.archives() {
            self.push(&archive);
        }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.pipe.take();
        self.keeper.wait().ok();
    }
}

/// The address in the log: the registry was told to find a free port itself.
fn listening(log: &Path) -> String {
    let give_up = Instant::now() + Duration::from_secs(SECONDS_TO_START);
    loop {
        let text = fs::read_to_string(log).unwrap();
        if let Some((_, rest)) = text.split_once("listening on ") {
            let end = rest.find(|c: char| !c.is_ascii_digit() && !".:".contains(c));
            return rest[..end.unwrap()].to_string();
        }
        assert!(Instant::now() < give_up, "the registry does not start: {text}");
        sleep(Duration::from_millis(20));
    }
}

fn make_certificate(dir: &Path) {
    let request = ["req", "-x509", "-nodes", "-days", "2", "-newkey", "ec"];
    let rest = ["-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=127.0.0.1"];
    run(Command::new("openssl")
        .args(request)
        .args(rest)
        .args(["-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-keyout", "key.pem", "-out", "cert.pem"])
        .current_dir(dir));
}
