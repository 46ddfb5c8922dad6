//! Writers whose exact effect is known, also over restarts and failovers of the server they write to.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Result, anyhow, ensure};
use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};
use redis::{Connection, Pipeline};

use crate::migration::ask;
use crate::server::Server;

/// Ten lists, so that their order is looked at and their length stays small.
const LISTS: u64 = 10;
/// How long one command may take before its connection is given up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Writes round after round to whatever server is at the given port, until it is told to end. Each
/// round is one transaction that raises every counter by a known amount, and some single commands
/// around it. A round whose answer was lost is looked up on the server before the next one.
#[derive(Debug)]
pub struct Counters {
    port: Arc<AtomicU64>,
    end: Arc<AtomicBool>,
    pause: Arc<Mutex<()>>,
    worker: Option<JoinHandle<Result<u64>>>,
}

impl Counters {
    /// Starts writing to the server at `port`, about so many rounds a second.
    pub fn start(port: u16, rounds_per_second: u32, seed: u64) -> Self {
        println!("counters seed {seed}");
        let port = Arc::new(AtomicU64::new(u64::from(port)));
        let end = Arc::new(AtomicBool::new(false));
        let pause = Arc::new(Mutex::new(()));
        let (at, told, paused) = (Arc::clone(&port), Arc::clone(&end), Arc::clone(&pause));
        let worker = std::thread::spawn(move || {
            let mut random = StdRng::seed_from_u64(seed);
            let mut connection: Option<(u64, Connection)> = None;
            let mut next = 0;
            while !told.load(Ordering::Acquire) {
                let guard = paused.lock().unwrap_or_else(PoisonError::into_inner);
                let port = at.load(Ordering::Acquire);
                if connection.as_ref().is_none_or(|(known, _)| *known != port) {
                    connection = connect(port).ok().map(|connection| (port, connection));
                    if let Some((_, new)) = &mut connection {
                        match rounds(new) {
                            Ok(rounds) => next = rounds,
                            Err(_) => connection = None,
                        }
                    }
                }
                if let Some((_, open)) = &mut connection {
                    match round(next, &mut random).exec(open) {
                        Ok(()) => next += 1,
                        Err(_) => connection = None,
                    }
                }
                drop(guard);
                // The pace, not a synchronisation.
                std::thread::sleep(Duration::from_secs(1) / rounds_per_second);
            }
            Ok(next)
        });
        Self { port, end, pause, worker: Some(worker) }
    }

    /// From now on it writes to the server at `port`.
    pub fn write_to(&self, port: u16) {
        self.port.store(u64::from(port), Ordering::Release);
    }

    /// Does something while no round is under way.
    pub fn while_paused<T>(&self, act: impl FnOnce() -> Result<T>) -> Result<T> {
        let _guard = self.pause.lock().unwrap_or_else(PoisonError::into_inner);
        act()
    }

    /// Ends it.
    pub fn stop(mut self) -> Result<()> {
        self.end.store(true, Ordering::Release);
        let worker = self.worker.take().ok_or_else(|| anyhow!("stopped twice"))?;
        worker.join().map_err(|_| anyhow!("the writer panicked"))??;
        Ok(())
    }
}

impl Drop for Counters {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Release);
    }
}

fn connect(port: u64) -> Result<Connection> {
    let client = redis::Client::open(format!("redis://127.0.0.1:{port}/"))?;
    let connection = client.get_connection_with_timeout(PATIENCE)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    connection.set_write_timeout(Some(PATIENCE))?;
    Ok(connection)
}

/// How many rounds a server holds.
pub fn rounds(connection: &mut Connection) -> Result<u64> {
    Ok(ask::<Option<u64>>(connection, "GET n:rounds")?.unwrap_or(0))
}

fn round(n: u64, random: &mut StdRng) -> Pipeline {
    let mut pipe = redis::pipe();
    let some = random.random_range(0..300_u32);
    let mut noise = vec![0; random.random_range(1..400)];
    random.fill_bytes(&mut noise);
    pipe.cmd("SET").arg(format!("noise:{some}")).arg(noise).ignore();
    pipe.cmd("PEXPIREAT").arg(format!("noise:{some}")).arg(4_102_444_800_000_u64 + n).ignore();
    pipe.cmd("HSET").arg(format!("hash:{}", some % 20)).arg(some).arg(n).ignore();
    pipe.cmd("MULTI").ignore();
    pipe.cmd("INCR").arg("n:rounds").ignore();
    pipe.cmd("INCRBY").arg("n:sum").arg(n).ignore();
    pipe.cmd("RPUSH").arg(format!("n:list:{}", n % LISTS)).arg(n).ignore();
    pipe.cmd("APPEND").arg("n:text").arg("x").ignore();
    pipe.cmd("XADD").arg("n:stream").arg("*").arg("n").arg(n).ignore();
    pipe.cmd("RPUSH").arg("n:queue").arg(n).arg(n).ignore();
    pipe.cmd("LPOP").arg("n:queue").ignore();
    pipe.cmd("SADD").arg("n:set").arg(2 * n).arg(2 * n + 1).ignore();
    pipe.cmd("SPOP").arg("n:set").ignore();
    pipe.cmd("HINCRBY").arg("n:hash").arg(n % 7).arg(1).ignore();
    pipe.cmd("EXEC").ignore();
    pipe.cmd("ZINCRBY").arg("zset").arg(0.5).arg(some).ignore();
    pipe.cmd("INCR").arg(format!("single:{}", some % 5)).ignore();
    pipe.cmd("DEL").arg(format!("noise:{}", (some + 150) % 300)).ignore();
    pipe
}

/// That every counter on `server` shows the same number of whole rounds: none lost, none doubled, no
/// transaction in half, no order changed. How many there are.
pub fn exact(server: &Server) -> Result<u64> {
    let mut connection = server.connect()?;
    let n = rounds(&mut connection)?;
    let mut found = BTreeMap::new();
    let mut lists = 0;
    for list in 0..LISTS {
        let numbers: Vec<u64> = ask(&mut connection, &format!("LRANGE n:list:{list} 0 -1"))?;
        let expected = (list..n).step_by(usize::try_from(LISTS)?);
        ensure!(numbers.iter().copied().eq(expected), "n:list:{list} of {n}: {numbers:?}");
        lists += numbers.len() as u64;
    }
    found.insert("RPUSH", lists);
    found.insert("APPEND", ask(&mut connection, "STRLEN n:text")?);
    found.insert("XADD", ask(&mut connection, "XLEN n:stream")?);
    found.insert("LPOP", ask(&mut connection, "LLEN n:queue")?);
    found.insert("SPOP", ask(&mut connection, "SCARD n:set")?);
    let sums: Vec<u64> = ask(&mut connection, "HVALS n:hash")?;
    found.insert("HINCRBY", sums.iter().sum());
    ensure!(found.values().all(|count| *count == n), "of {n} rounds: {found:?}");
    let sum: Option<u64> = ask(&mut connection, "GET n:sum")?;
    ensure!(sum.unwrap_or(0) == (0..n).sum::<u64>(), "INCRBY: {sum:?} of {n} rounds");
    Ok(n)
}
