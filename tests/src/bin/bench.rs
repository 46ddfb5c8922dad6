//! The same data moved by Keyferry and by REPLICAOF, alternating, in one run.
//!
//! `bench [--rounds N] [--quick] [--keyferry PATH] [--redis-server PATH]`. Prints a table and, as its
//! last line, the same as JSON. Nothing is asserted: ratios of one run are read by people.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

struct Options {
    rounds: usize,
    quick: bool,
    keyferry: PathBuf,
    redis_server: PathBuf,
}

impl Options {
    fn parse() -> Result<Self> {
        let mut options = Self {
            rounds: 3,
            quick: false,
            keyferry: "target/release/keyferry".into(),
            redis_server: "redis-server".into(),
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().context(format!("{word} needs a value"));
            match word.as_str() {
                "--rounds" => options.rounds = value()?.parse().context("--rounds")?,
                "--quick" => options.quick = true,
                "--keyferry" => options.keyferry = value()?.into(),
                "--redis-server" => options.redis_server = value()?.into(),
                _ => bail!("unknown option {word}"),
            }
        }
        Ok(options)
    }
}

/// A server of this run, ended with it.
struct Server {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    fn start(program: &PathBuf) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let process = Command::new(program)
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
            .args(["--save", "", "--appendonly", "no", "--enable-debug-command", "local"])
            .args(["--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"])
            .args(["--client-output-buffer-limit", "replica 0 0 0"])
            .arg("--dir")
            .arg(folder.path())
            .stdout(Stdio::null())
            .spawn()
            .context("redis-server")?;
        let server = Self { process, port, _folder: folder };
        let deadline = Instant::now() + Duration::from_secs(10);
        while Instant::now() < deadline {
            if Client::open(server.port).and_then(|mut client| client.ask(&["PING"])).is_ok() {
                return Ok(server);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("the server does not answer")
    }
}

/// A connection that asks and answers; pipelines are counted, not parsed.
struct Client {
    reader: BufReader<TcpStream>,
    pending: Vec<u8>,
    unanswered: usize,
}

impl Client {
    fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        Ok(Self { reader: BufReader::new(stream), pending: Vec::new(), unanswered: 0 })
    }

    fn queue(&mut self, words: &[&[u8]]) -> Result<()> {
        write!(self.pending, "*{}\r\n", words.len())?;
        for word in words {
            write!(self.pending, "${}\r\n", word.len())?;
            self.pending.extend_from_slice(word);
            self.pending.extend_from_slice(b"\r\n");
        }
        self.unanswered += 1;
        if self.unanswered >= 500 { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        self.reader.get_mut().write_all(&self.pending)?;
        self.pending.clear();
        for _ in 0..std::mem::take(&mut self.unanswered) {
            self.answer()?;
        }
        Ok(())
    }

    fn ask(&mut self, words: &[&str]) -> Result<String> {
        let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
        self.queue(&words)?;
        self.reader.get_mut().write_all(&self.pending)?;
        self.pending.clear();
        self.unanswered = 0;
        self.answer()
    }

    fn answer(&mut self) -> Result<String> {
        let mut line = String::new();
        self.reader.read_line(&mut line)?;
        let body = line.get(1..).unwrap_or_default().trim_end().to_owned();
        match line.chars().next() {
            Some('+' | ':') => Ok(body),
            Some('$') if body == "-1" => Ok(String::new()),
            Some('$') => {
                let mut bytes = vec![0; body.parse::<usize>()? + 2];
                self.reader.read_exact(&mut bytes)?;
                Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
            }
            _ => bail!("unexpected answer {line:?}"),
        }
    }

    fn info(&mut self, field: &str) -> Result<String> {
        let text = self.ask(&["INFO", "replication"])?;
        let found = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
        Ok(found.unwrap_or_default().trim().to_owned())
    }
}

/// A small generator that is the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn text(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| b'a' + (self.next() % 26) as u8).collect()
    }
}

#[derive(Clone, Copy)]
enum Data {
    Strings,
    Hashes,
    Mix,
}

impl Data {
    fn name(self) -> &'static str {
        match self {
            Self::Strings => "strings of 100 B",
            Self::Hashes => "hashes of 10 × 20 B",
            Self::Mix => "mix of all types",
        }
    }

    fn fill(self, client: &mut Client, quick: bool) -> Result<()> {
        let scale = if quick { 10 } else { 1 };
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        match self {
            Self::Strings => {
                let count = (2_000_000 / scale).to_string();
                client.ask(&["DEBUG", "POPULATE", &count, "key", "100"])?;
            }
            Self::Hashes => {
                for number in 0..200_000 / scale {
                    let key = format!("hash:{number}");
                    let mut words = vec![b"HSET".to_vec(), key.into_bytes()];
                    for field in 0..10 {
                        words.push(format!("field:{field}").into_bytes());
                        words.push(random.text(20));
                    }
                    let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
                    client.queue(&words)?;
                }
            }
            Self::Mix => {
                for number in 0..140_000 / scale {
                    mixed(client, &mut random, number)?;
                }
            }
        }
        client.flush()
    }
}

/// One key of each type: about 7 KB together.
fn mixed(client: &mut Client, random: &mut Random, number: u32) -> Result<()> {
    let key = |kind: &str| format!("{kind}:{number}").into_bytes();
    let value = random.text(2000);
    client.queue(&[b"SET", &key("string"), &value])?;
    let parts: Vec<Vec<u8>> = (0..30).map(|_| random.text(40)).collect();
    let mut list: Vec<&[u8]> = vec![b"RPUSH"];
    let mut set: Vec<&[u8]> = vec![b"SADD"];
    let (list_key, set_key) = (key("list"), key("set"));
    list.push(&list_key);
    set.push(&set_key);
    list.extend(parts.iter().map(Vec::as_slice));
    set.extend(parts.iter().map(Vec::as_slice));
    client.queue(&list)?;
    client.queue(&set)?;
    let scores: Vec<Vec<u8>> =
        (0..30).map(|_| (random.next() % 1_000_000).to_string().into_bytes()).collect();
    let (zset_key, hash_key, stream_key) = (key("zset"), key("hash"), key("stream"));
    let mut zset: Vec<&[u8]> = vec![b"ZADD", &zset_key];
    let mut hash: Vec<&[u8]> = vec![b"HSET", &hash_key];
    for (part, score) in parts.iter().zip(&scores) {
        zset.extend([score.as_slice(), part]);
        hash.extend([part.as_slice(), score]);
    }
    client.queue(&zset)?;
    client.queue(&hash)?;
    for part in parts.iter().take(5) {
        client.queue(&[b"XADD", &stream_key, b"*", b"field", part])?;
    }
    Ok(())
}

/// One measurement.
#[derive(Clone, Copy, Default)]
struct Run {
    wall: f64,
    cpu: f64,
    peak_mib: f64,
}

fn replicate(source: &Server, destination: &Server) -> Result<Run> {
    let mut client = Client::open(destination.port)?;
    let began = Instant::now();
    client.ask(&["REPLICAOF", "127.0.0.1", &source.port.to_string()])?;
    while client.info("master_link_status")? != "up" {
        std::thread::sleep(Duration::from_millis(10));
    }
    let wall = began.elapsed().as_secs_f64();
    client.ask(&["REPLICAOF", "NO", "ONE"])?;
    Ok(Run { wall, ..Run::default() })
}

fn migrate(options: &Options, source: &Server, destination: &Server) -> Result<Run> {
    let state = tempfile::tempdir()?;
    let uri = |server: &Server| format!("redis://127.0.0.1:{}", server.port);
    let began = Instant::now();
    let mut process = Command::new(&options.keyferry)
        .args(["migrate", "--source", &uri(source), "--destination", &uri(destination)])
        .args(["--stages", "full", "--skip-precheck", "--task", "bench", "--state-dir"])
        .arg(state.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("keyferry")?;
    let mut run = Run::default();
    let status = loop {
        if let Some(used) = usage(process.id()) {
            (run.cpu, run.peak_mib) = used;
        }
        if let Some(status) = process.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    run.wall = began.elapsed().as_secs_f64();
    if !status.success() {
        bail!("keyferry ended with {status}");
    }
    Ok(run)
}

/// CPU seconds and peak resident MiB of a process (Linux).
fn usage(pid: u32) -> Option<(f64, f64)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11);
    let ticks: f64 = fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?;
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let peak: f64 = peak.trim().trim_end_matches("kB").trim().parse().ok()?;
    // USER_HZ is 100 on every Linux that runs Rust.
    Some((ticks / 100.0, peak / 1024.0))
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn main() -> Result<()> {
    let options = Options::parse()?;
    println!(
        "{:<22} {:>9} {:>10} {:>7} {:>8} {:>9}",
        "data", "keyferry", "REPLICAOF", "ratio", "CPU s", "peak MiB"
    );
    let mut rows = Vec::new();
    for data in [Data::Strings, Data::Hashes, Data::Mix] {
        let source = Server::start(&options.redis_server)?;
        let destination = Server::start(&options.redis_server)?;
        data.fill(&mut Client::open(source.port)?, options.quick)?;
        let keys = Client::open(source.port)?.ask(&["DBSIZE"])?;
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..options.rounds {
            theirs.push(replicate(&source, &destination)?);
            Client::open(destination.port)?.ask(&["FLUSHALL"])?;
            ours.push(migrate(&options, &source, &destination)?);
            let mut client = Client::open(destination.port)?;
            let arrived = client.ask(&["DBSIZE"])?;
            if arrived != keys {
                bail!("{arrived} of {keys} keys arrived");
            }
            client.ask(&["FLUSHALL"])?;
        }
        let of = |runs: &[Run], what: fn(&Run) -> f64| {
            median(&runs.iter().map(what).collect::<Vec<_>>())
        };
        let (wall, reference) = (of(&ours, |run| run.wall), of(&theirs, |run| run.wall));
        let (cpu, peak) = (of(&ours, |run| run.cpu), of(&ours, |run| run.peak_mib));
        let ratio = wall / reference;
        println!(
            "{:<22} {wall:>8.2}s {reference:>9.2}s {ratio:>7.2} {cpu:>8.2} {peak:>9.1}",
            data.name()
        );
        rows.push(serde_json::json!({
            "data": data.name(), "keys": keys, "rounds": options.rounds, "keyferry_s": wall,
            "replicaof_s": reference, "ratio": ratio, "cpu_s": cpu, "peak_mib": peak,
            "keyferry_all_s": ours.iter().map(|run| run.wall).collect::<Vec<_>>(),
            "replicaof_all_s": theirs.iter().map(|run| run.wall).collect::<Vec<_>>(),
        }));
    }
    println!("{}", serde_json::Value::Array(rows));
    Ok(())
}
