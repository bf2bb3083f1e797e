//! Larger pipes on both sides, so that this process and its neighbours run at
//! the same time instead of in turns.

use std::os::fd::AsFd;

/// What an unprivileged process may ask for (Linux `pipe-max-size`).
const SIZE: usize = 1024 * 1024;

/// Widens `end` if it is a pipe; without effect on anything else, and no error
/// where the system refuses.
pub fn widen(end: &impl AsFd) {
    #[cfg(target_os = "linux")]
    let _ = rustix::pipe::fcntl_setpipe_size(end, SIZE);
    #[cfg(not(target_os = "linux"))]
    let _ = (end, SIZE);
}
