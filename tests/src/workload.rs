//! Data of every type and encoding, and a writer that goes on while it is moved. Seeded.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use rand::rngs::StdRng;
use rand::{Rng, RngCore, SeedableRng};
use redis::{Connection, Pipeline};

use crate::server::{Server, wait_until};

/// Milliseconds since 1970 of an expiry that no test lives to see: 2100-01-01.
const FAR_MS: u64 = 4_102_444_800_000;
/// Commands sent at once.
const PIPELINE: usize = 1000;

fn bytes(random: &mut StdRng, length: usize) -> Vec<u8> {
    let mut value = vec![0; length];
    random.fill_bytes(&mut value);
    value
}

/// Fills all 16 databases: every type in database 0, strings and hashes in the others. `keys` plain
/// keys are added in database 0. The seed is printed.
pub fn fill(server: &Server, seed: u64, keys: usize) -> Result<()> {
    println!("workload seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut connection = server.connect()?;
    every_type(&mut connection, &mut random)?;
    let mut pipe = redis::pipe();
    for n in 0..keys {
        let length = random.random_range(0..200);
        pipe.cmd("SET").arg(format!("plain:{n}")).arg(bytes(&mut random, length)).ignore();
        if n % 5 == 0 {
            pipe.cmd("PEXPIREAT").arg(format!("plain:{n}")).arg(FAR_MS + n as u64).ignore();
        }
        flush_at(&mut pipe, &mut connection, PIPELINE)?;
    }
    flush_at(&mut pipe, &mut connection, 1)?;
    for database in 1..16 {
        pipe.cmd("SELECT").arg(database).ignore();
        for n in 0..20 {
            pipe.cmd("SET").arg(format!("of {database}:{n}")).arg(random.random::<u32>()).ignore();
            pipe.cmd("HSET").arg("h").arg(n).arg(database).ignore();
        }
    }
    flush_at(&mut pipe, &mut connection, 1)?;
    if server.info("server", "redis_version")?.starts_with('8') {
        pipe.cmd("SELECT").arg(0).ignore();
        for n in 0..600 {
            pipe.cmd("HSET").arg("hash:expiring").arg(n).arg(n).ignore();
        }
        pipe.cmd("HPEXPIREAT").arg("hash:expiring").arg(FAR_MS).arg("FIELDS").arg(2).arg(1).arg(7);
        pipe.cmd("HSET").arg("hash:expiring:small").arg("a").arg(1).arg("b").arg(2).ignore();
        pipe.cmd("HPEXPIREAT").arg("hash:expiring:small").arg(FAR_MS).arg("FIELDS").arg(1).arg("a");
        flush_at(&mut pipe, &mut connection, 1)?;
    }
    Ok(())
}

fn flush_at(pipe: &mut Pipeline, connection: &mut Connection, commands: usize) -> Result<()> {
    if pipe.len() >= commands {
        pipe.exec(connection)?;
        pipe.clear();
    }
    Ok(())
}

fn every_type(connection: &mut Connection, random: &mut StdRng) -> Result<()> {
    let mut pipe = redis::pipe();
    let strings: [(&[u8], Vec<u8>); 12] = [
        (b"int:small", b"7".to_vec()),
        (b"int:8", b"-128".to_vec()),
        (b"int:64", b"9223372036854775807".to_vec()),
        (b"int:not", b"007".to_vec()),
        (b"12345", b"a key that looks like a number".to_vec()),
        (b"", b"the empty key".to_vec()),
        (b"empty", Vec::new()),
        (b"embstr", vec![b'e'; 44]),
        (b"raw", bytes(random, 45)),
        (b"lzf", b"compressible ".repeat(2000)),
        (b"binary\x00\r\n\xff$3\r\n", bytes(random, 300)),
        (&[b'k'; 20_000], bytes(random, 70_000)),
    ];
    for (key, value) in &strings {
        pipe.cmd("SET").arg(*key).arg(value).ignore();
    }
    pipe.cmd("PEXPIREAT").arg("lzf").arg(FAR_MS).ignore();
    pipe.cmd("SETBIT").arg("bitmap").arg(100_003).arg(1).ignore();
    for n in 0..1500 {
        if n < 20 {
            pipe.cmd("RPUSH").arg("list:small").arg(n).ignore();
            pipe.cmd("SADD").arg("set:int:16").arg(n).ignore();
            pipe.cmd("SADD").arg("set:int:64").arg(n * (1_i64 << 40)).ignore();
            pipe.cmd("SADD").arg("set:small").arg(format!("member {n}")).ignore();
            pipe.cmd("HSET").arg("hash:small").arg(n).arg(bytes(random, 20)).ignore();
        }
        pipe.cmd("RPUSH").arg("list:long").arg(bytes(random, 30)).ignore();
        pipe.cmd("SADD").arg("set:large").arg(bytes(random, 12)).ignore();
        pipe.cmd("HSET").arg("hash:large").arg(bytes(random, 12)).arg(n).ignore();
        pipe.cmd("ZADD").arg("zset:large").arg(random.random::<f64>() * 1e6).arg(n).ignore();
        pipe.cmd("PFADD").arg(format!("hll:{}", n % 2)).arg(n).ignore();
        flush_at(&mut pipe, connection, PIPELINE)?;
    }
    pipe.cmd("PFADD").arg("hll:sparse").arg("one").ignore();
    for value in [bytes(random, 10_000), b"x".repeat(9_000), Vec::new()] {
        pipe.cmd("RPUSH").arg("list:big elements").arg(&value).ignore();
        pipe.cmd("HSET").arg("hash:big values").arg(value.len()).arg(&value).ignore();
    }
    for (n, score) in ["inf", "-inf", "-0", "0", "5e-324", "0.1", "1e308"].iter().enumerate() {
        pipe.cmd("ZADD").arg("zset:scores").arg(score).arg(format!("member {n}")).ignore();
        pipe.cmd("ZADD").arg("zset:large").arg(score).arg(format!("member {n}")).ignore();
    }
    pipe.cmd("GEOADD").arg("geo").arg(13.36).arg(38.11).arg("Palermo").ignore();
    for n in 1..400 {
        let id = format!("{n}-1");
        pipe.cmd("XADD").arg("stream").arg(&id).arg("field").arg(n).arg("\x01").arg("").ignore();
    }
    for id in ["3-1", "4-1", "200-1"] {
        pipe.cmd("XDEL").arg("stream").arg(id).ignore();
    }
    for group in ["readers", "idle"] {
        pipe.cmd("XGROUP").arg("CREATE").arg("stream").arg(group).arg("0").ignore();
    }
    for (consumer, count) in [("anna", 10), ("béla", 30)] {
        pipe.cmd("XREADGROUP").arg("GROUP").arg("readers").arg(consumer).arg("COUNT").arg(count);
        pipe.arg("STREAMS").arg("stream").arg(">").ignore();
    }
    pipe.cmd("XACK").arg("stream").arg("readers").arg("1-1").ignore();
    pipe.cmd("XADD").arg("stream:emptied").arg("5-5").arg("a").arg("b").ignore();
    pipe.cmd("XDEL").arg("stream:emptied").arg("5-5").ignore();
    flush_at(&mut pipe, connection, 1)
}

/// What the writer wrote, to the last command answered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Totals {
    /// `count:incr`, and the length of `count:append`.
    pub rounds: u64,
    /// All writes.
    pub writes: u64,
}

/// A writer over all types at a steady rate, ended by [`Traffic::stop`].
#[derive(Debug)]
pub struct Traffic {
    end: Arc<AtomicBool>,
    worker: Option<JoinHandle<Result<Totals>>>,
}

impl Traffic {
    /// Starts writing to database 0 (and moving keys into 1).
    pub fn start(server: &Server, writes_per_second: u32, seed: u64) -> Result<Self> {
        println!("traffic seed {seed}");
        let mut connection = server.connect()?;
        let end = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&end);
        let worker = std::thread::spawn(move || {
            let mut random = StdRng::seed_from_u64(seed);
            let mut totals = Totals::default();
            let begin = Instant::now();
            while !told.load(Ordering::Acquire) {
                let mut pipe = redis::pipe();
                round(&mut pipe, totals.rounds, &mut random);
                let writes = pipe.len() as u64;
                pipe.exec(&mut connection)?;
                totals.rounds += 1;
                totals.writes += writes;
                // The pace, not a synchronisation: the next round is due when its writes are.
                let due = totals.writes as f64 / f64::from(writes_per_second);
                let due = begin + Duration::from_secs_f64(due);
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
            }
            Ok(totals)
        });
        Ok(Self { end, worker: Some(worker) })
    }

    /// Ends it, waits until its short-lived keys have expired, and tells what was written.
    pub fn stop(mut self, server: &Server) -> Result<Totals> {
        self.end.store(true, Ordering::Release);
        let worker = self.worker.take().ok_or_else(|| anyhow!("stopped twice"))?;
        let totals = worker.join().map_err(|_| anyhow!("the writer panicked"))??;
        let mut connection = server.connect()?;
        let brief: Vec<_> = (0..BRIEF).map(|n| format!("brief:{n}")).collect();
        wait_until("short-lived keys expire", Duration::from_secs(20), || {
            Ok(redis::cmd("EXISTS").arg(&brief).query::<u64>(&mut connection)? == 0)
        })?;
        Ok(totals)
    }
}

impl Drop for Traffic {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Release);
    }
}

/// How many short-lived names there are.
const BRIEF: u64 = 20;

/// One write of each kind.
fn round(pipe: &mut Pipeline, n: u64, random: &mut StdRng) {
    let some = random.random_range(0..200_u32);
    pipe.cmd("INCR").arg("count:incr");
    // Each element is its own number: a lost one, a double one and a wrong order all show.
    pipe.cmd("RPUSH").arg("count:list").arg(n);
    pipe.cmd("APPEND").arg("count:append").arg("x");
    pipe.cmd("SET").arg(format!("live:{some}")).arg(bytes(random, 40));
    pipe.cmd("SETEX").arg(format!("live:ex:{some}")).arg(36_000).arg(n);
    pipe.cmd("SET").arg(format!("brief:{}", n % BRIEF)).arg(n).arg("PX").arg(150);
    pipe.cmd("EXPIRE").arg(format!("live:{some}")).arg(7200 + some);
    pipe.cmd("HSET").arg(format!("live:h:{}", some % 20)).arg(some).arg(n);
    pipe.cmd("HINCRBY").arg("live:h:sum").arg(some % 7).arg(some);
    pipe.cmd("SADD").arg("live:set").arg(random.random::<u16>());
    pipe.cmd("SPOP").arg("live:set");
    pipe.cmd("ZADD").arg("live:zset").arg(random.random::<f64>()).arg(some);
    pipe.cmd("ZINCRBY").arg("live:zset").arg(0.5).arg(some);
    pipe.cmd("XADD").arg("live:stream").arg("*").arg("n").arg(n);
    pipe.cmd("PFADD").arg("live:hll").arg(n);
    pipe.cmd("SET").arg("live:temporary").arg(n);
    pipe.cmd("RENAME").arg("live:temporary").arg(format!("live:renamed:{}", some % 50));
    pipe.cmd("SET").arg(format!("moved:{n}")).arg(n);
    pipe.cmd("MOVE").arg(format!("moved:{n}")).arg(1);
    pipe.cmd("MULTI");
    pipe.cmd("INCRBY").arg("count:multi").arg(2);
    pipe.cmd("LPUSH").arg("live:queue").arg(n);
    pipe.cmd("RPOPLPUSH").arg("live:queue").arg("live:done");
    pipe.cmd("EXEC");
    pipe.cmd("DEL").arg(format!("live:ex:{}", (some + 100) % 200));
}

/// Two strings of 100 MB in database 0: one that compresses to next to nothing, one that does not.
pub fn put_values_of_100_mb(server: &Server) -> Result<()> {
    let even = vec![b'z'; 100 << 20];
    let mut noise = even.clone();
    StdRng::seed_from_u64(7).fill_bytes(&mut noise);
    let mut connection = server.connect()?;
    redis::cmd("SET").arg("even").arg(even).exec(&mut connection)?;
    redis::cmd("SET").arg("noise").arg(noise).exec(&mut connection)?;
    Ok(())
}
