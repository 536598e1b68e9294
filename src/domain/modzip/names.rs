//! Numbers for paths, so that work with the directories above a file grows with the bytes of its path.

use std::collections::HashMap;

/// Numbers for paths: each follows from the number of the directory above and the last element. 0 is the root.
#[derive(Default)]
pub(super) struct Names(HashMap<(usize, Box<[u8]>), usize>);

impl Names {
    /// Returns the number of `element` in the directory `parent`.
    pub(super) fn below(&mut self, parent: usize, element: &[u8]) -> usize {
        let next = self.0.len() + 1;
        *self.0.entry((parent, element.into())).or_insert(next)
    }

    /// Returns the number of `element` in the directory `parent` if it has one.
    pub(super) fn find(&self, parent: usize, element: &[u8]) -> Option<usize> {
        self.0.get(&(parent, element.into())).copied()
    }

    /// Returns how many paths have numbers.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
