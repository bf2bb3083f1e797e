//! The content of files as fingerprints, read again only when it may have changed.
//!
//! Whether it may is told by device, inode, size and both times of a file; a file
//! that was changed a moment before it was read is read again all the same, for
//! its times may be too coarse to tell the next change. Refuses to trust a
//! modification time alone: a mounted `ConfigMap` keeps it.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use helmfire_manifest::gist;

use helmfire_state::{Key, Print};

/// How coarse times may be: two seconds on FAT, which some have their work on.
const COARSE: Duration = Duration::from_secs(2);
/// A file beyond is compared by its size and times.
const LARGE: u64 = 64 << 20;

/// What of a file counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Every byte.
    Bytes,
    /// What it says as YAML, without comments and layout.
    Yaml,
    /// A template, whose result counts elsewhere: its lines but for those that are
    /// comments of YAML.
    Template,
}

/// The files that were looked at.
#[derive(Debug)]
pub struct Files {
    key: Key,
    known: BTreeMap<PathBuf, Known>,
}

#[derive(Clone, Debug)]
struct Known {
    state: State,
    /// Its content, and what of it counts.
    bytes: Print,
    yaml: Option<Print>,
    template: Option<Print>,
}

/// What the system tells of a file without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct State {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
    /// Whether it was old enough when it was read.
    settled: bool,
}

impl Files {
    /// No file so far.
    pub fn new(key: Key) -> Self {
        Self { key, known: BTreeMap::new() }
    }

    /// The key of the fingerprints.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The fingerprint of the file at `path`, `None` if there is none that can be
    /// read. A symbolic link is followed.
    pub fn print(&mut self, path: &Path, form: Form) -> Option<Print> {
        let Ok(known) = self.look(path) else {
            self.known.remove(path);
            return None;
        };
        let missing = match form {
            Form::Bytes => return Some(known.bytes),
            Form::Yaml => known.yaml.is_none(),
            Form::Template => known.template.is_none(),
        };
        if missing {
            let text = fs::read(path).ok()?;
            let print = self.key.print(&counting(&text, form));
            let known = self.known.get_mut(path)?;
            match form {
                Form::Yaml => known.yaml = Some(print),
                _ => known.template = Some(print),
            }
            return Some(print);
        }
        let known = self.known.get(path)?;
        if form == Form::Yaml { known.yaml } else { known.template }
    }

    fn look(&mut self, path: &Path) -> io::Result<&Known> {
        let data = fs::metadata(path)?;
        if !data.is_file() {
            return Err(io::Error::from(io::ErrorKind::InvalidInput));
        }
        let state = State::of(&data);
        let known = self.known.get(path);
        if known.is_none_or(|known| !known.state.settled || known.state != state) {
            let bytes = self.read(path, &data)?;
            // If only the times changed, what counts of it is still known.
            let same = known.filter(|known| known.bytes == bytes);
            let (yaml, template) =
                same.map_or((None, None), |known| (known.yaml, known.template));
            let known = Known { state, bytes, yaml, template };
            self.known.insert(path.into(), known);
        }
        self.known.get(path).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn read(&self, path: &Path, data: &Metadata) -> io::Result<Print> {
        if data.size() > LARGE {
            return Ok(self.key.print(format!("{:?}", State::of(data)).as_bytes()));
        }
        let mut bytes = Vec::new();
        File::open(path)?.read_to_end(&mut bytes)?;
        Ok(self.key.print(&bytes))
    }

    /// How many files are known.
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Forgets the files that `keep` does not want.
    pub fn retain(&mut self, keep: impl Fn(&Path) -> bool) {
        self.known.retain(|path, _| keep(path));
    }
}

impl State {
    fn of(data: &Metadata) -> Self {
        let changed = (data.ctime(), data.ctime_nsec());
        let seconds = u64::try_from(changed.0).unwrap_or_default();
        let at = UNIX_EPOCH + Duration::from_secs(seconds);
        // A clock that was set back makes files of the future: read them again.
        let age = SystemTime::now().duration_since(at);
        Self {
            device: data.dev(),
            inode: data.ino(),
            size: data.size(),
            modified: (data.mtime(), data.mtime_nsec()),
            changed,
            settled: age.is_ok_and(|age| age > COARSE),
        }
    }
}

/// What counts of `bytes`.
fn counting(bytes: &[u8], form: Form) -> Vec<u8> {
    let text = std::str::from_utf8(bytes).ok();
    match (form, text) {
        (Form::Yaml, Some(text)) => {
            gist(text).map_or_else(|| bytes.into(), String::into_bytes)
        }
        (Form::Template, Some(text)) => {
            let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
            lines.map(str::trim_end).collect::<Vec<_>>().join("\n").into_bytes()
        }
        _ => bytes.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Files {
        Files::new(Key::new([1; 32]))
    }

    #[test]
    fn what_counts_depends_on_the_form() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let mut files = files();
        let mut all = |text: &str| {
            fs::write(&path, text).unwrap();
            [Form::Bytes, Form::Yaml, Form::Template]
                .map(|form| files.print(&path, form).unwrap())
        };
        let [bytes, yaml, template] = all("a: 1\n");
        let commented = all("# one\na: 1\n");
        assert_ne!(commented[0], bytes);
        assert_eq!(commented[1..], [yaml, template]);
        assert_ne!(all("a: 2\n")[1..], [yaml, template]);
        let broken = all("{{ a }}: [\n");
        assert_ne!(all("{{ a }}: [ \n")[1], broken[1], "what is no YAML counts whole");
        assert_eq!(all("a: 1\n"), [bytes, yaml, template]);
    }

    #[test]
    fn a_change_within_one_tick_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let mut files = files();
        let mut last = None;
        for number in 0..500 {
            fs::write(&path, format!("{number:03}")).unwrap();
            let print = files.print(&path, Form::Bytes);
            assert_ne!(print, last, "{number}");
            last = print;
        }
    }

    /// A clock that was set back, a tool that keeps times.
    #[test]
    fn a_time_that_goes_back_hides_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let mut files = files();
        let old = UNIX_EPOCH + Duration::from_secs(1_000_000);
        let mut print_of = |text: &str, time: SystemTime| {
            fs::write(&path, text).unwrap();
            File::options()
                .append(true)
                .open(&path)
                .unwrap()
                .set_modified(time)
                .unwrap();
            files.print(&path, Form::Bytes)
        };
        let first = print_of("one", old);
        assert_ne!(print_of("two", old), first);
        let future = SystemTime::now() + Duration::from_secs(86_400);
        let third = print_of("six", future);
        assert_ne!(print_of("ten", future), third);
        assert_eq!(print_of("one", old), first);
    }

    #[test]
    fn what_is_no_file_has_none() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(files().print(dir.path(), Form::Bytes), None);
        assert_eq!(files().print(&dir.path().join("absent"), Form::Bytes), None);
    }
}
