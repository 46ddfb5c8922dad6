//! How long a source's backlog still holds what comes next for a task. Asks nobody.

use std::time::Duration;

use tokio::time::Instant;

use crate::control::Info;
use crate::report::BacklogReport;

/// What keep-alives alone make an offset grow by, bytes a second, and some more: a source that writes
/// no more than this is idle.
const IDLE_BYTES_PER_SECOND: f64 = 8.0;

/// A source's backlog when it was last asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Backlog {
    /// What it holds when it is full, bytes.
    size: u64,
    /// So much may still be written before it lets go of what the task needs next, bytes.
    left: u64,
    /// How long the source keeps it without any replica; `None` where others are attached, where it
    /// is kept for ever, and where the source does not tell.
    ttl: Option<Duration>,
    asked: Instant,
}

impl Backlog {
    /// Reads INFO's replication section: what comes behind offset `from` is needed. `ttl` is the
    /// setting, `linked` whether this task is one of the replicas that the source counts.
    pub(super) fn read(
        info: &Info,
        from: u64,
        ttl: Option<Duration>,
        linked: bool,
        asked: Instant,
    ) -> Option<Self> {
        let size = info.number("repl_backlog_size")?;
        let offset = info.number("master_repl_offset")?;
        let first = info.number("repl_backlog_first_byte_offset").unwrap_or(0);
        let gone = info.get("repl_backlog_active") == Some("0") || first > from + 1;
        let left = if gone { 0 } else { size.saturating_sub(offset.saturating_sub(from)) };
        let replicas = info.number("connected_slaves").unwrap_or(0);
        // A replica keeps its backlog whatever is attached to it.
        let ends = replicas <= u64::from(linked) && info.get("role") == Some("master");
        Some(Self { size, left, ttl: ttl.filter(|_| ends), asked })
    }

    /// How it stands now, with a stream that grows by `growth` bytes a second; the link is `away` for
    /// so long.
    pub(crate) fn report(&self, growth: Option<f64>, away: Option<Duration>) -> BacklogReport {
        let since = self.asked.elapsed();
        let by_size = match growth {
            _ if self.left == 0 => Some(Duration::ZERO),
            Some(growth) if growth > IDLE_BYTES_PER_SECOND => {
                Duration::try_from_secs_f64(self.left as f64 / growth)
                    .ok()
                    .map(|left| left.saturating_sub(since))
            }
            _ => None,
        };
        let by_time = self.ttl.map(|ttl| ttl.saturating_sub(away.unwrap_or_default()));
        let ends_by_time = match (by_size, by_time) {
            (Some(by_size), Some(by_time)) => by_time < by_size,
            // Before the stream is known to stand still, it may be what ends it.
            (None, Some(_)) => growth.is_some(),
            _ => false,
        };
        let left = if ends_by_time { by_time } else { by_size };
        BacklogReport {
            bytes: self.size,
            bytes_left: self.left,
            bytes_per_second: growth,
            is_idle: growth.is_some_and(|growth| growth <= IDLE_BYTES_PER_SECOND),
            left_ms: left.map(|left| u64::try_from(left.as_millis()).unwrap_or(u64::MAX)),
            ends_by_time,
            linked: away.is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1024 * 1024;

    fn info(offset: u64, first: u64, replicas: u64) -> Info {
        Info::parse(&format!(
            "role:master\r\nconnected_slaves:{replicas}\r\nmaster_repl_offset:{offset}\r\n\
             repl_backlog_active:1\r\nrepl_backlog_size:{MIB}\r\n\
             repl_backlog_first_byte_offset:{first}\r\nrepl_backlog_histlen:{MIB}\r\n"
        ))
    }

    fn read(info: &Info, from: u64, ttl_s: Option<u64>, linked: bool) -> Backlog {
        let ttl = ttl_s.map(Duration::from_secs);
        Backlog::read(info, from, ttl, linked, Instant::now()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_link_that_is_up_has_the_whole_backlog() {
        let backlog = read(&info(10 * MIB, 9 * MIB, 2), 10 * MIB, Some(3600), true);
        let report = backlog.report(Some(1024.0), None);
        assert_eq!(report.left_ms, Some(1024 * 1000));
        assert!(report.linked && !report.ends_by_time && !report.is_idle);
    }

    #[tokio::test(start_paused = true)]
    async fn while_the_link_is_away_what_is_left_runs_out() {
        let backlog = read(&info(10 * MIB, 9 * MIB, 1), 10 * MIB - MIB / 2, None, false);
        let away = Some(Duration::from_secs(60));
        assert_eq!(backlog.report(Some(1024.0), away).left_ms, Some(512 * 1000));
        // The source cannot be asked any more: it is taken to go on as it did.
        tokio::time::advance(Duration::from_secs(500)).await;
        assert_eq!(backlog.report(Some(1024.0), away).left_ms, Some(12 * 1000));
        tokio::time::advance(Duration::from_secs(500)).await;
        assert_eq!(backlog.report(Some(1024.0), away).left_ms, Some(0));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_gone_is_gone_whatever_is_written() {
        let overtaken = read(&info(10 * MIB, 9 * MIB, 1), 8 * MIB, None, false);
        assert_eq!(overtaken.report(None, Some(Duration::ZERO)).left_ms, Some(0));
        let given_up =
            Info::parse("repl_backlog_active:0\nrepl_backlog_size:99\nmaster_repl_offset:5\n");
        assert_eq!(read(&given_up, 5, None, false).report(Some(0.0), None).left_ms, Some(0));
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_source_and_one_not_yet_measured_end_at_no_time() {
        let backlog = read(&info(10 * MIB, 9 * MIB, 2), 10 * MIB, None, true);
        let idle = backlog.report(Some(1.4), None);
        assert_eq!((idle.left_ms, idle.is_idle), (None, true));
        let unknown = backlog.report(None, None);
        assert_eq!((unknown.left_ms, unknown.is_idle), (None, false));
        assert_eq!(Backlog::read(&Info::default(), 5, None, true, Instant::now()), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_without_another_replica_gives_its_backlog_up_after_a_while() {
        let minute = Some(Duration::from_secs(60));
        let alone = read(&info(10 * MIB, 9 * MIB, 1), 10 * MIB, Some(3600), true);
        let idle = alone.report(Some(0.0), None);
        assert_eq!((idle.left_ms, idle.ends_by_time), (Some(3600 * 1000), true));
        // What is written is the tighter bound.
        assert_eq!(alone.report(Some(1024.0), None).left_ms, Some(1024 * 1000));
        let left = read(&info(10 * MIB, 9 * MIB, 0), 10 * MIB, Some(3600), false);
        assert_eq!(left.report(Some(0.0), minute).left_ms, Some(3540 * 1000));
        // Another replica keeps it, and so does a source that is a replica itself.
        let kept = read(&info(10 * MIB, 9 * MIB, 2), 10 * MIB, Some(3600), true);
        assert_eq!(kept.report(Some(0.0), None).left_ms, None);
        let replica = Info::parse(
            "role:slave\nconnected_slaves:1\nrepl_backlog_size:9\nmaster_repl_offset:5\n",
        );
        assert_eq!(read(&replica, 5, Some(3600), true).report(Some(0.0), None).left_ms, None);
    }
}
