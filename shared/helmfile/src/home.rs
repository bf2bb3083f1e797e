//! Where helmfire keeps what it can make again.

use std::env;
use std::path::PathBuf;

/// `$HELMFIRE_CACHE_HOME`, else `helmfire` in the user's cache directory.
pub fn cache() -> Option<PathBuf> {
    let named = env::var_os("HELMFIRE_CACHE_HOME").filter(|value| !value.is_empty());
    named
        .map(PathBuf::from)
        .or_else(|| crate::cache::user_cache().map(|cache| cache.join("helmfire")))
}
