//! Reading a chart directory as helm does: symbolic links are followed, what
//! `.helmignore` names is not (helm 3.22 and 4.3, `internal/sympath`,
//! `loader.LoadDir`).
//!
//! Refuses what helm would hang or stumble over, special files and links in a
//! circle, and links that lead out of the directories which charts may come from.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use crate::StageError;
use crate::content::{Content, File};
use crate::error::failed;
use crate::ignore::Rules;

/// The directories that charts may come from; without any, all of them.
#[derive(Debug)]
pub(crate) struct Roots(Option<Vec<PathBuf>>);

impl Roots {
    /// A root that is not there allows nothing, but still forbids the rest.
    pub(crate) fn resolve(roots: &[PathBuf]) -> Self {
        let real = || roots.iter().filter_map(|root| fs::canonicalize(root).ok());
        Self((!roots.is_empty()).then(|| real().collect()))
    }

    /// Whether `target`, links resolved, may be read because of `path`.
    pub(crate) fn check(&self, path: &Path, target: &Path) -> Result<(), StageError> {
        match &self.0 {
            Some(roots) if !roots.iter().any(|root| target.starts_with(root)) => {
                Err(StageError::OutsideRoots {
                    path: path.into(),
                    target: target.into(),
                })
            }
            _ => Ok(()),
        }
    }
}

/// Reads the chart directory `chart`, whose path is absolute and free of links.
pub(crate) fn read(chart: &Path, roots: &Roots) -> Result<Content, StageError> {
    let rules = read_rules(chart, Some(roots))?;
    let mut walk =
        Walk { rules: &rules, roots, above: Vec::new(), content: Content::default() };
    walk.directory(chart, Path::new(""))?;
    Ok(walk.content)
}

/// The rules in `.helmignore`, or helm's own only.
pub(crate) fn read_rules(
    chart: &Path,
    roots: Option<&Roots>,
) -> Result<Rules, StageError> {
    let path = chart.join(".helmignore");
    let text = match fs::canonicalize(&path) {
        Ok(real) => {
            if let Some(roots) = roots.filter(|_| path.is_symlink()) {
                roots.check(&path, &real)?;
            }
            fs::read(&real).map_err(failed("reading", &path))?
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(failed("reading", &path)(error)),
    };
    Rules::parse(&String::from_utf8_lossy(&text))
        .map_err(|(line, reason)| StageError::Ignore { path, line, reason })
}

struct Walk<'w> {
    rules: &'w Rules,
    roots: &'w Roots,
    /// The directories being read, links resolved.
    above: Vec<PathBuf>,
    content: Content,
}

impl Walk<'_> {
    /// Reads the directory `real`, which the chart has under `name`.
    fn directory(&mut self, real: &Path, name: &Path) -> Result<(), StageError> {
        self.above.push(real.into());
        for entry in fs::read_dir(real).map_err(failed("reading", real))? {
            let entry = entry.map_err(failed("reading", real))?;
            self.entry(&entry.path(), &name.join(entry.file_name()))?;
        }
        self.above.pop();
        Ok(())
    }

    fn entry(&mut self, path: &Path, name: &Path) -> Result<(), StageError> {
        // An editor's temporary file may be gone by now.
        let Some(metadata) = found(path, fs::symlink_metadata(path))? else {
            return Ok(());
        };
        let is_link = metadata.is_symlink();
        let (real, metadata) = if is_link {
            match self.follow(path, name)? {
                Some(target) => target,
                None => return Ok(()),
            }
        } else {
            (path.to_path_buf(), metadata)
        };
        if self.rules.ignore(&name.to_string_lossy(), metadata.is_dir()) {
            return Ok(());
        }
        if is_link {
            self.roots.check(path, &real)?;
        }
        if metadata.is_dir() {
            if self.above.iter().any(|above| above.starts_with(&real)) {
                return Err(StageError::Loop { path: path.into(), target: real });
            }
            return self.directory(&real, name);
        }
        if !metadata.is_file() {
            return Err(StageError::Special(path.into()));
        }
        match File::read(&real) {
            Err(StageError::Io { reason, .. })
                if reason.kind() == io::ErrorKind::NotFound => {}
            file => self.content.insert(name, file?),
        }
        Ok(())
    }

    /// Where the link at `path` leads; nowhere is no fault where it would be
    /// ignored, as the lock that Emacs puts beside a changed file.
    fn follow(
        &self,
        path: &Path,
        name: &Path,
    ) -> Result<Option<(PathBuf, Metadata)>, StageError> {
        let target = fs::canonicalize(path)
            .and_then(|real| fs::metadata(&real).map(|metadata| (real, metadata)));
        match found(path, target)? {
            None if self.rules.ignore(&name.to_string_lossy(), false) => Ok(None),
            None => Err(StageError::Dangling(path.into())),
            target => Ok(target),
        }
    }
}

fn found<T>(path: &Path, result: io::Result<T>) -> Result<Option<T>, StageError> {
    match result {
        Ok(it) => Ok(Some(it)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("reading", path)(error)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    fn chart(files: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
        let scratch = tempfile::tempdir().unwrap();
        let chart = fs::canonicalize(scratch.path()).unwrap().join("web");
        for (name, text) in files {
            let path = chart.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        (scratch, chart)
    }

    fn names(chart: &Path, roots: &[PathBuf]) -> Result<Vec<String>, StageError> {
        let content = read(chart, &Roots::resolve(roots))?;
        Ok(content.names().map(|name| name.display().to_string()).collect())
    }

    #[test]
    fn reads_what_helm_reads() {
        let (_scratch, chart) = chart(&[
            (".helmignore", "*.swp\n.#*\nci/\n"),
            ("Chart.yaml", ""),
            ("ci/a.yaml", ""),
            ("x.swp", ""),
            ("templates/.x", ""),
            ("templates/a.yaml", ""),
            ("../shared/b.yaml", ""),
        ]);
        symlink("../shared", chart.join("shared")).unwrap();
        symlink("gone", chart.join(".#Chart.yaml")).unwrap();
        // An ignored fifo is no fault.
        let _socket = UnixListener::bind(chart.join("y.swp")).unwrap();
        let all = [".helmignore", "Chart.yaml", "shared/b.yaml", "templates/a.yaml"];
        assert_eq!(names(&chart, &[]).unwrap(), all);

        let parent = chart.parent().unwrap().to_path_buf();
        assert_eq!(names(&chart, &[parent]).unwrap(), all);
        let outside = names(&chart, std::slice::from_ref(&chart)).unwrap_err();
        assert!(matches!(outside, StageError::OutsideRoots { .. }), "{outside}");
        let none = names(&chart, &["/nowhere".into()]).unwrap_err();
        assert!(matches!(none, StageError::OutsideRoots { .. }), "{none}");
    }

    #[test]
    fn refuses_what_has_no_end_or_no_bytes() {
        let (_scratch, chart) = chart(&[("Chart.yaml", ""), ("files/x", "")]);
        symlink("../..", chart.join("files/up")).unwrap();
        let up = names(&chart, &[]).unwrap_err();
        assert!(matches!(up, StageError::Loop { .. }), "{up}");
        fs::remove_file(chart.join("files/up")).unwrap();

        symlink("gone", chart.join("link")).unwrap();
        let gone = names(&chart, &[]).unwrap_err();
        assert!(matches!(gone, StageError::Dangling(_)), "{gone}");
        fs::remove_file(chart.join("link")).unwrap();

        let _socket = UnixListener::bind(chart.join("files/s")).unwrap();
        let special = names(&chart, &[]).unwrap_err().to_string();
        assert!(special.contains("web/files/s is neither"), "{special}");
    }
}
