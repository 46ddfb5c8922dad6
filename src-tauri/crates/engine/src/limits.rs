//! The limits and notes that the console shows for a pair, those that apply first. Where ours
//! differ from the cloud console's, the words say what ours does.

use serde::{Deserialize, Serialize};

use crate::phrase;
use crate::precheck::connectivity::ServerSummary;
use crate::spec::{ConflictPolicy, TaskDraft};
use crate::words::Phrase;

/// From here on the way out of the source counts.
const MUCH_DATA_BYTES: u64 = 1 << 30;
/// A server that does so many commands a second is in use.
const BUSY_OPS: u32 = 1000;

/// One note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct LimitNote {
    /// As `C06`, the console's order.
    pub id: String,
    /// What it says.
    pub text: Phrase,
    /// Whether it is a risk of this pair, as far as it is known; the terms are these.
    pub applies: bool,
}

/// All notes on a pair. A side that was not tested yet is `None`: what depends on it does not apply.
pub fn limits(
    draft: &TaskDraft,
    source: Option<&ServerSummary>,
    destination: Option<&ServerSummary>,
) -> Vec<LimitNote> {
    let stages = draft.stages;
    let both = source.zip(destination);
    let of =
        |side: Option<&ServerSummary>, holds: fn(&ServerSummary) -> bool| side.is_some_and(holds);
    let keys = |side: &ServerSummary| side.keys.iter().map(|(_, keys)| keys).sum::<u64>();
    let logs_nothing = of(source, |source| !source.appendonly);
    let notes = [
        ("C01", phrase!("limit.C01"), of(source, |source| source.memory_bytes > MUCH_DATA_BYTES)),
        ("C02", phrase!("limit.C02"), !stages.full && stages.incremental && logs_nothing),
        ("C03", phrase!("limit.C03"), stages.full && stages.incremental && logs_nothing),
        ("C04", phrase!("limit.C04"), stages.full && !stages.incremental),
        (
            "C05",
            phrase!("limit.C05"),
            [&draft.source, &draft.destination].iter().any(|side| side.place == "cloud"),
        ),
        ("C06", phrase!("limit.C06"), of(destination, |to| to.eviction_policy != "noeviction")),
        // Before 5.0 scripts are sent as they are.
        (
            "C07",
            phrase!("limit.C07"),
            stages.incremental && of(source, |source| source.compatible_with.0 < 5),
        ),
        (
            "C08",
            phrase!("limit.C08"),
            draft.conflict != ConflictPolicy::Report && destination.is_some_and(|to| keys(to) > 0),
        ),
        ("C09", phrase!("limit.C09"), of(source, |source| source.keys_expiring > 0)),
        ("C10", phrase!("limit.C10"), of(source, |source| source.keys_expiring > 0)),
        ("C11", phrase!("limit.C11"), both.is_some_and(is_older)),
        ("C12", phrase!("limit.C12"), both.is_some_and(is_older)),
        (
            "C13",
            phrase!("limit.C13"),
            [source, destination]
                .into_iter()
                .any(|side| of(side, |side| side.commands_per_second > BUSY_OPS)),
        ),
        (
            "C14",
            phrase!("limit.C14"),
            stages.full
                && both.is_some_and(|(from, to)| {
                    let free = to.memory_bytes_max.saturating_sub(to.memory_bytes);
                    to.memory_bytes_max > 0 && free < from.memory_bytes + from.memory_bytes / 4
                }),
        ),
        ("C15", phrase!("limit.C15"), true),
        ("C16", phrase!("limit.C16", minutes = draft.retry_minutes), stages.incremental),
        (
            "C17",
            phrase!("limit.C17"),
            stages.incremental
                && of(source, |source| source.replicas > 0 || source.role == "replica"),
        ),
        ("C18", phrase!("limit.C18"), false),
        ("C19", phrase!("limit.C19"), false),
        ("C20", phrase!("limit.C20"), false),
    ];
    let mut notes =
        notes.map(|(id, text, applies)| LimitNote { id: id.to_owned(), text, applies }).to_vec();
    notes.sort_by_key(|note| !note.applies);
    notes
}

fn is_older((source, destination): (&ServerSummary, &ServerSummary)) -> bool {
    destination.compatible_with < source.compatible_with
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::Stages;

    fn summary() -> ServerSummary {
        ServerSummary {
            product: "Redis".into(),
            version: "7.0.15".into(),
            compatible_with: (7, 0, 15),
            role: "primary".into(),
            replica_of: None,
            replicas: 0,
            latency_ms: 0.3,
            latency_max_ms: 0.5,
            keys: vec![(0, 10)],
            keys_expiring: 0,
            databases: Some(16),
            memory_bytes: 1_000_000,
            memory_bytes_max: 0,
            eviction_policy: "noeviction".into(),
            appendonly: true,
            save: None,
            clients: 1,
            commands_per_second: 5,
            uptime_seconds: 60,
            cluster: false,
            clock_skew_ms: 0,
        }
    }

    fn applying(
        draft: &TaskDraft,
        source: ServerSummary,
        destination: ServerSummary,
    ) -> Vec<String> {
        let notes = limits(draft, Some(&source), Some(&destination));
        assert_eq!(notes.len(), 20);
        let first = notes.iter().take_while(|note| note.applies);
        assert_eq!(first.count(), notes.iter().filter(|note| note.applies).count());
        notes.into_iter().filter(|note| note.applies).map(|note| note.id).collect()
    }

    #[test]
    fn a_healthy_pair_has_only_the_risks_of_every_task() {
        let draft = TaskDraft::default();
        assert_eq!(applying(&draft, summary(), summary()), ["C15", "C16"]);
        let untested = limits(&draft, None, None);
        assert_eq!(untested.iter().filter(|note| note.applies).count(), 2);
    }

    #[test]
    fn what_a_pair_is_like_decides_what_applies() {
        let source = ServerSummary {
            appendonly: false,
            keys_expiring: 3,
            replicas: 1,
            memory_bytes: 2 << 30,
            ..summary()
        };
        let destination = ServerSummary {
            eviction_policy: "allkeys-lru".into(),
            compatible_with: (6, 2, 14),
            memory_bytes_max: 2 << 30,
            ..summary()
        };
        let told = applying(&TaskDraft::default(), source.clone(), destination.clone());
        let expected =
            ["C01", "C03", "C06", "C09", "C10", "C11", "C12", "C14", "C15", "C16", "C17"];
        assert_eq!(told, expected);
        let full = TaskDraft {
            stages: Stages { full: true, incremental: false },
            conflict: ConflictPolicy::Keep,
            ..TaskDraft::default()
        };
        let told = applying(&full, source, destination);
        assert_eq!(told, ["C01", "C04", "C06", "C08", "C09", "C10", "C11", "C12", "C14", "C15"]);
    }
}
