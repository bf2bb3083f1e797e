//! Unpacking the archive of a chart into memory, as helm does: the first
//! directory of every path is dropped (helm 3.22 and 4.3, `LoadArchiveFiles`).
//!
//! An archive may come from anywhere, so it is refused if it names a path
//! outside itself, holds links or devices, or unpacks to more than a chart can be.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use tar::{Archive, EntryType};

use crate::StageError;
use crate::content::{Content, File};
use crate::error::failed;

/// What helm allows for a whole chart (`MaxDecompressedChartSize`).
const MAX_BYTES: u64 = 100 << 20;
/// Far more than any chart has; an archive of empty files costs memory, too.
const MAX_ENTRIES: usize = 10_000;

/// Unpacks `bytes`, an archive that was found at `path`.
pub(crate) fn unpack(bytes: &[u8], path: &Path) -> Result<Content, StageError> {
    read(bytes).map_err(|reason| StageError::Archive { path: path.into(), reason })
}

/// Unpacks the archive of a chart into the directory `into`, which then is the
/// chart.
pub fn unpack_into(archive: &Path, into: &Path) -> Result<(), StageError> {
    let bytes = fs::read(archive).map_err(failed("reading", archive))?;
    unpack(&bytes, archive)?.write(into)
}

fn read(bytes: &[u8]) -> Result<Content, String> {
    // The stream with its headers, so that these count, too.
    let mut archive = Archive::new(MultiGzDecoder::new(bytes).take(MAX_BYTES));
    let content = read_entries(&mut archive);
    if archive.into_inner().limit() == 0 {
        return Err(format!("unpacks to more than {} MiB", MAX_BYTES >> 20));
    }
    content
}

fn read_entries(archive: &mut Archive<impl Read>) -> Result<Content, String> {
    let mut content = Content::default();
    let broken = |e: io::Error| format!("not a gzipped tar archive: {e}");
    for (count, entry) in archive.entries().map_err(broken)?.enumerate() {
        if count == MAX_ENTRIES {
            return Err(format!("holds more than {MAX_ENTRIES} files"));
        }
        let mut entry = entry.map_err(broken)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        match entry.header().entry_type() {
            EntryType::Directory | EntryType::XGlobalHeader => continue,
            // Not a sparse one, which needs no bytes for its size.
            EntryType::Regular | EntryType::Continuous => {}
            _ => return Err(format!("'{name}' is not a regular file")),
        }
        let inner = inner_path(&name)?;
        let executable = entry.header().mode().is_ok_and(|mode| mode & 0o111 != 0);
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(broken)?;
        content.insert(inner, File { bytes, executable });
    }
    if content.is_empty() {
        return Err("holds no files".into());
    }
    Ok(content)
}

/// The path within the chart, which the archive has in a directory.
fn inner_path(name: &str) -> Result<String, String> {
    let name = name.replace('\\', "/");
    let outside = || format!("'{name}' lies outside the chart");
    let (_, inner) = name.split_once('/').ok_or_else(outside)?;
    let parts: Vec<&str> =
        inner.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    if inner.starts_with('/') || parts.is_empty() || parts.contains(&"..") {
        return Err(outside());
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    /// Headers by hand: the crate refuses to write hostile ones.
    fn archive(entries: &[(&str, EntryType, &[u8])]) -> Vec<u8> {
        let mut out = GzEncoder::new(Vec::new(), Compression::fast());
        for (name, kind, bytes) in entries {
            let mut header = tar::Header::new_gnu();
            header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
            header.set_entry_type(*kind);
            header.set_mode(0o644);
            header.set_size(bytes.len() as u64);
            header.set_cksum();
            out.write_all(header.as_bytes()).unwrap();
            out.write_all(bytes).unwrap();
            out.write_all(&vec![0; bytes.len().next_multiple_of(512) - bytes.len()])
                .unwrap();
        }
        out.write_all(&[0; 1024]).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn unpacks_a_chart() {
        let file = EntryType::Regular;
        let bytes = archive(&[
            ("web/", EntryType::Directory, b""),
            ("web/Chart.yaml", file, b"name: web\n"),
            ("web\\templates\\a.yaml", file, b"a"),
            ("web/./b//c", file, b""),
        ]);
        let content = unpack(&bytes, Path::new("web.tgz")).unwrap();
        let names: Vec<_> = content.names().collect();
        assert_eq!(names, ["Chart.yaml", "b/c", "templates/a.yaml"].map(Path::new));
        assert_eq!(content.get("Chart.yaml"), Some(b"name: web\n".as_slice()));
    }

    #[test]
    fn refuses_hostile_archives() {
        let refuse = |name: &str, kind| {
            let bytes = archive(&[
                ("web/Chart.yaml", EntryType::Regular, b""),
                (name, kind, b""),
            ]);
            let path = Path::new("/w/charts/x.tgz");
            let error = unpack(&bytes, path).unwrap_err().to_string();
            assert!(error.starts_with("/w/charts/x.tgz: '"), "{error}");
        };
        for name in ["web/../../x", "/etc/passwd/../x", "web//etc/passwd", "Chart.yaml"]
        {
            refuse(name, EntryType::Regular);
        }
        for kind in [EntryType::Symlink, EntryType::Link, EntryType::Fifo] {
            refuse("web/x", kind);
        }
        assert!(read(b"not an archive").is_err());
        assert!(read(&archive(&[])).is_err());
    }

    #[test]
    fn refuses_what_unpacks_without_end() {
        let zeros = vec![0; usize::try_from(MAX_BYTES).unwrap()];
        let bytes = archive(&[("web/x", EntryType::Regular, &zeros)]);
        assert_eq!(read(&bytes).unwrap_err(), "unpacks to more than 100 MiB");
        let many = vec![("web/x", EntryType::Regular, b"".as_slice()); MAX_ENTRIES + 1];
        assert_eq!(read(&archive(&many)).unwrap_err(), "holds more than 10000 files");
    }
}
