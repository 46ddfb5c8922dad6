//! Testing one side in stages that tick off one after the other.

use serde::{Deserialize, Serialize};

use super::facts::server::ServerState;
use super::facts::{Unknown, permission};
use crate::access;
use crate::control::Control;
use crate::error::{Error, ErrorKind, ErrorReport, Result, Side};
use crate::secret::{Credentials, Secret};
use crate::spec::Endpoint;

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

/// What a connectivity test found. `passed` stages come first; at most one stage failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ConnectivityReport {
    /// Which side was tested.
    pub side: Side,
    /// Those that passed, in order.
    pub passed: Vec<ConnectivityStage>,
    /// The one that did not, and why; `None` is success.
    pub failed: Option<(ConnectivityStage, ErrorReport)>,
    /// A command to copy that mends it; empty where there is none.
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
    /// `primary` or `replica`.
    pub role: String,
    /// Median round trip of a few PINGs.
    pub latency_ms: f64,
    /// Database number and its keys, of those that are not empty.
    #[cfg_attr(feature = "bindings", ts(type = "Array<[number, number]>"))]
    pub keys: Vec<(u32, u64)>,
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
    /// The server's clock minus ours.
    #[cfg_attr(feature = "bindings", ts(type = "number"))]
    pub clock_skew_ms: i64,
}

/// Tests `endpoint` for use as `side`. `on_stage` is called as each stage passes. Writes nothing.
pub async fn test(
    endpoint: &Endpoint,
    password: Option<&Secret>,
    side: Side,
    on_stage: &(dyn Fn(ConnectivityStage) + Send + Sync),
) -> ConnectivityReport {
    let mut test = Test {
        on_stage,
        report: ConnectivityReport {
            side,
            passed: Vec::new(),
            failed: None,
            fix: String::new(),
            server: None,
        },
    };
    if let Err((stage, error)) = test.run(endpoint, password, side).await {
        if error.kind == ErrorKind::NoPermission && test.report.fix.is_empty() {
            let account = endpoint.account.as_deref().unwrap_or("default");
            let rules = match side {
                Side::Source => permission::SOURCE_RULES,
                Side::Destination | Side::Local => permission::DESTINATION_RULES,
            };
            test.report.fix = format!("ACL SETUSER {account} {rules}");
        }
        test.report.failed = Some((stage, error.report()));
    }
    test.report
}

struct Test<'a> {
    on_stage: &'a (dyn Fn(ConnectivityStage) + Send + Sync),
    report: ConnectivityReport,
}

impl Test<'_> {
    fn pass(&mut self, stage: ConnectivityStage) {
        self.report.passed.push(stage);
        (self.on_stage)(stage);
    }

    async fn run(
        &mut self,
        endpoint: &Endpoint,
        password: Option<&Secret>,
        side: Side,
    ) -> Result<(), (ConnectivityStage, Error)> {
        use ConnectivityStage::{Auth, Dns, Info, Permission, Ping, Tcp};

        access::resolve(endpoint, side).await.map_err(|error| (Dns, error))?;
        self.pass(Dns);
        access::connect(endpoint, side).await.map_err(|error| (Tcp, error))?;
        self.pass(Tcp);
        // AUTH and PING are one step there; which of them failed is in the error's kind.
        let mut control = Control::open(endpoint, password, side, None).await.map_err(|error| {
            if error.kind == ErrorKind::AuthFailed {
                (Auth, error)
            } else {
                if password.is_none() || error.kind != ErrorKind::NotRedis {
                    self.pass(Auth);
                }
                (Ping, error)
            }
        })?;
        self.pass(Auth);
        self.pass(Ping);
        let state = ServerState::look(&mut control).await.map_err(|error| (Info, error))?;
        self.report.server = Some(summary(&state));
        self.pass(Info);
        self.permission(endpoint, password, side, &state)
            .await
            .map_err(|error| (Permission, error))?;
        self.pass(Permission);
        Ok(())
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
            Error::new(ErrorKind::ConnectionLost, side, format!("permissions not known: {why}"))
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
                format!("the account may not run {}", forbidden.join(", ")),
            ));
        }
        let absent = needed.only(|name| side == Side::Source || permission::is_own(name)).absent();
        if !absent.is_empty() {
            return Err(Error::new(
                ErrorKind::CommandUnknown,
                side,
                format!("the server has no command {}: renamed or disabled", absent.join(", ")),
            ));
        }
        match (side, needed.refused()) {
            (Side::Destination, Some(words)) if state.is_replica() => Err(Error::new(
                ErrorKind::ReadOnly,
                side,
                format!("the server is a replica: {words}"),
            )),
            // A passing condition: the precheck looks again.
            _ => Ok(()),
        }
    }
}

fn summary(state: &ServerState) -> ServerSummary {
    ServerSummary {
        product: state.server.product.clone(),
        version: state.version(),
        role: if state.is_replica() { "replica" } else { "primary" }.to_owned(),
        latency_ms: state.latency.as_secs_f64() * 1000.0,
        keys: state.info.keyspace(),
        databases: state.databases.as_ref().ok().copied(),
        memory_bytes: state.number("used_memory").unwrap_or_default(),
        memory_bytes_max: state.number("maxmemory").unwrap_or_default(),
        eviction_policy: state.text("maxmemory_policy").unwrap_or_default().to_owned(),
        clock_skew_ms: state.clock_skew_ms.as_ref().copied().unwrap_or_default(),
    }
}
