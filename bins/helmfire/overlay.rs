//! A private cache for helmfile: what the user's own holds, without the charts
//! that rules name.
//!
//! A chart that helmfile finds in its cache is used without asking helm for it,
//! so a cached chart cannot be swapped; and a swapped chart in the user's cache
//! would be deployed by the next run without us. Files are hard links, or copies
//! where there can be none. Symbolic links would not do: helmfile 1.8.0 takes
//! what they lead to for its own to delete and fetch anew (`isSharedCachePath`).

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use helmfire_helmfile::cache::{Place, Relation, without_tag};

/// The note of helmfire-helm beside a chart that it put in place.
const NOTE: &str = ".helmfire.json";

/// The user's cache, and the private one made of it.
pub struct Overlay {
    users: PathBuf,
    private: PathBuf,
    places: Vec<Place>,
    /// The last names of charts in a registry, which may be kept under the alias of
    /// a repository: only a pull tells what stands behind it.
    names: Vec<String>,
}

impl Overlay {
    /// Fills `private`, leaving out the charts of `references`.
    pub fn make<'r>(
        users: PathBuf,
        private: PathBuf,
        references: impl IntoIterator<Item = &'r str>,
    ) -> io::Result<Self> {
        // What is kept for each release is not known before; it is swapped where it
        // is used.
        let (mut places, mut names) = (Vec::new(), Vec::new());
        for reference in references {
            places.extend(Place::of(reference).filter(Place::is_shared));
            if reference.starts_with("oci://") {
                names.extend(
                    without_tag(reference).rsplit('/').next().map(String::from),
                );
            }
        }
        let overlay = Self { users, private, places, names };
        fs::create_dir_all(&overlay.private)?;
        overlay.fill(Path::new(""))?;
        Ok(overlay)
    }

    /// Links what lies in the directory `at` of the user's cache.
    fn fill(&self, at: &Path) -> io::Result<()> {
        for entry in entries(&self.users.join(at))? {
            let path = at.join(entry.file_name());
            if self.is_named(&path) {
                continue;
            }
            let (from, to) = (entry.path(), self.private.join(&path));
            let kind = entry.file_type()?;
            if kind.is_symlink() || (kind.is_dir() && from.join(".git").exists()) {
                // A clone is used as it is and may be large.
                symlink(&from, &to)?;
            } else if kind.is_dir() {
                fs::create_dir(&to)?;
                self.fill(&path)?;
            } else if kind.is_file() && fs::hard_link(&from, &to).is_err() {
                fs::copy(&from, &to)?;
            }
        }
        Ok(())
    }

    /// Whether a rule names the chart at `path`.
    fn is_named(&self, path: &Path) -> bool {
        let inside =
            |place: &Place| matches!(place.relation(path), Relation::Inside(_));
        let alias = |name: &String| {
            let mut parts = path.iter();
            let repository = parts.next().unwrap_or_default().to_string_lossy();
            !repository.contains("__")
                && parts.next().is_some_and(|part| *part == **name)
        };
        self.places.iter().any(inside) || self.names.iter().any(alias)
    }

    /// Moves charts that were fetched during the run to the user's cache, which
    /// would have them without us. What cannot be moved is fetched again.
    pub fn give_back(&self) -> io::Result<()> {
        self.move_new(Path::new(""))
    }

    fn move_new(&self, at: &Path) -> io::Result<()> {
        for entry in entries(&self.private.join(at))? {
            let path = at.join(entry.file_name());
            if self.is_named(&path) || entry.file_name() == NOTE {
                continue;
            }
            let (from, to) = (entry.path(), self.users.join(&path));
            let is_dir = entry.file_type()?.is_dir();
            if !to.exists() && !self.is_above(&path) && !holds_note(&from) {
                fs::create_dir_all(self.users.join(at))?;
                move_whole(&from, &to)?;
            } else if is_dir
                && !from.join("Chart.yaml").exists()
                && !from.join(NOTE).exists()
            {
                self.move_new(&path)?;
            }
        }
        Ok(())
    }

    fn is_above(&self, path: &Path) -> bool {
        self.places.iter().any(|place| place.relation(path) == Relation::Above)
    }
}

/// The entries of a directory that need not exist.
fn entries(dir: &Path) -> io::Result<Vec<fs::DirEntry>> {
    match fs::read_dir(dir) {
        Ok(entries) => entries.collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Whether helmfire-helm put something there.
fn holds_note(path: &Path) -> bool {
    path.join(NOTE).exists()
        || path.is_dir()
            && entries(path).is_ok_and(|all| all.iter().any(|e| holds_note(&e.path())))
}

/// Under another name first: whoever finds `to` finds all of it.
fn move_whole(from: &Path, to: &Path) -> io::Result<()> {
    if fs::rename(from, to).is_ok() {
        return Ok(());
    }
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let draft = to.with_file_name(format!(".{name}.{}", std::process::id()));
    let moved = copy(from, &draft).and_then(|()| fs::rename(&draft, to));
    if moved.is_err() {
        let _ = fs::remove_dir_all(&draft).or_else(|_| fs::remove_file(&draft));
    }
    moved
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if !from.is_dir() {
        return fs::copy(from, to).map(|_| ());
    }
    fs::create_dir(to)?;
    entries(from)?.iter().try_for_each(|e| copy(&e.path(), &to.join(e.file_name())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(root: &Path, path: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    }

    fn files(root: &Path) -> Vec<String> {
        let mut found = Vec::new();
        let mut dirs = vec![root.to_path_buf()];
        while let Some(dir) = dirs.pop() {
            for entry in entries(&dir).unwrap() {
                if entry.file_type().unwrap().is_dir() {
                    dirs.push(entry.path());
                } else {
                    let path = entry.path();
                    let name = path.strip_prefix(root).unwrap();
                    found.push(name.to_string_lossy().into_owned());
                }
            }
        }
        found.sort();
        found
    }

    #[test]
    fn a_chart_that_a_rule_names_is_in_neither_cache() {
        let dir = tempfile::tempdir().unwrap();
        let (users, private) = (dir.path().join("users"), dir.path().join("private"));
        write(&users, "oci__h/charts/web/1.0.0/web/Chart.yaml");
        write(&users, "oci__h/charts/web/1.0.0.lock");
        write(&users, "oci__h/charts/db/1.0.0/db/Chart.yaml");
        write(&users, "http_h/web-1.tgz");
        write(&users, "https_h_git.ref=1/.git/HEAD");
        let rules = ["oci://h/charts/web", "http://h/web-1.tgz", "./charts/x"];
        let overlay = Overlay::make(users.clone(), private.clone(), rules).unwrap();
        let linked = ["https_h_git.ref=1", "oci__h/charts/db/1.0.0/db/Chart.yaml"];
        assert_eq!(files(&private), linked);

        write(&private, "oci__h/charts/web/1.0.0/web/Chart.yaml");
        write(&private, "oci__h/charts/db/2.0.0/db/Chart.yaml");
        write(&private, "oci__h/charts/db/2.0.0.lock");
        write(&private, "oci__other/new/1/new/Chart.yaml");
        write(&private, "alias/swapped/1/swapped/Chart.yaml");
        write(&private, "alias/swapped/1/.helmfire.json");
        let before = files(&users);
        overlay.give_back().unwrap();
        let mut after = before;
        after.extend([
            "oci__h/charts/db/2.0.0.lock".into(),
            "oci__h/charts/db/2.0.0/db/Chart.yaml".into(),
            "oci__other/new/1/new/Chart.yaml".into(),
        ]);
        after.sort();
        assert_eq!(files(&users), after);
    }

    #[test]
    fn there_need_be_no_cache() {
        let dir = tempfile::tempdir().unwrap();
        let private = dir.path().join("private");
        let overlay = Overlay::make(dir.path().join("none"), private, []).unwrap();
        overlay.give_back().unwrap();
        assert!(!dir.path().join("none").exists());
    }
}
