//! The way into a lane.

use std::sync::Arc;

use tokio::sync::mpsc::Permit;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::gone;
use crate::apply::batch::Batch;
use crate::error::Result;

/// How many batches may wait for the lane.
const BATCHES_READY_MAX: usize = 4;
/// What batches may take that wait for the lane or for their answers, KiB: to a destination far away
/// many are under way, and each ends with a command that may be longer than all before it. At 50 ms
/// it lets 320 MB/s through.
const MEMORY_KIB_MAX: u32 = 16 * 1024;

/// What a lane is given.
pub(crate) enum LaneInput {
    /// To be applied, in this order.
    Batch(Batch),
    /// Answered once everything before it is applied and checkpointed.
    Flush(oneshot::Sender<()>),
}

/// What there is for one batch.
pub(crate) struct Place<'a> {
    permit: Permit<'a, LaneInput>,
    memory: OwnedSemaphorePermit,
}

impl Place<'_> {
    pub(crate) fn take(self, mut batch: Batch) {
        batch.memory = Some(self.memory);
        self.permit.send(LaneInput::Batch(batch));
    }
}

/// Gives a lane its work. The lane ends when this is dropped.
pub(crate) struct Inputs {
    sender: mpsc::Sender<LaneInput>,
    memory: Arc<Semaphore>,
}

impl Inputs {
    /// Of a lane, and what it takes its work from.
    pub(crate) fn new() -> (Self, mpsc::Receiver<LaneInput>) {
        let (sender, receiver) = mpsc::channel(BATCHES_READY_MAX);
        (Self { sender, memory: Arc::new(Semaphore::new(MEMORY_KIB_MAX as usize)) }, receiver)
    }

    /// Waits until a batch that holds so many bytes may wait for the lane. It may be given up
    /// meanwhile.
    ///
    /// # Errors
    /// The lane has ended.
    pub(crate) async fn place(&self, held_bytes: u64) -> Result<Place<'_>> {
        // One that is larger than everything together has it all.
        let kib = u32::try_from(held_bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        let memory = Arc::clone(&self.memory).acquire_many_owned(kib.min(MEMORY_KIB_MAX)).await;
        let memory = memory.map_err(|_| gone())?;
        Ok(Place { permit: self.sender.reserve().await.map_err(|_| gone())?, memory })
    }

    /// Gives a batch as soon as there is a place, and memory beside those before it.
    ///
    /// # Errors
    /// The lane has ended.
    pub(crate) async fn give(&self, batch: Batch) -> Result<()> {
        self.place(batch.held_bytes()).await?.take(batch);
        Ok(())
    }

    /// Waits until everything given is applied and checkpointed.
    ///
    /// # Errors
    /// The lane has ended.
    pub(crate) async fn flush(&self) -> Result<()> {
        let (done, wait) = oneshot::channel();
        self.sender.send(LaneInput::Flush(done)).await.map_err(|_| gone())?;
        wait.await.map_err(|_| gone())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;
    use crate::apply::batch::{BatchBuilder, Reached};

    fn of(bytes: usize) -> Batch {
        let mut builder = BatchBuilder::default();
        builder.command(&[b"SET", b"key", &vec![b'v'; bytes]]);
        builder.finish(true, Reached::in_stream(1))
    }

    #[tokio::test(start_paused = true)]
    async fn batches_wait_until_there_is_memory_for_them() {
        const MIB: usize = 1024 * 1024;
        let (inputs, mut taken) = Inputs::new();
        let give = async |bytes: usize| {
            timeout(Duration::from_secs(1), inputs.give(of(bytes))).await.is_ok()
        };
        let mut unanswered = Vec::new();
        for _ in 0..5 {
            assert!(give(3 * MIB).await);
            unanswered.push(taken.recv().await.unwrap());
        }
        assert!(!give(3 * MIB).await, "there is no memory for a sixth");
        assert!(give(MIB / 2).await, "but for a smaller one");
        unanswered.pop();
        assert!(give(3 * MIB).await, "one was answered");
        assert!(!give(2 * MIB).await);
        unanswered.clear();
        drop((taken.recv().await, taken.recv().await));
        assert!(give(100 * MIB).await, "the largest may always go alone");
        assert!(!give(1).await);
    }
}
