//! `keyferry demo`: the sample migration in a terminal.

use std::io::{IsTerminal, stderr};
use std::sync::Arc;
use std::time::Duration;

use keyferry_workbench::demo::Demo;
use keyferry_workbench::engine::error::Side;
use keyferry_workbench::engine::report::{Outcome, TaskEvent, TaskReport};
use keyferry_workbench::engine::secret::Credentials;
use keyferry_workbench::engine::task::Wish;
use keyferry_workbench::error::{CommandError, Result};
use keyferry_workbench::runner::{self, Follower, RunOptions};
use keyferry_workbench::store::{PasswordOrigins, Store};
use tokio::sync::watch;

use crate::Exit;
use crate::output::{self, Show};
use crate::signals;

/// How long the sample is followed where nobody watches.
const FOLLOWED: Duration = Duration::from_secs(5);
/// It must be caught up by then.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(60);

/// Shows the run, and says when it is caught up.
struct Watcher {
    show: Show,
    caught_up: watch::Sender<bool>,
}

impl Follower for Watcher {
    fn report(&self, report: &TaskReport) {
        self.show.report(report);
        if report.caught_up {
            self.caught_up.send_replace(true);
        }
    }

    fn event(&self, event: &TaskEvent) {
        self.show.event(event);
    }
}

pub(crate) async fn demo() -> Result<Exit> {
    output::say("Starting two Redis servers on this computer and filling one with sample data …");
    let sample =
        Demo::start().await.map_err(|error| CommandError { side: Some(Side::Local), ..error })?;
    let draft = sample.draft();
    let spec = draft.validate().map_err(CommandError::form)?;
    output::say(&format!(
        "Source 127.0.0.1:{} (about 30,000 keys of every type, 200 writes a second) → destination \
         127.0.0.1:{} (empty)",
        draft.source.port, draft.destination.port
    ));
    let folder = tempfile::Builder::new().prefix("keyferry-demo-").tempdir().map_err(|cause| {
        CommandError::terminal("demo_failed", format!("no temporary folder: {cause}"))
    })?;
    let store = Store::open(folder.path())?;
    let locked = store.create("sample", draft, PasswordOrigins::default())?;
    let (remote, steered) = runner::remote(&spec);
    let watcher =
        Arc::new(Watcher { show: Show::new(false), caught_up: watch::Sender::new(false) });
    let mut signals = signals::Signals::new();
    let attended = stderr().is_terminal();
    if attended {
        output::say("Press Ctrl-C to end; both servers and everything of the sample go then.");
    }
    let steer = Arc::clone(&remote.controls);
    let mut caught_up = watcher.caught_up.subscribe();
    let guide = async {
        let all_there = async {
            let reached = caught_up.wait_for(|caught_up| *caught_up);
            // What wait_for answers holds a lock: it must not live across the next wait.
            let in_time = tokio::time::timeout(CAUGHT_UP_WITHIN, reached).await.is_ok();
            if attended {
                std::future::pending::<()>().await;
            }
            if in_time {
                tokio::time::sleep(FOLLOWED).await;
            }
        };
        tokio::select! {
            () = signals.next() => {}
            () = all_there => {}
        }
        steer.wish.send_replace(Wish::Pause);
    };
    let running = runner::run(
        locked,
        spec,
        Credentials::default(),
        RunOptions::default(),
        (remote, steered),
        watcher.clone(),
    );
    tokio::pin!(running);
    let end = tokio::select! {
        end = &mut running => end,
        () = guide => running.await,
    };
    watcher.show.finish();
    let end = end?;
    let (made, followed) = (sample.writes(), sample.writes_at_destination().await?);
    output::say(&format!(
        "{} keys copied, {} commands followed; {followed} of {made} counted writes are at the \
         destination.",
        end.report.keys_done.unwrap_or(0),
        end.report.commands_applied.unwrap_or(0),
    ));
    let caught_up = *watcher.caught_up.borrow();
    drop(sample);
    drop(store);
    if end.outcome != Outcome::Paused || !caught_up || followed == 0 {
        return Err(CommandError {
            side: Some(Side::Local),
            ..CommandError::terminal("demo_failed", "the sample did not catch up")
        });
    }
    folder.close().map_err(|cause| {
        CommandError::terminal("demo_failed", format!("the sample's files are left: {cause}"))
    })?;
    output::say("The sample's servers and files are gone.");
    Ok(Exit::Done)
}
