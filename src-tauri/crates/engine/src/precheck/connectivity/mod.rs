//! Testing one side in stages that tick off one after the other.
//!
//! The test is a future like any other: dropped, it closes its connections.

mod tls;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout};

use super::facts::server::ServerState;
use super::facts::{Unknown, permission};
use crate::access;
use crate::control::Control;
use crate::dialogue::Dialogue;
use crate::error::{Error, ErrorKind, ErrorReport, Result, Side};
use crate::phrase;
use crate::secret::{Credentials, Secret};
use crate::spec::Endpoint;
use crate::words::Phrase;

/// How long the first answers may take; a person waits for them.
const PATIENCE: Duration = Duration::from_secs(10);

/// A step of the connectivity test, in the order they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ConnectivityStage {
    /// The name has an address.
    Dns,
    /// The address accepts a connection.
    Tcp,
    /// The account and password are taken.
    Auth,
    /// It answers, and it is Redis.
    Ping,
    /// It tells about itself.
    Info,
    /// Source: it would start replication. Destination: it would take a write.
    Permission,
}

/// A stage that begins or has passed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct StageProgress {
    /// Which.
    pub stage: ConnectivityStage,
    /// How long it took; `None` as it begins.
    pub ms: Option<f64>,
}

/// A stage that has passed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct StagePassed {
    /// Which.
    pub stage: ConnectivityStage,
    /// How long it took.
    pub ms: f64,
}

/// The stage that did not pass, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct StageFailed {
    /// Which.
    pub stage: ConnectivityStage,
    /// How long it took until it failed.
    pub ms: f64,
    /// What the server or the system said, and the remedy in English.
    pub error: ErrorReport,
    /// What is the matter, to be shown in the user's language above the error's own words.
    pub cause: Phrase,
    /// What to do about it, to be shown in the user's language.
    pub remedy: Phrase,
}

/// What a connectivity test found. `passed` stages come first; at most one stage failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ConnectivityReport {
    /// Which side was tested.
    pub side: Side,
    /// Those that passed, in order.
    pub passed: Vec<StagePassed>,
    /// The one that did not, and why; `None` is success.
    pub failed: Option<StageFailed>,
    /// A command to copy that mends it, run at the tested side; empty where there is none.
    pub fix: String,
    /// What the server told; `None` where it did not come so far.
    pub server: Option<ServerSummary>,
}

/// A server in a few figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ServerSummary {
    /// `Redis` or `Valkey`.
    pub product: String,
    /// As `7.2.4`.
    pub version: String,
    /// The Redis version that it is compatible with; of Redis its own.
    pub compatible_with: (u16, u16, u16),
    /// `primary` or `replica`.
    pub role: String,
    /// Of a replica: host and port of its primary.
    pub replica_of: Option<String>,
    /// Replicas that are connected to it.
    pub replicas: u32,
    /// Median round trip of several PINGs.
    pub latency_ms: f64,
    /// The longest of them.
    pub latency_max_ms: f64,
    /// Database number and its keys, of those that are not empty.
    #[cfg_attr(feature = "bindings", ts(type = "Array<[number, number]>"))]
    pub keys: Vec<(u32, u64)>,
    /// Keys that expire, in all databases.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub keys_expiring: u64,
    /// How many databases it has, where it tells.
    pub databases: Option<u32>,
    /// `used_memory`, bytes.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub memory_bytes: u64,
    /// `maxmemory`, bytes; 0 is no limit.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub memory_bytes_max: u64,
    /// `maxmemory_policy`.
    pub eviction_policy: String,
    /// Whether it writes an append-only file.
    pub appendonly: bool,
    /// When it writes snapshots, as the setting `save`; empty is never, `None` where it does not tell.
    pub save: Option<String>,
    /// Clients that are connected, this test included.
    pub clients: u32,
    /// Commands a second.
    pub commands_per_second: u32,
    /// How long it has run.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub uptime_seconds: u64,
    /// Whether it runs in cluster mode.
    pub cluster: bool,
    /// The server's clock minus ours.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub clock_skew_ms: i64,
}

/// Tests `endpoint` for use as `side`. `on_stage` is called as each stage begins and as it passes.
/// Writes nothing.
pub async fn test(
    endpoint: &Endpoint,
    password: Option<&Secret>,
    side: Side,
    on_stage: &(dyn Fn(StageProgress) + Send + Sync),
) -> ConnectivityReport {
    let mut test = Test {
        on_stage,
        stage: ConnectivityStage::Dns,
        began: Instant::now(),
        report: ConnectivityReport {
            side,
            passed: Vec::new(),
            failed: None,
            fix: String::new(),
            server: None,
        },
    };
    if let Err(error) = test.run(endpoint, password, side).await {
        let (stage, ms) = (test.stage, milliseconds(test.began.elapsed()));
        let error = test.explain(endpoint, side, error).await;
        if error.kind == ErrorKind::NoPermission && test.report.fix.is_empty() {
            let account = endpoint.account.as_deref().unwrap_or("default");
            let rules = match side {
                Side::Source => permission::SOURCE_RULES,
                Side::Destination | Side::Local => permission::DESTINATION_RULES,
            };
            test.report.fix = format!("ACL SETUSER {account} {rules}");
        }
        test.report.failed = Some(StageFailed {
            stage,
            ms,
            cause: cause_of(&error, password.is_some()),
            remedy: Phrase::remedy(error.kind),
            error: error.report(),
        });
    }
    test.report
}

/// What is the matter; of a failed authentication, which of its ways.
fn cause_of(error: &Error, password_given: bool) -> Phrase {
    match error.kind {
        ErrorKind::AuthFailed if !password_given => phrase!("cause.password_needed"),
        ErrorKind::AuthFailed if error.message.to_string().contains("any password configured") => {
            phrase!("cause.no_password_set")
        }
        ErrorKind::AuthFailed => phrase!("cause.wrong_password"),
        kind => Phrase::meaning(kind),
    }
}

struct Test<'a> {
    on_stage: &'a (dyn Fn(StageProgress) + Send + Sync),
    /// The one that runs, and since when.
    stage: ConnectivityStage,
    began: Instant,
    report: ConnectivityReport,
}

impl Test<'_> {
    fn begin(&mut self, stage: ConnectivityStage) {
        (self.stage, self.began) = (stage, Instant::now());
        (self.on_stage)(StageProgress { stage, ms: None });
    }

    fn pass(&mut self) {
        let (stage, ms) = (self.stage, milliseconds(self.began.elapsed()));
        self.report.passed.push(StagePassed { stage, ms });
        (self.on_stage)(StageProgress { stage, ms: Some(ms) });
    }

    async fn run(
        &mut self,
        endpoint: &Endpoint,
        password: Option<&Secret>,
        side: Side,
    ) -> Result<()> {
        use ConnectivityStage::{Auth, Dns, Info, Permission, Ping, Tcp};

        self.begin(Dns);
        access::resolve(endpoint, side).await?;
        self.pass();
        self.begin(Tcp);
        let mut dialogue = Dialogue::over(access::connect(endpoint, side).await?, side);
        self.pass();
        self.begin(Auth);
        if let Some(password) = password {
            let account = endpoint.account.as_deref();
            soon(side, dialogue.authenticate(account, password)).await?;
            self.pass();
        }
        // Without a password only the first command shows whether one is needed.
        let answer = soon(side, dialogue.ask(&[b"PING"])).await.and_then(|reply| {
            if reply.starts_with('+') { Ok(()) } else { Err(dialogue.refused("PING", &reply)) }
        });
        if password.is_none() && !is_about_account(&answer) {
            self.pass();
        }
        if self.report.passed.last().is_some_and(|passed| passed.stage == Auth) {
            self.begin(Ping);
        }
        answer?;
        self.pass();
        self.begin(Info);
        let mut control = Control::open(endpoint, password, side, None).await?;
        let state = ServerState::look(&mut control).await?;
        self.report.server = Some(summary(&state));
        self.pass();
        self.begin(Permission);
        self.permission(endpoint, password, side, &state).await?;
        self.pass();
        Ok(())
    }

    /// A closer look at what broke before the first answer.
    async fn explain(&self, endpoint: &Endpoint, side: Side, error: Error) -> Error {
        let unanswered = match self.stage {
            ConnectivityStage::Auth | ConnectivityStage::Ping => matches!(
                error.kind,
                ErrorKind::ConnectionLost | ErrorKind::TimedOut | ErrorKind::NotRedis
            ),
            ConnectivityStage::Dns
            | ConnectivityStage::Tcp
            | ConnectivityStage::Info
            | ConnectivityStage::Permission => false,
        };
        if unanswered && tls::is_expected(endpoint, side).await {
            let words = phrase!("failure.answers_in_tls", address = endpoint.address);
            return Error::new(ErrorKind::TlsExpected, side, words).caused_by(error);
        }
        error
    }

    async fn permission(
        &mut self,
        endpoint: &Endpoint,
        password: Option<&Secret>,
        side: Side,
        state: &ServerState,
    ) -> Result<()> {
        let credentials = Credentials { source: password.cloned(), destination: password.cloned() };
        let found = match side {
            Side::Source => permission::of_source(endpoint, &credentials, state).await,
            Side::Destination | Side::Local => {
                permission::of_destination(endpoint, &credentials).await
            }
        };
        let permissions = found.map_err(|Unknown(why)| {
            let words = phrase!("failure.permissions_unknown", why = why);
            Error::new(ErrorKind::ConnectionLost, side, words)
        })?;
        let needed = permissions.only(|name| match side {
            Side::Source => true,
            Side::Destination | Side::Local => !permission::is_fencing(name),
        });
        let forbidden = needed.forbidden();
        if !forbidden.is_empty() {
            self.report.fix = needed.grant(endpoint.account.as_deref());
            return Err(Error::new(
                ErrorKind::NoPermission,
                side,
                phrase!("failure.may_not_run", commands = forbidden.join(", ")),
            ));
        }
        let absent = needed.only(|name| side == Side::Source || permission::is_own(name)).absent();
        if !absent.is_empty() {
            return Err(Error::new(
                ErrorKind::CommandUnknown,
                side,
                phrase!("failure.no_command", commands = absent.join(", ")),
            ));
        }
        match (side, needed.refused()) {
            (Side::Destination, Some(words)) if state.is_replica() => Err(Error::new(
                ErrorKind::ReadOnly,
                side,
                phrase!("failure.is_replica", words = words),
            )),
            // A passing condition: the precheck looks again.
            _ => Ok(()),
        }
    }
}

/// Whether an answer to PING says that the account or its password is not taken.
fn is_about_account(answer: &Result<()>) -> bool {
    answer.as_ref().is_err_and(|error| error.kind == ErrorKind::AuthFailed)
}

/// What an answer that a person waits for is, or that it does not come.
async fn soon<T>(side: Side, answer: impl Future<Output = Result<T>>) -> Result<T> {
    timeout(PATIENCE, answer).await.unwrap_or_else(|_| {
        let words = phrase!("failure.unanswered", seconds = PATIENCE.as_secs());
        Err(Error::new(ErrorKind::TimedOut, side, words))
    })
}

fn milliseconds(time: Duration) -> f64 {
    // Whole microseconds: fewer digits than a file would keep wrongly.
    time.as_micros() as f64 / 1000.0
}

fn summary(state: &ServerState) -> ServerSummary {
    let small = |name| u32::try_from(state.number(name).unwrap_or_default()).unwrap_or(u32::MAX);
    ServerSummary {
        product: state.server.product.clone(),
        version: state.version(),
        compatible_with: state.compatible_with(),
        role: if state.is_replica() { "replica" } else { "primary" }.to_owned(),
        replica_of: state.is_replica().then(|| state.primary()),
        replicas: small("connected_slaves"),
        latency_ms: milliseconds(state.latency),
        latency_max_ms: milliseconds(state.latency_max),
        keys: state.info.keyspace(),
        keys_expiring: state.info.keys_expiring(),
        databases: state.databases.as_ref().ok().copied(),
        memory_bytes: state.number("used_memory").unwrap_or_default(),
        memory_bytes_max: state.number("maxmemory").unwrap_or_default(),
        eviction_policy: state.text("maxmemory_policy").unwrap_or_default().to_owned(),
        appendonly: state.info.get("aof_enabled") == Some("1"),
        save: state.setting("save").ok().map(str::to_owned),
        clients: small("connected_clients"),
        commands_per_second: small("instantaneous_ops_per_sec"),
        uptime_seconds: state.number("uptime_in_seconds").unwrap_or_default(),
        cluster: state.shards.is_some(),
        clock_skew_ms: state.clock_skew_ms.as_ref().copied().unwrap_or_default(),
    }
}
