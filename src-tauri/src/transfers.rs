//! The threads on which tasks run: apart from those that answer the page, and behind them.

use std::io;

use tokio::runtime::{Builder, Runtime};

/// How far the transfers' threads stand back where all processors are busy: what `nice` takes where
/// nothing is said. A copy is as fast as before, since it uses what is left, and a click is answered
/// in half the time. See `docs/performance.md`.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Makes the runtime for tasks. It lasts as long as the program.
///
/// # Errors
/// The system gives no threads.
pub(crate) fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .enable_all()
        .thread_name("transfers")
        .on_thread_start(stand_back)
        .build()
}

/// On Linux niceness is a thread's own. Elsewhere the system itself prefers the window in front.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::debug!(%error, "the transfers' threads keep their priority");
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::getpriority_process;

    use super::*;

    #[test]
    fn what_transfers_stands_back_and_nothing_else() {
        let before = getpriority_process(None).unwrap();
        let runtime = runtime().unwrap();
        let of_a_task = runtime.block_on(async {
            let task = tokio::spawn(async { getpriority_process(None) });
            let blocking = tokio::task::spawn_blocking(|| getpriority_process(None));
            [task.await.unwrap().unwrap(), blocking.await.unwrap().unwrap()]
        });
        assert_eq!(of_a_task, [NICENESS; 2]);
        assert_eq!(getpriority_process(None).unwrap(), before);
    }
}
