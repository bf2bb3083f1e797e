//! Output in memory, within a limit: beginning and end of it.
//!
//! The end has helmfile's tables and its error, the beginning what came first;
//! somebody's thousand pages of diff between them may go.

use std::collections::VecDeque;

/// For each of beginning and end.
const HALF: usize = 4 * 1024 * 1024;

/// What was said.
#[derive(Default)]
pub(super) struct Kept {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    dropped: usize,
}

impl Kept {
    /// Takes in `bytes`, which follow those before.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.push_within(bytes, HALF);
    }

    fn push_within(&mut self, bytes: &[u8], half: usize) {
        let room = half.saturating_sub(self.head.len()).min(bytes.len());
        let (head, tail) = bytes.split_at(room);
        self.head.extend_from_slice(head);
        self.tail.extend(tail);
        let surplus = self.tail.len().saturating_sub(half);
        self.tail.drain(..surplus);
        self.dropped += surplus;
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.head.is_empty()
    }

    /// Everything, or beginning and end with a line between that says so.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        let mut bytes = self.head;
        if self.dropped > 0 {
            let line = format!("\n[{} bytes left out]\n", self.dropped);
            bytes.extend_from_slice(line.as_bytes());
        }
        bytes.extend(self.tail);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(chunks: &[&str]) -> String {
        let mut kept = Kept::default();
        for chunk in chunks {
            kept.push_within(chunk.as_bytes(), 4);
        }
        String::from_utf8(kept.into_bytes()).unwrap()
    }

    #[test]
    fn only_the_middle_goes() {
        assert_eq!(kept(&["abc", "def", "gh"]), "abcdefgh");
        assert_eq!(kept(&["abc", "defghi"]), "abcd\n[1 bytes left out]\nfghi");
        assert_eq!(kept(&["abcdefghijklmnop"]), "abcd\n[8 bytes left out]\nmnop");
        assert_eq!(kept(&[]), "");
    }
}
