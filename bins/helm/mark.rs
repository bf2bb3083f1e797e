//! The note that a working copy of chartify has got a substitute.
//!
//! helm is called several times on one copy, and after the first its content
//! tells no more what it was made of; it may even look like another chart that a
//! rule names. The note lies beside the copy and holds the description of the
//! original, whose dependencies chartify keeps in mind.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use helmfire_charts::Staged;
use helmfire_rules::{ChartRule, Limits};
use serde::{Deserialize, Serialize};

use crate::journal::Whom;
use crate::session::Swap;

const FILE: &str = "substitute.json";
/// What of the original is kept.
const DESCRIPTIONS: [&str; 2] = ["Chart.yaml", "requirements.yaml"];

#[derive(Serialize, Deserialize)]
struct Mark {
    v: u8,
    from: String,
    to: String,
    line: usize,
    directory: PathBuf,
    path: PathBuf,
    name: String,
    version: String,
    /// chartify has had it rendered and patches it now: hands off.
    rendered: bool,
}

/// The directory of the note for the copy that chartify makes in `top`.
fn place(top: &Path) -> PathBuf {
    let name = top.file_name().unwrap_or_default().to_string_lossy();
    top.with_file_name(format!(".helmfire-{name}"))
}

/// Notes that the copy in `top`, made of `original`, has got the chart of `swap`,
/// and whether it is about to be rendered.
pub fn write(
    top: &Path,
    original: &Path,
    swap: &Swap,
    rendered: bool,
) -> io::Result<()> {
    let place = place(top);
    fs::create_dir_all(&place)?;
    for name in DESCRIPTIONS {
        let (from, to) = (original.join(name), place.join(name));
        if from == to {
            continue;
        }
        match fs::copy(from, to) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    let (rule, staged) = (&swap.rule, &swap.staged);
    let mark = Mark {
        v: 1,
        from: rule.from.clone(),
        to: rule.to.clone(),
        line: rule.line,
        directory: swap.directory.clone(),
        path: staged.path.clone(),
        name: staged.name.clone(),
        version: staged.version.clone(),
        rendered,
    };
    fs::write(place.join(FILE), serde_json::to_string(&mark)?)
}

/// What is noted of a working copy.
pub struct Marked {
    pub swap: Swap,
    /// Where the description of the original is.
    pub original: PathBuf,
    pub rendered: bool,
}

/// What the copy in `top` has got, used for `whom`.
pub fn read(top: &Path, whom: &Whom) -> Option<Marked> {
    let place = place(top);
    let text = fs::read_to_string(place.join(FILE)).ok()?;
    let mark: Mark = serde_json::from_str(&text).ok()?;
    let Mark { from, to, line, directory, path, name, version, rendered, .. } = mark;
    let rule = ChartRule { from, to, limits: Limits::default(), line };
    let staged = Staged { path, name, version };
    let swap = Swap { rule, directory, staged, whom: whom.clone() };
    Some(Marked { swap, original: place, rendered })
}
