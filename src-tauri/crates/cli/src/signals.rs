//! The first signal lets a task rest, the second leaves at once.

use keyferry_workbench::Ask;
use keyferry_workbench::engine::task::Wish;
use keyferry_workbench::runner::Remote;

/// Listens until the returned guard is dropped.
pub(crate) fn steer(remote: Remote) -> impl Sized {
    struct Guard(tokio::task::JoinHandle<()>);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.abort();
        }
    }
    let mut signals = Signals::new();
    Guard(tokio::spawn(async move {
        signals.next().await;
        remote.obey(Ask::Pause);
        signals.next().await;
        remote.controls.wish.send_replace(Wish::Leave);
    }))
}

/// SIGINT and SIGTERM, or Ctrl-C.
pub(crate) struct Signals {
    #[cfg(unix)]
    terminate: Option<tokio::signal::unix::Signal>,
    #[cfg(unix)]
    interrupt: Option<tokio::signal::unix::Signal>,
}

impl Signals {
    /// From now on signals are ours.
    pub(crate) fn new() -> Self {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Self {
                terminate: signal(SignalKind::terminate()).ok(),
                interrupt: signal(SignalKind::interrupt()).ok(),
            }
        }
        #[cfg(not(unix))]
        Self {}
    }

    /// The next one.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        {
            async fn one(signal: &mut Option<tokio::signal::unix::Signal>) {
                match signal {
                    Some(signal) => drop(signal.recv().await),
                    None => std::future::pending().await,
                }
            }
            tokio::select! {
                () = one(&mut self.terminate) => {}
                () = one(&mut self.interrupt) => {}
            }
        }
        #[cfg(not(unix))]
        {
            let _ = tokio::signal::ctrl_c().await;
        }
    }
}
