//! Whether a project mentions a word anywhere, as a cheap reason not to ask
//! helmfile what its files say.
//!
//! Reads bytes, no YAML: a word found is a question, not an answer.

use std::fs;
use std::path::Path;

/// More files than this, or larger ones, and it is cheaper to ask.
const FILES: usize = 2_000;
const BYTES: u64 = 1 << 20;

/// Whether a YAML file or template below the repository that holds `dir`, or
/// below `dir` outside a repository, may hold `word`. What cannot be read may.
pub fn may_mention(dir: &Path, word: &str) -> bool {
    let root = dir.ancestors().find(|dir| dir.join(".git").exists()).unwrap_or(dir);
    let mut files = 0;
    search(root, word, &mut files)
}

fn search(dir: &Path, word: &str, files: &mut usize) -> bool {
    let Ok(entries) = fs::read_dir(dir) else { return true };
    entries.flatten().any(|entry| {
        let Ok(kind) = entry.file_type() else { return true };
        let name = entry.file_name();
        if kind.is_dir() {
            let skipped = name == ".git" || name == "node_modules";
            return !skipped && search(&entry.path(), word, files);
        }
        let path = entry.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if !matches!(extension, Some("yaml" | "yml" | "gotmpl")) {
            return false;
        }
        *files += 1;
        *files > FILES || holds(&path, word)
    })
}

fn holds(path: &Path, word: &str) -> bool {
    // A link may lead anywhere, as may a pipe: only a file is read.
    let Ok(meta) = path.metadata() else { return false };
    if !meta.is_file() {
        return false;
    }
    if meta.len() > BYTES {
        return true;
    }
    fs::read(path)
        .map_or(true, |bytes| memchr::memmem::find(&bytes, word.as_bytes()).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_below_the_repository() {
        let dir = tempfile::tempdir().unwrap();
        let deep = dir.path().join("envs/prod");
        fs::create_dir_all(&deep).unwrap();
        fs::create_dir_all(dir.path().join("node_modules")).unwrap();
        let write =
            |name: &str| fs::write(dir.path().join(name), "helmBinary: x\n").unwrap();
        write("node_modules/a.yaml");
        write("README.md");
        assert!(!may_mention(&deep, "helmBinary"));
        write("base.yaml.gotmpl");
        assert!(!may_mention(&deep, "helmBinary"), "outside a repository");
        fs::create_dir(dir.path().join(".git")).unwrap();
        assert!(may_mention(&deep, "helmBinary"));
        assert!(!may_mention(&deep, "kustomizeBinary"));
    }
}
