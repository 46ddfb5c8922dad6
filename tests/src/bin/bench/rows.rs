//! The measurements, each a row.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use keyferry_tests::process::{cpu_seconds_with_ended_children, signal};
use keyferry_tests::server::Server;
use serde_json::{Value, json};

use crate::Options;
use crate::client::Client;
use crate::data::{Data, Random};
use crate::plot::Curve;
use crate::run::{Program, Run};

/// Several measurements of one thing.
#[derive(Default)]
pub(crate) struct Series(Vec<f64>);

impl Series {
    pub(crate) fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or_default()
    }

    /// The least and the most.
    pub(crate) fn span(&self) -> (f64, f64) {
        let edge = |of: fn(f64, f64) -> f64| self.0.iter().copied().reduce(of).unwrap_or_default();
        (edge(f64::min), edge(f64::max))
    }

    /// Each through the one of the other series in the same round.
    pub(crate) fn through(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(one, other)| one / other).collect())
    }

    fn json(&self) -> Value {
        let (min, max) = self.span();
        json!({ "median": self.median(), "min": min, "max": max })
    }
}

/// A row of the table.
pub(crate) struct Row {
    pub(crate) name: String,
    /// Of the measurements.
    pub(crate) unit: &'static str,
    pub(crate) ours: Series,
    /// What it is compared with, under this name.
    pub(crate) reference: Option<(&'static str, Series)>,
    pub(crate) cpu: Series,
    pub(crate) peak_mib: Series,
    /// What else was found out.
    pub(crate) notes: Vec<(String, f64)>,
}

impl Row {
    pub(crate) fn new(name: impl Into<String>, unit: &'static str) -> Self {
        Self {
            name: name.into(),
            unit,
            ours: Series::default(),
            reference: None,
            cpu: Series::default(),
            peak_mib: Series::default(),
            notes: Vec::new(),
        }
    }

    pub(crate) fn took(&mut self, run: Run) {
        self.ours.push(run.wall);
        self.cpu.push(run.cpu);
        self.peak_mib.push(run.peak_mib);
    }

    pub(crate) fn note(&mut self, name: impl Into<String>, value: f64) {
        self.notes.push((name.into(), value));
    }

    /// Ours through the reference's, round by round: what a machine does otherwise from one minute to
    /// the next is in both.
    pub(crate) fn ratio(&self) -> Option<Series> {
        let (_, theirs) = self.reference.as_ref()?;
        Some(Series(
            self.ours.0.iter().zip(&theirs.0).map(|(ours, theirs)| ours / theirs).collect(),
        ))
    }

    pub(crate) fn json(&self) -> Value {
        let notes: serde_json::Map<String, Value> =
            self.notes.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        json!({
            "name": self.name, "unit": self.unit, "keyferry": self.ours.json(),
            "reference": self.reference.as_ref().map(|(name, series)| {
                json!({ "name": name, "measured": series.json() })
            }),
            "ratio": self.ratio().map(|ratio| ratio.json()),
            "cpu_s": self.cpu.json(), "peak_mib": self.peak_mib.json(),
            "notes": notes,
        })
    }
}

/// How a full copy is started.
pub(crate) const FULL: &[&str] = &["--stages", "full", "--skip-precheck"];

/// A server that saves nothing and hands its snapshot over at once, whatever `directives` add.
pub(crate) fn server(options: &Options, directives: &[(&str, &str)]) -> Result<Server> {
    let mut all = vec![
        ("save", ""),
        ("appendonly", "no"),
        ("enable-debug-command", "local"),
        ("repl-diskless-sync", "yes"),
        ("repl-diskless-sync-delay", "0"),
        ("client-output-buffer-limit", "replica 0 0 0"),
    ];
    all.extend_from_slice(directives);
    Server::start_program(&options.redis_server, &all)
}

pub(crate) fn pair(options: &Options) -> Result<(Server, Server)> {
    Ok((server(options, &[])?, server(options, &[])?))
}

pub(crate) fn replicate(source: &Server, destination: &Server) -> Result<f64> {
    replicate_from(source.port(), destination)
}

/// How long a destination takes to become a replica of what listens at `source`.
pub(crate) fn replicate_from(source: u16, destination: &Server) -> Result<f64> {
    let mut client = Client::open(destination.port())?;
    let began = Instant::now();
    client.ask(&["REPLICAOF", "127.0.0.1", &source.to_string()])?;
    wait_for_link(&mut client)?;
    let wall = began.elapsed().as_secs_f64();
    client.ask(&["REPLICAOF", "NO", "ONE"])?;
    Ok(wall)
}

/// The full stage, from start to end.
pub(crate) fn copy(options: &Options, source: &Server, destination: &Server) -> Result<Run> {
    Program::start(&options.keyferry, "migrate", source, destination, FULL)?.end(0)
}

pub(crate) fn wait_for_link(client: &mut Client) -> Result<()> {
    while client.info("master_link_status")? != "up" {
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Seconds of CPU that the servers took, each with its saving children.
#[derive(Default)]
pub(crate) struct Servers {
    source: Series,
    destination: Series,
}

impl Servers {
    /// Runs `copy`, and keeps what the servers took meanwhile.
    pub(crate) fn during<T>(
        &mut self,
        (source, destination): (&Server, &Server),
        copy: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let cpu = |server: &Server| cpu_seconds_with_ended_children(server.pid());
        let before = (cpu(source)?, cpu(destination)?);
        let done = copy()?;
        // Its saving child counts once it was waited for.
        let mut client = Client::open(source.port())?;
        while client.info("rdb_bgsave_in_progress")? != "0" {
            std::thread::sleep(Duration::from_millis(10));
        }
        self.source.push(cpu(source)? - before.0);
        self.destination.push(cpu(destination)? - before.1);
        Ok(done)
    }

    /// As notes of a row, in µs a key.
    pub(crate) fn note(&self, row: &mut Row, with: &str, keys: f64) {
        for (side, series) in [("source", &self.source), ("destination", &self.destination)] {
            row.note(
                format!("{side}'s µs of CPU a key, with {with}"),
                series.median() / keys * 1e6,
            );
        }
    }
}

/// A full copy into an empty destination, beside REPLICAOF.
pub(crate) fn full_copy(options: &Options, data: Data) -> Result<Row> {
    let (source, destination) = pair(options)?;
    data.fill(&mut Client::open(source.port())?, options.quick)?;
    let keys = Client::open(source.port())?.ask(&["DBSIZE"])?;
    let mut row = Row::new(format!("full copy, {}", data.name()), "s");
    let mut theirs = Series::default();
    let (mut with_ours, mut with_theirs) = (Servers::default(), Servers::default());
    let servers = (&source, &destination);
    for _ in 0..options.rounds {
        theirs.push(with_theirs.during(servers, || replicate(&source, &destination))?);
        Client::open(destination.port())?.ask(&["FLUSHALL"])?;
        row.took(with_ours.during(servers, || copy(options, &source, &destination))?);
        let mut client = Client::open(destination.port())?;
        let arrived = client.ask(&["DBSIZE"])?;
        if arrived != keys {
            bail!("{arrived} of {keys} keys arrived");
        }
        client.ask(&["FLUSHALL"])?;
    }
    let count: f64 = keys.parse()?;
    row.note("µs of CPU a key", row.cpu.median() / count * 1e6);
    with_ours.note(&mut row, "Keyferry", count);
    with_theirs.note(&mut row, "REPLICAOF", count);
    row.reference = Some(("REPLICAOF", theirs));
    if matches!(data, Data::Strings | Data::Hashes | Data::Mix) {
        let swapdb = server(options, &[("repl-diskless-load", "swapdb")])?;
        let mut walls = Series::default();
        for _ in 0..options.rounds {
            walls.push(replicate(&source, &swapdb)?);
            Client::open(swapdb.port())?.ask(&["FLUSHALL"])?;
        }
        row.note("REPLICAOF with repl-diskless-load swapdb, s", walls.median());
    }
    Ok(row)
}

/// The destination's memory while the mix arrives, by Keyferry and by REPLICAOF.
pub(crate) fn curves(options: &Options) -> Result<Vec<Curve>> {
    let (source, destination) = pair(options)?;
    Data::Mix.fill(&mut Client::open(source.port())?, options.quick)?;
    let port = destination.port();
    let theirs = Curve::sample("REPLICAOF", port, || replicate(&source, &destination).map(|_| ()))?;
    Client::open(port)?.ask(&["FLUSHALL"])?;
    let ours =
        Curve::sample("Keyferry", port, || copy(options, &source, &destination).map(|_| ()))?;
    Ok(vec![ours, theirs])
}

pub(crate) fn caught_up(line: &Value) -> bool {
    line.get("caught_up") == Some(&Value::Bool(true))
}

/// A task that has caught up, started with `flags`.
pub(crate) fn follow(
    options: &Options,
    source: &Server,
    destination: &Server,
    flags: &[&str],
) -> Result<Program> {
    let flags = [&["--skip-precheck"], flags].concat();
    let mut program = Program::start(&options.keyferry, "migrate", source, destination, &flags)?;
    program.wait_for(caught_up)?;
    Ok(program)
}

/// What a backlog consists of.
#[derive(Clone, Copy)]
pub(crate) enum Backlog {
    /// SETs of 100 bytes, each of a key of its own.
    Sets,
    /// INCRs of as many counters as there are commands.
    Increments,
    /// SETs of 2 MB each.
    Large,
}

impl Backlog {
    /// How many commands one has.
    pub(crate) fn count(self, options: &Options) -> u32 {
        match self {
            Self::Large if options.quick => 40,
            Self::Large => 400,
            Self::Sets | Self::Increments if options.quick => 100_000,
            Self::Sets | Self::Increments => 1_000_000,
        }
    }

    pub(crate) fn words(self, count: u32) -> String {
        match self {
            Self::Sets => format!("{} k queued SETs", count / 1000),
            Self::Increments => format!("{} k queued INCRs", count / 1000),
            Self::Large => format!("{count} queued SETs of 2 MB"),
        }
    }
}

/// Queued while the destination stands still.
pub(crate) fn drain_once(
    source: &Server,
    destination: &Server,
    what: Backlog,
    count: u32,
) -> Result<f64> {
    signal(destination.pid(), "STOP")?;
    let mut client = Client::open(source.port())?;
    let value = vec![b'v'; if matches!(what, Backlog::Large) { 2_000_000 } else { 100 }];
    for number in 0..count {
        let key = format!("drained:{number}");
        match what {
            Backlog::Sets | Backlog::Large => {
                client.queue(&[b"SET", key.as_bytes(), &value])?;
            }
            Backlog::Increments => client.queue(&[b"INCR", key.as_bytes()])?,
        }
    }
    client.flush()?;
    let began = Instant::now();
    signal(destination.pid(), "CONT")?;
    let mut there = Client::open(destination.port())?;
    let last = format!("drained:{}", count - 1);
    while there.ask(&["EXISTS", &last])? != "1" {
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(began.elapsed().as_secs_f64())
}

/// A backlog, beside a replica's.
pub(crate) fn drain(options: &Options, what: Backlog) -> Result<Row> {
    let count = what.count(options);
    let mut row = Row::new(format!("drain of {}", what.words(count)), "s");
    let mut theirs = Series::default();
    for _ in 0..options.rounds {
        let (source, destination) = pair(options)?;
        let mut client = Client::open(destination.port())?;
        client.ask(&["REPLICAOF", "127.0.0.1", &source.port().to_string()])?;
        wait_for_link(&mut client)?;
        theirs.push(drain_once(&source, &destination, what, count)?);
        drop((source, destination));

        let (source, destination) = pair(options)?;
        let program = follow(options, &source, &destination, &[])?;
        let (before, _) = program.usage()?;
        row.ours.push(drain_once(&source, &destination, what, count)?);
        let (cpu, peak_mib) = program.usage()?;
        row.cpu.push(cpu - before);
        row.peak_mib.push(peak_mib);
    }
    row.reference = Some(("replica", theirs));
    Ok(row)
}

/// What a transaction with its checkpoint costs a destination, beside the same commands alone:
/// batches of the size and form that are sent, from this process, so that nothing else differs.
pub(crate) fn bookkeeping(options: &Options) -> Result<Row> {
    let count = if options.quick { 100_000 } else { 1_000_000 };
    let mut row = Row::new(format!("{} k SETs with bookkeeping", count / 1000), "s");
    let mut theirs = Series::default();
    for _ in 0..options.rounds {
        theirs.push(batches(options, count, false)?);
        row.ours.push(batches(options, count, true)?);
    }
    let (with, without) = (row.ours.median(), theirs.median());
    row.note("share of the wall time, %", (with - without) / with * 100.0);
    row.reference = Some(("without", theirs));
    Ok(row)
}

pub(crate) fn batches(options: &Options, count: u32, booked: bool) -> Result<f64> {
    /// As the lane's batches: 256 KiB, small strings fifty at a time.
    const RECORDS: u32 = 2000;
    const TOGETHER: usize = 50;
    let server = server(options, &[])?;
    let mut client = Client::open(server.port())?;
    let value = [b'v'; 100];
    // As long as a real one.
    let (key, checkpoint) = (b"__keyferry:0123456789abcdef:checkpoint:0", [b'c'; 240]);
    client.unlimited();
    // Made before the clock runs: the lane is given its batches by another task.
    let mut pieces = Vec::new();
    for start in (0..count).step_by(RECORDS as usize) {
        if booked {
            client.queue(&[b"MULTI"])?;
        }
        let keys: Vec<Vec<u8>> = (start..start + RECORDS)
            .map(|number| format!("drained:{number}").into_bytes())
            .collect();
        for keys in keys.chunks(TOGETHER) {
            let mut words: Vec<&[u8]> = vec![b"MSET"];
            words.extend(keys.iter().flat_map(|key| [key.as_slice(), &value]));
            client.queue(&words)?;
        }
        if booked {
            client.queue(&[b"SELECT", b"0"])?;
            client.queue(&[b"GETSET", key, &checkpoint])?;
        }
        pieces.push(client.piece());
    }
    for command in [&[b"EXEC" as &[u8]] as &[&[u8]], &[b"WATCH", key], &[b"GET", key]] {
        client.queue(command)?;
    }
    let exec = client.piece();
    let began = Instant::now();
    for piece in &pieces {
        client.send_keeping(piece, 2)?;
        if booked {
            // EXEC is held back until the one before is answered; this batch is queued meanwhile.
            client.wait_keeping(1)?;
            client.send_keeping(&exec, 2)?;
        }
    }
    client.wait_keeping(0)?;
    Ok(began.elapsed().as_secs_f64())
}

/// From the source's answer to a marked key until it is seen at the destination.
pub(crate) fn lag(options: &Options) -> Result<Row> {
    let seconds = if options.quick { 3 } else { 10 };
    let mut row = Row::new("lag at 100 k SET/s, p99", "ms");
    let mut theirs = Series::default();
    let mut rates = Series::default();
    let mut medians = Series::default();
    for _ in 0..options.rounds {
        let (source, destination) = pair(options)?;
        let mut client = Client::open(destination.port())?;
        client.ask(&["REPLICAOF", "127.0.0.1", &source.port().to_string()])?;
        wait_for_link(&mut client)?;
        let (lags, _) = marked(&source, &destination, seconds)?;
        theirs.push(percentile(&lags, 99));
        drop((source, destination));

        let (source, destination) = pair(options)?;
        let program = follow(options, &source, &destination, &[])?;
        let (lags, rate) = marked(&source, &destination, seconds)?;
        row.ours.push(percentile(&lags, 99));
        medians.push(percentile(&lags, 50));
        rates.push(rate);
        let (_, peak_mib) = program.usage()?;
        row.peak_mib.push(peak_mib);
    }
    row.note("p50, ms", medians.median());
    row.note("SET/s that came", rates.median());
    row.reference = Some(("replica", theirs));
    Ok(row)
}

fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() * percent / 100).copied().unwrap_or_default()
}

/// Writes at a rate of 100,000 a second, in bursts of a thousand, each with a marked key behind it:
/// the lags in ms, and the rate that was reached.
fn marked(source: &Server, destination: &Server, seconds: u64) -> Result<(Vec<f64>, f64)> {
    const BURST: u64 = 1000;
    let mut there = Client::open(destination.port())?;
    let (marks, seen) = std::sync::mpsc::channel::<(String, Instant)>();
    let watcher = std::thread::spawn(move || -> Result<Vec<f64>> {
        let mut lags = Vec::new();
        for (key, answered) in seen {
            while there.ask(&["EXISTS", &key])? != "1" {
                std::thread::sleep(Duration::from_micros(500));
            }
            lags.push(answered.elapsed().as_secs_f64() * 1000.0);
        }
        Ok(lags)
    });
    let mut client = Client::open(source.port())?;
    let mut random = Random(7);
    let value = random.text(100);
    let began = Instant::now();
    let mut due = began;
    let bursts = seconds * 100;
    for burst in 0..bursts {
        for number in 0..BURST {
            let key = format!("key:{}", (burst * BURST + number) % 500_000);
            client.queue(&[b"SET", key.as_bytes(), &value])?;
        }
        client.flush()?;
        let mark = format!("mark:{burst}");
        client.ask(&["SET", &mark, "1"])?;
        marks.send((mark, Instant::now()))?;
        due += Duration::from_millis(10);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    let rate = (bursts * BURST) as f64 / began.elapsed().as_secs_f64();
    drop(marks);
    let lags = watcher.join().map_err(|_| anyhow::anyhow!("the watcher panicked"))??;
    Ok((lags, rate))
}

/// The precheck where both sides hold as many keys, none of them twice.
pub(crate) fn conflicts(options: &Options) -> Result<Row> {
    let count = if options.quick { "200000" } else { "2000000" };
    let (source, destination) = pair(options)?;
    Client::open(source.port())?.ask(&["DEBUG", "POPULATE", count, "here", "100"])?;
    Client::open(destination.port())?.ask(&["DEBUG", "POPULATE", count, "there", "100"])?;
    let mut row = Row::new("precheck of conflicting keys, 2 M on each side", "s");
    for _ in 0..options.rounds {
        let program = Program::start(&options.keyferry, "precheck", &source, &destination, &[])?;
        row.took(program.end(0)?);
    }
    Ok(row)
}
