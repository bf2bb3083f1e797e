//! Which file systems send no events, or not all of them.
//!
//! The kernel tells of what is done through it. What another machine does to a
//! network file system, the host to a shared folder, or anybody to a layer
//! below an overlay, it does not see; such places have to be looked at.

use std::path::Path;

/// Whether events cannot be trusted for what is below `path`, which need not
/// exist. What cannot be found out counts as trusted: there is a poll anyway.
pub fn is_remote(path: &Path) -> bool {
    path.ancestors().find_map(magic).is_some_and(is_blind)
}

/// As in linux/magic.h; the last two have theirs in their own sources.
fn is_blind(magic: u32) -> bool {
    matches!(
        magic,
        0x6969 // NFS
            | 0x517B // SMB
            | 0xFF53_4D42 // CIFS
            | 0xFE53_4D42 // SMB2
            | 0x6573_5546 // FUSE, virtiofs
            | 0x0102_1997 // 9p, WSL
            | 0x794C_7630 // overlayfs
            | 0x00C3_6400 // Ceph
            | 0x5346_414F // AFS
            | 0x786F_4256 // vboxsf
            | 0x0BD0_0BD0 // Lustre
    )
}

#[cfg(target_os = "linux")]
fn magic(path: &Path) -> Option<u32> {
    let kind = rustix::fs::statfs(path).ok()?.f_type;
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "its width differs between architectures; a magic number has 32 bits"
    )]
    Some(kind as u32)
}

#[cfg(not(target_os = "linux"))]
fn magic(_: &Path) -> Option<u32> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_file_systems_by_number() {
        assert!([0x6969, 0x6573_5546, 0xFF53_4D42].into_iter().all(is_blind));
        // ext4, tmpfs, btrfs, xfs
        let trusted = [0xEF53, 0x0102_1994, 0x9123_683E, 0x5846_5342];
        assert!(!trusted.into_iter().any(is_blind));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn asks_for_the_nearest_that_exists() {
        assert!(!is_remote(Path::new("/proc/self/no/such/file")));
        assert_eq!(magic(Path::new("/proc/self")), Some(0x9FA0));
    }
}
