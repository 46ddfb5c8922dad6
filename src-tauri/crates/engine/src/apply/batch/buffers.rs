//! Memory that batches were in, for the next ones.

use std::sync::{Arc, Mutex, PoisonError};

use super::BATCH_BYTES;

/// The last item of a batch may end behind it.
const BUFFER_BYTES: usize = BATCH_BYTES + BATCH_BYTES / 2;
/// More than are under way at once.
const SPARE_MAX: usize = 20;

/// A batch is full and answered within milliseconds: memory that comes from the system each time, and
/// goes back to it, costs more than what is written into it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Buffers(Arc<Mutex<Vec<Vec<u8>>>>);

impl Buffers {
    /// An empty one.
    pub(super) fn take(&self) -> Vec<u8> {
        let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        spare.pop().unwrap_or_else(|| Vec::with_capacity(BUFFER_BYTES))
    }

    /// What was taken, or another one that is large enough; what grew for a huge value is let go.
    pub(super) fn give_back(&self, mut buffer: Vec<u8>) {
        if !(BATCH_BYTES..=2 * BATCH_BYTES).contains(&buffer.capacity()) {
            return;
        }
        buffer.clear();
        let mut spare = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < SPARE_MAX {
            spare.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_back_is_taken_again_and_empty() {
        let buffers = Buffers::default();
        let mut first = buffers.take();
        first.extend_from_slice(b"PING");
        let place = first.as_ptr();
        buffers.give_back(first);
        let (again, other) = (buffers.take(), buffers.take());
        assert_eq!((again.as_ptr(), again.len()), (place, 0));
        assert_ne!(other.as_ptr(), place);
    }

    #[test]
    fn what_grew_is_let_go_and_no_more_is_kept_than_is_under_way() {
        let buffers = Buffers::default();
        buffers.give_back(Vec::with_capacity(4 * BATCH_BYTES));
        buffers.give_back(Vec::new());
        assert!(buffers.0.lock().unwrap().is_empty());
        for _ in 0..2 * SPARE_MAX {
            buffers.give_back(Vec::with_capacity(BUFFER_BYTES));
        }
        assert_eq!(buffers.0.lock().unwrap().len(), SPARE_MAX);
    }
}
