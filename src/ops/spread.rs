//! The same work on many things, on all cores where that pays.

use rayon::prelude::*;

/// So few things are done sooner than the other threads wake up.
const FEW: usize = 8;

/// Does `work` on each thing; the results come in the order of the things.
pub(super) fn over<T: Send, R: Send>(
    things: Vec<T>,
    work: impl Fn(T) -> R + Sync + Send,
) -> Vec<R> {
    if things.len() < FEW {
        return things.into_iter().map(work).collect();
    }
    things.into_par_iter().with_min_len(4).map(work).collect()
}
