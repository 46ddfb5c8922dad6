//! Of the tasks that have a server in common, the lowest retry time is in effect.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::Duration;

use keyferry_engine::spec::{Address, TaskDraft};
use tokio::net::lookup_host;

use crate::control::{Ask, ask};
use crate::error::Result;
use crate::model::{EffectiveRetry, RetrySetter};
use crate::store::{Store, StoredTask};

/// How long a name may take to resolve before it stands for itself.
const RESOLVE_TIMEOUT: Duration = Duration::from_secs(2);

/// What a task says about its servers and how patient it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) task_id: String,
    pub(crate) task_name: String,
    pub(crate) minutes: u32,
    pub(crate) servers: BTreeSet<String>,
}

/// The retry time in effect for `own` while `others` run.
pub(crate) fn effective<'a>(
    own: &Claim,
    others: impl IntoIterator<Item = &'a Claim>,
) -> EffectiveRetry {
    let lowest = others
        .into_iter()
        .filter(|other| other.task_id != own.task_id && !other.servers.is_disjoint(&own.servers))
        .min_by(|a, b| (a.minutes, &a.task_id).cmp(&(b.minutes, &b.task_id)));
    match lowest {
        Some(other) if other.minutes < own.minutes => EffectiveRetry {
            minutes: other.minutes,
            set_by: Some(RetrySetter {
                task_id: other.task_id.clone(),
                task_name: other.task_name.clone(),
            }),
        },
        _ => EffectiveRetry { minutes: own.minutes, set_by: None },
    }
}

/// The servers of a draft, told apart by their resolved addresses: several names may mean one. What
/// is half typed is no server yet.
pub(crate) async fn servers(draft: &TaskDraft) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for endpoint in [&draft.source, &draft.destination] {
        match endpoint.validate("").map(|endpoint| endpoint.address) {
            Ok(Address::Unix { path }) => {
                let path = std::fs::canonicalize(&path).unwrap_or(path);
                found.insert(format!("unix:{}", path.display()));
            }
            Ok(Address::Tcp { host, port }) => {
                let resolve = lookup_host((host.as_str(), port));
                match tokio::time::timeout(RESOLVE_TIMEOUT, resolve).await {
                    Ok(Ok(addresses)) => {
                        found.extend(addresses.map(|address| address.to_string()));
                    }
                    // A name that does not resolve now may still be the same name.
                    Ok(Err(_)) | Err(_) => {
                        found.insert(format!("{}:{port}", host.to_lowercase()));
                    }
                }
            }
            Err(_) => {}
        }
    }
    found
}

/// As [`servers`], by what is written there alone.
pub(crate) fn literal_servers(draft: &TaskDraft) -> BTreeSet<String> {
    [&draft.source, &draft.destination]
        .into_iter()
        .filter_map(|endpoint| endpoint.validate("").ok())
        .map(|endpoint| endpoint.address.to_string().to_lowercase())
        .collect()
}

/// How soon after its start a task listens, and how often it is looked at who else runs.
const LOOK_FIRST: Duration = Duration::from_secs(1);
const LOOK_EVERY: Duration = Duration::from_secs(15);

/// Tells every running task of `store` the retry time that is in effect for it, now and then: for hosts
/// that run a task and have no workbench. Never ends.
pub async fn keep_rule(store: Store) -> Infallible {
    let mut pause = LOOK_FIRST;
    let mut known = Vec::new();
    loop {
        tokio::time::sleep(pause).await;
        pause = LOOK_EVERY;
        if let Err(error) = tell_rule(&store, &mut known).await {
            tracing::warn!(%error, "the retry rule is not applied");
        }
    }
}

async fn tell_rule(store: &Store, known: &mut Vec<Claim>) -> Result<()> {
    *known = claims(store.list()?, known, |id| store.is_run(id)).await;
    for own in known.iter() {
        let minutes = effective(own, known.iter()).minutes;
        // One that has just ended has nothing to listen with.
        drop(ask(store, &own.task_id, Ask::RetryMinutes(minutes)).await);
    }
    Ok(())
}

/// What those of `tasks` that run have to say. A running task's servers do not change: those of `known`
/// are not resolved again.
pub(crate) async fn claims(
    tasks: Vec<StoredTask>,
    known: &[Claim],
    runs: impl Fn(&str) -> bool,
) -> Vec<Claim> {
    let mut claims = Vec::new();
    for task in tasks.into_iter().filter(|task| runs(&task.id)) {
        let servers = match known.iter().find(|claim| claim.task_id == task.id) {
            Some(claim) => claim.servers.clone(),
            None => servers(&task.draft).await,
        };
        claims.push(Claim {
            servers,
            minutes: task.draft.retry_minutes,
            task_id: task.id,
            task_name: task.name,
        });
    }
    claims
}

#[cfg(test)]
mod tests {
    use keyferry_engine::spec::EndpointDraft;

    use super::*;

    fn claim(id: &str, minutes: u32, servers: &[&str]) -> Claim {
        Claim {
            task_id: id.to_owned(),
            task_name: format!("task {id}"),
            minutes,
            servers: servers.iter().map(|&server| server.to_owned()).collect(),
        }
    }

    #[test]
    fn the_lowest_value_of_those_that_share_a_server_is_in_effect() {
        let own = claim("a", 120, &["1:6379", "2:6379"]);
        let others = [
            claim("b", 30, &["2:6379", "3:6379"]),
            claim("c", 10, &["8:6379", "9:6379"]),
            claim("d", 60, &["1:6379"]),
            claim("a", 11, &["1:6379"]),
        ];
        let found = effective(&own, &others);
        assert_eq!(found.minutes, 30);
        assert_eq!(found.set_by.unwrap().task_id, "b");
        let alone = EffectiveRetry { minutes: 120, set_by: None };
        assert_eq!(effective(&own, &others[1..2]), alone);
        assert_eq!(effective(&own, &[claim("b", 240, &["1:6379"])]), alone);
    }

    #[tokio::test]
    async fn several_names_of_one_server_are_one() {
        let at = |host: &str| TaskDraft {
            source: EndpointDraft { host: host.into(), ..EndpointDraft::default() },
            ..TaskDraft::default()
        };
        let by_name = servers(&at("localhost")).await;
        let by_address = servers(&at("127.0.0.1")).await;
        assert!(!by_name.is_disjoint(&by_address), "{by_name:?} {by_address:?}");
        assert!(servers(&at("")).await.is_empty());
    }
}
