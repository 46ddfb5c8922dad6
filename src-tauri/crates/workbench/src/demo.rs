//! The sample migration: two local servers, one filled and written to, the other empty.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use keyferry_engine::phrase;
use keyferry_engine::spec::{EndpointDraft, TaskDraft};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use redis::aio::MultiplexedConnection;
use redis::{Pipeline, cmd, pipe};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::error::{CommandError, Result};

/// Keys of the sample, roughly.
const USERS: u32 = 8_000;
/// Writes a second while the sample runs.
const WRITES_PER_SECOND: u32 = 200;
const START_TIMEOUT: Duration = Duration::from_secs(10);
/// What is written to count the traffic.
const COUNTER: &str = "sample:writes";

/// Two servers, the traffic on the first, and their folder; all end when this is dropped.
pub struct Demo {
    source: SampleServer,
    destination: SampleServer,
    traffic: JoinHandle<()>,
    writes: Arc<AtomicU64>,
}

struct SampleServer {
    process: Child,
    _folder: tempfile::TempDir,
    port: u16,
}

/// A command whose server ends with this process, however that ends: a shell waits for the end of
/// its standard input, which we hold, and then ends the server. In a group of its own, so that a
/// Ctrl-C in the terminal is ours to deal with.
#[cfg(unix)]
fn command(program: &Path) -> Command {
    const SCRIPT: &str = r#""$0" "$@" </dev/null & server=$!; cat >/dev/null; kill -9 $server"#;
    let mut command = Command::new("sh");
    command.args(["-c", SCRIPT]).arg(program).process_group(0);
    command
}

#[cfg(not(unix))]
fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.kill_on_drop(true);
    command
}

impl Drop for SampleServer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.traffic.abort();
    }
}

/// The redis-server on this computer.
///
/// # Errors
/// There is none; the message says how to get one.
pub fn find_server() -> Result<PathBuf> {
    std::env::var_os("PATH")
        .into_iter()
        .flat_map(|paths| std::env::split_paths(&paths).collect::<Vec<_>>())
        .flat_map(|folder| ["redis-server", "valkey-server"].map(|name| folder.join(name)))
        .find(|path| path.is_file())
        .ok_or_else(|| {
            CommandError::usage("no_redis_server", phrase!("refusal.no_redis_server"))
                .with_remedy(phrase!("advice.no_redis_server"))
        })
}

impl Demo {
    /// Starts both servers, fills the source, and keeps writing to it.
    ///
    /// # Errors
    /// There is no redis-server, or it does not start.
    pub async fn start() -> Result<Self> {
        let program = find_server()?;
        let source = SampleServer::start(&program).await?;
        let destination = SampleServer::start(&program).await?;
        let mut connection = source.connect().await.map_err(failed)?;
        fill(&mut connection).await.map_err(failed)?;
        let writes = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&writes);
        let traffic = tokio::spawn(async move {
            if let Err(error) = keep_writing(connection, &counted).await {
                tracing::debug!(%error, "the sample's traffic ended");
            }
        });
        Ok(Self { source, destination, traffic, writes })
    }

    /// The task that migrates the sample.
    pub fn draft(&self) -> TaskDraft {
        let endpoint = |port: u16| EndpointDraft {
            access: "tcp".to_owned(),
            host: "127.0.0.1".to_owned(),
            port: port.to_string(),
            environment: "dev".to_owned(),
            ..EndpointDraft::default()
        };
        TaskDraft {
            source: endpoint(self.source.port),
            destination: endpoint(self.destination.port),
            ..TaskDraft::default()
        }
    }

    /// Writes to the source since the start.
    pub fn writes(&self) -> u64 {
        self.writes.load(Ordering::Relaxed)
    }

    /// How many of those writes the destination has: its copy of the source's counter.
    ///
    /// # Errors
    /// The destination does not answer.
    pub async fn writes_at_destination(&self) -> Result<u64> {
        let mut connection = self.destination.connect().await.map_err(failed)?;
        let count: Option<u64> =
            cmd("GET").arg(COUNTER).query_async(&mut connection).await.map_err(failed)?;
        Ok(count.unwrap_or(0))
    }
}

impl SampleServer {
    async fn start(program: &Path) -> Result<Self> {
        let folder =
            tempfile::Builder::new().prefix("keyferry-sample-").tempdir().map_err(failed)?;
        // As the server tells it.
        let place = folder.path().canonicalize().map_err(failed)?;
        // A port that was free a moment ago may be taken a moment later: try another one then.
        for _ in 0..20 {
            let port = std::net::TcpListener::bind(("127.0.0.1", 0))
                .and_then(|listener| listener.local_addr())
                .map_err(failed)?
                .port();
            let mut process = command(program)
                .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
                .args(["--save", "", "--appendonly", "no", "--databases", "16"])
                .args(["--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0"])
                .arg("--dir")
                .arg(folder.path())
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .map_err(failed)?;
            let deadline = Instant::now() + START_TIMEOUT;
            while Instant::now() < deadline {
                if process.try_wait().map_err(failed)?.is_some() {
                    break;
                }
                match folder_of(port).await {
                    Ok(found) if found == place.as_os_str().as_encoded_bytes() => {
                        return Ok(Self { process, _folder: folder, port });
                    }
                    // Somebody else's server got the port: ours has ended.
                    Ok(_) => break,
                    Err(_) => {}
                }
                sleep(Duration::from_millis(20)).await;
            }
        }
        Err(CommandError::usage("demo_failed", phrase!("refusal.sample_not_started")))
    }

    async fn connect(&self) -> redis::RedisResult<MultiplexedConnection> {
        connect(self.port).await
    }
}

/// The working folder of the server that listens there.
async fn folder_of(port: u16) -> redis::RedisResult<Vec<u8>> {
    let mut connection = connect(port).await?;
    let (_, folder): (String, Vec<u8>) =
        cmd("CONFIG").arg("GET").arg("dir").query_async(&mut connection).await?;
    Ok(folder)
}

async fn connect(port: u16) -> redis::RedisResult<MultiplexedConnection> {
    let client = redis::Client::open(format!("redis://127.0.0.1:{port}"))?;
    let config =
        redis::AsyncConnectionConfig::new().set_response_timeout(Some(Duration::from_secs(30)));
    let mut connection = client.get_multiplexed_async_connection_with_config(&config).await?;
    cmd("PING").exec_async(&mut connection).await?;
    Ok(connection)
}

fn failed(cause: impl std::fmt::Display) -> CommandError {
    let words = phrase!("refusal.sample_failed", cause = cause.to_string());
    CommandError::usage("demo_failed", words)
}

/// A shop's data: every type, two databases, some of it with an expiry.
async fn fill(connection: &mut MultiplexedConnection) -> redis::RedisResult<()> {
    let mut random = StdRng::seed_from_u64(7);
    let towns = ["Bergen", "Aarhus", "Turku", "Visby", "Gdynia", "Riga", "Bremen", "Calais"];
    let mut batch = pipe();
    for user in 0..USERS {
        let town = towns.get(user as usize % towns.len()).copied().unwrap_or_default();
        batch.cmd("HSET").arg(format!("user:{user}")).arg(&[
            ("name", format!("User {user}")),
            ("town", town.to_owned()),
            ("orders", random.random_range(0..90).to_string()),
        ]);
        batch
            .cmd("SET")
            .arg(format!("session:{:08x}", random.random::<u32>()))
            .arg(format!("{{\"user\":{user},\"cart\":[]}}"))
            .arg("EX")
            .arg(random.random_range(600..86_400));
        batch.cmd("ZADD").arg("leaderboard").arg(random.random_range(0..1_000_000)).arg(user);
        batch.cmd("SADD").arg(format!("town:{town}")).arg(user);
        batch.cmd("SET").arg(format!("price:{user}")).arg(random.random_range(100..99_999));
        batch.cmd("PFADD").arg("visitors").arg(user);
        batch.cmd("SETBIT").arg("seen:today").arg(user).arg(random.random_range(0..2));
        if user % 4 == 0 {
            batch.cmd("RPUSH").arg(format!("queue:{}", user % 40)).arg(format!("job {user}"));
            batch.cmd("XADD").arg("events").arg("*").arg("user").arg(user).arg("act").arg("login");
        }
        if user % 10 == 0 {
            batch
                .cmd("GEOADD")
                .arg("ferries")
                .arg(random.random_range(3.0..25.0))
                .arg(random.random_range(50.0..65.0))
                .arg(format!("ferry-{user}"));
        }
        if user % 500 == 499 {
            flush(&mut batch, connection).await?;
        }
    }
    batch.cmd("XGROUP").arg("CREATE").arg("events").arg("mailer").arg("0");
    batch
        .cmd("XREADGROUP")
        .arg(&["GROUP", "mailer", "m1", "COUNT", "50", "STREAMS", "events", ">"]);
    batch.cmd("SELECT").arg(1);
    for product in 0..USERS / 2 {
        batch
            .cmd("SET")
            .arg(format!("product:{product}"))
            .arg(format!("A product with a long description. {}", "Fine wool. ".repeat(12)));
    }
    batch.cmd("SELECT").arg(0);
    flush(&mut batch, connection).await
}

async fn flush(
    batch: &mut Pipeline,
    connection: &mut MultiplexedConnection,
) -> redis::RedisResult<()> {
    std::mem::replace(batch, pipe()).exec_async(connection).await
}

/// The shop goes on: orders, visits, sessions.
async fn keep_writing(
    mut connection: MultiplexedConnection,
    writes: &AtomicU64,
) -> redis::RedisResult<()> {
    let mut random = StdRng::seed_from_u64(11);
    let each = 20;
    let mut tick = interval(Duration::from_secs(1) / (WRITES_PER_SECOND / each));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let mut batch = pipe();
        for _ in 0..each {
            let user: u32 = random.random_range(0..USERS);
            match random.random_range(0..6) {
                0 => batch.cmd("HINCRBY").arg(format!("user:{user}")).arg("orders").arg(1),
                1 => batch.cmd("ZINCRBY").arg("leaderboard").arg(10).arg(user),
                2 => batch.cmd("RPUSH").arg(format!("queue:{}", user % 40)).arg("a job"),
                3 => batch.cmd("LPOP").arg(format!("queue:{}", user % 40)),
                4 => batch.cmd("EXPIRE").arg(format!("price:{user}")).arg(3600),
                _ => batch.cmd("XADD").arg("events").arg("*").arg("user").arg(user),
            };
            batch.cmd("INCR").arg(COUNTER);
        }
        batch.exec_async(&mut connection).await?;
        writes.fetch_add(u64::from(each), Ordering::Relaxed);
    }
}
