//! Which checkpoint the destination cannot lose any more, and whether it still is what it was.
//!
//! Answered is not safe: a failover to a replica that lags, or a restart from what is on disk, takes
//! answered writes away together with the checkpoint that covered them. A checkpoint is safe once
//! every attached replica has it and the destination's own persistence has it; only what lies before
//! a safe checkpoint may leave this computer's disk. A server without replicas has nothing to wait
//! for there, and one that persists nothing proves nothing: for it, answered is all there is.

use std::collections::VecDeque;
use std::time::Duration;

use redis::cmd;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::checkpoint::{CHECKPOINT_DATABASE, Checkpoint, pulse_key};
use crate::control::{Control, Info};
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::secret::Secret;
use crate::spec::Endpoint;
use crate::task::figures::Figures;

/// How often it is looked.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long replicas and disk are waited for before the next look.
const WAIT_MS: u32 = 500;
/// With `appendfsync everysec`, what was answered so long ago is on disk.
const EVERYSEC: Duration = Duration::from_secs(2);
/// With `appendfsync no` the system writes back what is so old, by its default twice over.
const WRITTEN_BACK: Duration = Duration::from_secs(60);
/// Our mark at the destination goes by itself if nobody removes it, seconds.
const PULSE_LIFE: u32 = 24 * 60 * 60;

/// Looks after one session at a destination.
pub(super) struct SafetyWatch<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) password: Option<&'a Secret>,
    pub(super) task_id: &'a str,
    pub(super) figures: &'a Figures,
    /// The process that the session is with.
    pub(super) run_id: &'a str,
    /// The history that it writes.
    pub(super) history: &'a str,
}

impl SafetyWatch<'_> {
    /// Looks until the destination is another one, or does not answer any more.
    pub(super) async fn run(&self) -> Error {
        let mut evidence = Evidence::default();
        loop {
            match self.look(&mut evidence).await {
                // Of the lane nothing is known by that: it tells itself, or goes on.
                Err(error) if error.kind == ErrorKind::ConnectFailed => {}
                Err(error)
                    if matches!(
                        error.kind,
                        ErrorKind::DestinationChanged | ErrorKind::TimedOut | ErrorKind::ReadOnly
                    ) =>
                {
                    return error;
                }
                Err(error) => tracing::debug!(%error, "looking whether a checkpoint is safe"),
                Ok(never) => match never {},
            }
            sleep(LOOK_EVERY).await;
        }
    }

    async fn look(&self, evidence: &mut Evidence) -> Result<std::convert::Infallible> {
        let mut control =
            Control::open(self.endpoint, self.password, Side::Destination, None).await?;
        control.query(cmd("SELECT").arg(CHECKPOINT_DATABASE)).await?;
        let fsync = control.config("appendfsync").await.ok();
        let save = control.config("save").await.ok();
        let saves = save.as_ref().is_some_and(|save| !save.is_empty());
        let mut tick = interval(LOOK_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let latency = &self.figures.latency;
        let mut answers = latency.answers();
        let mut told = None;
        loop {
            tick.tick().await;
            // Where nothing is written, nothing else tells how long an answer takes.
            if latency.answers() == answers {
                let asked = Instant::now();
                control.query(&cmd("PING")).await?;
                latency.took(asked.elapsed());
            }
            answers = latency.answers();
            // Read before the server is asked: whatever it proves, it proves for this.
            let answered = *self.figures.checkpoint().borrow();
            let asked = Instant::now();
            let server = control.info("server").await?;
            let between = Instant::now();
            let replication = control.info("replication").await?;
            self.figures.round_trip.took((between - asked).min(between.elapsed()));
            self.check(&server, &replication)?;
            let Some(answered) = answered else { continue };
            if evidence.safe.is_some_and(|safe| safe.sequence >= answered.sequence) {
                continue;
            }
            let persistence = control.info("persistence").await?;
            let aof = persistence.number("aof_enabled") == Some(1);
            let replicas = replication.number("connected_slaves").unwrap_or(0);
            // What may not be asked for may be configured.
            self.figures.set_volatile(replicas == 0 && !aof && save.as_deref() == Some(""));
            let proof = (replicas, aof, saves);
            if told.replace(proof) != Some(proof) {
                let fsync = fsync.as_deref().filter(|_| aof);
                tracing::info!(replicas, aof, fsync, saves, "what proves a checkpoint safe");
            }
            let pulse = replicas > 0 || aof;
            let pulsed = pulse && self.pulse(&mut control).await?;
            if replicas == 0 || (pulsed && acknowledged(&mut control, replicas).await) {
                evidence.replicated = Some(answered);
            }
            evidence.acknowledged(answered, &replication);
            let now = Instant::now();
            let synced = aof && pulsed && on_disk(&mut control).await;
            let disk = match (aof, fsync.as_deref()) {
                (true, _) if synced => Disk::Proven,
                (true, Some("always")) => Disk::Proven,
                (true, Some("no")) => Disk::After(WRITTEN_BACK),
                (true, _) => Disk::After(EVERYSEC),
                (false, _) if saves => Disk::Saves,
                (false, _) => Disk::Proven,
            };
            evidence.disk(now, answered, disk, &persistence);
            if let Some(safe) = evidence.conclude() {
                self.figures.safe(safe);
            }
        }
    }

    /// That it is the server that the session is with, and still a primary of the same history.
    fn check(&self, server: &Info, replication: &Info) -> Result<()> {
        let changed =
            |what| Err(Error::new(ErrorKind::DestinationChanged, Side::Destination, what));
        if replication.get("role") == Some("slave") {
            return Err(Error::new(
                ErrorKind::ReadOnly,
                Side::Destination,
                phrase!("failure.became_replica"),
            ));
        }
        if server.get("run_id") != Some(self.run_id) {
            return changed(phrase!("failure.other_process"));
        }
        if replication.get("master_replid").unwrap_or_default() != self.history {
            return changed(phrase!("failure.other_history"));
        }
        Ok(())
    }

    /// A write of ours on this connection: what WAIT and WAITAOF count from. False where it is refused.
    async fn pulse(&self, control: &mut Control) -> Result<bool> {
        let key = pulse_key(self.task_id);
        match control.query(cmd("SET").arg(key).arg("").arg("EX").arg(PULSE_LIFE)).await {
            Ok(_) => Ok(true),
            Err(error) => match error.kind {
                ErrorKind::ConnectionLost | ErrorKind::TimedOut => Err(error),
                _ => Ok(false),
            },
        }
    }
}

/// Whether `replicas` have everything up to this connection's last write.
async fn acknowledged(control: &mut Control, replicas: u64) -> bool {
    let asked = control.query_as::<u64>(cmd("WAIT").arg(replicas).arg(WAIT_MS)).await;
    asked.is_ok_and(|count| count >= replicas)
}

/// Whether this connection's last write is on the server's disk; false also where it cannot tell.
async fn on_disk(control: &mut Control) -> bool {
    let asked = control.query_as::<Vec<u64>>(cmd("WAITAOF").arg(1).arg(0).arg(WAIT_MS)).await;
    asked.is_ok_and(|counts| counts.first().is_some_and(|local| *local >= 1))
}

/// How far each attached replica is, by its own word; one that is still being copied to is at 0.
fn replica_offsets(replication: &Info) -> impl Iterator<Item = u64> {
    let count = replication.number("connected_slaves").unwrap_or(0);
    (0..count).map(|number| {
        let about = replication.get(&format!("slave{number}")).unwrap_or_default();
        let field = |name: &str| about.split(',').find_map(|pair| pair.strip_prefix(name));
        let online = field("state=") == Some("online");
        field("offset=").and_then(|text| text.parse().ok()).filter(|_| online).unwrap_or(0)
    })
}

/// What the disk's state says about a checkpoint that was answered before it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Disk {
    /// It is there, or nothing is to be waited for.
    Proven,
    /// It is there once so much time has passed.
    After(Duration),
    /// It is in the next snapshot that begins from now on.
    Saves,
}

/// What was seen so far.
#[derive(Debug, Default)]
struct Evidence {
    /// Every replica has it.
    replicated: Option<Checkpoint>,
    /// It is on disk.
    stored: Option<Checkpoint>,
    /// What was answered when the destination's own stream stood at this offset.
    sent: Option<(u64, Checkpoint)>,
    /// Answered at these times.
    waiting: VecDeque<(Instant, Checkpoint)>,
    /// The last time no snapshot was being saved: when the last one had ended, and what was answered.
    idle: Option<(u64, Checkpoint)>,
    safe: Option<Checkpoint>,
}

impl Evidence {
    /// What the replicas themselves have said, where WAIT may not be asked: once a second they tell the
    /// destination how far they are.
    fn acknowledged(&mut self, answered: Checkpoint, replication: &Info) {
        let lowest = replica_offsets(replication).min();
        if let (Some((offset, checkpoint)), Some(lowest)) = (self.sent, lowest)
            && lowest >= offset
        {
            let later = |known: Checkpoint| known.sequence < checkpoint.sequence;
            if self.replicated.is_none_or(later) {
                self.replicated = Some(checkpoint);
            }
            self.sent = None;
        }
        if self.sent.is_none() {
            self.sent = replication.number("master_repl_offset").map(|offset| (offset, answered));
        }
    }

    fn disk(&mut self, now: Instant, answered: Checkpoint, disk: Disk, persistence: &Info) {
        match disk {
            Disk::Proven => self.stored = Some(answered),
            Disk::After(pause) => {
                let sound = persistence.get("aof_last_write_status") != Some("err");
                while let Some((at, checkpoint)) = self.waiting.front().copied()
                    && now.duration_since(at) >= pause
                {
                    self.waiting.pop_front();
                    if sound {
                        self.stored = Some(checkpoint);
                    }
                }
                self.waiting.push_back((now, answered));
            }
            Disk::Saves => {
                let saved = persistence.number("rdb_last_save_time").unwrap_or(0);
                // A later time is the end of a save that began after no save was seen going on.
                if let Some((before, checkpoint)) = self.idle
                    && saved > before
                {
                    self.stored = Some(checkpoint);
                    self.idle = None;
                }
                if persistence.number("rdb_bgsave_in_progress") == Some(0) {
                    self.idle = Some((saved, answered));
                }
            }
        }
    }

    /// The checkpoint that is both replicated and stored, where it is a later one than before.
    fn conclude(&mut self) -> Option<Checkpoint> {
        let (replicated, stored) = (self.replicated?, self.stored?);
        let lower = if replicated.sequence < stored.sequence { replicated } else { stored };
        let later = self.safe.is_none_or(|safe| lower.sequence > safe.sequence);
        later.then(|| *self.safe.insert(lower))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::{Heard, SnapshotProgress};
    use keyferry_protocol::psync::ReplicationPosition;

    fn at(sequence: u64) -> Checkpoint {
        let id = "a".repeat(40).parse().unwrap();
        Checkpoint {
            epoch: 1,
            writer: 1,
            sequence,
            heard: Heard { offset: sequence * 10, database: 0 },
            position: ReplicationPosition { id, offset: sequence * 10 },
            database: 0,
            lane: 0,
            lanes: 1,
            snapshot: 1,
            snapshot_progress: SnapshotProgress::Whole,
            keys_done: 0,
            commands_applied: 0,
        }
    }

    fn saves(in_progress: u8, last: u64) -> Info {
        Info::parse(&format!(
            "rdb_bgsave_in_progress:{in_progress}\r\nrdb_last_save_time:{last}\r\n"
        ))
    }

    fn stored(evidence: &Evidence) -> Option<u64> {
        evidence.stored.map(|checkpoint| checkpoint.sequence)
    }

    #[test]
    fn a_save_proves_what_was_answered_before_it_began() {
        let mut evidence = Evidence::default();
        let now = Instant::now();
        evidence.disk(now, at(1), Disk::Saves, &saves(1, 100));
        // That save began before anything was known.
        evidence.disk(now, at(2), Disk::Saves, &saves(0, 105));
        assert_eq!(stored(&evidence), None);
        evidence.disk(now, at(3), Disk::Saves, &saves(1, 105));
        evidence.disk(now, at(4), Disk::Saves, &saves(1, 105));
        evidence.disk(now, at(5), Disk::Saves, &saves(0, 109));
        assert_eq!(stored(&evidence), Some(2));
        // One that failed ends without a later time.
        evidence.disk(now, at(6), Disk::Saves, &saves(1, 109));
        evidence.disk(now, at(7), Disk::Saves, &saves(0, 109));
        assert_eq!(stored(&evidence), Some(2));
        // One that began and ended between two looks.
        evidence.disk(now, at(8), Disk::Saves, &saves(0, 112));
        assert_eq!(stored(&evidence), Some(7));
    }

    #[test]
    fn time_proves_what_was_answered_long_enough_ago_while_writes_succeed() {
        let mut evidence = Evidence::default();
        let begin = Instant::now();
        let pause = Duration::from_secs(2);
        for second in 0..5 {
            let now = begin + Duration::from_secs(second);
            evidence.disk(now, at(second + 1), Disk::After(pause), &Info::default());
            assert_eq!(stored(&evidence), (second >= 2).then(|| second - 1));
        }
        let failing = Info::parse("aof_last_write_status:err\r\n");
        let now = begin + Duration::from_secs(9);
        evidence.disk(now, at(9), Disk::After(pause), &failing);
        assert_eq!(stored(&evidence), Some(3));
    }

    #[test]
    fn replicas_prove_what_was_answered_before_the_offset_that_they_have() {
        let replication = |ours: u64, theirs: &[(&str, u64)]| {
            let mut text =
                format!("master_repl_offset:{ours}\r\nconnected_slaves:{}\r\n", theirs.len());
            for (number, (state, offset)) in theirs.iter().enumerate() {
                text +=
                    &format!("slave{number}:ip=h,port=1,state={state},offset={offset},lag=0\r\n");
            }
            Info::parse(&text)
        };
        let mut evidence = Evidence::default();
        let both = |one, other| [("online", one), ("online", other)];
        evidence.acknowledged(at(1), &replication(100, &both(90, 95)));
        evidence.acknowledged(at(2), &replication(200, &both(150, 99)));
        assert!(evidence.replicated.is_none());
        evidence.acknowledged(at(3), &replication(300, &[("online", 300), ("send_bulk", 300)]));
        assert!(evidence.replicated.is_none());
        evidence.acknowledged(at(4), &replication(400, &both(250, 100)));
        assert_eq!(evidence.replicated.map(|checkpoint| checkpoint.sequence), Some(1));
    }

    #[test]
    fn safe_is_the_lower_of_both_and_never_goes_back() {
        let mut evidence = Evidence { replicated: Some(at(5)), ..Evidence::default() };
        assert!(evidence.conclude().is_none());
        evidence.stored = Some(at(3));
        assert_eq!(evidence.conclude().unwrap().sequence, 3);
        evidence.stored = Some(at(9));
        assert_eq!(evidence.conclude().unwrap().sequence, 5);
        assert!(evidence.conclude().is_none());
    }
}
