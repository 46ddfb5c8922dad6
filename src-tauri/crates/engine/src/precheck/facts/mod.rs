//! What is found out before anything is judged.

mod conflicts;
mod key_sample;
pub(super) mod permission;
mod rdb_version;
#[cfg(test)]
pub(super) mod sample;
pub(super) mod server;
mod usage;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use redis::cmd;
use tokio::time::{Instant, sleep_until};

pub use conflicts::Conflicts;
pub use key_sample::{KeySample, LargestKey};
pub use permission::{Outcome, Permissions};
pub use rdb_version::RdbProbe;
pub use server::ServerState;
pub use usage::Clients;

use crate::control::Control;
use crate::error::{Error, ErrorReport, Result, Side};
use crate::phrase;
use crate::precheck::Scope;
use crate::secret::Credentials;
use crate::spec::{Endpoint, TaskSpec};
use crate::words::Phrase;

/// How long the source's writes are watched.
const WRITE_RATE_WINDOW: Duration = Duration::from_secs(1);

/// Why a fact is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown(pub Phrase);

impl From<Error> for Unknown {
    fn from(error: Error) -> Self {
        Self(error.message)
    }
}

/// A fact, or why it could not be found out: "could not look" is not "bad".
pub type Fact<T> = std::result::Result<T, Unknown>;

/// Everything the items judge by. Gathered once; nothing here asks a server again.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The source, or why it cannot be used at all.
    pub source: Result<ServerState, ErrorReport>,
    /// The destination, or why it cannot be used at all.
    pub destination: Result<ServerState, ErrorReport>,
    /// Whether the source would start replication.
    pub replication: Fact<Permissions>,
    /// Whether the source would let this account read keys.
    pub reading: Fact<Permissions>,
    /// How often each command ran at the source, by its name in upper case.
    pub commands_used: Fact<BTreeMap<String, u64>>,
    /// Whether a Sentinel watches the source.
    pub watched_by_sentinel: Fact<bool>,
    /// What random keys of the source are like.
    pub keys_sampled: Fact<KeySample>,
    /// Who is connected to the destination.
    pub destination_clients: Fact<Clients>,
    /// Other tasks that have keys at the destination.
    pub destination_tasks: Fact<BTreeSet<String>>,
    /// What the destination would let this account do.
    pub writing: Fact<Permissions>,
    /// Commands that the source knows and the destination does not.
    pub commands_lacking: Fact<Vec<String>>,
    /// Whether the destination reads what the source writes.
    pub rdb: Fact<RdbProbe>,
    /// What the source's stream grows by, bytes a second.
    pub write_rate: Fact<u64>,
    /// What is free where the task keeps its files, bytes.
    pub disk_free_bytes: Fact<u64>,
    /// Keys that both sides have.
    pub conflicts: Fact<Conflicts>,
}

impl Facts {
    /// The source's state.
    ///
    /// # Errors
    /// It was not reached.
    pub fn source(&self) -> Fact<&ServerState> {
        self.source.as_ref().map_err(|_| Unknown(phrase!("unknown.source_silent")))
    }

    /// The destination's state.
    ///
    /// # Errors
    /// It was not reached.
    pub fn destination(&self) -> Fact<&ServerState> {
        self.destination.as_ref().map_err(|_| Unknown(phrase!("unknown.destination_silent")))
    }
}

/// The open connections of a precheck, each `None` where a side was not reached.
pub(super) struct Questions {
    source: Option<Control>,
    destination: Option<Control>,
}

/// Finds out everything but [`Facts::conflicts`], which takes longer.
pub(super) async fn gather(
    task_id: &str,
    spec: &TaskSpec,
    credentials: &Credentials,
    folder: &Path,
    scope: Scope,
) -> (Facts, Questions) {
    let (source, destination) = tokio::join!(
        reach(&spec.source, credentials, Side::Source),
        reach(&spec.destination, credentials, Side::Destination),
    );
    let (mut source, source_state) = source;
    let (mut destination, destination_state) = destination;

    let mut used = Usage::default();
    // Before this precheck's own other connections come and go.
    if scope == Scope::All {
        used = Usage::look(task_id, spec, &mut source, &source_state, &mut destination).await;
    }

    let writing = permission::of_destination(&spec.destination, credentials);
    let replication = async {
        match &source_state {
            Ok(state) => permission::of_source(&spec.source, credentials, state).await,
            Err(error) => Err(Unknown(error.message_phrase())),
        }
    };
    let write_rate = async {
        match (&mut source, &source_state) {
            // It takes a second, and only a check that can be ignored asks for it.
            _ if scope == Scope::NotIgnorable => Err(Unknown(phrase!("unknown.not_looked"))),
            (Some(control), Ok(state)) => watch_writes(control, state).await,
            _ => Err(Unknown(phrase!("unknown.source_silent"))),
        }
    };
    let (writing, replication, write_rate) = tokio::join!(
        async {
            match &destination_state {
                Ok(_) => writing.await,
                Err(error) => Err(Unknown(error.message_phrase())),
            }
        },
        replication,
        write_rate
    );
    let commands_lacking = match (&writing, &mut source) {
        (Ok(writing), Some(control)) => known_at(control, writing.absent()).await,
        (Err(unknown), _) => Err(unknown.clone()),
        (_, None) => Err(Unknown(phrase!("unknown.source_silent"))),
    };
    let rdb = match (&mut source, &source_state, &mut destination) {
        (Some(source), Ok(state), Some(destination)) => {
            rdb_version::probe(source, state, destination).await
        }
        _ => Err(Unknown(phrase!("unknown.needs_both"))),
    };
    let facts = Facts {
        source: source_state,
        destination: destination_state,
        replication,
        reading: used.reading,
        commands_used: used.commands,
        watched_by_sentinel: used.sentinel,
        keys_sampled: used.keys,
        destination_clients: used.clients,
        destination_tasks: used.tasks,
        writing,
        commands_lacking,
        rdb,
        write_rate,
        disk_free_bytes: disk_free(folder),
        conflicts: Err(Unknown(phrase!("unknown.not_looked"))),
    };
    (facts, Questions { source, destination })
}

/// What both sides are used for; only checks that can be ignored ask for it.
struct Usage {
    reading: Fact<Permissions>,
    commands: Fact<BTreeMap<String, u64>>,
    sentinel: Fact<bool>,
    keys: Fact<KeySample>,
    clients: Fact<Clients>,
    tasks: Fact<BTreeSet<String>>,
}

impl Default for Usage {
    fn default() -> Self {
        let unknown = || Unknown(phrase!("unknown.not_looked"));
        Self {
            reading: Err(unknown()),
            commands: Err(unknown()),
            sentinel: Err(unknown()),
            keys: Err(unknown()),
            clients: Err(unknown()),
            tasks: Err(unknown()),
        }
    }
}

impl Usage {
    async fn look(
        task_id: &str,
        spec: &TaskSpec,
        source: &mut Option<Control>,
        source_state: &Result<ServerState, ErrorReport>,
        destination: &mut Option<Control>,
    ) -> Self {
        let mut used = Self::default();
        match (source, source_state) {
            (Some(control), Ok(state)) => {
                used.reading = permission::of_reading(control).await;
                used.commands = usage::commands_used(control).await;
                used.sentinel = usage::watched_by_sentinel(control).await;
                used.keys = key_sample::look(control, state, &spec.databases).await;
            }
            _ => {
                let silent = || Unknown(phrase!("unknown.source_silent"));
                used.reading = Err(silent());
                used.commands = Err(silent());
                used.sentinel = Err(silent());
                used.keys = Err(silent());
            }
        }
        match destination {
            Some(control) => {
                used.clients = usage::clients(control).await;
                used.tasks = usage::tasks_with_keys(control, task_id).await;
            }
            None => {
                let silent = || Unknown(phrase!("unknown.destination_silent"));
                used.clients = Err(silent());
                used.tasks = Err(silent());
            }
        }
        used
    }
}

/// Finds out [`Facts::conflicts`].
pub(super) async fn gather_conflicts(
    facts: &mut Facts,
    questions: &mut Questions,
    spec: &TaskSpec,
) {
    facts.conflicts = match (
        (&mut questions.source, &facts.source),
        (&mut questions.destination, &facts.destination),
    ) {
        ((Some(source), Ok(source_state)), (Some(destination), Ok(destination_state))) => {
            conflicts::find(source, source_state, destination, destination_state, spec).await
        }
        _ => Err(Unknown(phrase!("unknown.needs_both"))),
    };
}

async fn reach(
    endpoint: &Endpoint,
    credentials: &Credentials,
    side: Side,
) -> (Option<Control>, Result<ServerState, ErrorReport>) {
    let password = match side {
        Side::Source => credentials.source.as_ref(),
        Side::Destination | Side::Local => credentials.destination.as_ref(),
    };
    let opened = async {
        let mut control = Control::open(endpoint, password, side, None).await?;
        let state = ServerState::look(&mut control).await?;
        Ok::<_, Error>((control, state))
    };
    match opened.await {
        Ok((control, state)) => (Some(control), Ok(state)),
        Err(error) => (None, Err(error.report())),
    }
}

/// What the replication offset grows by in a second. Without a backlog it stands still, and where
/// anything was written at all, what clients sent is the nearest thing: it may be too much.
async fn watch_writes(control: &mut Control, before: &ServerState) -> Fact<u64> {
    let backlog = before.info.get("repl_backlog_active") == Some("1");
    let counter = if backlog { "master_repl_offset" } else { "total_net_input_bytes" };
    let since = Instant::now();
    let first = control.info("default").await?;
    sleep_until(since + WRITE_RATE_WINDOW).await;
    let last = control.info("default").await?;
    let changes = "rdb_changes_since_last_save";
    if !backlog && first.get(changes).is_some() && first.get(changes) == last.get(changes) {
        return Ok(0);
    }
    match (first.number(counter), last.number(counter)) {
        (Some(first), Some(last)) => {
            let grown = u128::from(last.saturating_sub(first));
            let rate = grown * 1000 / since.elapsed().as_millis().max(1);
            Ok(u64::try_from(rate).unwrap_or(u64::MAX))
        }
        _ => Err(Unknown(phrase!("unknown.info_lacks", name = counter))),
    }
}

/// Those of `commands` that the server has, by COMMAND INFO.
async fn known_at(control: &mut Control, commands: Vec<String>) -> Fact<Vec<String>> {
    if commands.is_empty() {
        return Ok(commands);
    }
    let mut ask = cmd("COMMAND");
    ask.arg("INFO");
    // Before 7.0 it knows no subcommands.
    for command in &commands {
        ask.arg(permission::first_word(command));
    }
    let answers: Vec<redis::Value> = control.query_as(&ask).await?;
    Ok(commands
        .into_iter()
        .zip(answers)
        .filter(|(_, answer)| !matches!(answer, redis::Value::Nil))
        .map(|(command, _)| command)
        .collect())
}

/// What is free on the disk of `folder`, or of the nearest folder above it that exists.
fn disk_free(folder: &Path) -> Fact<u64> {
    let existing = folder
        .ancestors()
        .find(|ancestor| ancestor.exists())
        .ok_or_else(|| Unknown(phrase!("unknown.no_folder", folder = folder.display())))?;
    fs4::available_space(existing).map_err(|cause| {
        Unknown(phrase!("unknown.disk", folder = existing.display(), words = cause))
    })
}
