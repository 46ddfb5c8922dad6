//! What a source says of its histories, compared with what is on disk here. Asks nobody.

use keyferry_protocol::psync::ReplicationPosition;

use crate::control::Info;
use crate::phrase;
use crate::words::Phrase;

/// Whether a source can continue the stream behind a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Asking is worth it.
    Continues,
    /// It was promoted from a replica that had the stream only up to `until`: what lies behind that
    /// here is not part of its history.
    Promoted { until: u64 },
    /// Not now: it is a replica that is behind what is here, or without its primary.
    NotYet(Phrase),
    /// It cannot.
    Lost(Phrase),
}

/// Judges by INFO's replication section whether a source that was followed up to `ours` tells what
/// came behind `from`. Asking PSYNC where the answer is a full copy makes the
/// source fork for nothing, and would hide why.
pub(super) fn judge(info: &Info, ours: ReplicationPosition, from: u64) -> Standing {
    let replica = info.get("role") == Some("slave");
    if replica && info.get("master_link_status") == Some("down") {
        return Standing::NotYet(phrase!("failure.without_primary"));
    }
    let (Some(id), Some(offset)) = (info.get("master_replid"), info.number("master_repl_offset"))
    else {
        return Standing::Continues;
    };
    let wanted = ours.id.as_str();
    if id == wanted {
        if offset < ours.offset {
            return if replica {
                Standing::NotYet(phrase!("failure.replica_behind", offset = offset))
            } else {
                Standing::Lost(phrase!("failure.source_before", offset = offset))
            };
        }
    } else if info.get("master_replid2") == Some(wanted) {
        // The first offset that the old history does not share with it.
        let until = info.number("second_repl_offset").map_or(0, |first| first.saturating_sub(1));
        if until < ours.offset {
            return Standing::Promoted { until };
        }
    } else {
        return Standing::Lost(phrase!("failure.another_history", offset = ours.offset));
    }
    let first = info.number("repl_backlog_first_byte_offset");
    match (info.get("repl_backlog_active"), first) {
        (Some("1"), Some(first)) if first > from + 1 => {
            Standing::Lost(phrase!("failure.backlog_begins", first = first, from = from))
        }
        (Some("0"), _) => Standing::Lost(phrase!("failure.no_backlog")),
        _ => Standing::Continues,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(offset: u64) -> ReplicationPosition {
        ReplicationPosition { id: "a".repeat(40).parse().unwrap(), offset }
    }

    fn info(role: &str, id: char, offset: u64, id2: char, second: i64, first: u64) -> Info {
        let (id, id2) = (id.to_string().repeat(40), id2.to_string().repeat(40));
        Info::parse(&format!(
            "role:{role}\r\nmaster_replid:{id}\r\nmaster_replid2:{id2}\r\n\
             master_repl_offset:{offset}\r\nsecond_repl_offset:{second}\r\n\
             repl_backlog_active:1\r\nrepl_backlog_first_byte_offset:{first}\r\n"
        ))
    }

    #[test]
    fn the_same_history_continues_while_its_backlog_reaches_back() {
        assert_eq!(
            judge(&info("master", 'a', 900, '0', -1, 101), ours(100), 100),
            Standing::Continues
        );
        let lost = judge(&info("master", 'a', 900, '0', -1, 102), ours(100), 100);
        assert!(matches!(lost, Standing::Lost(_)), "{lost:?}");
        // More is wanted than what comes next.
        let lost = judge(&info("master", 'a', 900, '0', -1, 101), ours(100), 99);
        assert!(matches!(lost, Standing::Lost(_)), "{lost:?}");
    }

    #[test]
    fn a_promoted_source_continues_up_to_where_it_followed() {
        let promoted = info("master", 'b', 900, 'a', 501, 1);
        assert_eq!(judge(&promoted, ours(500), 500), Standing::Continues);
        assert_eq!(judge(&promoted, ours(501), 501), Standing::Promoted { until: 500 });
    }

    #[test]
    fn a_replica_that_is_behind_is_waited_for() {
        let behind = judge(&info("slave", 'a', 90, '0', -1, 1), ours(100), 100);
        assert!(matches!(behind, Standing::NotYet(_)), "{behind:?}");
    }

    #[test]
    fn another_history_is_lost() {
        let other = judge(&info("master", 'c', 900, 'b', 501, 1), ours(100), 100);
        assert!(matches!(other, Standing::Lost(_)), "{other:?}");
    }

    #[test]
    fn a_source_that_tells_nothing_is_asked() {
        assert_eq!(judge(&Info::default(), ours(100), 100), Standing::Continues);
    }
}
