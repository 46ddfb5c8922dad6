//! Asking a source each second where it stands, beside its link.

use std::time::Duration;

use redis::FromRedisValue;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::backlog::Backlog;
use super::follow::SourceHalf;
use crate::control::{Control, Info};
use crate::error::{Error, ErrorKind, Result, Side};
use crate::moment::now_ms;
use crate::phrase;

/// How often the source is asked where it stands.
const SAMPLE_EVERY: Duration = Duration::from_secs(1);

impl SourceHalf {
    /// Asks the source every second where it stands, until the connection breaks.
    pub(crate) async fn sample(&self) -> Result<()> {
        let mut control =
            Control::open(&self.spec.source, self.password.as_ref(), Side::Source, None).await?;
        let version = control.server().await?.version;
        self.update_record(|record| record.source_version = Some(version))?;
        let ttl = backlog_ttl(&mut control).await;
        let mut tick = interval(SAMPLE_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            let asked = Instant::now();
            // Read before the source is asked, which it then cannot be behind.
            let needed = self.needed();
            let linked = self.figures.away().is_none();
            let (theirs, info) = time_and_replication(&mut control).await?;
            let offset = info.number("master_repl_offset").ok_or_else(unknown)?;
            self.figures.set_source(version, theirs - now_ms());
            self.clock.sample(offset, theirs)?;
            self.figures.sample_source(offset, asked);
            self.figures.set_backlog(
                needed.and_then(|from| Backlog::read(&info, from, ttl, linked, asked)),
            );
        }
    }
}

/// How long the source keeps its backlog without a replica; `None` is for ever, or not told.
async fn backlog_ttl(control: &mut Control) -> Option<Duration> {
    let seconds = control.config("repl-backlog-ttl").await.ok()?.parse().ok()?;
    (seconds > 0).then(|| Duration::from_secs(seconds))
}

/// The source's replication offset now.
pub(crate) async fn source_offset(control: &mut Control) -> Result<u64> {
    let info = control.info("replication").await?;
    info.number("master_repl_offset")
        .ok_or_else(|| Error::new(ErrorKind::NotRedis, Side::Source, phrase!("failure.no_offset")))
}

/// The source's clock and its word on replication, at one moment: asked in one go.
async fn time_and_replication(control: &mut Control) -> Result<(i64, Info)> {
    let questions = [redis::cmd("TIME"), redis::cmd("INFO").arg("replication").take()];
    let mut answers = control.query_each(&questions).await?.into_iter();
    let time = answers.next().ok_or_else(unknown)??;
    let info = answers.next().ok_or_else(unknown)??;
    let (seconds, micros) =
        <(i64, i64)>::from_redis_value(time).map_err(|cause| unknown().caused_by(cause))?;
    let info = String::from_redis_value(info).map_err(|cause| unknown().caused_by(cause))?;
    Ok((seconds * 1000 + micros / 1000, Info::parse(&info)))
}

fn unknown() -> Error {
    Error::new(ErrorKind::NotRedis, Side::Source, phrase!("failure.time_form"))
}
