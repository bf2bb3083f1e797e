//! INT and TERM: what was started is told to end and waited for, then this program
//! ends by the same signal, as a shell expects it.

use std::io;
use std::thread;

use helmfire_helmfile::run::Leash;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// From now on signals end what is on the leash, and then the program.
pub fn listen(leash: Leash) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    thread::spawn(move || {
        for signal in signals.forever() {
            leash.end();
            leash.wait();
            // The handler for these two does not return.
            let _ = emulate_default_handler(signal);
        }
    });
    Ok(())
}
