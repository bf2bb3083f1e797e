//! Programs that trials lay down to be run.
//!
//! Another process writes them. Trials run side by side in this one, and a child
//! that another trial starts has our open files until it becomes its own program;
//! whoever runs a file that is open for writing gets ETXTBSY, "text file busy".

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Writes a script that may be run, over what is there.
pub fn write(path: impl AsRef<Path>, script: &str) {
    let mut shell = Command::new("sh");
    shell.args(["-ec", "cat >\"$0\"; chmod 755 \"$0\""]).arg(path.as_ref());
    let mut shell = shell.stdin(Stdio::piped()).spawn().unwrap();
    shell.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    assert!(shell.wait().unwrap().success(), "{}", path.as_ref().display());
}

/// Copies a program.
pub fn copy(from: impl AsRef<OsStr>, to: impl AsRef<Path>) {
    let status = Command::new("cp").arg(from).arg(to.as_ref()).status().unwrap();
    assert!(status.success(), "{}", to.as_ref().display());
}
